"""Makes copies of the database by schedule while the bot runs, and keeps the last ones.

A copy is read beside the chats, from one state of the database, so that nobody waits for it. The bot does without: that
one can't be made is told to the admins once, and once more when one is made again.
"""

import asyncio
import logging
from pathlib import Path
from typing import Final

from bot.clock import SECOND, Watch
from bot.desk.unit import Unit
from bot.settings.model import BackupSettings
from bot.workers.loop import Loop, until_stored
from bot.workers.reports import Reports
from storage import program
from storage.backups import BackupFolder, ScheduledCopy
from storage.database import Database
from storage.errors import NoRoom, StorageError
from storage.opening import backup, size_of

log = logging.getLogger(__name__)

AFTER_A_FAULT: Final = 3600.0
"""Seconds until it is tried again, or the settings' `every` where that is less."""


class Backups:
    """Goes on after a restart by what copies there are. A clock that is set makes none come sooner or later."""

    def __init__(self, database: Database, url: str, settings: BackupSettings, reports: Reports, clock: Watch) -> None:
        self._database = database
        self._url = url
        self._settings = settings
        self._reports = reports
        self._clock = clock
        self._every = int(settings.every * SECOND)
        self._due: int | None = None
        self._loop = Loop("a scheduled backup could not be made", self._turn, after_a_fault=self._after_a_fault)

    def wake(self) -> None:
        """The clock was moved."""
        self._loop.wake()

    async def run(self) -> None:
        """Run until cancelled. Orders are placed without it, so it ends nothing by failing."""
        await self._loop.run()

    @property
    def _after_a_fault(self) -> float:
        return min(AFTER_A_FAULT, self._settings.every)

    async def _turn(self) -> float:
        if self._due is not None and (left := self._due - self._clock.forward()) > 0:
            return left / SECOND
        try:
            folder = BackupFolder(Path(self._settings.folder), await self._database.run(program.backup_key))
            if self._due is None:
                last = await asyncio.to_thread(folder.latest, self._clock())
                gone = self._every if last is None else self._clock() - last
                self._due = self._clock.forward() + max(self._every - gone, 0)
                return max(self._every - gone, 0) / SECOND
            await self._make(folder)
        except StorageError as error:
            log.error("a scheduled backup could not be made: %s", error)  # noqa: TRY400  one line says it all
            self._due = self._clock.forward() + int(self._after_a_fault * SECOND)
            await self._tell(
                "admins.backup_no_room" if isinstance(error, NoRoom) else "admins.backup_failed", fails=True
            )
            return self._after_a_fault
        self._due = self._clock.forward() + self._every
        await self._tell("admins.backup_again", fails=False)
        return self._settings.every

    async def _make(self, folder: BackupFolder) -> None:
        """Make one copy and remove those that are too many. Raises StorageError."""
        await asyncio.to_thread(folder.make)
        await asyncio.to_thread(folder.expect_room, size_of(self._url))
        now = self._clock()
        path = await asyncio.to_thread(folder.free, now)
        orders = await backup(self._url, path, now)
        removed = await asyncio.to_thread(folder.remove_all_but, self._settings.keep, ScheduledCopy(path, now))
        log.info("backup: %s, %d orders; %d older ones removed", path, orders, len(removed))

    async def _tell(self, key: str, *, fails: bool) -> None:
        """Have the admins hear of it, unless it went the same way the last time, be it before a restart."""

        def work(unit: Unit) -> None:
            if program.backup_fails(unit.tx, fails=fails):
                self._reports.tell_admins(unit, key)

        await until_stored(lambda: self._reports.desk.run(work), "the admins could not be told of a backup")
