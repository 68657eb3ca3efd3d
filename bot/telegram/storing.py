"""Stores what Telegram has taken, where no unit of work comes along soon that does so in its own transaction."""

import asyncio
import logging
from typing import Final

from bot.telegram.client import pause
from bot.telegram.taken import TakenMessages
from storage import outbox
from storage.database import Database
from storage.errors import StorageError
from storage.outbox import Taken

log = logging.getLogger(__name__)

STORED_WITHIN: Final = 0.25
"""Seconds for which what Telegram took waits for a unit of work to come along and store it."""


class TakenStorage:
    """Stores `messages`, which are known in memory at once: that a message was taken must not wait for storage."""

    def __init__(self, database: Database, messages: TakenMessages) -> None:
        self._database = database
        self._messages = messages
        self._took = asyncio.Event()

    def note(self, taken: Taken) -> None:
        """Telegram took it just now."""
        self._messages.note(taken, asyncio.get_running_loop().time())
        self._took.set()

    async def run(self) -> None:
        """Store in time, until storage takes it; runs until cancelled."""
        failures = 0
        while True:
            oldest = self._messages.oldest
            if oldest is None:
                self._took.clear()
                await self._took.wait()
            elif (left := oldest + STORED_WITHIN - asyncio.get_running_loop().time()) > 0:
                await asyncio.sleep(left)
            else:
                try:
                    await self.store()
                except StorageError as error:
                    log.warning("what became of a message could not be recorded; trying again: %s", error)
                    await asyncio.sleep(pause(failures))
                    failures += 1
                else:
                    failures = 0

    async def store(self) -> None:
        """Store all of it now. Raises StorageError."""
        if taken := self._messages.unstored():
            await self._database.run(lambda tx: outbox.record(tx, taken), lambda _: self._messages.stored(taken))

    async def store_once(self) -> None:
        """Store all of it now, if storage takes it."""
        try:
            await self.store()
        except StorageError as error:
            log.warning("messages that Telegram took could not be recorded; they may come twice: %s", error)
