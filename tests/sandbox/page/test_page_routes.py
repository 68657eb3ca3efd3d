import re
from typing import Any, get_args

import httpx
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import Forbidden

from bot.sandbox.page_routes import FILES
from bot.sandbox.standin import StandIn
from bot.sandbox.troubles import Trouble
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from tests.sandbox.conftest import PERSON
from tests.sandbox.page.conftest import STRANGER
from tests.sandbox.page.stream import events

CHOICE = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])


async def refusal(client: httpx.AsyncClient, path: str, body: object) -> tuple[int, str]:
    answer = await client.post(path, json=body)
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html"), ("/main.js", "text/javascript"), ("/chat.css", "text/css"), ("/icon.svg", "image/svg+xml")],
)
async def test_files_have_their_type_and_a_policy_that_lets_nothing_foreign_in(
    client: httpx.AsyncClient, path: str, kind: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_every_file_that_the_page_names_is_served(client: httpx.AsyncClient) -> None:
    pending, seen = ["/"], set[str]()
    while pending:
        path = pending.pop()
        answer = await client.get(path)
        assert answer.status_code == 200, path
        seen.add(path)
        named = re.findall(r'(?:src|href)="(/[^"#]+)"', answer.text) + re.findall(r'from "\.(/[^"]+)"', answer.text)
        pending += set(named) - seen
    assert seen == {"/" if path.name == "index.html" else f"/{path.name}" for path in FILES.iterdir()}


def test_no_file_reads_markup_that_others_wrote_or_loads_from_elsewhere() -> None:
    for path in FILES.iterdir():
        source = path.read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", source), path.name
        assert not re.search(r"(src|href|url\()\s*=?\s*[\"']?(https?:)?//", source), path.name


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Host": "elsewhere.example"}, {"Host": "x:8765"}],
)
@pytest.mark.parametrize("path", ["/", "/page/say", "/page/state", "/bot{token}/getMe"])
async def test_another_site_is_refused_everywhere(
    standin: StandIn, client: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    answer = await client.request("POST", path.format(token=standin.token), headers=headers, json={"text": "hello"})
    assert (answer.status_code, answer.text) == (403, "This server answers only its own page.")
    assert standin.pending == 0


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_the_page_itself_is_answered_under_both_names_of_the_machine(
    standin: StandIn, client: httpx.AsyncClient, name: str
) -> None:
    host = standin.url.removeprefix("http://").replace("127.0.0.1", name)
    answer = await client.post("/page/say", headers={"Host": host, "Origin": f"http://{host}"}, json={"text": "hi"})
    assert (answer.status_code, standin.pending) == (204, 1)


async def test_a_form_of_another_site_has_the_wrong_content_type(client: httpx.AsyncClient, standin: StandIn) -> None:
    answer = await client.post("/page/say", content='{"text": "hi"}', headers={"Content-Type": "text/plain"})
    assert (answer.status_code, standin.pending) == (415, 0)


async def test_what_the_person_does_becomes_updates(client: httpx.AsyncClient, bot: Bot) -> None:
    sent = await bot.send_message(PERSON, "Choose", reply_markup=CHOICE)
    deeds: list[tuple[str, dict[str, Any]]] = [
        ("say", {"text": "/order"}),
        ("edit", {"message_id": 2, "text": "/orders"}),
        ("tap", {"message_id": sent.message_id, "data": "a"}),
        ("other", {"kind": "sticker"}),
    ]
    for path, body in deeds:
        assert (await client.post(f"/page/{path}", json=body)).status_code == 204
    updates = await bot.get_updates()
    assert [update.effective_user.id for update in updates if update.effective_user] == [PERSON] * 4
    said, edited, tapped, other = updates
    assert said.message is not None
    assert said.message.text == "/order"
    assert edited.edited_message is not None
    assert edited.edited_message.text == "/orders"
    assert tapped.callback_query is not None
    assert tapped.callback_query.data == "a"
    assert other.message is not None
    assert other.message.sticker is not None


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/page/say", {"text": ""}, (400, "The request is not of the expected form.")),
        ("/page/say", {"text": 1}, (400, "The request is not of the expected form.")),
        ("/page/say", [], (400, "The request is not of the expected form.")),
        ("/page/say", {"text": "x", "more": 1}, (400, "The request is not of the expected form.")),
        ("/page/say", {"text": "👍" * 2049}, (400, "A message has at most 4,096 characters.")),
        ("/page/file", {"name": "a.csv", "content": "?"}, (400, "The file did not arrive whole.")),
        ("/page/file", {"name": "", "content": "YQ=="}, (400, "The request is not of the expected form.")),
        ("/page/suppliers/anqicms/sheet", {}, (400, "There is no sheet to try for this supplier.")),
        ("/page/tap", {"message_id": 9, "data": "a"}, (400, "no message 9 in this chat")),
        ("/page/other", {"kind": "bomb"}, (400, "The request is not of the expected form.")),
        ("/page/telegram/trouble", {"trouble": "sulks"}, (400, "The request is not of the expected form.")),
        ("/page/suppliers/nobody/heal", {}, (404, "There is no such supplier.")),
        ("/page/suppliers/anqicms/fault", {"fault": "sulk"}, (400, "The request is not of the expected form.")),
        (
            "/page/suppliers/anqicms/fault",
            {"fault": "refuse", "code": "7"},
            (400, "anqicms has no refusal '7'; it knows -1, 1001, 1002"),
        ),
    ],
)
async def test_what_cannot_be_done_is_refused_in_one_line_and_changes_nothing(
    client: httpx.AsyncClient, standin: StandIn, path: str, body: object, expected: tuple[int, str]
) -> None:
    before = (await client.get("/page/state")).json()
    assert await refusal(client, path, body) == expected
    assert standin.pending == 0
    assert (await client.get("/page/state")).json() == before
    assert (await client.post("/page/say", json={"text": "👍" * 2048})).status_code == 204


