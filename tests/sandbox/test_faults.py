import asyncio
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter

from bot.sandbox.messages import GONE_WORDS
from bot.sandbox.standin import StandIn
from tests.sandbox.conftest import PERSON, Clock, Raw

OTHER = 222222222


@pytest.fixture(autouse=True)
def _durations(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without it python-telegram-bot warns of its own future in every RetryAfter.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


def texts(standin: StandIn) -> list[str]:
    return [message.text for message in standin.messages(PERSON)]


async def test_too_many_requests_say_when_to_come_again(standin: StandIn, bot: Bot) -> None:
    standin.fail("sendMessage", "retry_after", times=2, retry_after=7)
    for _ in range(2):
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(PERSON, "a")
        assert refused.value.retry_after == timedelta(seconds=7)
    await bot.send_message(PERSON, "a")
    assert texts(standin) == ["a"]


async def test_one_chat_can_be_slowed_down_alone(standin: StandIn, bot: Bot) -> None:
    standin.add_person(OTHER, "Other", started=True)
    standin.fail("sendMessage", "retry_after", times=None, chat_id=PERSON)
    with pytest.raises(RetryAfter):
        await bot.send_message(PERSON, "a")
    await bot.send_message(OTHER, "b")
    standin.heal()
    await bot.send_message(PERSON, "c")
    assert texts(standin) == ["c"]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [(500, None, "Internal Server Error"), (502, "<html>Bad Gateway</html>", "Parsing the server response")],
)
async def test_a_server_error_has_json_or_a_web_page(
    standin: StandIn, bot: Bot, status: int, body: str | None, said: str
) -> None:
    standin.fail("sendMessage", "error", status=status, body=body)
    with pytest.raises(NetworkError, match=said):
        await bot.send_message(PERSON, "a")
    await bot.send_message(PERSON, "b")
    assert texts(standin) == ["b"]


async def test_a_chat_that_was_flooded_says_how_long_is_left(standin: StandIn, bot: Bot, clock: Clock) -> None:
    standin.add_person(OTHER, "Other", started=True)
    standin.flood(PERSON, 7)
    for passed, left in ((0, 7), (2.5, 5)):
        clock.seconds += passed
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(PERSON, "a")
        assert refused.value.retry_after == timedelta(seconds=left)
    await bot.send_message(OTHER, "b")
    clock.seconds += 4.5
    await bot.send_message(PERSON, "c")
    assert texts(standin) == ["c"]


async def test_a_refusal_can_be_given_its_words(standin: StandIn, bot: Bot) -> None:
    sent = await bot.send_message(PERSON, "a")
    standin.fail("editMessageText", "error", status=400, said="Bad Request: message can't be edited")
    with pytest.raises(BadRequest, match=r"^Message can't be edited$"):
        await sent.edit_text("b")
    await sent.edit_text("b")
    assert texts(standin) == ["b"]


async def test_a_revoked_token_is_refused_and_a_new_one_is_accepted(standin: StandIn, bot: Bot) -> None:
    old = standin.token
    update_id = standin.say(PERSON, "a")
    new = standin.revoke()
    assert new == standin.token != old
    with pytest.raises(InvalidToken, match="Unauthorized"):
        await bot.get_updates()
    async with Bot(new, base_url=f"{standin.url}/bot") as mended:
        assert [update.update_id for update in await mended.get_updates()] == [update_id]
    assert standin.revoke() not in {old, new}


async def test_a_line_cut_before_means_that_nothing_was_done(standin: StandIn, bot: Bot) -> None:
    standin.fail("sendMessage", "drop_before")
    with pytest.raises(NetworkError):
        await bot.send_message(PERSON, "a")
    assert texts(standin) == []
    await bot.send_message(PERSON, "a")
    assert texts(standin) == ["a"]


async def test_a_line_cut_after_means_that_it_was_done(standin: StandIn, bot: Bot) -> None:
    standin.fail("sendMessage", "drop_after")
    with pytest.raises(NetworkError):
        await bot.send_message(PERSON, "a")
    assert texts(standin) == ["a"]
    await bot.send_message(PERSON, "b")
    assert texts(standin) == ["a", "b"]


async def test_updates_lost_on_the_way_come_again(standin: StandIn, bot: Bot) -> None:
    update_id = standin.say(PERSON, "a")
    standin.fail("getUpdates", "drop_after")
    with pytest.raises(NetworkError):
        await bot.get_updates()
    assert [update.update_id for update in await bot.get_updates()] == [update_id]


