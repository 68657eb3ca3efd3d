"""A copy of a database while it is being written: everything committed when it began, and nothing of what came later.

`VACUUM INTO` reads one snapshot in one statement, so a busy writer neither waits for it nor makes it start anew, and it
leaves out the free pages: personal data that was removed from the database is not in the copy either. The copy says of
itself that it is one.
"""

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import mkstemp

from storage.errors import NoRoom, StorageError, is_full
from storage.sqlite.check import is_sound
from storage.sqlite.connection import OF_WHAT_IS_WRITTEN, fetch, in_one_line, opened_at, reading, run, told_in_one_line
from storage.sqlite.copied import mark_as_copied
from storage.sqlite.presence import is_file
from storage.units import to_the_end

OUR_TABLES = "SELECT count(*) AS n FROM sqlite_master WHERE type = 'table' AND name IN ('migrations', 'orders')"
COUNT_ORDERS = "SELECT count(*) AS n FROM orders"


async def back_up(path: Path, copy: Path, busy_timeout: float, now: int, *, replaces: bool = False) -> int:
    """Write the database at `path` to the file `copy`, readable for its owner only; returns how many orders it has.

    It gets its name when it is complete, marked as a copy of `now` (UTC microseconds), on the disk and checked. Raises
    StorageError, and then leaves nothing new. There must be no such file yet, unless it `replaces` one: then nobody
    else makes it, and what a process that was killed has left of it is removed.
    """
    _expect_database(path)
    if not replaces:
        _expect_other(copy, path)
    return await finished(copy, str(path), lambda part: _write(path, part, copy, busy_timeout, now), replaces=replaces)


async def finished(copy: Path, source: str, write: Callable[[Path], Awaitable[None]], *, replaces: bool = False) -> int:
    """Have `write` fill a file that is called `copy` once it is complete; returns how many orders are in it.

    `source` is the database that it is of, as people are told. Raises StorageError, as `back_up` does.
    """
    if replaces:
        remove_parts(copy)
    else:
        _expect_new(copy)
    with _beside(copy) as part:
        await write(part)
        orders = await _count(part, source)
        # Apart from the loop: a slow disk takes long to have it all.
        await to_the_end(asyncio.to_thread(_finish, part, copy, replaces=replaces))
    return orders


def _finish(part: Path, copy: Path, *, replaces: bool) -> None:
    with _told_of(copy):
        sync(part)
        # Asked again, since a rename would replace it.
        if not replaces:
            _expect_new(copy)
        part.rename(copy)
        sync(copy.parent)


def _expect_database(path: Path) -> None:
    if not is_file(path, f"the database {path}"):
        raise StorageError(f"there is no database {path}")


def _expect_other(copy: Path, path: Path) -> None:
    if os.path.realpath(copy) == os.path.realpath(path):
        raise StorageError(f"the backup {copy} cannot be written: it is the database itself")


def _expect_new(copy: Path) -> None:
    if os.path.lexists(copy):
        raise StorageError(f"the backup {copy} cannot be written: there is such a file already; choose another name")
    with _told_of(copy):
        there = copy.parent.is_dir()
    if not there:
        raise StorageError(f"the backup {copy} cannot be written: there is no directory {copy.parent}")


@contextmanager
def _told_of(copy: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = NoRoom if is_full(error) else StorageError
        raise kind(f"the backup {copy} cannot be written: {error.strerror}") from error


def remove_parts(copy: Path) -> None:
    """Remove what processes that were killed have left of a copy of this name. Raises StorageError."""
    with _told_of(copy):
        for part in copy.parent.glob(f".{copy.name}.*"):
            part.unlink()


@contextmanager
def _beside(copy: Path) -> Iterator[Path]:
    """An empty file in the same directory, which is gone at the end unless it was renamed.

    It has the copy's name, so that what a killed process has left can be told from anybody else's.
    """
    with _told_of(copy):
        handle, name = mkstemp(prefix=f".{copy.name}.", dir=copy.parent.absolute())
        os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


async def _write(path: Path, part: Path, copy: Path, busy_timeout: float, now: int) -> None:
    try:
        async with reading(path, busy_timeout) as connection:
            await connection.call(lambda opened: fetch(opened, "VACUUM INTO $1", str(part)))
        with closing(opened_at(part, "rw", busy_timeout=0)) as written:
            # It isn't anybody's yet, so nobody needs to find the way back from the middle.
            run(written, "PRAGMA journal_mode=MEMORY", "PRAGMA synchronous=OFF")
            mark_as_copied(written, now)
    except sqlite3.Error as error:
        of_the_copy = getattr(error, "sqlite_errorcode", None) in OF_WHAT_IS_WRITTEN
        raise in_one_line(f"the backup {copy}" if of_the_copy else f"the database {path}", error) from error


async def _count(part: Path, source: str) -> int:
    """The number of orders in the finished copy of `source`. Raises StorageError when it is none."""

    def counted(opened: sqlite3.Connection) -> int:
        if not is_sound(opened, "integrity_check"):
            raise StorageError(f"the copy of the database {source} is damaged; is the disk sound?")
        if fetch(opened, OUR_TABLES)[0]["n"] != 2:  # noqa: PLR2004  the two that it asks for
            raise StorageError(f"the database {source} has no orders in it yet: run orderbot migrate first")
        return int(fetch(opened, COUNT_ORDERS)[0]["n"])

    with told_in_one_line(part):
        async with reading(part, busy_timeout=0) as connection:
            return await connection.call(counted)


def sync(path: Path) -> None:
    """Have a file, or the names in a directory, on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
