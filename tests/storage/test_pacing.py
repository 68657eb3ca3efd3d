"""A card is changed at most once in three seconds, and nothing else waits for that."""

from storage import outbox
from storage.database import Database

CARD = 1


async def add(database: Database, *rows: int, paced: bool = True, edits: int | None = CARD, chat: int = 7) -> None:
    async with database.transaction() as tx:
        for row in rows:
            await outbox.add(tx, row, chat, f'"{row}"', edits=edits, now=0, paced=paced)


async def take(database: Database, row: int, now: int) -> None:
    async with database.transaction() as tx:
        await outbox.sent(tx, row, 50, now)
        if row != CARD:
            await outbox.moved(tx, CARD, 50, now)


async def due(database: Database, now: int) -> list[int]:
    return [row.id for row in await outbox.due(database, now)]


async def with_card(database: Database) -> None:
    await add(database, CARD, paced=False, edits=None)
    await take(database, CARD, 0)


async def test_an_edit_waits_until_three_seconds_after_the_one_before(database: Database) -> None:
    await with_card(database)
    await add(database, 2)
    assert await due(database, 0) == [2]
    await take(database, 2, 1_000_000)
    await add(database, 3)
    assert await due(database, 3_999_999) == []
    assert await outbox.next_due_at(database) == 4_000_000
    assert await due(database, 4_000_000) == [3]


async def test_other_messages_of_the_chat_do_not_wait_for_it(database: Database) -> None:
    await with_card(database)
    await add(database, 2)
    await take(database, 2, 1_000_000)
    await add(database, 3)
    await add(database, 4, paced=False, edits=None)
    assert await due(database, 1_000_000) == [4]
    await take(database, 4, 1_000_000)
    assert await due(database, 4_000_000) == [3]


async def test_only_the_newest_edit_is_sent(database: Database) -> None:
    await with_card(database)
    await add(database, 2)
    await take(database, 2, 1_000_000)
    await add(database, 3, 4, 5)
    assert await due(database, 4_000_000) == [5]
    await add(database, 6, paced=False)
    assert await due(database, 1_000_000) == [6]
    rows = await database.fetch("SELECT id FROM outbox WHERE state = 'waiting'")
    assert [row["id"] for row in rows] == [6]


async def test_an_edit_waits_for_one_that_was_on_its_way_when_it_was_written(database: Database) -> None:
    await with_card(database)
    await add(database, 2)
    assert await due(database, 0) == [2]
    await add(database, 3)
    await take(database, 2, 2_000_000)
    assert await due(database, 4_999_999) == []
    assert await due(database, 5_000_000) == [3]


async def test_an_edit_never_overtakes_what_was_said_before_it(database: Database) -> None:
    await add(database, CARD, paced=False, edits=None)
    await add(database, 2)
    assert await due(database, 0) == [CARD]
    async with database.transaction() as tx:
        await outbox.postpone(tx, CARD, 9_000_000, "later")
    assert await due(database, 5_000_000) == []
    assert await outbox.next_due_at(database) == 9_000_000
    assert await due(database, 9_000_000) == [CARD]


async def test_edits_of_two_cards_of_a_chat_go_one_after_the_other(database: Database) -> None:
    await add(database, 1, 2, paced=False, edits=None)
    await take(database, 1, 0)
    await take(database, 2, 0)
    await add(database, 3, edits=1)
    await add(database, 4, edits=2)
    assert await due(database, 9_000_000) == [3]
    await take(database, 3, 9_000_000)
    assert await due(database, 9_000_000) == [4]
