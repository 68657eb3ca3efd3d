"""The database that a storage address means. Nothing above storage looks at the address."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from shutil import disk_usage
from typing import TypeVar

from storage import sending
from storage.database import Database, Reader
from storage.errors import StorageError
from storage.migrate import has_orders, migrate, pending
from storage.sqlite.backup import back_up
from storage.sqlite.check import expect_undamaged
from storage.sqlite.database import SQLiteDatabase
from storage.sqlite.lock import locked
from storage.sqlite.rehearsal import Rehearsal, rehearse
from storage.sqlite.restore import Examined, Restored, look_into, put_in_place
from storage.sqlite.rights import exposed, files_of, narrow
from storage.sqlite.scrub import Scrubbed, scrub

log = logging.getLogger(__name__)
T = TypeVar("T")

_SQLITE = "sqlite:///"
BUSY_TIMEOUT = 5.0
"""Seconds to wait for another process that writes."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The names of the migrations `applied`, in order; `copy` is of the database before them, if there is one."""

    applied: list[str]
    copy: Path | None


async def open_database(url: str, *, busy_timeout: float = BUSY_TIMEOUT) -> Database:
    """Open `sqlite:///relative.db` or `sqlite:////absolute/path.db`; the file is created when it is missing.

    `busy_timeout`: seconds to wait for another process that writes. Raises StorageError; its line never holds the
    address itself, which may carry a password.
    """
    return await SQLiteDatabase.open(_file(url), busy_timeout=busy_timeout)


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[None]:
    """While the block runs nobody else gets past this for the same database: the bot runs, or it is migrated.

    Whoever opens the database without asking works beside it. Raises StorageError at once when another process is in
    such a block. A process that is killed is out of it. Files that others than their owner could open are closed to
    them, and the log says so.
    """
    path = _file(url)
    open_to_others = readable_by_others(url)
    with locked(path):
        _close_to_others(open_to_others)
        yield


def readable_by_others(url: str) -> list[Path]:
    """Those files of a database, its lock included, that others than their owner may open. Raises StorageError."""
    return exposed(files_of(_file(url)))


def is_there(url: str) -> bool:
    """True when the file of a database exists, whatever is in it. Raises StorageError."""
    return _file(url).is_file()


def size_of(url: str) -> int:
    """Bytes that a database takes on its disk by now, 0 when there is none. Raises StorageError."""
    return sum(path.stat().st_size for path in files_of(_file(url)) if path.exists())


def disk_free(url: str) -> int | None:
    """Bytes that are left on the disk of a database; None where that can't be seen from here. Raises StorageError."""
    try:
        return disk_usage(_file(url).absolute().parent).free
    except OSError:
        return None


async def examine(url: str) -> None:
    """Read all of a database that exists. Raises StorageError when a part of it is damaged."""
    await expect_undamaged(_file(url), BUSY_TIMEOUT)


async def backup(url: str, copy: Path, now: int) -> int:
    """Copy a database, also while it is written, to a new file that `open_database` can open; returns how many orders.

    The copy says that it is one, made at `now`, in UTC microseconds. Raises StorageError when there is such a file, and
    in every other case in which there is no copy afterwards.
    """
    return await back_up(_file(url), copy, BUSY_TIMEOUT, now)


async def restore(url: str, copy: Path, now: int) -> Restored:
    """Put a copy in the place of a database on which no bot runs; what was there is kept beside it.

    Killed at any moment, it leaves the database as it was or as it is to be. A copy that doesn't say when it was made
    gets a mark with its file's time, or `now` (UTC microseconds) if that is earlier. Raises StorageError, and then
    nothing has changed.
    """
    async with alone(url):
        return await put_in_its_place(url, copy, now)


async def put_in_its_place(url: str, copy: Path, now: int) -> Restored:
    """Do what `restore` does, for whoever is `alone` on the database already."""
    return await put_in_place(_file(url), copy, BUSY_TIMEOUT, now)


async def rehearse_restore(url: str, copy: Path, now: int, look: Callable[[Reader], T]) -> Examined[T]:
    """Find out what `restore` would come to, also beside a running bot; nothing is changed.

    `look` gets the copy as this program would find it, brought up to date. Raises StorageError when it can't be used.
    """
    return await look_into(_file(url), copy, BUSY_TIMEOUT, now, look)


async def rehearse_migrations(url: str, now: int, folder: Traversable | None = None) -> Rehearsal[None]:
    """Find out what `bring_up_to_date` would come to, on a private copy, also beside a running bot.

    Raises StorageError when it would fail.
    """
    return await rehearse(_file(url), BUSY_TIMEOUT, now, lambda _reader: None, folder)


async def bring_up_to_date(url: str, database: Database, now: int, folder: Traversable | None = None) -> Upgrade:
    """Apply the migrations that the opened database lacks (`storage.migrate`), for whoever is `alone` on it.

    Before the first of them runs, a database that has orders is copied to `<name>.before-<migration>` beside it: one
    step back is that copy. It takes the place of an earlier one of the same name, which had less in it. Raises
    StorageError; without the copy nothing is migrated.
    """
    missing = await pending(database, folder)
    if not missing:
        return Upgrade([], None)
    copy = None
    if await database.read(has_orders):
        file = _file(url)
        copy = file.with_name(f"{file.name}.before-{missing[0]}")
        await back_up(file, copy, BUSY_TIMEOUT, now, replaces=True)
    return Upgrade(await migrate(database, now, folder), copy)


async def lapse_claims(database: Database) -> None:
    """End the claims of processes that can't be alive any more, for whoever is `alone` on a migrated database.

    With SQLite these are all claims, whatever time they had left: the operating system gives the lock of `alone` to
    nobody before its last holder is dead. Raises StorageError.
    """
    await database.run(sending.lapse)


async def scrub_deleted(url: str) -> Scrubbed:
    """Take out of the file what was deleted from the database; the result says how. Raises StorageError."""
    return await scrub(_file(url), BUSY_TIMEOUT)


def _close_to_others(paths: list[Path]) -> None:
    if not paths:
        return
    left = narrow(paths)
    if closed := [path for path in paths if path not in left]:
        log.warning("closed to others than the owner, who could read them before: %s", _listed(closed))
    if left:
        log.warning("others than the owner can read these, and only their owner may end that: %s", _listed(left))


def _listed(paths: list[Path]) -> str:
    return ", ".join(map(str, paths))


def _file(url: str) -> Path:
    scheme = url.partition(":")[0].lower()
    if scheme in {"postgresql", "postgres"}:
        raise StorageError("a postgresql database is not available yet: use sqlite:///orderbot.db")
    path = url.removeprefix(_SQLITE)
    if path == url or not path:
        raise StorageError("the storage address must look like sqlite:///orderbot.db or sqlite:////data/orderbot.db")
    if path == ":memory:" or "?" in path:
        raise StorageError("the storage address must name a file, without options")
    return Path(path)
