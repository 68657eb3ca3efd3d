"""Cost stays flat at a million orders: no statement of the nouns reads a whole table."""

import re
from types import ModuleType

import pytest

from storage import (
    alarms,
    balances,
    batches,
    contacts,
    conversations,
    drafts,
    files,
    groups,
    guards,
    history,
    nearest,
    news,
    order_cards,
    orders,
    outbox,
    pages,
    people,
    products,
    searches,
    sending,
    sheets,
    status_questions,
    status_words,
    trays,
    unknown,
    updates,
    watching,
    words,
)
from storage.database import Database
from tests.storage.direct import reading

NOUNS: tuple[ModuleType, ...] = (
    alarms,
    balances,
    batches,
    contacts,
    conversations,
    drafts,
    files,
    groups,
    guards,
    history,
    news,
    status_questions,
    status_words,
    nearest,
    order_cards,
    orders,
    outbox,
    people,
    products,
    searches,
    sending,
    sheets,
    trays,
    unknown,
    updates,
    watching,
    words,
)
STATEMENTS = {
    f"{noun.__name__}.{name}": value
    for noun in NOUNS
    for name, value in vars(noun).items()
    if name.isupper() and isinstance(value, str) and " " in value
}
MADE = {
    **{f"storage.pages.{'_'.join(names)}_{order}": sql for (names, order), sql in pages.PAGES.items()},
    **{f"storage.pages.counting_{'_'.join(names)}": sql for names, sql in pages.COUNTS.items()},
    **{f"storage.words.adding({n})": words.adding(n) for n in (1, 100)},
    **{f"storage.words.removing({n})": words.removing(n) for n in (1, 100)},
    **{f"storage.contacts.adding({n})": contacts.adding(n) for n in (1, 100)},
    **{f"storage.orders.getting({n})": orders.getting(n) for n in (1, 200)},
    **{f"storage.guards.holding({n})": guards.holding(n) for n in (1, 200)},
    **{f"storage.sheets.references({n})": sheets.references(n) for n in (1, 200)},
    **{f"storage.contacts.removing({n})": contacts.removing(n) for n in (1, 100)},
}
"""Statements that are put together."""


def scans(database: Database, sql: str) -> list[str]:
    parameters = max((int(number) for number in re.findall(r"\$([0-9]+)", sql)), default=0)
    plan = reading(database).fetch(f"EXPLAIN QUERY PLAN {sql}", *[None] * parameters)
    steps = [str(row["detail"]) for row in plan]
    # The whole of a partial index is just the rows that are asked for.
    fine = {
        "SCAN CONSTANT ROW",
        # What is counted there is limited.
        "SCAN (subquery-1)",
        "SCAN 100 CONSTANT ROWS",
        "SCAN conversations USING INDEX conversations_waiting",
        "SCAN orders USING INDEX orders_confirmed",
        "SCAN orders USING INDEX orders_in_turn",
        "SCAN batches USING INDEX batches_running",
        "SCAN orders USING INDEX orders_to_look_for",
        "SCAN orders USING INDEX orders_unknown",
        "SCAN orders USING COVERING INDEX orders_unknown",
        "SCAN inquiries USING INDEX inquiries_by_time",
        "SCAN contacts USING INDEX contacts_unread",
        "SCAN sheets USING INDEX sheets_wanted",
        # The news of the last minute.
        "SCAN pending_news USING INDEX pending_news_by_time",
        # Groups that have ever moved; they are read at start.
        "SCAN moved_groups",
    }
    return [step for step in steps if step.startswith("SCAN") and step not in fine]


def test_the_statements_are_found() -> None:
    assert {noun.__name__ for noun in NOUNS} == {name.rpartition(".")[0] for name in STATEMENTS}
    assert {"storage.orders.FIND", "storage.sending.CLAIM", "storage.unknown.NEXT_AT"} <= STATEMENTS.keys()
    assert len(STATEMENTS) >= 50


@pytest.mark.parametrize("name", STATEMENTS | MADE)
def test_a_statement_uses_an_index(database: Database, name: str) -> None:
    assert scans(database, (STATEMENTS | MADE)[name]) == []


def test_a_statement_without_an_index_would_be_noticed(database: Database) -> None:
    assert scans(database, "SELECT * FROM orders WHERE user_name = $1") == ["SCAN orders"]
