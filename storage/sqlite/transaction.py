"""A transaction on an SQLite connection, in the thread that uses it: plain functions, rows as dictionaries.

It is apart from the thread that runs it, so that whoever has a connection of their own uses the same one.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from storage.database import Row
from storage.errors import StorageError
from storage.sqlite.connection import fetch, in_one_line
from storage.sqlite.placeholders import numbered

TO_WRITE = "BEGIN IMMEDIATE"
"""A transaction that will write says so at once; else two could read and then neither may write."""
TO_READ = "BEGIN"


class SQLiteTransaction:
    """A `storage.database.Transaction`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._ended = False

    def fetch(self, sql: str, *args: str | int | None) -> list[Row]:
        try:
            return fetch(self._under_way(), sql, *args)
        except sqlite3.Error as error:
            raise self._told(error) from error

    def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        rows = self.fetch(sql, *args)
        return rows[0] if rows else None

    def fetchrows(self, sql: str, each: Iterable[Sequence[str | int | None]]) -> list[Row | None]:
        return [self.fetchrow(sql, *args) for args in each]

    def execute(self, sql: str, *args: str | int | None) -> int:
        try:
            return max(self._under_way().execute(numbered(sql), args).rowcount, 0)
        except sqlite3.Error as error:
            raise self._told(error) from error

    def write(self, sql: str, *args: str | int | None) -> None:
        self.execute(sql, *args)

    def prefetch(self, sql: str, *args: str | int | None) -> None:
        """Do nothing: rows are at hand."""

    def take_turn(self) -> None:
        """Do nothing: it is one's turn from TO_WRITE on."""

    def stay_in_chats(self) -> None:
        """Do nothing: nobody else changes anything meanwhile."""

    def signal(self, text: str) -> None:
        """Do nothing: nobody else is on the database who could hear it."""

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        self.execute("SAVEPOINT unit")
        try:
            yield
        except BaseException:
            # A full disk makes SQLite roll all of it back by itself: then there is no savepoint to go back to.
            if self._connection.in_transaction:
                self.execute("ROLLBACK TO unit")
                self.execute("RELEASE unit")
            raise
        self.execute("RELEASE unit")

    def begin(self, statement: str) -> None:
        """`statement` is TO_WRITE or TO_READ."""
        try:
            self._connection.execute(statement)
        except sqlite3.Error as error:
            raise self._told(error) from error

    def commit(self) -> None:
        self.execute("COMMIT")

    def end(self) -> None:
        """Roll back what isn't committed; nothing more is taken."""
        self._ended = True
        try:
            self._connection.rollback()
        except sqlite3.Error as error:
            raise self._told(error) from error

    def _under_way(self) -> sqlite3.Connection:
        if self._ended:
            raise RuntimeError("the transaction has ended")
        if not self._connection.in_transaction:
            # A further statement would be on the disk at once, whatever becomes of the others.
            raise StorageError(f"the database {self._path} has undone the whole transaction after a fault")
        return self._connection

    def _told(self, error: sqlite3.Error) -> StorageError:
        return in_one_line(f"the database {self._path}", error)


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path, statement: str = TO_WRITE) -> Iterator[SQLiteTransaction]:
    """Begin; commit when the block ends; roll back on any exception. Raises StorageError."""
    begun = SQLiteTransaction(connection, path)
    try:
        begun.begin(statement)
        yield begun
        begun.commit()
    finally:
        begun.end()
