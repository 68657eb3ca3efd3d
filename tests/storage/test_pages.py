"""Pages of every selection of orders: which orders, in which order, and each found by an index of its own."""

import re
from itertools import product

import pytest

from storage import orders, pages
from storage.database import Database
from storage.orders import Order
from storage.pages import COUNTS, PAGES, Selection
from tests.storage.direct import reading, writing
from tests.storage.rows import known, new, settle

ACCOUNTS, PEOPLE = ("gifts", "shop"), (42, 43)
STATES = ("open", "unknown", "placed", "awaiting payment", "not placed")


@pytest.fixture
def journal(database: Database) -> list[Order]:
    """Three orders of each account, person and state, newest first."""
    n = 0
    for _, account, person, state in product(range(3), ACCOUNTS, PEOPLE, STATES):
        n += 1
        with writing(database) as tx:
            orders.insert(tx, new(n, account=account, user_id=person))
            if state != "open":
                outcome = {"awaiting payment": "placed", "not placed": "refused"}.get(state, state)
                tx.execute("UPDATE orders SET stage = 'sending', attempts = 1 WHERE reference = $1", str(n))
                status = state if state == "awaiting payment" else ""
                assert settle(tx, str(n), outcome, number=f"N{n}" if outcome == "placed" else None, status=status)
    return [known(database, str(i)) for i in range(n, 0, -1)]


def some_of(journal: list[Order]) -> list[Selection]:
    days = [(-1, 2**63 - 1), (journal[-10].confirmed_at, journal[10].confirmed_at)]
    wanted = product((None, *ACCOUNTS), (None, *STATES), (None, *PEOPLE), days)
    return [Selection(account, state, person, *between) for account, state, person, between in wanted]


def references(found: list[Order]) -> list[str]:
    return [order.reference for order in found]


def test_every_selection_is_paged_without_gap_or_repetition_in_both_directions(
    database: Database, journal: list[Order]
) -> None:
    for selection in some_of(journal):
        expected = references([order for order in journal if selection.has(order)])
        down: list[Order] = []
        while page := pages.older(reading(database), selection, 4, *(down[-1].place for _ in down[:1])):
            down += page
        up: list[Order] = []
        while page := pages.newer(reading(database), selection, 4, *(up[0].place for _ in up[:1])):
            up = [*page, *up]
        assert references(down) == references(up) == expected
    assert sum(selection.has(journal[0]) for selection in some_of(journal)) == 8


async def test_an_order_stands_where_its_outcome_and_status_say(journal: list[Order]) -> None:
    assert {order.state for order in journal} == set(STATES)


def test_orders_of_one_moment_are_told_apart_by_reference(database: Database) -> None:
    with writing(database) as tx:
        for n in (1, 2, 3):
            orders.insert(tx, new(n))
        tx.execute("UPDATE orders SET confirmed_at = $1", 5000)
    first = pages.older(reading(database), Selection(), 2)
    assert references(first) == ["3", "2"]
    assert references(pages.older(reading(database), Selection(), 2, first[-1].place)) == ["1"]
    assert references(pages.newer(reading(database), Selection(), 1, first[-1].place)) == ["3"]


def test_a_day_begins_with_its_first_moment_and_ends_before_the_next(database: Database) -> None:
    with writing(database) as tx:
        for n in (1, 2, 3):
            orders.insert(tx, new(n))
    assert references(pages.older(reading(database), Selection(since=1001, until=1003), 9)) == ["2", "1"]
    assert references(pages.newer(reading(database), Selection(since=1002), 9)) == ["3", "2"]


INDEXES = {
    (): "listed_orders",
    ("person",): "listed_orders_by_person",
    ("account",): "listed_orders_by_account",
    ("state",): "listed_orders_by_state",
    ("account", "state"): "listed_orders_by_account_state",
    ("account", "person"): "listed_orders_by_account_person",
    ("state", "person"): "listed_orders_by_state_person",
    ("account", "state", "person"): "listed_orders_by_account_state_person",
}


@pytest.mark.parametrize(("names", "order"), PAGES)
@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_page_is_read_from_where_it_begins_to_where_it_ends(
    database: Database, names: tuple[str, ...], order: str
) -> None:
    sql = PAGES[names, order]
    parameters = max(int(number) for number in re.findall(r"\$([0-9]+)", sql))
    assert parameters == 5 + len(names)
    (step,) = reading(database).fetch(f"EXPLAIN QUERY PLAN {sql}", *[None] * parameters)
    between = "(confirmed_at,reference)>(?,?) AND (confirmed_at,reference)<(?,?))"
    assert str(step["detail"]).startswith(f"SEARCH orders USING INDEX {INDEXES[names]} (")
    assert str(step["detail"]).endswith(between)


@pytest.mark.parametrize("names", COUNTS)
@pytest.mark.parametrize("kind", ["sqlite"])
def test_counting_reads_the_index_of_the_selection_between_its_places(
    database: Database, names: tuple[str, ...]
) -> None:
    plan = reading(database).fetch(f"EXPLAIN QUERY PLAN {COUNTS[names]}", *[None] * (5 + len(names)))
    (step,) = [str(step["detail"]) for step in plan if " orders " in str(step["detail"])]
    assert f"INDEX {INDEXES[names]} (" in step
    assert step.startswith("SEARCH orders USING ")


def test_orders_are_counted_up_to_a_bound(database: Database, journal: list[Order]) -> None:
    for selection in some_of(journal):
        expected = [order for order in journal if selection.has(order)]
        assert pages.count(reading(database), selection, 100) == len(expected)
        assert pages.count(reading(database), selection, 2) == min(len(expected), 2)
        assert pages.count(reading(database), selection, 100, journal[7].place) == len(
            [order for order in expected if order.place > journal[7].place]
        )


def test_an_attempt_that_was_confirmed_anew_is_no_row_of_its_own(database: Database, journal: list[Order]) -> None:
    refused = next(order for order in journal if order.outcome == "refused")
    with writing(database) as tx:
        orders.insert(tx, new(900))
        assert orders.replace(tx, refused.reference, "900")
    for selection in (Selection(), Selection(account=refused.account), Selection(state="not placed")):
        assert refused.reference not in references(pages.older(reading(database), selection, 100))
    assert pages.count(reading(database), Selection(), 100) == len(journal)
    before = orders.attempt_before(reading(database), "900")
    assert before is not None
    assert (before.reference, before.is_replaced) == (refused.reference, True)
    assert orders.attempt_before(reading(database), refused.reference) is None


def test_an_attempt_that_came_to_light_after_all_is_a_row_again(database: Database, journal: list[Order]) -> None:
    with writing(database) as tx:
        orders.insert(tx, new(900))
        tx.execute("UPDATE orders SET replaced_by = '900' WHERE outcome = 'placed'")
    assert len(pages.older(reading(database), Selection(), 100)) == len(journal) + 1
