"""`kill -9` at random moments while people order: nothing is lost, nothing comes twice, everybody is told."""

from pathlib import Path

from tests.chaos.crash import crash
from tests.chaos.tally import Tally
from tests.end_to_end.nursing import nursery

KILLS = 30
SEED = 3


async def test_killed_at_random_moments_no_order_is_lost_or_placed_twice(tmp_path: Path) -> None:
    tally = Tally()
    async with nursery() as nursing:
        await crash(tmp_path, nursing, tally, seed=SEED, kills=KILLS)
    assert tally.is_clean
    assert tally.kills == KILLS
    assert tally.confirmed > 0
