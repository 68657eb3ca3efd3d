"""The questions of a form that say who gets a parcel, so that an order for somebody else takes nothing of theirs along.

They follow from the kinds of the fields, as all that is read from a text does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pydantic import BaseModel

from bot.conversation.answers import drop, get
from bot.conversation.contacts import people_of
from bot.conversation.questions import kind_marker, shape
from bot.conversation.state import Answers
from providers.fields import Holds, Part
from providers.products import Path

NAMES: Final = frozenset({Part.NAME, Part.GIVEN_NAME, Part.FAMILY_NAME})
OF_ADDRESS: Final = frozenset({Part.PROVINCE, Part.CITY, Part.DISTRICT, Part.STREET, Part.POSTCODE})


@dataclass(frozen=True, slots=True)
class Addressee:
    """The questions about whoever gets a parcel, by the part that each is; `way` is their group or list, or nothing."""

    way: Path
    is_list: bool
    names: Mapping[Part, str]

    def part_at(self, path: Path) -> Part | None:
        """The part that a question is; None for one that is about something else."""
        outer = tuple(step for step in path[:-1] if isinstance(step, str))
        if outer != self.way:
            return None
        return next((part for part, name in self.names.items() if name == path[-1]), None)

    def count(self, answers: Answers) -> int:
        """The number of people that an order has parcels for."""
        there = get(answers, self.way)
        return len(there) if self.is_list and isinstance(there, list) else 1

    def without_all(self, answers: Answers) -> Answers:
        """The answers as if nobody had been named."""
        return drop(answers, self.way) if self.way else self.without(answers, self.names)

    def without(self, answers: Answers, parts: Iterable[Part]) -> Answers:
        """The answers without some parts of the one person that they name."""
        for name in (self.names[part] for part in parts if part in self.names):
            answers = drop(answers, (*self.way, 0, name) if self.is_list else (*self.way, name))
        return answers


@lru_cache(maxsize=64)
def addressee_of(form: type[BaseModel]) -> Addressee | None:
    """The questions of a form about who gets a parcel; None where nobody does."""
    person = next((one for one in people_of(form) if not one.of_sender), None)
    if person is None:
        return None
    model = shape(form.model_fields[str(person.way[0])]).model if person.way else form
    fields = {} if model is None else model.model_fields
    held = {name: found.part for name, info in fields.items() if (found := kind_marker(info, Holds)) is not None}
    # In a group of theirs all is about them, also what no two orders share.
    names = {part: name for name, part in held.items() if person.way or name in person.fields}
    return Addressee(person.way, person.is_listed, names)
