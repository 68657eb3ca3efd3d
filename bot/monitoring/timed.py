"""A database whose transactions are timed, from when one is wanted to its end: waiting for one's turn is a part of it.

It is put around the real one only where somebody measures, so that it costs nothing elsewhere.
"""

from collections.abc import Callable, Coroutine
from time import perf_counter
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.monitoring.measures import Measures
from storage.database import Database, Reader, Transaction

P = ParamSpec("P")
T = TypeVar("T")


class TimedDatabase:
    """A `storage.database.Database` before another one."""

    def __init__(self, database: Database, measures: Measures) -> None:
        self._database = database
        self._measures = measures

    def run(self, work: Callable[[Transaction], T], then: Callable[[T], None] | None = None) -> Coroutine[Any, Any, T]:
        return self._timed("write", self._database.run(work, then))

    def read(
        self, work: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Coroutine[Any, Any, T]:
        return self._timed("read", self._database.read(work, *args, **kwargs))

    def expect_others(self) -> None:
        self._database.expect_others()

    async def close(self) -> None:
        await self._database.close()

    async def _timed(self, kind: str, transaction: Coroutine[Any, Any, T]) -> T:
        began = perf_counter()
        try:
            return await transaction
        finally:
            self._measures.transacted(kind, perf_counter() - began)
