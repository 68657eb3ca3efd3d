"""People who order from several bots on one PostgreSQL, of which one is killed every few seconds and started again.

Updates come again and late, now and then to two bots at once; once the server may be restarted under all of them.
"""

import asyncio
import random
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from tests import postgres
from tests.chaos.street import PEOPLE, Street, settings
from tests.chaos.tally import Tally
from tests.end_to_end.house import world
from tests.end_to_end.replicas import Replicas, replicas

AGAIN = (0.1, 0.6)
"""Seconds between two updates that come once more."""
LATE, LATE_BY = 0.08, (0.0, 2.0)
"""How many answers are preceded by something that comes after them, and by how many seconds it is late."""
SEEN = "SELECT update_id FROM updates"
PUT_ASIDE = "SELECT update_id, error FROM failed_updates"


@dataclass(kw_only=True)
class ReplicatedStreet(Street):
    """A street whose bots share the work."""

    bots: Replicas
    server: postgres.Server | None = None
    """The one to be restarted."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._late: set[asyncio.Task[None]] = set()
        self._chance = random.Random(f"{self.seed} late")  # noqa: S311  it has to be repeatable

    async def answers(self, who: int, does: str, first: str) -> None:
        if self._chance.random() < LATE:
            # On the screen it stands above the answer, and it comes after it.
            update = self.house.telegram.say(who, "/orders")
            self.house.telegram.withhold(update)
            self.tally.updates["late"] += 1
            task = asyncio.create_task(self._bring(update, self._chance.uniform(*LATE_BY)))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
        await super().answers(who, does, first)

    async def _bring(self, update: int, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.house.telegram.redeliver(update)

    async def come_again(self) -> None:
        """One update after another, new ones and old ones."""
        chance = random.Random(f"{self.seed} again")  # noqa: S311  as above
        while self.day:
            await asyncio.sleep(chance.uniform(*AGAIN))
            if every := [*self.house.telegram._updates._all]:
                newest = every[-min(len(every), len(PEOPLE)) :]
                self.house.telegram.redeliver(chance.choice(chance.choice([newest, every])))
                self.tally.updates["repeated"] += 1

    async def kills(self, seconds: float, every: float) -> None:
        """Kill one bot every few seconds, in the middle of whatever it does; in the end all are left alone."""
        chance = random.Random(f"{self.seed} kills")  # noqa: S311  as above
        end = monotonic() + seconds
        while monotonic() < end:
            await asyncio.sleep(chance.uniform(0.5, 1.5) * every)
            self.tally.kills += chance.choice(self.bots.every).send(signal.SIGKILL)
        self.day = False

    async def rolls(self) -> None:
        """Have one bot after another stopped and started again, as for new settings."""
        for bot in self.bots.every:
            bot.send(signal.SIGTERM)
            assert await bot.ended(1) == 0, bot.log.read_text()[-4000:]
            await bot.listens()
        self.day = False

    async def restart(self, after: float) -> None:
        """Kill the server of the database and start it again."""
        assert self.server is not None
        await asyncio.sleep(after)
        # In one go, since whoever reads the database meanwhile holds up everything else here.
        await asyncio.to_thread(self.server.restart)
        self.tally.restarts += 1

    async def everything_is_said(self) -> None:
        await asyncio.gather(*self._late)
        await self.house.taken_in()
        await super().everything_is_said()
        self._check_updates()

    def _check_updates(self) -> None:
        """Each has had its effect, or was recognised."""
        seen = {row["update_id"] for row in self.books.journal.rows(SEEN)}
        came = {
            number
            for number, update in self.house.telegram._updates._all.items()
            if {"message", "callback_query"} & set(update)
        }
        self.audit.lost += [f"update {number} was taken and forgotten" for number in sorted(came - seen)]
        for row in self.books.journal.rows(PUT_ASIDE):
            self.audit.lost.append(f"update {row['update_id']} was put aside: {row['error']}")

    def count_updates(self) -> None:
        balancer = self.bots.balancer
        self.tally.updates["all"] += len(self.house.telegram._updates._all)
        self.tally.updates["at two bots at once"] += balancer.at_two
        self.tally.updates["answered with an error"] += sum(balancer.answers.values()) - balancer.answers[200]
        self.tally.longest = max(self.tally.longest, *balancer.taken_after.values(), 0.0)
        self.tally.lives += sum(len(one.ends) + one.runs for one in self.bots.every)


async def replicated(
    folder: Path,
    tally: Tally,
    happens: Callable[[ReplicatedStreet], Coroutine[Any, Any, None]],
    *,
    seed: int,
    count: int,
    restart: float | None = None,
) -> None:
    """One house with so many bots, and what happens to them. Raises AssertionError as `Street.play` does.

    `restart`: after so many seconds the database's server is killed and started again.
    """
    server = None if restart is None else await asyncio.to_thread(postgres.new_server)
    chance = random.Random(f"{seed} balancer")  # noqa: S311  as above
    try:
        async with (
            world(folder, database="postgresql", server=server) as house,
            replicas(house, settings(house, seed), count, chance) as bots,
        ):
            street = ReplicatedStreet(house, seed, tally, bots=bots, server=server)
            try:
                restarts = [] if restart is None else [street.restart(restart)]
                await street.play(happens(street), street.come_again(), *restarts)
                assert not bots.ended_by_themselves()
            finally:
                street.count_updates()
    finally:
        if server is not None:
            await asyncio.to_thread(postgres.remove, server)
