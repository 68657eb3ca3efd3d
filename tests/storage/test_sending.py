"""Who gets an order to send, and which word about what became of it counts."""

import asyncio

import pytest

from storage import orders, sending
from storage.database import Database
from storage.errors import AlreadyStored
from tests.storage.rows import NEW, known, new, send, settle


async def test_a_claim_gives_each_order_once_oldest_first_and_of_its_account_only(database: Database) -> None:
    async with database.transaction() as tx:
        for n in (3, 1, 2):
            await orders.insert(tx, new(n))
        await orders.insert(tx, new(0, account="shop"))
        first = await sending.claim(tx, "gifts", "me", 2000, 2)
        second = await sending.claim(tx, "gifts", "me", 2001, 2)
        assert await sending.claim(tx, "gifts", "me", 2002, 2) == []
    assert [order.reference for order in first] == ["1", "2"]
    assert [order.reference for order in second] == ["3"]
    assert (first[0].stage, first[0].attempts, first[0].sending_at, first[0].claimed_by) == ("sending", 1, 2000, "me")


async def test_many_claims_at_once_give_no_order_twice(database: Database) -> None:
    async with database.transaction() as tx:
        for n in range(20):
            await orders.insert(tx, new(n))

    async def claim(name: str) -> list[str]:
        async with database.transaction() as tx:
            return [order.reference for order in await sending.claim(tx, "gifts", name, 2000, 3)]

    claimed = [reference for part in await asyncio.gather(*map(claim, "abcdefghij")) for reference in part]
    assert sorted(claimed, key=int) == [str(n) for n in range(20)]


async def test_a_claim_that_is_rolled_back_can_be_made_again(database: Database) -> None:
    async with database.transaction() as tx:
        await orders.insert(tx, NEW)

    async def claim_and_fail() -> None:
        async with database.transaction() as tx:
            await sending.claim(tx, "gifts", "me", 2000, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await claim_and_fail()
    async with database.transaction() as tx:
        assert [order.attempts for order in await sending.claim(tx, "gifts", "me", 2001, 1)] == [1]


@pytest.mark.parametrize("later", ["placed", "refused", "not_sent", "unknown"])
async def test_placed_is_never_overwritten(database: Database, later: str) -> None:
    async with database.transaction() as tx:
        await send(tx, 1)
        assert await settle(tx, "1", "placed", number="A")
        assert not await settle(tx, "1", later, number="B", names=("B",))
        assert not await orders.retry(tx, "1", "d9", "1", "{}")
        assert not await orders.replace(tx, "1", "2")
    order = await known(database, "1")
    assert (order.outcome, order.number, order.replaced_by) == ("placed", "A", None)
    assert await orders.find(database, "B") == []


async def test_only_what_is_being_sent_can_be_settled(database: Database) -> None:
    async with database.transaction() as tx:
        await orders.insert(tx, NEW)
        assert not await settle(tx, "1001", "placed", number="A")
        assert not await settle(tx, "no such", "placed", number="A")
        await sending.claim(tx, "gifts", "me", 2000, 1)
        assert await settle(tx, "1001", "refused")
        assert not await settle(tx, "1001", "placed", number="A")


@pytest.mark.parametrize("truth", ["placed", "refused", "not_sent"])
async def test_an_unknown_outcome_gives_way_to_the_truth(database: Database, truth: str) -> None:
    async with database.transaction() as tx:
        await send(tx, 1)
        assert await settle(tx, "1", "unknown")
        assert not await settle(tx, "1", "unknown")
        assert not await orders.retry(tx, "1", "d9", "1", "{}")
        assert not await orders.replace(tx, "1", "2")
        assert await settle(tx, "1", truth, now=4000)
    order = await known(database, "1")
    assert (order.outcome, order.settled_at) == (truth, 4000)


async def test_orders_being_sent_at_the_time_of_a_crash_are_found_again(database: Database) -> None:
    async with database.transaction() as tx:
        await send(tx, 1, 2)
        await settle(tx, "1", "placed", number="A")
        await orders.insert(tx, new(3))
    assert [order.reference for order in await sending.abandoned(database)] == ["2"]
    async with database.transaction() as tx:
        await settle(tx, "2", "unknown")
        assert await sending.abandoned(tx) == []


@pytest.mark.parametrize("late", ["placed", "refused", "not_sent", "unknown"])
async def test_a_late_answer_to_an_earlier_sending_changes_nothing(database: Database, late: str) -> None:
    async with database.transaction() as tx:
        await send(tx, 1)
        assert await settle(tx, "1", "not_sent")
        assert await orders.retry(tx, "1", "d1", "1", "{}")
        before = await orders.get(tx, "1")
        assert not await settle(tx, "1", late, number="A", names=("A",))
        assert await orders.get(tx, "1") == before
        await sending.claim(tx, "gifts", "me", 4000, 1)
        assert not await settle(tx, "1", late, number="A", names=("A",))
        assert await settle(tx, "1", "placed", number="B", attempt=2)
        assert not await settle(tx, "1", late, number="A", names=("A",))
    assert (await known(database, "1")).number == "B"
    assert await orders.find(database, "A") == []
    assert await orders.number_of(database, "gifts", "A") is None


async def test_a_number_that_was_found_belongs_to_one_order_of_an_account_only(database: Database) -> None:
    async with database.transaction() as tx:
        await send(tx, 1, 2)
        await settle(tx, "1", "placed", number="A", names=("A",))
        await settle(tx, "2", "unknown")
    with pytest.raises(AlreadyStored):
        async with database.transaction() as tx:
            await settle(tx, "2", "placed", number="A", names=("A",), adopted=True)
    assert (await known(database, "2")).outcome == "unknown"
    assert [order.reference for order in await orders.find(database, "A")] == ["1"]
    async with database.transaction() as tx:
        assert await settle(tx, "2", "placed", number="B", names=("B",), adopted=True)
        await send(tx, 3, account="other")
        assert await settle(tx, "3", "placed", number="A", adopted=True)
    assert await orders.number_of(database, "gifts", "A") == "1"
    assert await orders.number_of(database, "gifts", "B") == "2"
    assert await orders.number_of(database, "other", "A") == "3"


async def test_a_number_that_a_supplier_answers_twice_hides_no_outcome(database: Database) -> None:
    async with database.transaction() as tx:
        await send(tx, 1, 2)
        assert await settle(tx, "1", "placed", number="A", names=("A",))
        assert await settle(tx, "2", "placed", number="A", names=("A",))
    assert (await known(database, "2")).number == "A"
    assert await orders.number_of(database, "gifts", "A") == "1"
    assert [order.reference for order in await orders.find(database, "A")] == ["2", "1"]


async def test_whether_others_of_an_account_are_on_their_way(database: Database) -> None:
    async with database.transaction() as tx:
        await send(tx, 1)
        await send(tx, 2, account="other")
        await orders.insert(tx, new(3))
    assert await sending.others_are_sent(database, "gifts", "9")
    assert not await sending.others_are_sent(database, "gifts", "1")
    async with database.transaction() as tx:
        await settle(tx, "1", "unknown")
    assert not await sending.others_are_sent(database, "gifts", "9")


async def test_the_accounts_that_have_orders_to_be_sent(database: Database) -> None:
    async with database.transaction() as tx:
        await send(tx, 1)
        for n, account in ((2, "shop"), (3, "other"), (4, "shop")):
            await orders.insert(tx, new(n, account=account))
    assert await sending.confirmed_accounts(database) == ["other", "shop"]
