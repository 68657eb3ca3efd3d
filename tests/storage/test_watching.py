"""How far placed orders are: a newer answer stays, an order stays placed, and what is finished is not asked again."""

from dataclasses import replace

import pytest

from storage import prune, watching
from storage.database import Database
from storage.watching import Reading
from tests.storage.rows import known, send, settle

ANSWER = Reading(
    asked_at=5000,
    number="A",
    status="shipped",
    supplier_status="2",
    progress='{"x": 1}',
    status_at=5000,
    watch_at=9000,
    names=("A-1",),
)


@pytest.fixture
async def placed(database: Database) -> Database:
    async with database.transaction() as tx:
        await send(tx, 1)
        assert await settle(tx, "1", "placed", number="A", status="placed", watch_at=4000)
    return database


async def test_a_placed_order_is_due_at_its_time_and_changed_since_then(placed: Database) -> None:
    order = await known(placed, "1")
    assert (order.status_at, order.watch_at, order.asked_at) == (3000, 4000, None)
    assert await watching.due(placed, "gifts", 3999, 9) == []
    assert await watching.due(placed, "shop", 9999, 9) == []
    assert [order.reference for order in await watching.due(placed, "gifts", 4000, 9)] == ["1"]
    assert await watching.next_at(placed, "gifts") == 4000


async def test_an_answer_is_written_down_with_its_names(placed: Database) -> None:
    async with placed.transaction() as tx:
        assert await watching.read(tx, "1", ANSWER)
        await watching.read(tx, "1", replace(ANSWER, asked_at=6000, status_at=None))
    order = await known(placed, "1")
    assert (order.status, order.supplier_status, order.progress) == ("shipped", "2", '{"x": 1}')
    assert (order.asked_at, order.status_at, order.watch_at, order.outcome) == (6000, 5000, 9000, "placed")
    names = await placed.fetch("SELECT name FROM order_names WHERE reference = '1'")
    assert [row["name"] for row in names] == ["A-1"]


async def test_a_late_answer_does_not_replace_a_newer_one(placed: Database) -> None:
    async with placed.transaction() as tx:
        assert await watching.read(tx, "1", ANSWER)
        assert not await watching.read(tx, "1", replace(ANSWER, asked_at=4999, status="paid"))
        assert await watching.read(tx, "1", replace(ANSWER, asked_at=5001, status="completed", watch_at=None))
    order = await known(placed, "1")
    assert (order.status, order.asked_at) == ("completed", 5001)
    assert await watching.next_at(placed, "gifts") is None


async def test_an_answer_about_another_number_or_an_order_that_is_not_placed_changes_nothing(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await send(tx, 1, 2)
        await settle(tx, "1", "placed", number="A")
        await settle(tx, "2", "refused")
        assert not await watching.read(tx, "1", replace(ANSWER, number="B"))
        assert not await watching.read(tx, "2", ANSWER)
    assert (await known(database, "2")).outcome == "refused"
    assert (await known(database, "1")).number == "A"


async def test_a_failure_counts_until_an_answer_comes(placed: Database) -> None:
    async with placed.transaction() as tx:
        assert await watching.not_read(tx, "1", 0, 6000)
        assert not await watching.not_read(tx, "1", 0, 7000)
        assert await watching.not_read(tx, "1", 1, 8000)
    order = await known(placed, "1")
    assert (order.watch_failures, order.watch_at) == (2, 8000)
    async with placed.transaction() as tx:
        await watching.read(tx, "1", ANSWER)
    assert (await known(placed, "1")).watch_failures == 0


async def test_what_is_personal_in_an_answer_goes_with_the_order_and_stays_away(placed: Database) -> None:
    async with placed.transaction() as tx:
        await watching.read(tx, "1", ANSWER)
        assert await prune.empty(tx, "1", "{}", {}, 8000)
    order = await known(placed, "1")
    assert (order.progress, order.watch_at, order.status) == ("{}", None, "shipped")
    async with placed.transaction() as tx:
        assert await watching.read(tx, "1", replace(ANSWER, asked_at=8001, status="completed"))
    order = await known(placed, "1")
    assert (order.progress, order.watch_at, order.status) == ("{}", None, "completed")


async def test_an_order_that_was_held_to_be_not_placed_is_watched_once_it_is_found(database: Database) -> None:
    async with database.transaction() as tx:
        await send(tx, 1)
        await settle(tx, "1", "unknown")
        await settle(tx, "1", "placed", number="A", watch_at=7000, now=6000)
    order = await known(database, "1")
    assert (order.watch_at, order.status_at) == (7000, 6000)
