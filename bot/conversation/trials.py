"""Answers that are tried before anybody gives them: a question's example, and what a doubtful answer may stand for.

Nothing is offered that would be refused as soon as it is taken.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from bot.conversation.questions import Plan, Question
from bot.conversation.readings import is_read
from providers.cleaning.doubts import Doubt
from providers.products import Path

BUTTON_WORD: Final = "button_word"
"""The code of the doubt about an answer that is the word of a button which the question hasn't."""


class Trial(Protocol):
    """A form as far as it is filled in, at which answers can be tried."""

    def plan_at(self, path: Path) -> Plan:
        """The field with that path."""

    def is_ruled(self, path: Path) -> bool:
        """Check whether anything but the field's own kind decides about its answer."""

    def takes(self, path: Path, answer: str) -> bool:
        """Check whether an answer would be taken beside the others."""


def good_example(form: Trial, question: Question, others: Sequence[str] = ()) -> str:
    """The first of a question's examples, or else of the `others`, that would be taken; empty for none.

    Other answers may rule one out: sold from 100 only.
    """
    if not question.example or question.choices:
        return question.example
    plan = form.plan_at(question.path)
    if not form.is_ruled(question.path) and is_read(plan.model, plan.name, question.example):
        return question.example
    return next((one for one in (*plan.examples, *others) if form.takes(question.path, one)), "")


def likeliest_of(form: Trial, path: Path, answer: str) -> str:
    """The likeliest reading of an answer that can't be meant as it is; empty where it is none of two meanings."""
    doubts = form.plan_at(path).doubts
    found = doubts(answer) if doubts is not None else None
    return "" if found is None or found.as_sent else "".join(found.readings[:1])


def doubt_of(form: Trial, path: Path, answer: str) -> Doubt | None:
    """The doubt about an answer to one question, with the readings that would be taken; None where none is left."""
    doubts = form.plan_at(path).doubts
    found = doubts(answer) if doubts is not None else None
    if found is None:
        return None
    readings = tuple(one for one in found.readings if form.takes(path, one))
    as_sent = found.as_sent and form.takes(path, answer)
    return replace(found, readings=readings, as_sent=as_sent) if readings or as_sent else None


def doubt_at(form: Trial, question: Question, answer: str | None) -> Doubt | None:
    """The doubt about the answer that was sent last; None where none was, or it is a product that isn't found."""
    if answer is None:
        return None
    doubt = doubt_of(form, question.path, answer)
    return Doubt(BUTTON_WORD) if doubt is None and question.into is None else doubt
