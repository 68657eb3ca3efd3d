"""Plays a dialogue with the real bot: the person in the Telegram stand-in, the suppliers at their addresses.

One thing is not as in a dialogue: references are made by the bot's clock. A dialogue calls them 1001, 1002 and so on,
in the order in which they appear.
"""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bot.sandbox.chats import BOT, ChatMessage
from bot.sandbox.payloads import OtherKind
from providers.simulators.base import Fault
from tests.end_to_end.clock import StandingClock
from tests.end_to_end.gate import Gate, Held
from tests.end_to_end.house import ADMIN, COLLEAGUE, World, world
from tests.end_to_end.undisturbed import Undisturbed
from tests.transcripts import script, shops
from tests.transcripts.conftest import NOON
from tests.transcripts.supplying import ASKED_FOR_EARLIER, ASKED_FOR_PRODUCTS, FAULTS, Ask, ask_of, prepare_reading
from tests.transcripts.test_transcripts import settings_of

MEDIA: dict[str, OtherKind] = {"sticker": "sticker", "photo": "photo", "voice": "voice", "file": "document"}
_HELD = {
    # How far an order is, is asked as a number is compared.
    Ask.STATUS: (Ask.NUMBER, Ask.ORDER),
    Ask.COMPARE: (Ask.PRODUCT,),
}
_REFERENCE = re.compile(r"(?<=Reference: )[0-9]{10,15}")
_WRITTEN = re.compile(r"(?<![0-9#])[0-9]{4}(?![0-9])")


@asynccontextmanager
async def standing_world(folder: Path, dialogue: Path) -> AsyncIterator[tuple[World, Gate]]:
    """The house of a dialogue, whose clock stands still, with a gate before its suppliers."""
    clock = StandingClock.beside(folder / "orderbot.toml")
    clock.set(NOON)
    async with world(folder, clock.time) as house:
        house.config(**settings_of(dialogue))
        gate = Gate(house.suppliers.values())
        await gate.stand()
        yield house, gate


class Bot(Protocol):
    """How the bot under test lives while a dialogue is played."""

    is_killed: bool
    """Then a message whose delivery was not recorded comes twice, and the short notice on a tapped button may not."""

    async def take_in(self) -> None:
        """Return when what the person did last is dealt with and answered."""

    async def later(self, seconds: int) -> None:
        """So much time goes by, and whatever is due now begins."""

    async def hear(self, gate: Gate, held: Held) -> None:
        """Let a request through, and return when what came of it was said."""

    async def miss(self) -> None:
        """Return when it was said that the supplier could not be reached."""


