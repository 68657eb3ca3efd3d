"""Puts what a text holds into a draft: each answer is checked as if it had been typed, and none is taken on trust.

What is refused, or may mean something else, is told and asked as usual.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from bot.conversation.answers import MISSING, drop, get, put
from bot.conversation.filled import Filled, with_facts
from bot.conversation.known import Known
from bot.conversation.questions import Problem, is_listed
from bot.conversation.state import Answers, Proposal, Proposed
from providers.products import Path

FEWEST: Final = 2
"""Answers that a text has to hold to be more than an answer."""

FactsOf = Callable[[str], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class PutIn:
    """The answers with all that was taken of a proposal, and what was not: refused, of two meanings, or not read."""

    answers: Answers
    taken: tuple[Path, ...]
    refused: tuple[tuple[Proposed, Problem | None], ...]
    unsure: tuple[Proposed, ...]
    unread: tuple[str, ...]

    @property
    def is_all(self) -> bool:
        """True when nothing of the text is left."""
        return not (self.refused or self.unsure or self.unread)


def with_proposed(form: type[BaseModel], answers: Answers, proposal: Proposal, facts: FactsOf) -> PutIn:
    """The answers with those of a proposal that the form takes, whatever order they are asked in.

    `facts` are what the account's catalogue has of a product.
    """
    taken: list[Path] = []
    fields = [one for one in proposal.fields if not one.derived or get(answers, one.path) is MISSING]
    left = [one for one in fields if one.sure]
    problems: dict[Path, Problem | None] = {}
    # One answer may be what makes another one a question, or takes away what is wrong with it.
    while True:
        before = len(left)
        for one in tuple(left):
            tried, problem = _tried(form, answers, one, facts)
            if tried is None:
                problems[one.path] = problem
                continue
            answers = tried
            taken.append(one.path)
            left.remove(one)
        if len(left) == before:
            break
    order = {one.path: place for place, one in enumerate(proposal.fields)}
    return PutIn(
        answers,
        tuple(sorted(taken, key=order.__getitem__)),
        tuple((one, problems[one.path]) for one in left),
        tuple(one for one in fields if not one.sure),
        proposal.unread,
    )


def _tried(
    form: type[BaseModel], answers: Answers, one: Proposed, facts: FactsOf
) -> tuple[Answers | None, Problem | None]:
    if get(answers, one.path) == one.answer:
        return answers, None
    tried = put(answers, one.path, one.answer)
    try:
        question = Filled.of(form, tried).question(one.path)
    except LookupError:
        return None, None
    if question.into is not None:
        # Another product than the one that was looked up.
        return None, None
    if question.facts is not None:
        known = facts(one.answer) if is_listed(form, answers) else None
        tried = with_facts(form, drop(tried, question.facts), question.facts, known)
    tried = Filled.of(form, tried).pruned
    problem = Filled.of(form, tried).problem_at(one.path)
    return (None, problem) if problem is not None or get(tried, one.path) is MISSING else (tried, None)


def behind(answers: Answers, at: Path, proposals: Iterable[Proposed]) -> tuple[Proposed, ...]:
    """A proposal's answers with its items behind those of the draft, the first one in the item that is asked for."""
    found = []
    for one in proposals:
        place = next((n for n, step in enumerate(one.path) if isinstance(step, int)), None)
        if place is None:
            found.append(one)
            continue
        around, number = one.path[:place], one.path[place]
        there = get(answers, around)
        count = len(there) if isinstance(there, list) else 0
        first = at[place] if at[:place] == around and len(at) > place else count
        shifted = (*around, int(first) + int(number), *one.path[place + 1 :])
        found.append(one.model_copy(update={"path": shifted}))
    return tuple(found)


def skipped(form: type[BaseModel], answers: Answers, asked: Collection[Path]) -> Answers:
    """The answers with the open questions skipped that can be, up to the first one that can't or is to be `asked`."""
    answers = Filled.of(form, answers).pruned
    filled = Filled.of(form, answers)
    while not filled.problems and filled.open is not None:
        question = filled.question(filled.open)
        if question.skips != question.path or question.path in asked:
            break
        answers = Filled.of(form, put(answers, question.path, None)).pruned
        filled = Filled.of(form, answers)
    return answers


def filled_out(form: type[BaseModel], answers: Answers, asked: Collection[Path]) -> Answers:
    """The answers with all skipped that can be, and with what follows from others, but for what is to be `asked`."""
    while True:
        answers = skipped(form, answers, asked)
        filled = Filled.of(form, answers)
        suggested = None if filled.open is None or filled.open in asked else filled.suggestion(filled.open)
        if filled.open is None or suggested is None or not filled.takes(filled.open, suggested):
            return answers
        answers = put(answers, filled.open, suggested)


def is_more(proposal: Proposal) -> bool:
    """Check whether a text held more than the answer to one question."""
    return sum(one.sure and not one.derived for one in proposal.fields) >= FEWEST


def are_several(found: Sequence[Proposal]) -> bool:
    """Check whether a text held several orders."""
    return len(found) > 1 and any(map(is_more, found))


def likeliest(known: Known, text: str) -> dict[str, tuple[Proposal, ...]]:
    """The orders that a text holds, by the accounts that it is for; more than one where it may be for any of them.

    The more of it is read, the likelier it is for an account.
    """
    held = {name: known.proposals(name, text) for name in known.accounts}
    fitting = {
        name: found for name, found in held.items() if are_several(found) or (len(found) == 1 and is_more(found[0]))
    }
    most = max(map(_weight, fitting.values()), default=None)
    return {name: found for name, found in fitting.items() if _weight(found) == most}


def _weight(found: Sequence[Proposal]) -> tuple[int, int]:
    unread = sum(len(part) for one in found for part in (*one.unread, *one.beside))
    return -unread, sum(field.sure for one in found for field in one.fields)
