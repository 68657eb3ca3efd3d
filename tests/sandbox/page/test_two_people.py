"""Two people at one page: each has a chat, toasts and results of their own, and hears that the other's has news."""

import httpx
import pytest
from telegram import Bot, InlineQueryResultArticle, InputTextMessageContent

from bot.clock import Clock
from bot.sandbox.standin import StandIn
from tests.sandbox.conftest import PERSON
from tests.sandbox.page.conftest import COLLEAGUE, STRANGER
from tests.sandbox.page.stream import events

TEA = InlineQueryResultArticle("1", "Tea", InputTextMessageContent("88"), description="NT$ 300")


@pytest.mark.parametrize(
    ("query", "person"),
    [("", PERSON), (f"?person={COLLEAGUE}", COLLEAGUE), (f"?person={STRANGER}", PERSON), ("?person=x", PERSON)],
)
async def test_the_address_says_whose_chat_is_shown(
    client: httpx.AsyncClient, bot: Bot, query: str, person: int
) -> None:
    for one in (PERSON, COLLEAGUE, STRANGER):
        await bot.send_message(one, f"To {one}")
    state = (await client.get(f"/page/state{query}")).json()
    assert state["person"] == person
    assert state["people"] == [{"id": PERSON, "name": "You"}, {"id": COLLEAGUE, "name": "Colleague"}]
    assert [message["text"] for message in state["messages"]] == [f"To {person}"]
    async with events(client, query) as stream:
        assert (await anext(stream))[1]["messages"] == state["messages"]


async def test_each_acts_in_the_own_name_and_nobody_in_a_strangers(
    client: httpx.AsyncClient, standin: StandIn, bot: Bot
) -> None:
    sent = await bot.send_message(COLLEAGUE, "Placed")
    said = {"text": "how far?", "reply_to": sent.message_id}
    for person, expected in ((COLLEAGUE, 204), (STRANGER, 400)):
        answer = await client.post(f"/page/say?person={person}", json=said)
        assert answer.status_code == expected
    assert answer.text == "There is no such person."
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert (update.message.chat_id, update.message.text) == (COLLEAGUE, "how far?")
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.text == "Placed"
    answer = await client.post("/page/say", json=said)
    assert (answer.status_code, answer.text) == (400, "no message 1 in this chat")
    assert [len(standin.messages(person)) for person in (PERSON, COLLEAGUE, STRANGER)] == [0, 2, 0]


async def test_the_other_persons_news_are_counted_and_not_shown(client: httpx.AsyncClient, bot: Bot) -> None:
    async with events(client) as mine, events(client, f"?person={COLLEAGUE}") as colleagues:
        for stream in (mine, colleagues):
            await anext(stream)
        await client.post(f"/page/say?person={COLLEAGUE}", json={"text": "hello"})
        sent = await bot.send_message(COLLEAGUE, "secret")
        await bot.edit_message_text("changed", COLLEAGUE, sent.message_id)
        await bot.send_message(STRANGER, "secret")
        await bot.send_message(PERSON, "For you")
        assert await anext(mine) == ("elsewhere", {"person": COLLEAGUE})
        name, shown = await anext(mine)
        assert (name, shown["text"]) == ("message", "For you")
        heard = [(await anext(colleagues))[1]["text"] for _ in range(3)]
        assert (heard[0], heard[2]) == ("hello", "changed")
        assert await anext(colleagues) == ("elsewhere", {"person": PERSON})


async def test_results_go_to_whoever_asked_and_a_choice_is_sent(
    client: httpx.AsyncClient, standin: StandIn, bot: Bot
) -> None:
    async with events(client) as mine, events(client, f"?person={COLLEAGUE}") as colleagues:
        for stream in (mine, colleagues):
            await anext(stream)
        assert (await client.post(f"/page/inline?person={COLLEAGUE}", json={"query": "tea"})).status_code == 204
        (update,) = await bot.get_updates()
        assert update.inline_query is not None
        await update.inline_query.answer([TEA], next_offset="50")
        name, found = await anext(colleagues)
        assert (name, found) == (
            "results",
            {
                "query_id": update.inline_query.id,
                "query": "tea",
                "offset": "",
                "results": [{"id": "1", "title": "Tea", "description": "NT$ 300", "thumbnail_url": ""}],
                "next_offset": "50",
            },
        )
        choice = {"query_id": found["query_id"], "result_id": "1"}
        refused = await client.post("/page/choose", json=choice)
        assert refused.status_code == 400
        assert (await client.post(f"/page/choose?person={COLLEAGUE}", json=choice)).status_code == 204
        name, shown = await anext(colleagues)
        assert (name, shown["text"], shown["mine"], shown["via_bot"]) == ("message", "88", True, True)
        standin.say(PERSON, "mine")
        assert (await anext(mine))[1]["text"] == "mine"


async def test_the_clock_is_moved_on_for_everybody(
    client: httpx.AsyncClient, standin: StandIn, bot: Bot, time: Clock
) -> None:
    async with events(client) as mine, events(client, f"?person={COLLEAGUE}") as colleagues:
        for stream in (mine, colleagues):
            assert (await anext(stream))[1]["clock"] == {"now": 1_780_000_000_000}
        assert (await client.post("/page/clock", json={"seconds": 3600})).status_code == 204
        for stream in (mine, colleagues):
            assert await anext(stream) == ("clock", {"now": 1_780_003_600_000})
        assert time.seconds() == 1_780_003_600
        await bot.send_message(PERSON, "later")
        assert standin.messages(PERSON)[0].date == 1_780_003_600


@pytest.mark.parametrize("seconds", [0, -60, 604_801, 10**30])
async def test_the_clock_goes_forward_by_a_week_at_most(client: httpx.AsyncClient, time: Clock, seconds: int) -> None:
    answer = await client.post("/page/clock", json={"seconds": seconds})
    assert (answer.status_code, answer.text) == (400, "The clock goes forward, by at most 7 days at a time.")
    for wrong in ({"seconds": 1.5}, {"seconds": "60"}, {}):
        assert (await client.post("/page/clock", json=wrong)).status_code == 400
    other = {"Origin": "https://elsewhere.example"}
    assert (await client.post("/page/clock", json={"seconds": 60}, headers=other)).status_code == 403
    assert time.seconds() == 1_780_000_000
    assert (await client.post("/page/clock", json={"seconds": 604_800})).status_code == 204
    assert time.seconds() == 1_780_604_800
