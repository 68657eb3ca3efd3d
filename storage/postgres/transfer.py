"""All rows of a deployment between an SQLite file and PostgreSQL, table by table, of one moment, and counted.

A file is what both can read: a backup of PostgreSQL is one, and what SQLite has moves over as one. Tables are made by
the same migrations on both sides, so that a copy of an older program's database stays that. Replicas and what they hold
are of a running deployment, so no copy has them.
"""

import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from graphlib import TopologicalSorter
from typing import Any, Final, LiteralString

import psycopg
from psycopg.sql import SQL, Identifier

from storage.errors import StorageError
from storage.location import Moved
from storage.migrate import shipped
from storage.postgres.address import Address
from storage.postgres.connection import Session, connect, told
from storage.postgres.database import BECAME
from storage.postgres.dialect import storable, translated
from storage.replicas import EMPTY, GIVE_BACK
from storage.sqlite.connection import fetch
from storage.sqlite.placeholders import numbered

_AT_ONCE: Final = 1000
"""Rows that are held in memory at a time."""
_TABLES: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
_THERE: Final = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
_APPLIED: Final = "SELECT name FROM migrations"
_MADE: Final = re.compile(r"\bCREATE TABLE (?:IF NOT EXISTS )?(\w+)|\bRENAME TO (\w+)")
_ITS_NUMBER: Final = "SELECT CAST(pg_current_xact_id() AS TEXT) AS number"
_ASKED_AT_MOST: Final = 200
_PAUSE: Final = 0.1
"""Seconds between two attempts to ask a server that is away."""
_BEGIN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ"


def pull(session: Session, address: Address, file: sqlite3.Connection) -> None:
    """Write all that PostgreSQL holds at one moment to an empty SQLite file. Raises StorageError and sqlite3.Error."""
    try:
        session.execute(f"{_BEGIN} READ ONLY")
        if "migrations" not in _there(session):
            raise StorageError(f"the database {address.shown} has no orders in it yet: run orderbot migrate first")
        applied = {str(row["name"]) for row in session.execute(_APPLIED)}
        for migration in shipped():
            if migration.name in applied:
                for statement in migration.statements:
                    file.execute(numbered(statement))
        file.execute(
            "CREATE TABLE migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)"
        )
        file.execute("BEGIN IMMEDIATE")
        for table in _tables(file):
            columns = _columns(file, table)
            marks = ", ".join("?" * len(columns))
            insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  names of ours
            for rows in _pulled(session, table, columns):
                file.executemany(insert, rows)
            _expect_alike(session, file, table)
        if "replicas" in _tables(file):
            file.execute(EMPTY)
            fetch(file, GIVE_BACK, "")
        file.execute("COMMIT")
    except psycopg.Error as error:
        raise told(session, address, error) from error
    finally:
        _end(session)


def push(session: Session, address: Address, file: sqlite3.Connection, *, replaces: bool) -> Moved:
    """Make PostgreSQL hold what an SQLite file holds, in one transaction; returns what that is.

    A database of ours that is there is left alone, unless the file `replaces` it. Raises StorageError and
    sqlite3.Error, and then nothing has changed, unless the error's line says that this isn't known.
    """
    try:
        session.execute(_BEGIN)
        file.execute("BEGIN")
        ours = _there(session) & _ever_made()
        if ours and not replaces:
            raise StorageError(
                f"the database {address.shown} is not empty: it has a table {min(ours)}; make a new one for it"
            )
        for table in sorted(ours):
            session.execute(SQL("DROP TABLE {} CASCADE").format(Identifier(table)))
        _make_tables(session, file)
        rows: dict[str, int] = {}
        for table in _tables(file):
            _push_table(session, file, table, _columns(file, table))
            rows[table] = _expect_alike(session, file, table)
        if "replicas" in rows:
            session.execute(EMPTY)
            session.execute(GIVE_BACK, [""])
        _commit(session, address)
    except psycopg.Error as error:
        raise told(session, address, error) from error
    finally:
        file.rollback()
        _end(session)
    return Moved(rows.get("orders", 0), sum(rows.values()), len(rows))


def is_empty(session: Session, address: Address) -> bool:
    """True where there is no table of ours, whatever else there is. Raises StorageError."""
    try:
        return not _there(session) & _ever_made()
    except psycopg.Error as error:
        raise told(session, address, error) from error


