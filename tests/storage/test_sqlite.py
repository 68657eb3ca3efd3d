import asyncio
import contextlib
from typing import NoReturn

import pytest

from storage.database import Database, Transaction
from storage.errors import AlreadyStored, StorageError
from storage.opening import open_database
from tests.storage.strangers import ALL, PUT, put, stored

KINDS = ("sqlite",)

SAVE = "INSERT INTO failed_updates (update_id, tries, error, raw, failed_at) VALUES ($1, 1, '', $2, 1)"


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


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError, match="read-only"):
        await database.read(lambda reader: reader.fetch(PUT, 1, 0))
    assert await stored(database) == []


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
        await database.run(work)  # type: ignore[unused-coroutine]  # the mistake that is refused
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


async def test_a_transaction_that_has_ended_takes_nothing_more(database: Database) -> None:
    tx = await database.run(lambda tx: tx)
    with pytest.raises(RuntimeError, match="ended"):
        tx.execute(PUT, 1, 0)
    with pytest.raises(RuntimeError, match="ended"):
        tx.fetch(ALL)
    assert await stored(database) == []


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
