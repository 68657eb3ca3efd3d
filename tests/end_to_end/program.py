"""The real program as a process of its own, which never outlives the test that started it.

It is forked from one that has imported it already (`tests.end_to_end.warm`), where nothing else is asked for.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.started import Started, start

ROOT = Path(__file__).parents[2]
STOPPING = 20.0
"""Seconds in which a stopped program must have ended; most of it is room for slow machines."""


def environment() -> dict[str, str]:
    """Ours, with the house on the path and without settings that a developer may have."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ORDERBOT_")}
    return clean | {"PYTHONPATH": str(ROOT)}


@dataclass(frozen=True, slots=True)
class Program:
    """A running `orderbot run`."""

    process: Started
    log: Path

    async def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.process.kill()
        assert await self.process.wait() == -signal.SIGKILL, self.log.read_text()

    async def writes(self, words: str) -> None:
        """Wait until this is in its log."""
        async with asyncio.timeout(STOPPING):
            while words not in self.log.read_text():  # noqa: ASYNC110  a file rings no bell
                await asyncio.sleep(0.01)

    async def stop(self) -> int:
        """SIGTERM. Returns the exit code; TimeoutError when it doesn't end."""
        self.process.terminate()
        return await self.ends()

    async def ends(self) -> int:
        """Wait for its end. Returns the exit code; TimeoutError when it doesn't end."""
        async with asyncio.timeout(STOPPING):
            return await self.process.wait()


@asynccontextmanager
async def running(config: Path) -> AsyncIterator[Program]:
    """`orderbot run --config FILE`, killed at the end if it still runs. What it logs is added to a file beside it."""
    log = config.with_suffix(".log")
    with log.open("ab") as stderr:
        arguments = ("run", "--config", str(config))
        process = await start(arguments, cwd=config.parent, env=environment(), stdout=stderr, stderr=stderr)
    try:
        yield Program(process, log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
