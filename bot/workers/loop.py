"""Work that somebody waits for, done side by side, so that a supplier that doesn't answer holds up nobody else's."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class TaskSet:
    """Pieces of work under way. Each has to deal with its own failures."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    @property
    def idle(self) -> bool:
        return not self._running

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
