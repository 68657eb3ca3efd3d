"""An operator who has this repository and a paper: a home, a shell that keeps its place, and the real programs.

Telegram and the suppliers are those of the end-to-end tests, on loopback, and what the operator writes into the
settings leads there.
"""

import asyncio
import os
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp

from tests import postgres
from tests.deploy.papers import Block, unsaid
from tests.deploy.proxy import certificate_for_localhost, free_port, proxy_before
from tests.end_to_end.config import as_toml
from tests.end_to_end.dialogues import GUOGUO, Turn, confirm
from tests.end_to_end.house import World
from tests.house.files import files

ROOT = Path(__file__).parents[2]
PREVIOUS = ROOT / "tests" / "end_to_end" / "previous.sql"
RUN = "orderbot run"
PATIENCE = 240.0
"""Seconds until a block that doesn't end is a failure; one of them installs everything."""
_RUNS = re.compile(rf"((?:ORDERBOT_\w+=\S+ )*){RUN}")
_ADDRESS = re.compile(r"\b127\.0\.0\.1:\d+\b")
FIRST, SECOND = "127.0.0.1:8080", "127.0.0.1:8081"
"""Where the paper has bots listen for their webhook."""
WATCHED = "127.0.0.1:9464"
"""Where it has the first of them listen for monitoring."""
ANSWERED = 3
"""Turns of an order before the move to another database."""
SERVER = "postgresql://orderbot:PASSWORD@localhost/orderbot"


