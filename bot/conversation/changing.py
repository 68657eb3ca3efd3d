"""The answers of an order with what a text says to be other in it, for the same to be ordered for somebody else.

A person goes as a whole: nothing that belonged to the old one, such as a platform order number, goes along unseen.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from bot.conversation.addressee import NAMES, OF_ADDRESS, Addressee, addressee_of
from bot.conversation.answers import drop, get
from bot.conversation.filled import Filled
from bot.conversation.questions import Plan, field_at, kind_marker, list_around, plans, shape
from bot.conversation.readings import is_read
from bot.conversation.state import Answers, Proposal, Proposed
from providers.cleaning import trimmed
from providers.fields import Form, Holds, Part
from providers.products import Path

_PIECES: Final = re.compile(r"[x×*X✕]?\s*([0-9]{1,5})")
"""A number that is meant as one of pieces, whether the order may have as many or not."""
_ACCOUNT: Final = re.compile(r"@(?=[^@]*[A-Za-z])[A-Za-z0-9_.]{1,100}|(?=[a-z_.]*[0-9_.])[a-z_][a-z0-9_.]{2,100}")
"""A word that is hardly anything but the name of an account: by its sign, or small letters with a digit among them."""
_TARGETS: Final = frozenset({Part.LINK, Part.USERNAME})
_REACHED: Final = frozenset({Part.PHONE, Part.STREET})
_SAYING: Final = _REACHED | {Part.EMAIL}
"""Parts of a person that no other word looks like."""


@dataclass(frozen=True, slots=True)
class Variation:
    """The `answers` of an order without those that change, and the `fields` that take their place."""

    answers: Answers
    fields: tuple[Proposed, ...]


def alone(form: type[BaseModel], answers: Answers, text: str) -> Proposal | None:
    """A text that is one answer by itself: how many of the product, or whose account; None for any other."""
    filled, said = Filled.of(form, answers), trimmed(text)
    questions = tuple(filled.questions)
    many = [one for one in questions if filled.plan_at(one.path).quantity]
    if len({one.title for one in many}) == 1:
        plan, found = filled.plan_at(many[0].path), _PIECES.fullmatch(said)
        doubt = plan.doubts(said) if plan.doubts is not None and found is None else None
        if doubt is not None:
            return _only(Proposed(path=many[0].path, answer=said, sure=False, options=doubt.readings))
        if found is not None or is_read(plan.model, plan.name, said):
            return _only(Proposed(path=many[0].path, answer=found[1] if found else said))
    for question in questions:
        if _held(form, question.path) is Part.USERNAME and _ACCOUNT.fullmatch(said):
            return _only(Proposed(path=question.path, answer=said))
    return None


def _only(field: Proposed) -> Proposal:
    return Proposal(fields=(field,))


def counted(form: type[BaseModel], answers: Answers, proposal: Proposal, *, is_number: bool) -> Proposal | None:
    """The part of a text's answers that an order can be changed by; None where a text hardly means to change one.

    A name alone can be any word, and where a text `is_number`, a phone can be any number. A product that may be one of
    several is no other one where the order's own is among them.
    """
    if proposal.region or not proposal.fields:
        # It leads elsewhere, or asks for the same without any change.
        return proposal
    fields = [one for one in proposal.fields if not _may_be_the_same(form, answers, one)]
    addressee = addressee_of(form)
    parts = {one.path: addressee.part_at(one.path) for one in fields} if addressee is not None else {}
    sure = [one for one in fields if one.sure and not one.derived]
    if not any(parts.get(one.path) in _REACHED for one in sure):
        # What may be a name is any word where nothing says how to reach somebody.
        words = [one for one in fields if parts.get(one.path) is not None and not one.sure]
        fields = [one for one in fields if one not in words]
        proposal = proposal.model_copy(update={"unread": (*proposal.unread, *(one.answer for one in words))})
    is_reached = set(parts.values()) >= _REACHED

    def says(one: Proposed) -> bool:
        if one in sure and _held(form, one.path) in _TARGETS:
            return True
        if (part := parts.get(one.path)) is not None:
            return one in sure and not is_number and part in _SAYING and (is_reached or not proposal.unread)
        # Beside other words a number can be of anything, and where a parcel comes from is no reason to send one.
        if proposal.unread or _plan_of(form, one.path).shape.choices or one.derived:
            return False
        return one.sure or (len(fields) == 1 and bool(one.options))

    return proposal.model_copy(update={"fields": tuple(fields)}) if any(map(says, fields)) else None


def _held(form: type[BaseModel], path: Path) -> Part | None:
    held = kind_marker(field_at(form, path), Holds)
    return None if held is None else held.part


def _may_be_the_same(form: type[BaseModel], answers: Answers, one: Proposed) -> bool:
    return not one.sure and get(answers, one.path) in one.options and _plan_of(form, one.path).facts is not None


def changed(form: type[BaseModel], answers: Answers, proposal: Proposal) -> Variation | None:
    """An order with what a proposal says; None where it isn't said which of several people or products is meant."""
    addressee = addressee_of(form)
    person = [one for one in proposal.fields if addressee is not None and addressee.part_at(one.path) is not None]
    if addressee is not None and person:
        parts = {addressee.part_at(one.path) for one in person}
        is_somebody = bool(parts & NAMES) or parts >= _REACHED or not get(answers, addressee.way)
        if not is_somebody and addressee.count(answers) > 1:
            return None
        answers = addressee.without_all(answers) if is_somebody else _in_part(addressee, answers, parts)
    goods = [one for one in proposal.fields if _is_of_goods(form, one.path)]
    if goods:
        if (without := _without_goods(form, answers, goods)) is None:
            return None
        answers = without
    for one in proposal.fields:
        if not one.derived and one not in person and one not in goods:
            answers = drop(answers, one.path)
    return Variation(answers, proposal.fields)


def _in_part(addressee: Addressee, answers: Answers, parts: Iterable[Part | None]) -> Answers:
    """The same person, reached elsewhere: an address goes as a whole too."""
    gone = {part for part in parts if part is not None}
    return addressee.without(answers, gone | OF_ADDRESS if Part.STREET in gone else gone)


def _is_of_goods(form: type[BaseModel], path: Path) -> bool:
    plan = _plan_of(form, path)
    return plan.facts is not None or (plan.quantity and plan.title.lower() == "quantity")


def _plan_of(form: type[BaseModel], path: Path) -> Plan:
    """The field of a question, whether the order has it yet or not."""
    model = form
    for step in path[:-1]:
        if isinstance(step, str):
            model = shape(model.model_fields[step]).model or model
    return next(plan for plan in plans(model) if plan.name == path[-1])


def _without_goods(form: type[BaseModel], answers: Answers, goods: Sequence[Proposed]) -> Answers | None:
    """The answers without the products that change, and what they cost together; None where one of several is meant."""
    around = list_around(goods[0].path)
    places = {one.path[len(around)] for one in goods} if around is not None else set()
    if around is not None and len(places) > 1:
        answers = drop(answers, around)
    elif around is not None and isinstance(there := get(answers, around), list) and len(there) > 1:
        return None
    else:
        for one in goods:
            answers = drop(answers, one.path)
            if (facts := _plan_of(form, one.path).facts) is not None:
                answers = drop(answers, (*one.path[:-1], facts))
    amount = form.amount_field if issubclass(form, Form) else ""
    return drop(answers, (amount,)) if amount else answers
