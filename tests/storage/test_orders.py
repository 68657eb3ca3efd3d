import asyncio
from dataclasses import replace
from typing import Any

import pytest

from storage import orders
from storage.database import Database, Transaction
from storage.errors import AlreadyStored
from storage.orders import NewOrder, Order

NEW = NewOrder(
    reference="1001",
    draft_id="d1",
    account="gifts",
    provider="damaijia",
    form="order",
    form_version="1",
    answers='{"quantity": 2}',
    chat_id=-100123,
    user_id=42,
    user_name="Ann",
    confirmed_at=1000,
)


def new(n: int, **changes: Any) -> NewOrder:
    return replace(NEW, reference=str(n), draft_id=f"d{n}", confirmed_at=1000 + n, **changes)


async def settle(tx: Transaction, reference: str, outcome: str, **changes: Any) -> bool:
    fields = {
        "number": None,
        "status": "",
        "supplier_status": "",
        "details": "{}",
        "names": (),
        "now": 3000,
    }
    return await orders.settle(tx, reference, outcome=outcome, **(fields | changes))


async def sending(tx: Transaction, *numbers: int) -> None:
    for n in numbers:
        await orders.insert(tx, new(n))
    assert len(await orders.claim(tx, "gifts", "me", 2000, len(numbers))) == len(numbers)


async def known(database: Database, reference: str) -> Order:
    order = await orders.get(database, reference)
    assert order is not None
    return order


async def test_a_confirmed_order_is_kept_as_it_was_given(database: Database) -> None:
    async with database.transaction() as tx:
        await orders.insert(tx, NEW)
        assert await orders.set_card(tx, "1001", 77)
    order = await known(database, "1001")
    assert {name: getattr(order, name) for name in NEW.__dataclass_fields__} == {
        name: getattr(NEW, name) for name in NEW.__dataclass_fields__
    }
    assert (order.stage, order.outcome, order.attempts, order.card) == ("confirmed", None, 0, 77)
    assert await orders.by_draft(database, "d1") == order
    assert await orders.get(database, "1002") is None
    assert await orders.by_draft(database, "d2") is None


@pytest.mark.parametrize("second", [replace(NEW, reference="1002"), replace(NEW, draft_id="d2")])
async def test_a_draft_or_a_reference_becomes_one_order_only(database: Database, second: NewOrder) -> None:
    async with database.transaction() as tx:
        await orders.insert(tx, NEW)
    with pytest.raises(AlreadyStored):
        async with database.transaction() as tx:
            await orders.insert(tx, second)
    assert [order.reference for order in await orders.all_rows(database, 10)] == ["1001"]


async def test_a_claim_gives_each_order_once_oldest_first_and_of_its_account_only(database: Database) -> None:
    async with database.transaction() as tx:
        for n in (3, 1, 2):
            await orders.insert(tx, new(n))
        await orders.insert(tx, new(0, account="shop"))
        first = await orders.claim(tx, "gifts", "me", 2000, 2)
        second = await orders.claim(tx, "gifts", "me", 2001, 2)
        assert await orders.claim(tx, "gifts", "me", 2002, 2) == []
    assert [order.reference for order in first] == ["1", "2"]
    assert [order.reference for order in second] == ["3"]
    assert (first[0].stage, first[0].attempts, first[0].sending_at, first[0].claimed_by) == ("sending", 1, 2000, "me")


async def test_many_claims_at_once_give_no_order_twice(database: Database) -> None:
    async with database.transaction() as tx:
        for n in range(20):
            await orders.insert(tx, new(n))

    async def claim(name: str) -> list[str]:
        async with database.transaction() as tx:
            return [order.reference for order in await orders.claim(tx, "gifts", name, 2000, 3)]

    claimed = [reference for part in await asyncio.gather(*map(claim, "abcdefghij")) for reference in part]
    assert sorted(claimed, key=int) == [str(n) for n in range(20)]


