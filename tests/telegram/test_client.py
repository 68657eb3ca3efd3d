"""Saying hello to Telegram, and how long to wait for it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import RetryAfter, TimedOut

from bot.sandbox.standin import StandIn
from bot.telegram import client as client_module
from bot.telegram.client import (
    LONGEST_PAUSE,
    LONGEST_WAIT,
    Client,
    TelegramRefusedError,
    connect,
    pause,
    seconds,
    start,
)
from tests.bench import until
from tests.end_to_end.house import ADMIN

TOKEN = "123456:a_token_that_no_log_may_hold"


@pytest.fixture
async def telegram() -> AsyncIterator[StandIn]:
    async with StandIn(token=TOKEN) as made:
        made.add_person(ADMIN, started=True)
        yield made


@pytest.fixture
async def client(telegram: StandIn) -> AsyncIterator[Client]:
    made = connect(TOKEN, telegram.url)
    yield made
    await made.shutdown()


async def test_it_says_hello_and_keeps_what_waits(telegram: StandIn, client: Client) -> None:
    telegram.say(ADMIN, "/start")
    await start(client)
    assert client.username == telegram.username
    assert telegram.pending == 1


async def test_it_waits_for_a_telegram_that_can_not_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[int] = []

    def noted(attempt: int) -> float:
        waited.append(attempt)
        return 0

    monkeypatch.setattr(client_module, "pause", noted)
    telegram = StandIn(token=TOKEN)
    await telegram.start()
    port = int(telegram.url.rpartition(":")[2])
    await telegram.stop()
    client = connect(TOKEN, telegram.url)
    hello = asyncio.create_task(start(client))

    async def tried_twice() -> bool:
        return len(waited) > 1

    await until(tried_twice)
    await telegram.start(port=port)
    await hello
    assert waited[:2] == [0, 1]
    assert client.username == telegram.username
    await client.shutdown()
    await telegram.stop()


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook"])
async def test_it_waits_as_long_as_telegram_asks(
    telegram: StandIn, client: Client, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    asked: list[RetryAfter] = []

    def noted(error: RetryAfter) -> float:
        asked.append(error)
        return 0

    monkeypatch.setattr(client_module, "seconds", noted)
    telegram.fail(method, "retry_after", retry_after=7)
    await start(client)
    assert [seconds(error) for error in asked] == [7.0]


async def test_a_token_that_telegram_does_not_know_is_said_in_one_line(
    telegram: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = connect("123456:another_secret_token", telegram.url)
    with pytest.raises(TelegramRefusedError) as refused:
        await start(wrong)
    await wrong.shutdown()
    assert str(refused.value) == "telegram.token: Telegram does not accept this token"
    assert refused.value.__suppress_context__
    assert "another_secret_token" not in caplog.text


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook"])
async def test_a_refusal_at_the_start_is_told_in_telegrams_words_and_asked_again(
    telegram: StandIn,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
) -> None:
    monkeypatch.setattr(client_module, "pause", lambda _: 0)
    telegram.fail(method, "error", status=403, said="Forbidden: bot was banned")
    await start(client)
    assert [record.getMessage() for record in caplog.records] == [
        "Telegram refused: Forbidden: bot was banned; trying again"
    ]
    assert client.username == telegram.username


ODD = ["true", "[]", "null", '"x"', "{}", '{"id":"7","username":"a_bot"}', '{"id":7}', '{"id":7,"username":""}']


@pytest.mark.parametrize("result", [*ODD, None])
async def test_an_answer_that_names_no_bot_is_told_in_a_line_and_asked_for_again(
    telegram: StandIn,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    result: str | None,
) -> None:
    monkeypatch.setattr(client_module, "pause", lambda _: 0)
    telegram.fail("getMe", "odd_result", body=result)
    await start(client)
    assert [record.getMessage() for record in caplog.records] == ["the answer to getMe names no bot; trying again"]
    assert client.username == telegram.username


@pytest.mark.parametrize(("status", "body"), [(200, "<html>"), (200, "[]"), (404, "<html>"), (200, '{"id":7}')])
async def test_a_page_of_somebody_else_is_not_called_a_telegram_that_can_not_be_reached(
    telegram: StandIn,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    body: str,
) -> None:
    monkeypatch.setattr(client_module, "pause", lambda _: 0)
    telegram.fail("getMe", "error", status=status, body=body)
    await start(client)
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"what answers in Telegram's place is not Telegram (HTTP {status} ")
    assert client.username == telegram.username


async def test_updates_come_as_they_are(telegram: StandIn, client: Client) -> None:
    await start(client)
    first = telegram.raw_update({"message": {"strange": [1, None]}})
    telegram.say(ADMIN, "hello")
    batch = await client.raw_updates(None)
    assert batch[0] == {"update_id": first, "message": {"strange": [1, None]}}
    assert [update["update_id"] for update in batch] == [first, first + 1]
    assert telegram.pending == 2
    call = next(call for call in telegram.calls if call.method == "getUpdates")
    assert "offset" not in call.params


ROWS = [[["Skip", "s:1000:4"]], [["Copy", "", "SF123"]]]
MARKUP = {
    "inline_keyboard": [
        [{"text": "Skip", "callback_data": "s:1000:4"}],
        [{"text": "Copy", "copy_text": {"text": "SF123"}}],
    ]
}


def last(telegram: StandIn) -> dict[str, Any]:
    return telegram.calls[-1].params


async def test_a_message_goes_with_its_buttons_and_its_id_comes_back(telegram: StandIn, client: Client) -> None:
    sent = await client.send_html(ADMIN, "<b>茶</b>", ROWS)
    shared = {"chat_id": ADMIN, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    assert last(telegram) == {**shared, "text": "<b>茶</b>", "reply_markup": MARKUP}
    assert telegram.messages(ADMIN)[-1].message_id == sent
    assert sent is not None
    assert await client.edit_html(ADMIN, sent, "b", []) == sent
    assert last(telegram) == {**shared, "text": "b", "message_id": sent}
    assert telegram.messages(ADMIN)[-1].text == "b"


async def test_a_button_goes_with_its_colour(telegram: StandIn, client: Client) -> None:
    await client.send_html(ADMIN, "b", [[["Confirm", "k:1000:4", "", "success"], ["Copy", "", "SF123", "primary"]]])
    confirm = {"text": "Confirm", "callback_data": "k:1000:4", "style": "success"}
    copies = {"text": "Copy", "copy_text": {"text": "SF123"}, "style": "primary"}
    assert last(telegram)["reply_markup"] == {"inline_keyboard": [[confirm, copies]]}
    ((shown, _),) = telegram.messages(ADMIN)[-1].buttons
    assert shown.style == "success"


@pytest.mark.parametrize("result", ["true", "{}", "[1]", '{"message_id":"9"}', '{"message_id":1180591620717411303424}'])
async def test_a_change_whose_answer_names_no_message_is_of_the_one_that_was_asked_for(
    telegram: StandIn, client: Client, result: str
) -> None:
    telegram.fail("editMessageText", "error", status=200, body=f'{{"ok":true,"result":{result}}}')
    assert await client.edit_html(ADMIN, 7, "b", []) == 7
    telegram.fail("sendMessage", "error", status=200, body=f'{{"ok":true,"result":{result}}}')
    assert await client.send_html(ADMIN, "b", []) is None
    assert await client.send_html(ADMIN, "b", []) == telegram.messages(ADMIN)[-1].message_id


async def test_a_change_may_be_of_another_message_from_now_on(telegram: StandIn, client: Client) -> None:
    telegram.fail("editMessageText", "error", status=200, body='{"ok":true,"result":{"message_id":9}}')
    assert await client.edit_html(ADMIN, 7, "b", []) == 9


async def test_a_tap_is_answered_with_or_without_words(telegram: StandIn, client: Client) -> None:
    sent = await client.send_html(ADMIN, "a", ROWS)
    assert sent is not None
    for text in ("", "Too late"):
        telegram.tap(ADMIN, sent, "s:1000:4")
        await client.answer_tap((await client.raw_updates(None))[-1]["callback_query"]["id"], text, 5)
    assert [toast.text for toast in telegram.toasts] == ["", "Too late"]
    telegram.fail("answerCallbackQuery", "hang")
    with pytest.raises(TimedOut):
        await client.answer_tap("1", "", 0.05)


async def test_no_log_holds_the_token(
    telegram: StandIn, client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "pause", lambda _: 0)
    caplog.set_level(logging.INFO)
    for fault in ("error", "drop_before", "drop_after"):
        telegram.fail("*", fault)
    await start(client)
    assert "Telegram can't be reached, or has trouble" in caplog.text
    assert TOKEN not in caplog.text


def test_pauses_grow_up_to_a_minute() -> None:
    assert [pause(n) for n in range(3)] == [0.5, 1.0, 2.0]
    assert pause(10**6) == LONGEST_PAUSE


@pytest.mark.parametrize("asked", [3, timedelta(seconds=3)])
def test_what_telegram_asks_us_to_wait_is_in_seconds(asked: int | timedelta) -> None:
    assert seconds(RetryAfter(asked)) == 3.0


def test_telegram_is_asked_again_after_an_hour_at_the_latest_and_a_second_at_the_soonest() -> None:
    assert [seconds(RetryAfter(asked)) for asked in (10**9, -5)] == [LONGEST_WAIT, 1.0]
