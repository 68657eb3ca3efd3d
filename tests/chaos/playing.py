"""Plays the state machine and the crash test by a seed, for as long as there is time."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chaos.crash import crash
from tests.chaos.machine import Chaos
from tests.chaos.replicated import replicated
from tests.chaos.tally import Tally
from tests.end_to_end.nursing import nursery

LENGTH = 25
"""Things that happen in one house."""
HOUSES = 10
KILLS = 40
PLAYED = settings(
    deadline=None,
    database=None,
    # A failure names the steps that led to it; looking for shorter ones would take many minutes.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def machine(first_seed: int, seconds: float, tally: Tally) -> None:
    """The state machine. Raises whatever one of its houses raises."""
    for number in _seeds(first_seed, seconds):

        class Seeded(Chaos):
            pass

        Seeded.tally = tally
        how = settings(PLAYED, max_examples=HOUSES, stateful_step_count=LENGTH)
        run_state_machine_as_test(seed(number)(Seeded), settings=how)


def kills(first_seed: int, seconds: float, tally: Tally) -> None:
    """The crash test. Raises whatever one of its houses raises."""

    async def one(number: int) -> None:
        with TemporaryDirectory() as folder:
            async with nursery() as nursing:
                await crash(Path(folder), nursing, tally, seed=number, kills=KILLS)

    for number in _seeds(first_seed, seconds):
        asyncio.run(one(number))


def replicas(first_seed: int, seconds: float, tally: Tally, *, count: int, every: float, restarts: bool) -> None:
    """The crash test of several bots on one PostgreSQL. Raises whatever its house raises."""
    restart = seconds / 2 if restarts else None
    with TemporaryDirectory() as folder:
        asyncio.run(
            replicated(
                Path(folder),
                tally,
                lambda street: street.kills(seconds, every),
                seed=first_seed,
                count=count,
                restart=restart,
            )
        )


def _seeds(first: int, seconds: float) -> Iterator[int]:
    """At least one."""
    end = time.monotonic() + seconds
    yield first
    while time.monotonic() < end:
        first += 1
        yield first
