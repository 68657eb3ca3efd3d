"""Dialogues as text files, to be read by anybody: what a person does, what the bot shows, what the supplier does.

    you: 10                     a message of the person's; further lines of it are indented, an empty one is a ↵
    you reply: x2               the same, as a reply to the newest message that shows an order
    you tap: Skip               a button of the newest message that has it
    you tap again: Confirm      the button that was tapped last, once more
    you send: sticker           something that is no text
    you edit: 11                an earlier message, changed
    you drop: orders.xlsx       a sheet; its rows are the indented lines, with | between the cells
    bot:                        one message, indented, exactly as read; buttons stand as rows of [labels] at its end
    file: orders.xlsx           behind the text of a message, with its rows: the sheet that goes with it
    bot changes the card:       the same, but certainly a message that stood there already
    bot, in passing: ...        the short notice on a tapped button
    supplier: takes the order   what it does with the order that was just confirmed, or with a question about a product
    supplier: is asked for the order    a look-up of the order whose outcome is unknown
    supplier: is asked for the status   that somebody wants to know
    supplier: is watched        about every order that is due, by itself
    colleague: /status 7        what a second person sends; `colleague tap` is a button in that person's chat
    bot to colleague:           one message there; what it says before that person has done something is left out
    language: zh-hant           what Telegram says of the person's language from here on; English before that
    later: 5 seconds            the clock goes on, by seconds, minutes, hours or days
    repeat with n from 2 to 9:  the indented lines, with {n} replaced; what the bot says meanwhile is left out

Lines that begin with # and empty lines are for the reader. Every dialogue begins on 1 Mar 2026 at 04:00:00, and the
clock stands still there until a `later` line moves it on. Our references are 1001, 1002 and so on; the person is called
Admin. What a supplier may do is listed in supplying.py. This file knows nothing of the bot.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """`line` is where it stands in the file. After a `quiet` step the bot's messages are not looked at."""

    line: int
    quiet: bool


@dataclass(frozen=True, slots=True)
class Says(Step):
    """`replies`: to the newest message that shows an order."""

    text: str
    colleague: bool = False
    replies: bool = False


@dataclass(frozen=True, slots=True)
class Taps(Step):
    """`again`: the button tapped last, although it may be of an earlier moment."""

    label: str
    again: bool = False
    colleague: bool = False


@dataclass(frozen=True, slots=True)
class Sends(Step):
    """A message without text: sticker, photo, voice, file."""

    what: str


@dataclass(frozen=True, slots=True)
class Edits(Step):
    text: str


@dataclass(frozen=True, slots=True)
class Drops(Step):
    """A sheet by the name of its file, and the cells of its rows."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Shows(Step):
    """A message of the bot's: its text as read, and its buttons' labels by row. `changed`: it stood there before."""

    text: str
    rows: Rows
    colleague: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Passing(Step):
    text: str


@dataclass(frozen=True, slots=True)
class Supplier(Step):
    """What a supplier does; `detail` is what stood in brackets, such as its own code of a refusal."""

    does: str
    detail: str


@dataclass(frozen=True, slots=True)
class Speaks(Step):
    language: str


@dataclass(frozen=True, slots=True)
class Later(Step):
    """So many seconds go by."""

    seconds: int


_HEAD = re.compile(
    r"(you|you reply|you tap|you tap again|you send|you edit|you drop|colleague|colleague tap|bot|bot to colleague"
    r"|bot changes the card|bot, in passing|supplier|later|language):(?: (.*))?"
)
_TIME = re.compile(r"([1-9][0-9]*) (second|minute|hour|day)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_EMPTY = "↵"
_REPEAT = re.compile(r"repeat with n from (\d+) to (\d+):")
_ROW = re.compile(r"\[[^\[\]]+\](?: \[[^\[\]]+\])*")


def read(path: Path) -> list[Step]:
    """The steps of a file, in order. Raises ValueError that names file and line."""
    try:
        return parse(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None


def parse(text: str) -> list[Step]:
    """The steps of a dialogue, in order. Raises ValueError that names the line."""
    return list(_steps([*enumerate(text.splitlines(), 1)], quiet=False))


def _steps(lines: list[tuple[int, str]], *, quiet: bool) -> Iterator[Step]:
    for (number, head), body in _blocks(lines):
        if again := _REPEAT.fullmatch(head):
            for n in range(int(again[1]), int(again[2]) + 1):
                yield from _steps([(at, line.replace("{n}", str(n))) for at, line in body], quiet=True)
        elif found := _HEAD.fullmatch(head):
            yield _step(found[1], [*filter(None, [found[2]]), *(line for _, line in body)], number, quiet=quiet)
        else:
            raise ValueError(f"line {number} can't be understood: {head}")


def _blocks(lines: list[tuple[int, str]]) -> Iterator[tuple[tuple[int, str], list[tuple[int, str]]]]:
    """Each line that is not indented, with the indented ones that follow it, their indent taken away."""
    head: tuple[int, str] | None = None
    body: list[tuple[int, str]] = []
    for number, line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("    "):
            if head is None:
                raise ValueError(f"line {number} is indented and belongs to nothing")
            body.append((number, line[4:]))
            continue
        if head is not None:
            yield head, body
        head, body = (number, line), []
    if head is not None:
        yield head, body


_SIMPLE: Mapping[str, Callable[[int, bool, str], Step]] = {
    "you": Says,
    "you tap": Taps,
    "you send": Sends,
    "you edit": Edits,
    "language": Speaks,
    "bot, in passing": Passing,
}


def _step(who: str, lines: list[str], number: int, *, quiet: bool) -> Step:
    text = "\n".join("" if line == _EMPTY else line for line in lines)
    if who in _SIMPLE:
        return _SIMPLE[who](number, quiet, text)
    if who == "you drop":
        name, *rows = lines
        return Drops(number, quiet, name, tuple(tuple(cell.strip() for cell in row.split("|")) for row in rows))
    if who == "you reply":
        return Says(number, quiet, text, replies=True)
    if who == "you tap again":
        return Taps(number, quiet, text, again=True)
    if who == "colleague":
        return Says(number, quiet, text, colleague=True)
    if who == "colleague tap":
        return Taps(number, quiet, text, colleague=True)
    if who in {"bot", "bot to colleague", "bot changes the card"}:
        return _shows(who, lines, number, quiet=quiet)
    if who == "later":
        return Later(number, quiet, _seconds(text, number))
    does, _, detail = text.removesuffix(")").partition(" (")
    return Supplier(number, quiet, does, detail)


def _seconds(text: str, number: int) -> int:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"line {number} tells no time: {text}")
    return int(found[1]) * _SECONDS[found[2]]


def _shows(who: str, lines: list[str], number: int, *, quiet: bool) -> Shows:
    rows: list[tuple[str, ...]] = []
    while lines and _ROW.fullmatch(lines[-1]):
        rows.insert(0, tuple(lines.pop()[1:-1].split("] [")))
    changed, colleague = who == "bot changes the card", who == "bot to colleague"
    return Shows(number, quiet, "\n".join(lines), tuple(rows), colleague, changed)
