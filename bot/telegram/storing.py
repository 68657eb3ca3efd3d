"""Stores what Telegram has taken, where no unit of work comes along soon that does so in its own transaction.

With it go back the chats of a replica that have come to rest.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Final

from bot.telegram.client import pause
from bot.telegram.held import HeldChats
from bot.telegram.taken import TakenMessages
from storage import outbox
from storage.database import Database, Transaction
from storage.errors import StorageError
from storage.outbox import Taken

log = logging.getLogger(__name__)

STORED_WITHIN: Final = 0.25
"""Seconds for which what Telegram took waits for a unit of work to come along and store it."""


class TakenStorage:
    """Stores `messages`, which are known in memory at once: that a message was taken must not wait for storage."""

    def __init__(
        self, database: Database, messages: TakenMessages, held: HeldChats, lack: Callable[[Iterable[int]], None]
    ) -> None:
        """`lack` hears of chats in which something waits that we don't know of."""
        self._database = database
        self._messages = messages
        self._held = held
        self._lack = lack
        self._woken = asyncio.Event()

    def note(self, taken: Taken, chat_id: int) -> None:
        """Telegram took it just now."""
        self._messages.note(taken, asyncio.get_running_loop().time(), chat_id)
        self._woken.set()

    def wake(self) -> None:
        """Chats are held that may be at rest already."""
        self._woken.set()

    async def run(self) -> None:
        """Store in time, until storage takes it; runs until cancelled."""
        failures = 0
        while True:
            oldest = self._messages.oldest
            if oldest is None and not self._held:
                self._woken.clear()
                await self._woken.wait()
                continue
            now = asyncio.get_running_loop().time()
            if (left := STORED_WITHIN if oldest is None else oldest + STORED_WITHIN - now) > 0:
                await asyncio.sleep(left)
            if self._messages.oldest != oldest:
                # A unit of work has come along.
                continue
            try:
                await self.store()
            except StorageError as error:
                log.warning("what became of a message could not be recorded; trying again: %s", error)
                await asyncio.sleep(pause(failures))
                failures += 1
            else:
                failures = 0

    async def store(self) -> None:
        """Store all of it now, and give back what can be. Raises StorageError."""
        taken, resting = self._messages.unstored(), self._held.resting()
        if not taken and not resting:
            return

        def work(tx: Transaction) -> set[int]:
            outbox.record(tx, taken)
            return self._held.give_back(tx, resting)

        def stored(kept: set[int]) -> None:
            self._messages.stored(taken)
            # Others may change those messages now.
            self._messages.forget(self._held.given_back(resting - kept))
            if kept:
                self._lack(kept)

        await self._database.run(work, stored)

    async def store_once(self) -> None:
        """Store all of it now, if storage takes it."""
        try:
            await self.store()
        except StorageError as error:
            log.warning("messages that Telegram took could not be recorded; they may come twice: %s", error)
