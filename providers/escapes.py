"""Undoes the escaping of a text, so that a secret is found however an answer quotes it.

The cost grows with the length of the text and with nothing else: an answer may be made of escapes, and of things that
only begin like one.
"""

import re
from collections.abc import Callable, Iterator
from html.entities import html5

LEVELS = 3
"""The most times that an answer may have escaped what it quotes."""
ESCAPE = re.compile(r"[%&+\\]")
"""A character without which nothing is escaped; within base64 nothing is looked for here."""

# Backslashes before the last one are taken out in any case; a pattern that takes them along would begin anew at each.
_CODE_POINT = re.compile(r"\\u([0-9a-fA-F]{4})")
_ENTITY = re.compile(r"&(?:#(?:0*([0-9]{1,7})|[xX]0*([0-9a-fA-F]{1,6}))|([A-Za-z][A-Za-z0-9]{1,31}))(;?)")
_BYTES = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_UNENDED = frozenset(name for name in html5 if not name.endswith(";"))
"""Names that are read without a semicolon too, whatever comes after them."""
_LONGEST_UNENDED = max(map(len, _UNENDED))


def escapes_in(text: str) -> int:
    """The number of characters that may begin an escape."""
    return text.count("\\") + text.count("&") + text.count("%")


def stages(text: str) -> Iterator[str]:
    """The text as it is after each step of undoing its escapes, in the two ways in which an address is read."""
    plus = "+" in text
    for stage in _undone(text, _percent):
        plus = plus or "+" in stage
        yield stage
    if plus:
        yield from _undone(text, _form)


def _undone(text: str, address: Callable[[str], str]) -> Iterator[str]:
    for _ in range(LEVELS):
        before = text
        for undo in (_slashes, _entities, address):
            undone = undo(text)
            if undone != text:
                yield undone
            text = undone
        if text == before:
            return


def _slashes(text: str) -> str:
    return _CODE_POINT.sub(lambda found: chr(int(found[1], 16)), text).replace("\\", "") if "\\" in text else text


def _entities(text: str) -> str:
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    decimal, hexadecimal, name, end = found.groups()
    if name is None:
        code = int(decimal) if decimal is not None else int(hexadecimal, 16)
        return chr(code) if code <= 0x10FFFF else "\N{REPLACEMENT CHARACTER}"  # noqa: PLR2004  Unicode's last one
    if end and (meant := html5.get(f"{name};")) is not None:
        return meant
    for length in range(min(len(name), _LONGEST_UNENDED), 1, -1):
        if name[:length] in _UNENDED:
            return html5[name[:length]] + name[length:] + end
    return found[0]


def _percent(text: str) -> str:
    return _BYTES.sub(_octets, text) if "%" in text else text


def _octets(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("%", "")).decode(errors="replace")


def _form(text: str) -> str:
    return _percent(text.replace("+", " "))
