"""The bots that are measured side by side: how each is installed under build/ and started."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests import postgres

ROOT: Final = Path(__file__).parents[2]
BUILD: Final = ROOT / "build" / "bench"
_BOTS: Final = Path(__file__).parent / "bots"
OURS: Final = "orderbot"
ON_POSTGRESQL: Final = "orderbot-postgresql"
WEBHOOK_PATH: Final = "/telegram"


@dataclass(frozen=True, slots=True)
class Site:
    """The surroundings of a bot: origins of the stand-ins, a folder of its own, ids of its people, databases.

    `redis` and `postgresql` are empty for a bot that doesn't need one, `listen` and `webhook` for one that polls: where
    it listens, and the address at which Telegram calls it.
    """

    telegram: str
    supplier: str
    folder: Path
    people: Iterable[int] = ()
    redis: str = ""
    postgresql: str = ""
    listen: str = ""
    webhook: str = ""


@dataclass(frozen=True, slots=True)
class Contestant:
    """`venv` is the name of its environment, empty for ours, `pins` the exact versions that go into it.

    `replicas` is the number of bots by webhook on one database, or on one each where they are `apart`; 0 is one that
    polls.
    """

    name: str
    title: str
    command: Callable[[Site], list[str]]
    venv: str = ""
    pins: tuple[str, ...] = ()
    needs_redis: bool = False
    needs_postgresql: bool = False
    replicas: int = 0
    apart: bool = False


def settings(site: Site, **accounts: str) -> Path:
    """The file with the settings of our bot, which trades with `supplier` and with each further account's origin."""
    shops = {"shop": site.supplier, **accounts}
    tables = (
        f'[accounts.{name}]\nprovider = "anqicms"\ntitle = "{name.capitalize()}"\nbase_url = "{origin}"\n'
        # The shop's stand-in has no limiter, and a bot that keeps to one would wait for minutes.
        'token = "bench-token"\nreads_in_5_minutes = 100000\n'
        for name, origin in shops.items()
    )
    file = site.folder / "orderbot.toml"
    by_webhook = (
        f'mode = "webhook"\nlisten = "{site.listen}"\nwebhook_url = "{site.webhook}"\n'
        'webhook_secret = "bench-secret-of-no-worth-0123456789"\n'
    )
    file.write_text(
        f'[telegram]\ntoken = "1:bench"\napi_url = "{site.telegram}"\n{by_webhook if site.webhook else ""}'
        f'[storage]\nurl = "{site.postgresql or f"sqlite:///{site.folder}/orderbot.db"}"\n'
        # Calls that a supplier never answers need not be waited for at the end.
        f"[orders]\ngrace = 1\n[staff]\nadmins = {list(site.people)}\n" + "".join(tables),
        "utf-8",
    )
    return file


def our_command(site: Site, **accounts: str) -> list[str]:
    return [sys.executable, "-m", "bot", "run", "--config", str(settings(site, **accounts))]


def _script(venv: str, name: str, *more: Callable[[Site], str]) -> Callable[[Site], list[str]]:
    python, script = python_of(venv), str(_BOTS / name)
    return lambda site: [str(python), script, site.telegram, site.supplier, *(one(site) for one in more)]


def python_of(venv: str) -> Path:
    return BUILD / venv / "bin" / "python"


_PTB: Final = ("python-telegram-bot==22.8", "httpx==0.28.1")
_AIOGRAM: Final = ("aiogram==3.31.0", "redis==7.4.1", "hiredis==3.5.0")
CONTESTANTS: Final = (
    Contestant(OURS, "orderbot, SQLite FULL", our_command),
    Contestant(ON_POSTGRESQL, "orderbot, PostgreSQL", our_command, needs_postgresql=True),
    Contestant("ptb", "python-telegram-bot, defaults", _script("ptb", "ptb.py"), "ptb", _PTB),
    Contestant(
        "ptb-pickle",
        "python-telegram-bot, PicklePersistence",
        _script("ptb", "ptb.py", lambda site: str(site.folder / "bot.pickle")),
        "ptb",
        _PTB,
    ),
    Contestant("aiogram", "aiogram, in memory", _script("aiogram", "aiogram_fsm.py"), "aiogram", _AIOGRAM),
    Contestant(
        "aiogram-redis",
        "aiogram, Redis",
        _script("aiogram", "aiogram_fsm.py", lambda site: site.redis),
        "aiogram",
        _AIOGRAM,
        needs_redis=True,
    ),
)


ONE: Final = "orderbot-webhook"
TWO: Final = "orderbot-webhook-2"
APART: Final = "orderbot-webhook-2-apart"
REPLICAS: Final = (
    *CONTESTANTS[:2],
    Contestant(ONE, "orderbot, PostgreSQL, webhook", our_command, needs_postgresql=True, replicas=1),
    Contestant(TWO, "two orderbots behind HAProxy", our_command, needs_postgresql=True, replicas=2),
    Contestant(APART, "two with a database each", our_command, needs_postgresql=True, replicas=2, apart=True),
)
"""Ours alone: each way to run it."""


def proxy_program() -> str | None:
    """HAProxy, which Debian keeps where not everybody looks for programs."""
    return shutil.which("haproxy", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin")


def available(of: Iterable[Contestant] = CONTESTANTS) -> list[Contestant]:
    """Those of them that need no server which isn't installed."""
    lacking = {"redis": not shutil.which("redis-server"), "postgresql": not postgres.programs()}
    return [
        one
        for one in of
        if not (one.needs_redis and lacking["redis"])
        and not (one.needs_postgresql and lacking["postgresql"])
        and not (one.replicas > 1 and proxy_program() is None)
    ]


def install(venv: str, pins: tuple[str, ...]) -> Path:
    """Make the environment unless it is there with these versions; returns its interpreter."""
    folder, python = BUILD / venv, python_of(venv)
    stamp, wanted = folder / "pins.txt", "\n".join(pins)
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pins]
        subprocess.run(pip, check=True)
        stamp.write_text(wanted, "utf-8")
    return python
