"""The people of a form: which of its answers go together as one person, and who they are.

It follows from the kinds of the fields, so that the recipients of a new supplier are in the address book from its first
order. A person is known by name and phone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from pydantic import BaseModel

from bot.conversation.answers import get
from bot.conversation.questions import Plan, kind_marker, list_around, marker, plans
from bot.conversation.state import Answers
from bot.conversation.views import BookEntry, Fit
from providers.fields import Form, Holds, NotCompared, OfSender, Part
from providers.products import Path

_NAMES: Final = (Part.NAME, Part.FAMILY_NAME, Part.GIVEN_NAME)


@dataclass(frozen=True, slots=True)
class PersonFields:
    """The fields of a form that one person's answers are in, in the order of asking.

    `way` is the group or list that they stand in, empty where the form itself has them; `place` names it for good.
    `name` are those that make up the name. `phone` and `city` are empty where it has none. `beside` are fields of the
    form itself that are about the person too, though they may be the same for others.
    """

    place: str
    way: Path
    is_listed: bool
    fields: tuple[str, ...]
    name: tuple[str, ...]
    phone: str
    city: str
    of_sender: bool
    beside: tuple[str, ...] = ()


@lru_cache(maxsize=64)
def people_of(form: type[BaseModel]) -> tuple[PersonFields, ...]:
    """The groups of a form that are about one person each, read once per form."""
    found: list[PersonFields | None] = []
    for plan in plans(form):
        model = plan.shape.model
        if model is not None and plan.shape.kind in {"list", "group"}:
            of_sender = marker(form.model_fields[plan.name], OfSender) is not None
            is_listed = plan.shape.kind == "list"
            found.append(_fields(plan.name, (plan.name,), plans(model), of_sender=of_sender, is_listed=is_listed))
    for names in form.together if issubclass(form, Form) else ():
        together = tuple(plan for plan in plans(form) if plan.name in names)
        person = _fields(names[0], (), together, of_sender=False, is_listed=False)
        mails = tuple(plan.name for plan in plans(form) if plan.shape.model is None and _part(plan) is Part.EMAIL)
        found.append(None if person is None else replace(person, beside=mails))
    return tuple(one for one in found if one is not None)


def _fields(
    place: str, way: Path, members: tuple[Plan, ...], *, of_sender: bool, is_listed: bool
) -> PersonFields | None:
    """None for a group that nobody is named in, or that has no phone: it is no person."""
    kept = [
        plan
        for plan in members
        if plan.source is None
        and plan.shape.model is None
        and kind_marker(plan.model.model_fields[plan.name], NotCompared) is None
    ]
    by_part = {part: plan.name for plan in reversed(kept) if (part := _part(plan)) is not None}
    name = tuple(by_part[part] for part in _NAMES if part in by_part)
    if not name or Part.PHONE not in by_part:
        return None
    fields = tuple(plan.name for plan in kept)
    return PersonFields(place, way, is_listed, fields, name, by_part[Part.PHONE], by_part.get(Part.CITY, ""), of_sender)


def _part(plan: Plan) -> Part | None:
    held = kind_marker(plan.model.model_fields[plan.name], Holds)
    return None if held is None else held.part


def contacts_in(form: type[BaseModel], answers: Answers) -> Iterator[BookEntry]:
    """Everybody who is named in an order's answers."""
    for fields in people_of(form):
        for part in parts_in(fields, answers):
            if (found := contact_of(fields, part)) is not None:
                yield found


def parts_in(fields: PersonFields, answers: Answers) -> list[Mapping[str, Any]]:
    """The answers about each person of a kind."""
    there = get(answers, fields.way)
    several = there if isinstance(there, list) else [there]
    return [one for one in several if isinstance(one, Mapping)]


def contact_of(fields: PersonFields, part: Mapping[str, Any], fit: Fit = Fit.OTHER) -> BookEntry | None:
    """The person that some answers are about; None while nobody is named in full."""
    names = [_text(part.get(name)) for name in fields.name]
    if not all(names):
        return None
    kept = {name: value for name in fields.fields if isinstance(value := part.get(name, 0), str) or value is None}
    return BookEntry(
        fields.place,
        full_name(names),
        _text(part.get(fields.phone)),
        _text(part.get(fields.city)) if fields.city else "",
        kept,
        fit,
    )


def full_name(names: list[str]) -> str:
    """A name of family and given name, as people read it; one of a single answer is that."""
    between = " " if "".join(names).isascii() else ""
    return between.join(reversed(names) if between else names)


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class PersonSpot:
    """The person that a question is about: their fields, where the answers go, and those that are there."""

    fields: PersonFields
    way: Path
    part: Mapping[str, Any]
    begins: bool

    @property
    def named(self) -> str:
        """The name as far as it is answered."""
        return full_name([text for name in self.fields.name if (text := _text(self.part.get(name)))])

    @property
    def phone(self) -> str:
        return _text(self.part.get(self.fields.phone))


def spot_at(form: type[BaseModel], answers: Answers, at: Path) -> PersonSpot | None:
    """The person that the question at a path is about; None for a question about anything else."""
    around = list_around(at)
    way = at[: len(around) + 1] if around is not None else at[:-1]
    if len(at) != len(way) + 1:
        return None
    for fields in people_of(form):
        if fields.way == (around if around is not None else way) and at[-1] in fields.fields:
            part = get(answers, way)
            return PersonSpot(fields, way, part if isinstance(part, Mapping) else {}, begins=at[-1] == fields.fields[0])
    return None
