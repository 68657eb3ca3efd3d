"""The shapes in which a message can go: as it is meant, and with less for a server that refuses some of it.

A message that looks poorer is read; one that was refused isn't.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

Rows = Sequence[Sequence[Sequence[str]]]
"""Rows of buttons: label, what a tap carries, the text that it copies instead, and its colour, the last two if any."""
OLD_ATTRIBUTES: Final = frozenset({"text", "callback_data", "url"})
"""Attributes of a button that every server knows; whatever else there is may be left out."""
_ACTIONS: Final = frozenset({"callback_data", "url", "copy_text"})
_TAG: Final = re.compile(r"</?(?:b|i|u|s|code|pre|a|blockquote|tg-spoiler)(?: [^<>]*)?>")
_NO_PREVIEW: Final = {"is_disabled": True}


@dataclass(frozen=True, slots=True)
class MessageShape:
    """All that a message has, without some attributes of its buttons, without formatting, or without buttons."""

    without: frozenset[str] = frozenset()
    is_formatted: bool = True
    has_buttons: bool = True


WHOLE: Final = MessageShape()


def shapes(text: str, rows: Rows, refused: frozenset[str]) -> Iterator[MessageShape]:
    """The shapes of a message, the best first, for a server that is known to refuse some attributes of buttons."""
    less = refused | newer(rows)
    yield MessageShape(refused)
    if less != refused:
        yield MessageShape(less)
    if _plain(text) != text:
        yield MessageShape(less, is_formatted=False)
    if rows:
        yield MessageShape(less, is_formatted=False, has_buttons=False)


def newer(rows: Rows) -> frozenset[str]:
    """The attributes of these buttons that a server may not know."""
    return frozenset(name for row in rows for button in row for name in _button(*button)) - OLD_ATTRIBUTES


def parameters(chat_id: int, text: str, rows: Rows, shape: MessageShape = WHOLE) -> dict[str, Any]:
    """The parameters that sending and editing share; `text` is HTML. Source: Bot API, "sendMessage"."""
    values: dict[str, Any] = {"chat_id": chat_id, "link_preview_options": _NO_PREVIEW}
    values |= {"text": text, "parse_mode": "HTML"} if shape.is_formatted else {"text": _plain(text)}
    keyboard = _keyboard(rows, shape.without) if shape.has_buttons else []
    return values | {"reply_markup": {"inline_keyboard": keyboard}} if keyboard else values


def _keyboard(rows: Rows, without: frozenset[str]) -> list[list[dict[str, Any]]]:
    """The buttons that can still do something."""
    kept = [[_lessened(_button(*button), without) for button in row] for row in rows]
    useful = [[button for button in row if button.keys() & _ACTIONS] for row in kept]
    return [row for row in useful if row]


def _lessened(button: dict[str, Any], without: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in button.items() if name not in without}


def _button(text: str, data: str, copy: str = "", style: str = "") -> dict[str, Any]:
    button: dict[str, Any] = {"text": text} | ({"copy_text": {"text": copy}} if copy else {"callback_data": data})
    return button | ({"style": style} if style else {})


def _plain(text: str) -> str:
    """The words of a message, with every character that can't be sent made visible."""
    return html.unescape(_TAG.sub("", text)).encode(errors="replace").decode()
