"""SQLite in one file: one connection that writes, one that only reads, so that no reader sees an uncommitted row.

Every commit is on the disk before it is reported (`synchronous=FULL`): an update is acknowledged on its word. Each
connection has a thread, whose queue is the order in which transactions take turns.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from storage.database import Reader, Transaction
from storage.errors import StorageError
from storage.sqlite.connection import Connection, connect, run, told_in_one_line
from storage.sqlite.presence import expect_place
from storage.sqlite.transaction import TO_READ, TO_WRITE, transaction
from storage.units import committed, plain, to_the_end

P = ParamSpec("P")
T = TypeVar("T")


class SQLiteDatabase:
    """A `storage.database.Database`."""

    def __init__(self, path: Path, writer: Connection, reader: Connection) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader

    @classmethod
    async def open(cls, path: Path, *, busy_timeout: float) -> Self:
        """Open or create the file. `busy_timeout`: seconds to wait for another process. Raises StorageError."""
        expect_place(path)
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
                await writer.call(_prepare_to_write)
                reader = await connect(path, "ro", busy_timeout)
                try:
                    await reader.call(_prepare_to_read)
                except BaseException:
                    await reader.close()
                    raise
            except BaseException:
                await writer.close()
                raise
        return cls(path, writer, reader)

    def run(self, work: Callable[[Transaction], T], then: Callable[[T], None] | None = None) -> Coroutine[Any, Any, T]:
        self._expect_outside()
        return self._run(work, then)

    async def _run(self, work: Callable[[Transaction], T], then: Callable[[T], None] | None) -> T:
        wanted = True

        def in_turn(connection: sqlite3.Connection) -> T:
            if not wanted:
                raise StorageError("nobody waits for this transaction any more")
            with transaction(connection, self.path) as tx:
                return plain(work(tx))

        def give_up() -> None:
            nonlocal wanted
            wanted = False

        return await committed(self._writer.call(in_turn), then, give_up)

    def read(
        self, work: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Coroutine[Any, Any, T]:
        self._expect_outside()
        return self._read(lambda reader: work(reader, *args, **kwargs))

    async def _read(self, work: Callable[[Reader], T]) -> T:
        def at_once(connection: sqlite3.Connection) -> T:
            with transaction(connection, self.path, TO_READ) as tx:
                return plain(work(tx))

        return await self._reader.call(at_once)

    def expect_others(self) -> None:
        """Change nothing: of a file's writers each has it to itself anyway."""

    def close(self) -> Coroutine[Any, Any, None]:
        self._expect_outside()
        return to_the_end(self._close())

    async def _close(self) -> None:
        # The writer last: closing it folds the journal into the file.
        try:
            await self._reader.close()
        finally:
            await self._writer.close()

    def _expect_outside(self) -> None:
        if self._writer.is_here() or self._reader.is_here():
            raise RuntimeError("a unit of work within a unit of work would wait for itself")


def _prepare_to_write(connection: sqlite3.Connection) -> None:
    run(connection, "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")
    # What is deleted is overwritten: it is people's data. Not every build of SQLite does so by itself.
    run(connection, "PRAGMA secure_delete=ON")
    # Opening touches nothing, and BEGIN IMMEDIATE is content to read where it may not write; this writes.
    run(connection, TO_WRITE, "PRAGMA user_version = 0", "ROLLBACK")


def _prepare_to_read(connection: sqlite3.Connection) -> None:
    run(connection, "PRAGMA query_only=ON", "SELECT count(*) FROM sqlite_master")
