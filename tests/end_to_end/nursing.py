"""Starts and kills the bot again and again through `tests.end_to_end.nursery`."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.end_to_end.dying import Death
from tests.end_to_end.house import PATIENCE
from tests.end_to_end.program import ROOT, environment

KILLED = -9


class Nursed:
    """A bot in a process of its own."""

    def __init__(self, nursery: "Nursing", pid: int) -> None:
        self._nursery = nursery
        self._pid = pid
        self.log = Path()
        self.gone: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def dies(self) -> None:
        """Wait until it has killed itself."""
        async with asyncio.timeout(PATIENCE):
            code = await asyncio.shield(self.gone)
        assert code == KILLED, self.log.read_text()

    async def kill(self) -> None:
        """kill -9 from outside, unless it is dead already; wait until it is gone."""
        if not self.gone.done():
            self._nursery.tell(kill=self._pid)
        await self.dies()


class Nursing:
    """One nursery, which starts one bot at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._started: asyncio.Queue[Nursed] = asyncio.Queue()
        self._nursed: dict[int, Nursed] = {}
        self._committed = asyncio.Event()

    def tell(self, **what: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(what)}\n".encode())

    async def start(self, config: Path, deaths: Collection[Death] = ()) -> Nursed:
        """A new bot with these settings, which dies at the first of `deaths`. What it logs is added to a file."""
        for left_by_a_failed_test in list(self._nursed.values()):
            await left_by_a_failed_test.kill()
        self.tell(config=str(config), deaths=[[death.kind, death.when] for death in deaths])
        async with asyncio.timeout(PATIENCE):
            nursed = await self._started.get()
        nursed.log = config.with_suffix(".log")
        return nursed

    async def until(self, so: Callable[[], bool]) -> None:
        """Wait until this holds; it is looked at now, after each commit of a bot, and when one is gone."""
        async with asyncio.timeout(PATIENCE):
            while True:
                self._committed.clear()
                if so():
                    return
                await self._committed.wait()

    async def listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._hear(json.loads(line))

    def _hear(self, told: dict[str, Any]) -> None:
        if "started" in told:
            nursed = self._nursed[told["started"]] = Nursed(self, told["started"])
            self._started.put_nowait(nursed)
        elif "gone" in told:
            self._nursed.pop(told["gone"]).gone.set_result(told["code"])
            self._committed.set()
        elif "committed" in told:
            self._committed.set()


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursing]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.end_to_end.nursery"),
        cwd=ROOT,
        env=environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    nursing = Nursing(process)
    listening = asyncio.create_task(nursing.listen())
    try:
        yield nursing
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        await listening
