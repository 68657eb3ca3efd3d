"""Answers whoever watches the bot: is it alive, and is it ready.

A program that hangs looks like one that has nothing to do, so both are asked of the parts that do the work. Alive: the
event loop turns (it answers) and the threads of the database answer, whatever they say: else only a restart helps.
Ready: the database takes transactions and Telegram brings updates: else a restart helps nothing, and somebody has to
look.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from storage.database import Database, Reader, Transaction
from storage.errors import StorageError

T = TypeVar("T")
ANSWERS_WITHIN: Final = 10.0
"""Seconds that a part has to answer. More than a transaction waits for another process that writes, which is 5."""
FAILS: Final = "fails; the log says why"


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """The state of one part: `fault` is a few words about it, empty when all is well. Nothing secret is in it."""

    name: str
    fault: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.fault or 'ok'}"


class Probe(Generic[T]):
    """Asks a part that may never answer. There is one question at a time, however often and long it is asked."""

    def __init__(self, ask: Callable[[], Coroutine[Any, Any, T]]) -> None:
        """`ask` raises nothing."""
        self._ask = ask
        self._asking: asyncio.Task[T] | None = None

    async def answer(self, within: float) -> T | None:
        """The answer; None when there is none in so many seconds."""
        if self._asking is None or self._asking.done():
            # In no one's context: it may be shared by many who ask.
            self._asking = asyncio.create_task(self._ask(), context=Context())
        # Not cancelled: a transaction is waited for to its end whoever cancels.
        asking = self._asking
        await asyncio.wait({asking}, timeout=within)
        return asking.result() if asking.done() else None


async def _fault_of(transaction: Coroutine[Any, Any, None]) -> str:
    """The fault with which a transaction ends, empty without one."""
    try:
        await transaction
    except StorageError:
        return FAILS
    except Exception as error:  # noqa: BLE001  it is told: a closed connection raises what it likes
        return f"fails ({type(error).__name__})"
    return ""


class Health:
    """The state of the running bot.

    `telegram` gives the fault with which updates come in, empty when they come as they should. It is asked for nothing
    that can wait.
    """

    def __init__(
        self, database: Database, telegram: Callable[[], Awaitable[str]], *, within: float = ANSWERS_WITHIN
    ) -> None:
        """`within`: seconds that a part has to answer."""
        self._within = within
        self._reading = Probe(lambda: _fault_of(database.read(_look)))
        self._writing = Probe(lambda: _fault_of(database.run(_touch)))
        self._telegram = telegram

    async def alive(self) -> list[HealthCheck]:
        """One check for each part without which nothing goes on. That this returns shows that the loop turns."""
        reading, writing = await self._database()
        silent = reading is None or writing is None
        return [HealthCheck("loop"), HealthCheck("database", self._silence if silent else "")]

    async def ready(self) -> list[HealthCheck]:
        """One check for each part without which people are not served."""
        reading, writing = await self._database()
        fault = self._silence if reading is None or writing is None else reading or writing
        return [HealthCheck("database", fault), HealthCheck("telegram", await self._telegram())]

    async def _database(self) -> tuple[str | None, str | None]:
        return await asyncio.gather(self._reading.answer(self._within), self._writing.answer(self._within))

    @property
    def _silence(self) -> str:
        return f"doesn't answer within {self._within:g} s"


def _look(reader: Reader) -> None:
    reader.fetchrow("SELECT 1 AS n")


def _touch(_: Transaction) -> None:
    """Begin and commit, which is all that it takes to see that others may."""
