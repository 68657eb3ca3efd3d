"""Batches in the journal: confirmed as a whole or not at all, steered by people, and shown as they are by now.

A tray of drafts becomes orders here, each with what an order of its own has: reference, guard and outcome.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.clock import SECOND, Instant
from bot.conversation.events import Steering
from bot.conversation.requests import ConfirmBatch, PlaceOrder
from bot.conversation.views import BatchState, BatchView, Hold, Reason
from bot.journal import recording
from bot.journal.batch_course import pause
from bot.journal.recording import OvertakenError, Recorded
from bot.journal.rules import Rules
from bot.journal.views import Result, view
from providers.orders import Outcome
from storage import batches, guards, orders, sending
from storage.batches import Batch, NewBatch
from storage.database import Reader, Transaction
from storage.orders import NewOrder, Order

SHOWN: Final = 10
"""Rows that a batch's message names."""
AGAIN_WITHIN: Final = 3600 * SECOND
"""Microseconds in which the rest of a stopped batch can be sent: what was ordered in its stead is known for so long."""


class OversizedBatchError(ValueError):
    """More rows than may be confirmed at once, or none."""


def confirm_batch(
    tx: Transaction,
    request: ConfirmBatch,
    new: NewBatch,
    new_order: Callable[[PlaceOrder], NewOrder],
    *,
    up: int,
    rules: Rules,
) -> bool:
    """Write every row as an order of its own before anything is sent; False, and nothing written, when it was before.

    Raises OvertakenError when a row asks for the same as another order, or as an earlier row, that was not shown, and
    OversizedBatchError: then the transaction has to be given up. `up` is as in `recording.confirm`.
    """
    if not 0 < len(request.rows) <= rules.batch_rows:
        raise OversizedBatchError(len(request.rows))
    turn = batches.first_turn(tx, request.account)
    if not batches.insert(tx, new):
        return False
    for n, row in enumerate(request.rows, 1):
        if row.account != request.account or row.source is not None or row.retry:
            raise OvertakenError(row.reference)
        recording.confirm(tx, row, new_order(row), up)
        batches.join(tx, row.reference, request.batch, n, turn + n - 1)
    return True


def steer(
    tx: Transaction,
    batch_id: str,
    steering: Steering,
    at: Instant,
    rules: Rules,
    likeness: Callable[[Order], str],
) -> list[Recorded]:
    """Do what a person wants with a batch; returns the rows that it settles. Nothing where it is too late.

    `likeness` is that of an order as it would be compared now, empty where it can't be sent as it is.
    """
    batch = batches.get(tx, batch_id)
    match steering, None if batch is None else batch.state:
        case Steering.PAUSE, "running" if batch is not None:
            pause(tx, batch, Hold.PERSON, at.now)
        case Steering.GO_ON, "paused" if batch is not None:
            batches.move(tx, batch, "running", now=at.now)
        case Steering.STOP, "running" | "paused" if batch is not None:
            return _stop(tx, batch, at, rules)
        case Steering.AGAIN, "stopped" if batch is not None and _can_go_on(batch, at, int(rules.same_within * SECOND)):
            _send_the_rest(tx, batch, at, likeness)
    return []


def _send_the_rest(tx: Transaction, batch: Batch, at: Instant, likeness: Callable[[Order], str]) -> None:
    """Confirm once more, under their references, the rows that a stop has left unsent.

    Not one that has been ordered otherwise meanwhile, or leads elsewhere by now: that stays as it is.
    """
    turn, confirmed = batches.first_turn(tx, batch.account), 0
    for order in batches.stopped(tx, batch.id, Reason.BATCH_STOPPED):
        like = likeness(order)
        if not like or not guards.take(tx, order.account, like, order.reference, now=at.now, shown="", up=at.up):
            continue
        # Another draft's id, so that whoever still compares the order as it was doesn't go on with it.
        if not orders.retry(tx, order.reference, f"{order.draft_id}+", order.form_version, order.answers):
            guards.release(tx, order.reference)
            continue
        batches.join(tx, order.reference, batch.id, order.batch_row, turn + confirmed)
        confirmed += 1
    if confirmed:
        batches.move(tx, batch, "running", now=at.now)


def _can_go_on(batch: Batch, at: Instant, within: int = AGAIN_WITHIN) -> bool:
    """Check that any like order confirmed since the stop still holds its guard, by the clock that guards go by."""
    return 0 <= at.now - batch.changed_at <= min(within, AGAIN_WITHIN)


def _stop(tx: Transaction, batch: Batch, at: Instant, rules: Rules) -> list[Recorded]:
    """Settle all that wasn't sent yet as not sent; those on their way are not tried again."""
    batches.let_none_try_again(tx, batch.id)
    batches.move(tx, batch, "stopped", now=at.now)
    settled = []
    for order in batches.waiting(tx, batch.id):
        if not sending.hold_back(tx, order):
            continue
        stopped = Result(Outcome.NOT_SENT, code=Reason.BATCH_STOPPED)
        recorded = recording.record(tx, order.reference, order.attempts, stopped, at=at, rules=rules, reconciles=True)
        if recorded is not None:
            settled.append(recorded)
    return settled


def view_of(reader: Reader, batch_id: str, at: Instant) -> BatchView | None:
    """A batch as the conversation sees it at a time."""
    batch = batches.get(reader, batch_id) if batch_id else None
    if batch is None:
        return None
    counts = batches.counts(reader, batch.id)
    sent, waits = counts.get("sending", 0), counts.get("confirmed", 0)
    state, why = _state(batch, is_open=bool(sent or waits)), json.loads(batch.why)
    hold = Hold(why["hold"]) if state is BatchState.PAUSED and "hold" in why else None
    params: Mapping[str, Any] = why.get("params", {}) if hold is not None else {}
    # By the clock on the wall, as far as that is right.
    wait = batches.next_at(reader, batch.id) - at.forward if waits and not sent else 0
    concerns = tuple(map(view, batches.concerning(reader, batch.id, SHOWN, Reason.BATCH_STOPPED)))
    can_go_on = batch.state == "stopped" and _can_go_on(batch, at)
    left = batches.stopped(reader, batch.id, Reason.BATCH_STOPPED) if can_go_on else []
    return BatchView(
        id=batch.id,
        account=batch.account,
        size=batch.size,
        begun_at=batch.created_at,
        state=state,
        placed=counts.get("placed", 0),
        not_placed=counts.get("refused", 0) + counts.get("not_sent", 0),
        unknown=counts.get("unknown", 0),
        sending=sent,
        waiting=waits,
        tried_at=at.now + wait if wait > 0 and state is BatchState.RUNNING else 0,
        hold=hold,
        params=params,
        concerns=concerns,
        stopped=len(left),
        news=_is_news(batch, state, hold),
    )


def _state(batch: Batch, *, is_open: bool) -> BatchState:
    match batch.state:
        case "running" | "paused":
            return BatchState(batch.state)
        case "stopped":
            return BatchState.STOPPING if is_open else BatchState.STOPPED
        case _:
            return BatchState.DONE


def _is_news(batch: Batch, state: BatchState, hold: Hold | None) -> bool:
    """Check whether it came to this by itself, and that was not said aloud yet."""
    by_itself = (hold is not None and hold is not Hold.PERSON) or state in {BatchState.STOPPED, BatchState.DONE}
    return by_itself and batch.told != batch.state
