"""Records orders and their outcomes in the journal, with everything that hangs on it.

It is one transaction, so that no crash leaves a guard, a number or a reminder without its order.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import SECOND, Instant
from bot.conversation.events import Decision
from bot.conversation.requests import Decide, PlaceOrder, StopTrying
from bot.journal.batch_course import note_outcome
from bot.journal.duplicates import give_back, is_held_not_placed, keep_guard, keep_later_guards
from bot.journal.evidence import (
    AGAIN_NOT_SENT,
    evidence_of,
    note_decision,
    note_duplicate,
    note_ended,
    note_stop,
    was_listed_before,
    was_sent_again,
)
from bot.journal.rules import Rules, first_watch
from bot.journal.views import (
    DECIDED_NOT_PLACED,
    NUMBER_OF_WHICH,
    NUMBER_OLDER,
    NUMBER_TAKEN,
    Result,
    found_by,
    not_sent_as,
    taken_beside,
)
from providers.orders import Outcome
from storage import guards, orders, sending, sheets, unknown
from storage.database import Transaction
from storage.identities import BEFORE
from storage.orders import NewOrder, Order

FIRST_LOOK = 2 * SECOND
"""Microseconds after which an order of unknown outcome is looked for first."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An order after its outcome was written down; `was_unknown`: nobody knew what an earlier sending had come to."""

    order: Order
    was_unknown: bool


class OvertakenError(Exception):
    """Somebody else has confirmed the same, or gone on with it, since it was read: the update is tried again."""


def confirm(tx: Transaction, request: PlaceOrder, new: NewOrder, up: int) -> None:
    """Into the journal before anything is sent. The engine has looked before; the guarded statements decide.

    `up` is how long the bot has been up, in microseconds. Raises OvertakenError when the same was confirmed by somebody
    else, or what it was re-opened from has gone on.
    """
    guard = (request.account, request.likeness, request.reference)
    free = guards.take(tx, *guard, now=new.confirmed_at, shown=request.duplicate, up=up)
    if not free or not _written(tx, request, new):
        raise OvertakenError(request.reference)
    order = orders.get(tx, request.reference)
    if request.duplicate and order is not None:
        before = orders.get(tx, request.duplicate)
        note_duplicate(tx, order, request.duplicate, held=before is not None and is_held_not_placed(before))


def _written(tx: Transaction, request: PlaceOrder, new: NewOrder) -> bool:
    if request.retry:
        return orders.retry(tx, new.reference, new.draft_id, new.form_version, new.answers)
    if request.source is not None:
        if not orders.replace(tx, request.source, new.reference):
            return False
        sheets.hold_in_stead(tx, request.source, new.reference)
    orders.insert(tx, new)
    return True


def record(
    tx: Transaction,
    reference: str,
    attempt: int,
    result: Result,
    *,
    at: Instant,
    rules: Rules,
    reconciles: bool,
    reads_status: bool = False,
    adopted: bool = False,
) -> Recorded | None:
    """Record the outcome of a sending; None, and nothing changed, when it was known already.

    `reconciles`: the supplier can be asked again; `reads_status`: how far an order is, unless that is final.
    `adopted`: the number was found, not answered; AlreadyStored is raised when it belongs to another order.
    """
    before = orders.get(tx, reference)
    if before is not None and not adopted:
        result = _if_its_own(tx, before, result)
    sent_again = before is not None and before.stage == "sending" and was_sent_again(tx, before)
    if sent_again and result.outcome in {Outcome.REFUSED, Outcome.NOT_SENT}:
        # Nobody knows yet what became of the sending before: a no to this one says nothing about it.
        code = "not_taken_again" if result.outcome is Outcome.REFUSED else AGAIN_NOT_SENT
        result = replace(result, outcome=Outcome.UNKNOWN, code=code, params={}, fields=())
    unknown = result.outcome is Outcome.UNKNOWN
    looked_for = reconciles and (unknown or result.inferred)
    became = sending.Settlement(
        outcome=result.outcome,
        number=result.number,
        status=result.status,
        supplier_status=result.supplier_status,
        details=result.details,
        names=result.names,
        inferred=result.inferred,
        look_at=at.forward + FIRST_LOOK if looked_for else None,
        remind_at=at.forward + int(rules.remind_every * SECOND) if unknown else None,
        watch_at=first_watch(at) if reads_status and result.outcome is Outcome.PLACED else None,
    )
    if before is None or not _settled(tx, before, attempt, became, at):
        return None
    order = orders.get(tx, reference)
    assert order is not None  # noqa: S101  it was settled just now
    _after(tx, order, result, at, rules, anew=not before.inferred)
    note_outcome(tx, before, order, result.code, at.now, rules, denied=result.denied)
    if before.outcome is not None or before.attempts > 1:
        keep_later_guards(tx, order, rules)
    return Recorded(order, sent_again or before.outcome is not None)


