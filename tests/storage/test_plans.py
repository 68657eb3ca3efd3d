"""Cost stays flat at a million orders: no statement of the nouns reads a whole table."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

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
from storage.opening import open_database
from storage.postgres.connection import connect
from storage.postgres.database import PostgresDatabase
from tests import postgres
from tests.benchmarks.look_ups import at_server, in_files
from tests.storage.direct import innermost, reading

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
    **{f"storage.orders.numbering_beside({n})": orders.numbering_beside(n) for n in (1, 40)},
    **{f"storage.guards.holding({n})": guards.holding(n) for n in (1, 200)},
    **{f"storage.sheets.references({n})": sheets.references(n) for n in (1, 200)},
    **{f"storage.contacts.removing({n})": contacts.removing(n) for n in (1, 100)},
}
"""Statements that are put together."""
LIMITED = {
    "storage.outbox.LATELY": {"SCAN outbox USING INDEX sqlite_autoindex_outbox_1", "SCAN late", "SCAN outbox_pkey"},
}
"""Ways to the rows that have no end of their own, where the statement reads as many of them as it was told."""


def scans(database: Database, sql: str) -> list[str]:
    parameters = max((int(number) for number in re.findall(r"\$([0-9]+)", sql)), default=0)
    plan = reading(database).fetch(f"EXPLAIN QUERY PLAN {sql}", *[None] * parameters)
    steps = [str(row["detail"]) for row in plan]
    # The whole of a partial index is just the rows that are asked for.
    fine = {
        "SCAN CONSTANT ROW",
        # What is counted there is limited.
        "SCAN found",
        "SCAN 100 CONSTANT ROWS",
        "SCAN conversations USING INDEX conversations_waiting",
        "SCAN orders USING INDEX orders_confirmed",
        "SCAN orders USING COVERING INDEX orders_confirmed",
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


WANTED_WHOLE = {"inquiries_by_time", "pending_news_by_time", "moved_groups", "moved_groups_pkey"}
WITHOUT_AN_INDEX = "SELECT * FROM orders WHERE user_name = $1"
MANY = 20_000
FILLED = {"orders", "order_numbers", "order_names", "order_words", "order_parts"}
PARTIAL = "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indpred IS NOT NULL"


def whole_scans(database: Database, sql: str) -> list[str]:
    """The steps in which PostgreSQL would read a whole table, or a whole index of all of its rows."""
    found = innermost(database)
    assert isinstance(found, PostgresDatabase)
    parameters = max((int(number) for number in re.findall(r"\$([0-9]+)", sql)), default=0)
    nothing = f"({', '.join(['NULL'] * parameters)})" if parameters else ""
    with closing(connect(found.address)) as session:
        # Tables without rows are read whole by anybody; the plan is to be the one for many.
        for way in ("seqscan", "mergejoin", "hashjoin"):
            session.execute(f"SET enable_{way} = off")
        session.execute("SET plan_cache_mode = force_generic_plan")
        partial = {row["relname"] for row in session.execute(PARTIAL)}
        session.execute(f"PREPARE asked AS {sql}")
        (row,) = session.execute(f"EXPLAIN (FORMAT JSON) EXECUTE asked{nothing}").fetchall()
        return [*_whole(row["QUERY PLAN"][0]["Plan"], partial)]


def chosen_scans(database: Database, sql: str) -> list[str]:
    """The tables of many rows that PostgreSQL would read whole of its own accord."""
    found = innermost(database)
    assert isinstance(found, PostgresDatabase)
    parameters = max((int(number) for number in re.findall(r"\$([0-9]+)", sql)), default=0)
    nothing = f"({', '.join(['NULL'] * parameters)})" if parameters else ""
    with closing(connect(found.address)) as session:
        # The plan for any values: one for values of none would find at once that there is nothing.
        session.execute("SET plan_cache_mode = force_generic_plan")
        session.execute(f"PREPARE asked AS {sql}")
        (row,) = session.execute(f"EXPLAIN (FORMAT JSON) EXECUTE asked{nothing}").fetchall()
        steps = _whole(row["QUERY PLAN"][0]["Plan"], {one["relname"] for one in session.execute(PARTIAL)})
        return [step for step in steps if step.removeprefix("SCAN ") in FILLED]


def _whole(step: dict[str, Any], partial: set[str]) -> Iterator[str]:
    kind = step["Node Type"]
    if kind == "Seq Scan" and step["Relation Name"] not in WANTED_WHOLE:
        yield f"SCAN {step['Relation Name']}"
    is_whole = kind in {"Index Scan", "Index Only Scan", "Bitmap Index Scan"} and "Index Cond" not in step
    if is_whole and step["Index Name"] not in partial | WANTED_WHOLE:
        yield f"SCAN {step['Index Name']}"
    for below in step.get("Plans", ()):
        yield from _whole(below, partial)


def beyond_its_limit(look: Callable[[Database, str], list[str]], database: Database, name: str) -> list[str]:
    return [step for step in look(database, (STATEMENTS | MADE)[name]) if step not in LIMITED.get(name, set())]


async def test_among_many_orders_each_database_chooses_an_index_itself(kind: str, tmp_path: Path) -> None:
    """No way to the rows is forbidden here, and the server knows how many there are."""
    make = in_files(tmp_path) if kind == "sqlite" else at_server(postgres.shared())
    address, _ = await make(MANY)
    database = await open_database(address)
    try:
        look = scans if kind == "sqlite" else chosen_scans
        found = {name: steps for name in STATEMENTS | MADE if (steps := beyond_its_limit(look, database, name))}
        offender = look(database, WITHOUT_AN_INDEX)
    finally:
        await database.close()
    assert found == {}
    assert offender == ["SCAN orders"]


def test_the_statements_are_found() -> None:
    assert {noun.__name__ for noun in NOUNS} == {name.rpartition(".")[0] for name in STATEMENTS}
    assert {"storage.orders.FIND", "storage.sending.CLAIM", "storage.unknown.NEXT_AT"} <= STATEMENTS.keys()
    assert len(STATEMENTS) >= 50


@pytest.mark.parametrize("name", STATEMENTS | MADE)
def test_a_statement_uses_an_index(database: Database, kind: str, name: str) -> None:
    look = scans if kind == "sqlite" else whole_scans
    assert beyond_its_limit(look, database, name) == []


def test_a_statement_without_an_index_would_be_noticed(database: Database, kind: str) -> None:
    look = scans if kind == "sqlite" else whole_scans
    assert look(database, WITHOUT_AN_INDEX) == ["SCAN orders"]
