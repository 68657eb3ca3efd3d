"""Transitions of filling in a form: answers, skips, the way back, and look-ups."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel

from bot.conversation.answers import Problem, drop, get, is_answered, problems, pruned, put, put_facts, version
from bot.conversation.events import (
    Answered,
    Chose,
    LookedUp,
    LookUpResult,
    OrderRequested,
    StartedAnew,
)
from bot.conversation.prompts import asked, checking, listed, question_at, summarised, where_we_stand
from bot.conversation.questions import Question, field_at, list_around, marker, questions
from bot.conversation.replies import AccountsOffered, Reply
from bot.conversation.requests import CheckNumber, LookUpAnswer
from bot.conversation.state import IDLE, Answers, Conversation, Draft, Path, Phase
from bot.conversation.step import Account, Context, Step, Turn
from bot.conversation.suggesting import suggestion
from providers.fields import LookUp


def offer_accounts(context: Context, unknown: str = "") -> AccountsOffered:
    return AccountsOffered(tuple((a.name, a.title) for a in context.accounts.values()), unknown)


def begin(turn: Turn) -> Step:
    """`/order`: straight into the form when the account is named, else a button per account."""
    wanted = cast("OrderRequested | StartedAnew", turn.event).account
    account = turn.context.accounts.get(wanted)
    if account is None:
        return Step(IDLE, (offer_accounts(turn.context, wanted),))
    draft = blank(account, turn.context.draft_id)
    return go_on(Turn(turn.state.model_copy(update={"draft": draft}), turn.event, turn.context), {})


def blank(account: Account, draft_id: str = "") -> Draft:
    """A draft without answers, as it stands before its first question."""
    first = next(iter(questions(account.form, {}))).path
    return Draft(id=draft_id, account=account.name, form_version=version(account.form), revision=-1, at=first)


def go_on(turn: Turn, answers: Answers, *, left: Path | None = None, note: str = "", **changes: Any) -> Step:
    """To what comes next: a problem that an answer caused elsewhere, an open question, the list just left, the summary.

    `left` is the list that the last answer was given in: it is shown as soon as its item is complete.
    """
    form, draft = turn.form, turn.draft
    answers = pruned(form, answers)
    faults = problems(form, answers)
    if faults:
        return ask_again(turn, drop(answers, faults[0].path), faults[0], **changes)
    still_open = next((q for q in questions(form, answers) if not is_answered(q, answers)), None)
    if left is not None and get(answers, left) and (still_open is None or still_open.path[: len(left)] != left):
        step = turn.to(Phase.LISTING, answers=answers, at=left, before=None, **changes)
        return _showing(step, listed(form, _draft(step)))
    if still_open is not None:
        return ask(turn, still_open.path, answers=answers, before=None, note=note, **changes)
    # Editing ends where it began: at the summary.
    step = turn.to(Phase.REVIEWING, **(changes | {"answers": answers, "at": (), "before": None, "editing": False}))
    return _showing(step, summarised(turn.context.accounts[draft.account], _draft(step)))


def ask(turn: Turn, path: Path, *, note: str = "", **changes: Any) -> Step:
    """To one question, whether it has an answer already or not."""
    step = turn.to(Phase.ASKING, at=path, **changes)
    return _showing(step, asked(turn.form, _draft(step), note=note))


def ask_again(turn: Turn, answers: Answers, problem: Problem, **changes: Any) -> Step:
    """To the question that a problem is at, with what is wrong."""
    step = turn.to(Phase.ASKING, answers=answers, at=problem.path, before=None, **changes)
    return _showing(step, asked(turn.form, _draft(step), problem=problem))


def _draft(step: Step) -> Draft:
    return cast("Draft", step.state.draft)


def _showing(step: Step, reply: Reply) -> Step:
    return Step(step.state, (*step.replies, reply), step.requests)


def answer(turn: Turn) -> Step:
    """A typed answer, checked at once. A bad one changes nothing."""
    event = cast("Answered", turn.event)
    text = event.text
    question = question_at(turn.form, turn.draft)
    for choice in question.choices:
        if text.strip().casefold() == choice.casefold():
            text = choice
    return take(turn, question, text, event.facts)


def choose(turn: Turn) -> Step:
    """A choice button, or that of the suggestion, which stands after the choices."""
    question, index = question_at(turn.form, turn.draft), cast("Chose", turn.event).index
    suggested = suggestion(turn.form, turn.draft.answers, question.path)
    offered = question.choices if suggested is None else (*question.choices, suggested)
    if not 0 <= index < len(offered):
        return misfit(turn)
    return take(turn, question, offered[index])


def take(turn: Turn, question: Question, value: str, facts: Mapping[str, Any] | None = None) -> Step:
    """An answer, checked at once; `facts` are what the catalogue knows of it. A bad one changes nothing."""
    draft = turn.draft
    answers = put(draft.answers, question.path, value)
    if question.facts is not None:
        answers = drop(answers, question.facts)
    answers = pruned(turn.form, answers)
    problem = next((p for p in problems(turn.form, answers) if p.path == question.path), None)
    if problem is not None:
        return Step(turn.state, (asked(turn.form, draft, problem=problem),))
    if question.facts is None:
        return go_on(turn, answers, left=list_around(question.path))
    if question.into is None:
        answers = put_facts(turn.form, answers, question.facts, facts)
        return go_on(turn, answers, left=list_around(question.path), wanted="")
    step = turn.to(Phase.CHECKING, answers=answers, before=draft.answers, wanted="")
    request = _look_up(_draft(step), question)
    return Step(step.state, (checking(turn.account, _draft(step)),), (request,))


def awaited(state: Conversation, context: Context) -> LookUpAnswer | CheckNumber | None:
    """The look-up that a conversation waits for; kept beside the state, so that a restart can ask for it again."""
    if state.naming is not None and state.naming.number:
        return CheckNumber(state.naming.reference, state.naming.attempts, state.naming.number)
    draft = state.draft
    if state.phase is not Phase.CHECKING or draft is None or draft.account not in context.accounts:
        return None
    return _look_up(draft, question_at(context.accounts[draft.account].form, draft))


def _look_up(draft: Draft, question: Question) -> LookUpAnswer:
    into = str(cast("Path", question.into)[-1])
    return LookUpAnswer(draft.account, draft.id, draft.revision, into, str(get(draft.answers, question.path)))


def looked_up(turn: Turn) -> Step:
    """The supplier's catalogue answered, or didn't."""
    event, draft = cast("LookedUp", turn.event), turn.draft
    if (event.draft, event.revision) != (draft.id, draft.revision):
        return Step(turn.state)
    question = question_at(turn.form, draft)
    into, left = cast("Path", question.into), list_around(question.path)
    match event.result:
        case LookUpResult.FOUND:
            return go_on(turn, put(draft.answers, into, dict(event.facts)), left=left)
        case LookUpResult.FAILED:
            answers = put_facts(turn.form, draft.answers, into, _kept(turn.form, question, event.facts))
            return go_on(turn, answers, left=left, note="catalogue_not_read")
        case LookUpResult.NOT_FOUND:
            value = str(get(draft.answers, question.path))
            step = turn.to(Phase.ASKING, answers=draft.before or {}, before=None, doubted=value)
            return _showing(step, asked(turn.form, _draft(step), insist=True))


def _kept(form: type[BaseModel], question: Question, facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What was known before, where the supplier could not be asked; None for nothing."""
    look_up = marker(field_at(form, question.path), LookUp)
    if not facts or look_up is None:
        return None
    return {name: fact for name, fact in facts.items() if name not in look_up.fresh} | {"kept": True}


