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
