"""A street of people who order at once from all suppliers, amid faults that come by a seed.

They are real conversations with the real program, whatever is done to it meanwhile; in the end all promises are held
against what everybody has heard and what suppliers have.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from bot.ids import now_us
from bot.sandbox.chats import BOT, ChatChange, ChatMessage
from bot.sandbox.faults import FaultKind
from providers.orders import Outcome
from providers.simulators.base import Fault, Simulator
from storage.orders import Order
from tests.chaos.audit import NOT_PLACED, PLACED, UNKNOWN, Audit
from tests.chaos.books import Books, Journal, Truth
from tests.chaos.drafts import RECIPES
from tests.chaos.sequence import Sequence
from tests.chaos.tally import Tally
from tests.end_to_end.dialogues import DIALOGUES, Dialogue, reference_in
from tests.end_to_end.house import World

PATIENCE = 120.0
"""Seconds until what doesn't come counts as lost; a bot that is killed all the time is slow."""
_UNSAID = "SELECT id FROM outbox WHERE state = 'waiting' UNION ALL SELECT chat_id FROM inquiries"
"""Messages, and questions about orders whose answers will be messages."""
LATE, LAG = 0.3, 5.0
"""Seconds that a supplier takes to get to a late order, and those with which the bot reckons."""
RULES = {"retries": 3, "retry_wait": 0.2, "lag": LAG, "grace": 0.1, "same_within": 86400.0}
WAITS = [2 * LATE, 2 * LATE, 2 * LATE, 2 * LAG]
"""Seconds after which somebody looks into it himself; a slow person leaves it to the bot first."""
TIMEOUT = 2.0
"""Seconds that an answer is waited for."""
MISFORTUNES = [None, None, None, *Fault]
TELEGRAM = [kind for kind in get_args(FaultKind) if kind not in {"hang", "at_once"}]
"""What may go wrong with a message; the last is of polls alone."""
PEOPLE = {500_000_001 + n: account for n, account in enumerate([*RECIPES, "guoguo", "shop"])}
"""The accounts from which they order."""
LAST_ASKED = {"guoguo": "Link", "shop": "Note", "citiesocial": "Email", "gifts": "Note"}
"""The question whose answer makes an order unlike all others."""


