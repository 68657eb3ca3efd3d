"""The loop of every worker: do what is due, wait for a time or to be woken, and go on when storage fails for a moment.

It is written once, so that no worker ends by itself, spins, or forgets to say that it gave something up.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterator, Mapping
from typing import Any, Final, TypeVar

from bot.conversation.requests import Request
from bot.conversation.state import ConversationKey
from storage.errors import StorageError

log = logging.getLogger(__name__)
T = TypeVar("T")

Duties = Mapping[type[Request], Callable[[ConversationKey, Any], None]]
"""The requests of conversations that a worker does, each with what begins it."""
AGAIN: Final = 1.0
"""Seconds until a storage that failed is tried again."""


class Loop:
    """Turns of one worker. A turn returns the seconds until the next one is due: 0 for at once, None for when woken."""

    def __init__(
        self,
        complaint: str,
        turn: Callable[[], Awaitable[float | None]],
        *,
        again: float = 0.0,
        after_a_fault: float | None = None,
    ) -> None:
        """`complaint` says in the log what did not work.

        `again`: seconds until a turn that storage failed is made anew, at least AGAIN. `after_a_fault`: seconds until
        it goes on after a fault of ours, for work without which the bot does what it has to; where it is None, the
        fault ends the program, and what was begun is found at the next start.
        """
        self._complaint = complaint
        self._turn = turn
        self._again = again
        self._after_a_fault = after_a_fault
        self._woken = asyncio.Event()
        self._waits = False
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def rests(self) -> bool:
        """Nothing is under way or about to be, so that what a turn comes to is all written down."""
        return self._waits and not self._woken.is_set()

    def wake(self, after: float = 0.0) -> None:
        """Make a turn, in `after` seconds: what is woken for meanwhile is done in the same one."""
        if after <= 0:
            self._woken.set()
        elif self._alarm is None:
            self._alarm = asyncio.get_running_loop().call_later(after, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self._woken.set()

    async def run(self) -> None:
        """Run until cancelled."""
        try:
            while True:
                # Before the turn: whatever comes up while it looks is looked at in another one.
                self._woken.clear()
                await self._wait(await self._once())
        finally:
            if self._alarm is not None:
                self._alarm.cancel()
                self._alarm = None

    async def _once(self) -> float | None:
        """Make one turn, whatever comes of it; returns the seconds until the next."""
        try:
            return await self._turn()
        except StorageError:
            log.exception("%s; trying again", self._complaint)
            # Not even when woken: a storage that fails is not to be asked as fast as it fails.
            await asyncio.sleep(AGAIN)
            return max(self._again - AGAIN, 0.0)
        except Exception:
            if self._after_a_fault is None:
                raise
            log.exception("%s", self._complaint)
            return self._after_a_fault

    async def _wait(self, seconds: float | None) -> None:
        self._waits = seconds is None or seconds > 0
        try:
            async with asyncio.timeout(None if seconds is None else max(seconds, 0.0)):
                await self._woken.wait()
        except TimeoutError:
            return
        finally:
            self._waits = False


async def until_stored(work: Callable[[], Awaitable[T]], complaint: str) -> T:
    """The result of `work`, done again for as long as storage fails. Raises every other exception."""
    while True:
        try:
            return await work()
        except StorageError:
            log.exception("%s; trying again", complaint)
            await asyncio.sleep(AGAIN)


async def if_stored(work: Callable[[], Awaitable[T]], complaint: str) -> T | None:
    """The result of `work`, or None when storage fails: it stays due in the journal, so a loop begins it anew.

    Not at once: that would be as fast as storage fails.
    """
    try:
        return await work()
    except StorageError:
        log.exception("%s; trying again", complaint)
        await asyncio.sleep(AGAIN)
        return None


class TaskSet:
    """Pieces of work under way side by side, so that a supplier that doesn't answer holds up nobody else's."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self._asked = Counter[Hashable]()

    def __len__(self) -> int:
        return len(self._running)

    def __iter__(self) -> Iterator[asyncio.Task[None]]:
        return iter([*self._running])

    def is_at(self, asked: Hashable) -> bool:
        """True while something that was begun as the answer to this is under way."""
        return self._asked[asked] > 0

    def start(
        self, work: Coroutine[Any, Any, None], complaint: str, asked: Hashable | None = None
    ) -> asyncio.Task[None]:
        """Begin. `complaint` is for the log, should a fault of ours end it: it stays one however often it is tried."""

        def ended(task: asyncio.Task[None]) -> None:
            self._running.discard(task)
            self._asked[asked] -= 1
            if self._asked[asked] == 0:
                del self._asked[asked]
            if not task.cancelled() and (fault := task.exception()) is not None:
                log.error("%s", complaint, exc_info=fault)

        task = asyncio.create_task(work)
        self._running.add(task)
        self._asked[asked] += 1
        task.add_done_callback(ended)
        return task

    @property
    def idle(self) -> bool:
        return not self._running

    async def stop(self, grace: float | None = None) -> None:
        """Give up what is under way, where a `grace` is given only after so many seconds in which it may end."""
        if grace is not None and self._running:
            await asyncio.wait(self._running, timeout=grace)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
