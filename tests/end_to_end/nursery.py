"""A program that has imported the bot once and forks a process for every start of it: a restart costs a fraction.

It reads a JSON object per line, {"config": FILE, "deaths": [[KIND, WHEN], ...]} or {"kill": PID}, and writes
{"started": PID}, {"committed": PID} and {"gone": PID, "code": CODE}. When its input ends, so do all that it started.
"""

import asyncio
import functools
import gc
import json
import os
import selectors
import signal
import ssl
import sys
import traceback
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

from telegram.error import TelegramError

import bot.app
from bot.logs import start_logging
from bot.settings.model import load_settings
from bot.telegram import storing
from bot.words.catalogue import catalogues
from bot.workers.status_watch import StatusWatch
from providers.simulators.registry import SIMULATORS
from storage.errors import StorageError
from storage.opening import open_database
from tests.end_to_end.clock import StandingClock, follow
from tests.end_to_end.config import as_toml
from tests.end_to_end.dying import Death, Kind, When, opening

NOWHERE = "http://127.0.0.1:9"
NO_SERVER = "postgresql://nobody@127.0.0.1:9/none"
QUICKLY = 0.01
"""Seconds within which a bot of a dialogue stores what Telegram took."""


def be_the_bot(config: Path, deaths: list[Death]) -> NoReturn:
    """What a forked process does instead of all that follows the fork."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        told = os.dup(1)
        log = os.open(config.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        start_logging()
        line = f'{{"committed": {os.getpid()}}}\n'.encode()
        # The things in which this bot differs from the real one.
        if (clock := StandingClock.beside(config)).path.exists():
            follow(clock)
            # A dialogue says when orders are watched.
            vars(bot.app)["Watching"] = Unwatching
            # It is always waited until this is done, which is most of what is waited for.
            vars(storing)["STORED_WITHIN"] = QUICKLY
        vars(bot.app)["open_database"] = opening(open_database, deaths, lambda: os.write(told, line))
        asyncio.run(bot.app.serve(load_settings(config)))
        code = 0
    except BaseException:  # noqa: BLE001  it is told, and must not go up into the parent's copy
        traceback.print_exc()
    finally:
        os._exit(code)


class Unwatching(StatusWatch):
    """Asks about orders when it is told to, and not by itself."""

    async def run(self) -> None:
        await asyncio.Event().wait()


async def warm_up() -> None:
    """Start once without a Telegram, so that every start to come finds everything imported and made ready."""
    with suppress(StorageError):
        # The part that only bots on PostgreSQL load.
        await open_database(NO_SERVER, patience=0)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        suppliers = [await stack.enter_async_context(kind()) for kind in SIMULATORS]
        settings = {
            "telegram": {"token": "1:none", "api_url": NOWHERE},
            "storage": {"url": f"sqlite:///{folder}/none.db"},
            "staff": {"admins": [1]},
            "accounts": {supplier.name: supplier.account() for supplier in suppliers},
        }
        config = Path(folder) / "orderbot.toml"
        config.write_text(as_toml(settings), encoding="utf-8")
        async with bot.app.build(load_settings(config)) as app:
            catalogues()
            with suppress(TelegramError):
                await app.client.get_me()


def say(**what: Any) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


class Nursery:
    """`living` are the processes that were started and have not been seen dead."""

    def __init__(self) -> None:
        self.living: set[int] = set()

    def obey(self, order: dict[str, Any]) -> None:
        if "kill" in order:
            if order["kill"] in self.living:
                os.kill(order["kill"], signal.SIGKILL)
            return
        deaths = [Death(Kind(kind), When(when)) for kind, when in order["deaths"]]
        pid = os.fork()
        if pid == 0:
            be_the_bot(Path(order["config"]), deaths)
        self.living.add(pid)
        say(started=pid)

    def bury(self) -> None:
        while self.living:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self.living.discard(pid)
            say(gone=pid, code=os.waitstatus_to_exitcode(status))

    def end(self) -> None:
        for pid in self.living:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def main() -> None:
    # Nothing here speaks TLS, and reading the certificates anew for every client takes most of a start.
    vars(ssl)["create_default_context"] = functools.cache(ssl.create_default_context)
    asyncio.run(warm_up())
    gc.freeze()  # what is never looked at stays shared
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    signal.set_wakeup_fd(write_end)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    waiting = selectors.DefaultSelector()
    waiting.register(0, selectors.EVENT_READ)
    waiting.register(read_end, selectors.EVENT_READ)
    nursery, text = Nursery(), b""
    say(ready=os.getpid())
    while True:
        for key, _ in waiting.select():
            found = os.read(key.fd, 65536)
            if key.fd == read_end:
                nursery.bury()
                continue
            if not found:
                nursery.end()
                return
            *lines, text = (text + found).split(b"\n")
            for line in lines:
                nursery.obey(json.loads(line))


if __name__ == "__main__":
    main()