@dataclass(frozen=True)
class Bot:
    """A bot that was started, and its log."""

    process: Process
    log: Path

    async def end(self) -> None:
        """Stop it, as Ctrl-C does; it ends well."""
        if self.process.returncode is None:
            self.process.terminate()
        assert await self.process.wait() == 0, self.log.read_text("utf-8")

    async def die(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


@dataclass
class Operator:
    """`home` is theirs, `house` the world around the bot; `stack` closes what was started for them."""

    home: Path
    house: World
    stack: AsyncExitStack
    bots: list[Bot] = field(default_factory=list)
    """Those that run, the first that was started first."""
    several: bool = False
    """True with settings with which several bots may run."""
    addresses: dict[str, str] = field(default_factory=lambda: defaultdict(lambda: f"127.0.0.1:{free_port()}"))
    """Addresses of this machine as the paper has them, and what they are here."""
    server: str = ""
    """The address of their PostgreSQL database."""
    storage: str = "sqlite:///orderbot.db"
    """The address of the database that they use now."""
    references: list[str] = field(default_factory=list)
    """Of their orders."""

    @property
    def folder(self) -> Path:
        return self.home / "orderbot"

    def prepare(self) -> None:
        """Everything that a person has before they begin: Python, this repository somewhere, and a home."""
        programs = self.home.parent / "bin"
        programs.mkdir()
        (programs / "python3").symlink_to(Path(sys.executable).resolve())
        source = self.home.parent / "source"
        for file in files(ROOT):
            target = source / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
        git = ["git", "-C", str(source), "-c", "user.name=Test", "-c", "user.email=test@example.com"]
        for command in (["init", "--quiet"], ["add", "--all", "--force"], ["commit", "--quiet", "--message=All"]):
            subprocess.run([*git, *command], check=True, capture_output=True)
        self.home.mkdir()
        self._note_place(self.home, f"export HOME='{self.home}' PATH='{programs}:{os.defpath}'\n")

    def _note_place(self, folder: Path, exports: str) -> None:
        (self.home.parent / "exports").write_text(exports, "utf-8")
        (self.home.parent / "folder").write_text(str(folder), "utf-8")

    async def follow(self, block: Block) -> None:
        """Bring about what has to be so, type the block, and read what it prints."""
        for situation in block.first:
            await SITUATIONS[situation](self)
        if runs := _RUNS.fullmatch(block.text.strip()):
            await self.start(runs[1])
            return
        shell = await self._shell(block.text)
        async with asyncio.timeout(PATIENCE):
            printed, _ = await shell.communicate()
        output = printed.decode()
        assert shell.returncode == 0, f"line {block.line}: {block.text}\n{output}"
        assert unsaid(output, block.says) == [], output

    async def _shell(self, text: str) -> Process:
        place = self.home.parent
        typed = self._here(text).replace("ADDRESS", str(place / "source")).replace(SERVER, self.server)
        before = f'. "{place}/exports"; cd "$(cat "{place}/folder")"'
        after = f'export -p > "{place}/exports"; pwd > "{place}/folder"'
        script = f"{before}\n{typed}\n{after}\n"
        handed_on = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        return await asyncio.create_subprocess_exec(
            "bash", "-euo", "pipefail", "-c", script, env=handed_on, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
        )

    def _here(self, text: str) -> str:
        """A text of the paper with the addresses that its own have on this machine."""
        return _ADDRESS.sub(lambda found: self.addresses[found[0]], text)

    async def fill_in(self) -> None:
        file = self.folder / "orderbot.toml"
        assert file.stat().st_mode & 0o777 == 0o600
        assert 'token = "123456:ABC"' in file.read_text("utf-8")
        self._write_settings({})

    def _write_settings(self, telegram: dict[str, str]) -> None:
        settings = self.house.settings() | {"metrics": {"listen": self.addresses[WATCHED]}}
        settings["telegram"] |= telegram
        settings["storage"] = {"url": self.storage}
        (self.folder / "orderbot.toml").write_text(as_toml(settings), "utf-8")

    async def start(self, environment: str = "") -> None:
        """Start a bot, in a terminal of its own; `environment` is what is typed before the command."""
        assert self.several or not self.bots
        shell = [f'. "{self.home.parent}/exports"', f"{self._here(environment)} exec {RUN}"]
        log = self.home / f"bot-{len(list(self.home.glob('bot-*')))}.log"
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                "bash", "-c", "\n".join(shell), cwd=self.folder, env={}, stdin=DEVNULL, stdout=out, stderr=out
            )
        self.bots.append(Bot(process, log))
        async with asyncio.timeout(PATIENCE):
            while "running as @" not in log.read_text("utf-8"):
                assert process.returncode is None, log.read_text("utf-8")
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        while self.bots:
            await self.bots.pop().end()

    async def kill_leader(self) -> None:
        """The one that was started first: nobody else was there to lead."""
        await self.bots.pop(0).die()

    async def place_order(self) -> None:
        await self._answer(self._turns())
        await self._confirm()

    async def open_draft(self) -> None:
        await self.start_by_polling()
        await self.house.reads("The database was put back")
        await self._answer(self._turns()[:ANSWERED])

    async def order_open_draft(self) -> None:
        await self._answer(self._turns()[ANSWERED:])
        await self._confirm()

    def _turns(self) -> list[Turn]:
        """The next order, which isn't like one before."""
        quantity = str(10 + len(self.references))
        return [replace(turn, does=quantity) if turn.does == "10" else turn for turn in GUOGUO.turns]

    async def _answer(self, turns: Sequence[Turn]) -> None:
        """Pass over what is told of other orders meanwhile."""
        for turn in turns:
            self.house.does(turn.does)
            await self.house.reads(turn.first)

    async def _confirm(self) -> None:
        self.references.append(await confirm(self.house, GUOGUO))
        await self.house.reads("Placed")

    async def find_orders(self) -> None:
        await self.house.reads("The database was put back")
        for reference in self.references:
            self.house.say(f"/status {reference}")
            while f"Reference: {reference}" not in (await self.house.next()).text:
                pass

    async def take_earlier_database(self) -> None:
        await self.stop()
        # What the earlier program left is about people whom this Telegram doesn't know: it is looked at, not run.
        aside = self.home.parent / "aside"
        aside.mkdir()
        for file in self.folder.glob("orderbot.db*"):
            file.rename(aside / file.name)
        with closing(sqlite3.connect(self.folder / "orderbot.db")) as connection:
            connection.executescript(PREVIOUS.read_text("utf-8"))

    async def start_by_polling(self) -> None:
        await self.stop()
        self.several = False
        self._take_own_database_back()
        self._write_settings({})
        await self.start()

    async def start_by_webhook(self) -> None:
        """What the paper has for a name on the internet, on this machine: the proxy between has tests of its own."""
        await self.stop()
        self._take_own_database_back()
        self._by_webhook(f"http://{self.addresses[FIRST]}/telegram")
        await self.start()

    def _by_webhook(self, url: str) -> None:
        secret = {"webhook_url": url, "webhook_secret": "s3cret"}
        self._write_settings({"mode": "webhook", "listen": self.addresses[FIRST]} | secret)

    async def settle_on_replicas(self) -> None:
        """On a database of PostgreSQL's, and behind the proxy, which knows both of them from the beginning."""
        await self.stop()
        self.several = True
        server = postgres.shared()
        self.storage = server.address(server.create())
        certificate = certificate_for_localhost(self.home.parent)
        bots = [self.addresses[FIRST], self.addresses[SECOND]]
        port, _ = self.stack.enter_context(proxy_before(bots, self.home.parent, certificate, path="/telegram"))
        await self._trust(certificate)
        self._by_webhook(f"https://localhost:{port}/telegram")

    async def _trust(self, certificate: Path) -> None:
        """Have Telegram take the proxy for what it says it is."""
        hook = self.house.telegram.webhook
        if hook._session is not None:
            await hook._session.close()
        secure = ssl.create_default_context(cafile=str(certificate))
        connector = aiohttp.TCPConnector(limit=0, ssl=secure, family=socket.AF_INET)
        hook._session = aiohttp.ClientSession(connector=connector, auto_decompress=False)

    async def make_server_ready(self) -> None:
        server = postgres.shared()
        self.server = server.address(server.create())

    async def settle_on_server(self) -> None:
        self.storage = self.server
        self._write_settings({})

    async def settle_on_a_file(self) -> None:
        self.storage = "sqlite:///orderbot-2.db"
        self._write_settings({})

    def _take_own_database_back(self) -> None:
        aside = self.home.parent / "aside"
        if aside.exists():
            for file in self.folder.glob("orderbot.db*"):
                file.unlink()
            for file in aside.iterdir():
                file.rename(self.folder / file.name)
            aside.rmdir()


