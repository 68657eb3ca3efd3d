"""What the rest of the house knows of a database: transactions and reads, nothing of which database it is.

Statements hold for SQLite and PostgreSQL alike: placeholders are `$1`, one parameter has one type, columns are TEXT or
BIGINT. Times are microseconds since 1970 in UTC, booleans 0 and 1, JSON is text, and ids are made by code.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

Row = Mapping[str, Any]
"""Column names to values: str, int or None."""


class Reader(Protocol):
    """Both a transaction and a database can be read. All methods raise StorageError."""

    async def fetch(self, sql: str, *args: str | int | None) -> list[Row]:
        """All rows of a statement; `args` fill `$1`, `$2` and so on."""
        ...

    async def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        """The first row of a statement, or None."""
        ...


class Transaction(Reader, Protocol):
    """All or nothing. It exists only inside `async with database.transaction()`, and nothing else is awaited there."""

    async def execute(self, sql: str, *args: str | int | None) -> int:
        """Run one statement; returns how many rows it changed. Raises AlreadyStored when a key exists."""
        ...


class Database(Reader, Protocol):
    """Reads on a database see committed rows only, whatever transaction is open at the moment."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin; commit when the block ends; roll back on any exception, cancellation included.

        Transactions take turns. A cancellation that arrives during the commit is raised after it: the rows are there.
        """
        ...

    async def close(self) -> None:
        """Wait for the transaction under way, then give up all connections. Closing twice is harmless."""
        ...