@dataclass
class LivePlayer:
    house: World
    gate: Gate
    bot: Bot
    references: dict[str, str] = field(default_factory=dict)
    last_tap: tuple[int, str] = (0, "")
    toasts: int = 0
    colleague_is_here: bool = False

    async def play(self, steps: Sequence[script.Step]) -> None:
        """Raises AssertionError naming the line where what happens differs from what is written."""
        quiet = True
        for place, step in enumerate(steps):
            with _at(step.line):
                if not isinstance(step, script.Shows | script.Passing):
                    self.pass_over_repeats()
                    self.gate.close()
                    # What is said while a supplier is asked is written after what it does.
                    assert quiet or not self.unread or isinstance(step, script.Supplier), self.unread
                    for who in (ADMIN, COLLEAGUE):
                        if quiet or (who == COLLEAGUE and not self.colleague_is_here):
                            self.note_references(*self.house.unread(who))
                            self.house.seen[who] = len(self.house.history[who])
                    quiet = step.quiet
                await self.do(step, [later for later in steps[place:] if isinstance(later, script.Supplier)])
        self.pass_over_repeats()
        assert not self.unread

    def pass_over_repeats(self) -> None:
        """Read what was only said once more, if the bot was killed meanwhile."""
        while self.bot.is_killed and self.house.unread() and self.house.unread()[0].content == self.last.content:
            self.house.seen[ADMIN] += 1

    @property
    def last(self) -> ChatMessage:
        return self.house.history[ADMIN][self.house.seen[ADMIN] - 1]

    @property
    def unread(self) -> list[str]:
        there = [ADMIN, COLLEAGUE] if self.colleague_is_here else [ADMIN]
        return [message.text for who in there for message in self.house.unread(who)]

    def passing(self) -> list[str]:
        return [self.as_written(toast.text) for toast in self.house.telegram.toasts[self.toasts :] if toast.text]

    async def do(self, step: script.Step, to_come: list[script.Supplier]) -> None:
        match step:
            case script.Shows():
                message = await self.house.next(COLLEAGUE if step.colleague else ADMIN)
                self.note_references(message)
                rows = tuple(tuple(self.as_written(button.text) for button in row) for row in message.buttons)
                assert (self.as_written(message.text), rows) == (step.text, step.rows)
            case script.Passing():
                if not self.bot.is_killed:
                    # A tap is answered on its own, beside what is said about it.
                    await self.house.until(lambda: bool(self.passing()))
                assert [*map(self.as_written, self.passing())] == [step.text] or (
                    self.bot.is_killed and not self.passing()
                )
            case script.Supplier():
                await self.supplier_acts(step)
            case script.Speaks():
                self.house.telegram.speaks(ADMIN, step.language)
            case script.Later():
                await self.make_ready(to_come)
                await self.bot.later(step.seconds)
            case _:
                self.toasts = len(self.house.telegram.toasts)
                self.gate.holds_products = True
                if isinstance(step, script.Taps) and step.label == "Confirm":
                    await self.make_ready(to_come)
                who = COLLEAGUE if isinstance(step, script.Says | script.Taps) and step.colleague else ADMIN
                self.colleague_is_here = self.colleague_is_here or who == COLLEAGUE
                if isinstance(self.bot, Undisturbed):
                    self.bot.who = who
                self.person_acts(step, who)
                await self.bot.take_in()

    async def make_ready(self, to_come: list[script.Supplier]) -> None:
        """Before an order is sent, it has to be known what its supplier does.

        Who can't be reached gets no request that could wait. Products are compared at once, unless that is told of.
        """
        compared = bool(to_come) and to_come[0].does.startswith(ASKED_FOR_PRODUCTS)
        self.gate.holds_products = not to_come or compared or ask_of(to_come[0]) is Ask.ALONE
        answered = len(self.gate.waiting(Ask.CREATE, Ask.PRODUCT))
        if [later.does for later in to_come][answered:][:1] == ["cannot be reached"]:
            await self.gate.shut()

    def person_acts(self, step: script.Step, who: int) -> None:
        telegram = self.house.telegram
        match step:
            case script.Says():
                telegram.say(who, self.as_known(step.text), reply_to=self.card(who) if step.replies else None)
            case script.Taps():
                self.last_tap = self.last_tap if step.again else self.button(self.as_known(step.label), who)
                telegram.tap(who, *self.last_tap, forged=True)
            case script.Sends():
                telegram.say_other(ADMIN, MEDIA[step.what])
            case script.Edits():
                own = [message for message in telegram.messages(ADMIN) if message.sender == ADMIN and message.text]
                telegram.edit(ADMIN, own[-1].message_id, step.text)
            case _:
                raise AssertionError(f"nothing that a person does: {step}")

    def card(self, who: int) -> int:
        """The newest message that shows an order."""
        messages = reversed(self.house.telegram.messages(who))
        return next(one.message_id for one in messages if one.sender == BOT and _REFERENCE.search(one.text))

    def button(self, label: str, who: int) -> tuple[int, str]:
        """The newest button with these words: its message and what it carries."""
        # A question that was just answered has lost them; the tap may have been on its way already.
        for message in reversed([*self.house.history[who], *self.house.telegram.messages(who)]):
            for button in (button for row in message.buttons for button in row):
                if button.text == label:
                    return message.message_id, button.data
        raise AssertionError(f"no button {label}")

    async def supplier_acts(self, step: script.Supplier) -> None:
        if not self.gate.reachable:
            await self.bot.miss()
            await self.gate.open()
            return
        ask = ask_of(step)
        if ask in {Ask.ALONE, Ask.CATALOGUE, Ask.WATCH, Ask.NONE}:
            await self.supplier_is_alone(ask, step)
            return
        held = await self.asked(ask, step)
        if ask is Ask.STATUS:
            await self.all_tell(held, step)
            return
        taken = len(held.supplier.ledger)
        if step.does in FAULTS:
            held.supplier.fail(FAULTS[step.does], code=step.detail)
        elif step.does == "does not show its products":
            self.house.guoguo.product_fault = Fault.ERROR_BEFORE
        elif held.ask in {Ask.ORDER, Ask.NUMBER} or ask is Ask.COMPARE:
            prepare_reading(held.supplier, step)
            taken = len(held.supplier.ledger)
        await self.bot.hear(self.gate, held)
        held.supplier.heal()
        assert len(held.supplier.ledger) - taken == step.does.startswith("takes the order")

    async def asked(self, ask: Ask, step: script.Supplier) -> Held:
        """The request that the step answers; what is asked before an order is sent goes on unless that is the step."""
        wanted: tuple[Ask, ...] = _HELD.get(ask, (ask,))
        # A list is read before a sending only where an earlier order is held to be not placed; else it is another look.
        earlier_held = bool(self.house.rows("SELECT reference FROM orders WHERE inferred = 1"))
        before: tuple[Ask, ...] = (
            ((Ask.PRODUCT, Ask.ORDER) if earlier_held else (Ask.PRODUCT,)) if ask is Ask.CREATE else ()
        )
        if step.does.startswith(ASKED_FOR_EARLIER):
            wanted, before = (Ask.ORDER,), (Ask.PRODUCT,)
        while (held := await self.gate.first(*wanted, *before)).ask in before:
            self.gate.let_through(held)
        return held

    async def supplier_is_alone(self, ask: Ask, step: script.Supplier) -> None:
        """What no request of the dialogue's is behind."""
        if ask is Ask.ALONE:
            shops.act(self.house.suppliers.values(), step)
            return
        assert isinstance(self.bot, Undisturbed), "a bot in another process begins with it by itself"
        with self.all_read(step if ask is Ask.WATCH else None):
            await (self.bot.read_lists() if ask is Ask.CATALOGUE else self.bot.watch(due=ask is Ask.WATCH))

    async def all_tell(self, held: Held, step: script.Supplier) -> None:
        """A number may be asked of all suppliers at once."""
        with self.all_read(step):
            for other in self.gate.waiting(held.ask, *_HELD[Ask.STATUS]):
                if other is not held:
                    self.gate.let_through(other)
            await self.bot.hear(self.gate, held)

    @contextmanager
    def all_read(self, step: script.Supplier | None) -> Iterator[None]:
        """Whatever is read now is read at once, as the step says."""
        self.gate.holds_reads = False
        for supplier in self.house.suppliers.values():
            if step is not None:
                prepare_reading(supplier, step)
        yield
        for supplier in self.house.suppliers.values():
            supplier.heal()
        self.gate.holds_reads = True

    def note_references(self, *messages: ChatMessage) -> None:
        """Give those that are new the dialogue's names, also where a dialogue shows nothing of an order."""
        for real in (real for message in messages for real in _REFERENCE.findall(message.text)):
            self.references.setdefault(real, str(1001 + len(self.references)))

    def as_written(self, text: str) -> str:
        """Words of the bot with the dialogue's references, wherever they stand."""
        for real, written in self.references.items():
            text = text.replace(real, written)
        return text

    def as_known(self, text: str) -> str:
        """Words of a person with the bot's references, wherever a whole one stands; `#1001` is a supplier's number."""
        known = {written: real for real, written in self.references.items()}
        return _WRITTEN.sub(lambda found: known.get(found[0], found[0]), text)


@contextmanager
def _at(line: int) -> Iterator[None]:
    try:
        yield
    except (AssertionError, TimeoutError) as error:
        raise AssertionError(f"line {line}: {error}") from error
