"""The loop of every worker: when it makes a turn, and what it does when storage or we fail."""

import asyncio
from collections.abc import Callable

import pytest

from bot.workers import loop
from bot.workers.loop import Loop, TaskSet, if_stored, until_stored
from storage.errors import StorageError
from tests.bench import until, working

LOCKED = StorageError("the database is locked by another process")


class Turns:
    """A worker that gives or raises, turn by turn, what it was made with, and then waits to be woken."""

    def __init__(self, *script: float | Exception | None) -> None:
        self.script = list(script)
        self.made = 0

    async def __call__(self) -> float | None:
        self.made += 1
        step = self.script.pop(0) if self.script else None
        if isinstance(step, Exception):
            raise step
        return step

    def are(self, count: int) -> Callable[[], bool]:
        return lambda: self.made == count


@pytest.fixture(autouse=True)
def again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "AGAIN", 0.01)


async def rest() -> None:
    """Time in which a turn that is due would be made."""
    await asyncio.sleep(0.05)


async def test_a_turn_follows_at_once_in_a_while_or_when_woken() -> None:
    turns = Turns(0, 0.01, -1, 3600, None)
    worker = Loop("a test failed", turns)
    async with working(worker.run()):
        await until(turns.are(4))
        await rest()
        assert turns.made == 4
        worker.wake()
        await until(turns.are(5))
        await rest()
        assert turns.made == 5


async def test_what_comes_up_during_a_turn_is_looked_at_in_another() -> None:
    gate, turns = asyncio.Event(), Turns()

    async def turn() -> None:
        await turns()
        await gate.wait()

    worker = Loop("a test failed", turn)
    async with working(worker.run()):
        await until(turns.are(1))
        worker.wake()
        gate.set()
        await until(turns.are(2))
        await rest()
        assert turns.made == 2


async def test_what_one_is_woken_for_in_a_row_is_one_turn() -> None:
    turns = Turns()
    worker = Loop("a test failed", turns)
    async with working(worker.run()):
        await until(turns.are(1))
        for _ in range(3):
            worker.wake(0.03)
        assert turns.made == 1
        await until(turns.are(2))
        await rest()
        assert turns.made == 2
        worker.wake(0.01)
        await until(turns.are(3))


async def test_a_worker_rests_only_while_nothing_is_under_way_or_about_to_be() -> None:
    seen: list[bool] = []
    worker = Loop("nothing was done", Turns(0, None, None))
    turn = worker._turn

    async def watched() -> float | None:
        seen.append(worker.rests)
        return await turn()

    worker._turn = watched
    assert not worker.rests
    async with working(worker.run()):
        await until(lambda: worker.rests)
        worker.wake()
        assert not worker.rests
        await until(lambda: worker.rests)
    assert seen == [False, False, False]


async def test_a_storage_that_fails_is_tried_again_in_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    turns = Turns(*[LOCKED] * 3)
    worker = Loop("orders could not be read", turns)
    async with working(worker.run()):
        for _ in range(20):
            worker.wake()
            await asyncio.sleep(0)
        assert turns.made == 1
        await until(turns.are(4))
    assert [record.getMessage() for record in caplog.records] == ["orders could not be read; trying again"] * 3


async def test_what_can_wait_is_tried_again_later_or_when_woken() -> None:
    turns = Turns(LOCKED)
    worker = Loop("a test failed", turns, again=3600)
    async with working(worker.run()):
        await rest()
        assert turns.made == 1
        worker.wake()
        await until(turns.are(2))


async def test_a_fault_of_ours_ends_what_the_bot_can_not_do_without() -> None:
    with pytest.raises(ZeroDivisionError):
        await Loop("a test failed", Turns(ZeroDivisionError())).run()


async def test_a_fault_of_ours_is_said_and_the_rest_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    turns = Turns(ZeroDivisionError(), ZeroDivisionError())
    worker = Loop("a test failed", turns, after_a_fault=0.01)
    async with working(worker.run()):
        await until(turns.are(3))
    assert [record.getMessage() for record in caplog.records] == ["a test failed"] * 2


async def test_work_is_done_again_until_it_is_stored(caplog: pytest.LogCaptureFixture) -> None:
    turns = Turns(LOCKED, LOCKED, 7)
    assert await until_stored(turns, "an outcome could not be recorded") == 7
    assert caplog.text.count("an outcome could not be recorded; trying again") == 2
    with pytest.raises(ZeroDivisionError):
        await until_stored(Turns(LOCKED, ZeroDivisionError()), "an outcome could not be recorded")


async def test_work_that_stays_due_is_left_to_its_loop(caplog: pytest.LogCaptureFixture) -> None:
    turns = Turns(LOCKED, 7)
    assert await if_stored(turns, "an order could not be claimed") is None
    assert "an order could not be claimed; trying again" in caplog.text
    assert await if_stored(turns, "an order could not be claimed") == 7


async def test_a_fault_in_one_piece_of_work_is_said_and_takes_no_other_along(caplog: pytest.LogCaptureFixture) -> None:
    tasks, gate = TaskSet(), asyncio.Event()

    async def fail() -> None:
        raise ZeroDivisionError

    async def wait() -> None:
        await gate.wait()

    tasks.start(fail(), "a look-up could not be reported")
    other = tasks.start(wait(), "another one")
    await until(lambda: len(tasks) == 1)
    assert [record.getMessage() for record in caplog.records] == ["a look-up could not be reported"]
    assert [*tasks] == [other]
    gate.set()
    await until(lambda: tasks.idle)


async def test_work_under_way_is_given_up_after_its_grace(caplog: pytest.LogCaptureFixture) -> None:
    tasks, ended = TaskSet(), list[float]()

    async def last(seconds: float) -> None:
        await asyncio.sleep(seconds)
        ended.append(seconds)

    for seconds in (0.01, 3600):
        tasks.start(last(seconds), "a call broke off")
    await tasks.stop(0.1)
    assert ended == [0.01]
    tasks.start(last(0), "a call broke off")
    await tasks.stop()
    assert ended == [0.01]
    assert tasks.idle
    assert caplog.text == ""
