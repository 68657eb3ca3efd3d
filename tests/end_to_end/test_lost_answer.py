"""The supplier may have the order and its answer is lost: the chat says so plainly, and nothing is ever sent again.

That nothing is sent again is shown by the next order: it would come after, and it comes alone.
"""

from pathlib import Path

import pytest

from providers.simulators.base import Fault
from tests.end_to_end.dialogues import DIALOGUES, Dialogue, order, reference_in
from tests.end_to_end.house import World, world
from tests.end_to_end.program import running

ON_EACH_DATABASE = True

EACH = pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())


async def is_unknown(house: World, reference: str) -> None:
    house.say(f"/status {reference}")
    shown = (await house.reads("Order ·")).text
    assert f"Status: outcome unknown\nReference: {reference}" in shown
    assert "Order number" not in shown


async def only_the_next_is_sent(house: World, dialogue: Dialogue, first: str) -> None:
    supplier = house.suppliers[dialogue.account]
    # After this nothing is unread any more that a killed bot said and its successor said again.
    house.say("/orders")
    assert "outcome unknown" in (await house.reads("Latest orders")).text
    second = await order(house, dialogue)
    assert reference_in((await house.reads("Placed")).text) == second
    assert [taken.body for taken in supplier.ledger] == [dialogue.body(first), dialogue.body(second)]
    assert len(supplier.received) == 2


@EACH
async def test_an_order_whose_line_drops_is_unknown_and_never_sent_again(dialogue: Dialogue, tmp_path: Path) -> None:
    async with world(tmp_path) as house:
        supplier = house.suppliers[dialogue.account]
        supplier.fail(Fault.DROP_AFTER)
        async with running(house.config()) as program:
            reference = await order(house, dialogue)
            card = (await house.reads("Outcome unknown")).text
            assert reference_in(card) == reference
            assert card.splitlines()[0] == f"Outcome unknown · {dialogue.title}"
            assert (await house.next()).text.startswith(f"Please check an order · {dialogue.title}\n")
            await is_unknown(house, reference)
            assert [taken.body for taken in supplier.ledger] == [dialogue.body(reference)]
            await program.kill()

        async with running(house.config()) as program:
            await is_unknown(house, reference)
            assert len(supplier.received) == 1
            await only_the_next_is_sent(house, dialogue, reference)
            assert await program.stop() == 0, program.log.read_text()


@EACH
async def test_an_order_during_which_the_bot_was_killed_is_unknown_and_never_sent_again(
    dialogue: Dialogue, tmp_path: Path
) -> None:
    async with world(tmp_path) as house:
        supplier = house.suppliers[dialogue.account]
        supplier.fail(Fault.HANG)
        async with running(house.config()) as program:
            reference = await order(house, dialogue)
            await house.reaches(supplier)
            await program.kill()
        supplier.heal()

        async with running(house.config()) as program:
            assert reference_in((await house.reads("Outcome unknown")).text) == reference
            await is_unknown(house, reference)
            await only_the_next_is_sent(house, dialogue, reference)
            assert await program.stop() == 0, program.log.read_text()
