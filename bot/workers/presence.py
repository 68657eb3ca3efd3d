"""Notes that the bot is there, and makes questions of what it would have sent by itself while it was not.

To act on what was right a while ago is not right for ever: a machine that slept, a database that was put back, a clock
that was set. What was confirmed before such an absence is sent when somebody confirms it again.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Final

from bot.clock import SECOND, Clock, read
from bot.conversation.views import Hold
from bot.desk.unit import Unit
from bot.journal.views import Result
from bot.words.alarms import was_away
from bot.workers.loop import Loop
from bot.workers.reports import Reports
from providers.orders import Outcome
from storage import batches, program, sending
from storage.database import Database, Reader
from storage.orders import Order
from storage.program import Heartbeat

log = logging.getLogger(__name__)
EVERY: Final = 20.0
"""Seconds between two heartbeats at most; less where the settings' `absence` is short."""
AWAY: Final = "absence"
RESTORED: Final = "restored"
_AT_A_TIME: Final = 100
_NOBODY: Final = "nobody"
"""The holder of no claim."""


class Presence:
    """Notes heartbeats, and compares them with the clock."""

    def __init__(self, database: Database, reports: Reports, clock: Clock) -> None:
        self._database = database
        self._reports = reports
        self._clock = clock
        self._absence = int(reports.desk.rules.absence * SECOND)
        self._loop = Loop("a heartbeat could not be noted", self._turn)
        self._drift = clock.drift()
        self._seen = clock.unaided()
        self._last = clock()
        self._absent: Result | None = None
        self._checking = asyncio.Lock()

    def wake(self) -> None:
        """The clock was moved."""
        self._loop.wake()

    async def begin(self) -> None:
        """At a start, before anything is sent: find out how long the bot was away, and from what it goes on.

        Killed meanwhile, it is found out again.
        """
        last = await self._database.read(program.last_heartbeat)
        copied_at = await self._database.read(program.copied_at)
        seen_at = last.now if last is not None else await self._database.read(program.last_seen)
        if last is not None:
            self._clock.resume(forward=last.forward, up=last.up)
        if copied_at is not None:
            await self._restored(copied_at)
        elif seen_at is not None and not 0 <= self._clock() - seen_at <= self._absence:
            await self._away(seen_at)
            await self._beat(away_since=seen_at)
            return
        await self._beat()

    async def run(self) -> None:
        """Run until cancelled."""
        await self._loop.run()

    async def check(self) -> Result | None:
        """Before anything is sent: after an absence that isn't over by itself.

        Returns what the last absence has made of orders, None without one: it is another one when there was another.
        One at a time: what is confirmed after one absence is not held for the same once more.
        """
        async with self._checking:
            gone = max(self._clock.drift() - self._drift, self._clock.unaided() - self._seen)
            if gone > self._absence:
                log.warning("the bot was away, or its clock was set, for %d s", gone // SECOND)
                await self._away(self._last)
                await self._beat()
            return self._absent

    async def _turn(self) -> float:
        await self.check()
        await self._beat()
        return min(EVERY, self._absence / SECOND / 4)

    async def _beat(self, *, away_since: int | None = None) -> None:
        """Note that the bot is there, and tell the admins of the absence before it, where this is a start."""
        at = read(self._clock)
        drift, unaided = self._clock.drift(), self._clock.unaided()

        def work(unit: Unit) -> None:
            program.beat(unit.tx, Heartbeat(at.now, at.forward, at.up))
            # A heartbeat of the future tells of a clock that was set, not for how long nobody was there.
            if away_since is not None and away_since < at.now:
                gone = (at.now - away_since) / SECOND
                self._reports.post_to_admins(unit, lambda words: was_away(words, away_since, gone))

        if away_since is None:
            await self._database.run(lambda tx: program.beat(tx, Heartbeat(at.now, at.forward, at.up)))
        else:
            await self._reports.desk.run(work)
        self._drift, self._seen, self._last = drift, unaided, at.now

    async def _away(self, since: int) -> None:
        params = {"from": str(since), "until": str(self._clock())}
        self._absent = Result(Outcome.NOT_SENT, code=AWAY, params=params)
        # One question for a whole batch.
        while running := await self._database.read(batches.running, _AT_A_TIME):
            for batch in running:
                await self._reports.pause(batch.id, Hold.ABSENCE, params)
        if held := await self._hold(self._absent, sending.sent_by_itself):
            log.warning("%d orders that waited to be sent are asked about", held)

    async def _restored(self, copied_at: int) -> None:
        """Nobody knows what the original has sent since the copy was made."""
        restored = Result(Outcome.UNKNOWN, code=RESTORED, params={"at": str(copied_at)})
        # The original may have tried again since what was on its way.
        for order in await self._database.read(sending.abandoned, _NOBODY, self._clock.forward()):
            await self._reports.settle(order, restored)
        held = await self._hold(restored, sending.confirmed)
        at = _told(copied_at, self._reports.desk.zone)
        log.warning("this database is a copy of %s; %d orders that waited to be sent are looked for", at, held)

        def work(unit: Unit) -> None:
            program.is_original(unit.tx)
            self._reports.tell_admins(unit, "admins.restored", at=at, orders=str(held))

        await self._reports.desk.run(work)

    async def _hold(self, result: Result, waiting_now: Callable[[Reader, int], list[Order]]) -> int:
        """Settle everything that waits to be sent; returns how many orders that were."""
        held = 0
        while waiting := await self._database.read(waiting_now, _AT_A_TIME):
            for order in waiting:
                await self._reports.settle(order, result, unsent=True)
            held += len(waiting)
        return held


def _told(at: int, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(at / SECOND, UTC).astimezone(zone):%Y-%m-%d %H:%M}"
