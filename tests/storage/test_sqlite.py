import asyncio
import contextlib
import threading
from typing import NoReturn

import pytest

from storage.database import Database, Reader, Transaction
from storage.errors import AlreadyStored, StorageError
from storage.opening import open_database

PUT = "INSERT INTO strangers (user_id, told_at) VALUES ($1, $2)"
ALL = "SELECT user_id FROM strangers ORDER BY user_id"
SAVE = "INSERT INTO failed_updates (update_id, tries, error, raw, failed_at) VALUES ($1, 1, '', $2, 1)"


async def put(database: Database, *user_ids: int) -> None:
    def work(tx: Transaction) -> None:
        for user_id in user_ids:
            tx.execute(PUT, user_id, 0)

    await database.run(work)


def ids(reader: Reader) -> list[int]:
    return [row["user_id"] for row in reader.fetch(ALL)]


async def stored(database: Database) -> list[int]:
    return await database.read(ids)


class Slow:
    """A unit of work that puts a row, and waits in its thread until it may go on."""

    def __init__(self, user_id: int) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self._user_id = user_id

    def __call__(self, tx: Transaction) -> str:
        tx.execute(PUT, self._user_id, 0)
        self.begun.set()
        assert self.go_on.wait(10)
        return "done"

    async def until_begun(self) -> None:
        assert await asyncio.to_thread(self.begun.wait, 10)


