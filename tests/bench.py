"""The desk and its workers on a real database, with a clock that stands still until it is told to go on."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Container, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from inspect import isawaitable
from pathlib import Path
from typing import Any

from bot.clock import Watch
from bot.conversation.events import Event
from bot.conversation.known import Account
from bot.conversation.requests import CheckNumber, LookUpAnswer, ReconcileOrder, Request
from bot.conversation.state import ConversationKey
from bot.desk.admission import Incoming
from bot.desk.desk import Desk
from bot.desk.unit import ANY_ROW
from bot.ids import Ids
from bot.journal.rules import PATIENT, Rules
from bot.journal.views import Result
from bot.staff.access import Staff
from bot.staff.groups import Groups
from bot.workers.reports import Reports
from providers.anqicms.form import AnqicmsForm
from providers.base import Provider, ReadsBalance, ReadsStatus, ReconcilesOrders
from providers.fields import Form
from providers.guoguo.form import DefaultOrder
from providers.orders import FINISHED
from providers.simulators.guoguo.products import FANS
from storage import orders, outbox, sending
from storage.chats import Entered
from storage.database import Database
from storage.opening import open_database
from storage.outbox import OutboxRow, Taken
from tests.end_to_end.house import ADMIN, COLLEAGUE, PATIENCE
from tests.providers.damaijia.samples import ANSWERS as GIFT_ANSWERS
from tests.storage.direct import reading, writing
from tests.storage.rows import mark
from tests.storage.template import lay

START = 1_790_000_000_000_000
"""Microseconds; some day in 2026."""
CANARY = "Peach Garden Lane 77"
"""A recipient's address, which no log may hold."""
GUOGUO_ANSWERS: dict[str, Any] = {
    "product_id": FANS,
    "product": {"category": "instagram_fans", "minimum": 1, "maximum": 100000, "title": "Fans"},
    "link": "https://example.com/posts/abc123",
    "quantity": "100",
    "runs": None,
}
SHOP_ANSWERS: dict[str, Any] = {
    "type": "goods",
    "items": [{"goods_id": "188", "quantity": "1"}],
    "remark": CANARY,
    "address": None,
}
ANSWERS = {"guoguo": GUOGUO_ANSWERS, "shop": SHOP_ANSWERS, "gifts": GIFT_ANSWERS}
FORMS: dict[str, type[Form]] = {"guoguo": DefaultOrder, "shop": AnqicmsForm}
PROVIDERS = {"guoguo": "guoguo", "shop": "anqicms", "gifts": "damaijia"}
GROUP = -500
NAMES = {ADMIN: "Some Name", COLLEAGUE: "Colleague"}


@dataclass
class Clock:
    """`now` is the wall's; what only goes forward is `ahead` of it."""

    now: int = START
    ahead: int = 0

    def __call__(self) -> int:
        return self.now

    def forward(self) -> int:
        return self.now + self.ahead

    def up(self) -> int:
        return self.forward() - START

    def drift(self) -> int:
        return -self.ahead

    def advance(self, seconds: float) -> None:
        self.now += int(seconds * 1_000_000)

    def set(self, seconds: float) -> None:
        """Somebody sets the wall clock, by so many seconds."""
        self.now += int(seconds * 1_000_000)
        self.ahead -= int(seconds * 1_000_000)


@dataclass
class Noted:
    """Workers that only note what they were told."""

    messages: int = 0
    orders: list[str] = field(default_factory=list)
    wanted_look_ups: list[tuple[ConversationKey, LookUpAnswer]] = field(default_factory=list)
    moved: int = 0
    looked_for: list[tuple[str, ConversationKey]] = field(default_factory=list)
    checks: list[tuple[ConversationKey, CheckNumber]] = field(default_factory=list)
    others: list[tuple[ConversationKey, Request]] = field(default_factory=list)
    old_catalogues: list[str] = field(default_factory=list)

    def messages_wait(self, rows: Sequence[OutboxRow]) -> None:
        self.messages += bool(rows)

    def hand_out(self) -> Sequence[Taken]:
        return ()

    def take_back(self, taken: Sequence[Taken]) -> None: ...
    def stored(self, taken: Sequence[Taken]) -> None: ...

    def on_the_way(self) -> Container[int]:
        return ANY_ROW

    def chats_held(self, chats: Mapping[int, Entered]) -> None: ...

    def is_at(self, _key: ConversationKey, _request: Request, /) -> bool:
        return False

    def groups_moved(self) -> None: ...

    def order_waits(self, account: str) -> None:
        self.orders.append(account)

    def orders_moved(self) -> None:
        self.moved += 1

    def catalogue_is_old(self, account: str) -> None:
        self.old_catalogues.append(account)

    def do(self, key: ConversationKey, request: Request) -> None:
        match request:
            case ReconcileOrder(reference=reference):
                self.looked_for.append((reference, key))
            case CheckNumber():
                self.checks.append((key, request))
            case LookUpAnswer():
                self.wanted_look_ups.append((key, request))
            case _:
                self.others.append((key, request))


