"""Rehearses on a private copy what is to be done to a database, so that a fault is found before anything is changed.

The copy is beside the database, since that is where there has to be room, in a folder for its owner alone that is gone
afterwards: it is full of people's data. One that a killed process has left is thrown away by the next.
"""

import asyncio
import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

from storage.database import Reader
from storage.errors import StorageError
from storage.location import Rehearsal
from storage.migrate import Migration, apply_next, shipped
from storage.sqlite.check import is_sound
from storage.sqlite.connection import DAMAGED, OF_WHAT_IS_WRITTEN, fetch, in_one_line, opened_at, run, told_in_one_line
from storage.sqlite.presence import expect_place, is_file
from storage.sqlite.transaction import TO_READ, transaction
from storage.units import to_the_end

T = TypeVar("T")

TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
COUNTED = (
    *("orders", "order_numbers", "order_history", "order_guards", "batches", "conversations", "parked_drafts", "trays"),
    *("sheets", "sheet_rows", "outbox", "people", "contacts", "identities"),
)
"""Tables of what nobody may lose; those that a database doesn't have yet are not counted."""


async def rehearse(
    path: Path, busy_timeout: float, now: int, look: Callable[[Reader], T], folder: Traversable | None = None
) -> Rehearsal[T]:
    """Apply to a copy of the database at `path` what it lacks, or to an empty one where there is none.

    It is only read, also while a bot runs on it. `busy_timeout`: seconds to wait for others. `now` is in UTC
    microseconds. Raises StorageError as `migrate` does, and where anything would be lost.
    """
    expect_place(path)
    with private_folder(path) as place:
        part = place / "rehearsal.db"
        await to_the_end(asyncio.to_thread(_clone, path, part, busy_timeout))
        return await to_the_end(asyncio.to_thread(try_out, part, path, now, look, folder))


@contextmanager
def private_folder(path: Path) -> Iterator[Path]:
    """A folder beside the file at `path` that nobody else can look into, gone at the end. Raises StorageError."""
    real = Path(os.path.realpath(path))
    prefix = f".{real.name}.rehearsal-"
    try:
        for left in real.parent.glob(f"{prefix}*"):
            _remove_abandoned(left)
        place = Path(mkdtemp(prefix=prefix, dir=real.parent))
    except OSError as error:
        raise StorageError(f"nothing can be rehearsed beside {path}: {error.strerror}") from error
    try:
        # Held for as long as this process lives, so that whoever comes later knows what nobody uses any more.
        with _locked(place):
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    """Hold the lock of a folder. Raises OSError when another has it, or there is none."""
    handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _remove_abandoned(place: Path) -> None:
    with suppress(OSError), _locked(place):
        shutil.rmtree(place)


def _clone(path: Path, part: Path, busy_timeout: float) -> None:
    """Copy page by page what is committed now, damage included; nothing where there is none. Raises StorageError."""
    if not is_file(path, f"the database {path}"):
        return
    try:
        with closing(opened_at(path, "ro", busy_timeout)) as source, closing(opened_at(part, "rwc", 0)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        of_the_copy = getattr(error, "sqlite_errorcode", None) in OF_WHAT_IS_WRITTEN
        raise in_one_line(
            f"the copy of the database {path}" if of_the_copy else f"the database {path}", error
        ) from error


def try_out(
    part: Path, shown: Path, now: int, look: Callable[[Reader], T], folder: Traversable | None = None
) -> Rehearsal[T]:
    """Bring the database at `part`, which nobody else uses, up to date as a start would, and look at it.

    Raises StorageError, in whose line it is called `shown`, for a migration that fails, and for a database that is
    damaged or lacks anything afterwards.
    """
    migrations = shipped(folder)
    with told_in_one_line(shown), closing(opened_at(part, "rwc", busy_timeout=0)) as opened:
        # As a bot opens it, so that it takes as long.
        run(opened, "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")
        _expect_whole(opened, shown)
        before, begun = _counted(opened), time.monotonic()
        tried: list[str] = []
        while (name := _next(opened, shown, migrations, now)) is not None:
            tried.append(name)
        seconds, after = time.monotonic() - begun, _counted(opened)
        for table, rows in before.items():
            if after.get(table, 0) < rows:
                raise StorageError(f"the migrations would leave {after.get(table, 0)} of {rows} rows of {table}")
        if tried:
            _expect_whole(opened, shown)
        with transaction(opened, shown, TO_READ) as reader:
            return Rehearsal(tried, after.get("orders", 0), seconds, look(reader))


def _next(opened: sqlite3.Connection, shown: Path, migrations: list[Migration], now: int) -> str | None:
    with transaction(opened, shown) as tx:
        return apply_next(tx, migrations, now)


def _expect_whole(opened: sqlite3.Connection, shown: Path) -> None:
    if not is_sound(opened, "integrity_check"):
        raise StorageError(f"the database {shown} {DAMAGED}")
    if broken := opened.execute("PRAGMA foreign_key_check").fetchone():
        of = f"a row of {broken[0]} belongs to one of {broken[2]} that isn't there"
        raise StorageError(f"the database {shown} {DAMAGED}: {of}")


def _counted(opened: sqlite3.Connection) -> dict[str, int]:
    there = {row["name"] for row in fetch(opened, TABLES)}
    tables = [table for table in COUNTED if table in there]
    return {table: int(fetch(opened, f"SELECT count(*) AS n FROM {table}")[0]["n"]) for table in tables}  # noqa: S608  our own tables
