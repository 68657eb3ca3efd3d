"""The whole house with a bot in this process, a clock that obeys, and faults on every line."""

import asyncio
import functools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.sandbox.chats import BOT, ChatChange
from bot.settings.model import Settings
from providers.orders import Outcome
from tests.chaos.audit import Audit
from tests.chaos.books import Books, Journal
from tests.chaos.life import Clock, Life, mortality
from tests.chaos.tally import Tally
from tests.end_to_end.house import ADMIN, COLLEAGUE, World, world

PATIENCE = 120.0
"""Seconds until something that should have come to rest is a failure; machines can be busy."""
LAG = 600
LONG = 3600.0
"""Seconds that a simulator waits before it takes a delayed order, unless it is told to go on."""
RULES = {"retries": 2, "retry_wait": 5.0, "lag": float(LAG), "grace": 0.0, "same_within": 30 * 86400.0}
"""The settings' `[orders]`. The same is asked about for so long that nobody has to reckon with the end of it."""
_REQUEST: ContextVar[web.Request | None] = ContextVar("request", default=None)
_MOVING = """
SELECT (SELECT count(*) FROM outbox
        WHERE id IN (SELECT MIN(id) FROM outbox WHERE state = 'waiting' GROUP BY chat_id) AND not_before <= ?1)
    + (SELECT count(*) FROM orders WHERE outcome = 'unknown' AND look_at <= ?1)
    + (SELECT count(*) FROM conversations WHERE waiting <> '')
"""
_GOING = """
SELECT account, sum(stage = 'sending') AS sending, sum(stage = 'confirmed' AND not_before <= ?1) AS due
FROM orders WHERE stage <> 'settled' GROUP BY account
"""


