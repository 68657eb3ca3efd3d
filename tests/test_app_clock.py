"""The whole bot on a clock that is moved on: what was to happen later happens at once, and only then."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.app import App, build
from bot.clock import Clock
from bot.settings.model import Settings
from providers.simulators.base import Fault
from tests.bench import until
from tests.end_to_end.house import ADMIN, PATIENCE, World, world
from tests.test_app import fill_guoguo

HOUR = 3600


@asynccontextmanager
async def running(outside: World, clock: Clock) -> AsyncIterator[App]:
    settings = Settings.model_validate(outside.settings() | {"orders": {"grace": 0.05}})
    async with build(settings, clock) as app:
        task = asyncio.create_task(app.run())
        try:
            yield app
        finally:
            task.cancel()
            async with asyncio.timeout(PATIENCE):
                with suppress(asyncio.CancelledError):
                    await task


async def _postponed(outside: World, clock: Clock) -> bool:
    return bool(outside.rows(f"SELECT id FROM outbox WHERE not_before > {clock():d}"))  # noqa: S608  a number


async def test_a_message_that_telegram_postponed_for_an_hour_is_sent_when_the_clock_has_moved_on(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with world(tmp_path) as outside:
        outside.telegram.fail("sendMessage", "retry_after", retry_after=HOUR)
        async with running(outside, clock):
            outside.say("/start")
            await outside.telegram.wait_for_call("sendMessage", timeout=PATIENCE)
            await until(lambda: _postponed(outside, clock))
            clock.advance(HOUR / 2)
            await asyncio.sleep(0.2)
            assert outside.unread() == []
            clock.advance(HOUR / 2 + 1)
            await outside.next()


async def test_an_order_of_unknown_outcome_is_recalled_when_the_clock_has_moved_on_by_hours(tmp_path: Path) -> None:
    clock = Clock()
    async with world(tmp_path, clock.moment) as outside, running(outside, clock):
        outside.guoguo.fail(Fault.DROP_BEFORE)
        outside.guoguo.fail_reads(Fault.ERROR_BEFORE, "/platform/order")
        await fill_guoguo(outside)
        outside.tap("Confirm")
        await outside.reads("Outcome unknown")
        await outside.reads("Please check an order")
        said = len(outside.history[ADMIN])
        clock.advance(5 * HOUR)
        await outside.says_more(said)
        assert len(outside.guoguo.received) == 1


async def test_everything_that_keeps_the_time_keeps_the_same(tmp_path: Path) -> None:
    clock = Clock(lambda: 1_780_000_000_000_000)
    async with world(tmp_path) as outside, running(outside, clock) as app:
        clock.advance(7 * 24 * HOUR)
        assert app.desk.now() == clock() == 1_780_604_800_000_000
        assert {provider.now() for provider in app.providers.values()} == {clock.moment()}
        outside.say("/start")
        await outside.next()
        assert outside.rows("SELECT seen_at FROM updates") == [(clock(),)]


async def test_an_app_that_is_over_is_woken_no_more(tmp_path: Path) -> None:
    clock = Clock()
    woken: list[str] = []
    async with world(tmp_path) as outside:
        async with running(outside, clock) as app:
            app.wakers.append(lambda: woken.append("woken"))
            clock.advance(1)
        clock.advance(1)
        async with running(outside, clock):
            outside.say("/start")
            await outside.next()
    assert woken == ["woken"]
