"""While a product is read again nothing can have been sent: no crash, stop or neighbour makes it look otherwise."""

import asyncio
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.journal.views import view
from bot.workers import loop, price_check
from providers.orders import PlacedOrder
from storage import sending
from storage.database import Transaction
from storage.orders import Order
from storage.sending import Claim
from tests.bench import locked, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.workers.priced import (
    PLACED,
    SHOWN,
    Priced,
    Ware,
    asked,
    filled_in,
    ordered,
    placed,
    reading,
    tap,
)
from tests.workers.supplied import supplied

DEARER = SHOWN.model_copy(update={"price": Decimal(15)})


async def test_an_order_is_still_confirmed_while_its_product_is_read(tmp_path: Path) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        provider.read_gate.clear()
        reference = await ordered(house)
        await reading(provider)
        order = house.order(reference)
        assert (order.stage, order.attempts, order.claimed_by) == ("confirmed", 0, None)
        assert house.outbox()[-1].startswith("<b>Sending")
        house.sender.wake("priced")
        await asyncio.sleep(0.05)
        assert provider.reads == ["P-1"]
        provider.read_gate.set()
        assert (await placed(house, reference)).attempts == 1


async def test_what_a_crash_interrupted_while_it_was_read_is_sent_once_afterwards(tmp_path: Path) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house:
        provider.read_gate.clear()
        async with working(house.sender.run()):
            reference = await ordered(house)
            await reading(provider)
        for call in house.sender._calls["priced"]:
            call.cancel()
    provider.read_gate.set()
    async with supplied(tmp_path, priced=provider) as house:
        await house.restarted()
        assert house.order(reference).stage == "confirmed"
        async with working(house.sender.run()):
            await placed(house, reference)
    assert provider.references == [reference]


async def test_stopping_does_not_wait_for_a_reading_and_the_order_is_sent_after_the_restart(tmp_path: Path) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house:
        provider.read_gate.clear()
        async with working(house.sender.run()):
            reference = await ordered(house)
            await reading(provider)
        async with asyncio.timeout(2):
            await house.sender.drain(60)
        assert house.order(reference).stage == "confirmed"
        provider.read_gate.set()
        await asyncio.sleep(0.05)
        assert provider.references == []
        async with working(house.sender.run()):
            await placed(house, reference)
    assert provider.references == [reference]


async def test_what_was_read_and_claimed_when_it_is_stopped_is_still_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, real, claimed = Priced(), sending.claim_one, asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(tx: Transaction, order: Order, mark: Claim) -> Order | None:
        found = real(tx, order, mark)
        loop.call_soon_threadsafe(claimed.set)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(sending, "claim_one", slow)
    async with supplied(tmp_path, priced=provider) as house:
        async with working(house.sender.run()):
            reference = await ordered(house)
            await claimed.wait()
        await house.sender.drain(5)
        assert house.order(reference).outcome == "placed"
    assert provider.references == [reference]


async def test_a_slow_reading_holds_up_no_other_account_and_no_other_order(tmp_path: Path) -> None:
    provider, other = Priced(PLACED, PlacedOrder("N-2")), Priced(PlacedOrder("N-3"))
    async with supplied(tmp_path, priced=provider, other=other) as house, working(house.sender.run()):
        provider.read_gate.clear()
        slow = await ordered(house)
        await reading(provider)
        provider.listed = False
        quick = await ordered(house, article="P-2", who=COLLEAGUE)
        await placed(house, quick)
        house.confirmed("900", "shop", COLLEAGUE)
        house.sender.wake("shop")
        assert await house.outcome("900") == "placed"
        assert house.order(slow).stage == "confirmed"
        provider.read_gate.set()
        await placed(house, slow)
        assert provider.references == [quick, slow]


async def test_no_more_orders_of_an_account_are_under_way_than_it_takes(tmp_path: Path) -> None:
    class OneByOne(Priced):
        creates_at_once = 1

    provider = OneByOne(PLACED, PlacedOrder("N-2"))
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        provider.gate.clear()
        first = await ordered(house)

        async def sent() -> bool:
            return provider.references == [first]

        await until(sent)
        house.clock.advance(1)
        second = await ordered(house, article="P-2", who=COLLEAGUE)
        await asyncio.sleep(0.05)
        assert provider.reads == ["P-1"]
        provider.gate.set()
        await placed(house, second)
        assert provider.references == [first, second]


async def test_a_journal_that_can_not_be_written_makes_an_order_wait_and_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loop, "AGAIN", 0.01)
    provider = Priced()
    async with supplied(tmp_path, busy_timeout=0, priced=provider) as house, working(house.sender.run()):
        provider.read_gate.clear()
        reference = await ordered(house)
        await reading(provider)
        async with locked(house.path):
            provider.read_gate.set()

            async def noticed() -> bool:
                return "could not be claimed" in caplog.text

            await until(noticed)
            assert provider.references == []
        await placed(house, reference)
        assert provider.references == [reference]


async def test_a_form_that_can_not_tell_its_products_does_not_stop_its_orders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: Any) -> Any:
        raise AttributeError

    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        await filled_in(house)
        monkeypatch.setattr(Ware, "chosen", fails)
        await tap(house, "Confirm")
        await placed(house)
        assert "its products could not be told" in caplog.text


async def test_products_that_can_not_be_compared_are_a_persons_and_stop_an_order_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any) -> Any:
        raise ArithmeticError

    provider = Priced()
    monkeypatch.setattr(price_check, "_limits", fails)
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        reference = await ordered(house)
        await asked(house, "Summary")
        assert view(house.order(reference)).code == "product_not_read"
        assert (provider.reads, provider.references) == (["P-1"], [])
        assert "its products could not be compared" in caplog.text
        await tap(house, "Confirm")
        assert (await placed(house, reference)).attempts == 1
        assert (provider.reads, provider.references) == (["P-1"], [reference])


async def test_an_order_without_known_prices_goes_on_as_it_is(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        house.confirmed("1000", "shop", ADMIN)
        order = house.order("1000")
    assert await price_check.check(house.providers["shop"], order, house.clock) == price_check.GOES_ON
