"""`kill -9` while a sheet is read and sent, three times: each row is one order, or has a reason in the sheet."""

import asyncio
import os
from pathlib import Path

import pytest
from aiohttp import web

from bot.sandbox.chats import ChatMessage
from providers.simulators.base import Fault, Simulator
from tests.end_to_end.dialogues import GUOGUO, order
from tests.end_to_end.house import ADMIN, COLLEAGUE, World, world
from tests.end_to_end.nursing import Nursing
from tests.end_to_end.test_sheets import file_in, parcel, results, sheet

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROWS = 500 if os.environ.get("KILLS") == "all" else 60


def fails_now_and_then(supplier: Simulator) -> None:
    """One create in twenty: refused, taken without an answer, or not."""
    kinds = (Fault.REFUSE, Fault.DROP_AFTER, Fault.REFUSE, Fault.ERROR_AFTER)

    def on_change() -> None:
        if len(supplier.received) % 20 == 7:
            supplier.fail(kinds[len(supplier.received) // 20 % len(kinds)], times=1)

    supplier.on_change = on_change


async def shown(house: World, who: int) -> ChatMessage:
    """Wait for the orders of a sheet in one message."""

    def found() -> list[ChatMessage]:
        return [one for one in house.unread(who) if "ready" in one.text.partition("\n")[0]]

    await house.until(lambda: bool(found()), who)
    message = found()[0]
    house.seen[who] = len(house.history[who])
    return message


class Patience:
    """Lets a supplier's orders wait while it is not `open`, so that a batch is certainly still under way."""

    def __init__(self, supplier: Simulator) -> None:
        self._supplier = supplier
        self.open = asyncio.Event()
        self.open.set()
        dispatch = supplier.dispatch

        async def wait(request: web.Request) -> web.StreamResponse:
            if request.path == supplier.create_path:
                await self.open.wait()
            return await dispatch(request)

        vars(supplier)["dispatch"] = wait

    async def stand(self) -> None:
        """Take the place before the supplier: a server that is started looks its own method up anew."""
        port = int(self._supplier.url.rpartition(":")[2])
        await self._supplier.stop()
        await self._supplier.start(port=port)


UNDER_WAY = "SELECT 1 FROM orders WHERE account = 'gifts' AND stage <> 'settled'"


async def is_served_meanwhile(house: World, who: int, *, many: bool) -> None:
    """Somebody else asks for an order, and orders first while `many` rows of the sheet wait to be sent."""
    house.seen[who] = len(house.history[who])
    if many:
        reference = await order(house, GUOGUO, who)
        await house.card("Placed", who)
    else:
        ((reference,),) = house.rows("SELECT reference FROM orders WHERE account = 'guoguo'")
    house.say(f"/status {reference}", who)
    assert "Status: placed" in (await house.reads("Order ·", who)).text
    # The supplier takes no row meanwhile, so nobody has waited for any. Few may all have been on the wire at the kill.
    assert house.rows(UNDER_WAY) or not many


async def all_settled(house: World, nursing: Nursing) -> None:
    """Wait until no row is left; however many there are, one more is to be settled before patience ends."""

    def left() -> int:
        return int(house.rows("SELECT count(*) FROM orders WHERE stage <> 'settled'")[0][0])

    while (before := left()) > 0:
        await nursing.until(lambda: left() < before)


async def test_a_sheet_that_is_sent_three_times_amid_kills_is_ordered_once(tmp_path: Path, nursing: Nursing) -> None:
    async with world(tmp_path) as house:
        supplier, content = house.suppliers["gifts"], sheet(*map(parcel, range(ROWS)))
        fails_now_and_then(supplier)
        patience = Patience(supplier)
        await patience.stand()
        bot = await nursing.start(house.config())
        for who in (ADMIN, COLLEAGUE, ADMIN):
            house.telegram.send_file(who, "orders.xlsx", content)
            await house.reads("Reading the sheet", who)
            await bot.kill()
            bot = await nursing.start(house.config())
            message = await shown(house, who)
            confirm = next((label for label in message.labels if label.startswith("Confirm")), "")
            if confirm:
                ordered = len(supplier.received)
                house.tap(confirm, who)
                await nursing.until(lambda: len(supplier.received) > ordered)  # noqa: B023  awaited here
                await bot.kill()
                patience.open.clear()
                bot = await nursing.start(house.config())
                other = COLLEAGUE if who == ADMIN else ADMIN
                await is_served_meanwhile(house, other, many=not house.guoguo.ledger)
                patience.open.set()
                await all_settled(house, nursing)
        ordered_for = [taken.body["consignees"][0]["mobile"] for taken in supplier.ledger]
        assert len(set(ordered_for)) == len(ordered_for)
        # The sheet says of each row what has become of it.
        house.seen[ADMIN] = len(house.history[ADMIN])
        await house.offers("Get it again")
        house.tap("Get it again")
        told = results(file_in(house, await house.reads("Your sheet")))
        assert len(told) == ROWS
        numbers = {taken.number for taken in supplier.ledger}
        assert {row[0] for row in told if row[0]} <= numbers
        assert all(row[0] or (row[1] and row[4]) for row in told), told
        await bot.kill()
