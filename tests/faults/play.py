"""Plays one order with one fault: the real bot, a person in the chat, a supplier on loopback, and what came of it."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.app import run
from bot.sandbox.chats import BOT, ChatMessage
from bot.settings.model import Settings
from providers.orders import Outcome
from providers.simulators.base import Order, Simulator
from providers.simulators.wire import Wire
from tests.end_to_end.dialogues import DIALOGUES, Dialogue, confirm, fill_in
from tests.end_to_end.house import ADMIN, PATIENCE, World, world
from tests.faults.person import CHECK, newest, put_right
from tests.faults.points import Point, longer

RETRIES = 2
LONG_PATIENCE = 4 * PATIENCE
"""Seconds. A name is looked up for each try, which takes long where nobody answers that."""
UNREAD = "could not be read again"
"""Said of a product that is known to cost something; whoever confirms then orders without a comparison."""
VARYING = (
    (re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4} \d{2}:\d{2}:\d{2}"), "T"),
    (re.compile(r"(\d{1,2} [A-Z][a-z]+ )?\b\d{2}:\d{2}\b"), "T"),
    (re.compile(r"\bCR-\d+"), "N"),
)
"""What differs from run to run beside order numbers, and what stands for it."""
SETTLED = ("Placed", "Not placed", "Outcome unknown")


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one fault.

    `tries` is how often the bot tried to send, and `requests` are the creates that reached the supplier's address.
    `orders` are those that the supplier had when the bot had said all that it had to say: `meanwhile` and `said` on the
    order's message, and `follows` after it, a text and its buttons each. `does` is what a person does then, and
    `in_the_end` how many orders there are after that.
    """

    point: str
    tries: int
    requests: int
    orders: int
    outcome: Outcome
    said: tuple[str, ...]
    follows: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    meanwhile: tuple[str, ...] = ()
    does: tuple[str, ...] = ()
    in_the_end: int = 0


def without_order(text: str) -> tuple[str, ...]:
    """What a card says and why; its second line, between them, is the order itself."""
    first, _, why, *_ = text.splitlines()
    return first, why


