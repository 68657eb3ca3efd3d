from dataclasses import replace

import pytest

from storage import orders
from storage.database import Database
from storage.errors import AlreadyStored
from storage.orders import NewOrder
from tests.storage.direct import reading, writing
from tests.storage.rows import NEW, claimed, known, new, send, settle


def test_a_confirmed_order_is_kept_as_it_was_given(database: Database) -> None:
    with writing(database) as tx:
        orders.insert(tx, NEW)
        assert orders.set_card(tx, "1001", 77)
    order = known(database, "1001")
    assert {name: getattr(order, name) for name in NEW.__dataclass_fields__} == {
        name: getattr(NEW, name) for name in NEW.__dataclass_fields__
    }
    assert (order.stage, order.outcome, order.attempts, order.card) == ("confirmed", None, 0, 77)
    assert orders.get(reading(database), "1002") is None


@pytest.mark.parametrize("second", [replace(NEW, reference="1002"), replace(NEW, draft_id="d2")])
def test_a_draft_or_a_reference_becomes_one_order_only(database: Database, second: NewOrder) -> None:
    with writing(database) as tx:
        orders.insert(tx, NEW)
    with pytest.raises(AlreadyStored), writing(database) as tx:
        orders.insert(tx, second)
    assert [order.reference for order in orders.all_rows(reading(database), 10)] == ["1001"]


def test_a_placed_order_is_found_by_every_name(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1, 2)
        names = ("#1207", "1207", "99")
        assert settle(tx, "1", "placed", number="#1207", status="placed", supplier_status="paid", names=names)
        assert settle(tx, "2", "placed", number="1207", names=("1207", "1207"))
    order = known(database, "1")
    assert (order.stage, order.outcome, order.number) == ("settled", "placed", "#1207")
    assert (order.status, order.supplier_status, order.settled_at) == ("placed", "paid", 3000)
    for name in ("1", "#1207", "99"):
        assert orders.find(reading(database), name) == [order]
    assert [found.reference for found in orders.find(reading(database), "1207")] == ["2", "1"]
    assert orders.find(reading(database), "120") == []


def test_an_order_whose_reference_is_another_ones_number_is_found_beside_it(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1, 2)
        assert settle(tx, "1", "placed", number="2", names=("1", "2"))
    assert [order.reference for order in orders.find(reading(database), "2")] == ["2", "1"]
    assert [order.reference for order in orders.find(reading(database), "1")] == ["1"]


def test_only_an_order_that_was_not_sent_is_retried_under_its_reference(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1, 2)
        assert not orders.retry(tx, "1", "d9", "2", "{}")
        settle(tx, "1", "not_sent", details='{"code": "unreachable"}')
        settle(tx, "2", "refused")
        assert not orders.retry(tx, "2", "d9", "2", "{}")
        assert orders.retry(tx, "1", "d9", "2", '{"quantity": 3}')
        assert not orders.retry(tx, "1", "d9", "2", "{}")
    order = known(database, "1")
    assert (order.stage, order.outcome, order.details, order.settled_at) == ("confirmed", None, "{}", None)
    assert (order.answers, order.form_version, order.confirmed_at) == ('{"quantity": 3}', "2", 1001)
    assert order.draft_id == "d9"
    with writing(database) as tx:
        assert claimed(tx, 5000) == [("1", 2, 1)]
        assert settle(tx, "1", "placed", number="A", attempt=2)


def test_an_order_is_replaced_once_and_then_not_retried(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1, 2)
        assert not orders.replace(tx, "1", "3")
        settle(tx, "1", "not_sent")
        settle(tx, "2", "refused")
        assert orders.replace(tx, "1", "3")
        assert not orders.replace(tx, "1", "4")
        assert not orders.retry(tx, "1", "d9", "1", "{}")
        assert orders.replace(tx, "2", "5")
    assert known(database, "1").replaced_by == "3"


def test_pages_of_orders_meet_without_gap_or_overlap_even_within_one_microsecond(database: Database) -> None:
    with writing(database) as tx:
        for n in range(10, 17):
            orders.insert(tx, replace(new(n, user_id=n % 2), confirmed_at=1000 + n // 4))
    newest_first = [str(n) for n in range(16, 9, -1)]

    first = orders.recent(reading(database), None, 3)
    second = orders.recent(reading(database), None, 3, first[-1].place)
    third = orders.recent(reading(database), None, 3, second[-1].place)
    assert [order.reference for order in (*first, *second, *third)] == newest_first

    mine = orders.recent(reading(database), 1, 2)
    rest = orders.recent(reading(database), 1, 2, mine[-1].place)
    assert [order.reference for order in (*mine, *rest)] == ["15", "13", "11"]

    start = orders.all_rows(reading(database), 5)
    end = orders.all_rows(reading(database), 5, start[-1].place)
    assert [order.reference for order in (*start, *end)] == newest_first[::-1]
