"""The removal of rows that nobody needs any more, so that the database doesn't grow with every message."""

from typing import Final

from bot.clock import SECOND, Watch
from bot.workers.loop import Loop
from storage import files, guards, outbox, searches, sheets, updates
from storage.database import Database, Transaction

EVERY: Final = 3600.0
"""Seconds between two removals."""
KEPT: Final = 48 * 3600 * SECOND
"""Microseconds. Telegram keeps updates for a day; seen ids and sent messages are kept for two."""


class Pruner:
    """Removes old rows each hour. Everything else works on without it, so it ends nothing by failing."""

    def __init__(self, database: Database, clock: Watch) -> None:
        self._database = database
        self._clock = clock
        complaint = "old rows could not be removed"
        self._loop = Loop(complaint, self._turn, again=EVERY, after_a_fault=EVERY)

    async def run(self) -> None:
        """Run until cancelled."""
        await self._loop.run()

    async def _turn(self) -> float:
        now, up = self._clock(), self._clock.up()

        def work(tx: Transaction) -> None:
            updates.prune(tx, now - KEPT)
            outbox.prune(tx, now - KEPT, now - outbox.KEPT_FOR)
            guards.prune(tx, now, up)
            searches.prune(tx, now - searches.KEPT_FOR)
            files.prune(tx, now - files.KEPT_FOR)
            sheets.prune(tx, now - files.KEPT_FOR)

        await self._database.run(work)
        return EVERY
