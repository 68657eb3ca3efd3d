"""Earlier answers, offered at a question as buttons: whoever was ordered for before is not typed again.

The first question of a person, a list's item or a group offers all of it at once. What no two orders share, such as a
platform's order number, is never offered.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from zlib import crc32

from pydantic import BaseModel

from bot.conversation.answers import MISSING, get
from bot.conversation.contacts import contact_of, spot_at
from bot.conversation.filled import Filled
from bot.conversation.questions import field_at, kind_marker, list_around
from bot.conversation.state import Answers, Draft, Proposed
from providers.fields import Form, NotCompared
from providers.products import Path

OFFERED: Final = 3
"""Earlier answers that a question offers."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Answers of an earlier order that go together; `label` is what they are, `key` names them on a button.

    `skipped` are the questions that were skipped then. `told` is the label where that is not all of them.
    """

    fields: tuple[Proposed, ...]
    skipped: tuple[Path, ...] = ()
    told: str = ""

    @property
    def label(self) -> str:
        return self.told or " · ".join(one.answer for one in self.fields)

    @property
    def key(self) -> str:
        told = json.dumps([(one.path[-1], one.answer) for one in self.fields], ensure_ascii=False)
        return f"{crc32(told.encode()):08x}"


def earlier(form: type[BaseModel], draft: Draft, orders: Iterable[Answers]) -> tuple[Earlier, ...]:
    """The answers to the draft's question in earlier orders, the newest first; each once.

    Where a pasted text has an answer that may mean several things, those are the ones.
    """
    filled = Filled.of(form, draft.answers)
    try:
        question = filled.question(draft.at)
    except LookupError:
        return ()
    if question.choices:
        return ()
    meant = [one for one in draft.unsure if one.path == draft.at]
    if meant:
        options = (option for one in meant for option in (one.options or (one.answer,)))
        return tuple(Earlier((Proposed(path=draft.at, answer=option),)) for option in dict.fromkeys(options))
    if question.facts is not None or question.into is not None or _is_amount(form, draft.at):
        return ()
    whole = _together(form, filled, draft)
    if whole is None:
        return ()
    way, names = whole
    here = {_of(way, names, part) for part in _parts(draft.answers, way)}
    found: dict[str, Earlier] = {}
    for answers in orders:
        for part in _parts(answers, way):
            one = _of(way, names, part)
            if one.fields and one.fields[0].path == draft.at and one not in here:
                found.setdefault(one.key, one)
    return _in_short(form, draft, tuple(found.values()))


def _in_short(form: type[BaseModel], draft: Draft, found: tuple[Earlier, ...]) -> tuple[Earlier, ...]:
    """People as the address book calls them, but for those who have the same name there: they differ in the rest."""
    spot = spot_at(form, draft.answers, draft.at)
    if spot is None or all(len(one.fields) == 1 for one in found):
        return found
    several = [{str(one.path[-1]): one.answer for one in earlier.fields} for earlier in found]
    entries = [contact_of(spot.fields, part) for part in several]
    labels = ["" if entry is None else entry.label for entry in entries]
    return tuple(
        replace(one, told=label) if labels.count(label) == 1 else one for one, label in zip(found, labels, strict=True)
    )


def _of(way: Path, names: Iterable[str], part: Mapping[str, Any]) -> Earlier:
    told = [(name, part.get(name, MISSING)) for name in names]
    return Earlier(
        tuple(
            Proposed(path=(*way, name), answer=value)
            for name, value in told
            if isinstance(value, str) and value.strip()
        ),
        tuple((*way, name) for name, value in told if value is None),
    )


def _together(form: type[BaseModel], filled: Filled, draft: Draft) -> tuple[Path, tuple[str, ...]] | None:
    """The group that the question begins, by its path, and the fields of it that are answered together."""
    at, around = draft.at, list_around(draft.at)
    way = at[: len(around) + 1] if around is not None else at[:-1]
    names = [str(name) for name in filled.part(way).sections] if way else list(_flat(form, str(at[0])))
    if len(at) != len(way) + 1 or (way and (at != filled.first_in(way) or draft.editing)):
        return None
    if draft.editing:
        names = [str(at[-1])]
    return way, tuple(name for name in names if _is_kept(form, (*way, name)))


def _is_amount(form: type[BaseModel], at: Path) -> bool:
    """The cost is that of this order, whatever others cost."""
    return issubclass(form, Form) and at == (form.amount_field,)


def _flat(form: type[BaseModel], name: str) -> tuple[str, ...]:
    sets = form.together if issubclass(form, Form) else ()
    return next((names for names in sets if names[0] == name), (name,))


def _is_kept(form: type[BaseModel], path: Path) -> bool:
    return kind_marker(field_at(form, path), NotCompared) is None


def _parts(answers: Answers, way: Path) -> list[Mapping[str, Any]]:
    """The groups of an earlier order that stand where this one does; every item of a list."""
    around = list_around((*way, ""))
    there = get(answers, around if around is not None else way) if way else answers
    if there is MISSING or there is None:
        return []
    return [one for one in (there if isinstance(there, list) else [there]) if isinstance(one, Mapping)]
