"""Who gets an order to send, and which word about what became of it counts."""

import asyncio
from collections.abc import Awaitable

import pytest

from storage import orders, sending
from storage.database import Database
from storage.errors import AlreadyStored
from storage.orders import Order
from storage.sending import Claim
from tests.storage.direct import reading, writing
from tests.storage.rows import NEW, known, mark, new, send, settle


def test_a_claim_gives_each_order_once_oldest_first_and_of_its_account_only(database: Database) -> None:
    with writing(database) as tx:
        for n in (3, 1, 2):
            orders.insert(tx, new(n))
        orders.insert(tx, new(0, account="shop"))
        first = sending.claim(tx, "gifts", mark(2000), 2)
        second = sending.claim(tx, "gifts", mark(2001), 2)
        assert sending.claim(tx, "gifts", mark(2002), 2) == []
    assert [order.reference for order in first] == ["1", "2"]
    assert [order.reference for order in second] == ["3"]
    assert (first[0].stage, first[0].attempts, first[0].sending_at) == ("sending", 1, 2000)
    assert (first[0].claimed_by, first[0].claimed_until) == ("me", 60_002_000)


async def test_many_claims_at_once_give_no_order_twice(database: Database) -> None:
    with writing(database) as tx:
        for n in range(20):
            orders.insert(tx, new(n))

    def claim(name: str) -> Awaitable[list[Order]]:
        return database.run(lambda tx: sending.claim(tx, "gifts", mark(2000, name), 3))

    claimed = [order.reference for part in await asyncio.gather(*map(claim, "abcdefghij")) for order in part]
    assert sorted(claimed, key=int) == [str(n) for n in range(20)]


