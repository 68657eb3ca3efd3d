"""Several bots on one PostgreSQL, killed at random or stopped in turn while people order: it is as if one had lived on.

`make chaos REPLICAS=3 MINUTES=2` plays the first for longer, and with RESTART=1 restarts the server meanwhile.
"""

from pathlib import Path

from tests.chaos.replicated import replicated
from tests.chaos.tally import Tally

COUNT = 3
SECONDS, EVERY = 12, 4
SEED = 1
SOON = 10.0
"""Seconds within which an update is taken while bots are stopped in turn; most of it is room for slow machines."""


async def test_killed_every_few_seconds_they_lose_nothing_double_nothing_and_tell_everything_in_order(
    tmp_path: Path,
) -> None:
    tally = Tally()
    await replicated(tmp_path, tally, lambda street: street.kills(SECONDS, EVERY), seed=SEED, count=COUNT)
    assert tally.is_clean
    assert tally.kills > 0
    assert tally.confirmed > 0
    assert tally.updates["repeated"] > 0
    assert tally.updates["late"] > 0


async def test_stopped_in_turn_they_lose_nothing_and_keep_no_update_waiting(tmp_path: Path) -> None:
    tally = Tally()
    await replicated(tmp_path, tally, lambda street: street.rolls(), seed=SEED, count=COUNT)
    assert tally.is_clean
    assert tally.confirmed > 0
    assert tally.longest < SOON
