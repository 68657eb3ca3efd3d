"""A message ready for Telegram: its HTML, its buttons, and what keeps both within Telegram's limits."""

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 4096
"""UTF-16 units of a message after its markup is read."""
_PART = 1800
"""Characters, of which each may be two UTF-16 units."""
_TWO_ENDS = 10
"""Columns below which two ends of a name say less than its beginning."""
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Style(StrEnum):
    """The colour of a button, by its meaning, in Telegram's words; few buttons have one."""

    NONE = ""
    PRIMARY = "primary"  # blue: the one obvious thing to do
    SUCCESS = "success"  # green: the order is placed by it, or is known to be
    DANGER = "danger"  # red: something is given up by it, or ordered twice


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: its label, and what a tap on it carries, or else the text that it copies.

    `typed` are other words than its label that people may type in its place.
    """

    text: str
    data: str = ""
    copy: str = ""
    style: str = Style.NONE
    typed: tuple[str, ...] = ()

    @property
    def extras(self) -> list[str]:
        """The text that it copies and its colour, as far as it has them."""
        if self.style:
            return [self.copy, str(self.style)]
        return [self.copy] if self.copy else []


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a message, by the name that people see."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """Text as Telegram's HTML, and rows of buttons; with a file it is the caption, of at most 1,024 characters."""

    html: str
    rows: tuple[tuple[Button, ...], ...] = ()
    file: Attached | None = None

    @property
    def is_numbered(self) -> bool:
        """Check whether it has buttons that are the numbers of its rows."""
        return any(button.text.isdecimal() for row in self.rows for button in row)


def readable(text: str) -> str:
    """Text without what Telegram can't take, and without marks that would turn the rest of the line around."""
    return _DIRECTION.sub("", _UNSHOWN.sub(" ", text))


def escaped(text: str) -> str:
    """Plain text as HTML, made readable."""
    return html.escape(readable(text), quote=False)


def bold(text: str) -> str:
    return f"<b>{escaped(text)}</b>"


def code(text: str) -> str:
    """Text that one tap copies."""
    return f"<code>{escaped(text)}</code>"


def shortened(text: str, limit: int) -> str:
    """One line of at most `limit` characters; what is left out is marked by an ellipsis."""
    text = " ↵ ".join(part for part in text.splitlines() if part.strip())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def narrowed(text: str, columns: int) -> str:
    """As `shortened`, but for what stands beside something: a Chinese character is as wide as two others."""
    text = shortened(text, columns)
    cut = next((n for n in range(1, len(text) + 1) if width(text[:n]) > columns), None)
    return text if cut is None else text[: max(cut - 2, 0)].rstrip() + "…"


def narrowed_inside(text: str, columns: int) -> str:
    """The same, but it is the middle that is left out: two names that begin alike are told apart by their ends."""
    text = shortened(text, len(text) + 1)
    if width(text) <= columns:
        return text
    if columns < _TWO_ENDS:
        return narrowed(text, columns)
    tail = next(n for n in range(len(text) + 1) if width(text[n:]) <= columns // 2)
    head = narrowed(text[:tail], columns - width(text[tail:]))
    return head.removesuffix("…") + "…" + text[tail:].lstrip()


def narrowed_to_end(text: str, columns: int) -> str:
    """The same, but it is the end that stays: of a link that tells it from another."""
    text = shortened(text, len(text) + 1)
    if width(text) <= columns:
        return text
    return "…" + text[next(n for n in range(len(text) + 1) if width(text[n:]) <= columns - 1) :]


def width(text: str) -> int:
    """Columns that a text takes beside others."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def visible_length(text: str) -> int:
    """UTF-16 units of HTML once Telegram has read the markup."""
    return len(html.unescape(re.sub(r"<[^>]*>", "", text)).encode("utf-16-le")) // 2


def fitting(write: Callable[[int], str]) -> str:
    """The text that `write(limit)` makes with the longest limit for single values that fits into one message."""
    for limit in (400, 200, 100, 60, 30, 15):
        text = write(limit)
        if visible_length(text) <= LONGEST:
            return text
    raise ValueError("the message has too many parts to fit, however short each is")


def packed(lines: list[str], above: str = "") -> list[str]:
    """Lines of HTML as few texts that each fit into one message; every line is short and closes its own markup.

    `above` is the longest line that is put before each of them.
    """
    room = LONGEST - (visible_length(above) + 1 if above else 0)
    texts = [lines[0]]
    for line in lines[1:]:
        longer = f"{texts[-1]}\n{line}"
        if visible_length(longer) <= room:
            texts[-1] = longer
        else:
            texts.append(line)
    return texts


def split(text: str) -> list[str]:
    """A line in parts that each fit into one message with room to spare, none of its characters left out."""
    return [text[at : at + _PART] for at in range(0, len(text), _PART)] or [""]


def rows_of(buttons: list[Button], width: int) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))
