"""Transitions that tell: help, hints, and what became of an order, which may re-open its draft."""

from collections.abc import Mapping
from typing import cast

from bot.conversation.answers import get, problems, pruned, put, version
from bot.conversation.decisions import evidence_of
from bot.conversation.editing import offer_open_draft
from bot.conversation.events import (
    OrderRequested,
    Reopened,
    Settled,
)
from bot.conversation.filling import ask, go_on, misfit
from bot.conversation.information import with_standing
from bot.conversation.questions import questions
from bot.conversation.replies import (
    EvidenceClosed,
    Hint,
    OutcomeFound,
    OutcomeShown,
    Reply,
    Showing,
)
from bot.conversation.state import Answers, Draft, Path
from bot.conversation.status import asks, repeats
from bot.conversation.step import Step, Turn
from bot.conversation.views import Evidence, OrderView
from providers.orders import Outcome


def open_draft(turn: Turn) -> Step:
    """`/order` while a draft is open."""
    event = cast("OrderRequested", turn.event)
    return offer_open_draft(turn, event.account, event.answer)


def settled_while_free(turn: Turn) -> Step:
    """What became of an order, with no draft open: one that was not placed re-opens its draft."""
    order = cast("Settled", turn.event).order
    if not _reopenable(turn, order):
        return Step(turn.state, _told(turn, reopenable=False))
    step = reopen(turn)
    return Step(step.state, _told(turn, reopenable=False, stands_again=True) + step.replies, step.requests)


def settled_while_busy(turn: Turn) -> Step:
    """The same while another order is being filled in: its draft is left alone, a button re-opens the other later."""
    return Step(turn.state, _told(turn, reopenable=_reopenable(turn, cast("Settled", turn.event).order)))


def _reopenable(turn: Turn, order: OrderView) -> bool:
    return order.outcome in (Outcome.REFUSED, Outcome.NOT_SENT) and order.account in turn.context.accounts


def _told(turn: Turn, *, reopenable: bool, stands_again: bool = False) -> tuple[Reply, ...]:
    """The order's card, and beside it what a person has to look at."""
    event = cast("Settled", turn.event)
    title = turn.title_of(event.order)
    shown = OutcomeShown(
        event.order, title, reopenable, asks(turn.context, event.order), repeats(turn.context, event.order)
    )
    if event.order.outcome is Outcome.UNKNOWN:
        return shown, evidence_of(turn.context, event.order, event.evidence or Evidence(), Showing.CARD)
    if not event.was_unknown:
        return (shown,)
    closed = EvidenceClosed(event.order, title)
    return (shown, closed) if stands_again else (shown, closed, OutcomeFound(event.order, title, reopenable))


def reopen(turn: Turn) -> Step:
    """The draft of an order that was not placed stands again: at the field that the supplier named, or the summary."""
    order = cast("Settled | Reopened", turn.event).order
    account = turn.context.accounts.get(order.account)
    if account is None:
        return misfit(turn)
    confirmed = _patched(order)
    answers = pruned(account.form, confirmed)
    draft = Draft(
        id=turn.context.draft_id,
        account=order.account,
        form_version=version(account.form),
        revision=-1,
        answers=answers,
        source=order.reference,
        retry=confirmed if order.outcome is Outcome.NOT_SENT else None,
    )
    turn = Turn(turn.state.model_copy(update={"draft": draft}), turn.event, turn.context)
    named = set(map(_path, order.fields)) & {q.path for q in questions(account.form, answers)}
    if len(named) == len(set(order.fields)) == 1 and not problems(account.form, answers):
        return ask(turn, named.pop(), editing=True)
    return go_on(turn, answers)


def _patched(order: OrderView) -> Answers:
    """What was confirmed, with what is known of its products by now."""
    answers = dict(order.answers)
    for path, facts in order.patches:
        if isinstance(get(answers, path), Mapping):
            answers = put(answers, path, dict(facts))
    return answers


def finish_first(turn: Turn) -> Step:
    """Re-opening waits until the open draft is finished or cancelled, unless it is that order's own."""
    if turn.draft.source == cast("Reopened", turn.event).order.reference:
        return misfit(turn)
    return with_standing(turn, Hint("finish_first"))


def _path(dotted: str) -> Path:
    return tuple(int(step) if step.isdecimal() else step for step in dotted.split("."))