async def test_a_claim_that_is_rolled_back_can_be_made_again(database: Database) -> None:
    async with database.transaction() as tx:
        await orders.insert(tx, NEW)

    async def claim_and_fail() -> None:
        async with database.transaction() as tx:
            await orders.claim(tx, "gifts", "me", 2000, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await claim_and_fail()
    async with database.transaction() as tx:
        assert [order.attempts for order in await orders.claim(tx, "gifts", "me", 2001, 1)] == [1]


async def test_a_placed_order_is_found_by_every_name(database: Database) -> None:
    async with database.transaction() as tx:
        await sending(tx, 1, 2)
        names = ("#1207", "1207", "99")
        assert await settle(tx, "1", "placed", number="#1207", status="placed", supplier_status="paid", names=names)
        assert await settle(tx, "2", "placed", number="1207", names=("1207", "1207"))
    order = await known(database, "1")
    assert (order.stage, order.outcome, order.number) == ("settled", "placed", "#1207")
    assert (order.status, order.supplier_status, order.settled_at) == ("placed", "paid", 3000)
    for name in ("1", "#1207", "99"):
        assert await orders.find(database, name) == [order]
    assert [found.reference for found in await orders.find(database, "1207")] == ["2", "1"]
    assert await orders.find(database, "120") == []


async def test_an_order_whose_reference_is_another_ones_number_is_found_beside_it(database: Database) -> None:
    async with database.transaction() as tx:
        await sending(tx, 1, 2)
        assert await settle(tx, "1", "placed", number="2", names=("1", "2"))
    assert [order.reference for order in await orders.find(database, "2")] == ["2", "1"]
    assert [order.reference for order in await orders.find(database, "1")] == ["1"]


@pytest.mark.parametrize("later", ["placed", "refused", "not_sent", "unknown"])
async def test_placed_is_never_overwritten(database: Database, later: str) -> None:
    async with database.transaction() as tx:
        await sending(tx, 1)
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
        await orders.claim(tx, "gifts", "me", 2000, 1)
        assert await settle(tx, "1001", "refused")
        assert not await settle(tx, "1001", "placed", number="A")


@pytest.mark.parametrize("truth", ["placed", "refused", "not_sent"])
async def test_an_unknown_outcome_gives_way_to_the_truth(database: Database, truth: str) -> None:
    async with database.transaction() as tx:
        await sending(tx, 1)
        assert await settle(tx, "1", "unknown")
        assert not await settle(tx, "1", "unknown")
        assert not await orders.retry(tx, "1", "d9", "1", "{}")
        assert not await orders.replace(tx, "1", "2")
        assert await settle(tx, "1", truth, now=4000)
    order = await known(database, "1")
    assert (order.outcome, order.settled_at) == (truth, 4000)


async def test_only_an_order_that_was_not_sent_is_retried_under_its_reference(database: Database) -> None:
    async with database.transaction() as tx:
        await sending(tx, 1, 2)
        assert not await orders.retry(tx, "1", "d9", "2", "{}")
        await settle(tx, "1", "not_sent", details='{"code": "unreachable"}')
        await settle(tx, "2", "refused")
        assert not await orders.retry(tx, "2", "d9", "2", "{}")
        assert await orders.retry(tx, "1", "d9", "2", '{"quantity": 3}')
        assert not await orders.retry(tx, "1", "d9", "2", "{}")
    order = await known(database, "1")
    assert (order.stage, order.outcome, order.details, order.settled_at) == ("confirmed", None, "{}", None)
    assert (order.answers, order.form_version, order.confirmed_at) == ('{"quantity": 3}', "2", 1001)
    assert await orders.by_draft(database, "d9") == order
    async with database.transaction() as tx:
        assert [claimed.attempts for claimed in await orders.claim(tx, "gifts", "me", 5000, 9)] == [2]
        assert await settle(tx, "1", "placed", number="A")


async def test_an_order_is_replaced_once_and_then_not_retried(database: Database) -> None:
    async with database.transaction() as tx:
        await sending(tx, 1, 2)
        assert not await orders.replace(tx, "1", "3")
        await settle(tx, "1", "not_sent")
        await settle(tx, "2", "refused")
        assert await orders.replace(tx, "1", "3")
        assert not await orders.replace(tx, "1", "4")
        assert not await orders.retry(tx, "1", "d9", "1", "{}")
        assert await orders.replace(tx, "2", "5")
    assert (await known(database, "1")).replaced_by == "3"


async def test_orders_being_sent_at_the_time_of_a_crash_are_found_again(database: Database) -> None:
    async with database.transaction() as tx:
        await sending(tx, 1, 2)
        await settle(tx, "1", "placed", number="A")
        await orders.insert(tx, new(3))
    assert [order.reference for order in await orders.abandoned(database)] == ["2"]
    async with database.transaction() as tx:
        await settle(tx, "2", "unknown")
        assert await orders.abandoned(tx) == []


async def test_pages_of_orders_meet_without_gap_or_overlap_even_within_one_microsecond(database: Database) -> None:
    async with database.transaction() as tx:
        for n in range(10, 17):
            await orders.insert(tx, replace(new(n, user_id=n % 2), confirmed_at=1000 + n // 4))
    newest_first = [str(n) for n in range(16, 9, -1)]

    first = await orders.recent(database, None, 3)
    second = await orders.recent(database, None, 3, first[-1].place)
    third = await orders.recent(database, None, 3, second[-1].place)
    assert [order.reference for order in (*first, *second, *third)] == newest_first

    mine = await orders.recent(database, 1, 2)
    rest = await orders.recent(database, 1, 2, mine[-1].place)
    assert [order.reference for order in (*mine, *rest)] == ["15", "13", "11"]

    start = await orders.all_rows(database, 5)
    end = await orders.all_rows(database, 5, start[-1].place)
    assert [order.reference for order in (*start, *end)] == newest_first[::-1]