def use_anyway(turn: Turn) -> Step:
    """The person insists on an answer that the catalogue doesn't have."""
    draft = turn.draft
    question = question_at(turn.form, draft)
    if draft.doubted is None or question.into is None:
        return misfit(turn)
    answers = put(put(draft.answers, question.path, draft.doubted), question.into, None)
    return go_on(turn, answers, left=list_around(question.path))


def skip(turn: Turn) -> Step:
    """Skips a question, or the optional group or list that it opens."""
    question = question_at(turn.form, turn.draft)
    if question.skips is None:
        return misfit(turn)
    return go_on(turn, put(turn.draft.answers, question.skips, None), left=list_around(question.skips))


def back(turn: Turn) -> Step:
    """To the step before: the question before, the list before, or where an edit began. Answers stay."""
    draft, form = turn.draft, turn.form
    every = questions(form, draft.answers)
    around = list_around(draft.at)
    item = () if around is None else draft.at[: len(around) + 1]
    if draft.editing and all(is_answered(q, draft.answers) for q in every if q.path[: len(item)] == item):
        return go_on(turn, draft.answers, left=around)
    here = next(i for i, question in enumerate(every) if question.path == draft.at)
    before = every[here - 1].path if here else None
    if before is None:
        if draft.answers:
            return Step(turn.state, (asked(form, draft, note="first_question"),))
        return Step(IDLE, (offer_accounts(turn.context),))
    left = list_around(before)
    if left is None or before[: len(left) + 1] == draft.at[: len(left) + 1] or get(draft.answers, left) is None:
        return ask(turn, before)
    # Out of an item, or back over a list: to the list itself; an item without answers was never one.
    answers = draft.answers
    if item and not get(answers, item):
        answers = drop(answers, item)
    step = turn.to(Phase.LISTING, answers=answers, at=left)
    return _showing(step, listed(form, _draft(step)))


def stop_checking(turn: Turn) -> Step:
    """Back while an answer is looked up: the question again, everything as before it."""
    return ask(turn, turn.draft.at, answers=turn.draft.before or {}, before=None)


def misfit(turn: Turn) -> Step:
    """An event that doesn't fit: nothing changes, and we show where we stand."""
    return Step(turn.state, (where_we_stand(turn.state, turn.context),))
