"""Units of work of replicas take turns, so that none is run again for another; one that stands still stops nobody."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest

from storage import chats, outbox
from storage.database import Database, Transaction
from storage.opening import open_database
from tests.storage.line import address_of

KINDS = ("postgresql",)
"""On SQLite nobody else is there."""
SPAN = 64
PATIENCE = 10.0


@pytest.fixture
async def replicas(database: Database) -> AsyncIterator[list[Database]]:
    """Three processes on the same database that expect each other."""
    async with AsyncExitStack() as stack:
        all_three = [database]
        for _ in range(2):
            all_three.append(await open_database(address_of(database)))
            stack.push_async_callback(all_three[-1].close)
        for one in all_three:
            one.expect_others()
        yield all_three


class Counts:
    """A unit of work that adds one to a number which it has read before; it counts its `runs`."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, tx: Transaction) -> None:
        self.runs += 1
        row = tx.fetchrow("SELECT MAX(value) AS n FROM program WHERE name = $1", "n")
        n = 0 if row is None or row["n"] is None else int(row["n"])
        time.sleep(0.002)
        tx.execute("DELETE FROM program WHERE name = $1", "n")
        tx.execute("INSERT INTO program (name, value) VALUES ($1, $2)", "n", n + 1)


async def counted(replicas: list[Database], times: int) -> tuple[int, int]:
    """What `times` units of each come to, and the runs that they took."""
    counts = Counts()
    await asyncio.gather(*(one.run(counts) for one in replicas for _ in range(times)))

    def total(tx: Transaction) -> int:
        row = tx.fetchrow("SELECT value FROM program WHERE name = $1", "n")
        assert row is not None
        return int(row["value"])

    return await replicas[0].run(total), counts.runs


async def test_nothing_is_run_again_that_waits_for_its_turn(replicas: list[Database]) -> None:
    assert await counted(replicas, 10) == (30, 30)


async def test_whoever_expects_nobody_is_run_again(database: Database) -> None:
    other = await open_database(address_of(database))
    try:
        total, runs = await counted([database, other], 10)
    finally:
        await other.close()
    assert total == 20
    assert runs > 20


def holding(held: threading.Event, let_go: threading.Event) -> Callable[[Transaction], None]:
    """A unit of work that has the turn until it is let go."""

    def work(tx: Transaction) -> None:
        tx.execute("INSERT INTO program (name, value) VALUES ('held', 1)")
        held.set()
        assert let_go.wait(PATIENCE)

    return work


def in_chats(tx: Transaction) -> None:
    tx.stay_in_chats()
    entered = chats.enter(tx, 10, "one", 0, SPAN)
    outbox.add(tx, entered.above + 1, 10, "{}", edits=None, now=1)


async def test_who_stays_in_chats_waits_for_no_turn(replicas: list[Database]) -> None:
    held, let_go = threading.Event(), threading.Event()
    holder = asyncio.create_task(replicas[0].run(holding(held, let_go)))
    await asyncio.to_thread(held.wait, PATIENCE)
    await replicas[1].run(in_chats)
    assert not holder.done()
    let_go.set()
    await holder


async def test_who_had_to_wait_sees_what_was_done_meanwhile(replicas: list[Database]) -> None:
    held, let_go = threading.Event(), threading.Event()
    seen: list[int] = []

    def looks(tx: Transaction) -> None:
        seen.append(len(tx.fetch("SELECT value FROM program WHERE name = 'held'")))

    holder = asyncio.create_task(replicas[0].run(holding(held, let_go)))
    await asyncio.to_thread(held.wait, PATIENCE)
    waiter = asyncio.create_task(replicas[1].run(looks))
    await asyncio.sleep(0.1)
    assert seen == []
    let_go.set()
    await asyncio.gather(holder, waiter)
    assert seen == [1]


async def test_one_that_stands_still_in_its_turn_stops_nobody(
    replicas: list[Database], caplog: pytest.LogCaptureFixture
) -> None:
    held, let_go = threading.Event(), threading.Event()
    counts = Counts()
    holder = asyncio.create_task(replicas[0].run(holding(held, let_go)))
    await asyncio.to_thread(held.wait, PATIENCE)
    with caplog.at_level(logging.WARNING, "storage.postgres"):
        await asyncio.wait_for(replicas[1].run(counts), PATIENCE)
    assert not holder.done()
    # Once to wait in vain.
    assert counts.runs == 2
    assert "is held up by another process; going on beside it" in caplog.text
    let_go.set()
    await holder


async def test_who_went_on_beside_is_kept_apart_all_the_same(replicas: list[Database]) -> None:
    """The one that stood still has read what has changed since: it is run again."""
    held, let_go = threading.Event(), threading.Event()
    counts = Counts()

    def reads_before(tx: Transaction) -> None:
        row = tx.fetchrow("SELECT MAX(value) AS n FROM program WHERE name = $1", "n")
        n = 0 if row is None or row["n"] is None else int(row["n"])
        held.set()
        assert let_go.wait(PATIENCE)
        tx.execute("DELETE FROM program WHERE name = $1", "n")
        tx.execute("INSERT INTO program (name, value) VALUES ($1, $2)", "n", n + 1)

    holder = asyncio.create_task(replicas[0].run(reads_before))
    await asyncio.to_thread(held.wait, PATIENCE)
    await replicas[1].run(counts)
    let_go.set()
    await holder
    assert (await counted(replicas, 1))[0] == 5


async def test_a_unit_that_changes_more_than_chats_waits_then(replicas: list[Database]) -> None:
    held, let_go = threading.Event(), threading.Event()
    runs: list[bool] = []

    def more(tx: Transaction) -> None:
        tx.stay_in_chats()
        runs.append(let_go.is_set())
        tx.execute("INSERT INTO program (name, value) VALUES ('more', 1)")

    holder = asyncio.create_task(replicas[0].run(holding(held, let_go)))
    await asyncio.to_thread(held.wait, PATIENCE)
    waiter = asyncio.create_task(replicas[1].run(more))
    await asyncio.sleep(0.1)
    assert not waiter.done()
    let_go.set()
    await asyncio.gather(holder, waiter)
    # Once in chats, and once kept apart, which had to wait.
    assert len(runs) == 2