def test_a_claim_that_is_rolled_back_can_be_made_again(database: Database) -> None:
    with writing(database) as tx:
        orders.insert(tx, NEW)

    def claim_and_fail() -> None:
        with writing(database) as tx:
            sending.claim(tx, "gifts", mark(2000), 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        claim_and_fail()
    with writing(database) as tx:
        assert [order.attempts for order in sending.claim(tx, "gifts", mark(2001), 1)] == [1]


@pytest.mark.parametrize("later", ["placed", "refused", "not_sent", "unknown"])
def test_placed_is_never_overwritten(database: Database, later: str) -> None:
    with writing(database) as tx:
        send(tx, 1)
        assert settle(tx, "1", "placed", number="A")
        assert not settle(tx, "1", later, number="B", names=("B",))
        assert not orders.retry(tx, "1", "d9", "1", "{}")
        assert not orders.replace(tx, "1", "2")
    order = known(database, "1")
    assert (order.outcome, order.number, order.replaced_by) == ("placed", "A", None)
    assert orders.find(reading(database), "B") == []


def test_only_what_is_being_sent_can_be_settled(database: Database) -> None:
    with writing(database) as tx:
        orders.insert(tx, NEW)
        assert not settle(tx, "1001", "placed", number="A")
        assert not settle(tx, "no such", "placed", number="A")
        sending.claim(tx, "gifts", mark(2000), 1)
        assert settle(tx, "1001", "refused")
        assert not settle(tx, "1001", "placed", number="A")


@pytest.mark.parametrize("truth", ["placed", "refused", "not_sent"])
def test_an_unknown_outcome_gives_way_to_the_truth(database: Database, truth: str) -> None:
    with writing(database) as tx:
        send(tx, 1)
        assert settle(tx, "1", "unknown")
        assert not settle(tx, "1", "unknown")
        assert not orders.retry(tx, "1", "d9", "1", "{}")
        assert not orders.replace(tx, "1", "2")
        assert settle(tx, "1", truth, now=4000)
    order = known(database, "1")
    assert (order.outcome, order.settled_at) == (truth, 4000)


def test_orders_being_sent_at_the_time_of_a_crash_are_found_again(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1, 2)
        settle(tx, "1", "placed", number="A")
        orders.insert(tx, new(3))
    with writing(database) as tx:
        assert sending.lapse(tx) == 1
        assert [order.reference for order in sending.abandoned(tx, "another", 2001)] == ["2"]
        settle(tx, "2", "unknown")
        assert sending.abandoned(tx, "another", 2001) == []
        assert sending.lapse(tx) == 0


def test_only_lapsed_claims_of_others_are_taken_over(database: Database) -> None:
    def taken_over(holder: str, now: int) -> list[str]:
        return [order.reference for order in sending.abandoned(reading(database), holder, now)]

    with writing(database) as tx:
        for n in (1, 2):
            orders.insert(tx, new(n))
            (order,) = sending.claim(tx, "gifts", Claim(f"holder {n}", 2000, 5000 * n), 9)
        assert sending.claim_one(tx, order, mark(2000)) is None
    assert taken_over("me", 4999) == []
    assert taken_over("me", 5000) == ["1"]
    assert taken_over("me", 10_000) == ["1", "2"]
    assert taken_over("holder 1", 10_000) == ["2"]
    with writing(database) as tx:
        assert sending.lapse(tx) == 2
    assert taken_over("me", 2000) == ["1", "2"]
    assert taken_over("holder 2", 2000) == ["1"]


def test_a_claim_of_before_there_were_times_has_lapsed(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1, 2)
        tx.execute("UPDATE orders SET claimed_until = NULL")
        tx.execute("UPDATE orders SET claimed_by = NULL WHERE reference = '2'")
    assert [order.reference for order in sending.abandoned(reading(database), "another", 2000)] == ["1", "2"]


def test_who_is_done_with_an_order_holds_it_no_longer(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1, 2, 3)
        sending.postpone(tx, "1", 1, 9000, "{}")
        settle(tx, "2", "unknown")
        assert sending.resend(tx, "2", 1)
        settle(tx, "3", "not_sent")
        assert orders.retry(tx, "3", "d3", "1", "{}")
    for reference in "123":
        order = known(database, reference)
        assert (order.claimed_by, order.claimed_until) == (None, None)
    with writing(database) as tx:
        again = known(database, "2")
        taken = sending.claim_one(tx, again, mark(7000, "another"))
    assert taken is not None
    assert (taken.claimed_by, taken.claimed_until) == ("another", 60_007_000)


@pytest.mark.parametrize("late", ["placed", "refused", "not_sent", "unknown"])
def test_a_late_answer_to_an_earlier_sending_changes_nothing(database: Database, late: str) -> None:
    with writing(database) as tx:
        send(tx, 1)
        assert settle(tx, "1", "not_sent")
        assert orders.retry(tx, "1", "d1", "1", "{}")
        before = orders.get(tx, "1")
        assert not settle(tx, "1", late, number="A", names=("A",))
        assert orders.get(tx, "1") == before
        sending.claim(tx, "gifts", mark(4000), 1)
        assert not settle(tx, "1", late, number="A", names=("A",))
        assert settle(tx, "1", "placed", number="B", attempt=2)
        assert not settle(tx, "1", late, number="A", names=("A",))
    assert known(database, "1").number == "B"
    assert orders.find(reading(database), "A") == []
    assert orders.number_of(reading(database), "gifts", "A") is None


def test_a_number_that_was_found_belongs_to_one_order_of_an_account_only(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1, 2)
        settle(tx, "1", "placed", number="A", names=("A",))
        settle(tx, "2", "unknown")
    with pytest.raises(AlreadyStored), writing(database) as tx:
        settle(tx, "2", "placed", number="A", names=("A",))
    assert known(database, "2").outcome == "unknown"
    assert [order.reference for order in orders.find(reading(database), "A")] == ["1"]
    with writing(database) as tx:
        assert settle(tx, "2", "placed", number="B", names=("B",))
        send(tx, 3, account="other")
        assert settle(tx, "3", "placed", number="A")
    assert orders.number_of(reading(database), "gifts", "A") == "1"
    assert orders.number_of(reading(database), "gifts", "B") == "2"
    assert orders.number_of(reading(database), "other", "A") == "3"


def test_whether_others_of_an_account_are_on_their_way(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1)
        send(tx, 2, account="other")
        orders.insert(tx, new(3))
    assert sending.others_are_sent(reading(database), "gifts", "9")
    assert not sending.others_are_sent(reading(database), "gifts", "1")
    with writing(database) as tx:
        settle(tx, "1", "unknown")
    assert not sending.others_are_sent(reading(database), "gifts", "9")


def test_the_orders_that_wait_to_be_sent(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1)
        for n, account in ((2, "shop"), (3, "other"), (4, "shop")):
            orders.insert(tx, new(n, account=account))
    assert sending.confirmed_accounts(reading(database)) == ["other", "shop"]
    assert [order.reference for order in sending.waiting_at(reading(database), "shop", 9)] == ["2", "4"]
    assert [order.reference for order in sending.confirmed(reading(database), 2)] == ["3", "2"]
    assert [order.reference for order in sending.confirmed(reading(database), 9)] == ["3", "2", "4"]
