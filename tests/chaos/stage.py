"""The whole house with a bot in this process, a clock that obeys, and faults on every line."""

import asyncio
import functools
import json
import math
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.app import App
from bot.sandbox.chats import BOT, ChatChange
from bot.settings.model import Settings
from bot.workers.sender import REST
from providers.simulators.base import Simulator
from storage.opening import backup, restore
from tests.chaos.audit import Audit
from tests.chaos.books import Books, Journal
from tests.chaos.drafts import TOO, first_name
from tests.chaos.life import START, Clock, Life, LivedClock, end_all, mortality
from tests.chaos.tally import Tally
from tests.end_to_end.house import ADMIN, COLLEAGUE, World, world

PATIENCE = 120.0
"""Seconds until something that should have come to rest is a failure; machines can be busy."""
LOOKED_AT = 2.0
"""Seconds after which an order that is due beside one that hangs is not looked at any more."""
LAG = 600
ABSENCE = 120
LONGEST_LATE = 15 * 3600.0
"""Seconds after which even a supplier that takes its time has taken an order: one is looked for for a day."""
LONG = 3600.0
"""Seconds that a simulator waits before it takes a delayed order, unless it is told to go on."""
RULES = {"retries": 2, "retry_wait": 5.0, "lag": float(LAG), "grace": 0.0, "same_within": 30 * 86400.0}
"""The settings' `[orders]`. The same is asked about for so long that nobody has to reckon with the end of it."""
_REQUEST: ContextVar[web.Request | None] = ContextVar("request", default=None)
_HAD: ContextVar[int] = ContextVar("had")
"""How many orders a supplier had when a request came."""
_MOVING = """
SELECT (SELECT count(*) FROM outbox
        WHERE id IN (SELECT MIN(id) FROM outbox
                     WHERE state = 'waiting' AND id NOT IN (SELECT value FROM json_each(?2)) GROUP BY chat_id)
            AND not_before <= ?1)
    + (SELECT count(*) FROM orders WHERE outcome = 'unknown' AND look_at <= ?1)
    + (SELECT count(*) FROM conversations WHERE waiting <> '')
"""
_GOING = """
SELECT reference, account, stage = 'sending' AS sent, stage = 'confirmed' AND held = 0 AND not_before <= ?1 AS due
FROM orders WHERE stage <> 'settled'
"""
_LOOKED_FOR = "SELECT reference FROM orders WHERE stage = 'settled' AND inferred = 1 AND look_at <= ?1"


