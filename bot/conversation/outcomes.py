"""Transitions of the outcomes of orders, which may open their drafts again.

An outcome comes when it comes: a draft that is being filled in by then is never disturbed.
"""

from dataclasses import replace

from bot.conversation.answers import get
from bot.conversation.events import Event, ReopenTapped, Settled
from bot.conversation.filled import Filled
from bot.conversation.filling import ask, go_on, misfit, stand_again
from bot.conversation.information import batch_shown, no_room, show_status, stale
from bot.conversation.parking import MOST, parked_from, parking
from bot.conversation.prompts import evidence_shown
from bot.conversation.reopening import opened_again
from bot.conversation.replies import (
    EvidenceClosed,
    OutcomeFound,
    OutcomeShown,
    Reply,
    Showing,
)
from bot.conversation.room import put_aside, room
from bot.conversation.state import IDLE
from bot.conversation.step import Step, Turn
from bot.conversation.views import Evidence, OrderView
from providers.orders import Outcome
from providers.products import Path


def settled_while_free(turn: Turn[Settled]) -> Step:
    """The outcome of an order, with no draft open: one that was not placed opens its draft again."""
    if turn.event.order.is_told_by_batch or not turn.known.reopens(turn.event.order):
        return turn.stays(*_told(turn, reopenable=False))
    step = _opened_again(turn, turn.event.order)
    return Step(step.state, _told(turn, reopenable=False, stands_again=True) + step.replies, step.requests)


def settled_while_busy(turn: Turn[Settled]) -> Step:
    """The same while another order is being filled in: its draft is left alone, the other one's is kept for later.

    A button opens it; so does the list of drafts, where it isn't forgotten.
    """
    order, known = turn.event.order, turn.known
    reopenable = known.reopens(order)
    step = turn.stays(*_told(turn, reopenable=reopenable))
    if order.is_told_by_batch or not reopenable:
        return step
    if parked_from(known, order.reference) is not None or len(known.parked()) >= MOST:
        return step
    again = _opened_again(replace(turn, state=IDLE), order)
    return replace(step, requests=(*step.requests, parking(put_aside(replace(turn, state=again.state)))))


def _told(turn: Turn[Settled], *, reopenable: bool, stands_again: bool = False) -> tuple[Reply, ...]:
    """The order's card, and beside it what a person has to look at."""
    order, known = turn.event.order, turn.known
    title = known.title_of(order)
    card: tuple[Reply, ...] = batch_shown(known, order.batch) if order.batch else ()
    if not order.is_told_by_batch:
        card = (OutcomeShown(order, title, reopenable, known.reads_status(order), known.repeats(order)), *card)
    if order.is_asked_with_batch:
        return card
    if order.outcome is Outcome.UNKNOWN:
        return *card, evidence_shown(known, order, turn.event.evidence or Evidence(), Showing.CARD)
    if not turn.event.was_unknown or (order.is_told_by_batch and not order.evidenced):
        return card
    closed = EvidenceClosed(order, title)
    return (*card, closed) if stands_again else (*card, closed, OutcomeFound(order, title, reopenable))


def reopen(turn: Turn[ReopenTapped]) -> Step:
    """The button under an order that was not placed."""
    order = _reopenable(turn)
    if order is None:
        return _not_reopened(turn)
    return _in_place_of_another(turn, order) if order.account in turn.known.accounts else misfit(turn)


def _reopenable(turn: Turn[ReopenTapped]) -> OrderView | None:
    """The order of the button: only who ordered may re-open it, and only while it has not been ordered anew."""
    order = turn.known.order(turn.event.reference)
    if order is None or not turn.known.is_own(order.reference):
        return None
    failed = order.outcome in {Outcome.REFUSED, Outcome.NOT_SENT}
    return order if failed and not order.replaced_by and not order.pruned else None


def _not_reopened(turn: Turn[ReopenTapped]) -> Step:
    order = turn.known.order(turn.event.reference)
    return show_status(turn, order) if order is not None and turn.known.is_own(order.reference) else stale(turn)


def _opened_again(turn: Turn[Event], order: OrderView) -> Step:
    """The draft of an order that was not placed stands again: at the field that the supplier named, or the summary."""
    if order.account not in turn.known.accounts:
        return misfit(turn)
    draft = opened_again(turn.known, order)
    turn, form = turn.on(draft), Filled.of(turn.known.accounts[order.account].form, draft.answers)
    named = set(map(_path, order.fields)) & {question.path for question in form.questions}
    if len(named) == len(set(order.fields)) == 1 and not form.problems:
        path = named.pop()
        is_product = form.question(path).facts is not None
        return ask(turn, path, editing=True, refused=str(get(draft.answers, path)) if is_product else "")
    return go_on(turn, draft.answers)


def reopen_beside(turn: Turn[ReopenTapped]) -> Step:
    """The same while another draft is open, which is parked, unless it is that order's own."""
    order = _reopenable(turn)
    if order is None:
        return _not_reopened(turn)
    if turn.draft.source == turn.event.reference or order.account not in turn.known.accounts:
        return misfit(turn)
    return _in_place_of_another(turn, order)


def _in_place_of_another(turn: Turn[ReopenTapped], order: OrderView) -> Step:
    parked = parked_from(turn.known, order.reference)
    made = room(turn, parked)
    if made is None:
        return no_room(turn, order.about)
    if parked is not None:
        return made.holding(stand_again(made.turn, parked))
    return made.holding(_opened_again(made.turn, order))


def _path(dotted: str) -> Path:
    return tuple(int(step) if step.isdecimal() else step for step in dotted.split("."))
