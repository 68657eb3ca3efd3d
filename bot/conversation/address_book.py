"""The people of the address book who may answer a question about a person, each with all that goes with them.

They are only offered: a name that somebody else has too must not bring along an address that nobody has read.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from pydantic import BaseModel

from bot.conversation.answers import MISSING, get
from bot.conversation.contacts import PersonSpot, contact_of, parts_in, people_of, spot_at
from bot.conversation.earlier import Earlier
from bot.conversation.state import Answers, Conversation, Draft, Phase, Proposal, Proposed
from bot.conversation.views import BookEntry, Fit
from providers.cleaning import compared_phone, compared_text

OFFERED: Final = 5
"""People that a question offers."""
JOINT: Final = " · "
_LONGEST: Final = 120
"""Characters of a text that may be somebody's name or label."""
_SEARCH: Final = re.compile(r"[\u3400-\u9fff]|\+?[0-9][0-9 ().\-]{2,}")
"""A family name alone, or a part of a phone."""

PeopleOf = Callable[[str, str], tuple[BookEntry, ...]]
"""The people in a place of the form whom a text fits, the best first; for an empty text those used last."""


def is_search(text: str, found: Iterable[BookEntry] = ()) -> bool:
    """Check whether a text looks for somebody rather than names them: letters do so where they are pinyin."""
    plain = text.strip()
    return _SEARCH.fullmatch(plain) is not None or (plain.isascii() and any(one.fit is Fit.OTHER for one in found))


def remembered(form: type[BaseModel], draft: Draft, people: PeopleOf) -> tuple[Earlier, ...]:
    """The people to be offered at the draft's question: whom it looks for, or whom the answers so far are about.

    Where a sender is asked for, it is the last one.
    """
    spot = _spot(form, draft)
    if spot is None:
        return ()
    if not spot.begins:
        found: Iterable[BookEntry] = _agreeing(spot, people) if get(draft.answers, draft.at) is MISSING else ()
    elif draft.sought:
        found = people(spot.fields.place, draft.sought)
    else:
        found = people(spot.fields.place, "")[:1] if spot.fields.of_sender else ()
    here = _there_already(spot, draft)
    return tuple(whole(spot, one) for one in found if one.key not in here)[:OFFERED]


def fitting(form: type[BaseModel], draft: Draft, text: str, people: PeopleOf) -> tuple[BookEntry, ...]:
    """The people whom a text at the first question about a person fits, but for those who are in the order already."""
    spot = _spot(form, draft)
    if spot is None or not spot.begins or not text.strip() or len(text) > _LONGEST or "\n" in text.strip():
        return ()
    here = _there_already(spot, draft)
    return tuple(one for one in people(spot.fields.place, text) if one.key not in here)


def labelled(form: type[BaseModel], draft: Draft, text: str, people: PeopleOf) -> tuple[Earlier, ...]:
    """The people whose label a text is, as a button or a choice in Telegram's list says it; two may have one."""
    spot, plain = _spot(form, draft), text.strip()
    if spot is None or JOINT not in plain or len(plain) > _LONGEST:
        return ()
    found = people(spot.fields.place, plain.partition(JOINT)[0])
    return tuple(whole(spot, one) for one in found if plain in {one.label, one.full_label})


def named_alone(form: type[BaseModel], answers: Answers, text: str, people: PeopleOf) -> Proposal | None:
    """The one person whose whole name or label a text is, as a proposal for the same order to go to them.

    None where several are called so, and for whoever it goes to already.
    """
    fields, plain = next((one for one in people_of(form) if not one.of_sender), None), text.strip()
    if fields is None or not plain or len(plain) > _LONGEST:
        return None
    found = people(fields.place, plain.partition(JOINT)[0])
    meant = [one for one in found if plain in {one.label, one.full_label}] or [
        one for one in found if one.fit is Fit.NAME and JOINT not in plain
    ]
    there = {entry.key for part in parts_in(fields, answers) if (entry := contact_of(fields, part)) is not None}
    if len(meant) != 1 or meant[0].key in there:
        return None
    way = (*fields.way, 0) if fields.is_listed else fields.way
    told = meant[0].answers.items()
    return Proposal(fields=tuple(Proposed(path=(*way, name), answer=value) for name, value in told if value))


def asked_person(form: type[BaseModel], state: Conversation) -> str:
    """The place in the form of the person that is asked for; empty where none is."""
    if state.phase is not Phase.ASKING or state.draft is None:
        return ""
    spot = _spot(form, state.draft)
    return "" if spot is None else spot.fields.place


def names_in_full(form: type[BaseModel], draft: Draft, one: BookEntry) -> bool:
    """Check whether the name that somebody has is the answer to the question, and no more than that."""
    spot = spot_at(form, draft.answers, draft.at)
    return spot is not None and len(spot.fields.name) == 1 and one.fit is Fit.NAME


def _spot(form: type[BaseModel], draft: Draft) -> PersonSpot | None:
    """None where one answer of somebody who is in the order is changed."""
    if draft.editing and get(draft.answers, draft.at) is not MISSING:
        return None
    return spot_at(form, draft.answers, draft.at)


def whole(spot: PersonSpot, one: BookEntry) -> Earlier:
    """All that goes with a person, as it is filled in where the question is."""
    told = tuple(Proposed(path=(*spot.way, name), answer=value) for name, value in one.answers.items() if value)
    skipped = tuple((*spot.way, name) for name, value in one.answers.items() if value is None)
    return Earlier(told, skipped, one.label)


def _agreeing(spot: PersonSpot, people: PeopleOf) -> Iterable[BookEntry]:
    """People who have all that was answered about them so far, or a part of the name where that is all."""
    name, phone = spot.named, spot.phone
    if not name and not phone:
        return ()
    return (one for one in people(spot.fields.place, phone or name) if _agrees(spot, one, name, phone))


def _agrees(spot: PersonSpot, one: BookEntry, name: str, phone: str) -> bool:
    if phone and compared_phone(phone) != compared_phone(one.phone):
        return False
    wanted, has = compared_text(name), compared_text(one.name)
    is_part = not phone and one.fit is Fit.PART and not is_search(name)
    if wanted and wanted != has and one.fit is not Fit.NAME and not is_part:
        return False
    rest = [key for key in spot.fields.fields if key not in {*spot.fields.name, spot.fields.phone}]
    given = [(spot.part.get(key), one.answers.get(key)) for key in rest if isinstance(spot.part.get(key), str)]
    return all(_same(mine, theirs) for mine, theirs in given) and any(
        value and spot.part.get(key) != value for key, value in one.answers.items()
    )


def _same(mine: Any, theirs: Any) -> bool:
    return isinstance(theirs, str) and compared_text(str(mine)) == compared_text(theirs)


def _there_already(spot: PersonSpot, draft: Draft) -> set[tuple[str, str]]:
    """The others who are in the order."""
    parts = [part for part in parts_in(spot.fields, draft.answers) if part is not spot.part]
    return {entry.key for part in parts if (entry := contact_of(spot.fields, part)) is not None}
