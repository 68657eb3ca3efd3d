"""Writes down the words that an order is found by beside its number, and reads what is looked for.

A form says which they are, as only it knows which of its answers name a person or a thing. People look for what they
have typed or for what went out, a product by its title or its pinyin, and a phone in whatever spelling they have it.
"""

import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from bot.catalogue.finding import pinyin_within
from bot.conversation.answers import without_skipped
from bot.conversation.requests import PlaceOrder
from bot.reading.characters import simplified
from providers.fields import Form
from storage import products, words
from storage.database import Reader, Transaction

log = logging.getLogger(__name__)

_NUMBER: Final = re.compile(r"\+?[0-9][0-9 ().\-/\u2010-\u2015]{5,}")
"""Digits as phones are written; order numbers among them lose nothing by it."""
_OWN_ROW: Final = re.compile(r"^\s*[0-9]{1,2}\.\s+")
"""The number of a row of a list."""
_PARTED: Final = re.compile(r"[\s,;、|→·]+")
_LABEL: Final = re.compile(r"^[^\W\d_]{1,12}:(?!//)")
_HOW_MANY: Final = re.compile(r"(?<!\S)[×+↻][0-9,]+(?!\S)")
_AROUND: Final = " \"'`“”‘’「」『』《》【】()[]<>。.,;:!?"
_PREFIXES: Final = (
    re.compile(r"(?:00)?886(?:0?)([2-9][0-9]{7,8})"),
    re.compile(r"(?:00)?86(1[0-9]{10})"),
    re.compile(r"0([2-9][0-9]{7,8})"),
)
"""Country and trunk codes, Taiwan's, mainland China's, and the zero within Taiwan; the rest is the same in all."""


def personal_words(reader: Reader, account: str, form: type[BaseModel], answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of an order as it was typed and as it went out, digits of phones, and pinyin of its products."""
    if not issubclass(form, Form):
        return ()
    found, finished = form.searched(answers), _finished(form, answers)
    if finished is not None:
        found += form.searched(finished.model_dump(mode="json"))
    found += tuple(digits for word in found if (digits := _digits(word)))
    found += tuple(simplified(word) for word in found)
    if finished is not None:
        found += tuple(_pinyin(reader, account, finished))
    return tuple(dict.fromkeys(found))


def keep_words(tx: Transaction, form: type[BaseModel], request: PlaceOrder) -> None:
    """A confirmed order is found by its reference and by what its form says; its number is added once it is known.

    A form that can't say it stops no order: this one is found by its reference and number.
    """
    personal: tuple[str, ...] = ()
    try:
        personal = personal_words(tx, request.account, form, request.answers)
    except Exception:
        log.exception("order %s can't be found by what is in it", request.reference)
    words.keep(tx, request.reference, [request.reference], personal)


def spellings(text: str) -> tuple[str, ...]:
    """A text that is looked for, and where it may be a phone, as it may be written in orders."""
    digits = _digits(text)
    bare = next((found[1] for prefix in _PREFIXES if digits and (found := prefix.fullmatch(digits))), "")
    return tuple(filter(None, dict.fromkeys((text, simplified(text), digits, bare))))


def words_in(text: str) -> list[str]:
    """The words of a pasted line that orders may have, each as it would be looked for alone.

    Of a line that we wrote they are the product and the people or links, not how many there are or where it goes.
    """
    plain = _HOW_MANY.sub(" ", _OWN_ROW.sub("", unicodedata.normalize("NFKC", text)))
    what, arrow, whom = plain.partition("→")
    said = f"{what} {whom.partition('·')[0]}" if arrow else plain
    parts = (_LABEL.sub("", part.strip(_AROUND)).strip(_AROUND) for part in _PARTED.split(said))
    return [part for part in parts if part]


def _digits(text: str) -> str:
    """The digits alone of what may be a phone; empty for what is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return re.sub("[^0-9]", "", plain) if _NUMBER.fullmatch(plain) else ""


def _finished(form: type[Form], answers: Mapping[str, Any]) -> Form | None:
    """The order as it was sent; None where the form has changed since."""
    try:
        return form.model_validate(without_skipped(answers))
    except ValidationError:
        return None


def _pinyin(reader: Reader, account: str, finished: Form) -> Iterator[str]:
    """The catalogue's pinyin of what was ordered: in full, and by initials."""
    for product in dict.fromkeys(chosen.id for chosen in finished.chosen()):
        stored = products.get(reader, account, product)
        if stored is not None:
            for _, pinyin in list(pinyin_within(stored.title, "", stored.search.split("\n")[0]))[:1]:
                yield from pinyin.split()