@dataclass(frozen=True, slots=True)
class Scene:
    """Where one order is played."""

    house: World
    supplier: Simulator
    wire: Wire
    dialogue: Dialogue
    point: Point

    @asynccontextmanager
    async def bot(self, address: str) -> AsyncIterator[None]:
        """The bot while its settings have the supplier at this address."""
        account = {"base_url": address, "timeout": self.point.timeout}
        orders = {"retries": RETRIES, "retry_wait": self.point.retry_wait}
        settings = Settings.model_validate(self.house.settings(**{self.dialogue.account: account}) | {"orders": orders})
        running = asyncio.create_task(run(settings))
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def is_tried_again(self) -> tuple[str, ...]:
        """Wait until the bot says so, and let somebody listen again; what it says."""
        await self.house.telegram.wait_for(ADMIN, lambda _: bool(self._waiting()), PATIENCE)
        await self.wire.open()
        return without_order(self._waiting()[0])

    def _waiting(self) -> list[str]:
        return [message.text for message in self.house.history[ADMIN] if "Trying again in" in message.text]

    async def decides_unread(self, reference: str) -> tuple[ChatMessage, ...]:
        """Wait for what is said first; a person confirms what could not be compared. The message that says so."""
        said = self._settled
        await self.house.telegram.wait_for(ADMIN, lambda _: bool(self._waiting() or said(reference)), LONG_PATIENCE)
        stopped = tuple(card for card in said(reference) if UNREAD in card.text)
        if stopped:
            await self.house.reads("Summary")
            assert await confirm(self.house, self.dialogue) == reference
        return stopped

    async def is_settled(self, reference: str, after: Sequence[ChatMessage]) -> ChatMessage:
        """Wait for the order's outcome in the chat, beside what was said before; the message that says it."""

        def settled() -> list[ChatMessage]:
            before = {message.message_id for message in after}
            return [message for message in self._settled(reference) if message.message_id not in before]

        await self.house.telegram.wait_for(ADMIN, lambda _: bool(settled()), LONG_PATIENCE)
        return settled()[0]

    def _settled(self, reference: str) -> list[ChatMessage]:
        said = [message for message in self.house.telegram.messages(ADMIN) if message.sender == BOT]
        return [message for message in said if reference in message.text and message.text.startswith(SETTLED)]

    async def was_looked_for(self) -> None:
        """Wait until a person is asked, and is told what was found where the supplier can be asked."""

        def asked() -> bool:
            message = newest(self.house, CHECK)
            return message is not None and "Looking for it" not in message.text

        await self.house.telegram.wait_for(ADMIN, lambda _: asked(), PATIENCE)

    def said(self, card: ChatMessage, reference: str) -> tuple[str, ...]:
        """What the order's message says above our reference; unless it is placed, the first line and the reason."""
        text = self.masked(tuple(card.text.splitlines()))
        lines = tuple(itertools.takewhile(lambda line: line != f"Reference: {reference}", text))
        # The second line repeats what was ordered.
        return (lines[0], *(lines[2:] if lines[0].startswith("Placed") else lines[2:3]))

    def told(self, message: ChatMessage) -> tuple[str, ...]:
        """A further message's first line; of evidence also what was found, without what repeats the order."""
        lines = self.masked(tuple(message.text.splitlines()))
        if not lines[0].startswith(CHECK):
            return lines[:1]
        # The order itself and how the answer was lost were said just before.
        return lines[0], lines[-2]

    @property
    def orders(self) -> list[Order]:
        """The supplier's orders, but for those that others made before."""
        return self.supplier.ledger[self.point.earlier :]

    def masked(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        """Texts without what differs from run to run."""
        text = "\n".join(lines)
        for order in self.orders:
            text = text.replace(order.number, "X")
        for order in self.supplier.ledger:
            text = text.replace(order.number, "Y")
        for pattern, mask in VARYING:
            text = pattern.sub(mask, text)
        return tuple(text.split("\n")) if lines else ()

    def journal(self, reference: str) -> tuple[Outcome, int]:
        """What the order is recorded as, and how often it was tried."""
        rows = {row[0]: row[1:] for row in self.house.rows("SELECT reference, outcome, tries FROM orders")}
        outcome, tries = rows[reference]
        return Outcome(outcome), int(tries)


async def play(account: str, point: Point, folder: Path) -> Row:
    """One order of an account, from the first question to the end, in a house of its own."""
    dialogue = longer(DIALOGUES[account]) if point.long else DIALOGUES[account]
    async with world(folder) as house:
        supplier = house.suppliers[account]
        async with Wire(supplier.url, supplier.create_path) as wire:
            scene = Scene(house, supplier, wire, dialogue, point)
            here, there = wire.url, point.address(wire.url)
            async with scene.bot(here):
                await fill_in(house, dialogue)
                if there == here:
                    return await _end(scene, await _send(scene))
            # Its settings are changed by somebody who makes a mistake, and mended later.
            async with scene.bot(there):
                row = await _send(scene)
            async with scene.bot(here):
                return await _end(scene, row)


async def _send(scene: Scene) -> Row:
    house, point = scene.house, scene.point
    if not point.listens:
        await scene.wire.shut()
    point.fails(scene.supplier, scene.wire)
    reference = await confirm(house, scene.dialogue)
    said_before = house.seen[ADMIN]
    stopped = await scene.decides_unread(reference)
    said_before = house.seen[ADMIN] if stopped else said_before
    meanwhile = tuple(line for card in stopped for line in without_order(card.text))
    meanwhile += await scene.is_tried_again() if point.returns else ()
    card = await scene.is_settled(reference, stopped)
    outcome, tries = scene.journal(reference)
    if outcome is Outcome.UNKNOWN:
        await scene.was_looked_for()
    await house.all_said()
    after = {message.message_id: message for message in house.history[ADMIN][said_before:]}
    after.pop(card.message_id)
    row = Row(
        point=point.name,
        tries=tries,
        requests=scene.wire.creates,
        orders=len(scene.orders),
        outcome=outcome,
        said=scene.said(card, reference),
        meanwhile=meanwhile,
        follows=tuple((scene.told(message), scene.masked(tuple(message.labels))) for message in after.values()),
    )
    scene.supplier.heal()
    if point.late:
        scene.supplier.take_late()
    if not point.listens and not point.returns:
        await scene.wire.open()
    return row


async def _end(scene: Scene, row: Row) -> Row:
    number = scene.orders[0].number if scene.orders else ""
    does = await put_right(scene.house, number, scene.dialogue, row.outcome)
    return replace(row, does=tuple(does), in_the_end=len(scene.orders))