async def test_the_journal_is_on_the_disk_before_a_commit_is_reported(database: Database) -> None:
    def settings(tx: Transaction) -> list[object]:
        return [tx.fetchrow(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert await database.run(settings) == [{"journal_mode": "wal"}, {"synchronous": 2}, {"foreign_keys": 1}]


async def test_what_was_committed_is_there_after_a_restart(database: Database, url: str) -> None:
    await put(database, 1)
    await database.close()
    again = await open_database(url)
    try:
        assert await stored(again) == [1]
    finally:
        await again.close()


async def test_a_reader_outside_sees_committed_rows_only(database: Database) -> None:
    slow = Slow(1)
    running = asyncio.create_task(database.run(slow))
    await slow.until_begun()
    assert await stored(database) == []
    slow.go_on.set()
    assert await running == "done"
    assert await stored(database) == [1]


async def test_a_read_sees_one_state_whatever_is_committed_meanwhile(database: Database) -> None:
    looked, go_on = threading.Event(), threading.Event()

    def twice(reader: Reader) -> tuple[list[int], list[int]]:
        before = ids(reader)
        looked.set()
        assert go_on.wait(10)
        return before, ids(reader)

    reading = asyncio.create_task(database.read(twice))
    assert await asyncio.to_thread(looked.wait, 10)
    await put(database, 1)
    go_on.set()
    assert await reading == ([], [])
    assert await stored(database) == [1]


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError, match="read-only"):
        await database.read(lambda reader: reader.fetch(PUT, 1, 0))
    assert await stored(database) == []


async def test_transactions_take_turns(database: Database) -> None:
    await put(database, 0)

    def count_up(tx: Transaction) -> None:
        row = tx.fetchrow("SELECT told_at FROM strangers WHERE user_id = 0")
        assert row is not None
        tx.execute("UPDATE strangers SET told_at = $1 WHERE user_id = 0", row["told_at"] + 1)

    await asyncio.gather(*(database.run(count_up) for _ in range(30)))
    row = await database.read(lambda reader: reader.fetchrow("SELECT told_at FROM strangers"))
    assert row == {"told_at": 30}


async def test_an_error_rolls_back_and_the_next_transaction_works(database: Database) -> None:
    def put_and_fail(tx: Transaction) -> NoReturn:
        tx.execute(PUT, 1, 0)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.run(put_and_fail)
    await put(database, 2)
    assert await stored(database) == [2]


async def test_work_that_runs_out_of_an_iterator_is_waited_for_no_longer_than_any_other(database: Database) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await asyncio.wait_for(database.run(lambda tx: next(iter(tx.fetch(ALL)))), 10)
    await put(database, 1)
    assert await stored(database) == [1]


async def test_work_that_could_wait_is_refused_and_leaves_nothing(database: Database) -> None:
    async def work(tx: Transaction) -> None:
        tx.execute(PUT, 1, 0)

    with pytest.raises(TypeError, match="plain function"):
        await database.run(work)  # type: ignore[unused-coroutine]
    assert await stored(database) == []


async def test_a_key_that_exists_is_told_apart_from_a_broken_database(database: Database) -> None:
    await put(database, 1)
    with pytest.raises(AlreadyStored):
        await put(database, 2, 1)
    assert await stored(database) == [1]


async def test_what_failed_goes_back_to_its_savepoint_and_the_rest_is_committed(database: Database) -> None:
    def batch(tx: Transaction) -> list[str]:
        failed = []
        for user_ids in ((1,), (2, 1), (3,), (4, 4), (5,)):
            try:
                with tx.savepoint():
                    for user_id in user_ids:
                        tx.execute(PUT, user_id, 0)
            except AlreadyStored:
                failed.append(str(user_ids))
        return failed

    assert await database.run(batch) == ["(2, 1)", "(4, 4)"]
    assert await stored(database) == [1, 3, 5]


async def test_a_savepoint_within_one_goes_back_by_itself(database: Database) -> None:
    def nested(tx: Transaction) -> None:
        with tx.savepoint():
            tx.execute(PUT, 1, 0)
            with contextlib.suppress(ZeroDivisionError), tx.savepoint():
                tx.execute(PUT, 2, 0)
                raise ZeroDivisionError
            tx.execute(PUT, 3, 0)

    await database.run(nested)
    assert await stored(database) == [1, 3]


async def test_a_transaction_that_waits_for_its_turn_can_be_given_up(database: Database) -> None:
    slow = Slow(1)
    running = asyncio.create_task(database.run(slow))
    await slow.until_begun()
    waiting = asyncio.create_task(put(database, 2))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.sleep(0)
    slow.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await running == "done"
    await put(database, 3)
    assert await stored(database) == [1, 3]


async def test_a_cancellation_comes_after_the_commit_and_after_whoever_is_to_hear_of_it(database: Database) -> None:
    slow, heard = Slow(1), list[str]()
    running = asyncio.create_task(database.run(slow, heard.append))
    await slow.until_begun()
    running.cancel()
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.sleep(0)
    assert heard == []
    slow.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert heard == ["done"]
    assert await stored(database) == [1]


async def test_who_is_to_hear_of_a_commit_hears_of_no_other_end(database: Database) -> None:
    heard: list[int] = []
    threads: list[threading.Thread] = []

    def hear(result: int) -> None:
        heard.append(result)
        threads.append(threading.current_thread())

    assert await database.run(lambda tx: tx.execute(PUT, 1, 0), hear) == 1
    with pytest.raises(AlreadyStored):
        await database.run(lambda tx: tx.execute(PUT, 1, 0), hear)
    assert heard == [1]
    assert threads == [threading.current_thread()]


@pytest.mark.parametrize("turns", range(12))
async def test_wherever_a_cancellation_hits_it_is_all_or_nothing(database: Database, turns: int) -> None:
    task = asyncio.create_task(put(database, 1, 2, 3))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    at_once = await stored(database)
    assert at_once in ([], [1, 2, 3])
    await put(database, 9)
    assert await stored(database) == [*at_once, 9]


async def test_a_unit_of_work_within_another_is_refused_instead_of_waiting_for_ever(database: Database) -> None:
    def outer(_: Transaction) -> None:
        for inner in (lambda: database.run(ids), lambda: database.read(ids), database.close):
            with pytest.raises(RuntimeError, match="within"):
                inner().close()

    await database.run(outer)
    await put(database, 1)
    assert await stored(database) == [1]


async def test_a_transaction_that_has_ended_takes_nothing_more(database: Database) -> None:
    tx = await database.run(lambda tx: tx)
    with pytest.raises(RuntimeError, match="ended"):
        tx.execute(PUT, 1, 0)
    with pytest.raises(RuntimeError, match="ended"):
        tx.fetch(ALL)
    assert await stored(database) == []


async def test_closing_waits_for_the_transaction_under_way(database: Database, url: str) -> None:
    slow = Slow(1)
    running = asyncio.create_task(database.run(slow))
    await slow.until_begun()
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    slow.go_on.set()
    await asyncio.gather(running, closing)
    await database.close()
    again = await open_database(url)
    try:
        assert await stored(again) == [1]
    finally:
        await again.close()


def fill_up(tx: Transaction) -> None:
    """From now on the disk has no more room."""
    pages = tx.fetchrow("PRAGMA page_count")
    assert pages is not None
    tx.fetch(f"PRAGMA max_page_count = {pages['page_count']}")


async def test_a_full_disk_is_said_and_room_makes_it_work_again(database: Database) -> None:
    await database.run(fill_up)
    with pytest.raises(StorageError, match="the disk is full"):
        await database.run(lambda tx: tx.execute(SAVE, 1, "x" * 100_000))
    assert await database.read(lambda reader: reader.fetch("SELECT * FROM failed_updates")) == []

    def with_room(tx: Transaction) -> int:
        tx.fetch("PRAGMA max_page_count = 1000000")
        return tx.execute(SAVE, 1, "x" * 100_000)

    assert await database.run(with_room) == 1


async def test_on_a_full_disk_nothing_of_a_batch_is_committed_behind_its_back(database: Database) -> None:
    await database.run(fill_up)

    def batch(tx: Transaction) -> None:
        tx.execute(PUT, 1, 0)
        with contextlib.suppress(StorageError), tx.savepoint():
            tx.execute(SAVE, 1, "x" * 100_000)
        # SQLite has either gone back to the savepoint or undone all of it; half of a batch is never there.
        tx.execute(PUT, 2, 0)

    with contextlib.suppress(StorageError):
        await database.run(batch)
    assert await stored(database) in ([], [1, 2])
