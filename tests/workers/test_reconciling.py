"""Answers that real suppliers lose: the order is found again, or found missing, and is at the supplier once."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.journal.rules import Rules
from providers.simulators.base import Fault, Simulator
from providers.simulators.damaijia.orders import POOR, RICH
from providers.simulators.damaijia.simulator import DamaijiaSimulator
from tests.bench import until, working
from tests.workers.lost import LAG, after, details, evidence, looked, settled
from tests.workers.supplied import Supplied, provider_for, supplied


@pytest.fixture
async def mall() -> AsyncIterator[DamaijiaSimulator]:
    """A mall whose lists tell everything that an order asked for."""
    async with DamaijiaSimulator() as simulator:
        simulator.rows_carry = RICH
        yield simulator


@pytest.fixture
async def house(tmp_path: Path, mall: DamaijiaSimulator) -> AsyncIterator[Supplied]:
    """Everything runs, and suppliers and bot agree on the time."""
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(
            supplied(tmp_path, rules=Rules(lag=LAG), gifts=provider_for(mall.account()))
        )
        for simulator in (made.guoguo, made.shop, mall):
            simulator.now = lambda: datetime.fromtimestamp(made.clock() / 1_000_000, UTC)
        await stack.enter_async_context(working(made.sender.run(), made.reconciler.run()))
        yield made


async def lose_answer(house: Supplied, account: str, simulator: Simulator, fault: Fault) -> None:
    simulator.fail(fault)
    house.confirmed("1000", account)
    house.sender.wake(account)
    assert await house.outcome("1000") == "unknown"


async def test_an_order_that_guoguo_lists_is_called_not_placed_by_a_second_tap_only(house: Supplied) -> None:
    await lose_answer(house, "guoguo", house.guoguo, Fault.DROP_AFTER)
    await after(house, 2)
    await looked(house, 1)
    (there,) = house.guoguo.ledger
    await details(house)
    await house.does(read(house.button("It was not placed")), tapped=1)
    asked = evidence(house)
    assert f"Guoguo lists an order like this one: {there.number}, made " in asked
    assert "The balance fell by 1,200 points." in asked
    assert house.order("1000").outcome == "unknown"
    await house.does(read(house.button(f"It is {there.number}")), tapped=1)
    assert (house.order("1000").outcome, house.order("1000").number) == ("placed", there.number)
    assert len(house.guoguo.received) == 1


async def test_a_guoguo_order_is_shown_to_a_person_with_the_balance_before_and_after(house: Supplied) -> None:
    await lose_answer(house, "guoguo", house.guoguo, Fault.DROP_AFTER)
    assert "Balance before: 1,000,000,000 points" in await details(house)
    await after(house, 2)
    await looked(house, 1)
    assert "The balance fell by 1,200 points." in evidence(house)
    shown, (there,) = await details(house), house.guoguo.ledger
    assert "Balance: 1,000,000,000 points before, 999,998,800 points now" in shown
    assert there.number in shown
    await house.does(read(house.button(f"It is {there.number}")), tapped=1)
    assert house.order("1000").number == there.number
    assert len(house.guoguo.received) == 1


async def test_damaijia_finds_the_order_again(house: Supplied, mall: DamaijiaSimulator) -> None:
    await lose_answer(house, "gifts", mall, Fault.DROP_AFTER)
    await after(house, 2)
    await settled(house, "placed")
    assert house.order("1000").number == mall.ledger[0].number
    assert len(mall.ledger) == 1


async def test_damaijias_rows_are_evidence_for_a_person_where_they_lack_our_id(
    house: Supplied, mall: DamaijiaSimulator
) -> None:
    mall.rows_carry = POOR
    await lose_answer(house, "gifts", mall, Fault.DROP_AFTER)
    await after(house, 2 * LAG)
    await looked(house, 1)
    assert mall.ledger[0].number in evidence(house)
    assert house.order("1000").outcome == "unknown"
    await house.does(read(house.button(f"It is {mall.ledger[0].number}")), tapped=1)
    assert house.order("1000").number == mall.ledger[0].number


async def test_an_order_that_the_supplier_took_late_is_found_late(house: Supplied, mall: DamaijiaSimulator) -> None:
    await lose_answer(house, "gifts", mall, Fault.LATE)
    await after(house, 2)
    await looked(house, 1)
    assert "proves nothing" in evidence(house)
    house.clock.advance(10)
    mall.take_late()
    await after(house, 5)
    await settled(house, "placed")
    assert house.order("1000").number == mall.ledger[0].number


async def test_an_order_that_is_not_there_is_placed_once_when_it_is_confirmed_anew(house: Supplied) -> None:
    await lose_answer(house, "guoguo", house.guoguo, Fault.DROP_BEFORE)
    await after(house, 2)
    await looked(house, 1)
    await after(house, LAG)
    await settled(house, "not_sent")
    assert "It is looked for again until" in "".join(house.outbox())
    await house.does(read(house.button("Confirm")), tapped=1)
    await until(lambda: len(house.guoguo.ledger) == 1)
    anew = house.order("1000").replaced_by
    assert anew
    await until(lambda: house.order(anew).number == house.guoguo.ledger[0].number)


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
async def test_lists_that_can_not_be_read_prove_nothing_until_they_can(
    house: Supplied, mall: DamaijiaSimulator, fault: Fault
) -> None:
    await lose_answer(house, "gifts", mall, Fault.DROP_AFTER)
    mall.fail_reads(fault)
    await after(house, 2 * LAG)
    await looked(house, 1)
    assert house.order("1000").outcome == "unknown"
    assert "could not be read, which proves nothing" in evidence(house)
    mall.heal()
    house.reconciler.look_for("1000")
    await settled(house, "placed")


async def test_a_shops_order_is_shown_to_a_person(house: Supplied) -> None:
    await lose_answer(house, "shop", house.shop, Fault.DROP_AFTER)
    await after(house, 2)
    await looked(house, 1)
    (there,) = house.shop.ledger
    assert there.number in evidence(house)
    await house.does(read(house.button(f"It is {there.number}")), tapped=1)
    assert house.order("1000").number == there.number


def has_number(house: Supplied) -> bool:
    return house.order("1000").number is not None
