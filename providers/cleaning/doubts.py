"""Answers that may not mean what they say: a person is asked, and can insist.

Only what has two meanings is asked. The readings that a doubt offers are answers as they would be typed. Everything
here is pure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from providers.cleaning.numbers import Meanings, amount_in, count_in
from providers.cleaning.send import link, phone

_NUMBER_WITHIN: Final = re.compile(
    r"(?<![0-9])(?:\+?(?:86|886)[ -]?)?"
    r"(?:1[3-9][0-9][ -]?[0-9*]{4}[ -]?[0-9*]{4}|0?9[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}|"
    r"0[0-9]{1,3}[ -]?[0-9]{3,4}[ -]?[0-9]{4})(?![0-9])"
)
"""Telephones of China and Taiwan within a text; seven digits or more elsewhere are `_DIGITS_WITHIN`."""
_DIGITS_WITHIN: Final = re.compile(r"(?<![0-9])\+?[0-9](?:[ -]?[0-9]){6,}(?![0-9])")
_EXTENSION: Final = re.compile(
    r" ?(?:转|轉|分機|分机|ext(?:ension)?\.?|[#x,-])[ :]*([0-9]{1,8})$|[\[【]([0-9]{1,8})[\]】]$", re.IGNORECASE
)
_LETTER: Final = re.compile(r"[^\W\d_]")

_PLACES: Final = re.compile(r"[省市區区縣县鎮镇鄉乡村里路街巷弄號号樓楼室棟栋](?![A-Za-z])")
_NUMBERED_PLACE: Final = re.compile(r"[0-9０-９一二三四五六七八九十]+ ?(?:號|号|樓|楼|巷|弄|室|栋|棟|段)")
_STREET: Final = re.compile(r"\b[0-9]+\w*[, ]+(?:\w+ )*(?:street|st|road|rd|avenue|ave|lane|ln|drive)\b", re.IGNORECASE)
_FEWEST_PLACES: Final = 2

_URL: Final = re.compile(r"https?://[^\s\u3000-\u303f\uff00-\uffef\u4e00-\u9fff“”‘’…]+", re.IGNORECASE)
_ASIAN: Final = re.compile("[\u3000-\u303f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
_GLUED_ASIAN: Final = re.compile(
    "[\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65“”‘’…].*", re.DOTALL
)
_GLUED_END: Final = re.compile(r"[.,;:!'\"\])}>]+$")
_FIRST: Final = len("https://")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubtful answer: its `code`, the answers that it may stand for, likeliest first, and its sentence's gaps.

    `as_sent`: the answer may also be meant as it is.
    """

    code: str
    readings: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    as_sent: bool = True


def of_count(text: str, words: Iterable[tuple[str, int]] = ()) -> Doubt | None:
    """A number that can be read in two ways."""
    return _of_meanings(count_in(text, words))


def of_amount(text: str) -> Doubt | None:
    return _of_meanings(amount_in(text))


def _of_meanings(found: Meanings) -> Doubt | None:
    if found.sure or not found.numbers:
        return None
    return Doubt("number_two_ways", tuple(f"{number:,}" for number in found.numbers), as_sent=False)


def of_phone(text: str) -> Doubt | None:
    """A phone number with words beside it, or two of them."""
    told = str(phone(text))
    numbers = [told[one.start() : _end_of(told, one.end())] for one in _NUMBER_WITHIN.finditer(told)]
    if len(numbers) > 1:
        return Doubt("two_phones", tuple(dict.fromkeys(str(phone(number)) for number in numbers)))
    beside = told.replace(numbers[0], "", 1) if numbers else _EXTENSION.sub("", told)
    return Doubt("phone_with_words", tuple(str(phone(one)) for one in numbers)) if _LETTER.search(beside) else None


def _end_of(text: str, end: int) -> int:
    """The end of the extension that stands behind a number, or of the number."""
    behind = re.match(
        r" ?(?:转|轉|分機|分机|ext(?:ension)?\.?|[#x,-])[ :]*[0-9]{1,6}(?![0-9*])|[\[【][0-9]{1,8}[\]】]",
        text[end:],
        re.IGNORECASE,
    )
    return end + behind.end() if behind else end


def without_extension(text: str) -> str:
    """A phone number without the extension behind it; empty where it has none."""
    told = str(phone(text))
    found = _EXTENSION.search(told)
    return str(phone(told[: found.start()])) if found else ""


def of_name(text: str) -> Doubt | None:
    """A name that holds a phone number or an address; the name alone is offered where it is plain what that is."""
    alone = _name_in(text)
    if _NUMBER_WITHIN.search(text) or _DIGITS_WITHIN.search(text):
        return Doubt("name_with_phone", alone)
    places = {found[0] for found in _PLACES.finditer(text)}
    if len(places) >= _FEWEST_PLACES or _NUMBERED_PLACE.search(text) or _STREET.search(text):
        return Doubt("name_with_address", alone)
    return None


def _name_in(text: str) -> tuple[str, ...]:
    """The words before the first digit or the first sign that parts them, unless they too may be an address."""
    head = re.split(r"[0-9０-９+,，;；:：/|\t\n]", text.strip(), maxsplit=1)[0].strip()
    if _ASIAN.search(head):
        head = head.split()[0]
    is_name = head and head != text.strip() and not _PLACES.search(head) and _LETTER.search(head)
    return (head,) if is_name else ()


def of_address(text: str) -> Doubt | None:
    """A street address that holds a phone number; the address without it is offered."""
    found = _NUMBER_WITHIN.search(text)
    if found is None:
        return None
    rest = (text[: found.start()] + " " + text[_end_of(text, found.end()) :]).strip(" +,，;；:：/|\t\n")
    return Doubt("address_with_phone", (" ".join(rest.split()),) if _LETTER.search(rest) else ())


def of_link(text: str) -> Doubt | None:
    """A link with words before it, a second link in it, or signs at its end that may belong to the sentence."""
    told = str(link(text))
    found = list(dict.fromkeys(_glued_off(one[0]) for one in _URL.finditer(told)))
    if not found:
        return None
    starts = _URL.match(told) is not None
    if re.search(r"\s", told):
        if starts and len(found) == 1 and not _ASIAN.search(told):
            # A link that was broken in two: its first half is no likely reading.
            return None
        return Doubt("link_among_words", tuple(found), as_sent=False)
    if not starts:
        return Doubt("link_among_words", tuple(found), as_sent=False)
    second = re.search("(?:https?)?://", told[_FIRST:], re.IGNORECASE)
    if second is not None:
        place = _FIRST + second.start()
        halves = (told[:place], told[place:]) if second[0] != "://" else (told[:place],)
        return Doubt("second_link", tuple(_glued_off(half) for half in halves if not half.endswith("=")))
    glued = told[len(_glued_off(told)) :]
    return Doubt("link_end", (told[: -len(glued)],), {"end": glued}) if glued else None


def _glued_off(address: str) -> str:
    """An address without what may be glued to it; a bracket that is opened inside belongs to it."""
    bare = _GLUED_ASIAN.sub("", address)
    end = _GLUED_END.search(bare)
    if end is None or (end[0].startswith(")") and bare.count("(") >= bare.count(")")):
        return bare
    return bare[: end.start()]
