"""Reply markup as Telegram checks it before a message is sent: at most 100 buttons, each of exactly one kind.

Wording: observed answers of the public server. A row holds at most 8 buttons.
"""

import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.chats import Buttons, ChatButton
from bot.sandbox.errors import bad_request
from bot.sandbox.formatted import plain, utf16_length

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
LONGEST_DATA = 64
"""Bytes of UTF-8."""
LONGEST_COPIED = 256
"""UTF-16 code units. Source: Bot API, "CopyTextButton"."""
STYLES = ("danger", "primary", "success")
"""Source: Bot API, "InlineKeyboardButton"."""
_TOO_LONG = "reply markup is too long"
_KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")
_TEXTS = ("text", "callback_data", "url", "style")
_ACTIONS = ("callback_data", "url", "copy_text")
"""Source: Bot API, "InlineKeyboardButton"."""


@dataclass(frozen=True, slots=True)
class Markup:
    """The markup of a message; `inline` is false for a reply keyboard, its removal, or a forced reply."""

    buttons: Buttons = ()
    force_reply: bool = False
    inline: bool = True


def read_markup(markup: Any, refused: frozenset[str] = frozenset()) -> Markup:
    """Check a decoded `reply_markup` (None for none); `refused` are attributes of buttons. Raises ApiError."""
    if markup is None or markup == {}:
        return Markup()
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    kinds = [kind for kind in _KINDS if kind in markup]
    if len(kinds) != 1:
        raise bad_request(f"can't parse reply markup: exactly one of {', '.join(_KINDS)} expected")
    match kinds[0]:
        case "inline_keyboard":
            return Markup(buttons=_rows(markup["inline_keyboard"], refused))
        case "force_reply":
            return Markup(force_reply=True, inline=False)
        case "remove_keyboard":
            return Markup(inline=False)
        case _:
            raise bad_request("reply keyboards are not supported by this stand-in")


def read_inline_markup(markup: Any, refused: frozenset[str] = frozenset()) -> Buttons:
    """Check the `reply_markup` of an edit, which can only be an inline keyboard. Raises ApiError."""
    read = read_markup(markup, refused)
    if not read.inline:
        raise bad_request("inline keyboard expected")
    return read.buttons


def _rows(rows: Any, refused: frozenset[str]) -> Buttons:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('can\'t parse inline keyboard: field "inline_keyboard" must be an Array of Arrays')
    if any(len(row) > MOST_IN_A_ROW for row in rows) or sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request(_TOO_LONG)
    return tuple(tuple(_button(button, refused) for button in row) for row in rows if row)


def _button(button: Any, refused: frozenset[str]) -> ChatButton:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if unknown := sorted(button.keys() - ({"text", "style", *_ACTIONS} - refused)):
        raise bad_request(f"can't parse inline keyboard button: this stand-in doesn't know {', '.join(unknown)}")
    for name in _TEXTS:
        if not isinstance(button.get(name, ""), str):
            raise bad_request(f'can\'t parse inline keyboard button: Field "{name}" must be of type String')
    if "text" not in button:
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    label = plain(button["text"])
    if label.is_empty:
        raise bad_request("inline keyboard button text must be non-empty")
    if len(given := [name for name in _ACTIONS if button.get(name)]) > 1:
        # Telegram would take one of them, and not say which.
        raise bad_request(f"can't parse inline keyboard button: exactly one action expected, not {', '.join(given)}")
    style = _checked_style(button.get("style", ""))
    if "copy_text" in button:
        return ChatButton(label.text, copied=_checked_copy(button["copy_text"]), style=style)
    if url := button.get("url"):
        return ChatButton(label.text, url=_checked_url(url), style=style)
    return ChatButton(label.text, _checked_data(button.get("callback_data", "")), style=style)


def _checked_style(style: str) -> str:
    if style and style not in STYLES:
        raise bad_request(f"can't parse inline keyboard button: this stand-in knows the styles {', '.join(STYLES)}")
    return style


def _checked_url(url: str) -> str:
    if not re.match(r"(?i)(https?|tg)://[^\s/]", url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return url


def _checked_copy(copied: Any) -> str:
    if not isinstance(copied, dict) or copied.keys() != {"text"} or not isinstance(copied["text"], str):
        raise bad_request('can\'t parse inline keyboard button: expected an Object with text in the field "copy_text"')
    if not 1 <= utf16_length(copied["text"]) <= LONGEST_COPIED:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return copied["text"]


def _checked_data(data: str) -> str:
    if not data:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(data.encode()) > LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return data
