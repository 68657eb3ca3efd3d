"""A pasted text in plain forms, of which each character still knows where it stood.

Full-width forms, dashes and brackets have many spellings, and what nobody sees comes along with every copy: what looks
for a phone number is not to know all that, and what is found is to be shown where it was written.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from providers.cleaning.marks import one_dash, without_marks

_SAME: Final = str.maketrans(
    {**dict.fromkeys("【〔", "["), **dict.fromkeys("】〕", "]"), **dict.fromkeys("丨￤", "|"), "➕": "+"}
    | dict.fromkeys("「」『』《》〈〉•●○◆■★☆✅→➡", " ")
)
_SPACES: Final = str.maketrans("\u00a0\u3000\u2003\u2002", "    ")
_BREAKS: Final = "\n\r\u0085\u2028\u2029\v\f"
_BREAK: Final = re.compile(r"[\t\n\r\v\f\x85\u2028\u2029]")
_NUMBERS_IN_CIRCLES: Final = {chr(0x2460 + n): str(n + 1) for n in range(20)}

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PlainText:
    """`text` is what was sent in plain forms; `places[n]` is where its character n stood in `sent`."""

    sent: str
    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The place in the sent text of a part of the plain one; `end` is behind it."""
        if start >= end:
            return (0, 0)
        return (self.places[start], self.places[end - 1] + 1)

    def as_sent(self, start: int, end: int) -> str:
        """The part as it was written, without what nobody sees and without spaces at its ends."""
        if start >= end:
            return ""
        first, last = self.span(start, end)
        said = without_marks(self.sent[first:last]).translate(_SPACES).strip()
        return " ".join(said.split()) if _BREAK.search(said) else said


def plain_text(sent: str) -> PlainText:
    """The text in plain forms: no marks, pictures as spaces, one kind of dash, bracket and line break."""
    if sent.isascii() and "\r" not in sent:
        return PlainText(sent, sent, tuple(range(len(sent))))
    kept: list[str] = []
    places: list[int] = []
    before = ""
    for place, one in enumerate(sent):
        plain = one if "一" <= one <= "鿿" else _plain(one)
        if one == "，" and sent[place - 1 : place].isdigit() and sent[place + 1 : place + 2].isdigit():
            # Nobody groups the digits of a number by it.
            plain = "、"
        if one in "•●" and "一" <= sent[place - 1 : place] <= "鿿" and "一" <= sent[place + 1 : place + 2] <= "鿿":
            # The dot within a name of several words, as some keyboards have it.
            plain = "·"
        if plain == "\n" and before == "\r":
            plain = ""
        if plain:
            kept.append(plain)
            places.append(place)
        before = one
    return PlainText(sent, "".join(kept), tuple(places))


@lru_cache(maxsize=4096)
def _plain(one: str) -> str:
    """One character in its plain form; empty for what nobody sees."""
    if one in _BREAKS:
        return "\n"
    if one == "\t" or one in _NUMBERS_IN_CIRCLES:
        return one
    if not without_marks(one):
        return ""
    category = unicodedata.category(one)
    if category in {"So", "Sk", "Cs", "Co", "Cn", "Cc"} and one not in "^`~":
        return " "
    wide = unicodedata.normalize("NFKC", one)
    plain = one_dash(wide if len(wide) == 1 else one).translate(_SAME)
    return " " if plain.isspace() else plain


def bare(text: str) -> str:
    """A part without the signs that part it from others."""
    return re.sub(r"^[\s,;:|/、。.!?~\-+*#=>]+|[\s,;:|/、。!~\-+=<]+$", "", text)
