"""`kill -9` while nobody knows what became of an order: around look-ups and decisions, which then count once."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from providers.simulators.base import Fault
from tests.end_to_end.dialogues import ANQICMS, CITIESOCIAL, DAMAIJIA, GUOGUO, Dialogue, fill_in, order, reference_in
from tests.end_to_end.dying import Death, Kind, When
from tests.end_to_end.house import world
from tests.end_to_end.nursing import Nursing

ON_EACH_DATABASE = True

pytestmark = pytest.mark.asyncio(loop_scope="module")

MARKED = {"remark_marker": True}
BEFORE_SETTLE, AFTER_SETTLE = Death(Kind.SETTLE, When.BEFORE), Death(Kind.SETTLE, When.AFTER)
DECISIONS = "SELECT reference, user_name FROM order_history WHERE kind = 'decision'"


@pytest.mark.parametrize(
    "deaths",
    [[], [BEFORE_SETTLE], [AFTER_SETTLE], [BEFORE_SETTLE, AFTER_SETTLE]],
    ids=["before the look-up", "before it is recorded", "before it is told", "before both"],
)
async def test_killed_around_its_look_up_an_order_is_found_again_and_told(
    deaths: list[Death], tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path) as house:
        shop, config = house.gifts_and_shops, house.config(shop=MARKED)
        bot = await nursing.start(config, [AFTER_SETTLE])
        await fill_in(house, ANQICMS)
        shop.fail(Fault.DROP_AFTER)
        house.tap("Confirm")
        await bot.dies()
        assert house.rows("SELECT outcome FROM orders") == [("unknown",)]
        for death in deaths:
            bot = await nursing.start(config, [death])
            await bot.dies()

        bot = await nursing.start(config)
        told = (await house.reads("Placed")).text
        assert f"\nOrder number: {shop.ledger[0].number}\n" in told
        await house.reads("Checked")
        house.say("/unknown")
        await house.reads("The outcome of every order is known")
        assert len(shop.received) == 1

        reference = await order(house, ANQICMS)
        assert reference_in((await house.reads("Placed")).text) == reference
        assert len(shop.received) == len(shop.ledger) == 2
        await bot.kill()


@pytest.mark.parametrize("when", When)
async def test_killed_around_a_look_up_that_decides_nothing_a_person_still_can(
    when: When, tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path) as house:
        config = house.config()
        bot = await nursing.start(config, [Death(Kind.LOOK, when)])
        house.guoguo.fail(Fault.DROP_AFTER)
        await order(house, GUOGUO)
        await bot.dies()

        bot = await nursing.start(config)
        number = house.guoguo.ledger[0].number
        await house.offers(f"It is {number}")
        house.tap(f"It is {number}")
        assert f"\nOrder number: {number}\n" in (await house.reads("Placed")).text
        assert len(house.guoguo.received) == 1
        await bot.kill()


@dataclass(frozen=True, slots=True)
class Way:
    """An order is sent, `fault` happens, and somebody decides.

    After that a message starts with `then`; the taps of `recovers` lead to its number, if it has none already.
    `creates` come to the supplier in all.
    """

    dialogue: Dialogue
    fault: Fault
    decides: str
    then: str
    recovers: str
    creates: int


WAYS = {
    "not placed": Way(CITIESOCIAL, Fault.DROP_BEFORE, "It was not placed", "Summary", "Confirm", 2),
    "found": Way(GUOGUO, Fault.DROP_AFTER, "It is {number}", "Placed", "", 1),
    "sent again": Way(
        DAMAIJIA, Fault.DROP_AFTER, "Send again under the same reference", "Outcome unknown", "It is {number}", 2
    ),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("when", When)
async def test_killed_around_a_decision_it_counts_once(way: Way, when: When, tmp_path: Path, nursing: Nursing) -> None:
    async with world(tmp_path) as house:
        supplier, config = house.suppliers[way.dialogue.account], house.config()
        supplier.fail(way.fault)
        bot = await nursing.start(config)
        reference = await order(house, way.dialogue)
        await house.reads("Please check an order")
        number = supplier.ledger[0].number if supplier.ledger else ""
        decides = way.decides.format(number=number)
        await (house.offers(decides) if decides.startswith("It is ") else house.opens(decides))
        await house.taken_in()
        # What isn't recorded as said would be said again, and the summary that is tapped be the old one.
        await nursing.until(lambda: not house.has_more_to_say())
        await bot.kill()

        bot = await nursing.start(config, [Death(Kind.UPDATE, when)])
        house.tap(way.decides.format(number=number))
        await bot.dies()
        bot = await nursing.start(config)
        await house.reads(way.then)
        assert house.rows(DECISIONS) == [(reference, "Admin")]

        if way.recovers:
            await house.offers(way.recovers.format(number=number))
            house.tap(way.recovers.format(number=number))
            # What is confirmed after somebody's word that it was not placed is another order.
            reference = reference_in((await house.reads("Placed")).text)
        house.say(f"/status {reference}")
        assert f"\nOrder number: {supplier.ledger[0].number}\n" in (await house.reads("Order ·")).text
        assert [taken.body for taken in supplier.ledger] == [way.dialogue.body(reference)]
        assert len(supplier.received) == way.creates
        await bot.kill()
