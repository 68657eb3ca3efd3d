"""Transitions of the catalogue at a question: a search, categories, pages, and the way out of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from bot.conversation.answers import Problem, problems, pruned, put
from bot.conversation.events import (
    Answered,
    CategoryPicked,
    LookedUp,
    LookUpResult,
    OrderRequested,
    Paged,
    Picked,
    StartedAnew,
)
from bot.conversation.filling import answer, ask, ask_again, back, begin, looked_up, misfit, take
from bot.conversation.prompts import question_at
from bot.conversation.questions import Question, is_listed
from bot.conversation.replies import Asked
from bot.conversation.state import Browse, Conversation, Draft, Path, Phase
from bot.conversation.step import Account, Step, Turn


def asked_product(state: Conversation, account: Account) -> Question | None:
    """The question that can be answered from the account's catalogue, while it is asked or its answer is checked."""
    if state.draft is None or state.phase not in {Phase.ASKING, Phase.CHECKING}:
        return None
    try:
        question = question_at(account.form, state.draft)
    except LookupError:
        return None
    return question if question.facts is not None and is_listed(account.form, state.draft.answers) else None


def is_accepted(draft: Draft, account: Account, path: Path, text: str) -> bool:
    """Whether the form takes the text as the answer there, so that it is not searched for."""
    answers = pruned(account.form, put(draft.answers, path, text))
    return not any(problem.path == path for problem in problems(account.form, answers))


def answered(turn: Turn) -> Step:
    """A typed answer; one that the form doesn't take is searched for in the catalogue."""
    event = cast("Answered", turn.event)
    return _or_finds(turn, answer(turn), event.text, event.matches)


def _or_finds(turn: Turn, step: Step, query: str, matches: int | None) -> Step:
    refused = step.state == turn.state
    if not refused or matches is None or question_at(turn.form, turn.draft).facts is None:
        return step
    if matches == 0:
        # What was found before doesn't stay: it would look like the answer.
        problem = Problem(turn.draft.at, "nothing_found", {"query": query})
        return ask_again(turn, turn.draft.answers, problem, browse=None)
    return _browse(turn, Browse(query=query))


def _browse(turn: Turn, browse: Browse | None) -> Step:
    return ask(turn, turn.draft.at, browse=browse)


def pick(turn: Turn) -> Step:
    """The button of a product is the same as its id, typed."""
    event, question = cast("Picked", turn.event), question_at(turn.form, turn.draft)
    if question.facts is None or not event.id:
        return misfit(turn)
    return take(turn, question, event.id, event.facts)


def categories(turn: Turn) -> Step:
    if question_at(turn.form, turn.draft).facts is None:
        return misfit(turn)
    return _browse(turn, Browse())


def category(turn: Turn) -> Step:
    key = cast("CategoryPicked", turn.event).key
    if question_at(turn.form, turn.draft).facts is None or not key:
        return misfit(turn)
    return _browse(turn, Browse(group=key))


def turn_page(turn: Turn) -> Step:
    if turn.draft.browse is None:
        return misfit(turn)
    return _browse(turn, turn.draft.browse.model_copy(update={"page": cast("Paged", turn.event).page}))


def lead_out(turn: Turn) -> Step:
    """Back: from a category to the categories, from anything else of the catalogue to the question itself."""
    browse = turn.draft.browse
    if browse is None:
        return back(turn)
    return _browse(turn, Browse() if browse.group else None)


def begun(turn: Turn) -> Step:
    """`/order` with a product answers the first question, or keeps the product for where one is asked."""
    event, step = cast("OrderRequested | StartedAnew", turn.event), begin(turn)
    if not event.answer or step.state.draft is None:
        return step
    here = Turn(step.state, turn.event, turn.context)
    question = question_at(here.form, here.draft)
    if question.facts is None:
        draft = here.draft.model_copy(update={"wanted": event.answer})
        return Step(step.state.model_copy(update={"draft": draft}), step.replies, step.requests)
    return _or_finds(here, take(here, question, event.answer, event.facts), event.answer, event.matches)


def checked(turn: Turn) -> Step:
    """A look-up that failed still leaves what we had read before, which is then said with its age."""
    event, step = cast("LookedUp", turn.event), looked_up(turn)
    kept: Mapping[str, Any] | None = event.facts if event.result is LookUpResult.FAILED else None
    if not kept or step.state == turn.state:
        return step
    at = int(kept.get("read_at") or 0)
    replies = (
        replace(reply, note="catalogue_kept", note_at=at)
        if isinstance(reply, Asked) and reply.note == "catalogue_not_read"
        else reply
        for reply in step.replies
    )
    return Step(step.state, tuple(replies), step.requests)
