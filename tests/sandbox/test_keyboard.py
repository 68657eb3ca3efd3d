from typing import Any

import pytest

from bot.sandbox.chats import Button
from tests.sandbox.conftest import PERSON, Raw


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def button(**fields: Any) -> dict[str, Any]:
    return {"text": "Go", "callback_data": "go"} | fields


async def sent(raw: Raw, markup: Any) -> dict[str, Any]:
    return await raw("sendMessage", chat_id=PERSON, text="x", reply_markup=markup)


@pytest.mark.parametrize("data", ["x", "x" * 64, "時" * 21, "🏟" * 16])
async def test_data_of_1_to_64_bytes_is_accepted(raw: Raw, data: str) -> None:
    answer = await sent(raw, keyboard([button(callback_data=data)]))
    assert answer["result"]["reply_markup"]["inline_keyboard"] == [[button(callback_data=data)]]


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (keyboard([button(callback_data="x" * 65)]), "BUTTON_DATA_INVALID"),
        (keyboard([button(callback_data="時" * 22)]), "BUTTON_DATA_INVALID"),
        (
            keyboard([button(callback_data="")]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            keyboard([{"text": "Go"}]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (keyboard([button(text="")]), "inline keyboard button text must be non-empty"),
        (keyboard([button(text=" \u200b")]), "inline keyboard button text must be non-empty"),
        (keyboard([{"callback_data": "go"}]), "can't parse inline keyboard button: Can't find field \"text\""),
        (
            keyboard([button(text=5)]),
            'can\'t parse inline keyboard button: Field "text" must be of type String',
        ),
        (
            keyboard([{"text": "Go", "url": "no-address"}]),
            "inline keyboard button URL 'no-address' is invalid: Wrong HTTP URL",
        ),
        (keyboard(*[[button()]] * 101), "reply markup is too long"),
        (keyboard([button()] * 9), "reply markup is too long"),
        ([], "object expected as reply markup"),
        ("{", "can't parse reply keyboard markup JSON object"),
    ],
)
async def test_a_wrong_keyboard_is_refused_and_nothing_is_sent(raw: Raw, markup: Any, reason: str) -> None:
    answer = await sent(raw, markup)
    assert (answer["error_code"], answer["description"]) == (400, f"Bad Request: {reason}")
    assert (await sent(raw, keyboard([button()])))["result"]["message_id"] == 1


async def test_a_hundred_buttons_are_accepted(raw: Raw) -> None:
    assert (await sent(raw, keyboard(*[[button()]] * 100)))["ok"]


async def test_a_button_that_nobody_knows_is_refused(raw: Raw) -> None:
    assert not (await sent(raw, keyboard([button(calback_data="typo")])))["ok"]


async def test_inline_buttons_and_forced_reply_exclude_each_other(raw: Raw) -> None:
    assert not (await sent(raw, keyboard([button()]) | {"force_reply": True}))["ok"]
    assert (await sent(raw, {"force_reply": True, "selective": True}))["ok"]
    assert (await sent(raw, {"remove_keyboard": True}))["ok"]


async def test_an_edit_takes_only_an_inline_keyboard(raw: Raw) -> None:
    await sent(raw, None)
    answer = await raw("editMessageText", chat_id=PERSON, message_id=1, text="y", reply_markup={"force_reply": True})
    assert answer["description"] == "Bad Request: inline keyboard expected"


def test_a_button_shows_itself_as_the_bot_api_does() -> None:
    assert Button("Go", url="https://example.com").as_json() == {"text": "Go", "url": "https://example.com"}
