"""The database of a test, read and written by the test's own connections: in its own thread, without a loop.

So that a test says in one line what is stored; what it reads is committed, and what it writes is committed at once.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from storage.database import Database, Reader, Row, Transaction
from storage.sqlite.connection import opened_at
from storage.sqlite.database import SQLiteDatabase
from storage.sqlite.transaction import TO_READ, transaction

_PATIENCE = 20.0
"""Seconds to wait for a bot that writes to the same file."""


@contextmanager
def writing(database: Database) -> Iterator[Transaction]:
    """A transaction; committed when the block ends, rolled back on any exception."""
    path = _innermost(database).path
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


def reading(database: Database) -> Reader:
    """A reader of what is committed at each of its statements."""
    return _Direct(_innermost(database))


def _innermost(database: Database) -> SQLiteDatabase:
    while not isinstance(database, SQLiteDatabase):
        database = database.inner  # type: ignore[attr-defined]  # a wrapper of the tests
    return database