@dataclass
class Stage:
    """`life` is the bot that runs, or None between two."""

    house: World
    clock: Clock
    every: dict[str, Any]
    """The settings as they were first, as a dictionary."""
    tally: Tally
    others: dict[str, Simulator]
    life: Life | None = None
    held: dict[int, list[web.Request]] = field(default_factory=dict)
    ports: dict[int, int] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    """Accounts that lead to the other customer now."""
    twice: set[str] = field(default_factory=set)
    """Accounts that have two names in the settings now."""
    redirecting: set[int] = field(default_factory=set)
    """Places whose next yes is to be an address instead, the same as before."""
    ever_twice: set[str] = field(default_factory=set)
    staff: set[int] = field(default_factory=lambda: {ADMIN, COLLEAGUE})
    _late_for: float = 0
    _late_within: float = LAG / 2
    _lived_until: int | None = None
    _reached: int = 0
    _copy: Path | None = None
    _accounted: set[int] = field(default_factory=set)
    _looks_at: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.books = Books(Journal(self.house), self.house.suppliers, self.others)
        self.audit = Audit(self.books, self.staff, self.right_time, LAG * 1_000_000)
        self.audit.tell_nothing = {id(place) for place in self.books.places() if self._tells_nothing(place)}
        self._addresses = {name: other.url for name, other in self.others.items()}
        tell = self.house.telegram._chats.changed

        def hear(change: ChatChange) -> None:
            if change.kind in {"message", "edited"}:
                message = self.house.telegram._chats.find(change.chat_id)
                said = message.messages[change.message_id] if message else None
                if said is not None and said.sender == BOT:
                    self.audit.heard(said, change.chat_id)
            tell(change)

        self.house.telegram._chats.changed = hear

    def _tells_nothing(self, place: Simulator) -> bool:
        """Whether nothing of ours is in an order there."""
        marked = self.every["accounts"]["shop"].get("remark_marker")
        return place.name == "guoguo" or (place.name == "anqicms" and not marked)

    @property
    def alive(self) -> bool:
        return self.life is not None and not self.life.over

    @property
    def settings(self) -> Settings:
        accounts = {
            name: account | ({"base_url": self._addresses[name]} if name in self.moved else {})
            for name, account in self.every["accounts"].items()
        }
        accounts |= {f"{name}{TOO}": accounts[name] | {"title": f"Second {name}"} for name in self.twice}
        changed = {"accounts": accounts, "orders": RULES, "staff": {"admins": sorted(self.staff)}}
        return Settings.model_validate(self.every | changed)

    def right_time(self) -> int:
        """In microseconds, whatever the bot's machine shows."""
        return START + self.clock.gone

    def place(self, account: str) -> Simulator:
        """The supplier's side that an account leads to now."""
        name = first_name(account)
        return (self.others if name in self.moved else self.books.suppliers)[name]

    def is_asked(self, place: Simulator) -> bool:
        """Whether a supplier has a request that it has not answered."""
        return bool(self.held[id(place)])

    async def begin(self) -> None:
        """Start the bot; return when it listens, unless it is dead before."""
        polls = self._polls()
        self.tally.lives += 1
        if self._was_away():
            self.audit.was_away()
        self._reached = 0
        self.life = Life(self.settings)
        await self.life.begin()
        async with asyncio.timeout(PATIENCE):
            while self.alive and self._polls() == polls:
                self._expect_life()
                await asyncio.sleep(0.001)
        await self.rest()

    def _was_away(self) -> bool:
        """Whether so much time has gone by since the bot was last seen, by its machine, that it has to notice."""
        if self._lived_until is None:
            return False
        gone = START + self.clock.gone + self.clock.off - self._lived_until
        return not 0 <= gone <= ABSENCE * 1_000_000

    async def kill(self) -> None:
        if self.life is not None:
            life, self.life = self.life, None
            self.tally.kills += 1
            # Nobody reads when a file is put in another's place, or looked at as a whole.
            self.books.journal.close()
            await life.bury()
            self._lived_until = START + self.clock.gone + self.clock.off

    async def stop(self) -> None:
        """As an operator does it."""
        if self.alive and self.life is not None:
            await self.life.stop()
            self.life = None
            self._lived_until = START + self.clock.gone + self.clock.off
        await self.kill()

    async def restart(self, *, softly: bool = False) -> None:
        if softly:
            await self.stop()
        await self.kill()
        await self.begin()

    async def rest(self) -> None:
        """Return when nothing moves any more without something from outside, or the bot is dead."""
        until, moves = time.monotonic() + PATIENCE, ""
        while self.alive:
            self._expect_life()
            assert time.monotonic() < until, f"the house doesn't come to rest: {moves}"
            if not (moves := self._moves()):
                return
            if self.life is not None and self.life.app is not None and self._is_sending_later(self.life.app):
                self.clock.advance(REST)
                self.life.app.wake()
            await asyncio.sleep(0.001)
        if self.life is not None:
            await self.kill()

    async def looks_are_over(self) -> None:
        """Return when nothing is due to be looked for any more that a list once lacked, or the bot is dead."""
        async with asyncio.timeout(PATIENCE):
            while self.alive and self.books.journal.rows(_LOOKED_FOR, self._forward()):  # noqa: ASYNC110  as above
                await asyncio.sleep(0.001)
        await self.rest()

    def next_look(self) -> float:
        """Seconds until something is looked for again that a list once lacked; very many when nothing is."""
        times = [order.look_at for order in self.books.journal.orders() if order.inferred and order.look_at is not None]
        return (min(times) - self._forward()) / 1_000_000 if times and self.alive else math.inf

    async def passes(self, seconds: float) -> None:
        """Time goes by. No supplier takes an order as late as the bot has to reckon with, unless it is told to."""
        if self._late_for + seconds > self._late_within:
            await self.late_orders()
        self._late_for += seconds
        self.clock.advance(seconds)
        await self._notices()

    async def set_clock(self, seconds: float) -> None:
        """The bot's machine shows another time from now on; a bot that lives notices when it is ahead."""
        self.clock.set(seconds)
        if self.alive and seconds > ABSENCE:
            self.audit.was_away()
        await self._notices()

    async def _notices(self) -> None:
        if self.alive and self.life is not None and self.life.app is not None:
            self._reached = self._forward()
            self.life.app.wake()
        await self.rest()

    async def late_orders(self) -> None:
        """Every supplier gets to what it has received."""
        for name in self.books.suppliers:
            await self.heal(name)
        self._late_for, self._late_within = 0, LAG / 2

    def takes_its_time(self) -> None:
        """Until then, suppliers take what is late later than the bot has to reckon with."""
        self._late_within = LONGEST_LATE

    async def heal(self, account: str) -> None:
        for supplier in (self.books.suppliers[account], self.others[account]):
            supplier.heal()
            until = time.monotonic() + PATIENCE
            while held := self.held[id(supplier)]:
                assert time.monotonic() < until, f"{account} still holds {[(one.method, one.path) for one in held]}"
                # Once more for a request of one who is dead, that comes to its wait only now.
                supplier.release()
                await asyncio.sleep(0.001)
            supplier.take_late()
        await self.rest()

    async def shut(self, account: str) -> None:
        """Nobody listens at this supplier's address."""
        await self.place(account).stop()

    async def open(self, account: str) -> None:
        for supplier in (self.books.suppliers[account], self.others[account]):
            if supplier._runner is None:
                await supplier.start(port=self.ports[id(supplier)])

    async def move(self, account: str) -> None:
        """Have the account lead to the other customer, or back."""
        await self.stop()
        self.moved ^= {account}
        await self.begin()

    async def name_twice(self, *accounts: str) -> None:
        """From now on these are all the accounts that have a second name; what another one had is the first one's."""
        await self.stop()
        self.twice = {*accounts}
        self.ever_twice |= self.twice
        await self.begin()

    async def employ(self, *staff: int) -> None:
        """From now on these are all the staff."""
        await self.stop()
        self.staff.clear()
        self.staff.update(staff)
        await self.begin()

    async def copy(self) -> None:
        """Make a copy of the database, in the place of an earlier one."""
        copy = self.house.folder / "copy.db"
        copy.unlink(missing_ok=True)
        await backup(self.settings.storage.url, copy, START + self.clock.gone + self.clock.off)
        self._copy = copy

    async def put_back(self) -> None:
        """Put the copy that was made in the place of the database; the admins have to be told."""
        if self._copy is None:
            return
        await self.kill()
        before = self.books.journal.orders()
        self.books.journal.close()
        await restore(self.settings.storage.url, self._copy, START + self.clock.gone + self.clock.off)
        self.audit.was_put_back(before)
        self.audit.was_away()
        # What is acknowledged by now is done as far as it can be.
        self._accounted |= set(self.house.telegram._updates._all)
        said = self._said_of_copies()
        await self.begin()
        for admin, count in self._said_of_copies().items():
            if count <= said[admin]:
                self.audit.untold.append(f"{admin} was not told that a copy was put back")

    def _said_of_copies(self) -> dict[int, int]:
        count = "SELECT count(*) FROM outbox WHERE chat_id = ? AND body LIKE '%put back from a copy%'"
        return {admin: self.books.journal.rows(count, admin)[0][0] for admin in self.staff}

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

    def _forward(self) -> int:
        app = self.life.app if self.life is not None else None
        assert app is not None
        assert isinstance(app.clock, LivedClock)
        return app.clock.reached()

    def _moves(self) -> str:
        """Something that moves in the house; empty when nothing does."""
        poll = self.house.telegram._updates._poll
        if self.house.telegram.pending or poll is None or poll.done():
            return "updates are under way"
        app = self.life.app if self.life is not None else None
        if app is None or not app.reconciler._under_way.idle:
            return "orders are looked for"
        if not all(loop.rests or self._held_for(name) for name, loop in app.status_watch._loops.items()):
            return "statuses are read"
        if not app.status_notices._loop.rests:
            return "notices are told"
        if not (app.status_answers._under_way.idle or any(map(self._held_for, self.books.suppliers))):
            return "questions about orders are asked"
        if int(self.books.journal.rows("SELECT value FROM program WHERE name = 'forward'")[0][0]) < self._reached:
            return "it has not noticed how late it is"
        now = self._forward()
        if going := next(filter(None, (self._going(app, name, now) for name in self.books.suppliers)), ""):
            return going
        taken = app.delivery.taken.unstored()
        if self.books.journal.rows(_MOVING, now, json.dumps([one.row_id for one in taken]))[0][0]:
            return "messages, look-ups or requests are due"
        if taken:
            _store_now(app)
            return "what Telegram took is stored"
        return ""

    def _going(self, app: App, name: str, now: int) -> str:
        """What moves of a supplier's orders, whichever of its accounts they are of."""
        rows = [row for row in self.books.journal.rows(_GOING, now) if first_name(row["account"]) == name]
        sent = {row["reference"] for row in rows if row["sent"]}
        held = len([one for one in self._held_for(name) if one.transport and not one.transport.is_closing()])
        if len(sent) != held + _waiting_beside(app, sent):
            return f"orders of {name} are sent"
        due = {row["reference"]: row["account"] for row in rows if row["due"]}
        if not due:
            return ""
        if not held:
            return f"orders of {name} are due"
        if _all_wait(app, due):
            self._looks_at.pop(name, None)
            return ""
        # They are compared with prices first; one whose supplier does not answer waits for a time that stands still.
        since = self._looks_at.setdefault(name, time.monotonic())
        return f"orders of {name} are looked at" if time.monotonic() - since < LOOKED_AT else ""

    def _is_sending_later(self, app: App) -> bool:
        """Whether an order is due that waits until its time tells it from one of unknown outcome."""
        rows = self.books.journal.rows(_GOING, self._forward())
        sent = {first_name(row["account"]) for row in rows if row["sent"]}
        due = {row["account"] for row in rows if row["due"] and first_name(row["account"]) not in sent}
        return any(app.sender._loops[account].rests for account in due & set(app.sender._loops))

    def _held_for(self, account: str) -> list[web.Request]:
        name = first_name(account)
        return [*self.held[id(self.books.suppliers[name])], *self.held[id(self.others[name])]]

    async def stand_before_suppliers(self) -> None:
        """From now on it is known which requests a supplier holds."""
        for supplier in self.books.places():
            key = id(supplier)
            self.held[key] = []
            self.ports[key] = int(supplier.url.rpartition(":")[2])
            vars(supplier)["dispatch"] = functools.partial(self._dispatch, supplier, supplier.dispatch)
            vars(supplier)["wait"] = functools.partial(_holding, supplier.wait, self.held[key])
            supplier.on_change = functools.partial(self._received, supplier)
            await supplier.stop()
            await supplier.start(port=self.ports[key])

    async def _dispatch(self, supplier: Simulator, dispatch: Any, request: web.Request) -> web.StreamResponse:
        _REQUEST.set(request)
        _HAD.set(len(supplier.ledger))
        answer: web.StreamResponse = await dispatch(request)
        if request.method == "POST" and id(supplier) in self.redirecting and len(supplier.ledger) > _HAD.get():
            self.redirecting.remove(id(supplier))
            return web.Response(status=307, headers={"Location": request.path})
        return answer

    def _received(self, supplier: Simulator) -> None:
        request = _REQUEST.get()
        others = [one for one in self.held[id(supplier)] if one is not request and one.method == "POST"]
        beside = any(one.transport and not one.transport.is_closing() for one in others)
        self.audit.received(supplier, _HAD.get(), beside=beside)

    def looked_for(self) -> list[str | None]:
        """For orders that are held to be not placed: the accounts to move so that they lead there; None for no move."""
        inferred = [order for order in self.books.journal.orders() if order.inferred]
        away = [order for order in inferred if self.books.place_of(order) is not self.place(order.account)]
        elsewhere = {first_name(order.account) for order in away}
        here = len(away) < len(inferred)
        return [*([None] if here else []), *sorted(elsewhere)]

    def count(self) -> None:
        """Add what was seen here to the tally."""
        self.tally.count(self.books, self.audit)


