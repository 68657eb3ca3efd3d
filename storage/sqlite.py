"""SQLite in one file: one connection that writes, one that only reads, so that no reader sees an uncommitted row.

Every commit is on the disk before it is reported (`synchronous=FULL`): an update is acknowledged on its word.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import quote

import aiosqlite

from storage.database import Row, Transaction
from storage.errors import AlreadyStored, StorageError
from storage.placeholders import numbered

# aiosqlite logs every statement with its values at DEBUG; they are people's addresses.
logging.getLogger("aiosqlite").setLevel(logging.INFO)

T = TypeVar("T")

BEGIN = "BEGIN IMMEDIATE"
"""A transaction that will write says so at once; else two could read and then neither may write."""

_KEY_EXISTS = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_SAID = {
    sqlite3.SQLITE_CANTOPEN: "cannot be opened or created",
    sqlite3.SQLITE_PERM: "cannot be opened: permission denied",
    sqlite3.SQLITE_READONLY: "is read-only",
    sqlite3.SQLITE_BUSY: "is locked by another process",
    sqlite3.SQLITE_LOCKED: "is locked by another process",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore it from a backup",
    sqlite3.SQLITE_NOTADB: "is not a database",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk failed",
}


@contextmanager
def _in_one_line(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        # Only what SQLite itself reported has a code; the rest are faults of our own.
        if not hasattr(error, "sqlite_errorcode"):
            raise
        if error.sqlite_errorcode in _KEY_EXISTS:
            raise AlreadyStored(str(error)) from error
        said = _SAID.get(error.sqlite_errorcode & 0xFF) or f"refused a statement: {error}"
        raise StorageError(f"the database {path} {said}") from error


async def _to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` to its end, whoever cancels meanwhile; the cancellation is raised after it."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        task.exception()  # seen: else asyncio complains that nobody looked
        raise cancelled
    return task.result()


async def _fetch(connection: aiosqlite.Connection, path: Path, sql: str, args: tuple[object, ...]) -> list[Row]:
    with _in_one_line(path):
        return [dict(row) for row in await connection.execute_fetchall(numbered(sql), args)]


class SQLiteTransaction:
    """A `storage.database.Transaction`."""

    def __init__(self, connection: aiosqlite.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self.ended = False

    def _under_way(self) -> aiosqlite.Connection:
        if self.ended:
            raise RuntimeError("the transaction has ended")
        return self._connection

    async def fetch(self, sql: str, *args: str | int | None) -> list[Row]:
        return await _fetch(self._under_way(), self._path, sql, args)

    async def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        rows = await self.fetch(sql, *args)
        return rows[0] if rows else None

    async def execute(self, sql: str, *args: str | int | None) -> int:
        with _in_one_line(self._path):
            cursor = await self._under_way().execute(numbered(sql), args)
            return max(cursor.rowcount, 0)


class SQLiteDatabase:
    """A `storage.database.Database`."""

    def __init__(self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._path = path
        self._writer = writer
        self._reader = reader
        self._turn = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None

    @classmethod
    async def open(cls, path: Path, *, busy_timeout: float) -> Self:
        """Open or create the file. `busy_timeout`: seconds to wait for another process. Raises StorageError."""
        _expect_directory(path)
        opening = asyncio.ensure_future(cls._open(path, busy_timeout))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            with suppress(StorageError):
                await (await opening).close()
            raise

    @classmethod
    async def _open(cls, path: Path, busy_timeout: float) -> Self:
        with _in_one_line(path):
            writer = await _connect(f"{_address(path)}?mode=rwc", busy_timeout)
            try:
                await _run(writer, "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")
                # Opening touches nothing, and BEGIN IMMEDIATE is content to read where it may not write; this writes.
                await _run(writer, BEGIN, "PRAGMA user_version = 0", "ROLLBACK")
                reader = await _connect(f"{_address(path)}?mode=ro", busy_timeout)
                try:
                    await _run(reader, "PRAGMA query_only=ON", "SELECT count(*) FROM sqlite_master")
                except BaseException:
                    await reader.close()
                    raise
            except BaseException:
                await writer.close()
                raise
        return cls(path, writer, reader)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        async with self._my_turn():
            transaction = SQLiteTransaction(self._writer, self._path)
            try:
                await transaction.execute(BEGIN)
                yield transaction
                await _to_the_end(transaction.execute("COMMIT"))
            except BaseException:
                # Does nothing when the commit went through and only the waiting for it was cancelled.
                await _to_the_end(self._writer.rollback())
                raise
            finally:
                transaction.ended = True

    @asynccontextmanager
    async def _my_turn(self) -> AsyncIterator[None]:
        if self._holder is not None and self._holder is asyncio.current_task():
            raise RuntimeError("a transaction within a transaction would wait for itself")
        async with self._turn:
            self._holder = asyncio.current_task()
            try:
                yield
            finally:
                self._holder = None

    async def fetch(self, sql: str, *args: str | int | None) -> list[Row]:
        return await _fetch(self._reader, self._path, sql, args)

    async def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        rows = await self.fetch(sql, *args)
        return rows[0] if rows else None

    async def close(self) -> None:
        async with self._my_turn():
            # The writer last: closing it folds the journal into the file.
            await _to_the_end(self._close())

    async def _close(self) -> None:
        await self._reader.close()
        await self._writer.close()


def _expect_directory(path: Path) -> None:
    if not path.parent.is_dir():
        raise StorageError(f"the database {path} cannot be opened: there is no directory {path.parent}")


def _address(path: Path) -> str:
    return f"file:{quote(str(path.absolute()))}"


async def _connect(address: str, busy_timeout: float) -> aiosqlite.Connection:
    # Opened here because aiosqlite, when its own opening fails, leaves a thread behind that outlives the loop.
    opened = sqlite3.connect(address, uri=True, timeout=busy_timeout, isolation_level=None, check_same_thread=False)
    opened.row_factory = sqlite3.Row
    return await aiosqlite.Connection(lambda: opened, iter_chunk_size=64)


async def _run(connection: aiosqlite.Connection, *statements: str) -> None:
    for statement in statements:
        await connection.execute_fetchall(statement)
