"""Units of work that stay in chats: kept apart from whoever enters the same chat, and in nobody else's way."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from storage import chats, guards, outbox
from storage.database import Database, Transaction
from storage.opening import open_database
from storage.postgres.transaction import OF_CHATS
from tests.storage.direct import reading
from tests.storage.line import address_of

KINDS = ("postgresql",)
"""On SQLite nobody else is there."""
DECIDED_BY = {
    *("accounts", "balances", "batch_cards", "batches", "catalogues", "contact_parts", "contacts", "copied", "files"),
    *("failed_updates", "identities", "inquiries", "migrations", "moved_groups"),
    *("order_cards", "order_contacts_due", "order_guards", "order_history", "order_names", "order_numbers"),
    *("order_parts", "order_words", "order_words_due", "orders", "pending_news", "product_uses", "products", "program"),
    *("replicas", "sheet_batches", "sheet_columns", "sheet_orders", "sheet_rows", "sheets"),
    *("status_words", "strangers", "turned_away", "turns"),
}
"""Tables of which whoever changes them is kept apart from all others."""
SPAN = 64


def isolation(tx: Transaction) -> str:
    row = tx.fetchrow("SELECT current_setting('transaction_isolation') AS isolation")
    assert row is not None
    return str(row["isolation"])


@asynccontextmanager
async def beside(database: Database) -> AsyncIterator[Database]:
    """Another process on the same database."""
    other = await open_database(address_of(database))
    try:
        yield other
    finally:
        await other.close()


class Says:
    """A unit of work that changes a chat's newest message and says something more there; it counts its `runs`.

    Each first run waits until all have come so far, so that none sees what another one does.
    """

    def __init__(self, met: threading.Barrier, me: str, chat_id: int, *, in_chats: bool) -> None:
        self._met = met
        self._me = me
        self._chat_id = chat_id
        self._in_chats = in_chats
        self.runs = 0

    def __call__(self, tx: Transaction) -> None:
        self.runs += 1
        if self._in_chats:
            tx.stay_in_chats()
        entered = chats.enter(tx, self._chat_id, self._me, self._chat_id * SPAN, SPAN)
        newest = outbox.waiting(tx, 9, [self._chat_id])[-1]
        if self.runs == 1:
            self._met.wait(10)
        tx.write(outbox.OUTDATED, newest.id)
        outbox.add(tx, entered.above + 1, self._chat_id, "{}", edits=newest.id, now=1, paced=True)
        if self.runs == 1:
            self._met.wait(10)


async def both(database: Database, other: Database, *, in_chats: bool) -> int:
    """The runs that two units take to their end that are at work at once, each in a chat of its own."""

    def begin(tx: Transaction) -> None:
        for chat_id in (10, 20):
            entered = chats.enter(tx, chat_id, "", chat_id * SPAN, SPAN)
            outbox.add(tx, entered.above + 1, chat_id, "{}", edits=None, now=1)

    await database.run(begin)
    met = threading.Barrier(2)
    one, two = Says(met, "one", 10, in_chats=in_chats), Says(met, "two", 20, in_chats=in_chats)
    await asyncio.gather(database.run(one), other.run(two))
    assert len(outbox.waiting(reading(database), 9)) == 4
    return one.runs + two.runs


async def test_units_in_different_chats_are_not_in_each_others_way(database: Database) -> None:
    async with beside(database) as other:
        assert await both(database, other, in_chats=True) == 2


async def test_as_others_they_would_be(database: Database) -> None:
    """What they read and write are the same pages of small tables."""
    async with beside(database) as other:
        assert await both(database, other, in_chats=False) > 2


async def test_whoever_enters_a_chat_sees_all_that_was_done_there_before(database: Database) -> None:
    seen: list[tuple[int, int]] = []
    ours_has_begun, theirs_is_done = threading.Event(), threading.Event()

    def ours(tx: Transaction) -> None:
        tx.stay_in_chats()
        # Its state of the database is from here on.
        before = len(tx.fetch("SELECT chat_id FROM outbox"))
        if not seen:
            ours_has_begun.set()
            assert theirs_is_done.wait(10)
        seen.append((before, 0))
        chats.enter(tx, 10, "one", 0, SPAN)
        seen[-1] = before, len(outbox.waiting(tx, 9, [10]))

    def theirs(tx: Transaction) -> None:
        tx.stay_in_chats()
        entered = chats.enter(tx, 10, "two", 0, SPAN)
        outbox.add(tx, entered.above + 1, 10, "{}", edits=None, now=1)

    async def meanwhile(other: Database) -> None:
        await asyncio.to_thread(ours_has_begun.wait, 10)
        await other.run(theirs)
        theirs_is_done.set()

    async with beside(database) as other:
        await other.run(lambda tx: chats.enter(tx, 10, "two", 0, SPAN))
        await asyncio.gather(database.run(ours), meanwhile(other))
    # The first run got no further than to the chat.
    assert seen == [(0, 0), (1, 1)]


def _guard(tx: Transaction) -> None:
    guards.take(tx, "gifts", "f", "1", now=1, shown="", up=1)


CHANGES: list[Callable[[Transaction], object]] = [
    _guard,
    lambda tx: tx.write("UPDATE orders SET held = 1 WHERE reference = $1", "1"),
    lambda tx: tx.execute("DELETE FROM order_numbers WHERE number = $1", "1"),
    lambda tx: tx.fetchrow("INSERT INTO program (name, value) VALUES ($1, 1) RETURNING value", "x"),
    lambda tx: tx.fetch("WITH gone AS (DELETE FROM strangers RETURNING user_id) SELECT * FROM gone"),
    lambda tx: tx.fetchrows("DELETE FROM orders WHERE reference = $1 RETURNING reference", [("1",), ("2",)]),
]


@pytest.mark.parametrize("change", CHANGES)
async def test_one_that_changes_more_is_run_again_and_kept_apart(
    database: Database, change: Callable[[Transaction], object]
) -> None:
    seen: list[str] = []

    def work(tx: Transaction) -> None:
        tx.stay_in_chats()
        chats.enter(tx, 10, "one", 0, SPAN)
        seen.append(isolation(tx))
        try:
            with tx.savepoint():
                change(tx)
        except ValueError:
            raise AssertionError from None

    await database.run(work)
    assert seen == ["repeatable read", "serializable"]
    # It was entered once.
    rows = reading(database).fetch("SELECT last_row FROM chats")
    assert [row["last_row"] for row in rows] == [SPAN]


async def test_one_that_swallows_it_is_run_again_all_the_same(database: Database) -> None:
    runs: Counter[str] = Counter()

    def work(tx: Transaction) -> None:
        tx.stay_in_chats()
        runs[isolation(tx)] += 1
        try:
            tx.execute("UPDATE orders SET held = 1 WHERE reference = $1", "1")
        except Exception:  # noqa: BLE001  as carelessly as can be
            return

    await database.run(work)
    assert runs == {"repeatable read": 1, "serializable": 1}


async def test_of_every_table_it_is_decided_whether_it_is_of_chats(database: Database) -> None:
    """A new one is entered here or there: whatever orders or money are decided by is not of chats."""
    rows = reading(database).fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert {str(row["tablename"]) for row in rows} == OF_CHATS | DECIDED_BY
    assert not OF_CHATS & DECIDED_BY
