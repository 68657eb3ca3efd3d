from typing import Any

import pytest

from bot.sandbox.chats import ChatButton
from bot.sandbox.standin import StandIn
from tests.sandbox.conftest import PERSON, Raw


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def button(**fields: Any) -> dict[str, Any]:
    return {"text": "Go", "callback_data": "go"} | fields


def copies(text: str) -> dict[str, Any]:
    return {"text": "Copy", "copy_text": {"text": text}}


NO_COPY = 'can\'t parse inline keyboard button: expected an Object with text in the field "copy_text"'


async def sent(raw: Raw, markup: Any) -> dict[str, Any]:
    return await raw("sendMessage", chat_id=PERSON, text="x", reply_markup=markup)


@pytest.mark.parametrize("data", ["x", "x" * 64, "時" * 21, "🏟" * 16])
async def test_data_of_1_to_64_bytes_is_accepted(raw: Raw, data: str) -> None:
    answer = await sent(raw, keyboard([button(callback_data=data)]))
    assert answer["result"]["reply_markup"]["inline_keyboard"] == [[button(callback_data=data)]]


@pytest.mark.parametrize("text", ["x", "x" * 256, "🏟" * 128])
async def test_a_text_of_1_to_256_characters_can_be_copied(raw: Raw, standin: StandIn, text: str) -> None:
    answer = await sent(raw, keyboard([copies(text), {"text": "Go", "url": "https://a.example/"}]))
    shown = [[copies(text), {"text": "Go", "url": "https://a.example/"}]]
    assert answer["result"]["reply_markup"]["inline_keyboard"] == shown
    with pytest.raises(ValueError, match="no button 'Copy'"):
        standin.tap_button(PERSON, "Copy")


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
        (
            keyboard([button(url="https://a.example/")]),
            "can't parse inline keyboard button: exactly one action expected, not callback_data, url",
        ),
        (
            keyboard([button(copy_text={"text": "SF1"})]),
            "can't parse inline keyboard button: exactly one action expected, not callback_data, copy_text",
        ),
        (keyboard([copies("")]), "BUTTON_COPY_TEXT_INVALID"),
        (keyboard([copies("x" * 257)]), "BUTTON_COPY_TEXT_INVALID"),
        (keyboard([copies("🏟" * 129)]), "BUTTON_COPY_TEXT_INVALID"),
        (keyboard([{"text": "Copy", "copy_text": "SF1"}]), NO_COPY),
        (keyboard([{"text": "Copy", "copy_text": {}}]), NO_COPY),
        (keyboard([{"text": "Copy", "copy_text": {"text": 5}}]), NO_COPY),
        (keyboard([{"text": "Copy", "copy_text": {"text": "a", "more": "b"}}]), NO_COPY),
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
    assert ChatButton("Go", url="https://example.com").as_json() == {"text": "Go", "url": "https://example.com"}
