"""What counts as a change of an order: something has happened to it, and not just become known."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.clock import SECOND
from bot.journal.views import placed
from providers.orders import Money, PlacedOrder, Progress, Remark, Status
from tests.storage.direct import reading, writing
from tests.workers.placed_orders import card, messages, place, telling
from tests.workers.scripted import Telling
from tests.workers.supplied import Supplied

WAITING = Progress("1207", Status.AWAITING_PAYMENT, "0")
REFUND = Remark("refund_requested")


async def watched(house: Supplied, supplier: Telling, progress: Progress) -> list[str]:
    """What was said, without cards, once the supplier has answered so."""
    before = len(messages(house))
    supplier.says["1207"] = progress
    house.clock.advance(60)
    assert await house.status_watch.turn("scripted")
    await house.a_minute()
    return (messages(house))[before:]


async def placed_as(house: Supplied, status: Status, word: str) -> None:
    """The order of `place`, of which the supplier said something else when it took it."""
    await place(house)
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET status = $1, supplier_status = $2", status, word)


def edits(house: Supplied) -> int:
    return len(reading(house.database).fetch("SELECT id FROM outbox WHERE edits IS NOT NULL"))


async def test_times_that_become_known_change_no_card(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        before = edits(house)
        assert (
            await watched(house, supplier, replace(WAITING, times={"created": datetime(2026, 9, 1, tzinfo=UTC)})) == []
        )
        assert edits(house) == before
        await watched(house, supplier, replace(WAITING, amount=Money(Decimal(99), "CNY")))
        assert edits(house) == before + 1


async def test_a_word_of_the_suppliers_stands_on_the_card_and_is_no_news(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await placed_as(house, Status.PLACED, "")
        assert await watched(house, supplier, Progress("1207", Status.PLACED, "p")) == []
        assert "Status: placed" in card(house)
        assert await watched(house, supplier, Progress("1207", Status.PLACED, "p, s")) == []
        assert "Status: placed (p, s)" in card(house)


@pytest.mark.parametrize(
    ("status", "word"), [(Status.NO_PARCEL_ACCEPTED, ""), (Status.SHIPPED, "s"), (Status.PLACED, "p")]
)
async def test_an_answer_that_knows_less_takes_nothing_back(tmp_path: Path, status: Status, word: str) -> None:
    async with telling(tmp_path) as (house, supplier):
        await placed_as(house, status, word)
        assert await watched(house, supplier, Progress("1207", remarks=(Remark("no_parcels"),))) == []
        order = house.order("1000")
        assert (order.status, order.supplier_status, order.asked_at) == (status, word, house.clock() - 60 * SECOND)
        await watched(house, supplier, Progress("1207", Status.CANCELLED, "c"))
        assert house.order("1000").status == "cancelled"


async def test_what_a_supplier_adds_to_the_same_status_is_told_once(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        await watched(house, supplier, WAITING)
        (notice,) = await watched(house, supplier, replace(WAITING, remarks=(REFUND,)))
        assert notice.startswith("<b>An order needs attention</b>")
        assert await watched(house, supplier, replace(WAITING, remarks=(REFUND,))) == []
        assert await watched(house, supplier, WAITING) == []


async def test_an_amount_that_was_told_with_the_order_is_no_news(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        house.sending("1000", "scripted")
        amount = Remark("amount", {"amount": "99.00", "currency": "CNY"})
        told = PlacedOrder("1207", Status.AWAITING_PAYMENT, "0", remarks=(amount,))
        assert await house.settle("1000", placed(told))
        before = len(house.outbox())
        assert await watched(house, supplier, replace(WAITING, amount=Money(Decimal("99.00"), "CNY"))) == []
        assert len(house.outbox()) == before
        await watched(house, supplier, Progress("1207", Status.PAID, "1"))
        assert house.order("1000").status == "paid"
