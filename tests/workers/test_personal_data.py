"""Personal data goes by schedule, where the settings say so, and a clock that is wrong removes nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.journal.views import Result
from bot.workers.personal_data import PersonalDataRemoval
from providers.orders import Outcome
from storage import program
from tests.bench import Bench, bench, until, working
from tests.storage.direct import reading
from tests.workers.test_backups import address_in

DAY = 86400.0


@dataclass
class Place:
    house: Bench
    url: str

    def started(self) -> PersonalDataRemoval:
        """The worker, as a start makes it."""
        return PersonalDataRemoval(self.house.database, self.url, self.house.clock, every=DAY, keep_days=365)

    async def placed(self, reference: str) -> None:
        self.house.sending(reference)
        await self.house.settle(reference, Result(Outcome.PLACED, number=reference))

    def pruned(self, reference: str) -> bool:
        return self.house.order(reference).pruned_at is not None

    async def rest(self, worker: PersonalDataRemoval) -> None:
        worker.wake()
        await asyncio.sleep(0)
        await until(lambda: worker._loop.rests)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with bench(tmp_path) as house:
        yield Place(house, address_in(tmp_path))


async def test_what_was_finished_long_ago_goes_and_the_rest_stays(place: Place) -> None:
    await place.placed("1000")
    place.house.sending("1001")
    await place.house.settle("1001", Result(Outcome.UNKNOWN))
    place.house.clock.advance(400 * DAY)
    await place.placed("1002")
    worker = place.started()
    async with working(worker.run()):
        await place.rest(worker)
        # A clock that is wrong when the machine starts is set right first.
        assert not place.pruned("1000")
        place.house.clock.advance(600)
        worker.wake()
        await until(lambda: place.pruned("1000"))
        await place.rest(worker)
    assert not place.pruned("1001")
    assert not place.pruned("1002")
    assert program.pruned_at(reading(place.house.database)) == place.house.clock()
    assert place.house.order("1000").number == "1000"


async def test_after_a_restart_it_goes_on_by_what_was_noted(place: Place) -> None:
    worker = place.started()
    async with working(worker.run()):
        await place.rest(worker)
        place.house.clock.advance(600)
        worker.wake()
        await until(lambda: program.pruned_at(reading(place.house.database)) is not None)
        await place.rest(worker)
    await place.placed("1000")
    place.house.clock.advance(400 * DAY)
    # Noted as if it had been done just now.
    await place.house.database.run(lambda tx: program.pruned(tx, place.house.clock()))
    worker = place.started()
    async with working(worker.run()):
        await place.rest(worker)
        place.house.clock.advance(3600)
        await place.rest(worker)
        assert not place.pruned("1000")
        place.house.clock.advance(DAY)
        worker.wake()
        await until(lambda: place.pruned("1000"))


async def test_a_clock_that_is_set_forward_makes_nothing_old(place: Place) -> None:
    await place.placed("1000")
    worker = place.started()
    async with working(worker.run()):
        await place.rest(worker)
        place.house.clock.set(400 * DAY)
        place.house.clock.advance(2 * DAY)
        worker.wake()
        await until(lambda: program.pruned_at(reading(place.house.database)) is not None)
        await place.rest(worker)
        assert not place.pruned("1000")
        place.house.clock.set(-400 * DAY)
        place.house.clock.advance(370 * DAY)
        worker.wake()
        await until(lambda: place.pruned("1000"))