def lacking(session: Session, address: Address, file: sqlite3.Connection, most: int) -> tuple[int, list[str]]:
    """Count the orders here that an SQLite file lacks, and name the newest `most` of them. Raises StorageError."""
    found = 0
    newest: list[str] = []
    try:
        with session.transaction():
            for rows in _pulled(session, "orders", ["reference"], "ORDER BY confirmed_at DESC, reference DESC"):
                for (reference,) in rows:
                    if not fetch(file, "SELECT reference FROM orders WHERE reference = $1", reference):
                        found += 1
                        newest.append(reference)
                del newest[most:]
    except psycopg.Error as error:
        raise told(session, address, error) from error
    return found, newest


def _commit(session: Session, address: Address) -> None:
    """Commit, and ask what became of it where the answer is lost. Raises StorageError and psycopg.Error."""
    numbers = [str(row["number"]) for row in session.execute(_ITS_NUMBER)]
    try:
        session.execute("COMMIT")
    except psycopg.Error:
        if not (session.closed or session.broken) or not _was_committed(address, numbers[0]):
            raise


def _was_committed(address: Address, number: str) -> bool:
    """True if the transaction was. Raises StorageError where nobody can tell."""
    for _ in range(_ASKED_AT_MOST):
        try:
            with closing(connect(address)) as session:
                (status,) = [row["status"] for row in session.execute(BECAME, [number])]
        except (StorageError, psycopg.Error):
            status = "in progress"
        if status in {"committed", "aborted"}:
            return bool(status == "committed")
        if status != "in progress":
            break
        time.sleep(_PAUSE)
    raise StorageError(
        f"the database {address.shown} was lost while it stored, and what became of it isn't known: all of it is there "
        "now or nothing has changed, as orderbot orders shows"
    )


def _end(session: Session) -> None:
    """Roll back what isn't committed; a connection that is lost has been rolled back by its server."""
    if not session.closed:
        session.rollback()


def _make_tables(session: Session, file: sqlite3.Connection) -> None:
    """Make the tables that the file has, without rows."""
    applied = {str(row["name"]) for row in fetch(file, _APPLIED)}
    for migration in shipped():
        if migration.name in applied:
            for statement in migration.statements:
                session.execute(translated(statement))
    # No migration makes the record of them, nor, in a copy of an old database, the mark of a copy.
    there = _there(session)
    for row in fetch(file, _TABLES):
        if row["name"] not in there:
            session.execute(translated(str(row["sql"])))


def _there(session: Session) -> set[str]:
    return {str(row["tablename"]) for row in session.execute(_THERE)}


def _ever_made() -> set[str]:
    """The names of all tables that any migration makes, or made once."""
    found = {name for one in shipped() for pair in _MADE.findall(one.text) for name in pair if name}
    return found | {"migrations"}


def _tables(file: sqlite3.Connection) -> list[str]:
    """The file's tables, each after those that its rows refer to."""
    names = [str(row["name"]) for row in fetch(file, _TABLES)]
    before = {name: [str(row["table"]) for row in fetch(file, f"PRAGMA foreign_key_list({name})")] for name in names}
    return list(TopologicalSorter(before).static_order())


def _columns(file: sqlite3.Connection, table: str) -> list[str]:
    return [str(row["name"]) for row in fetch(file, f"PRAGMA table_info({table})")]


def _pulled(
    session: Session, table: str, columns: Sequence[str], order: LiteralString = ""
) -> Iterator[list[tuple[Any, ...]]]:
    names = SQL(", ").join(map(Identifier, columns))
    wanted = SQL("SELECT {} FROM {} {}").format(names, Identifier(table), SQL(order))
    # The server keeps the place, so that a table larger than the memory is read in parts.
    with psycopg.RawServerCursor(session, "rows", row_factory=psycopg.rows.tuple_row) as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(wanted)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield rows


def _push_table(session: Session, file: sqlite3.Connection, table: str, columns: Sequence[str]) -> None:
    into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), SQL(", ").join(map(Identifier, columns)))
    rows = file.execute(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608  names of ours
    with session.cursor() as cursor, cursor.copy(into) as copy:
        while some := rows.fetchmany(_AT_ONCE):
            for row in some:
                copy.write_row([storable(value) for value in row])


def _expect_alike(session: Session, file: sqlite3.Connection, table: str) -> int:
    """The number of rows that a table has on both sides. Raises StorageError where that differs."""
    row = session.execute(SQL("SELECT count(*) AS n FROM {}").format(Identifier(table))).fetchone()
    (other,) = fetch(file, f"SELECT count(*) AS n FROM {table}")  # noqa: S608  a name of ours
    if row is None or row["n"] != other["n"]:
        raise StorageError(f"the copy lacks rows of {table}: nothing was kept of it")
    return int(other["n"])
