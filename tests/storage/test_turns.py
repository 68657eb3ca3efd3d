"""Units of work take turns in a thread of their own: whoever waits, reads, cancels or closes meanwhile."""

import asyncio
import contextlib
import threading

import pytest

from storage.database import Database, Reader, Transaction
from storage.errors import AlreadyStored
from storage.opening import open_database
from tests.storage.direct import url_of
from tests.storage.strangers import PUT, ids, put, stored


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


async def test_transactions_take_turns(database: Database) -> None:
    await put(database, 0)

    def count_up(tx: Transaction) -> None:
        row = tx.fetchrow("SELECT told_at FROM strangers WHERE user_id = 0")
        assert row is not None
        tx.execute("UPDATE strangers SET told_at = $1 WHERE user_id = 0", row["told_at"] + 1)

    await asyncio.gather(*(database.run(count_up) for _ in range(30)))
    row = await database.read(lambda reader: reader.fetchrow("SELECT told_at FROM strangers"))
    assert row == {"told_at": 30}


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


async def test_closing_waits_for_the_transaction_under_way(database: Database) -> None:
    slow = Slow(1)
    running = asyncio.create_task(database.run(slow))
    await slow.until_begun()
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    slow.go_on.set()
    await asyncio.gather(running, closing)
    await database.close()
    again = await open_database(url_of(database))
    try:
        assert await stored(again) == [1]
    finally:
        await again.close()


async def test_a_question_asked_again_is_answered_as_it_is_by_then(database: Database) -> None:
    await put(database, 1)

    def work(tx: Transaction) -> list[list[int]]:
        tx.prefetch("SELECT user_id FROM strangers ORDER BY user_id")
        seen = [ids(tx), ids(tx)]
        tx.write(PUT, 2, 0)
        seen.append(ids(tx))
        with contextlib.suppress(ZeroDivisionError), tx.savepoint():
            tx.execute(PUT, 3, 0)
            seen.append(ids(tx))
            raise ZeroDivisionError
        seen.append(ids(tx))
        tx.execute("DELETE FROM strangers")
        return [*seen, ids(tx)]

    assert await database.run(work) == [[1], [1], [1, 2], [1, 2, 3], [1, 2], []]
