"""The real program, killed with SIGKILL at random moments of real conversations, and what staff make of it."""

import asyncio
import random
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.street import PATIENCE, Street, settings
from tests.chaos.tally import Tally
from tests.end_to_end.config import as_toml
from tests.end_to_end.house import world
from tests.end_to_end.nursing import Nursed, Nursing

STARTING, LONGEST = 0.3, 0.8
"""Seconds in which a bot is killed that has only just been started, or that listens."""


@dataclass(kw_only=True)
class Crashes(Street):
    """A street whose only bot is killed again and again."""

    nursing: Nursing
    config: Path
    bot: Nursed | None = None

    async def live_and_die(self, kills: int) -> None:
        """Started and killed so often, and left alone in the end."""
        chance = random.Random(f"{self.seed} kills")  # noqa: S311  it has to be repeatable
        for _ in range(kills):
            self.bot = await self.nursing.start(self.config)
            self.tally.lives += 1
            # A slow machine must not kill every bot before it has done anything.
            if chance.random() < 0.3:
                await asyncio.sleep(chance.uniform(0, STARTING))
            else:
                await self.house.telegram.wait_for_call("getUpdates", self._polls() + 1, PATIENCE)
                await asyncio.sleep(chance.uniform(0, LONGEST))
            assert not self.bot.gone.done(), self.bot.log.read_text()[-4000:]
            await self.bot.kill()
            self.tally.kills += 1
        self.day = False
        self.tally.lives += 1
        self.bot = await self.nursing.start(self.config)

    def _polls(self) -> int:
        return sum(call.method == "getUpdates" for call in self.house.telegram.calls)


async def crash(folder: Path, nursing: Nursing, tally: Tally, *, seed: int, kills: int) -> None:
    """One house, killed so often. Raises AssertionError when a promise is broken; the tally knows it in any case."""
    async with world(folder) as house:
        street = Crashes(house, seed, tally, nursing=nursing, config=folder / "orderbot.toml")
        street.config.write_text(as_toml(settings(house, seed)), encoding="utf-8")
        try:
            await street.play(street.live_and_die(kills))
        finally:
            if street.bot is not None:
                await street.bot.kill()
