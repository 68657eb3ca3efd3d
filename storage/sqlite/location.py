"""An SQLite file as the place of a database; its files are its owner's alone, since they hold people's addresses."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from importlib.resources.abc import Traversable
from pathlib import Path
from shutil import disk_usage
from typing import TypeVar

from storage.database import Database, Reader
from storage.errors import StorageError
from storage.location import Examined, Membership, Rehearsal, Restored, Scrubbed
from storage.sqlite.backup import back_up
from storage.sqlite.check import expect_undamaged
from storage.sqlite.connection import opened_at, told_in_one_line
from storage.sqlite.copied import mark_as_copied
from storage.sqlite.database import SQLiteDatabase
from storage.sqlite.lock import locked
from storage.sqlite.presence import is_file
from storage.sqlite.rehearsal import rehearse
from storage.sqlite.restore import look_into, put_in_place
from storage.sqlite.rights import exposed, files_of, narrow
from storage.sqlite.scrub import scrub

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE = 5.0
"""Seconds to wait for another process that writes."""


class _Forever:
    """The operating system's lock, which nobody gets before its holder is dead."""

    async def keep(self) -> None:
        await asyncio.Event().wait()


class SQLiteFile:
    """A `storage.location.Location`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def open(self, patience: float) -> Database:
        return await SQLiteDatabase.open(self.path, busy_timeout=patience)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[_Forever]:
        """Files that others than their owner could open are closed to them, and the log says so."""
        open_to_others = self.readable_by_others()
        with locked(self.path):
            _close_to_others(open_to_others)
            yield _Forever()

    def beside(self, name: str, settings: str) -> AbstractAsyncContextManager[Membership]:
        """Raise StorageError: a file has no way to tell which of several processes are alive and of one mind."""
        del name, settings
        raise StorageError(f"the database {self.path} is for one orderbot: replicas need PostgreSQL")

    def readable_by_others(self) -> list[Path]:
        """Its lock included."""
        return exposed(files_of(self.path))

    def size(self) -> int:
        return sum(path.stat().st_size for path in files_of(self.path) if path.exists())

    def disk_free(self) -> int | None:
        try:
            return disk_usage(self.path.absolute().parent).free
        except OSError:
            return None

    def is_there(self) -> bool:
        return is_file(self.path, f"the database {self.path}")

    async def examine(self, patience: float) -> None:
        await expect_undamaged(self.path, patience)

    async def backup(self, copy: Path, patience: float, now: int) -> int:
        return await back_up(self.path, copy, patience, now)

    async def keep_before(self, migration: str, patience: float, now: int) -> Path:
        copy = self.path.with_name(f"{self.path.name}.before-{migration}")
        await back_up(self.path, copy, patience, now, replaces=True)
        return copy

    async def restore(self, copy: Path, patience: float, now: int) -> Restored:
        return await put_in_place(self.path, copy, patience, now)

    async def rehearse_restore(self, copy: Path, patience: float, now: int, look: Callable[[Reader], T]) -> Examined[T]:
        return await look_into(self.path, copy, patience, now, look)

    async def rehearse_migrations(self, patience: float, now: int, folder: Traversable | None) -> Rehearsal[None]:
        return await rehearse(self.path, patience, now, lambda _reader: None, folder)

    def leave(self, now: int) -> None:
        """Mark the file as a copy made at `now`: what is in it is worked on elsewhere. Raises StorageError."""
        with told_in_one_line(self.path), closing(opened_at(self.path, "rw", PATIENCE)) as opened:
            mark_as_copied(opened, now)

    async def scrub(self, patience: float) -> Scrubbed:
        return await scrub(self.path, patience)


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
