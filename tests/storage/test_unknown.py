"""Orders of unknown outcome: which there are, and when each is looked for and reminded of."""

from storage import orders, sending, unknown
from storage.database import Database, Transaction
from tests.storage.direct import reading, writing
from tests.storage.rows import known, new, send, settle


def lose(tx: Transaction, n: int, look_at: int | None, remind_at: int | None) -> None:
    """An order whose answer got lost."""
    send(tx, n)
    assert settle(tx, str(n), "unknown", look_at=look_at, remind_at=remind_at)


def test_each_is_looked_for_and_reminded_of_when_its_time_has_come(database: Database) -> None:
    with writing(database) as tx:
        lose(tx, 1, 5000, 7000)
        lose(tx, 2, 4000, 8000)
        lose(tx, 3, None, 6000)
        assert unknown.to_look_for(tx, 3999, 9) == []
        assert [order.reference for order in unknown.to_look_for(tx, 5000, 9)] == ["2", "1"]
        assert [order.reference for order in unknown.to_look_for(tx, 5000, 1)] == ["2"]
        assert [order.reference for order in unknown.to_remind_of(tx, 7000, 9)] == ["3", "1"]


def test_the_next_time_is_the_earliest_of_all(database: Database) -> None:
    assert unknown.next_at(reading(database)) is None
    with writing(database) as tx:
        lose(tx, 1, None, None)
        assert unknown.next_at(tx) is None
        lose(tx, 2, None, 8000)
        assert unknown.next_at(tx) == 8000
        lose(tx, 3, 5000, 9000)
        assert unknown.next_at(tx) == 5000


def test_a_look_up_is_counted_and_says_when_the_next_is(database: Database) -> None:
    with writing(database) as tx:
        lose(tx, 1, 4000, 8000)
        assert unknown.looked(tx, "1", 1, 5000)
        assert unknown.looked(tx, "1", 1, None)
        assert not unknown.looked(tx, "1", 2, 6000)
    order = known(database, "1")
    assert (order.looks, order.look_at, order.remind_at) == (2, None, 8000)


def test_reminders_go_on_until_the_outcome_is_known(database: Database) -> None:
    with writing(database) as tx:
        lose(tx, 1, 4000, 8000)
        assert unknown.reminded(tx, "1", 9000)
        assert [order.reference for order in unknown.to_remind_of(tx, 9000, 9)] == ["1"]
        settle(tx, "1", "placed", number="A")
        assert not unknown.reminded(tx, "1", 9999)
        assert not unknown.looked(tx, "1", 1, 9999)
        assert unknown.next_at(tx) is None
    order = known(database, "1")
    assert (order.look_at, order.remind_at) == (None, None)


def test_at_start_up_all_of_them_are_due_and_no_others(database: Database) -> None:
    with writing(database) as tx:
        lose(tx, 1, 50000, 80000)
        lose(tx, 2, None, 80000)
        send(tx, 3, 4)
        settle(tx, "3", "placed", number="A")
        orders.insert(tx, new(5))
        unknown.look_for_all(tx, 4000)
        assert sorted(order.reference for order in unknown.to_look_for(tx, 4000, 9)) == ["1", "2"]


def test_the_open_ones_are_listed_oldest_first_and_counted(database: Database) -> None:
    with writing(database) as tx:
        for n in (3, 1, 2):
            lose(tx, n, None, None)
        send(tx, 4)
        assert [order.reference for order in unknown.open_orders(tx, 2)] == ["1", "2"]
        assert unknown.count(tx) == 3
        sending.resend(tx, "1", 1)
        assert [order.reference for order in unknown.open_orders(tx, 9)] == ["2", "3"]
        assert unknown.count(tx) == 2


def test_the_card_with_the_evidence_is_remembered_until_the_order_is_confirmed_again(database: Database) -> None:
    with writing(database) as tx:
        lose(tx, 1, 4000, 8000)
        unknown.looked(tx, "1", 1, 5000)
        unknown.set_card(tx, "1", 77)
    assert known(database, "1").evidence_card == 77
    with writing(database) as tx:
        settle(tx, "1", "not_sent")
        orders.retry(tx, "1", "d9", "1", "{}")
    order = known(database, "1")
    assert (order.evidence_card, order.looks) == (None, 0)


def test_those_of_each_account_are_counted_with_the_time_of_the_first(database: Database) -> None:
    assert unknown.open_by_account(reading(database)) == []
    with writing(database) as tx:
        for n in (1, 2, 3):
            lose(tx, n, None, None)
        settle(tx, "3", "placed", number="A")
    first = min(order.settled_at or 0 for order in (known(database, "1"), known(database, "2")))
    assert unknown.open_by_account(reading(database)) == [
        unknown.OpenAtAccount(known(database, "1").account, 2, first),
    ]
