"""The course of a batch while its rows are sent: it ends with the last one, or waits for a person.

It is written with each outcome, so that no crash lets more rows go than were to go.
"""

import json
from collections.abc import Mapping
from typing import Final

from bot.conversation.views import Hold
from bot.journal.rules import Rules
from providers.orders import Outcome
from storage import batches
from storage.batches import Batch
from storage.database import Transaction
from storage.orders import Order

_OURS: Final = frozenset(
    {"interrupted", "absence", "restored", "identity_changed", "account_gone", "batch_stopped", "decided_not_placed"}
)
"""Reasons that say nothing of how the supplier takes the next row."""


def note_outcome(
    tx: Transaction, before: Order, order: Order, code: str, now: int, rules: Rules, *, denied: bool
) -> None:
    """A row's outcome was written down, that was as `before`: perhaps others shall wait, or it was the last one."""
    batch = None if order.batch is None else batches.get(tx, order.batch)
    if batch is None or batch.state not in {"running", "paused"}:
        return
    faults = batch.faults
    if before.stage == "sending" and code not in _OURS:
        faults = 0 if order.outcome == Outcome.PLACED else faults + 1
        batches.count_faults(tx, batch.id, faults)
    if not batches.is_open(tx, batch.id):
        batches.move(tx, batch, "done", now=now)
    elif batch.state == "running" and (denied or faults >= rules.batch_faults):
        hold = Hold.DENIED if denied else Hold.FAULTS
        pause(tx, batch, hold, now, {"n": str(faults)})


def pause(tx: Transaction, batch: Batch, hold: Hold, now: int, params: Mapping[str, str] | None = None) -> None:
    """Send no further row until somebody lets the batch go on; what is on its way ends as it does."""
    batches.move(tx, batch, "paused", now=now, why=json.dumps({"hold": str(hold), "params": dict(params or {})}))


def note_postponed(tx: Transaction, order: Order, not_before: int) -> None:
    """A row waits to be tried again, since its supplier was out of reach: the other rows wait with it."""
    if order.batch is not None:
        batches.follow(tx, order.reference)
        batches.wait_with(tx, order.batch, not_before)
