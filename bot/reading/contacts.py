"""Phone numbers, e-mail addresses, links, accounts and order numbers, which are known by their shape alone.

They are looked for first: what is left between them is easier to understand, and no digit of them is a house number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from providers.cleaning.doubts import of_link
from providers.cleaning.send import link, phone, web_address
from providers.fields import Part

_D: Final = r"[0-9*]"
_EXTENSION: Final = (
    r"(?: ?(?:转|轉|分機|分机|ext\.?|extension|#|x(?=[0-9]))[ :]*[0-9]{1,8}|-[0-9]{3,6}(?![0-9-])|"
    r" ?\[[0-9]{1,8}\]| ?\((?:转|轉|分機|分机|ext\.?|#)[ :]*[0-9]{1,8}\))?"
)
_PHONE: Final = re.compile(
    r"(?<![0-9A-Za-z@._=-])(?<![0-9]#)(?:"
    rf"(?P<mobile>(?:(?:\+|00)?86[ -]?)?1[ .-]?[3-9][ .-]?[0-9]"
    rf"(?:[ .-]?(?:{_D}{{4}}|x{{4}})[ .-]?{_D}{{4}}|(?:[ .-]?{_D}){{8}}))(?![0-9*])"
    r"(?P<comma>,[0-9]{4}(?![0-9,-]|[㐀-鿿]))?"
    r"|(?:\+|00)?886[ -]?(?:\(0\) ?|0)?(?:9[0-9]{2}[ -]?[0-9*]{3}[ -]?[0-9*]{3}|"
    r"[2-8][ -]?[0-9]{3,4}[ -]?[0-9]{4})(?![0-9*])"
    r"|\(09[0-9]{2}\)[ -]?[0-9*]{3}[ -]?[0-9*]{3}(?![0-9*])"
    r"|(?P<taiwan>09(?:[ .-]?[0-9*]){8})(?![0-9*])"
    r"|(?:\(0[1-9][0-9]{0,2}\)|0[1-9][0-9]{0,2})[ -]?[0-9]{3,4}[ -]?[0-9]{4}(?![0-9*])"
    r"|[48]00[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}(?![0-9*])"
    r"|\+[1-9][0-9]{0,2}(?:[ -]?[0-9]{2,4}){2,4}(?![0-9*])"
    rf"){_EXTENSION}",
    re.IGNORECASE,
)
_SHORT_END: Final = re.compile(r"[ .-][0-9*]{1,2}$")
_IN_PAIRS: Final = re.compile(r".{1,6}(?:[ .-][0-9*]{2}){4,5}|[0-9*](?:[ .-][0-9*]){9,10}")
"""Mobile numbers end in three digits or more, unless all are grouped so."""
_ODD_PHONE: Final = re.compile(
    r"(?<![0-9A-Za-z@._=*-])(?<![0-9]#)(?:1[3-9][0-9]{8}|1[3-9][0-9]{10}|09[0-9]{7}|09[0-9]{9}|"
    r"1[3-9][0-9][ -][0-9]{3,5}[ -][0-9]{3,5}|09[0-9]{2}[ -][0-9]{2,4}[ -][0-9]{2,4})(?![0-9A-Za-z*]|-[0-9])"
)
"""Mobile numbers of China and Taiwan with a digit too few or too many."""
_SHORT: Final = re.compile(r"(?<![0-9A-Za-z@._=*#-])9[0-9]{8}(?![0-9A-Za-z*@._-])")
_MISTYPED: Final = re.compile(
    r"(?<![0-9A-Za-z@._=*-])(?=(?:[0-9]*[OolI|]){1,2}[0-9]*(?![0-9OolI|]))[1lI|][3-9][0-9OolI|]{9}(?![0-9A-Za-z*-])"
)
"""Mobile numbers of China with a letter that looks like a digit."""
_DIGITS: Final = str.maketrans("OolI|", "00111")
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?![A-Za-z0-9])")
_LINK: Final = re.compile(
    r"https?: ?//[^\s一-鿿぀-ヿ　-〿\"'<>|,、。]+(?:,[^\s一-鿿\"'<>|,、。]+)*"
    r"|"
    r"(?<![A-Za-z0-9@._/-])(?:www\.)?(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}/[^\s一-鿿\"'<>|"
    r",、。]*"
    r"|(?<![A-Za-z0-9@._/-])www\.(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}",
    re.IGNORECASE,
)
_CELL_BEHIND: Final = re.compile(r"(?:,|(?<=[^:]):)[0-9]+[kKwW]?$")
"""The next cell of a line that commas or colons part."""
_HOST: Final = re.compile(r"https?: ?//[^/]*", re.IGNORECASE)
_LINK_END: Final = re.compile(r"[.;:!?)\]}]+$")
_USERNAME: Final = re.compile(r"(?<![A-Za-z0-9._/])@([A-Za-z0-9_](?:[A-Za-z0-9._]*[A-Za-z0-9_])?)")
_ORDER_NUMBER: Final = re.compile(
    r"(?<![0-9A-Za-z*.-])(?:[0-9]{6}-[0-9]{12,18}|[0-9]{12,24}|(?=[0-9A-Z]*[0-9]{6})[A-Z]{1,4}[0-9]{8,22})"
    r"(?![0-9A-Za-z*-])"
)
_FEWEST_MASKED: Final = 3


@dataclass(frozen=True, slots=True)
class Contact:
    """A part found by its shape: the answer that it is, and its place in the text."""

    part: Part
    answer: str
    start: int
    end: int
    doubt: str = ""
    options: tuple[str, ...] = ()


def contacts_in(text: str) -> tuple[list[Contact], str]:
    """All of them in a line, in order, and the line with a mark for each of their characters."""
    found: list[Contact] = []
    rest = text
    if "@" in text:
        rest = _taken(rest, found, _emails(rest))
    if "." in text or "//" in text:
        rest = _taken(rest, found, _links(rest))
    if "@" in rest:
        rest = _taken(rest, found, _usernames(rest))
    if any(map(str.isdigit, rest)):
        rest = _taken(rest, found, _phones(rest))
        rest = _taken(rest, found, _odd_phones(rest))
        rest = _taken(rest, found, _short_phones(rest))
        rest = _taken(rest, found, _mistyped_phones(rest))
        rest = _taken(rest, found, _order_numbers(rest))
    return sorted(found, key=lambda one: one.start), rest


def _taken(text: str, found: list[Contact], more: Iterator[Contact]) -> str:
    for one in more:
        found.append(one)
        text = text[: one.start] + "\0" * (one.end - one.start) + text[one.end :]
    return text


def _emails(text: str) -> Iterator[Contact]:
    return (Contact(Part.EMAIL, one[0], *one.span()) for one in _EMAIL.finditer(text))


def _links(text: str) -> Iterator[Contact]:
    for one in _LINK.finditer(text):
        whole = one[0]
        end = _LINK_END.search(whole)
        if end and not (end[0].startswith((")", "]", "}")) and whole.count("(") >= whole.count(")") > 0):
            whole = whole[: end.start()]
        host = _HOST.match(whole)
        if host is None or host.end() < len(whole):
            whole = _CELL_BEHIND.sub("", whole)
        answer = str(link(whole))
        try:
            web_address(answer)
        except ValueError:
            continue
        doubt = of_link(answer)
        yield Contact(
            Part.LINK,
            answer,
            one.start(),
            one.start() + len(whole),
            doubt.code if doubt else "",
            doubt.readings if doubt else (),
        )


def _usernames(text: str) -> Iterator[Contact]:
    return (Contact(Part.USERNAME, one[1], *one.span()) for one in _USERNAME.finditer(text))


def _phones(text: str) -> Iterator[Contact]:
    for one in _PHONE.finditer(text):
        seen = sum(map(str.isdigit, one[0]))
        if "*" in one[0] and seen < _FEWEST_MASKED:
            continue
        said, mobile = one[0].strip(), one["mobile"] or one["taiwan"]
        if mobile and _SHORT_END.search(mobile) and not _IN_PAIRS.fullmatch(mobile):
            continue
        if mobile == said:
            # However a mobile number is grouped, it is one.
            said = re.sub("[ .-]", "", mobile)
        # A comma before four digits may part an extension from a number, or a number from something else.
        doubt = "phone_extension" if one["comma"] else ""
        yield Contact(Part.PHONE, str(phone(said)), *one.span(), doubt, (str(phone(said)), mobile) if doubt else ())


def _odd_phones(text: str) -> Iterator[Contact]:
    return (Contact(Part.PHONE, one[0], *one.span(), "phone_digits") for one in _ODD_PHONE.finditer(text))


def _short_phones(text: str) -> Iterator[Contact]:
    """Taiwan's mobile numbers without their 0, which spreadsheets leave out."""
    return (Contact(Part.PHONE, f"0{one[0]}", *one.span(), "phone_digits") for one in _SHORT.finditer(text))


def _mistyped_phones(text: str) -> Iterator[Contact]:
    return (
        Contact(Part.PHONE, one[0].translate(_DIGITS), *one.span(), "phone_digits") for one in _MISTYPED.finditer(text)
    )


def _order_numbers(text: str) -> Iterator[Contact]:
    return (Contact(Part.ORDER_NUMBER, one[0], *one.span()) for one in _ORDER_NUMBER.finditer(text))
