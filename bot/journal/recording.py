"""Writing orders and what became of them into the journal, with everything that hangs on it, in one transaction."""

from dataclasses import dataclass, replace
from enum import Enum

from bot.conversation.context import Context
from bot.conversation.engine import advance
from bot.conversation.events import Decision, DuplicateFound
from bot.conversation.filled import Filled
from bot.conversation.replies import Summarised
from bot.conversation.requests import Decide, PlaceOrder, StopTrying
from bot.conversation.state import Duplicate
from bot.conversation.step import Step
from bot.journal.evidence import (
    AGAIN_NOT_SENT,
    confirmed_in_spite_of,
    note_alike,
    note_decision,
    note_ended,
    note_stop,
    was_sent_again,
)
from bot.journal.rules import SECOND, Rules, next_watch
from bot.journal.views import DECIDED_NOT_PLACED, Result, found_by, not_sent_as, view
from providers.orders import Outcome
from storage import guards, orders, sending
from storage.database import Reader, Transaction
from storage.orders import NewOrder, Order

FIRST_LOOK = 2 * SECOND
"""Microseconds after which an order of unknown outcome is looked for first."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An order after its outcome was written down; `was_unknown`: nobody knew what an earlier sending had come to."""

    order: Order
    was_unknown: bool


class Confirmation(Enum):
    """How confirming ended, when no order with the same answers stood in its way."""

    WRITTEN = "written"
    GONE_ON = "gone on"


def _alike(reader: Reader, account: str, fingerprint: str, now: int) -> Duplicate | None:
    """The order with the same answers that was confirmed not long ago or isn't finished."""
    reference = guards.holder(reader, account, fingerprint, now)
    order = None if reference is None else orders.get(reader, reference)
    if order is None:
        return None
    return Duplicate(
        reference=order.reference, number=order.number or "", person=order.user_name, confirmed_at=order.confirmed_at
    )


def warned(reader: Reader, step: Step, context: Context, now: int) -> Step:
    """A step that shows a summary, with the order in it that was confirmed with the same answers before."""
    draft = step.state.draft
    if draft is None or not any(isinstance(reply, Summarised) for reply in step.replies):
        return step
    likeness = Filled.of(context.accounts[draft.account].form, draft.answers).likeness
    found = _alike(reader, draft.account, likeness, now) if likeness else None
    if found == draft.alike:
        return step
    warning = advance(step.state, DuplicateFound(found), context)
    others = tuple(reply for reply in step.replies if not isinstance(reply, Summarised))
    return Step(warning.state, others + warning.replies, step.requests)


def confirm(tx: Transaction, request: PlaceOrder, new: NewOrder) -> Confirmation | Duplicate:
    """Into the journal before anything is sent; or the order that the person has to be told of first.

    GONE_ON when what it was re-opened from has been ordered anew meanwhile.
    """
    free = guards.take(
        tx, request.account, request.fingerprint, request.reference, now=new.confirmed_at, shown=request.alike
    )
    if not free:
        found = _alike(tx, request.account, request.fingerprint, new.confirmed_at)
        assert found is not None  # noqa: S101  somebody holds the guard
        return found
    if _written(tx, request, new):
        order = orders.get(tx, request.reference)
        if request.alike and order is not None:
            note_alike(tx, order, request.alike)
        return Confirmation.WRITTEN
    if not request.retry:
        # A retry's reference is that of the order that has gone on, whose guard it keeps.
        guards.release(tx, request.reference)
    return Confirmation.GONE_ON


def _written(tx: Transaction, request: PlaceOrder, new: NewOrder) -> bool:
    if request.retry:
        return orders.retry(tx, new.reference, new.draft_id, new.form_version, new.answers)
    if request.source is not None and not orders.replace(tx, request.source, new.reference):
        return False
    orders.insert(tx, new)
    return True


