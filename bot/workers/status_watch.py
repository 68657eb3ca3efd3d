"""The watch over placed orders: suppliers are asked by and by, so that cards stay true without anybody asking.

Each account has its own pace: a slow or failing one holds up no other. When to ask next is in storage.
"""

import asyncio
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from bot.clock import SECOND, Watch, read
from bot.conversation.views import Freshness
from bot.desk.desk import Desk
from bot.desk.unit import Unit
from bot.journal import progress
from bot.journal.rules import account_pause, next_watch
from bot.monitoring.context import about
from bot.workers import status_reading
from bot.workers.loop import Loop
from providers.base import Provider, ReadsStatus
from providers.orders import Progress
from storage import watching
from storage.database import Database
from storage.errors import StorageError
from storage.orders import Order

log = logging.getLogger(__name__)
WITHIN: Final = 30.0
"""Seconds that the watcher waits for an answer; nobody waits with it."""
NOT_THERE_TWICE: Final = 2
"""Answers in a row that there is no such order, after which whoever ordered is told."""
_IDLE: Final = 60.0


class StatusWatch:
    """Watches the orders of all accounts that read a status."""

    def __init__(self, database: Database, desk: Desk, providers: Mapping[str, Provider[Any]], clock: Watch) -> None:
        self._database = database
        self._desk = desk
        self._providers = {name: made for name, made in providers.items() if isinstance(made, ReadsStatus)}
        self._clock = clock
        self._loops = {
            name: Loop(f"orders of {name} could not be watched", partial(self._next_turn, name))
            for name in self._providers
        }
        self._free_at = dict.fromkeys(self._providers, 0)
        self._failures = dict.fromkeys(self._providers, 0)
        self._not_there: dict[str, int] = {}

    def wake(self) -> None:
        """The clock was moved, or an order was placed."""
        for loop in self._loops.values():
            loop.wake()

    async def run(self) -> None:
        """Run until cancelled, also when no account reads a status."""
        await asyncio.gather(asyncio.Event().wait(), *(loop.run() for loop in self._loops.values()))

    async def _next_turn(self, account: str) -> float:
        return 0 if await self.turn(account) else await self._wait(account)

    async def _wait(self, account: str) -> float:
        """Seconds until there is something to ask; whatever is placed meanwhile wakes us."""
        due_at = await self._database.read(watching.next_at, account)
        if due_at is None:
            return _IDLE
        return min(max((max(due_at, self._free_at[account]) - self._clock.forward()) / SECOND, 0.01), _IDLE)

    async def turn(self, account: str) -> bool:
        """Ask about the order that is overdue longest; False when none is due, or the account has to be left alone."""
        now = self._clock.forward()
        if now < self._free_at[account]:
            return False
        found = await self._database.read(watching.due, account, now, 1)
        if not found:
            return False
        with about(account=account, reference=found[0].reference):
            answered = await self.look(found[0])
        self._failures[account] = 0 if answered else self._failures[account] + 1
        gap = max(self._desk.rules.watch_gap, self._providers[account].watch_gap)
        pause = max(gap, account_pause(self._failures[account]))
        self._free_at[account] = self._clock.forward() + int(pause * SECOND)
        return True

    async def look(self, order: Order) -> bool:
        """Ask about one order now, and write down what came of it; False when the account didn't answer."""
        asked_at = self._clock()
        found = await status_reading.read_status(self._providers.get(order.account), order.number or "", WITHIN)
        if isinstance(found, Progress):
            self._not_there.pop(order.reference, None)
            await self._told(order, found, asked_at)
            return True
        if found is Freshness.NOT_THERE:
            await self._is_not_there(order, asked_at)
        failures = order.watch_failures
        changed_at = order.status_at or order.settled_at or asked_at
        at = next_watch(read(self._clock), changed_at, failures + 1)
        await self._database.run(lambda tx: watching.not_read(tx, order.reference, failures, at))
        return found is Freshness.NOT_THERE

    async def _is_not_there(self, order: Order, asked_at: int) -> None:
        """Count an answer that there is no such order, and say so at the second in a row."""
        provider = self._providers[order.account]
        age = asked_at - (order.settled_at or asked_at)
        if not provider.knows_at_once and age < self._desk.rules.lag * SECOND:
            return
        said = self._not_there[order.reference] = self._not_there.get(order.reference, 0) + 1
        if said < NOT_THERE_TWICE:
            return
        del self._not_there[order.reference]

        def work(unit: Unit) -> None:
            change = progress.record_not_there(unit.tx, order)
            if change is not None:
                status_reading.tell_progress(unit, self._desk, change)

        await self._desk.run(work)

    async def _told(self, order: Order, found: Progress, asked_at: int) -> None:
        try:
            await self._write(order, found, asked_at, telling=True)
        except StorageError:
            raise
        except Exception:
            # Else the same would be asked, and fail, for ever.
            log.exception("a change of order %s could not be told", order.reference)
            await self._write(order, found, asked_at, telling=False)

    async def _write(self, order: Order, found: Progress, asked_at: int, *, telling: bool) -> None:
        desk = self._desk
        account = desk.accounts.get(order.account)

        def work(unit: Unit) -> None:
            change = progress.record_progress(unit.tx, order, found, asked_at, at=read(self._clock), account=account)
            if change is not None and change.differs and telling:
                status_reading.tell_progress(unit, desk, change)

        await desk.run(work)
