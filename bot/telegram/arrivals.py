"""Updates that arrive one by one, brought to the inbox together: what comes while a commit runs is in the next one.

A commit for each would cost four times as much, and they would wait for each other. Those of one chat are handled in
turn, in the order of their ids where several are there: by webhook they may overtake each other.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any, Final

from bot.desk.desk import ChatHeldError
from bot.telegram.read import chat_of
from bot.telegram.receive import Inbox, log_failure
from bot.telegram.under_way import UnderWay

log = logging.getLogger(__name__)

HELD_WITHIN: Final = 1.25
"""Seconds for which an update waits while another replica is writing to its chat."""
LOOK_AGAIN: Final = 0.05
"""Seconds between two looks at whether it still is."""
COMMIT_WITHIN: Final = 30.0
"""Seconds until an update counts as not taken: Telegram, which waits for 60, is told so while it still listens."""


class NotTakenError(Exception):
    """An update has had no effect yet, as far as is known: it has to come again.

    `failed`: it was tried, and something is out of order, so that trying again at once helps nothing.
    """

    def __init__(self, said: str, *, failed: bool = False) -> None:
        super().__init__(said)
        self.failed = failed


@dataclass(frozen=True, slots=True, eq=False)
class _Arrival:
    raw: dict[str, Any]
    done: asyncio.Future[None]


class Arrivals:
    """The updates that wait for their commit. A chat to which a message is just on its way holds up no other.

    Of nothing here a restart, or another process, has to know: what isn't committed wasn't acknowledged.
    """

    def __init__(self, inbox: Inbox, under_way: UnderWay) -> None:
        self._inbox = inbox
        self._under_way = under_way
        self._waiting: list[_Arrival] = []
        self._arrived = asyncio.Event()
        self._apart: dict[int, asyncio.Task[None]] = {}
        """Chats that are handled by themselves at the moment."""

    async def take(self, raw: dict[str, Any]) -> None:
        """Return when an update is committed, or put aside with its error. Raises NotTakenError."""
        arrival = _Arrival(raw, asyncio.get_running_loop().create_future())
        self._waiting.append(arrival)
        self._arrived.set()
        try:
            async with asyncio.timeout(COMMIT_WITHIN):
                await arrival.done
        except TimeoutError:
            log.warning("update %s was not committed within %g s; it comes again", raw["update_id"], COMMIT_WITHIN)
            raise NotTakenError("too slow") from None
        finally:
            if arrival in self._waiting:
                self._waiting.remove(arrival)

    async def run(self) -> None:
        """Run until cancelled; what waits then is not taken."""
        try:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                if batch := self._next():
                    await self._handle_next(batch)
                    # Whoever came meanwhile has rung already, but not those who wait for a chat that was apart.
                    self._arrived.set()
        finally:
            apart = list(self._apart.values())
            for task in apart:
                task.cancel()
            await asyncio.gather(*apart, return_exceptions=True)
            self.refuse()

    def refuse(self) -> None:
        """Nothing of what waits is going to be taken."""
        for arrival in self._waiting:
            _end(arrival, NotTakenError("the bot is stopping"))
        self._waiting.clear()

    def _next(self) -> list[_Arrival]:
        """The next batch; chats to which something is on its way begin apart, and come again when that is done."""
        ready: list[_Arrival] = []
        apart: dict[int, list[_Arrival]] = {}
        waiting: list[_Arrival] = []
        for arrival in sorted(self._waiting, key=lambda one: int(one.raw["update_id"])):
            chat = chat_of(arrival.raw)
            if chat is not None and chat in self._apart:
                waiting.append(arrival)
            elif chat is not None and chat in self._under_way.serving:
                apart.setdefault(chat, []).append(arrival)
            else:
                ready.append(arrival)
        self._waiting = waiting
        for chat, batch in apart.items():
            self._apart[chat] = asyncio.create_task(self._handle_apart(chat, batch))
        return ready

    async def _handle_apart(self, chat: int, batch: list[_Arrival], after: float = 0.0) -> None:
        """Handle what a chat has to wait for, `after` seconds; where another replica is at it, for as long as that."""
        until = asyncio.get_running_loop().time() + HELD_WITHIN
        try:
            await asyncio.sleep(after)
            while True:
                batch = await self._handle(batch, waits=asyncio.get_running_loop().time() < until)
                if not batch:
                    return
                await asyncio.sleep(LOOK_AGAIN)
        except asyncio.CancelledError:
            for arrival in batch:
                _end(arrival, NotTakenError("the bot is stopping"))
            raise
        finally:
            del self._apart[chat]
            self._arrived.set()

    async def _handle_next(self, batch: list[_Arrival]) -> None:
        """Handle a batch; what other replicas are at comes again by itself, and holds up nobody else."""
        apart: dict[int, list[_Arrival]] = {}
        for arrival in await self._handle(batch, waits=True):
            apart.setdefault(chat_of(arrival.raw) or 0, []).append(arrival)
        for chat, held in apart.items():
            self._apart[chat] = asyncio.create_task(self._handle_apart(chat, held, LOOK_AGAIN))

    async def _handle(self, batch: list[_Arrival], *, waits: bool) -> list[_Arrival]:
        """Handle a batch and tell whoever waits for it; returns those that another replica holds up, if they wait."""
        try:
            failures = await self._inbox.take_in([arrival.raw for arrival in batch], waits=waits)
        except Exception as error:  # noqa: BLE001  it is logged, and each of them has to come again
            failures = [error] * len(batch)
        except asyncio.CancelledError:
            for arrival in batch:
                _end(arrival, NotTakenError("the bot is stopping"))
            raise
        held = [one for one, failure in zip(batch, failures, strict=True) if isinstance(failure, ChatHeldError)]
        failed = [one for one in failures if one is not None and not isinstance(one, ChatHeldError)]
        if failed:
            log_failure(failed[0], f"{len(failed)} updates could not be handled; they come again")
        for arrival, failure in zip(batch, failures, strict=True):
            if not isinstance(failure, ChatHeldError):
                _end(arrival, None if failure is None else NotTakenError(type(failure).__name__, failed=True))
        return held


def _end(arrival: _Arrival, failure: NotTakenError | None) -> None:
    """Tell whoever waits for it, if anybody still does."""
    if arrival.done.done():
        return
    if failure is None:
        arrival.done.set_result(None)
    else:
        arrival.done.set_exception(failure)
