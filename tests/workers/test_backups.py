"""A running bot makes copies by schedule, goes on after a restart, and says once that it can't."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.settings.model import BackupSettings
from bot.workers.backups import Backups
from storage import program
from storage.opening import rehearse_restore
from tests.bench import Bench, Clock, bench, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.test_restore import names, remove, rights, spoil

EVERY = 86400.0
FAILS = "A scheduled copy of the database could not be made"


@dataclass
class Place:
    house: Bench
    folder: Path
    url: str

    def started(self, keep: int = 3) -> Backups:
        """The worker, as a start makes it."""
        settings = BackupSettings(every=EVERY, folder=str(self.folder), keep=keep)
        return Backups(self.house.database, self.url, settings, self.house.outcomes, self.clock)

    @property
    def clock(self) -> Clock:
        return self.house.clock

    def made(self) -> list[str]:
        return (
            sorted(name for name in names(self.folder) if name.startswith("orderbot-")) if self.folder.exists() else []
        )

    async def has(self, count: int) -> None:
        await until(lambda: len(self.made()) == count)

    async def goes_by(self, worker: Backups, seconds: float) -> None:
        self.clock.advance(seconds)
        worker.wake()
        await self.rest(worker)

    async def rest(self, worker: Backups) -> None:
        """Wait until nothing is under way."""
        await until(lambda: worker._loop.rests)

    def said(self, to: int = ADMIN) -> list[str]:
        return self.house.outbox(to)


def address_in(folder: Path) -> str:
    (file,) = folder.glob("*.db")
    return f"sqlite:///{file}"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with bench(tmp_path) as house:
        yield Place(house, tmp_path / "backups", address_in(tmp_path))


async def test_a_copy_is_made_when_it_is_due_and_the_last_ones_stay(place: Place) -> None:
    place.house.confirmed("1000")
    worker = place.started()
    async with working(worker.run()):
        await place.has(1)
        (first,) = place.made()
        assert rights(place.folder / first) == 0o600
        await place.goes_by(worker, EVERY / 2)
        assert place.made() == [first]
        seen = [first]
        for _ in range(4):
            await place.goes_by(worker, EVERY)
            await until(lambda: place.made()[-1] not in seen)
            seen.append(place.made()[-1])
        await place.rest(worker)
        assert place.made() == seen[-3:]
    examined = await rehearse_restore(place.url, place.folder / seen[-1], place.clock(), program.last_heartbeat)
    assert (examined.held.orders, examined.held.marked, examined.lacks) == (1, True, (0, []))
    assert place.said() == []


async def test_after_a_restart_it_goes_on_by_what_there_is(place: Place) -> None:
    async with working(place.started().run()):
        await place.has(1)
    place.clock.advance(EVERY / 2)
    worker = place.started()
    async with working(worker.run()):
        await place.rest(worker)
        assert len(place.made()) == 1
        await place.goes_by(worker, EVERY / 2)
        await place.has(2)
    # Somebody took them away: they are missed at the next start.
    for name in place.made():
        remove(place.folder / name)
    async with working(place.started().run()):
        await place.has(1)


async def test_a_clock_that_is_set_makes_none_come_sooner_or_later(place: Place) -> None:
    worker = place.started(keep=50)
    async with working(worker.run()):
        await place.has(1)
        for step in (400 * EVERY, -800 * EVERY, 400 * EVERY):
            place.clock.set(step)
            worker.wake()
            await asyncio.sleep(0)
            await place.rest(worker)
            assert len(place.made()) == 1
        place.clock.set(400 * EVERY)
        await place.goes_by(worker, EVERY)
        await place.has(2)
    # Set back again: the one of a time to come is no reason to make none now, and one is enough.
    place.clock.set(-400 * EVERY)
    place.clock.advance(EVERY)
    worker = place.started(keep=50)
    async with working(worker.run()):
        await place.has(3)
        worker.wake()
        await place.rest(worker)
        assert len(place.made()) == 3


async def test_what_prevents_it_is_said_once_and_once_more_when_it_works_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(place.folder, b"in the way")
    worker = place.started()
    async with working(worker.run()):
        await until(place.said)
        await place.goes_by(worker, 3600)
        await place.goes_by(worker, 3600)
    worker = place.started()
    async with working(worker.run()):
        await place.rest(worker)
        for admin in (ADMIN, COLLEAGUE):
            (said,) = place.said(admin)
            assert said.startswith(FAILS)
            assert "log" in said
        remove(place.folder)
        await place.goes_by(worker, 3600)
        await place.has(1)
        await until(lambda: len(place.said()) == 2)
        assert place.said()[-1] == "Copies of the database are being made again."
        # A full disk is told as that.
        monkeypatch.setattr("storage.backups.RESERVE", 2**62)
        await place.goes_by(worker, EVERY)
        await until(lambda: len(place.said()) == 3)
        assert "its disk is full" in place.said()[-1]
        assert len(place.made()) == 1
        monkeypatch.undo()
        await place.goes_by(worker, 3600)
        await place.has(2)


async def test_two_databases_with_one_folder_leave_each_others_copies_alone(place: Place, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    async with bench(tmp_path / "other") as second:
        other = Place(second, place.folder, address_in(tmp_path / "other"))
        for one in (place, other):
            worker = one.started(keep=1)
            before = len(one.made())
            async with working(worker.run()):
                await one.has(before + 1)
        worker = place.started(keep=1)
        theirs = place.made()
        place.clock.advance(EVERY)
        async with working(worker.run()):
            await until(lambda: place.made() != theirs)
            await place.rest(worker)
        assert len(place.made()) == 2
        assert len(set(place.made()) & set(theirs)) == 1