async def test_a_hanging_call_ends_with_a_cut_line_when_healed(standin: StandIn, bot: Bot) -> None:
    standin.fail("sendMessage", "hang")
    hanging = asyncio.create_task(bot.send_message(PERSON, "a"))
    await standin.wait_for_call("sendMessage")
    standin.heal()
    with pytest.raises(NetworkError):
        await hanging
    await bot.send_message(PERSON, "b")
    assert texts(standin) == ["b"]


async def test_every_method_can_fail_at_once(standin: StandIn, bot: Bot) -> None:
    standin.fail("*", "drop_before", times=None)
    for call in (bot.get_updates, bot.get_me):
        with pytest.raises(NetworkError):
            await call()
    standin.heal()
    assert (await bot.get_me()).username == standin.username


async def test_a_fault_for_a_method_that_does_not_exist_is_a_mistake(standin: StandIn) -> None:
    with pytest.raises(ValueError, match="no method 'sendmessage'"):
        standin.fail("sendmessage", "hang")


@pytest.mark.parametrize(("result", "answered"), [("true", {"result": True}), (None, {}), ("[1]", {"result": [1]})])
async def test_what_is_answered_oddly_was_done(
    standin: StandIn, raw: Raw, result: str | None, answered: dict[str, object]
) -> None:
    standin.fail("sendMessage", "odd_result", body=result)
    assert await raw("sendMessage", chat_id=PERSON, text="a") == {"ok": True} | answered
    assert (await raw("sendMessage", chat_id=PERSON, text="b"))["result"]["message_id"] == 2
    assert texts(standin) == ["a", "b"]


async def test_a_poll_that_is_not_held_open_brings_what_there_is(standin: StandIn, raw: Raw) -> None:
    standin.fail("getUpdates", "at_once", None)
    assert await raw("getUpdates", timeout=50) == {"ok": True, "result": []}
    standin.say(PERSON, "hello")
    assert len((await raw("getUpdates", timeout=50))["result"]) == 1


@pytest.mark.parametrize("words", GONE_WORDS)
async def test_servers_differ_in_how_they_say_that_a_message_is_gone(standin: StandIn, raw: Raw, words: str) -> None:
    standin.says_gone(words)
    answer = await raw("editMessageText", chat_id=PERSON, message_id=9, text="a")
    assert (answer["error_code"], answer["description"]) == (400, f"Bad Request: {words}")
    standin.heal()
    answer = await raw("editMessageText", chat_id=PERSON, message_id=9, text="a")
    assert answer["description"] == "Bad Request: message to edit not found"
    with pytest.raises(ValueError, match="is none of"):
        standin.says_gone("gone")


@pytest.mark.parametrize("button", [{"copy_text": {"text": "1"}}, {"callback_data": "a", "style": "danger"}])
async def test_an_older_server_refuses_kinds_of_buttons(standin: StandIn, raw: Raw, button: dict[str, object]) -> None:
    message = {"chat_id": PERSON, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "A"} | button]]}}
    standin.refuse_buttons("copy_text", "style")
    for method, more in (("sendMessage", {}), ("editMessageText", {"message_id": 1})):
        answer = await raw(method, **message, **more)
        assert (answer["error_code"], "doesn't know" in answer["description"]) == (400, True)
    standin.heal()
    sent = await raw("sendMessage", **message)
    assert sent["result"]["reply_markup"] == message["reply_markup"]


async def test_a_style_that_nobody_documents_is_refused(raw: Raw) -> None:
    button = {"text": "A", "callback_data": "a", "style": "pink"}
    answer = await raw("sendMessage", chat_id=PERSON, text="a", reply_markup={"inline_keyboard": [[button]]})
    assert answer["error_code"] == 400


@pytest.mark.parametrize(("code", "taken"), [("zh", True), ("", True), ("zh-hans", False), ("ZH", False), ("z", False)])
async def test_a_menu_is_for_a_language_of_two_letters_or_for_all(
    standin: StandIn, raw: Raw, code: str, *, taken: bool
) -> None:
    menu = [{"command": "order", "description": "Place an order"}]
    answer = await raw("setMyCommands", commands=menu, language_code=code)
    assert answer["ok"] is taken
    assert (standin.commands("zh-hans") == menu) is taken
