"""The characters that nobody sees: taken off where they mean nothing, and named where they stand inside.

They come along when text is copied from chats, contacts and web pages. Inside a name or a link they may mean anything,
so that a person is told; those that belong to what is seen, as in many emoji, stay. Everything here is pure.
"""

import re
import unicodedata
from typing import Final

_MARKS: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Unicode's "default ignorable" characters, among them directions, fillers and selectors."""
_BLANK: Final = "\u2800"
"""A Braille pattern without a dot: no space to a computer, and one to a reader."""
_DASHES: Final = re.compile("[\u058a\u2010-\u2015\u2043\u207b\u208b\u2212\u2e3a\u2e3b\u301c\u3030\ufe31\ufe32\ufe58]")
_WIDE: Final = {0xFF01 + n: 0x21 + n for n in range(0x5E)} | dict.fromkeys((0x3000, 0xA0), 0x20)
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
"""Control characters that break no line."""
_HIDDEN: Final = re.compile(f"{_MARKS.pattern}|{_CONTROLS.pattern}")

_LETTER: Final = re.compile("[0-9A-Za-z\u4e00-\u9fff]")
"""What most texts begin with, and is seen."""

_SELECTORS: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_TAGS: Final = re.compile("[\U000e0020-\U000e007f]")
_FLAG: Final = "\U0001f3f4"
_JOINER, _NON_JOINER = "\u200d", "\u200c"
_JOINING: Final = re.compile("[\u0600-\u0dff\u1000-\u109f\u1780-\u17ff]")
"""Scripts whose letters are joined or kept apart by such marks: Arabic, those of India, and two further ones."""
_MONGOLIAN: Final = re.compile("[\u1800-\u18af]")

_KINDS: Final = (
    ("space", re.compile("[\u200b\u2060\ufeff]")),
    ("joiner", re.compile("[\u200c\u200d\u034f]")),
    ("hyphen", re.compile("\u00ad")),
    ("direction", re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")),
    ("control", _CONTROLS),
)
"""The kinds that have a name in each language; any other is `other`."""


def has_visible(text: str) -> bool:
    """True when there is something to see: more than spaces, marks, controls, and accents without a letter."""
    return _LETTER.match(text) is not None or any(
        unicodedata.category(one) not in {"Cc", "Cf", "Cs"} and unicodedata.category(one)[0] not in "ZM"
        for one in without_marks(text)
        if one != _BLANK
    )


def without_marks(text: str) -> str:
    """`text` without the characters that nobody sees; spaces and controls stay."""
    return _MARKS.sub("", text)


def without_controls(text: str) -> str:
    """`text` without controls that break no line."""
    return _CONTROLS.sub("", text)


def one_dash(text: str) -> str:
    """`text` with every kind of dash as the one on keyboards."""
    return _DASHES.sub("-", text)


def evened(text: str) -> str:
    """`text` with plain signs, digits, letters, spaces and dashes for wide ones, each in its place."""
    return one_dash(text.translate(_WIDE))


def trimmed(text: str) -> str:
    """`text` without spaces and marks at its ends; a mark that belongs to the last character stays."""
    while True:
        shorter = text.strip()
        while shorter and _MARKS.match(shorter[0]):
            shorter = shorter[1:]
        while shorter and _MARKS.match(shorter[-1]) and not _belongs(shorter, len(shorter) - 1):
            shorter = shorter[:-1]
        if shorter == text:
            return text
        text = shorter


def hidden_in(text: str) -> str:
    """The first character that nobody sees and that belongs to nothing seen; empty for none."""
    return next((found[0] for found in _HIDDEN.finditer(text) if not _belongs(text, found.start())), "")


def kind_of_mark(mark: str) -> str:
    return next((kind for kind, marks in _KINDS if marks.match(mark)), "other")


def code_of_mark(mark: str) -> str:
    """Unicode's number of a character, as in `U+200B`."""
    return f"U+{ord(mark):04X}"


def with_marks_shown(text: str) -> str:
    """`text` as it is, with its number in the place of each character that nobody would see."""
    if _HIDDEN.search(text) is None:
        return text
    return "".join(
        f"⟨{code_of_mark(one)}⟩" if _HIDDEN.match(one) and not _belongs(text, place) else one
        for place, one in enumerate(text)
    )


def _belongs(text: str, place: int) -> bool:
    """Check whether a mark is part of what is seen: of an emoji, a variant of a character, or joined letters."""
    mark, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if not before or before.isspace():
        return False
    if _SELECTORS.match(mark):
        return _MARKS.match(before) is None
    if _TAGS.match(mark):
        return text[:place].rstrip("".join(map(chr, range(0xE0020, 0xE0080)))).endswith(_FLAG)
    if mark in (_JOINER, _NON_JOINER) and after:
        letters = _JOINING.match(before) is not None and _JOINING.match(after) is not None
        pictures = _is_picture(before) and _is_picture(after)
        return letters or (mark == _JOINER and pictures)
    return "\u180b" <= mark <= "\u180f" and _MONGOLIAN.match(before) is not None


def _is_picture(character: str) -> bool:
    """Check for an emoji, the colour of its skin, or the selector behind one."""
    return unicodedata.category(character) in {"So", "Sk"} or _SELECTORS.match(character) is not None
