"""`orderbot prune`: personal data goes when it is no longer needed; what the books need stays.

Meant for a timer, beside a running bot: the bot itself removes nothing of an order.
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any

import typer

from bot.commands.starting import FAILED, Config, database_of, end, finish, settings_from
from bot.commands.terminal import show
from bot.conversation.state import Conversation, KeptDraft
from bot.journal.evidence import HistoryKind
from bot.settings.model import Settings
from storage import files, history, searches, sheets
from storage import prune as rows
from storage.database import Database, Transaction
from storage.history import Entry
from storage.migrate import pending
from storage.opening import scrub_deleted
from storage.orders import Order, Place

BATCH = 100
"""Rows of one transaction."""
PAUSE = 0.05
"""Seconds between two transactions, in which a running bot gets its turn."""
_DAY = 86400 * 1_000_000
_KEPT_OF: dict[str, tuple[str, ...]] = {
    HistoryKind.ENDED: ("sent_at",),
    HistoryKind.BALANCE: ("amount",),
    HistoryKind.LOOK: ("result", "code", "balance"),
    HistoryKind.DECISION: ("decision", "number"),
    HistoryKind.DUPLICATE: ("alike",),
}
"""What stays of a line of an order's history, by its kind."""


def prune(
    *,
    older_than: Annotated[
        int | None,
        typer.Option(metavar="DAYS", min=1, max=36500, help="Default: orders.keep_days of the settings, or 365."),
    ] = None,
    config: Config = None,
) -> None:
    """Remove personal data of orders that were finished long ago, also while the bot runs.

    Numbers, references, outcomes, times and who ordered stay. Orders of unknown outcome are left alone.
    """
    settings = settings_from(config)
    finish(_prune(settings, older_than or settings.orders.keep_days, time.time_ns() // 1000))


async def _prune(settings: Settings, days: int, now: int) -> None:
    before = now - days * _DAY
    async with database_of(settings) as database:
        if missing := await pending(database):
            end(FAILED, f"the database lacks {', '.join(missing)}: run orderbot migrate first")
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
    show(f"pruned {pruned} orders older than {days} days")
    scrubbed = await scrub_deleted(settings.storage.url)
    if not scrubbed.journal_emptied:
        show("the database is being read: what was removed may be in the file beside it until the next prune")


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
