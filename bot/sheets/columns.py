"""The columns of a sheet by what they are used for, which people correct and which is remembered.

It is remembered by the set of headings: whoever sends the same kind of sheet again is not asked again, wherever the
columns stand in it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.reading.takes import Slot, Takes
from bot.sheets.sheet import letters
from providers.cleaning import compared_text
from providers.fields import Part

IGNORED: Final = ""
KEY: Final = "key"
"""The sender's own number of a row, which no other row of theirs has."""
REFERENCE: Final = "reference"
"""Our reference, as a sheet has it that came back from us."""
RESULT: Final = "result"
"""Anything else that we have written into a sheet."""
NAME: Final = "@name"
"""A whole name, for a form that asks for its parts."""
PERSON: Final = "@person"
"""Anything about who gets the parcel."""
_MOST_ITEMS: Final = 20


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and its role. `sure`: its heading says so, or a person has."""

    heading: str
    role: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a sheet, in order."""

    all: tuple[Column, ...]

    def with_column(self, place: int, role: str) -> "Columns":
        """The columns after a person has said what one of them is; another one that was that is ignored then."""
        changed = [
            replace(one, role=IGNORED, sure=True) if role and one.role == role and n != place else one
            for n, one in enumerate(self.all)
        ]
        changed[place] = replace(changed[place], role=role, sure=True)
        return Columns(tuple(changed))

    def having(self, role: str) -> int | None:
        """The place of the column with a role; None where there is none."""
        return next((place for place, one in enumerate(self.all) if one.role == role), None)

    @property
    def headings(self) -> str:
        """The same 32 hexadecimal digits for the same headings in any order."""
        names = [name for name, one in zip(self._names(), self.all, strict=True) if one.role not in _OURS]
        return hashlib.sha256(json.dumps(sorted(names), ensure_ascii=False).encode()).hexdigest()[:32]

    def remembered(self) -> dict[str, str]:
        """The roles by heading, as they are kept; a heading that comes twice is counted."""
        return {name: one.role for name, one in zip(self._names(), self.all, strict=True) if one.role not in _OURS}

    def recalled(self, kept: Mapping[str, str], takes: Takes) -> "Columns":
        """These columns with the roles that are kept for their headings, as far as the form still has them."""
        possible = {role for role, _ in roles_of(takes)}
        found = []
        for name, one in zip(self._names(), self.all, strict=True):
            role = kept.get(name)
            known = role is not None and one.role not in _OURS and (not role or _of_first(role) in possible)
            found.append(Column(one.heading, role or IGNORED) if known else one)
        return Columns(tuple(found))

    def remembered_as_text(self) -> str:
        """The roles by heading, as JSON text."""
        return json.dumps(self.remembered(), ensure_ascii=False)

    def recalled_from_text(self, kept: str, takes: Takes) -> "Columns":
        """These columns with the roles of a JSON text; empty for none."""
        return self.recalled(json.loads(kept), takes) if kept else self

    def _names(self) -> list[str]:
        counted: Counter[str] = Counter()
        names = []
        for place, one in enumerate(self.all):
            name = compared_text(one.heading) or f"({letters(place)})"
            counted[name] += 1
            names.append(name if counted[name] == 1 else f"{name} ({counted[name]})")
        return names


_OURS: Final = frozenset({REFERENCE, RESULT})


def role_of(slot: Slot, item: int = 0) -> str:
    """The role of a column that answers a question; `item` is the place in a list, from 0."""
    role = ".".join(step for step in slot.path if isinstance(step, str))
    return f"{role}#{item + 1}" if item and slot.is_listed else role


def slot_of(role: str, slots: Iterable[Slot]) -> tuple[Slot, int] | None:
    """The question that a column answers, and the place in its list; None for another role."""
    first, item = _of_first(role), item_of(role)
    found = next((one for one in slots if role_of(one) == first), None)
    return None if found is None else (found, item)


def item_of(role: str) -> int:
    """The place in a list, from 0, that a role is about."""
    number = role.partition("#")[2]
    return min(int(number), _MOST_ITEMS) - 1 if number.isdecimal() and int(number) else 0


def _of_first(role: str) -> str:
    return role.partition("#")[0]


def roles_of(takes: Takes) -> Sequence[tuple[str, str]]:
    """The roles that a column may have for a form, each with the title of its question, empty where it has none."""
    found = [(role_of(slot), slot.plan.title) for slot in takes.titled]
    if Part.FAMILY_NAME in takes.person and Part.NAME not in takes.person:
        found.append((NAME, ""))
    if takes.has_people:
        found.append((PERSON, ""))
    return [*found, (KEY, ""), (IGNORED, "")]
