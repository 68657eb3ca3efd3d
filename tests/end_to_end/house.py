"""The whole house for end-to-end tests: the Telegram stand-in, the four simulators, and settings that join them."""

import asyncio
import socket
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bot.sandbox.chats import BOT, ChatChange, ChatMessage
from bot.sandbox.standin import StandIn
from providers.registry import names
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from providers.simulators.base import Simulator
from providers.simulators.citiesocial.simulator import CitiesocialSimulator
from providers.simulators.damaijia.simulator import DamaijiaSimulator
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from tests import postgres
from tests.end_to_end.config import as_toml
from tests.telegram.bot_api import offences

ADMIN, COLLEAGUE, STRANGER = 111111111, 222222222, 333333333
ADMIN_NAME = "Admin"
ACCOUNT_OF = {name: {"damaijia": "gifts", "anqicms": "shop"}.get(name, name) for name in names()}
"""What the account at each provider is called."""
NEWS = "body NOT LIKE '%\"closes\": true%'"
"""Messages that are read, not the edits that take buttons off answered questions."""
SECRET = "end-to-end_secret"
"""Of the webhook."""
KINDS = ("sqlite", "postgresql") if postgres.programs() else ("sqlite",)
KIND = "sqlite"
"""The kind of database of the worlds that are made from now on."""
PATIENCE = 20.0
"""Seconds until a missing message is a failure; machines can be slow."""