@dataclass
class Street:
    """Six people and the house that they order in. Each of them has a chance of their own.

    They begin further orders as long as it is `day`.
    """

    house: World
    seed: int
    tally: Tally
    day: bool = True
    _orders: int = 0
    _changed: dict[int, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    def __post_init__(self) -> None:
        for person in PEOPLE:
            self.house.telegram.add_person(person, f"Person {person % 100}")
        self.books = Books(Journal(self.house), self.house.suppliers)
        self.audit = Audit(self.books)
        self.sequence = Sequence(self.books.journal)
        tell = self.house.telegram._chats.changed

        def hear(change: ChatChange) -> None:
            tell(change)
            if change.kind in {"message", "edited"}:
                self.sequence.came(self._message(change))
                said = self.house.history[change.chat_id]
                if said and said[-1].message_id == change.message_id:
                    self.audit.heard(said[-1], change.chat_id)
                self._changed[change.chat_id].set()

        self.house.telegram._chats.changed = hear

    async def play(self, *happens: Coroutine[Any, Any, None]) -> None:
        """Let everybody order while all that happens, until the day is over, everything is decided and told.

        Raises AssertionError when a promise is broken; the tally knows it in any case.
        """
        going_on = asyncio.create_task(self.suppliers_go_on())
        try:
            async with asyncio.TaskGroup() as day:
                for one in happens:
                    day.create_task(one)
                for person, account in PEOPLE.items():
                    day.create_task(self.orders(person, account))
            await self.everything_is_decided()
            await self.everything_is_said()
            self.audit.check_in_the_end()
            self.audit.disordered += self.sequence.faults()
            assert not self.audit.wrong, "\n".join(self.audit.wrong)
        finally:
            going_on.cancel()
            await asyncio.gather(going_on, return_exceptions=True)
            self.tally.count(self.books, self.audit)
            self.books.journal.close()

    async def orders(self, who: int, account: str) -> None:
        """One person's day: order after order, the last one with a bot that is left alone."""
        chance = random.Random(f"{self.seed} {who}")  # noqa: S311  as above
        while self.day:
            await self.order(who, account, chance)

    async def order(self, who: int, account: str, chance: random.Random) -> None:
        self._orders += 1
        for turn in _unlike(DIALOGUES[account], f"c{self._orders}x").turns:
            await self.answers(who, turn.does, turn.first)
        self.misfortune(who, self.house.suppliers[account], chance)
        before = self.newest(who)
        self.house.telegram.tap_button(who, "Confirm")
        starts = ("Sending", PLACED, NOT_PLACED, UNKNOWN)
        card = await self.shows(who, lambda m: m.message_id > before and m.text.startswith(starts))
        await self.is_decided(who, reference_in(card.text), waits=chance.choice(WAITS))
        before = self.newest(who)
        # A draft that stands again is given up.
        self.house.telegram.say(who, "/cancel")
        await self.shows(who, lambda m: m.message_id > before)

    async def answers(self, who: int, does: str, first: str) -> None:
        """Say or tap something and wait for the next question, which may come twice around a kill."""
        before = self.newest(who)
        self.house.does(does, who)
        await self.shows(who, lambda m: m.message_id > before and m.text.splitlines()[0] == first)

    def misfortune(self, who: int, supplier: Simulator, chance: random.Random) -> None:
        fault = chance.choice(MISFORTUNES)
        if fault is not None:
            code = chance.choice(supplier.refusals) if fault is Fault.REFUSE else ""
            supplier.fail(fault, code=code, seconds=LATE)
        if chance.random() < 0.3:
            kind = chance.choice(TELEGRAM)
            self.house.telegram.fail(chance.choice(["sendMessage", "editMessageText"]), kind, chat_id=who)
            self.tally.faults[f"telegram {kind}"] += 1

    async def suppliers_go_on(self) -> None:
        """Take what came late, some time after it came."""
        while True:
            await asyncio.sleep(LATE)
            for supplier in self.house.suppliers.values():
                supplier.take_late()

    async def is_decided(self, who: int, reference: str, *, waits: float) -> None:
        """Wait until the outcome is told. What nobody knows for so long is looked up at the supplier's and told."""
        async with self._patience(who):
            while self.audit.last_told(reference) not in {PLACED, NOT_PLACED}:
                await self._something_new(who, LATE)
                order = next(o for o in self.books.journal.orders() if o.reference == reference)
                since = now_us() - (order.settled_at or now_us())
                if order.outcome == Outcome.UNKNOWN and since > waits * 1_000_000:
                    self.tells_the_truth(who, order)

    def tells_the_truth(self, who: int, order: Order) -> None:
        """As far as the chat lets one, at this moment; a bot that was killed may need to be told again."""
        truth = self.books.truth(order, in_flight=False)
        of_it = f"{order.reference}:{order.attempts}"
        said = [message for message in self.house.telegram.messages(who) if message.sender == BOT]
        if truth is Truth.ABSENT:
            self.tap(who, f"others:{of_it}:") or self.tap(who, f"notplaced:{of_it}") or self.tap(
                who, f"details:{of_it}"
            )
        elif isinstance(truth, str) and not self.tap(who, f"is:{of_it}:{truth}"):
            if said[-1].text.startswith("Order number"):
                self.house.telegram.say(who, truth)
            else:
                any(self.tap(who, data) for data in (f"name:{of_it}", f"details:{of_it}"))

    def tap(self, who: int, data: str) -> bool:
        """Whether there is such a button; of one that ends in a colon the rest doesn't matter."""
        for message in reversed(self.house.telegram.messages(who)):
            for button in (button for row in message.buttons for button in row):
                if button.data == data or (data.endswith(":") and button.data.startswith(data)):
                    self.audit.tapped(button.data)
                    self.house.telegram.tap(who, message.message_id, button.data)
                    return True
        return False

    def _message(self, change: ChatChange) -> ChatMessage:
        return next(
            m for m in reversed(self.house.telegram.messages(change.chat_id)) if m.message_id == change.message_id
        )

    def newest(self, who: int) -> int:
        return max((message.message_id for message in self.house.telegram.messages(who)), default=0)

    async def shows(self, who: int, so: Callable[[ChatMessage], bool]) -> ChatMessage:
        """Wait until some message of the bot's is so."""
        async with self._patience(who):
            while True:
                said = [message for message in self.house.telegram.messages(who) if message.sender == BOT]
                if (found := next((message for message in reversed(said) if so(message)), None)) is not None:
                    return found
                await self._something_new(who, 1)

    @asynccontextmanager
    async def _patience(self, who: int) -> AsyncIterator[None]:
        """Raises AssertionError: what doesn't come is lost."""
        try:
            async with asyncio.timeout(PATIENCE):
                yield
        except TimeoutError:
            self.audit.lost.append(f"{who} waits for an answer")
            raise AssertionError(f"nothing came:\n{self.house.telegram.transcript(who)[-4000:]}") from None

    async def _something_new(self, who: int, seconds: float) -> None:
        self._changed[who].clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed[who].wait()

    async def everything_is_decided(self) -> None:
        """What was held to be not placed may be open again, after whoever ordered it had gone on."""
        async with asyncio.timeout(PATIENCE):
            while left := [o for o in self.books.journal.orders() if o.outcome == Outcome.UNKNOWN]:
                for order in left:
                    self.tells_the_truth(order.user_id, order)
                await asyncio.sleep(LATE)

    async def everything_is_said(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.house.rows(_UNSAID):  # noqa: ASYNC110  it rings no bell
                await asyncio.sleep(0.1)


def settings(house: World, seed: int) -> dict[str, Any]:
    """Of the bot, as a dictionary."""
    accounts = {name: {"timeout": TIMEOUT} for name in RECIPES} | {
        # Hours of orders pass here in minutes.
        "shop": {"timeout": TIMEOUT, "remark_marker": bool(seed % 2), "reads_in_5_minutes": 100_000}
    }
    return house.settings(**accounts) | {"staff": {"admins": [*PEOPLE]}, "orders": RULES}


def _unlike(dialogue: Dialogue, token: str) -> Dialogue:
    """The same order with one answer that no other has."""
    turns = list(dialogue.turns)
    place = next(n for n, turn in enumerate(turns) if turn.first.split(" · ")[0] == LAST_ASKED[dialogue.account])
    turns[place + 1] = replace(turns[place + 1], does=RECIPES[dialogue.account].answer(token))
    return replace(dialogue, turns=tuple(turns))
