"""Statements that nobody waits for: they cost no message of their own, and a fault is told where it belongs."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from enum import StrEnum

import pytest

from storage.database import Database, Transaction
from storage.errors import AlreadyStored, StorageError
from storage.opening import open_database
from storage.postgres.pipeline import MOST_SENT, PREPARED_AT
from tests import postgres
from tests.storage.line import Proxy, address_of, admin
from tests.storage.strangers import ALL, PUT, ids, put, stored

KINDS = ("postgresql",) if postgres.programs() else ()
COUNT = "UPDATE strangers SET told_at = told_at + 1 WHERE user_id = $1"
COUNTED = "SELECT told_at FROM strangers WHERE user_id = $1"


def update(tx: Transaction) -> None:
    """As an update does it: what was before, then all else in a savepoint."""
    tx.write(COUNT, 1)
    with tx.savepoint():
        tx.prefetch(COUNTED, 2)
        tx.execute(COUNT, 2)
        tx.write(COUNT, 3)
        tx.fetchrow(COUNTED, 1)
        tx.write(COUNT, 4)


async def test_what_nobody_waits_for_goes_out_with_what_somebody_waits_for(line: tuple[Database, Proxy]) -> None:
    database, wire = line
    await put(database, 1)
    before = len(wire.messages)

    def work(tx: Transaction) -> None:
        for user_id in range(10, 20):
            tx.write(PUT, user_id, 0)
        tx.fetch(ALL)
        with tx.savepoint():
            tx.write(COUNT, 1)

    await database.run(work)
    assert len(wire.messages) - before == 2, "one up to the question, and one with the COMMIT"
    assert await stored(database) == [1, *range(10, 20)]


async def test_a_question_that_was_asked_already_costs_no_message(line: tuple[Database, Proxy]) -> None:
    database, wire = line
    await put(database, 1, 2)
    before = len(wire.messages)

    def work(tx: Transaction) -> list[int]:
        tx.prefetch(COUNTED, 1)
        tx.prefetch(COUNTED, 2)
        return [int(row["told_at"]) for _ in range(3) for row in tx.fetch(COUNTED, 1) + tx.fetch(COUNTED, 2)]

    assert await database.run(work) == [0] * 6
    assert len(wire.messages) - before == 2


@pytest.mark.parametrize("when", ["before", "after"])
async def test_wherever_the_line_is_cut_all_is_done_once(line: tuple[Database, Proxy], when: str) -> None:
    database, wire = line
    await put(database, 1, 2, 3, 4)
    for moment in range(20):
        wire.cut, wire.moment = when, moment
        await database.run(update)
        told = await database.read(lambda reader: [row["told_at"] for row in reader.fetch("SELECT * FROM strangers")])
        assert told == [moment + 1] * 4, f"cut {when} message {moment}"
        if wire.cuts <= moment:
            break
    assert 2 <= wire.cuts <= 10, "each message was cut once"
    await put(database, 5)
    assert await stored(database) == [1, 2, 3, 4, 5]


async def test_who_met_another_without_waiting_runs_again_and_nothing_is_lost(database: Database) -> None:
    other = await open_database(address_of(database))
    try:
        await put(database, 1, 2, 3, 4)
        await asyncio.gather(*(one.run(update) for one in (database, other) for _ in range(40)))
    finally:
        await other.close()
    told = await database.read(lambda reader: [row["told_at"] for row in reader.fetch("SELECT * FROM strangers")])
    assert told == [80] * 4


async def test_a_fault_that_nobody_waited_for_is_told_in_the_savepoint_that_it_belongs_to(database: Database) -> None:
    await put(database, 2)
    refused: list[list[int]] = []

    def batch(tx: Transaction) -> None:
        refused.append([])
        tx.write(PUT, 9, 0)
        for user_id in (1, 2, 3):
            try:
                with tx.savepoint():
                    tx.write(PUT, user_id, 0)
            except AlreadyStored:
                refused[-1].append(user_id)

    await database.run(batch)
    assert refused[-1] == [2]
    assert len(refused) == 2, "once hastily, once with waiting"
    assert await stored(database) == [1, 2, 3, 9]


async def test_a_fault_that_comes_with_the_commit_is_told_as_what_it_is(database: Database) -> None:
    await put(database, 1)
    with pytest.raises(AlreadyStored):
        await database.run(lambda tx: tx.write(PUT, 1, 0))
    with pytest.raises(StorageError, match="refused a statement"):
        await database.run(lambda tx: tx.write("UPDATE strangers SET told_at = 1 / 0"))
    await put(database, 2)
    assert await stored(database) == [1, 2]


async def test_what_was_not_sent_when_the_work_failed_is_undone(database: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.write(PUT, 1, 0)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.run(work)
    await put(database, 2)
    assert await stored(database) == [2]


async def test_many_and_long_statements_that_nobody_waits_for_find_their_way(database: Database) -> None:
    text = "\N{GRINNING FACE}" * 250_000

    def work(tx: Transaction) -> int:
        for number in range(3 * MOST_SENT):
            tx.write(PUT, number, 0)
        for number in range(12):
            tx.write("INSERT INTO program (name, value) VALUES ($1, $2)", f"long {number}", text)
        return sum(len(row["value"]) for row in tx.fetch("SELECT value FROM program WHERE name LIKE 'long%'"))

    assert await database.run(work) == 12 * len(text)
    assert await stored(database) == [*range(3 * MOST_SENT)]


async def test_a_statement_that_is_known_is_asked_anew_where_tables_have_another_shape(database: Database) -> None:
    wanted = "SELECT * FROM changing"
    with closing(admin(database)) as connection:
        connection.execute("CREATE TABLE changing (one BIGINT)")
        connection.execute("INSERT INTO changing VALUES (1)")
        try:
            for _ in range(5):
                assert await database.run(lambda tx: tx.fetch(wanted)) == [{"one": 1}]
            connection.execute("ALTER TABLE changing ADD COLUMN two TEXT")
            for _ in range(5):
                assert await database.run(lambda tx: tx.fetch(wanted)) == [{"one": 1, "two": None}]
        finally:
            connection.execute("DROP TABLE changing")


async def test_a_server_keeps_no_more_statements_than_it_is_to(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgres.pipeline.MOST_PREPARED", 20)

    def kept_after(number: int) -> Callable[[Transaction], int]:
        def work(tx: Transaction) -> int:
            for _ in range(PREPARED_AT):
                tx.execute(f"SELECT {number} AS n")
            (row,) = tx.fetch("SELECT COUNT(*) AS n FROM pg_prepared_statements WHERE name LIKE 'SELECT%'")
            return int(row["n"])

        return work

    kept = [await database.run(kept_after(number)) for number in range(100)]
    assert 10 < max(kept) <= 20 + 2
    assert kept.count(1) > 1, "they were forgotten, and others are kept since"


class Word(StrEnum):
    ONE = "one"


async def test_values_come_and_go_as_they_are(database: Database) -> None:
    of_other_types = "SELECT 1 = 1 AS c, CAST(1.50 AS NUMERIC) > 1 AS d, SUM(n) AS e FROM (VALUES (1), (2)) AS v (n)"

    def work(tx: Transaction) -> object:
        found = [
            tx.fetchrow("SELECT CAST($1 AS TEXT) AS a, CAST($2 AS BIGINT) AS b", *values)
            for values in ((Word.ONE, True), (None, None), ("", -(2**63)), ("訂單", 2**63 - 1))
        ]
        return [*found, tx.fetchrow(of_other_types)]

    assert await database.run(work) == [
        {"a": "one", "b": 1},
        {"a": None, "b": None},
        {"a": "", "b": -(2**63)},
        {"a": "訂單", "b": 2**63 - 1},
        {"c": True, "d": True, "e": 3},
    ]


async def test_a_value_that_is_none_of_ours_is_refused_before_it_is_sent(database: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.write(PUT, 1, 0)
        with pytest.raises(TypeError, match="float"):
            tx.write(PUT, 2, 0.5)  # type: ignore[arg-type]  # the mistake

    await database.run(work)
    assert await database.read(ids) == [1]
