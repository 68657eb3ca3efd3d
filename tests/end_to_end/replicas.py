"""Several bots on one PostgreSQL, by webhook behind a balancer, each of which is started again when it has ended.

They are real processes with a settings file each, which differ in nothing but where they listen.
"""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.end_to_end.balancer import Balancer
from tests.end_to_end.config import as_toml
from tests.end_to_end.house import PATIENCE, SECRET, World, free_port
from tests.end_to_end.program import environment
from tests.end_to_end.started import Started, start

STARTED_AGAIN = 0.2
"""Seconds that whoever keeps a bot running lets go by before it starts the next."""
KILLED = -signal.SIGKILL
LEADS = b"this replica leads from now on"


@dataclass
class Replica:
    """One place for a bot. `ends` are the exit codes of those that were here."""

    config: Path
    port: int
    process: Started | None = None
    ends: list[int] = field(default_factory=list)
    _begins_at: int = 0
    _rests: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.returncode is None

    @property
    def log(self) -> Path:
        return self.config.with_suffix(".log")

    @property
    def leads(self) -> bool:
        """A bot that runs here has said that it leads."""
        return self.runs and LEADS in self.log.read_bytes()[self._begins_at :]

    async def keep(self) -> None:
        """Start a bot, and the next when that has ended, until cancelled."""
        self._rests.set()
        try:
            while True:
                await self._rests.wait()
                with self.log.open("ab") as log:
                    self._begins_at = log.tell()
                    arguments = ("run", "--config", str(self.config))
                    self.process = await start(
                        arguments, cwd=self.config.parent, env=environment(), stdout=log, stderr=log
                    )
                self.ends.append(await self.process.wait())
                await asyncio.sleep(STARTED_AGAIN)
        finally:
            if self.process is not None:
                self.process.kill()
                await self.process.wait()

    def send(self, number: signal.Signals) -> bool:
        """Send a signal to the bot; False when none runs here."""
        if self.process is None or not self.runs:
            return False
        self.process.send_signal(number)
        return True

    @contextmanager
    def without_another(self) -> Iterator[None]:
        """Start no other bot while the block runs."""
        self._rests.clear()
        try:
            yield
        finally:
            self._rests.set()

    async def ended(self, times: int) -> int:
        """Wait until so many bots have ended here; returns the exit code of the last of them."""
        async with asyncio.timeout(PATIENCE):
            while len(self.ends) < times:  # noqa: ASYNC110  a list rings no bell
                await asyncio.sleep(0.01)
        return self.ends[times - 1]

    async def listens(self) -> None:
        """Wait until a bot listens here."""
        async with asyncio.timeout(PATIENCE):
            while not await self._is_open():  # noqa: ASYNC110  a port rings no bell
                await asyncio.sleep(0.01)

    async def _is_open(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True


@dataclass
class Replicas:
    """All of them, and what stands before them."""

    house: World
    balancer: Balancer
    every: list[Replica]
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def begin(self) -> None:
        """Start them all at once; return when all listen."""
        self._tasks += [asyncio.create_task(replica.keep()) for replica in self.every]
        await asyncio.gather(*(replica.listens() for replica in self.every))

    async def leader(self) -> Replica:
        """Wait until one leads; returns it."""
        async with asyncio.timeout(PATIENCE):
            while not (leading := [one for one in self.every if one.leads]):  # noqa: ASYNC110  a log rings no bell
                await asyncio.sleep(0.02)
        return leading[-1]

    async def end(self) -> None:
        """kill -9, and wait until they are gone."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def ended_by_themselves(self) -> list[str]:
        """The last lines of the logs of bots that have ended though nobody killed them or told them to stop."""
        failed = [one for one in self.every if set(one.ends) - {KILLED, 0}]
        return [f"{one.config.stem} ended with {one.ends}: {one.log.read_text()[-500:]}" for one in failed]


@asynccontextmanager
async def replicas(
    house: World, settings: dict[str, Any], count: int, chance: random.Random, *, at_two: float | None = None
) -> AsyncIterator[Replicas]:
    """`count` bots with these settings, as of `World.settings`; all run when the block begins."""
    async with AsyncExitStack() as stack:
        ports = [stack.enter_context(free_port()) for _ in range(count)]
        balancer = await stack.enter_async_context(
            Balancer(ports, chance) if at_two is None else Balancer(ports, chance, at_two)
        )
        telegram = settings["telegram"] | {
            "mode": "webhook",
            "webhook_url": f"{balancer.url}/hook",
            "webhook_secret": SECRET,
        }
        made = Replicas(house, balancer, [])
        for number, port in enumerate(ports, start=1):
            config = house.folder / f"replica-{number}.toml"
            listens = {"telegram": telegram | {"listen": f"127.0.0.1:{port}"}}
            config.write_text(as_toml(settings | listens), encoding="utf-8")
            made.every.append(Replica(config, port))
        try:
            await made.begin()
            yield made
        finally:
            await made.end()
