"""The whole bot: an order is asked about, watched as the clock goes on, and ordered again."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from bot import app as app_module
from bot.app import build
from bot.clock import Clock
from bot.settings.model import Settings
from tests.end_to_end.house import ADMIN, PATIENCE, world
from tests.test_app import fill_shop


async def test_an_order_is_asked_about_watched_and_ordered_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "LAST_MESSAGES", 0.05)
    clock = Clock()
    async with (
        world(tmp_path, clock.moment) as outside,
        build(Settings.model_validate(outside.settings()), clock) as app,
    ):
        running = asyncio.create_task(app.run())
        await fill_shop(outside)
        outside.tap("Confirm")
        await outside.card("Placed")
        number = outside.gifts_and_shops.ledger[0].number
        outside.gifts_and_shops.pay(number)
        outside.say(number)
        answer = await outside.reads("Order · ")
        assert "Status: paid" in answer.text
        assert "was asked just now." in answer.text
        outside.gifts_and_shops.ship(number, "SF Express", "SF1")
        clock.advance(120)
        await outside.until(lambda: any("Status: shipped" in shown.text for shown in outside.history[ADMIN]))
        assert outside.gifts_and_shops.ledger
        clock.advance(60)
        notice = await outside.reads("Order shipped · ")
        assert "paid → shipped" in notice.text
        assert notice.is_silent
        outside.tap("Order again")
        await outside.reads("Summary")
        running.cancel()
        async with asyncio.timeout(PATIENCE):
            with suppress(asyncio.CancelledError):
                await running
