"""What an order cost by its supplier's own word stands on its card and under the summary of the next one."""

from pathlib import Path

from tests.end_to_end.circumstances import place
from tests.end_to_end.dialogues import DIALOGUES


async def test_points_that_come_with_damaijias_yes_are_said_then_and_before_the_next(tmp_path: Path) -> None:
    gifts = DIALOGUES["gifts"]
    async with place(tmp_path) as there:
        there.house.damaijia.tells_amount = True
        async with there.bot():
            first = await there.orders(gifts)
            card = await there.says("Placed", first)
            assert "Amount: 3 points" in card.text
            await there.fills_in(gifts)
            await there.says("Summary", "Last time", "cost 3 points.")
            assert "Amount: 3 points" in await there.status(first)


async def test_guoguos_points_are_said_with_its_yes_and_another_amount_changes_the_card(tmp_path: Path) -> None:
    likes = DIALOGUES["guoguo"]
    async with place(tmp_path) as there:
        supplier = there.house.guoguo
        async with there.bot() as app:
            first = await there.orders(likes)
            card = await there.says("Placed", first)
            assert "Amount: 120 points" in card.text
            await there.fills_in(likes)
            await there.says("Summary", "Last time", "cost 120 points.")
            supplier.ledger[0].answer["total"] = 90
            assert "Amount: 90 points" in await there.status(first)
            # A card that was just written waits a moment with its next change.
            there.clock.advance(10)
            app.wake()
            changed = await there.says("Placed", first, "Amount: 90 points")
            assert (changed.message_id, changed.text.count("Amount")) == (card.message_id, 1)
