"""What a person does at the desk to order something from the shop."""

from bot.buttons.data import read
from bot.conversation import events
from storage import sending
from tests.bench import Bench
from tests.end_to_end.house import ADMIN
from tests.storage.direct import reading, writing
from tests.storage.rows import mark


async def tap(house: Bench, label: str, who: int = ADMIN) -> str:
    """Tap the newest button with this label; returns what it says."""
    return await house.does(read(house.button(label, who)), who, tapped=1)


async def decide(house: Bench, label: str, who: int = ADMIN) -> str:
    """Open the details of the newest evidence and tap a button there; returns what it says."""
    await tap(house, "Details", who)
    return await tap(house, label, who)


async def fill(house: Bench, quantity: str = "1", who: int = ADMIN) -> str:
    """A draft for the shop; returns its summary."""
    for event in (
        events.OrderRequested("shop"),
        events.Answered("goods"),
        events.Answered("188"),
        events.Answered(quantity),
    ):
        await house.does(event, who)
    for label in ("Done", "Skip", "Skip"):
        await tap(house, label, who)
    summary = house.outbox(who)[-1]
    assert summary.startswith("<b>Summary")
    return summary


async def confirm(house: Bench, who: int = ADMIN) -> str:
    """Confirm the summary; returns the reference of the order that this wrote."""
    await tap(house, "Confirm", who)
    rows = reading(house.database).fetch("SELECT reference FROM orders ORDER BY card DESC")
    return str(rows[0]["reference"])


async def ordered(house: Bench, quantity: str = "1", who: int = ADMIN) -> str:
    """Fill and confirm; returns the reference."""
    await fill(house, quantity, who)
    return await confirm(house, who)


def claim(house: Bench, reference: str) -> None:
    """The order is on its way."""
    with writing(house.database) as tx:
        claimed = sending.claim(tx, "shop", mark(house.clock(), "test"), 9)
    assert [order.reference for order in claimed] == [reference]