def _if_its_own(tx: Transaction, order: Order, result: Result) -> Result:
    """The result, unless its number is or may be another order's of ours, or was there before: then nobody knows."""
    if not result.number:
        return result
    params = {"number": result.number}
    holder = _holder(tx, order, result)
    if holder is not None and holder != order.reference:
        return Result(Outcome.UNKNOWN, code=NUMBER_TAKEN, params=params | {"other": holder})
    if was_listed_before(tx, order, result.number):
        return Result(Outcome.UNKNOWN, code=NUMBER_OLDER, params=params)
    other = None if result.is_ours or order.stage != "sending" else _open_beside(tx, order, result.made_since)
    if other is not None:
        return Result(Outcome.UNKNOWN, code=NUMBER_OF_WHICH, params=params | {"other": other})
    return result


def _open_beside(tx: Transaction, order: Order, made_since: datetime | None) -> str | None:
    """The order of the same customer that nobody knows the number of, and whose answer this one may have been given.

    Its sending may have ended so long before that the time of the answer tells them apart. What is on the wire has no
    outcome yet, so that a yes waits for it before it is recorded.
    """
    since = 0 if made_since is None else int(made_since.timestamp() * SECOND)
    for identity in (order.identity, f"{BEFORE}{order.account}"):
        for other in unknown.of_identity(tx, identity) + unknown.held_of_identity(tx, identity):
            if other.reference != order.reference and evidence_of(tx, other).ended_at >= since:
                return other.reference
        for other in unknown.sent_once_more(tx, identity):
            # Nobody knows how an earlier sending of it ended, if one did so as late.
            ended_at = evidence_of(tx, other).ended_at
            if other.reference != order.reference and ended_at > 0 and ended_at >= since:
                return other.reference
    return None


def _holder(tx: Transaction, order: Order, result: Result) -> str | None:
    """The order of the same customer that has the number; one from before there were identities may be of any.

    Unless the answer is certainly this order's, the number may stand there in another spelling, or as another name.
    """
    number, before = result.number or "", f"{BEFORE}{order.account}"
    if not result.is_ours:
        return taken_beside(tx, order.reference, number, *result.names)
    return orders.number_at(tx, order.identity, number) or orders.number_at(tx, before, number)


def _settled(tx: Transaction, before: Order, attempt: int, became: sending.Settlement, at: Instant) -> bool:
    if is_held_not_placed(before):
        # What was only inferred, or a person's word, gives way to what was seen.
        return sending.correct(tx, before.reference, attempt, became, now=at.now, up=at.up)
    return sending.settle(tx, before.reference, attempt, became, now=at.now, up=at.up)


def _after(tx: Transaction, order: Order, result: Result, at: Instant, rules: Rules, *, anew: bool) -> None:
    """`anew`: a sending has ended; else one that had ended is seen in another light."""
    match result.outcome:
        case Outcome.UNKNOWN:
            keep_guard(tx, order, rules)
            if anew:
                note_ended(tx, order, at)
        case Outcome.PLACED:
            keep_guard(tx, order, rules)
        case _ if result.inferred:
            keep_guard(tx, order, rules)
        case _:
            give_back(tx, order, at, rules)


def stop(
    tx: Transaction, request: StopTrying, *, user_id: int, name: str, at: Instant, rules: Rules
) -> Recorded | None:
    """No further try, written down with who and when; the order, if that settles it."""
    order = orders.get(tx, request.reference)
    if order is None or order.stage == "settled":
        return None
    note_stop(tx, order, now=at.now, user_id=user_id, name=name)
    if not sending.stop(tx, request.reference, request.attempts):
        return None
    result = not_sent_as(order)
    # Whether it can be looked for, should it be unknown after all, the look-up itself finds out.
    return record(tx, order.reference, order.attempts, result, at=at, rules=rules, reconciles=True)


def decide(
    tx: Transaction, request: Decide, *, user_id: int, name: str, at: Instant, rules: Rules, reads_status: bool = False
) -> Recorded | None:
    """Record a person's decision about an order of unknown outcome, with who and when.

    None when that settles nothing: the order is sent again, or its outcome is known by now.
    """
    order = orders.get(tx, request.reference)
    if order is None or order.outcome != Outcome.UNKNOWN or order.attempts != request.attempts:
        return None
    note_decision(tx, order, request.decision, request.number, now=at.now, user_id=user_id, name=name)
    match request.decision:
        case Decision.RESEND:
            sending.resend(tx, order.reference, order.attempts)
            return None
        case Decision.FOUND:
            result = found_by(name, request.number)
        case Decision.NOT_PLACED:
            result = Result(Outcome.NOT_SENT, code=DECIDED_NOT_PLACED, params={"person": name}, inferred=True)
    adopted = request.decision is Decision.FOUND
    return record(
        tx,
        order.reference,
        order.attempts,
        result,
        at=at,
        rules=rules,
        reconciles=True,
        reads_status=reads_status,
        adopted=adopted,
    )
