"""Answers that are another order's, and a person who decides against what is seen: neither makes two orders of one."""

from pathlib import Path

import pytest

from providers.simulators.base import Fault
from tests.end_to_end.circumstances import A_LOOK, place
from tests.end_to_end.dialogues import DIALOGUES, GUOGUO, Dialogue
from tests.end_to_end.house import ADMIN, COLLEAGUE

EACH = pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())
DUPLICATE = "The same was ordered before"
INSISTS = "That is another order: ours was not placed"


@EACH
@pytest.mark.parametrize("fault", [Fault.ANOTHER_AFTER, Fault.ANOTHER_BEFORE])
async def test_an_order_that_is_answered_with_the_one_before_is_never_placed_under_its_number(
    fault: Fault, dialogue: Dialogue, tmp_path: Path
) -> None:
    async with place(tmp_path) as there:
        house, supplier = there.house, there.house.suppliers[dialogue.account]
        async with there.bot():
            first = await there.orders(dialogue)
            await there.says("Placed", first)
            number = supplier.ledger[0].number
            supplier.fail(fault)
            await there.fills_in(dialogue)
            await there.says("Summary", DUPLICATE)
            second = await there.confirms(dialogue)
            assert second != first
            card = await there.says("Outcome unknown", second)
            assert f"Order number: {number}" not in card.text
            shown = await there.status(second)
            assert "Status: outcome unknown" in shown
            assert f"Order number: {number}" not in shown
            assert f"Order number: {number}" in await there.status(first)
            assert [text for text in there.was_said("Placed") if second in text] == []
        assert house.rows(f"SELECT reference FROM order_numbers WHERE number = '{number}'") == [(first,)]  # noqa: S608  ours
        assert len(supplier.received) == 2


async def test_an_order_that_is_called_not_placed_in_spite_of_what_is_seen_is_asked_about_before_the_next(
    tmp_path: Path,
) -> None:
    async with place(tmp_path) as there:
        house = there.house
        house.guoguo.fail(Fault.DROP_AFTER)
        async with there.bot():
            reference = await there.orders(GUOGUO)
            await there.says("Please check an order", reference)
            there.clock.advance(A_LOOK)
            number = house.guoguo.ledger[0].number
            await there.says("Please check an order", number, reference)
            await house.opens("It was not placed")
            house.tap("It was not placed")
            await house.offers(INSISTS)
            assert "Status: outcome unknown" in await there.status(reference)
            house.tap(INSISTS)
            await there.says("Not placed", reference)
            await there.says("Summary", DUPLICATE, "said it was not placed")
            assert len(house.guoguo.received) == 1
            second = await there.confirms(GUOGUO)
            assert second != reference
            await there.says("Placed", second)
            assert [taken.body for taken in house.guoguo.ledger] == [GUOGUO.body(reference)] * 2
            # Whoever else orders the same is asked about the newest one.
            await there.fills_in(GUOGUO, COLLEAGUE)
            await there.says("Summary", DUPLICATE, house.guoguo.ledger[1].number, who=COLLEAGUE)
        assert len(house.guoguo.received) == 2
        assert len(there.was_said("Summary", ADMIN)) >= 2
