"""SQLite in one file: one connection that writes, one that only reads, so that no reader sees an uncommitted row.

Every commit is on the disk before it is reported (`synchronous=FULL`): an update is acknowledged on its word.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self

import aiosqlite

from storage.database import Row, Transaction
from storage.errors import StorageError
from storage.placeholders import numbered
from storage.sqlite_connection import connect, expect_directory, fetch, run, to_the_end, told_in_one_line

BEGIN = "BEGIN IMMEDIATE"
"""A transaction that will write says so at once; else two could read and then neither may write."""


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
        with told_in_one_line(self._path):
            return await fetch(self._under_way(), sql, *args)

    async def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        rows = await self.fetch(sql, *args)
        return rows[0] if rows else None

    async def execute(self, sql: str, *args: str | int | None) -> int:
        with told_in_one_line(self._path):
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
        expect_directory(path)
        opening = asyncio.ensure_future(cls._open(path, busy_timeout))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            with suppress(StorageError):
                await (await opening).close()
            raise

    @classmethod
    async def _open(cls, path: Path, busy_timeout: float) -> Self:
        with told_in_one_line(path):
            writer = await connect(path, "rwc", busy_timeout)
            try:
                await run(writer, "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")
                # What is deleted is overwritten: it is people's data. Not every build of SQLite does so by itself.
                await run(writer, "PRAGMA secure_delete=ON")
                # Opening touches nothing, and BEGIN IMMEDIATE is content to read where it may not write; this writes.
                await run(writer, BEGIN, "PRAGMA user_version = 0", "ROLLBACK")
                reader = await connect(path, "ro", busy_timeout)
                try:
                    await run(reader, "PRAGMA query_only=ON", "SELECT count(*) FROM sqlite_master")
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
                await to_the_end(transaction.execute("COMMIT"))
            except BaseException:
                # Does nothing when the commit went through and only the waiting for it was cancelled.
                with told_in_one_line(self._path):
                    await to_the_end(self._writer.rollback())
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
        with told_in_one_line(self._path):
            return await fetch(self._reader, sql, *args)

    async def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        rows = await self.fetch(sql, *args)
        return rows[0] if rows else None

    async def close(self) -> None:
        async with self._my_turn():
            await to_the_end(self._close())

    async def _close(self) -> None:
        # The writer last: closing it folds the journal into the file.
        try:
            await self._reader.close()
        finally:
            await self._writer.close()
