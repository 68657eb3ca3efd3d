"""The database of a test, read and written by the test's own connections: in its own thread, without a loop.

So that a test says in one line what is stored; what it reads is committed, and what it writes is committed at once.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from psycopg.conninfo import conninfo_to_dict

from storage.database import Database, Reader, Row, Transaction
from storage.postgres import transaction as at_server
from storage.postgres.address import Address
from storage.postgres.connection import connect
from storage.postgres.database import PostgresDatabase
from storage.sqlite.connection import opened_at
from storage.sqlite.database import SQLiteDatabase
from storage.sqlite.transaction import TO_READ, transaction
from tests import postgres

_PATIENCE = 20.0
"""Seconds to wait for a bot that writes to the same file."""


@contextmanager
def writing(database: Database) -> Iterator[Transaction]:
    """A transaction; committed when the block ends, rolled back on any exception."""
    found = innermost(database)
    if isinstance(found, PostgresDatabase):
        with (
            closing(connect(found.address)) as session,
            at_server.transaction(session, found.address, at_server.TO_WRITE) as tx,
        ):
            yield tx
            tx.commit()
        return
    path = found.path
    with closing(opened_at(path, "rw", _PATIENCE)) as connection:
        # Nobody cuts the power off in a test.
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA foreign_keys=ON")
        with transaction(connection, path) as tx:
            yield tx


class _Direct:
    def __init__(self, database: SQLiteDatabase) -> None:
        self._path = database.path

    def fetch(self, sql: str, *args: str | int | None) -> list[Row]:
        with (
            closing(opened_at(self._path, "ro", _PATIENCE)) as connection,
            transaction(connection, self._path, TO_READ) as tx,
        ):
            return tx.fetch(sql, *args)

    def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        rows = self.fetch(sql, *args)
        return rows[0] if rows else None


class _DirectAtServer:
    def __init__(self, address: Address) -> None:
        self._address = address

    def fetch(self, sql: str, *args: str | int | None) -> list[Row]:
        with (
            closing(connect(self._address)) as session,
            at_server.transaction(session, self._address, at_server.TO_READ) as tx,
        ):
            return tx.fetch(sql, *args)

    def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        rows = self.fetch(sql, *args)
        return rows[0] if rows else None


def reading(database: Database) -> Reader:
    """A reader of what is committed at each of its statements."""
    found = innermost(database)
    return _DirectAtServer(found.address) if isinstance(found, PostgresDatabase) else _Direct(found)


def innermost(database: Database) -> SQLiteDatabase | PostgresDatabase:
    """The database below the wrappers of tests."""
    while not isinstance(database, SQLiteDatabase | PostgresDatabase):
        database = database.inner  # type: ignore[attr-defined]  # a wrapper of the tests
    return database


def url_of(database: Database) -> str:
    """The storage address of a database of the tests."""
    found = innermost(database)
    if isinstance(found, SQLiteDatabase):
        return f"sqlite:///{found.path}"
    return postgres.shared().address(str(conninfo_to_dict(found.address.conninfo)["dbname"]))
