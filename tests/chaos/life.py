"""A bot in this process that can die at any moment as by `kill -9`: nothing more is written, nothing is finished."""

import asyncio
import contextlib
import functools
import ssl
from asyncio import unix_events
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest

import bot.app
from bot.app import App
from bot.clock import Clock as BotClock
from bot.ids import Ids
from bot.settings.model import Settings
from providers.http import Answer, Http
from storage.database import Database, Reader, Transaction
from storage.opening import open_database
from tests.end_to_end.dying import Death, DyingDatabase, Kind, When

P = ParamSpec("P")
T = TypeVar("T")

START = 1_790_000_000_000_000
"""Microseconds; some day in 2026."""
_CHILD: Any = vars(unix_events)["_UnixSubprocessTransport"]
"""What asyncio makes for each process; it has no other place in which all of them can be seen."""
_LIFE: ContextVar["Life | None"] = ContextVar("life", default=None)


@dataclass
class Clock:
    """The time of the house. Every look at it takes a millisecond; the rest passes when somebody says so.

    `gone` are the microseconds that have gone by, which suppliers and Telegram go by; `off` are those by which the
    bot's machine shows another time.
    """

    gone: int = 0
    off: int = 0
    let_go_by: int = 0

    def __call__(self) -> int:
        """The bot's machine's time."""
        return START + self.steady() + self.off

    def steady(self) -> int:
        self.gone += 1000
        return self.gone

    def time(self) -> datetime:
        """The right time, which is everybody else's."""
        return datetime.fromtimestamp((START + self.steady()) / 1_000_000, UTC)

    def advance(self, seconds: float) -> None:
        self.gone += int(seconds * 1_000_000)
        self.let_go_by += int(seconds * 1_000_000)

    def set(self, seconds: float) -> None:
        """Set the bot's machine's time by so many seconds, either way; no time goes by."""
        self.off += int(seconds * 1_000_000)


class LivedClock(BotClock):
    """The clock of one life, which has lived through whatever time the house let go by in it."""

    def __init__(self, house: Clock) -> None:
        super().__init__(house, house.steady)
        self._house = house
        self._let_go_by = house.let_go_by

    def unaided(self) -> int:
        return super().unaided() - (self._house.let_go_by - self._let_go_by)

    def reached(self) -> int:
        """As `forward`, without taking a look that would move it."""
        return self._forward + self._house.gone - self._begun + self._ahead