SITUATIONS: dict[str, Callable[[Operator], Awaitable[None]]] = {
    "the settings are filled in": Operator.fill_in,
    "an order is placed": Operator.place_order,
    "the bot is stopped": Operator.stop,
    "the bot runs": Operator.start_by_polling,
    "the settings say webhook": Operator.start_by_webhook,
    "the settings are those of replicas": Operator.settle_on_replicas,
    "the replica that leads has died": Operator.kill_leader,
    "there is a PostgreSQL database": Operator.make_server_ready,
    "the settings say PostgreSQL": Operator.settle_on_server,
    "a draft is open": Operator.open_draft,
    "the open draft is ordered": Operator.order_open_draft,
    "every order is found in the chat": Operator.find_orders,
    "the settings say a new file": Operator.settle_on_a_file,
    "the database is an earlier program's": Operator.take_earlier_database,
}
"""What a paper may ask for before a block, by its words."""


@asynccontextmanager
async def operator(place: Path, house: World) -> AsyncIterator[Operator]:
    """An operator whose home is below `place`; what still runs is ended, whatever came of the paper."""
    async with AsyncExitStack() as stack:
        person = Operator(place / "home", house, stack)
        person.prepare()
        try:
            yield person
        finally:
            for bot in person.bots:
                await bot.die()


def placeholders(text: str) -> list[str]:
    """The words in capitals of a block, which a reader has to put something in for."""
    return re.findall(r"(?<![\w$/.{])[A-Z]{4,}(?![\w=.])", text)
