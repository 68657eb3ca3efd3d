"""Answers that are an open order's, whose number nobody knows: the next order is not told as placed under it."""

from pathlib import Path

import pytest

from bot.workers.sender import REST
from providers.simulators.base import Fault
from tests.end_to_end.circumstances import place
from tests.end_to_end.dialogues import DIALOGUES, GUOGUO, Dialogue

EACH = pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())


@EACH
@pytest.mark.parametrize("fault", [Fault.ANOTHER_AFTER, Fault.ANOTHER_BEFORE])
async def test_the_answer_to_an_open_order_places_no_other(fault: Fault, dialogue: Dialogue, tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        house, supplier = there.house, there.house.suppliers[dialogue.account]
        async with there.bot():
            supplier.fail(Fault.DROP_AFTER)
            first = await there.orders(dialogue)
            await there.says("Outcome unknown", first)
            number = supplier.ledger[0].number
            supplier.fail(fault)
            await there.fills_in(dialogue)
            there.clock.advance(REST)
            second = await there.confirms(dialogue)
            assert second != first
            await there.says("Outcome unknown", second)
            assert [text for text in there.was_said("Placed") if second in text] == []
        rows = house.rows(f"SELECT reference FROM order_numbers WHERE number = '{number}'")  # noqa: S608  ours
        assert rows in ([], [(first,)])


@EACH
async def test_an_answer_that_shows_by_its_time_or_our_id_whose_it_is_places_the_next_order(
    dialogue: Dialogue, tmp_path: Path
) -> None:
    async with place(tmp_path) as there:
        supplier = there.house.suppliers[dialogue.account]
        async with there.bot():
            supplier.fail(Fault.DROP_AFTER)
            first = await there.orders(dialogue)
            await there.says("Outcome unknown", first)
            await there.fills_in(dialogue)
            there.clock.advance(REST)
            second = await there.confirms(dialogue)
            card = await there.says("Placed", second)
            assert supplier.ledger[1].number in card.text
        assert len(supplier.received) == 2


async def test_an_order_is_not_sent_so_soon_after_one_of_unknown_outcome_that_no_time_tells_them_apart(
    tmp_path: Path,
) -> None:
    async with place(tmp_path) as there:
        house = there.house
        async with there.bot() as app:
            house.guoguo.fail(Fault.DROP_AFTER)
            await there.orders(GUOGUO)
            await there.says("Outcome unknown")
            second = await there.orders(GUOGUO)
            await there.says("Sending", second)
            there.clock.advance(REST - 2)
            app.wake()
            await house.all_said()
            assert len(house.guoguo.received) == 1
            there.clock.advance(2)
            app.wake()
            await there.says("Placed", second)
        assert len(house.guoguo.received) == 2


async def test_a_clock_that_is_set_forward_makes_that_pause_no_shorter(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        house = there.house
        async with there.bot(orders={"absence": 2 * 3600}) as app:
            house.guoguo.fail(Fault.DROP_AFTER)
            await there.orders(GUOGUO)
            await there.says("Outcome unknown")
            there.clock.set(3600)
            second = await there.orders(GUOGUO)
            await there.says("Sending", second)
            await house.until(lambda: app.sender._loops["guoguo"].rests and not app.sender._in_hand)
            assert len(house.guoguo.received) == 1
            there.clock.advance(REST)
            app.wake()
            await house.until(lambda: len(house.guoguo.received) == 2)