def record(
    tx: Transaction,
    reference: str,
    attempt: int,
    result: Result,
    *,
    now: int,
    rules: Rules,
    reconciles: bool,
    reads_status: bool = False,
    adopted: bool = False,
) -> Recorded | None:
    """What became of a sending; None, and nothing changed, when that was known already.

    `reconciles`: the supplier can be asked again; `reads_status`: how far an order is, unless that is final.
    `adopted`: the number was found, not answered; AlreadyStored is raised when it belongs to another order.
    """
    before = orders.get(tx, reference)
    sent_again = before is not None and before.stage == "sending" and was_sent_again(tx, before)
    if sent_again and result.outcome in {Outcome.REFUSED, Outcome.NOT_SENT}:
        # Nobody knows yet what became of the sending before: a no to this one says nothing about it.
        code = "not_taken_again" if result.outcome is Outcome.REFUSED else AGAIN_NOT_SENT
        result = replace(result, outcome=Outcome.UNKNOWN, code=code, params={}, fields=())
    unknown = result.outcome is Outcome.UNKNOWN
    became = sending.Settlement(
        outcome=result.outcome,
        number=result.number,
        status=result.status,
        supplier_status=result.supplier_status,
        details=result.details,
        names=result.names,
        look_at=now + FIRST_LOOK if unknown and reconciles else None,
        remind_at=now + int(rules.remind_every * SECOND) if unknown else None,
        watch_at=next_watch(now, now) if reads_status and result.outcome is Outcome.PLACED else None,
    )
    if before is None or not _settled(tx, before, attempt, became, now=now, adopted=adopted):
        return None
    order = orders.get(tx, reference)
    assert order is not None  # noqa: S101  it was settled just now
    _after(tx, order, result.outcome, now, rules)
    return Recorded(order, sent_again or before.outcome is not None)


def _settled(
    tx: Transaction, before: Order, attempt: int, became: sending.Settlement, *, now: int, adopted: bool
) -> bool:
    if adopted and before.outcome == Outcome.NOT_SENT and view(before).code == DECIDED_NOT_PLACED:
        # A look-up under way knew better than the person who decided meanwhile.
        return sending.correct(tx, before.reference, attempt, became, now=now)
    return sending.settle(tx, before.reference, attempt, became, now=now, adopted=adopted)


def _after(tx: Transaction, order: Order, outcome: Outcome, now: int, rules: Rules) -> None:
    match outcome:
        case Outcome.UNKNOWN:
            note_ended(tx, order, now)
        case Outcome.PLACED:
            guards.keep(tx, order.reference, _guarded_until(order, rules))
        case _:
            _give_back(tx, order, now, rules)


def _guarded_until(order: Order, rules: Rules) -> int:
    if order.outcome == Outcome.PLACED:
        return order.confirmed_at + int(rules.same_within * SECOND)
    return guards.OPEN if order.outcome in {None, Outcome.UNKNOWN} else 0


def _give_back(tx: Transaction, order: Order, now: int, rules: Rules) -> None:
    """An order was not placed: the guard goes to the one that it was confirmed in spite of, if that still counts."""
    passed, before = {order.reference}, confirmed_in_spite_of(tx, order.reference)
    while before is not None and before not in passed:
        earlier = orders.get(tx, before)
        until = 0 if earlier is None else _guarded_until(earlier, rules)
        if until > now:
            guards.hand_over(tx, order.reference, before, until)
            return
        passed.add(before)
        before = confirmed_in_spite_of(tx, before)
    guards.release(tx, order.reference)


def stop(tx: Transaction, request: StopTrying, *, user_id: int, name: str, now: int, rules: Rules) -> Recorded | None:
    """No further try, written down with who and when; the order, if that settles it."""
    order = orders.get(tx, request.reference)
    if order is None or order.stage == "settled":
        return None
    note_stop(tx, order, now=now, user_id=user_id, name=name)
    if not sending.stop(tx, request.reference, request.attempts):
        return None
    result = not_sent_as(order)
    # Whether it can be looked for, should it be unknown after all, the look-up itself finds out.
    return record(tx, order.reference, order.attempts, result, now=now, rules=rules, reconciles=True)


def decide(
    tx: Transaction, request: Decide, *, user_id: int, name: str, now: int, rules: Rules, reads_status: bool = False
) -> Recorded | None:
    """What a person decided about an order of unknown outcome, written down with who and when.

    None when that settles nothing: the order is sent again, or its outcome is known by now.
    """
    order = orders.get(tx, request.reference)
    if order is None or order.outcome != Outcome.UNKNOWN or order.attempts != request.attempts:
        return None
    note_decision(tx, order, request.decision, request.number, now=now, user_id=user_id, name=name)
    match request.decision:
        case Decision.RESEND:
            sending.resend(tx, order.reference, order.attempts)
            return None
        case Decision.FOUND:
            result = found_by(name, request.number)
        case Decision.NOT_PLACED:
            result = Result(Outcome.NOT_SENT, code=DECIDED_NOT_PLACED, params={"person": name})
    adopted = request.decision is Decision.FOUND
    return record(
        tx,
        order.reference,
        order.attempts,
        result,
        now=now,
        rules=rules,
        reconciles=False,
        reads_status=reads_status,
        adopted=adopted,
    )
