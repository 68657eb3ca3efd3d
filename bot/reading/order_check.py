"""The check that a text means an order before anything is proposed out of it.

Questions, complaints and announcements hold the same names, numbers and products as orders do.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from bot.reading.goods import amounts_in, networks_of
from bot.reading.pieces import Divisions, Piece
from bot.reading.plain_text import Span
from bot.reading.records import Record
from bot.reading.small_talk import (
    asks,
    courtesy_off,
    is_about_placed,
    is_no_order,
    is_notice,
    is_past,
    repeating_off,
)
from bot.reading.takes import Takes
from providers.fields import Part

_PARCEL: Final = frozenset({Part.PHONE, Part.STREET})
_OF_PLACES: Final = frozenset({Part.STREET, Part.POSTCODE, Part.PROVINCE, Part.CITY, Part.DISTRICT})
_MOST_TALK: Final = 14
"""Letters beside what was read that an order may have which names no person."""
_LITTLE_TALK: Final = 5
"""The same of an address and a phone number without a name, as every shop writes them."""
_LIST: Final = 3
_STREET: Final = re.compile("[路街道巷弄村里段][^\\n]{0,12}[0-9]")


def is_order(text: str, takes: Takes, records: Sequence[Record], talk: Sequence[Span]) -> bool:
    """True where the records of a text are those of an order; `talk` is what was not read between them."""
    pieces = [one for record in records for one in record.pieces]
    beside = _without(text, (one for one in pieces if one.part is Part.NOTE))
    if is_no_order(beside) or is_notice(_without(beside, (one for one in pieces if one.part is Part.STREET))):
        return False
    said = {one.part for one in pieces if not one.weak and not one.of_sender}
    # The signs in links are no questions.
    asking = asks(_without(text, (one for one in pieces if one.part is Part.LINK)))
    past, letters = is_past(text), sum(len(courtesy_off(text[start:end])) for start, end in talk)
    if {Part.PRODUCT, Part.QUANTITY} <= said and not asking and not past and letters <= _MOST_TALK:
        return True
    if takes.has_people:
        return _is_for_people(records, said, letters, asking=asking, past=past)
    if not said & {Part.LINK, Part.USERNAME} or not said & {Part.QUANTITY, Part.PRODUCT} or asking:
        return False
    return (len(records) >= _LIST or letters <= _MOST_TALK * 2) and not past


def other_kind(text: str, takes: Takes, records: Sequence[Record], places: Divisions) -> str:
    """The code of what a text orders that this form has no place for: `links` or `parcels`; empty for neither."""
    pieces = [one for record in records for one in record.pieces]
    beside = _without(text, (one for one in pieces if one.part is Part.LINK))
    if asks(beside) or is_past(beside) or is_no_order(beside) or is_notice(beside):
        return ""
    links = networks_of([one.answer for one in pieces if one.part is Part.LINK])
    phones = any(one.part is Part.PHONE and not one.doubt for one in pieces)
    if takes.has_people:
        counted = bool(amounts_in(beside, bare=True))
        return "links" if Part.LINK not in takes.order and links and counted and not phones else ""
    if links or not phones:
        return ""
    found = places.find(beside)
    is_street = found is not None and not found.short and _STREET.search(beside, found.span[1])
    return "parcels" if is_street else ""


def is_change(text: str, records: Sequence[Record], talk: Sequence[Span]) -> bool:
    """True where the records of a text say what is to be other in an order; not where they speak of that one."""
    pieces = [one for record in records for one in record.pieces]
    beside = _without(text, (one for one in pieces if one.part in {Part.NOTE, Part.LINK}))
    # What is hardly a name, or has the letters of any other word, may be said about the order as well.
    names = [one.answer for one in pieces if one.weak or (one.part is Part.NAME and one.answer.isascii())]
    left = " ".join([*(text[start:end] for start, end in talk), *names])
    if asks(beside) or is_no_order(beside) or is_about_placed(left):
        return False
    said = {one.part for one in pieces if not one.weak}
    letters = sum(len(repeating_off(text[start:end])) for start, end in talk)
    return letters <= (_MOST_TALK if said & {Part.LINK, Part.USERNAME} or said >= _PARCEL else _LITTLE_TALK)


def _is_for_people(records: Sequence[Record], said: set[Part | None], talk: int, *, asking: bool, past: bool) -> bool:
    """True where a parcel for somebody is meant: it has nearly all that one needs, or says what is what."""
    pieces = [one for record in records for one in record.pieces]
    has_street = any(one.has_street for one in pieces)
    names = [one for one in pieces if one.part is Part.NAME and one.doubt != "name_unsure"]
    named = Part.FAMILY_NAME in said or any(not one.weak or Part.PHONE in said for one in names)
    labelled = sum(one.labelled for one in pieces) > 1
    if Part.PHONE in said and named and has_street:
        return labelled or not (past and talk > _MOST_TALK * 2)
    if Part.PHONE in said and named and not asking and said & {Part.STREET, Part.NAME}:
        # A contact; what is said beside it makes it another matter.
        return not past and (labelled or talk <= _LITTLE_TALK)
    if asking or past:
        return False
    if Part.PHONE in said and has_street:
        people = sum({Part.PHONE, Part.STREET} <= record.parts(_PARCEL) for record in records)
        return people > 1 or talk <= (_MOST_TALK if labelled or Part.PRODUCT in said else _LITTLE_TALK)
    return talk <= _MOST_TALK and ((has_street and named) or (labelled and len(said - _OF_PLACES) > 0))


def _without(text: str, pieces: Iterable[Piece]) -> str:
    """A text with spaces in place of some of its pieces."""
    for one in pieces:
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text
