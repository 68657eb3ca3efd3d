"""The copies that a running bot makes by schedule, as files in a folder: which there are, and which are too many.

Their names say whose they are and when they were made, and only files with such a name are ever removed. The folder is
what counts, no note elsewhere: a copy that somebody took away is missed, and one that is there is not made again.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.errors import NoRoom, StorageError, is_full

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RESERVE = 64 * 2**20
"""Bytes that a copy leaves free: the database itself may be on the same disk."""
_STAMP = "%Y%m%dT%H%M%SZ"
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class ScheduledCopy:
    """A file, and when it was made by its name, in UTC microseconds."""

    path: Path
    at: int


class BackupFolder:
    """The copies of one database, which `key` tells from those of others in the same folder."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder = folder
        self._key = key
        self._name = re.compile(rf"orderbot-{re.escape(key)}-([0-9]{{8}}T[0-9]{{6}}Z)\.db")

    def make(self) -> None:
        """Make the folder, its owner's alone, and remove what a process that was killed left of a copy.

        For whoever is `alone` on the database. Raises StorageError.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in self.folder.glob(f".orderbot-{self._key}-*"):
                path.unlink()
        except OSError as error:
            raise self._told(error) from error

    def expect_room(self, size: int) -> None:
        """Raises StorageError when a copy of so many bytes would leave less than RESERVE for what is ordered."""
        try:
            system = os.statvfs(self.folder)
        except OSError as error:
            raise self._told(error) from error
        if system.f_bavail * system.f_frsize < size + RESERVE:
            raise NoRoom(f"the folder {self.folder} of the backups has no room for a copy of {size // 2**20 + 1} MB")

    def copies(self) -> list[ScheduledCopy]:
        """All that are there, by the time in their names. Raises StorageError."""
        try:
            return sorted(self._found(), key=lambda copy: copy.at)
        except OSError as error:
            raise self._told(error) from error

    def latest(self, now: int) -> int | None:
        """The time at which the last one was made; those of a time to come were made by a clock that was wrong.

        Raises StorageError.
        """
        return max((copy.at for copy in self.copies() if copy.at <= now), default=None)

    def free(self, now: int) -> Path:
        """The name for a copy that is made now; nothing has it. Raises StorageError."""
        taken = {copy.path for copy in self.copies()}
        while (path := self._named(now)) in taken:
            now += _SECOND
        return path

    def remove_all_but(self, keep: int, newest: ScheduledCopy) -> list[Path]:
        """Leave `newest`, just made, and the last ones before it; returns what was removed. Raises StorageError.

        Those of a time to come go first: since `newest` is later than they are, they can't have been made then.
        """
        others = [copy for copy in self.copies() if copy.path != newest.path]
        others.sort(key=lambda copy: (copy.at <= newest.at, copy.at))
        surplus = [copy.path for copy in others[: max(len(others) + 1 - keep, 0)]]
        try:
            for path in surplus:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise self._told(error) from error
        return surplus

    def _named(self, now: int) -> Path:
        return self.folder / f"orderbot-{self._key}-{_EPOCH + timedelta(microseconds=now):{_STAMP}}.db"

    def _found(self) -> Iterator[ScheduledCopy]:
        if not self.folder.exists():
            return
        for path in self.folder.iterdir():
            match = self._name.fullmatch(path.name)
            if match is None or path.is_symlink() or not path.is_file():
                continue
            try:
                made = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
            except ValueError:
                continue
            yield ScheduledCopy(path, (made - _EPOCH) // timedelta(microseconds=1))

    def _told(self, error: OSError) -> StorageError:
        kind = NoRoom if is_full(error) else StorageError
        return kind(f"the folder {self.folder} of the backups cannot be used: {error.strerror}")
