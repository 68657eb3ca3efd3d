"""The real bot as a task of the test's own process: the quick way to play a dialogue."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import run
from bot.settings import load_settings
from tests.end_to_end.gate import Gate
from tests.end_to_end.house import World


class Undisturbed:
    """The bot of a `LivePlayer`."""

    is_killed = False

    def __init__(self, house: World) -> None:
        self._house = house

    async def take_in(self) -> None:
        await self._house.taken_in()
        await self._house.all_said()

    async def hear(self, gate: Gate) -> None:
        gate.let_through()
        await self._house.says_more()

    async def miss(self) -> None:
        await self._house.says_more()


@asynccontextmanager
async def undisturbed(house: World) -> AsyncIterator[Undisturbed]:
    running = asyncio.create_task(run(load_settings(house.config())))
    try:
        yield Undisturbed(house)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
