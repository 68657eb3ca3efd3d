import pytest

from storage import updates
from storage.database import Database
from storage.errors import AlreadyStored


async def test_an_update_is_seen_once_it_was_marked(database: Database) -> None:
    async with database.transaction() as tx:
        assert not await updates.is_seen(tx, 7)
        await updates.mark_seen(tx, 7, 100)
        assert await updates.is_seen(tx, 7)


async def test_an_update_marked_twice_undoes_what_came_with_it(database: Database) -> None:
    async def mark(*update_ids: int) -> None:
        async with database.transaction() as tx:
            for update_id in update_ids:
                await updates.mark_seen(tx, update_id, 100)

    await mark(7)
    with pytest.raises(AlreadyStored):
        await mark(8, 7)
    assert not await updates.is_seen(database, 8)
    assert await updates.is_seen(database, 7)


async def test_old_updates_are_forgotten(database: Database) -> None:
    async with database.transaction() as tx:
        for update_id in (1, 2, 3):
            await updates.mark_seen(tx, update_id, update_id * 100)
        assert await updates.prune(tx, 200) == 1
        assert [await updates.is_seen(tx, n) for n in (1, 2, 3)] == [False, True, True]


async def test_failures_of_an_update_are_counted_and_the_last_is_kept(database: Database) -> None:
    async with database.transaction() as tx:
        assert await updates.note_failure(tx, 7, "first", "{}", 1) == 1
        assert await updates.note_failure(tx, 7, "second", "{}", 2) == 2
        assert await updates.note_failure(tx, 8, "other", "{}", 2) == 1
        assert await updates.note_failure(tx, 7, "third", "{}", 3) == 3
    row = await database.fetchrow("SELECT * FROM failed_updates WHERE update_id = 7")
    assert row == {"update_id": 7, "tries": 3, "error": "third", "raw": "{}", "failed_at": 3}
