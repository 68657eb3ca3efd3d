"""Proposals for a form: the answers that a text was read as, each with its place there and its doubts.

Nothing here is an order yet: what is not sure is asked about, and all of it is shown before it is sent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from bot.conversation.questions import shape
from bot.conversation.readings import read_alone
from bot.reading.plain_text import Span
from providers.cleaning import compared_text
from providers.products import Path


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """One answer, as it would be typed. `span` is where it stood in the text, None for what follows from others.

    `doubt` is the code of why it isn't sure, `options` are the answers that it may be, the likeliest first.
    """

    path: Path
    answer: str
    sure: bool = True
    span: Span | None = None
    doubt: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """One order of a text. `repeats` is the place, from 1, of the earlier one that it is the same as."""

    answers: tuple[ReadAnswer, ...]
    repeats: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The reason why a whole text is not for an account: its code, and the region that it is about, if it is one."""

    code: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class TextRead:
    """All that a text was read as; `unread` are the parts of it that are in no proposal."""

    orders: tuple[ReadOrder, ...] = ()
    refused: Refused | None = None
    unread: tuple[Span, ...] = ()


NOTHING: Final = TextRead()


def as_sent(form: type[BaseModel], answer: ReadAnswer) -> str:
    """An answer as it would be sent, as text; as it would be typed where its question can't take it."""
    model = form
    for step in answer.path[:-1]:
        if isinstance(step, str):
            model = shape(model.model_fields[step]).model or model
    return str(read_alone(model, str(answer.path[-1]), answer.answer))


def doubted(one: ReadAnswer, code: str) -> ReadAnswer:
    """The answer as one to be asked about; a doubt that it has already is the plainer one."""
    return ReadAnswer(one.path, one.answer, sure=False, span=one.span, doubt=one.doubt or code, options=one.options)


def with_repeats(orders: Sequence[ReadOrder]) -> Iterator[ReadOrder]:
    """The orders that have any answer, each with the earlier one that it is the same as."""
    seen: dict[tuple[tuple[Any, str], ...], int] = {}
    for number, order in enumerate((one for one in orders if one.answers), 1):
        key = tuple((one.path, compared_text(one.answer)) for one in order.answers)
        yield ReadOrder(order.answers, seen.get(key))
        seen.setdefault(key, number)