@dataclass
class World:
    """Everything outside the bot.

    `history` is what the bot said in each chat, in order: a message as it first was, and again after every edit. `seen`
    is how much of it was read.
    """

    folder: Path
    telegram: StandIn
    guoguo: GuoGuoSimulator
    citiesocial: CitiesocialSimulator
    damaijia: DamaijiaSimulator
    gifts_and_shops: AnqiCmsSimulator
    server: str | None = None
    """The address of the bot's database where that isn't a file."""
    seen: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    port: int = 0
    """Where the bot listens for its webhook; 0 for a bot that polls."""
    history: dict[int, list[ChatMessage]] = field(default_factory=lambda: defaultdict(list))
    _buttons: dict[tuple[int, int], set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tell = self.telegram._chats.changed

        def note(change: ChatChange) -> None:
            # At once, since a message that is edited soon after is never seen as it was.
            if change.kind in {"message", "edited"}:
                message = next(m for m in self.telegram.messages(change.chat_id) if m.message_id == change.message_id)
                if message.sender == BOT and not self.is_closing(message):
                    self.history[change.chat_id].append(message)
                self._buttons[change.chat_id, change.message_id] = {b.data for row in message.buttons for b in row}
            tell(change)

        self.telegram._chats.changed = note

    def is_closing(self, message: ChatMessage) -> bool:
        """True for the edit that takes the buttons off an answered question: nobody waits for it."""
        before = self._buttons.get((message.chat_id, message.message_id), set())
        return (
            message.edited and not message.buttons and any(data.startswith(("x:", "b:", "unname")) for data in before)
        )

    @property
    def suppliers(self) -> dict[str, Simulator]:
        every: tuple[Simulator, ...] = (self.guoguo, self.citiesocial, self.damaijia, self.gifts_and_shops)
        return {ACCOUNT_OF[simulator.name]: simulator for simulator in every}

    def settings(self, *, orders: dict[str, Any] | None = None, **accounts: dict[str, Any]) -> dict[str, Any]:
        """Settings as a dictionary; `orders` are those of `[orders]`, further keywords change single accounts."""
        found = {name: dict(simulator.account()) | accounts.get(name, {}) for name, simulator in self.suppliers.items()}
        return {
            "telegram": {"token": self.telegram.token, "api_url": self.telegram.url} | self._by_webhook(),
            "storage": {"url": self.server or f"sqlite:///{self.database}"},
            "staff": {"admins": [ADMIN, COLLEAGUE]},
            "accounts": found,
            "orders": orders or {},
            # What reaches a supplier is counted, so lists of products are read where a test asks for them.
            "catalogue": {"refresh_every": 0},
        }

    def _by_webhook(self) -> dict[str, Any]:
        if not self.port:
            return {}
        at = f"127.0.0.1:{self.port}"
        return {"mode": "webhook", "webhook_url": f"http://{at}/hook", "listen": at, "webhook_secret": SECRET}

    @property
    def config_file(self) -> Path:
        return self.folder / "orderbot.toml"

    def config(self, *, orders: dict[str, Any] | None = None, **accounts: dict[str, Any]) -> Path:
        """The settings as a file."""
        self.config_file.write_text(as_toml(self.settings(orders=orders, **accounts)), encoding="utf-8")
        return self.config_file

    @property
    def database(self) -> Path:
        assert self.server is None, "there is no file"
        return self.folder / "orderbot.db"

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What is in the bot's database now, read from outside."""
        if self.server is not None:
            with closing(psycopg.connect(self.server)) as session:
                return session.execute(sql.replace("%", "%%"), ()).fetchall()
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def say(self, text: str, who: int = ADMIN) -> None:
        self.telegram.say(who, text)

    def tap(self, label: str, who: int = ADMIN) -> None:
        self.telegram.tap_button(who, label)

    def does(self, what: str, who: int = ADMIN) -> None:
        """Tap the button with the words between brackets, or say the text."""
        if what.startswith("[") and what.endswith("]"):
            self.tap(what[1:-1], who)
        else:
            self.say(what, who)

    def unread(self, who: int = ADMIN) -> list[ChatMessage]:
        """What the bot has said and nobody has read yet."""
        return self.history[who][self.seen[who] :]

    async def next(self, who: int = ADMIN) -> ChatMessage:
        """Wait for the bot's next message, or edit of one, that was not read yet."""
        return await self.reads("", who)

    async def reads(self, start: str, who: int = ADMIN) -> ChatMessage:
        """Wait for the next unread message that starts so, passing over others; what was edited is unread again."""
        await self.until(lambda: any(m.text.startswith(start) for m in self.unread(who)), who)
        place = next(i for i, m in enumerate(self.unread(who)) if m.text.startswith(start))
        self.seen[who] += place + 1
        return self.history[who][self.seen[who] - 1]

    async def card(self, start: str, who: int = ADMIN) -> ChatMessage:
        """Wait for any message, also a read or an edited one, that starts so now; the newest."""
        now = self.telegram.messages
        await self.until(lambda: any(m.sender == BOT and m.text.startswith(start) for m in now(who)), who)
        return next(m for m in reversed(now(who)) if m.sender == BOT and m.text.startswith(start))

    async def offers(self, label: str, who: int = ADMIN) -> None:
        """Wait until a message has this button."""
        await self.until(lambda: any(label in message.labels for message in self.telegram.messages(who)), who)

    async def opens(self, label: str, who: int = ADMIN) -> None:
        """Open the details of the evidence, and wait until they have this button."""
        await self.offers("Details", who)
        self.tap("Details", who)
        await self.offers(label, who)

    def has_more_to_say(self, who: int = ADMIN) -> bool:
        """Whether the bot has something to say there that isn't recorded as said: a restart would say it again."""
        return bool(self.rows(f"SELECT id FROM outbox WHERE state = 'waiting' AND chat_id = {who:d}"))  # noqa: S608  a number

    async def says_more(self, than: int, who: int = ADMIN) -> None:
        """Wait until it has said more than so many things, and all that it has committed to saying."""
        await self.until(lambda: len(self.history[who]) > than, who)
        await self.all_said(who)

    async def all_said(self, who: int = ADMIN) -> None:
        """Wait until everything that the bot has committed to saying was said."""
        ((rows,),) = self.rows(f"SELECT count(*) FROM outbox WHERE chat_id = {who:d} AND {NEWS}")  # noqa: S608  a number
        await self.until(lambda: len(self.history[who]) >= rows, who)

    async def taken_in(self) -> None:
        """Wait until the bot has told Telegram that it is done with every update so far."""
        await self.telegram.all_confirmed(PATIENCE)

    async def reaches(self, supplier: Simulator, requests: int = 1) -> None:
        """Wait until so many creates have reached a supplier, those included that it leaves without an answer."""
        changed = asyncio.Event()
        supplier.on_change = changed.set
        async with asyncio.timeout(PATIENCE):
            while len(supplier.received) < requests:
                await changed.wait()
                changed.clear()

    async def until(self, so: Callable[[], bool], who: int = ADMIN) -> None:
        """Wait until this holds; it is looked at now and whenever something happens in the chat."""
        await self.telegram.wait_for(who, lambda _: so(), PATIENCE)


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def free_port() -> Iterator[int]:
    """A port on loopback that nobody else is given meanwhile; a server, which sets SO_REUSEADDR, can listen on it."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@contextmanager
def _at_server(server: postgres.Server) -> Iterator[str]:
    """The address of a new database without anything in it."""
    name = server.create()
    try:
        yield server.address(name)
    finally:
        server.drop(name)


@asynccontextmanager
async def world(
    folder: Path,
    clock: Callable[[], datetime] = now,
    *,
    language: str = "en",
    webhook: bool = False,
    database: str = "",
    server: postgres.Server | None = None,
) -> AsyncIterator[World]:
    """`clock` is the suppliers', whose order numbers tell the time; `language` is that of people's Telegram.

    `webhook`: the bot doesn't poll. `database` is another kind than KIND, and `server` one of a test's own. In the end
    all calls are as Telegram has them.
    """
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(StandIn())
        telegram.webhook.gap = 0.05
        for person, name in ((ADMIN, ADMIN_NAME), (COLLEAGUE, "Colleague"), (STRANGER, "Stranger")):
            telegram.add_person(person, name, language)
        yield World(
            folder,
            telegram,
            await stack.enter_async_context(GuoGuoSimulator(clock)),
            await stack.enter_async_context(CitiesocialSimulator(clock)),
            await stack.enter_async_context(DamaijiaSimulator(clock)),
            await stack.enter_async_context(AnqiCmsSimulator(clock)),
            server=(
                stack.enter_context(_at_server(server or postgres.shared()))
                if (database or KIND) == "postgresql"
                else None
            ),
            port=stack.enter_context(free_port()) if webhook else 0,
        )
        assert offences(telegram.calls) == []
