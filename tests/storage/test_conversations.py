from storage import conversations
from storage.database import Database


async def test_a_state_is_kept_per_person_and_chat(database: Database) -> None:
    async with database.transaction() as tx:
        assert await conversations.load(tx, 1, 2) is None
        await conversations.save(tx, 1, 2, '{"a": 1}', "", 10)
        await conversations.save(tx, 1, 3, '{"b": 1}', "", 10)
        await conversations.save(tx, 1, 2, '{"a": "全形"}', "", 11)
    assert await conversations.load(database, 1, 2) == '{"a": "全形"}'
    assert await conversations.load(database, 1, 3) == '{"b": 1}'
    assert await conversations.load(database, 2, 1) is None


async def test_the_largest_telegram_ids_fit(database: Database) -> None:
    async with database.transaction() as tx:
        await conversations.save(tx, -1009999999999999, 2**52 - 1, "{}", "", 2**53)
    assert await conversations.load(database, -1009999999999999, 2**52 - 1) == "{}"


async def test_a_conversation_that_waits_is_found_after_a_restart(database: Database) -> None:
    async with database.transaction() as tx:
        await conversations.save(tx, 1, 2, "{}", '{"value": "x"}', 11)
        await conversations.save(tx, 1, 3, "{}", "", 10)
    assert await conversations.waiting(database) == [(1, 2, '{"value": "x"}')]
    async with database.transaction() as tx:
        await conversations.save(tx, 1, 2, "{}", "", 12)
    assert await conversations.waiting(database) == []
