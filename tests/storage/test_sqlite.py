import asyncio
import contextlib

import pytest

from storage.database import Database
from storage.errors import AlreadyStored, StorageError
from storage.opening import open_database

PUT = "INSERT INTO strangers (user_id, told_at) VALUES ($1, $2)"
ALL = "SELECT user_id FROM strangers ORDER BY user_id"


async def put(database: Database, *user_ids: int) -> None:
    async with database.transaction() as tx:
        for user_id in user_ids:
            await tx.execute(PUT, user_id, 0)


async def stored(database: Database) -> list[int]:
    return [row["user_id"] for row in await database.fetch(ALL)]


async def test_the_journal_is_on_the_disk_before_a_commit_is_reported(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.fetchrow("PRAGMA journal_mode") == {"journal_mode": "wal"}
        assert await tx.fetchrow("PRAGMA synchronous") == {"synchronous": 2}
        assert await tx.fetchrow("PRAGMA foreign_keys") == {"foreign_keys": 1}


async def test_what_was_committed_is_there_after_a_restart(database: Database, url: str) -> None:
    await put(database, 1)
    await database.close()
    again = await open_database(url)
    try:
        assert await stored(again) == [1]
    finally:
        await again.close()


async def test_a_reader_outside_sees_committed_rows_only(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(PUT, 1, 0)
        assert await tx.fetch(ALL) == [{"user_id": 1}]
        assert await stored(database) == []
    assert await stored(database) == [1]


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError, match="read-only"):
        await database.fetch(PUT, 1, 0)
    assert await stored(database) == []


async def test_transactions_take_turns(database: Database) -> None:
    await put(database, 0)

    async def count_up() -> None:
        async with database.transaction() as tx:
            row = await tx.fetchrow("SELECT told_at FROM strangers WHERE user_id = 0")
            assert row is not None
            await asyncio.sleep(0)
            await tx.execute("UPDATE strangers SET told_at = $1 WHERE user_id = 0", row["told_at"] + 1)

    await asyncio.gather(*(count_up() for _ in range(30)))
    assert await database.fetchrow("SELECT told_at FROM strangers") == {"told_at": 30}


async def test_an_error_rolls_back_and_the_next_transaction_works(database: Database) -> None:
    async def put_and_fail() -> None:
        async with database.transaction() as tx:
            await tx.execute(PUT, 1, 0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await put_and_fail()
    await put(database, 2)
    assert await stored(database) == [2]


async def test_a_key_that_exists_is_told_apart_from_a_broken_database(database: Database) -> None:
    await put(database, 1)
    with pytest.raises(AlreadyStored):
        await put(database, 2, 1)
    assert await stored(database) == [1]


async def test_a_cancelled_transaction_leaves_nothing_and_the_next_works(database: Database) -> None:
    inside = asyncio.Event()

    async def never_ends() -> None:
        async with database.transaction() as tx:
            await tx.execute(PUT, 1, 0)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(never_ends())
    await inside.wait()
    waiting = asyncio.create_task(put(database, 2))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await waiting
    assert await stored(database) == [2]


async def test_a_cancellation_during_the_commit_comes_after_it(database: Database) -> None:
    async def cancelled_at_the_end() -> None:
        task = asyncio.current_task()
        assert task is not None
        async with database.transaction() as tx:
            await tx.execute(PUT, 1, 0)
            # Runs at the next turn of the loop, and the next await is the commit's.
            asyncio.get_running_loop().call_soon(task.cancel)

    task = asyncio.create_task(cancelled_at_the_end())
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await stored(database) == [1]
    await put(database, 2)
    assert await stored(database) == [1, 2]


@pytest.mark.parametrize("turns", range(40))
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


async def test_a_transaction_within_a_transaction_is_refused_instead_of_waiting_for_ever(database: Database) -> None:
    async with database.transaction():
        with pytest.raises(RuntimeError, match="within"):
            async with database.transaction():
                pass
        with pytest.raises(RuntimeError, match="within"):
            await database.close()
    await put(database, 1)
    assert await stored(database) == [1]


async def test_a_transaction_that_has_ended_takes_nothing_more(database: Database) -> None:
    async with database.transaction() as tx:
        pass
    with pytest.raises(RuntimeError, match="ended"):
        await tx.execute(PUT, 1, 0)
    with pytest.raises(RuntimeError, match="ended"):
        await tx.fetch(ALL)
    assert await stored(database) == []


async def test_closing_waits_for_the_transaction_under_way(database: Database, url: str) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with database.transaction() as tx:
            inside.set()
            await go_on.wait()
            await tx.execute(PUT, 1, 0)

    task = asyncio.create_task(slow())
    await inside.wait()
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(task, closing)
    await database.close()
    again = await open_database(url)
    try:
        assert await stored(again) == [1]
    finally:
        await again.close()


async def test_a_full_disk_is_said_and_room_makes_it_work_again(database: Database) -> None:
    save = "INSERT INTO failed_updates (update_id, tries, error, raw, failed_at) VALUES ($1, 1, '', $2, 1)"
    async with database.transaction() as tx:
        pages = await tx.fetchrow("PRAGMA page_count")
        assert pages is not None
        await tx.fetch(f"PRAGMA max_page_count = {pages['page_count']}")
    with pytest.raises(StorageError, match="the disk is full"):
        async with database.transaction() as tx:
            await tx.execute(save, 1, "x" * 100_000)
    assert await database.fetch("SELECT * FROM failed_updates") == []
    async with database.transaction() as tx:
        await tx.fetch("PRAGMA max_page_count = 1000000")
        assert await tx.execute(save, 1, "x" * 100_000) == 1