@dataclass
class Stage:
    """`life` is the bot that runs, or None between two."""

    house: World
    clock: Clock
    settings: Settings
    tally: Tally
    life: Life | None = None
    held: dict[str, list[web.Request]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    _late_for: float = 0
    _accounted: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.books = Books(Journal(self.house.database), self.house.suppliers)
        self.audit = Audit(self.books)
        tell = self.house.telegram._chats.changed

        def hear(change: ChatChange) -> None:
            if change.kind in {"message", "edited"}:
                message = self.house.telegram._chats.find(change.chat_id)
                said = message.messages[change.message_id] if message else None
                if said is not None and said.sender == BOT:
                    self.audit.heard(said)
            tell(change)

        self.house.telegram._chats.changed = hear

    @property
    def alive(self) -> bool:
        return self.life is not None and not self.life.over

    async def begin(self) -> None:
        """Start the bot; return when it listens, unless it is dead before."""
        polls = self._polls()
        self.tally.lives += 1
        self.life = Life(self.settings)
        await self.life.begin()
        async with asyncio.timeout(PATIENCE):
            while self.alive and self._polls() == polls:
                self._expect_life()
                await asyncio.sleep(0.001)
        await self.rest()

    async def kill(self) -> None:
        if self.life is not None:
            life, self.life = self.life, None
            self.tally.kills += 1
            await life.bury()

    async def restart(self, *, softly: bool = False) -> None:
        """Softly: as an operator does it."""
        if softly and self.alive and self.life is not None:
            await self.life.stop()
            self.life = None
        await self.kill()
        await self.begin()

    async def rest(self) -> None:
        """Return when nothing moves any more without something from outside, or the bot is dead."""
        async with asyncio.timeout(PATIENCE):
            while self.alive:
                self._expect_life()
                if self._is_still():
                    return
                await asyncio.sleep(0.001)
        if self.life is not None:
            await self.kill()

    async def passes(self, seconds: float) -> None:
        """Time goes by. No supplier takes an order as late as the bot has to reckon with."""
        if self._late_for + seconds > LAG / 2:
            await self.late_orders()
            self._late_for = 0
        self._late_for += seconds
        self.clock.advance(seconds)
        if self.alive and self.life is not None and self.life.app is not None:
            self.life.app.wake()
        await self.rest()

    async def late_orders(self) -> None:
        """Every supplier gets to what it has received."""
        for name in self.books.suppliers:
            await self.heal(name)

    async def heal(self, account: str) -> None:
        supplier = self.books.suppliers[account]
        supplier.heal()
        while self.held[account]:  # noqa: ASYNC110  they end in a moment
            await asyncio.sleep(0.001)
        supplier.take_late()
        await self.rest()

    async def shut(self, account: str) -> None:
        """Nobody listens at this supplier's address."""
        await self.books.suppliers[account].stop()

    async def open(self, account: str) -> None:
        if self.books.suppliers[account]._runner is None:
            await self.books.suppliers[account].start(port=self.ports[account])

    def check(self) -> None:
        """Raises AssertionError when a promise is broken."""
        self._account_for_updates()
        self.audit.check()
        assert not self.audit.wrong, "\n".join(self.audit.wrong)

    def _account_for_updates(self) -> None:
        """What Telegram need not keep any more has had its effect."""
        updates = self.house.telegram._updates
        kept = {one.update["update_id"] for one in updates._kept}
        confirmed = {
            number
            for number, update in updates._all.items()
            if number not in kept and {"message", "callback_query"} & set(update)
        }
        if new := confirmed - self._accounted:
            seen = {row["update_id"] for row in self.books.journal.rows("SELECT update_id FROM updates")}
            self.audit.lost.extend(f"update {number} was acknowledged and forgotten" for number in sorted(new - seen))
            self._accounted |= new

    def _polls(self) -> int:
        return sum(call.method == "getUpdates" for call in self.house.telegram._calls)

    def _expect_life(self) -> None:
        if self.life is not None and self.life.failed():
            raise AssertionError("the bot has ended by itself") from self.life.why()

    def _is_still(self) -> bool:
        poll = self.house.telegram._updates._poll
        if self.house.telegram.pending or poll is None or poll.done():
            return False
        app = self.life.app if self.life is not None else None
        if app is None or not app.reconciler._under_way.idle:
            return False
        now = self.clock.now
        for row in self.books.journal.rows(_GOING, now):
            held = len([one for one in self.held[row["account"]] if one.transport and not one.transport.is_closing()])
            if row["sending"] != held or (row["due"] and not held):
                return False
        return not self.books.journal.rows(_MOVING, now)[0][0]

    async def stand_before_suppliers(self) -> None:
        """From now on it is known which requests a supplier holds."""
        for name, supplier in self.books.suppliers.items():
            self.held[name] = []
            self.ports[name] = int(supplier.url.rpartition(":")[2])
            vars(supplier)["dispatch"] = functools.partial(_noting, supplier.dispatch)
            vars(supplier)["wait"] = functools.partial(_holding, supplier.wait, self.held[name])
            await supplier.stop()
            await supplier.start(port=self.ports[name])

    def open_orders(self) -> list[str]:
        return [order.reference for order in self.books.journal.orders() if order.outcome == Outcome.UNKNOWN]

    def count(self) -> None:
        """Add what was seen here to the tally."""
        self.tally.count(self.books, self.audit)


async def _noting(dispatch: Any, request: web.Request) -> web.StreamResponse:
    _REQUEST.set(request)
    answer: web.StreamResponse = await dispatch(request)
    return answer


async def _holding(wait: Any, held: list[web.Request], seconds: float | None = None) -> None:
    request = _REQUEST.get()
    assert request is not None
    held.append(request)
    try:
        await wait(seconds)
    finally:
        held.remove(request)


@asynccontextmanager
async def stage(folder: Path, tally: Tally, **accounts: dict[str, Any]) -> AsyncIterator[Stage]:
    """A bot runs when the block begins. Keyword arguments change single accounts' settings."""
    clock = Clock()
    async with AsyncExitStack() as stack:
        stack.enter_context(mortality(asyncio.get_running_loop(), clock))
        house = await stack.enter_async_context(world(folder, clock.time))
        house.telegram._chats._now = lambda: clock.now / 1_000_000
        settings = Settings.model_validate(house.settings(**accounts) | {"orders": RULES})
        made = Stage(house, clock, settings, tally)
        await made.stand_before_suppliers()
        for person in (ADMIN, COLLEAGUE):
            house.telegram.say(person, "/start")
        try:
            await made.begin()
            yield made
        finally:
            for supplier in house.suppliers.values():
                supplier.heal()
            with suppress(AssertionError):
                await made.kill()
