"""The table of the Bot API sees every kind of offender, and lets through what the bot says when all goes well."""

from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.standin import Call
from bot.telegram.client import ALLOWED
from bot.telegram.menus import Menus
from tests.bench import until, working
from tests.end_to_end.house import ADMIN
from tests.telegram.bot_api import METHODS, UPDATE_KINDS, offences
from tests.telegram.line import line

MESSAGE: dict[str, Any] = {"chat_id": ADMIN, "text": "<b>a</b>", "parse_mode": "HTML"}
ARTICLE: dict[str, Any] = {"type": "article", "id": "1", "title": "a", "input_message_content": {"message_text": "a"}}


def keys(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return MESSAGE | {"reply_markup": {"inline_keyboard": list(rows)}}


def key(**fields: Any) -> dict[str, Any]:
    return keys([{"text": "A", **fields}])


def inline(*results: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"inline_query_id": "1", "results": list(results), **more}


def menu(command: str = "order", description: str = "Place an order", **more: Any) -> dict[str, Any]:
    return {"commands": [{"command": command, "description": description}], **more}


A = {"text": "A", "callback_data": "a"}


@pytest.mark.parametrize(
    ("method", "params", "expected"),
    [
        ("sendPhoto", {}, "no method of the table"),
        ("getMe", {"x": 1}, "x is not documented"),
        ("sendMessage", {"text": "a"}, "chat_id is missing"),
        ("sendMessage", MESSAGE | {"chat_id": "7"}, "chat_id: '7' is no integer"),
        ("sendMessage", MESSAGE | {"chat_id": True}, "chat_id: True is no integer"),
        ("sendMessage", MESSAGE | {"text": ""}, "text: 0 characters"),
        ("sendMessage", MESSAGE | {"text": "<b> </b>"}, "text: 0 characters"),
        ("sendMessage", MESSAGE | {"text": "<b>a"}, "text: "),
        ("sendMessage", MESSAGE | {"text": "👍" * 2049}, "text: 4098 characters"),
        ("sendMessage", MESSAGE | {"text": 7}, "text: 7 is no string"),
        ("sendMessage", MESSAGE | {"parse_mode": "Markdown"}, "parse_mode: 'Markdown' is none of HTML"),
        ("sendMessage", MESSAGE | {"disable_web_page_preview": True}, "disable_web_page_preview is not documented"),
        ("sendMessage", MESSAGE | {"reply_markup": "{}"}, "reply_markup: '{}' is no object"),
        ("sendMessage", key(callback_data="x" * 65), "65 bytes, not 1 to 64"),
        ("sendMessage", key(callback_data="茶" * 22), "66 bytes, not 1 to 64"),
        ("sendMessage", key(callback_data=""), "0 bytes, not 1 to 64"),
        ("sendMessage", key(copy_text={"text": "x" * 257}), "257 characters, not 1 to 256"),
        ("sendMessage", key(copy_text={}), "text is missing"),
        ("sendMessage", key(url="javascript:x"), "is not of the form"),
        ("sendMessage", key(callback_data="a", style="pink"), "'pink' is none of danger, primary, success"),
        ("sendMessage", key(), "not exactly one of callback_data, url, copy_text"),
        ("sendMessage", key(callback_data="a", url="https://a.example"), "not exactly one of"),
        ("sendMessage", keys(*[[A] * 8] * 13), "104 buttons, not at most 100"),
        ("sendMessage", keys([A] * 9), "9 items, not at most 8"),
        ("editMessageText", MESSAGE, "message_id is missing"),
        ("editMessageText", MESSAGE | {"message_id": 0}, "message_id: 0 is no integer"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "201 characters, not 0 to 200"),
        ("answerInlineQuery", inline(*[ARTICLE] * 51), "51 items, not at most 50"),
        ("answerInlineQuery", inline(ARTICLE | {"id": "x" * 65}), "65 bytes, not 1 to 64"),
        ("answerInlineQuery", inline(next_offset="x" * 65), "next_offset: 65 bytes"),
        ("setMyCommands", menu(language_code="zh-hans"), "language_code: 7 characters"),
        ("setMyCommands", menu(language_code="ZH"), "is not of the form"),
        ("setMyCommands", menu("Order"), "is not of the form"),
        ("setMyCommands", menu("x" * 33), "33 characters, not 1 to 32"),
        ("setMyCommands", menu(description="x" * 257), "257 characters, not 1 to 256"),
        ("setMyCommands", {"commands": menu()["commands"] * 101}, "101 items, not at most 100"),
        ("getUpdates", {"timeout": 51}, "timeout: 51 is no integer from 0 to 50"),
        ("getUpdates", {"allowed_updates": ["messages"]}, "'messages' is none of"),
    ],
)
def test_an_offender_is_seen(method: str, params: dict[str, Any], expected: str) -> None:
    assert expected in "\n".join(offences([Call(method, params)]))


def test_the_kinds_of_updates_are_those_that_the_bot_asks_for() -> None:
    assert set(ALLOWED) == UPDATE_KINDS


async def test_what_the_bot_calls_from_its_start_on_is_as_documented(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        menus = Menus(house.client, house.database, house.desk.staff, "en")
        async with working(house.inbox.poll(), house.delivery.run(), menus.run()):
            for text in ("/start", "/help", "/order", "/orders", "/status 1", "/balance", "/unknown"):
                house.telegram.say(ADMIN, text)
            await until(house.acknowledged())
            await house.telegram.wait_for(ADMIN, lambda messages: any("Shop" in one.labels for one in messages))
            house.telegram.tap_button(ADMIN, "Shop")
            await until(house.acknowledged())
            await house.telegram.wait_for_call("answerCallbackQuery")
            await until(house.nothing_waits())
            house.puts("Sending")
            house.edits("Placed")
            await until(house.nothing_waits())
        made = {call.method for call in house.telegram.calls}
        # Files are sent and fetched in the tests of documents, and a webhook is set in those of webhooks.
        elsewhere = {"answerInlineQuery", "sendDocument", "getFile", "setWebhook", "getWebhookInfo"}
        assert made == METHODS.keys() - elsewhere
        assert offences(house.telegram.calls) == []
