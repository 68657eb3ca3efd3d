"""The removal of personal data when it is no longer needed; what the books need stays.

It goes batch by batch, so that people who order meanwhile wait for none of it: by `orderbot prune`, or by the running
bot where the settings say so.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from bot.clock import SECOND, Watch
from bot.conversation.state import Conversation, KeptDraft
from bot.journal.evidence import HistoryKind
from bot.workers.loop import Loop
from storage import files, history, program, searches, sheets
from storage import prune as rows
from storage.database import Database, Transaction
from storage.history import Entry
from storage.opening import scrub_deleted
from storage.orders import Order, Place

log = logging.getLogger(__name__)

BATCH: Final = 100
"""Rows of one transaction."""
PAUSE: Final = 0.05
"""Seconds between two transactions, in which a running bot gets its turn."""
_DAY: Final = 86400 * SECOND
_SETTLING: Final = 600
"""Seconds after a start in which nothing is removed: a clock that is wrong at first has been set right by then."""
_AFTER_A_FAULT: Final = 3600.0
_KEPT_OF: dict[str, tuple[str, ...]] = {
    HistoryKind.ENDED: ("sent_at",),
    HistoryKind.BALANCE: ("amount",),
    HistoryKind.LOOK: ("result", "code", "balance"),
    HistoryKind.DECISION: ("decision", "number"),
    HistoryKind.DUPLICATE: ("alike",),
}
"""What stays of a line of an order's history, by its kind."""


class PersonalDataRemoval:
    """Removes every `every` seconds what was finished `keep_days` ago, also across restarts."""

    def __init__(self, database: Database, url: str, clock: Watch, *, every: float, keep_days: int) -> None:
        self._database = database
        self._url = url
        self._clock = clock
        self._every = int(every * SECOND)
        self._keep_days = keep_days
        self._due: int | None = None
        self._loop = Loop(
            "personal data could not be removed", self._turn, again=_AFTER_A_FAULT, after_a_fault=_AFTER_A_FAULT
        )

    def wake(self) -> None:
        """The clock was moved."""
        self._loop.wake()

    async def run(self) -> None:
        """Run until cancelled. Orders are placed without it, so it ends nothing by failing."""
        await self._loop.run()

    async def _turn(self) -> float:
        forward = self._clock.forward()
        if self._due is None:
            last = await self._database.read(program.pruned_at)
            gone = self._every if last is None else self._clock() - last
            # A time to come was noted by a clock that was wrong: it is done now, and noted anew.
            left = self._every - gone if gone >= 0 else 0
            self._due = forward + max(left, _SETTLING * SECOND)
        if forward < self._due:
            return (self._due - forward) / SECOND
        # What a clock that is set forward makes look old is not.
        now = min(self._clock(), forward)
        pruned = await remove(self._database, now - self._keep_days * _DAY, self._clock())
        await scrub_deleted(self._url)
        await self._database.run(lambda tx: program.pruned(tx, self._clock()))
        log.info("pruned %d orders older than %d days", pruned, self._keep_days)
        self._due = self._clock.forward() + self._every
        return self._every / SECOND


async def remove(database: Database, before: int, now: int) -> int:
    """Remove what is personal from everything that was finished before a time; returns how many orders that were.

    Times are UTC microseconds. Raises StorageError; what was removed until then stays so.
    """
    # Before the orders: a draft that was forgotten no longer needs the order that it was re-opened from.
    await _all(database, rows.conversations, before)
    await _all(database, rows.parked_drafts, before)
    await _all(database, rows.trays, before)
    await database.run(partial(_forget_cancelled, before=before))
    await database.run(partial(searches.prune, before=before))
    pruned = await _orders(database, before, now)
    for forget in (files.prune, sheets.prune, sheets.prune_rows):
        await _all(database, forget, before)
    for delete in (rows.batch_cards, rows.messages, rows.failed_updates, rows.strangers, rows.turned_away):
        await _all(database, delete, before)
    return pruned


async def _all(database: Database, delete: Callable[[Transaction, int, int], int], before: int) -> None:
    deleted = BATCH
    while deleted >= BATCH:
        deleted = await database.run(lambda tx: delete(tx, before, BATCH))
        await asyncio.sleep(PAUSE)


def _forget_cancelled(tx: Transaction, before: int) -> None:
    """Forget the drafts that were cancelled long ago and could still be brought back, where people have gone on."""
    for chat_id, user_id, state in rows.owned_states(tx):
        conversation = Conversation.model_validate_json(state)
        if conversation.cancelled is not None and conversation.cancelled.at < before:
            left = conversation.model_copy(update={"cancelled": None})
            rows.rewrite_state(tx, chat_id, user_id, left.model_dump_json())


async def _orders(database: Database, before: int, now: int) -> int:
    """Returns how many were pruned."""
    pruned, after, page = 0, rows.FIRST, BATCH
    while page == BATCH:
        found, emptied = await database.run(partial(_page, before=before, after=after, now=now))
        if found:
            after = (found[-1].settled_at or 0, found[-1].reference)
        pruned += emptied
        page = len(found)
        await asyncio.sleep(PAUSE)
    return pruned


def _page(tx: Transaction, before: int, after: Place, now: int) -> tuple[list[Order], int]:
    """The finished orders that come next, and how many of them were pruned."""
    found = rows.finished(tx, before, BATCH, after)
    held = _reopened(rows.states(tx), rows.parked(tx)) if found else set()
    return found, sum(_empty(tx, order, now) for order in found if order.reference not in held)


def _reopened(states: Sequence[str], parked: Sequence[str]) -> set[str]:
    """The orders that somebody's draft, open or kept for later, was re-opened from."""
    drafts = [Conversation.model_validate_json(state).draft for state in states]
    drafts += [KeptDraft.model_validate_json(kept).draft for kept in parked]
    return {draft.source for draft in drafts if draft is not None and draft.source is not None}


def _empty(tx: Transaction, order: Order, now: int) -> bool:
    lines = {entry.n: _line(entry) for entry in history.of_order(tx, order.reference)}
    return rows.empty(tx, order.reference, details_without_people(order.details), lines, now)


def details_without_people(details: str) -> str:
    """Codes stay; what the supplier said, and what fills the gaps of our sentences, goes, both being about anybody."""
    given: dict[str, Any] = json.loads(details)
    remarks = [{"code": remark["code"]} for remark in given.get("remarks", ()) if not remark.get("params")]
    return json.dumps({"code": given.get("code", ""), "fields": given.get("fields", ()), "remarks": remarks})


def _line(entry: Entry) -> str:
    body: dict[str, Any] = json.loads(entry.body)
    kept = {key: body[key] for key in _KEPT_OF.get(entry.kind, ()) if key in body}
    if entry.kind == HistoryKind.ENDED:
        kept["outcome"] = json.loads(details_without_people(json.dumps(body["outcome"])))
    return json.dumps(kept)