class _Mortal(DyingDatabase):
    """The database of one life: with it, it is over."""

    def __init__(self, inner: Database, life: "Life") -> None:
        super().__init__(inner, life.deaths, lambda: None)
        self._life = life

    async def run(self, work: Callable[[Transaction], T], then: Callable[[T], None] | None = None) -> T:
        self._life.goes_on()

        def until_death(tx: Transaction) -> T:
            result = work(tx)
            self._life.goes_on()
            return result

        return await super().run(until_death, then)

    async def read(self, work: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        self._life.goes_on()
        return await super().read(work, *args, **kwargs)

    def _die(self, kind: Kind | None, when: When) -> None:
        if kind is not None and Death(kind, when) in self._deaths:
            self._life.end()
            self._life.goes_on()


class Life:
    """One run of the bot. It dies at the first of `deaths`, which may be added to while it lives.

    `stumbles` are answers to creates over which its own code will fail, by what nobody foresaw.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.deaths: set[Death] = set()
        self.stumbles = 0
        self.over = False
        self.app: App | None = None
        self.tasks: set[asyncio.Task[Any]] = set()
        self._things = AsyncExitStack()
        self._main: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def begin(self) -> None:
        """Until it runs; what it opens here is closed by `bury` or `stop`, since the dead close nothing."""
        self._loop = asyncio.get_running_loop()
        token = _LIFE.set(self)
        try:
            self.app = await self._things.enter_async_context(bot.app.build(self._settings))
            self._main = asyncio.get_running_loop().create_task(self.app.run())
        finally:
            _LIFE.reset(token)

    async def open_database(self, url: str) -> Database:
        """What the bot gets instead of its database."""
        return _Mortal(await open_database(url), self)

    def goes_on(self) -> None:
        """Raises CancelledError in whatever a dead bot would still do."""
        if self.over:
            raise asyncio.CancelledError

    def end(self) -> None:
        """As `die`, from any thread."""
        self.over = True
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self.die)

    def die(self) -> None:
        self.over = True
        for task in list(self.tasks):
            _cancel(task)

    def failed(self) -> bool:
        """Whether the bot has ended and nobody killed it."""
        return self._main is not None and self._main.done() and not self.over

    def why(self) -> BaseException | None:
        """What it has failed by."""
        ended = self._main is not None and self._main.done() and not self._main.cancelled()
        return self._main.exception() if self._main is not None and ended else None

    async def bury(self) -> None:
        """Kill it, unless it is dead already, and wait until nothing of it is left."""
        self.die()
        while left := [task for task in self.tasks if not task.done()]:
            await asyncio.wait(left, timeout=0.2)
            for task in left:
                task.cancel()
        await self._things.aclose()

    async def stop(self) -> None:
        """As SIGTERM does."""
        if self._main is not None:
            self._main.cancel()
            await asyncio.gather(self._main, return_exceptions=True)
        await self.bury()


def _task(loop: asyncio.AbstractEventLoop, work: Any, **how: Any) -> asyncio.Task[Any]:
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **how)
    if (life := _LIFE.get()) is not None:
        life.tasks.add(task)
        task.add_done_callback(life.tasks.discard)
        if life.over:
            _cancel(task)
    return task


def _cancel(task: asyncio.Task[Any]) -> None:
    """Once it has begun: anyio's tasks carry another coroutine, which would complain that nobody has awaited it."""
    task.get_loop().call_soon(task.cancel)


_create = Http.create


async def _create_and_stumble(http: Http, *args: Any, **how: Any) -> Answer:
    answer = await _create(http, *args, **how)
    life = _LIFE.get()
    if life is not None and life.stumbles:
        life.stumbles -= 1
        raise ArithmeticError("a fault of our own, over an answer that came")
    return answer


async def _open(url: str) -> Database:
    life = _LIFE.get()
    assert life is not None
    return await life.open_database(url)


def _started(children: list[asyncio.SubprocessTransport]) -> Callable[..., None]:
    start = _CHILD._start

    def started(child: asyncio.SubprocessTransport, *args: Any, **how: Any) -> None:
        start(child, *args, **how)
        children.append(child)

    return started


async def end_all(children: Sequence[asyncio.SubprocessTransport]) -> None:
    """End the processes that bots have left behind; who is dead waits for none."""
    for child in children:
        child.close()
    while any(child.get_returncode() is None for child in children):  # noqa: ASYNC110  they end in a moment
        await asyncio.sleep(0.001)


@contextlib.contextmanager
def mortality(loop: asyncio.AbstractEventLoop, clock: Clock) -> Iterator[list[asyncio.SubprocessTransport]]:
    """Bots of this loop live by this clock, and are told apart from everything else that runs in it.

    All processes that they begin are among what this gives.
    """
    loop.set_task_factory(_task)
    children: list[asyncio.SubprocessTransport] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_CHILD, "_start", _started(children))
        patch.setattr(bot.app, "open_database", _open)
        patch.setattr(bot.app, "Clock", lambda: LivedClock(clock))
        patch.setattr(Http, "create", _create_and_stumble)
        # Ids keep the real time, since a restarted bot must not give one twice.
        patch.setattr(bot.app, "Ids", lambda *, last_outbox, **_: Ids(last_outbox=last_outbox))
        # Nothing here speaks TLS, and reading the certificates anew for every client takes most of a start.
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield children
