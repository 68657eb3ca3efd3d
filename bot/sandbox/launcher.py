"""Everything on one machine: the real bot, with stand-ins for what it speaks to, and a page to chat on.

Nothing is kept: the database stands in a temporary folder that goes when the sandbox stops.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import typer

from bot import app
from bot.clock import Clock
from bot.sandbox.page_routes import ChatPage
from bot.sandbox.seats import GROUP, SEATS, STAFF, take_seats
from bot.sandbox.standin import StandIn
from bot.sandbox.suppliers import SupplierCard
from bot.settings.model import Settings
from bot.telegram.client import TelegramRefusedError
from providers.simulators.base import Simulator
from providers.simulators.registry import SIMULATORS
from storage.errors import StorageError

log = logging.getLogger(__name__)

Run = Callable[[Settings, Clock], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """All that runs; the bot's task ends only by being cancelled or by failing.

    `anew` is set when somebody at the page wants it all to begin anew.
    """

    clock: Clock
    standin: StandIn
    simulators: Sequence[Simulator]
    bot: asyncio.Task[None]
    anew: asyncio.Event


@asynccontextmanager
async def sandbox(port: int, run: Run = app.run) -> AsyncIterator[Sandbox]:
    """The sandbox with its page on 127.0.0.1:`port` (0 takes a free one), up while the block runs. `run` is the bot.

    Raises OSError when the port is taken.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="orderbot-sandbox-"))
        clock = Clock()
        simulators: list[Simulator] = [kind(clock.moment) for kind in SIMULATORS]
        for simulator in simulators:
            await stack.enter_async_context(simulator)
        standin = StandIn(now=clock.seconds)
        take_seats(standin)
        anew = asyncio.Event()
        cards = [SupplierCard(simulator) for simulator in simulators]
        ChatPage(standin, SEATS, cards, clock, anew.set).add_routes()
        stack.push_async_callback(standin.stop)
        await standin.start(port=port)
        bot = asyncio.create_task(run(_settings(standin, simulators, Path(folder)), clock))
        stack.push_async_callback(_end, bot)
        # Before the bot is stopped: a call to a supplier that hangs would hold it up.
        for simulator in simulators:
            stack.callback(simulator.heal)
        yield Sandbox(clock, standin, simulators, bot, anew)


async def launch(port: int = 8765, run: Run = app.run) -> None:
    """Run the sandbox until SIGINT or SIGTERM, and say where its page is once all is up.

    Raises OSError when the port is taken, and typer.Exit(1) with one line on stderr when the bot has failed.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        said = ""
        while not stop.is_set():
            async with sandbox(port, run) as running:
                # Begun anew, it is where it was: the page that is open finds it again.
                port = urlsplit(running.standin.url).port or port
                said = await _live(running, stop, said)
                if not stop.is_set() and not running.anew.is_set():
                    _say_why(running.bot)
                    raise typer.Exit(1)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _live(running: Sandbox, stop: asyncio.Event, said: str) -> str:
    """Return when it is to stop or to begin anew, or the bot has failed; the address that has been said by then."""
    stopped, anew = asyncio.create_task(stop.wait()), asyncio.create_task(running.anew.wait())
    polls = asyncio.create_task(running.standin.wait_for_call("getUpdates", timeout=60))
    ends = {running.bot, stopped, anew}
    try:
        await asyncio.wait({*ends, polls}, return_when=asyncio.FIRST_COMPLETED)
        if polls.done() and not polls.exception() and not running.bot.done():
            if said != running.standin.url:
                said = running.standin.url
                _say_where(said)
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (stopped, anew, polls):
            task.cancel()
        await asyncio.gather(stopped, anew, polls, return_exceptions=True)
    return said


def _settings(standin: StandIn, simulators: Sequence[Simulator], folder: Path) -> Settings:
    return Settings.model_validate(
        {
            "telegram": {"token": standin.token, "api_url": standin.url},
            "storage": {"url": f"sqlite:///{folder / 'orderbot.db'}"},
            "staff": {"admins": STAFF, "groups": [GROUP]},
            "accounts": {simulator.name: simulator.account() for simulator in simulators},
        }
    )


def _say_where(url: str) -> None:
    sys.stdout.write(f"Chat page: {url}/\n")
    sys.stdout.flush()


def _say_why(bot: asyncio.Task[None]) -> None:
    error = bot.exception() if bot.done() and not bot.cancelled() else None
    sys.stderr.write(f"The bot has stopped, and the sandbox with it: {error or 'it did not begin to work'}\n")


async def _end(bot: asyncio.Task[None]) -> None:
    bot.cancel()
    (error,) = await asyncio.gather(bot, return_exceptions=True)
    if isinstance(error, Exception) and not isinstance(error, StorageError | TelegramRefusedError):
        log.error("the bot failed", exc_info=error)
