"""Cost stays flat at a million orders: no statement of the nouns reads a whole table."""

import re
from types import ModuleType

import pytest

from storage import balances, conversations, guards, history, orders, outbox, people, sending, unknown, updates
from storage.database import Database

NOUNS: tuple[ModuleType, ...] = (
    balances,
    conversations,
    guards,
    history,
    orders,
    outbox,
    people,
    sending,
    unknown,
    updates,
)
STATEMENTS = {
    f"{noun.__name__}.{name}": value
    for noun in NOUNS
    for name, value in vars(noun).items()
    if name.isupper() and isinstance(value, str)
}


async def scans(database: Database, sql: str) -> list[str]:
    parameters = max((int(number) for number in re.findall(r"\$([0-9]+)", sql)), default=0)
    plan = await database.fetch(f"EXPLAIN QUERY PLAN {sql}", *[None] * parameters)
    steps = [str(row["detail"]) for row in plan]
    # The whole of a partial index is just the rows that are asked for.
    fine = {
        "SCAN CONSTANT ROW",
        "SCAN conversations USING INDEX conversations_waiting",
        "SCAN orders USING INDEX orders_confirmed",
        "SCAN orders USING INDEX orders_unknown",
        "SCAN orders USING COVERING INDEX orders_unknown",
    }
    return [step for step in steps if step.startswith("SCAN") and step not in fine]


def test_the_statements_are_found() -> None:
    assert {noun.__name__ for noun in NOUNS} == {name.rpartition(".")[0] for name in STATEMENTS}
    assert {"storage.orders.FIND", "storage.sending.CLAIM", "storage.unknown.NEXT_AT"} <= STATEMENTS.keys()
    assert len(STATEMENTS) >= 50


@pytest.mark.parametrize("name", STATEMENTS)
async def test_a_statement_uses_an_index(database: Database, name: str) -> None:
    assert await scans(database, STATEMENTS[name]) == []


async def test_a_statement_without_an_index_would_be_noticed(database: Database) -> None:
    assert await scans(database, "SELECT * FROM orders WHERE user_name = $1") == ["SCAN orders"]