def _store_now(app: App) -> None:
    """Nothing comes along any more that would store what Telegram took: all else is still."""
    kept = app.delivery.taken._unstored
    kept.update({row: (taken, -math.inf) for row, (taken, _) in kept.items()})
    app.delivery._storage._woken.set()


def _all_wait(app: App, due: dict[str, str]) -> bool:
    """Whether orders, by reference and account, were looked at and wait, perhaps for one of their customer's."""
    sender = app.sender
    loops = [loop for account, loop in sender._loops.items() if account in due.values()]
    return sender._in_hand.isdisjoint(due) and all(loop.rests for loop in loops)


def _waiting_beside(app: App, sent: set[str]) -> int:
    """How many of the calls have an answer that waits for those to the others of `sent`."""
    calls = (call for beside in app.sender._wire._calls.values() for call in beside)
    return sum(len(call.ended._waiters) for call in calls if call.reference in sent and not call.ended.is_set())


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
        children = stack.enter_context(mortality(asyncio.get_running_loop(), clock))
        house = await stack.enter_async_context(world(folder, clock.time))
        house.telegram._chats._now = lambda: (START + clock.gone) / 1_000_000
        others = {
            name: await stack.enter_async_context(type(supplier)(clock.time))
            for name, supplier in house.suppliers.items()
        }
        made = Stage(house, clock, house.settings(**accounts), tally, others)
        await made.stand_before_suppliers()
        for person in (ADMIN, COLLEAGUE):
            house.telegram.say(person, "/start")
        try:
            await made.begin()
            yield made
        finally:
            for supplier in made.books.places():
                supplier.heal()
            with suppress(AssertionError):
                await made.kill()
            await end_all(children)
            made.books.journal.close()
