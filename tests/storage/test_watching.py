"""How far placed orders are: a newer answer stays, an order stays placed, and what is finished is not asked again."""

from dataclasses import replace

import pytest

from storage import prune, watching
from storage.database import Database
from storage.watching import Reading
from tests.storage.direct import reading, writing
from tests.storage.rows import known, send, settle

ANSWER = Reading(
    asked_at=5000,
    now=5000,
    number="A",
    status="shipped",
    supplier_status="2",
    progress='{"x": 1}',
    status_at=5000,
    watch_at=9000,
    names=("A-1",),
)


@pytest.fixture
def placed(database: Database) -> Database:
    with writing(database) as tx:
        send(tx, 1)
        assert settle(tx, "1", "placed", number="A", status="placed", watch_at=4000)
    return database


def test_a_placed_order_is_due_at_its_time_and_changed_since_then(placed: Database) -> None:
    order = known(placed, "1")
    assert (order.status_at, order.watch_at, order.asked_at) == (3000, 4000, None)
    assert watching.due(reading(placed), "gifts", 3999, 9) == []
    assert watching.due(reading(placed), "shop", 9999, 9) == []
    assert [order.reference for order in watching.due(reading(placed), "gifts", 4000, 9)] == ["1"]
    assert watching.next_at(reading(placed), "gifts") == 4000


def test_an_answer_is_written_down_with_its_names(placed: Database) -> None:
    with writing(placed) as tx:
        assert watching.read(tx, "1", ANSWER)
        watching.read(tx, "1", replace(ANSWER, asked_at=6000, status_at=None))
    order = known(placed, "1")
    assert (order.status, order.supplier_status, order.progress) == ("shipped", "2", '{"x": 1}')
    assert (order.asked_at, order.status_at, order.watch_at, order.outcome) == (6000, 5000, 9000, "placed")
    names = reading(placed).fetch("SELECT name FROM order_names WHERE reference = '1'")
    assert [row["name"] for row in names] == ["A-1"]


def test_a_late_answer_does_not_replace_a_newer_one(placed: Database) -> None:
    with writing(placed) as tx:
        assert watching.read(tx, "1", ANSWER)
        assert not watching.read(tx, "1", replace(ANSWER, asked_at=4999, status="paid"))
        assert watching.read(tx, "1", replace(ANSWER, asked_at=5001, status="completed", watch_at=None))
    order = known(placed, "1")
    assert (order.status, order.asked_at) == ("completed", 5001)
    assert watching.next_at(reading(placed), "gifts") is None


def test_an_answer_about_another_number_or_an_order_that_is_not_placed_changes_nothing(
    database: Database,
) -> None:
    with writing(database) as tx:
        send(tx, 1, 2)
        settle(tx, "1", "placed", number="A")
        settle(tx, "2", "refused")
        assert not watching.read(tx, "1", replace(ANSWER, number="B"))
        assert not watching.read(tx, "2", ANSWER)
    assert known(database, "2").outcome == "refused"
    assert known(database, "1").number == "A"


def test_a_failure_counts_until_an_answer_comes(placed: Database) -> None:
    with writing(placed) as tx:
        assert watching.not_read(tx, "1", 0, 6000)
        assert not watching.not_read(tx, "1", 0, 7000)
        assert watching.not_read(tx, "1", 1, 8000)
    order = known(placed, "1")
    assert (order.watch_failures, order.watch_at) == (2, 8000)
    with writing(placed) as tx:
        watching.read(tx, "1", ANSWER)
    assert known(placed, "1").watch_failures == 0


def test_what_is_personal_in_an_answer_goes_with_the_order_and_stays_away(placed: Database) -> None:
    with writing(placed) as tx:
        watching.read(tx, "1", ANSWER)
        assert prune.empty(tx, "1", "{}", {}, 8000)
    order = known(placed, "1")
    assert (order.progress, order.watch_at, order.status) == ("{}", None, "shipped")
    with writing(placed) as tx:
        assert watching.read(tx, "1", replace(ANSWER, asked_at=8001, status="completed"))
    order = known(placed, "1")
    assert (order.progress, order.watch_at, order.status) == ("{}", None, "completed")


def test_an_order_that_was_held_to_be_not_placed_is_watched_once_it_is_found(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1)
        settle(tx, "1", "unknown")
        settle(tx, "1", "placed", number="A", watch_at=7000, now=6000)
    order = known(database, "1")
    assert (order.watch_at, order.status_at) == (7000, 6000)
