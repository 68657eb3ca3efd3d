"""A connection to an SQLite file whose faults are one line each for the operator, whoever uses it."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import quote

import aiosqlite

from storage.database import Row
from storage.errors import AlreadyStored, NoRoom, StorageError
from storage.sqlite.placeholders import numbered
from storage.sqlite.rights import make
from storage.units import to_the_end

# aiosqlite logs every statement with its values at DEBUG; they are people's addresses.
logging.getLogger("aiosqlite").setLevel(logging.INFO)

T = TypeVar("T")

STATEMENTS = 512
"""Prepared statements that a connection keeps: more than the program has."""
DAMAGED = "is damaged; restore it from a backup"
OF_WHAT_IS_WRITTEN = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE})
"""Where one file is read and another written, these can only be about the second."""
_KEY_EXISTS = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_SAID = {
    sqlite3.SQLITE_CANTOPEN: "cannot be opened or created",
    sqlite3.SQLITE_PERM: "cannot be opened: permission denied",
    sqlite3.SQLITE_READONLY: "is read-only: this user has to be able to write its files and its folder",
    sqlite3.SQLITE_BUSY: "is locked by another process",
    sqlite3.SQLITE_LOCKED: "is locked by another process",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: "is not a database",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk failed",
    # Only "no space left" is told apart by SQLite; a used-up quota and a disk that became read-only are not.
    sqlite3.SQLITE_IOERR_WRITE: "cannot be written: the disk is full, read-only or broken",
}


def in_one_line(subject: str, error: sqlite3.Error) -> StorageError:
    """SQLite's report about `subject`, such as "the database a.db". Raises `error` itself if it is our fault."""
    # Only what SQLite itself reported has a code.
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        raise error
    if code in _KEY_EXISTS:
        return AlreadyStored(str(error))
    said = _SAID.get(code) or _SAID.get(code & 0xFF) or f"refused a statement: {error}"
    kind = NoRoom if code in OF_WHAT_IS_WRITTEN else StorageError
    return kind(f"{subject} {said}")


@contextmanager
def told_in_one_line(path: Path) -> Iterator[None]:
    """Raise what SQLite reports about the database at `path` as a StorageError."""
    try:
        yield
    except sqlite3.Error as error:
        raise in_one_line(f"the database {path}", error) from error


def address(path: Path, mode: str) -> str:
    """The file as SQLite is told of it; `mode` as in `opened_at`."""
    return f"file:{quote(str(path.absolute()))}?mode={mode}"


class Connection(aiosqlite.Connection):
    """aiosqlite's connection and its thread, which here runs whole functions: one hop, however many statements."""

    def call(self, work: Callable[[sqlite3.Connection], T]) -> "asyncio.Future[T]":
        """Run `work` in the connection's thread, in its turn, and in the caller's context.

        Raises ValueError when the connection is closed.
        """
        if not self._running:
            raise ValueError("the connection is closed")
        connection = self._conn
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        context = copy_context()

        def called() -> T:
            try:
                return context.run(work, connection)
            except StopIteration as error:
                # A future takes no StopIteration: whoever waits for it would wait for ever.
                raise RuntimeError("a StopIteration came out of a unit of work") from error

        self._tx.put_nowait((future, called))
        return future

    def is_here(self) -> bool:
        """True if the caller is inside a function that runs on this connection."""
        return threading.current_thread() is self._thread


async def connect(path: Path, mode: Literal["ro", "rwc"], busy_timeout: float) -> Connection:
    """`busy_timeout`: seconds to wait for another process. Raises sqlite3.Error."""
    # Opened here because aiosqlite, when its own opening fails, leaves a thread behind that outlives the loop.
    opened = opened_at(path, mode, busy_timeout)
    connection = Connection(lambda: opened, iter_chunk_size=64)
    await connection
    return connection


def opened_at(
    path: Path, mode: Literal["ro", "ro&immutable=1", "rw", "rwc"], busy_timeout: float
) -> sqlite3.Connection:
    """`busy_timeout`: seconds to wait for another process. A file that is made is its owner's alone.

    Beside one that is `immutable`, as its address says it to SQLite, nothing is looked for and nothing is written.
    Raises sqlite3.Error.
    """
    if mode == "rwc":
        make(path)
    return sqlite3.connect(
        address(path, mode),
        uri=True,
        timeout=busy_timeout,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=STATEMENTS,
    )


@asynccontextmanager
async def reading(path: Path, busy_timeout: float) -> AsyncIterator[Connection]:
    """A connection that cannot write to the file. A long statement is broken off when the block is cancelled.

    Raises sqlite3.Error.
    """
    connection = await connect(path, "ro", busy_timeout)
    try:
        yield connection
    except asyncio.CancelledError:
        await connection.interrupt()
        raise
    finally:
        await to_the_end(connection.close())


def run(connection: sqlite3.Connection, *statements: str) -> None:
    """Run statements whose rows nobody wants. Raises sqlite3.Error."""
    for statement in statements:
        connection.execute(statement).fetchall()


def fetch(connection: sqlite3.Connection, sql: str, *args: str | int | None) -> list[Row]:
    """All rows; `args` fill `$1`, `$2` and so on. Raises sqlite3.Error."""
    cursor = connection.execute(numbered(sql), args)
    rows = cursor.fetchall()
    if not rows:
        return []
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in rows]
