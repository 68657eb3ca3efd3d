"""The form in which typed text is sent: as typed, without what copying has added, and never with another meaning.

Names, addresses and notes keep their spelling. Ids, phones and the like are read through full-width characters, unusual
dashes and marks. A link that nobody would open otherwise gets its scheme. Everything here is pure.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

from pydantic_core import PydanticCustomError, PydanticKnownError

from providers.cleaning.marks import (
    code_of_mark,
    has_visible,
    hidden_in,
    kind_of_mark,
    one_dash,
    trimmed,
    without_marks,
)

_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")

_COUNTRY: Final = r"(?:(?:\+|00)?(?:86|886)[ -]?)?"
_MOBILE: Final = re.compile(_COUNTRY + r"(?:\(0\) ?)?[0-9]{3,}(?:[ .-][0-9]{3,})*")
"""A number and nothing behind it: of less than three digits behind a dash nobody can say what they are."""
_MOBILE_DIGITS: Final = re.compile(r"(?:(?:\+|00)?86)?1[3-9][0-9]{9}|09[0-9]{8}|(?:\+|00)?8860?9[0-9]{8}")
FEWEST_DIGITS: Final = 5
"""Of a phone number; a masked one counts its stars."""
_FEWEST_SEEN: Final = 3

_SCHEME: Final = re.compile(r"(https?) ?[:：] ?[/／]{2} ?", re.IGNORECASE)
_OTHER_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d+(?:/|$))", re.IGNORECASE)
_BARE: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::[0-9]+)?(?:/\S+|/)", re.IGNORECASE)
_WWW: Final = re.compile(r"www\.(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/:?#]\S*)?", re.IGNORECASE)
_NAMED_EMAIL: Final = re.compile(r"[^<>@]*<([^<>@\s]+@[^<>@\s]+)>")
"""An address as mail programs write it, with the name of whom it belongs to."""
_MAILTO: Final = re.compile(r"mailto ?: ?(?://)?", re.IGNORECASE)
_QUOTES: Final = frozenset({'""', "''", "“”", "‘’", "「」", "『』", "``"})
_AROUND: Final = _QUOTES | {"<>", "《》", "【】", "()", "[]", "（）"}
_CLOSING: Final = re.compile(r"[\s,;!?，、；：。！？…｡､]+$")
"""Marks that end a sentence, and no id, number or name of an account. A full stop may belong to what is before it."""
_PICTURES: Final = re.compile("[\u2600-\u2775\u27a0-\u27bf\u2b00-\u2bff\U0001f1e6-\U0001faff]")
"""Emoji, but not those that are numbers or signs of reckoning, which are told apart by their category."""


def plain(value: object) -> object:
    """Full-width forms and dashes to plain ones (NFKC), invisible marks removed, trimmed; non-text as it is.

    Quotes around it, the marks of a sentence behind it and emoji beside it are no part of it. Text with a superscript
    or a circled digit keeps its forms: NFKC would make 102 of 10².
    """
    if not isinstance(value, str):
        return value
    value = _without_sentence(without_marks(value).strip())
    if not any(unicodedata.category(character) == "No" for character in value):
        value = unicodedata.normalize("NFKC", value)
    return one_dash(value).strip()


def _without_sentence(text: str) -> str:
    """Text without what a sentence or a chat puts around it; text of nothing else stays, so that it can be refused."""
    bare = text
    while True:
        shorter = _CLOSING.sub("", bare)
        while len(shorter) > 1 and shorter[0] + shorter[-1] in _QUOTES:
            shorter = shorter[1:-1].strip()
        while shorter and _is_emoji(shorter[-1]):
            shorter = shorter[:-1].rstrip()
        while shorter and _is_emoji(shorter[0]):
            shorter = shorter[1:].lstrip()
        if shorter == bare:
            return bare or text
        bare = shorter


def _is_emoji(character: str) -> bool:
    return _PICTURES.match(character) is not None and unicodedata.category(character) in {"So", "Sk"}


def at_ends(value: object) -> object:
    """Text without spaces and marks at its ends; non-text as it is."""
    return trimmed(value) if isinstance(value, str) else value


def readable(value: str) -> str:
    """`value`, unless a part of it is no character."""
    # Pydantic looks for this itself only where a length stands right at `str`.
    if _SURROGATES.search(value):
        raise PydanticKnownError("string_unicode")
    return value


def visible(value: str) -> str:
    """`value` when there is something to see in it; else the error of an empty answer."""
    if not has_visible(value):
        raise PydanticCustomError("nothing_to_see", "nothing to see")
    return value


def visible_or_empty(value: str) -> str:
    """For answers that have a rule of their own for the empty one."""
    return visible(value) if value else value


def without_hidden(value: str) -> str:
    """`value`, unless it has a character inside that nobody sees; the error names it."""
    if mark := hidden_in(value):
        gaps = {"mark": kind_of_mark(mark), "code": code_of_mark(mark)}
        raise PydanticCustomError("hidden_mark", "{mark} {code}", gaps)
    return value


def one_line(value: str) -> str:
    if _BREAKS.search(value):
        raise PydanticCustomError("one_line", "more than one line, or a control character")
    return value


def phone(value: object) -> object:
    """A phone number as it is sent: a whole mobile number without separators, any other with all that it has.

    Behind a dash, a word or in brackets stands an extension, so that only separators that can be nothing else go.
    """
    value = plain(value)
    if not isinstance(value, str):
        return value
    spaced = re.sub(r"[ \t]+", " ", value)
    spaced = spaced.rstrip(" .-") or spaced
    digits = re.sub(r"[ ().-]", "", re.sub(r"(?<=6)[ -]?\(0\)", "", spaced))
    return digits if _MOBILE.fullmatch(spaced) and _MOBILE_DIGITS.fullmatch(digits) else spaced


def dialled(value: str) -> str:
    """`value` when it has the digits of a phone number; stars stand for digits that are masked."""
    digits = len(re.findall("[0-9]", value))
    if value and (digits < _FEWEST_SEEN or digits + value.count("*") < FEWEST_DIGITS):
        raise PydanticCustomError("phone_digits", "fewer than {least} digits", {"least": FEWEST_DIGITS})
    return value


def email(value: object) -> object:
    """An e-mail address as it is sent: without the name, the brackets and the `mailto:` that copying adds."""
    value = plain(value)
    if not isinstance(value, str):
        return value
    while len(value) > 1 and value[0] + value[-1] in _AROUND:
        value = trimmed(value[1:-1])
    if (named := _NAMED_EMAIL.fullmatch(value)) is not None:
        return named[1]
    found = _MAILTO.match(value)
    return trimmed(value[found.end() :].partition("?")[0]) if found else value


def email_shaped(value: object) -> object:
    """`value`, unless it is no e-mail address for a reason that can be named."""
    if not isinstance(value, str):
        return value
    if not value:
        raise PydanticCustomError("nothing_to_see", "nothing to see")
    if "@" not in value:
        raise PydanticCustomError("email_sign", "no @")
    if value.count("@") > 1:
        raise PydanticCustomError("email_signs", "more than one @")
    if re.search(r"\s", value):
        raise PydanticCustomError("email_space", "a space inside")
    before, _, behind = value.partition("@")
    if not before or not behind:
        raise PydanticCustomError("email_half", "nothing before or behind the @")
    if "." not in behind.strip("."):
        raise PydanticCustomError("email_dot", "{domain}", {"domain": behind})
    return value


def link(value: object) -> object:
    """A link as it is sent: without what stands around it, and with a scheme; else as it was."""
    if not isinstance(value, str):
        return value
    text = trimmed(value)
    while len(text) > 1 and text[0] + text[-1] in _AROUND:
        text = trimmed(text[1:-1])
    if _BARE.fullmatch(text) or _WWW.fullmatch(text):
        return f"https://{text}"
    return _SCHEME.sub(lambda found: f"{found[1]}://", text, count=1) if _SCHEME.match(text) else text


def web_address(value: str) -> str:
    """`value` when it is an absolute http or https address; else the error of what keeps it from being one."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  an impossible port is only noticed when it is read
    except ValueError:
        parts = urlsplit("")
    scheme = parts.scheme.lower()
    if scheme in {"http", "https"} and parts.hostname and not re.search(r"[\s\x00-\x1f\\]", value):
        return value
    if scheme in {"http", "https"} and parts.hostname and re.search(r"\s", value):
        raise PydanticCustomError("link_space", "a space inside")
    other = _OTHER_SCHEME.match(value)
    if other and other[1].lower() not in {"http", "https"} and "." not in other[1]:
        raise PydanticCustomError("link_scheme", "{scheme}", {"scheme": other[1]})
    raise PydanticCustomError("link", "not an absolute http or https address")
