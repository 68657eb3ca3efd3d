"""Stores what Telegram has taken, where no unit of work comes along soon that does so in its own transaction.

With it go back the chats of a replica that have come to rest.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
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
        self._is_idle = False
        """It waits for nothing but to be woken."""

    def note(self, taken: Taken, chat_id: int) -> None:
        """Telegram took it just now."""
        if self._messages.oldest is None:
            self._woken.set()
        self._messages.note(taken, asyncio.get_running_loop().time(), chat_id)

    def wake(self, *, at_once: bool = False) -> None:
        """Chats are held, or some are to be given back `at_once`."""
        if self._is_idle or at_once:
            self._woken.set()

    async def run(self) -> None:
        """Store in time, until storage takes it; runs until cancelled."""
        failures = 0
        while True:
            self._woken.clear()
            left = self._left()
            if left is None or left > 0:
                self._is_idle = left is None
                with suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await self._woken.wait()
                self._is_idle = False
            if not self._is_due():
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

    def _left(self) -> float | None:
        """Seconds until something is to be stored; None for never."""
        oldest, due_in = self._messages.oldest, self._held.due_in()
        if oldest is None:
            return due_in
        left = oldest + STORED_WITHIN - asyncio.get_running_loop().time()
        return left if due_in is None else min(left, due_in)

    def _is_due(self) -> bool:
        oldest = self._messages.oldest
        if oldest is not None and oldest + STORED_WITHIN <= asyncio.get_running_loop().time():
            return True
        return bool(self._held.resting())

    async def store(self, *, gives_back: bool = False) -> None:
        """Store all of it now, and give back what has to be, or all that can be. Raises StorageError."""
        taken, resting = self._messages.unstored(), self._held.resting(at_once=gives_back)
        if not taken and not resting:
            return

        def work(tx: Transaction) -> set[int]:
            tx.stay_in_chats()
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
        """Store all of it now, and hold nothing on, if storage takes it."""
        try:
            await self.store(gives_back=True)
        except StorageError as error:
            log.warning("messages that Telegram took could not be recorded; they may come twice: %s", error)