async def test_events_begin_with_the_state_and_go_on_with_each_change(client: httpx.AsyncClient, bot: Bot) -> None:
    await bot.send_message(PERSON, "Before")
    async with events(client) as stream:
        name, state = await anext(stream)
        assert name == "state"
        assert [message["text"] for message in state["messages"]] == ["Before"]

        sent = await bot.send_message(
            PERSON, "<b>1</b> &lt; 2", parse_mode="HTML", reply_parameters=ReplyParameters(message_id=1)
        )
        name, shown = await anext(stream)
        assert name == "message"
        assert shown == {
            "id": sent.message_id,
            "mine": False,
            "html": "<b>1</b> &lt; 2",
            "text": "1 < 2",
            "date": 1_780_000_000,
            "edited": False,
            "silent": False,
            "via_bot": False,
            "buttons": [],
            "kind": "text",
            "file": None,
            "reply_to": {"id": 1, "mine": False, "text": "Before"},
        }
        await bot.edit_message_text("Three", PERSON, sent.message_id)
        name, shown = await anext(stream)
        assert (name, shown["text"], shown["edited"]) == ("message", "Three", True)

        await bot.delete_message(PERSON, sent.message_id)
        assert await anext(stream) == ("deleted", {"id": sent.message_id})
        await bot.send_chat_action(PERSON, "typing")
        assert await anext(stream) == ("action", {"action": "typing"})
        await bot.set_my_commands([BotCommand("order", "Place an order")])
        assert await anext(stream) == ("commands", [{"command": "order", "description": "Place an order"}])
        await client.post("/page/say", json={"text": "hello"})
        name, shown = await anext(stream)
        assert (name, shown["text"], shown["mine"]) == ("message", "hello", True)


async def test_only_this_persons_chat_and_toasts_are_told(
    client: httpx.AsyncClient, standin: StandIn, bot: Bot
) -> None:
    for person in (STRANGER, PERSON):
        await bot.send_message(person, "Choose", reply_markup=CHOICE)
    async with events(client) as stream:
        await anext(stream)
        for person, words, alert in ((STRANGER, "for the stranger", False), (PERSON, "Done", True)):
            standin.tap_button(person, "A")
            await bot.send_message(STRANGER, "secret")
            query = (await bot.get_updates())[-1].callback_query
            assert query is not None
            await bot.answer_callback_query(query.id, words, show_alert=alert)
        assert await anext(stream) == ("toast", {"text": "Done", "alert": True})


async def test_every_page_that_is_open_hears_and_all_end_with_the_stand_in(
    client: httpx.AsyncClient, standin: StandIn
) -> None:
    async with events(client) as one, events(client) as other:
        for stream in (one, other):
            await anext(stream)
        standin.say(PERSON, "hello")
        for stream in (one, other):
            assert (await anext(stream))[0] == "message"
        await standin.stop()
        for stream in (one, other):
            assert [event async for event in stream] == []


async def test_a_page_that_was_closed_is_forgotten(
    client: httpx.AsyncClient, standin: StandIn, shop: AnqiCmsSimulator
) -> None:
    async with events(client) as stream:
        await anext(stream)
    standin.say(PERSON, "hello")
    async with events(client) as stream:
        _, state = await anext(stream)
        assert [message["text"] for message in state["messages"]] == ["hello"]
        assert (await client.post("/page/suppliers/anqicms/fault", json={"fault": "garbage"})).status_code == 204
        name, card = await anext(stream)
        assert (name, card["next"]) == ("supplier", {"fault": "garbage", "code": ""})
        assert (await client.post("/page/suppliers/anqicms/heal", json={})).status_code == 204
        assert (await anext(stream))[1]["next"] is None
    assert shop.ledger == []


@pytest.mark.parametrize("trouble", get_args(Trouble))
async def test_a_trouble_with_telegram_lasts_until_another_is_chosen_or_all_is_well(
    client: httpx.AsyncClient, standin: StandIn, bot: Bot, trouble: str
) -> None:
    async with events(client) as stream:
        _, state = await anext(stream)
        assert state["telegram"] == {"trouble": None}
        assert (await client.post("/page/telegram/trouble", json={"trouble": trouble})).status_code == 204
        assert await anext(stream) == ("telegram", {"trouble": trouble})
        if trouble == "blocked":
            with pytest.raises(Forbidden):
                await bot.send_message(PERSON, "lost")
        assert (await client.post("/page/telegram/heal", json={})).status_code == 204
        assert await anext(stream) == ("telegram", {"trouble": None})
        await bot.send_message(PERSON, "a")
        assert [message.text for message in standin.messages(PERSON)] == ["a"]
    kinds = [update.my_chat_member is not None for update in await bot.get_updates()]
    assert kinds == ([True, True] if trouble == "blocked" else [])


async def test_a_file_goes_to_the_bot_and_back_to_the_browser(
    client: httpx.AsyncClient, standin: StandIn, bot: Bot
) -> None:
    body = {"name": "九月.csv", "content": "YSxi", "caption": "gifts"}
    assert (await client.post("/page/file", json=body)).status_code == 204
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    assert (update.message.document.file_name, update.message.caption) == ("九月.csv", "gifts")
    shown = (await client.get("/page/state")).json()["messages"][-1]
    assert shown["file"] == {"name": "九月.csv", "size": 3}
    answer = await client.get(f"/page/file/{shown['id']}")
    assert (answer.content, answer.headers["Content-Type"]) == (b"a,b", "application/octet-stream")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert (await client.get("/page/file/999")).status_code == 404
    assert standin.messages(PERSON)[-1].message_id == shown["id"]
