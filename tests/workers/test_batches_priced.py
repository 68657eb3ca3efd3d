"""The products of a batch are compared before each row, without asking the supplier the same a hundred times."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from bot.conversation.events import DraftRow
from bot.workers.price_check import WITHIN
from bot.workers.sender import UNREAD_MOST, UNREAD_WAIT
from providers.errors import ProviderUnavailable
from providers.orders import PlacedOrder
from storage import batches
from tests.bench import until, working
from tests.desk.batches import BATCH, card, confirmation, orders_of
from tests.end_to_end.house import PATIENCE
from tests.storage.direct import reading
from tests.workers.priced import SHOWN, Priced
from tests.workers.supplied import Supplied, supplied

ROWS = 12


@dataclass
class Sale:
    house: Supplied
    provider: Priced

    async def confirm(self, count: int = ROWS, first: int = 1) -> None:
        seen = SHOWN.model_dump(mode="json") | {"checked": True}
        drafts = tuple(
            DraftRow({"article": "P-1", "facts": seen, "quantity": str(n)}) for n in range(first, first + count)
        )
        await self.house.does(confirmation(self.house.desk, "priced", drafts))

    async def ended(self) -> list[str | None]:
        await until(lambda: not batches.is_open(reading(self.house.database), BATCH))
        return [row.outcome for row in orders_of(self.house)]


@pytest.fixture
async def sale(tmp_path: Path) -> AsyncIterator[Sale]:
    provider = Priced(*(PlacedOrder(f"N{n}") for n in range(1, 100)))
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        yield Sale(house, provider)


async def test_rows_of_one_product_share_a_reading_of_the_last_seconds(sale: Sale) -> None:
    await sale.confirm()
    assert await sale.ended() == ["placed"] * ROWS
    assert len(sale.provider.sent) == ROWS
    assert 1 <= len(sale.provider.reads) <= sale.provider.creates_at_once


async def test_a_reading_gets_old(sale: Sale) -> None:
    sale.provider.gate.clear()
    await sale.confirm(20)
    await until(lambda: len(sale.provider.sent) == sale.provider.creates_at_once)
    before = len(sale.provider.reads)
    sale.house.clock.advance(WITHIN + 1)
    sale.provider.holds["P-1"] = SHOWN.model_copy(update={"price": Decimal(99)})
    sale.provider.gate.set()
    # The price rose: three in a row that were not sent let the others wait.
    await until(lambda: card(sale.house).startswith("<b>Paused"))
    await until(lambda: len(sale.provider.reads) > before)
    assert len(sale.provider.sent) == sale.provider.creates_at_once
    assert [row.outcome for row in orders_of(sale.house)].count("not_sent") >= 3


async def test_a_product_that_cannot_be_read_lets_the_whole_batch_wait_and_not_fail(sale: Sale) -> None:
    sale.provider.holds["P-1"] = ProviderUnavailable("unreachable")
    await sale.confirm()
    await until(lambda: "the next try is at" in card(sale.house))
    assert {row.stage for row in orders_of(sale.house)} == {"confirmed"}
    del sale.provider.holds["P-1"]
    # A row that was being read meanwhile lets the batch wait once more.
    async with asyncio.timeout(PATIENCE):
        while batches.is_open(reading(sale.house.database), BATCH):
            sale.house.clock.advance(UNREAD_WAIT + 1)
            sale.house.sender.wake_all()
            await asyncio.sleep(0.05)
    assert [row.outcome for row in orders_of(sale.house)] == ["placed"] * ROWS


async def test_what_can_never_be_read_is_not_waited_for_for_ever(sale: Sale) -> None:
    sale.provider.holds["P-1"] = ProviderUnavailable("unreachable")
    await sale.confirm(3)
    for _ in range(UNREAD_MOST + 3):
        await asyncio.sleep(0.05)
        sale.house.clock.advance(UNREAD_WAIT + 1)
        sale.house.sender.wake_all()
    await until(lambda: "not_sent" in [row.outcome for row in orders_of(sale.house)])
    assert sale.provider.sent == []
