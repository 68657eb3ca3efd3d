"""The real bot as a task of the test's own process: the quick way to play a dialogue."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import App, build
from bot.settings.model import load_settings
from providers.base import ListsProducts
from storage import watching
from tests.bench import until
from tests.end_to_end.clock import StandingClock, followed
from tests.end_to_end.gate import Gate, Held
from tests.end_to_end.house import ADMIN, World
from tests.end_to_end.on_the_way import on_the_way
from tests.storage.direct import reading

DUE = "SELECT id FROM outbox WHERE state = 'waiting' AND not_before <= $1"


class Undisturbed:
    """The bot of a `LivePlayer`; `who` is the person that has done the last thing."""

    is_killed = False
    who = ADMIN

    def __init__(self, house: World, app: App) -> None:
        self._house = house
        self._app = app

    async def take_in(self) -> None:
        await self._house.taken_in()
        await self._house.all_said(self.who)

    async def later(self, seconds: int) -> None:
        # What was said is noted a moment later, and its time counts.
        await self._app.delivery.flush()
        await until(self._noted)
        StandingClock.beside(self._house.config_file).advance(seconds)
        self._app.sender.wake_all()
        self._app.reconciler.wake()
        # A card is changed so often and no oftener by the same clock.
        self._app.delivery.wake()
        await self._app.status_notices.turn()

    async def _noted(self) -> bool:
        return not reading(self._app.database).fetch(DUE, self._app.clock())

    async def hear(self, gate: Gate, held: Held) -> None:
        await self._house.all_said(self.who)
        said = len(self._house.history[self.who])
        gate.let_through(held)
        await self._house.says_more(said, self.who)

    async def read_lists(self) -> None:
        """Return when all suppliers' lists of products were read."""
        for account, provider in self._app.providers.items():
            if isinstance(provider, ListsProducts):
                assert await self._app.catalogues.refresh(account), f"{account} has not shown it"

    async def watch(self, *, due: bool) -> None:
        """Ask about all orders whose time has come, of which there must be some if `due`, else none."""
        app = self._app
        found = [
            order
            for account in app.providers
            for order in watching.due(reading(app.database), account, app.clock(), 100)
        ]
        assert bool(found) == due, f"{len(found)} orders are due to be watched"
        for order in found:
            await app.status_watch.look(order)
        await self._house.all_said()

    async def miss(self) -> None:
        await self._house.until(lambda: not on_the_way(self._house))
        await self._house.all_said()


@asynccontextmanager
async def undisturbed(house: World) -> AsyncIterator[Undisturbed]:
    """With the clock beside the settings, if there is one."""
    config = house.config_file if house.config_file.exists() else house.config()
    clock = StandingClock.beside(config)
    if not clock.path.exists():
        async with _running(house) as bot:
            yield bot
        return
    with followed(clock):
        async with _running(house) as bot:
            yield bot


@asynccontextmanager
async def _running(house: World) -> AsyncIterator[Undisturbed]:
    async with build(load_settings(house.config_file)) as app:
        # A dialogue says when orders are watched.
        vars(app.status_watch)["run"] = asyncio.Event().wait
        running = asyncio.create_task(app.run())
        try:
            yield Undisturbed(house, app)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
