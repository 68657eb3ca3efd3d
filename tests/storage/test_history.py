"""What happened to an order, in the order in which it happened."""

import pytest

from storage import history, orders
from storage.database import Database
from storage.errors import StorageError
from tests.storage.direct import reading, writing
from tests.storage.rows import new


def test_lines_are_told_in_their_order_and_of_their_order_only(database: Database) -> None:
    with writing(database) as tx:
        for n in (1, 2):
            orders.insert(tx, new(n))
        # Within one microsecond too, and however the clock jumps.
        for n, now in enumerate((50, 50, 40)):
            history.add(tx, "1", n, "look-up", f"{n}", now=now)
            history.add(tx, "2", 1, "ended", "other", now=now)
    lines = history.of_order(reading(database), "1")
    assert [(line.n, line.attempt, line.at, line.body) for line in lines] == [
        (1, 0, 50, "0"),
        (2, 1, 50, "1"),
        (3, 2, 40, "2"),
    ]
    assert history.of_order(reading(database), "3") == []


def test_a_line_tells_who_did_it_or_nobody(database: Database) -> None:
    with writing(database) as tx:
        orders.insert(tx, new(1))
        history.add(tx, "1", 1, "decision", "{}", now=5, user_id=42, user_name="Ann")
        history.add(tx, "1", 1, "look-up", "{}", now=6)
    person, program = history.of_order(reading(database), "1")
    assert (person.user_id, person.user_name, program.user_id, program.user_name) == (42, "Ann", None, "")


def test_the_newest_line_of_a_kind_about_one_sending(database: Database) -> None:
    with writing(database) as tx:
        orders.insert(tx, new(1))
        for attempt, kind, body in ((1, "look-up", "a"), (1, "look-up", "b"), (1, "ended", "c"), (2, "look-up", "d")):
            history.add(tx, "1", attempt, kind, body, now=5)
        found = history.latest(tx, "1", 1, "look-up")
        assert found is not None
        assert found.body == "b"
        assert history.latest(tx, "1", 2, "ended") is None


def test_there_is_no_history_without_an_order(database: Database) -> None:
    with pytest.raises(StorageError), writing(database) as tx:
        history.add(tx, "9", 1, "look-up", "{}", now=5)
    assert history.of_order(reading(database), "9") == []
