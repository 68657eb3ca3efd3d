"""The numbers in a pasted text: what may be an order's number or reference among all that stands around it.

People paste a line of a chat, a card of ours or a column of a table. Only the journal can say what is an order's; here
is told what is worth asking it for.
"""

import re
import unicodedata
from typing import Final

from providers.cleaning import typed_number, without_marks

MOST: Final = 30
"""Numbers of a text that are looked at."""
_SHORTEST: Final = 3
_LONGEST_ASIDE: Final = 16
"""Letters for each number that may stand around it where a text is about nothing else: `the order number is 1207`."""
_TOKEN: Final = re.compile(r"(?<![0-9A-Za-z])#?[0-9A-Za-z]+(?:[-_./][0-9A-Za-z]+)*")
_COUNTED: Final = re.compile(r"(?:[×xX*¥$€£+]|NT\$)\s?$")
"""The end of what stands before a quantity or an amount."""
_THOUSANDS: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])")
_BESIDE: Final = re.compile(r"1[3-9][0-9]{9}|09[0-9]{8}|(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}")
"""Mobile numbers of China and Taiwan, and days: they stand beside an order's number."""
_AMOUNT: Final = re.compile(r"[0-9]+\.[0-9]{1,2}")
_INNER: Final = re.compile(r"[_./]")


def numbers_in(text: str) -> tuple[str, ...]:
    """Candidates for an order's number, in the order of the text, each once; no quantity, amount or short one."""
    plain = _THOUSANDS.sub(" ", _plain(text))
    found: dict[str, None] = {}
    for match in _TOKEN.finditer(plain):
        token = match[0]
        if _COUNTED.search(plain[: match.start()]) or _AMOUNT.fullmatch(token):
            continue
        # `No.1207` and `1207/1208` hold numbers of their own.
        for one in (token, *(_INNER.split(token) if _INNER.search(token) else ())):
            if _may_be_number(one):
                found[one] = None
    return tuple(found)[:MOST]


def is_about_numbers(text: str, numbers: tuple[str, ...]) -> bool:
    """Check whether hardly anything but these numbers stands in the text, so that one which is not found matters."""
    return bool(numbers) and letters_beside(text, numbers) <= _LONGEST_ASIDE * len(numbers)


def letters_beside(text: str, numbers: tuple[str, ...]) -> int:
    """The letters of a text that are not in one of these numbers; a Chinese one says as much as two others."""
    rest = _plain(text)
    for number in sorted(numbers, key=len, reverse=True):
        rest = rest.replace(number, " ")
    return sum(1 if one.isascii() else 2 for one in rest if one.isalpha())


def stands_beside(number: str) -> bool:
    """Check whether this is a phone or a day, which nobody misses among orders."""
    return _BESIDE.fullmatch(number) is not None


def _plain(text: str) -> str:
    """The text with numbers as they are looked up; its lines stay apart."""
    return "\n".join(typed_number(line) for line in without_marks(unicodedata.normalize("NFKC", text)).splitlines())


def _may_be_number(token: str) -> bool:
    digits = sum(map(str.isdigit, token))
    return digits > 0 and (len(token) >= _SHORTEST or token.startswith("#"))
