"""The answer to a look at `/metrics`: what was noted since the start, and what stands in storage at this moment.

Storage is asked once a look, and bounded: one that hangs must not silence what would tell of it.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Final

from aiohttp import web

from bot.monitoring.figures import StoredFigures, read_figures
from bot.monitoring.health import Probe
from bot.monitoring.meters import CONTENT_TYPE, Meters, Moment
from storage.database import Database

log = logging.getLogger(__name__)
METRICS_PATH: Final = "/metrics"
FIGURES_WITHIN: Final = 5.0
"""Seconds that storage has to answer; Prometheus waits 10 for all of it."""


class Scrape:
    """Answers looks. All callables are asked at each of them, and must not wait."""

    def __init__(
        self,
        meters: Meters,
        database: Database,
        accounts: Collection[str],
        *,
        now: Callable[[], int],
        telegram: Callable[[], Awaitable[str]],
        silence: Callable[[], float],
        disk_free: Callable[[], int | None],
        unreachable: Callable[[], Mapping[str, float]],
        leads: Callable[[], bool | None] = lambda: None,
    ) -> None:
        """`now` gives UTC microseconds, `telegram` a fault as in `Health`; the others what `Moment` has of them."""
        self._meters = meters
        self._database = database
        self._accounts = accounts
        self._now = now
        self._telegram = telegram
        self._silence = silence
        self._disk_free = disk_free
        self._unreachable = unreachable
        self._leads = leads
        self._figures = Probe(self._read)

    async def text(self) -> str:
        figures = await self._figures.answer(FIGURES_WITHIN)
        hears = not await self._telegram()
        silence, disk_free, unreachable = self._silence(), self._disk_free(), self._unreachable()
        return self._meters.text(Moment(figures, hears, silence, disk_free, unreachable, self._leads()))

    async def _read(self) -> StoredFigures | None:
        try:
            return await self._database.read(read_figures, self._accounts, self._now(), self._leads() is not None)
        except Exception as error:  # noqa: BLE001  it is told as a metric, and workers log what storage says
            log.info("the figures in storage could not be read: %s", type(error).__name__)
            return None

    def route(self) -> web.RouteDef:
        """The one path at which all metrics are."""

        async def look(_: web.Request) -> web.Response:
            return web.Response(text=await self.text(), headers={"Content-Type": CONTENT_TYPE})

        return web.get(METRICS_PATH, look)