@dataclass
class Bench:
    """A desk with the accounts `guoguo` and `shop`. `at` makes what a person does, with rising update ids."""

    path: Path
    database: Database
    clock: Clock
    workers: Noted
    desk: Desk
    updates: int = 100

    async def does(self, event: Event, who: int = ADMIN, *, chat: int | None = None, tapped: int | None = None) -> str:
        self.updates += 1
        return await self.desk.handle(
            Incoming(self.updates, who if chat is None else chat, who, NAMES.get(who, "Stranger"), "en", event, tapped)
        )

    def outbox(self, chat: int = ADMIN) -> list[str]:
        """The HTML of every message to a chat, oldest first; without the edits that only close a question."""
        rows = reading(self.database).fetch("SELECT body FROM outbox WHERE chat_id = $1 ORDER BY id", chat)
        bodies = [json.loads(row["body"]) for row in rows]
        return [body["html"] for body in bodies if not body.get("closes")]

    def button(self, label: str, chat: int = ADMIN) -> str:
        """What the newest button with this label carries."""
        rows = reading(self.database).fetch("SELECT body FROM outbox WHERE chat_id = $1 ORDER BY id DESC", chat)
        for row in rows:
            for text, data, *_ in (button for line in json.loads(row["body"])["rows"] for button in line):
                if text == label:
                    return str(data)
        raise AssertionError(f"no button {label}")

    def confirmed(self, reference: str, account: str = "shop", who: int = ADMIN, **answers: Any) -> None:
        """An order as Confirm writes it, its card not yet there."""
        new = orders.NewOrder(
            reference=reference,
            draft_id=f"draft{reference}",
            account=account,
            provider=PROVIDERS.get(account, account),
            form="Form",
            form_version="1",
            answers=json.dumps(ANSWERS.get(account, SHOP_ANSWERS) | answers),
            chat_id=who,
            user_id=who,
            user_name=NAMES.get(who, "Somebody Else"),
            confirmed_at=self.clock(),
        )
        with writing(self.database) as tx:
            orders.insert(tx, new)

    def sending(self, reference: str, account: str = "shop", who: int = ADMIN, **answers: Any) -> None:
        self.confirmed(reference, account, who, **answers)
        with writing(self.database) as tx:
            sending.claim(tx, account, mark(self.clock(), "test"), 1)

    @property
    def outcomes(self) -> Reports:
        return Reports(self.desk)

    async def settle(self, reference: str, result: Result, **how: Any) -> bool:
        """What became of the order's newest sending."""
        return await self.outcomes.settle(self.order(reference), result, **how)

    def order(self, reference: str) -> orders.Order:
        found = orders.get(reading(self.database), reference)
        assert found is not None
        return found


@asynccontextmanager
async def opened(folder: Path, *, busy_timeout: float = 5.0) -> AsyncIterator[Database]:
    await lay(folder / "orderbot.db")
    database = await open_database(f"sqlite:///{folder / 'orderbot.db'}", patience=busy_timeout)
    try:
        yield database
    finally:
        await database.close()


def office(*admins: int) -> Staff:
    """Two people, or others, and a group that counts."""
    return Staff(frozenset(admins or {ADMIN, COLLEAGUE}), Groups([GROUP]))


def desk_on(
    database: Database,
    clock: Watch,
    workers: Any,
    providers: Mapping[str, Provider[Any]] | None = None,
    rules: Rules = PATIENT,
    staff: Staff | None = None,
) -> Desk:
    forms = {name: provider.form for name, provider in providers.items()} if providers else FORMS
    names = {name: provider.name for name, provider in providers.items()} if providers else PROVIDERS
    return Desk(
        database=database,
        accounts={name: account(name, form, (providers or {}).get(name)) for name, form in forms.items()},
        providers=names,
        staff=staff or office(),
        ids=Ids(last_outbox=outbox.last_id(reading(database)), now=clock),
        clock=clock,
        workers=workers,
        rules=rules,
    )


def account(name: str, form: type[Form], provider: Provider[Any] | None) -> Account:
    idempotent_create = provider is not None and provider.idempotent_create
    return Account(
        name,
        name.capitalize(),
        form,
        reconciles=isinstance(provider, ReconcilesOrders),
        idempotent_create=idempotent_create,
        reads_status=isinstance(provider, ReadsStatus),
        final=provider.final | FINISHED if isinstance(provider, ReadsStatus) else frozenset(),
        reads_balance=isinstance(provider, ReadsBalance),
        balance_floor=getattr(provider and provider.settings, "balance_floor", None),
        status_words={} if provider is None else provider.settings.status_words,
        explained=frozenset() if provider is None else provider.settings.explained,
    )


@asynccontextmanager
async def bench(folder: Path, *, busy_timeout: float = 5.0, staff: Staff | None = None) -> AsyncIterator[Bench]:
    async with opened(folder, busy_timeout=busy_timeout) as database:
        clock, workers = Clock(), Noted()
        yield Bench(folder / "orderbot.db", database, clock, workers, desk_on(database, clock, workers, staff=staff))


@asynccontextmanager
async def locked(path: Path) -> AsyncIterator[None]:
    """Another process holds the database: nothing can be written until this ends."""
    other = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE)
    try:
        # A transaction under way ends in its own thread.
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


async def until(check: Callable[[], object]) -> None:
    """Wait until something is so, which `check` tells or is awaited for. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while not (await told if isawaitable(told := check()) else told):  # noqa: ASYNC110  a database rings no bell
            await asyncio.sleep(0.005)


@asynccontextmanager
async def working(*loops: Any) -> AsyncIterator[None]:
    """Workers that run meanwhile; one that ends early fails the test."""
    tasks = [asyncio.ensure_future(loop) for loop in loops]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
                raise AssertionError("a worker ended by itself")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
