"""`kill -9` while an order waits to be tried again: it goes on after the restart, and is sent once."""

from pathlib import Path

import pytest

from providers.simulators.base import Simulator
from tests.end_to_end.dialogues import DIALOGUES, GUOGUO, Dialogue, fill_in, reference_in
from tests.end_to_end.dying import Death, Kind, When
from tests.end_to_end.house import world
from tests.end_to_end.nursing import Nursing

ON_EACH_DATABASE = True

pytestmark = pytest.mark.asyncio(loop_scope="module")

EACH = pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())
COMPARED = [GUOGUO]
"""Dialogues in which something is known of the product that is read again before the order is sent."""
SOON = {"retry_wait": 0.1}


async def stopped(supplier: Simulator) -> int:
    """Nobody can reach it any more; the port at which it was."""
    port = int(supplier.url.rpartition(":")[2])
    await supplier.stop()
    return port


@EACH
async def test_killed_while_it_waits_to_be_tried_again_an_order_is_sent_once(
    dialogue: Dialogue, tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path) as house:
        supplier, config = house.suppliers[dialogue.account], house.config(orders=SOON)
        bot = await nursing.start(config, [Death(Kind.POSTPONE, When.AFTER)])
        await fill_in(house, dialogue)
        port = await stopped(supplier)
        house.tap("Confirm")
        if dialogue in COMPARED:
            # Its price can't be read again either: a person decides to send it without that.
            await house.reads("Not placed")
            await house.reads("Summary")
            house.tap("Confirm")
        await bot.dies()

        await supplier.start(port=port)
        bot = await nursing.start(config)
        reference = reference_in((await house.reads("Placed")).text)
        assert [taken.body for taken in supplier.ledger] == [dialogue.body(reference)]
        assert len(supplier.received) == 1
        await bot.kill()


async def test_killed_before_it_is_recorded_that_nobody_was_reached_an_order_is_a_persons(
    tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path) as house:
        shop, config = house.gifts_and_shops, house.config(orders=SOON)
        bot = await nursing.start(config, [Death(Kind.POSTPONE, When.BEFORE)])
        await fill_in(house, DIALOGUES["shop"])
        port = await stopped(shop)
        house.tap("Confirm")
        await bot.dies()

        await shop.start(port=port)
        bot = await nursing.start(config)
        reference = reference_in((await house.reads("Outcome unknown")).text)
        await house.opens("It was not placed")
        assert shop.received == []
        house.tap("It was not placed")
        assert "The same was ordered before" in (await house.reads("Summary")).text
        house.tap("Confirm")
        # It may be there all the same, so the next one is another order.
        again = reference_in((await house.reads("Placed")).text)
        assert again != reference
        assert [taken.body for taken in shop.ledger] == [DIALOGUES["shop"].body(again)]
        assert len(shop.received) == 1
        await bot.kill()
