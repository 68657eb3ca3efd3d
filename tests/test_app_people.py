"""The whole bot: people leave the staff by the settings, and groups are shown orders only by the settings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot import app as app_module
from bot.app import build
from bot.settings.model import Settings
from providers.simulators.base import Fault
from tests.end_to_end.house import ADMIN, COLLEAGUE, PATIENCE, World, world
from tests.test_app import fill_shop

OFFICE, ELSEWHERE = -5, -6


@asynccontextmanager
async def staffed(outside: World, *admins: int) -> AsyncIterator[None]:
    """The bot with these people in its settings, ended as SIGTERM ends it."""
    staff = {"admins": list(admins), "groups": [OFFICE]}
    settings = Settings.model_validate(outside.settings(orders={"grace": 0.05}) | {"staff": staff})
    async with build(settings) as app:
        task = asyncio.create_task(app.run())
        try:
            yield
        finally:
            task.cancel()
            async with asyncio.timeout(PATIENCE):
                with suppress(asyncio.CancelledError):
                    await task


@pytest.fixture
async def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(app_module, "LAST_MESSAGES", 0.05)
    async with world(tmp_path) as made:
        yield made


async def test_who_leaves_while_an_order_is_under_way_hears_nothing_of_it_and_the_admins_decide(outside: World) -> None:
    outside.gifts_and_shops.fail(Fault.HANG)
    async with staffed(outside, ADMIN, COLLEAGUE):
        outside.say("/start", COLLEAGUE)
        await outside.reads("Welcome", COLLEAGUE)
        await fill_shop(outside)
        outside.tap("Confirm")
        await outside.reads("Sending")
        await outside.reaches(outside.gifts_and_shops)
    said = len(outside.history[ADMIN])
    async with staffed(outside, COLLEAGUE):
        asked = await outside.reads("Please check an order", COLLEAGUE)
        assert "who ordered it, is no longer on the staff" in asked.text
        assert len(outside.history[ADMIN]) == said
        # Buttons of theirs do nothing but tell them their id.
        outside.say("/unknown")
        told = await outside.reads("Sorry, this bot is for staff only")
        assert str(ADMIN) in told.text
        await outside.until(
            lambda: "lists an order like it" in outside.telegram.messages(COLLEAGUE)[-1].text, COLLEAGUE
        )
        await outside.opens("It was not placed", COLLEAGUE)
        outside.tap("It was not placed", COLLEAGUE)
        # The shop lists one like it, and that is said first.
        await outside.offers("That is another order: ours was not placed", COLLEAGUE)
        outside.tap("That is another order: ours was not placed", COLLEAGUE)
        await outside.card("Checked", COLLEAGUE)
    assert outside.rows("SELECT outcome FROM orders") == [("not_sent",)]
    assert len(outside.history[ADMIN]) == said + 1


async def test_only_groups_of_the_settings_are_shown_orders(outside: World) -> None:
    for group in (OFFICE, ELSEWHERE):
        outside.telegram.add_group(group, "Group", [ADMIN, COLLEAGUE])
    async with staffed(outside, ADMIN):
        outside.telegram.say(ADMIN, "/orders", chat_id=ELSEWHERE)
        await outside.reads("Orders are not shown in this group", ELSEWHERE)
        outside.telegram.say(ADMIN, "/order shop", chat_id=ELSEWHERE)
        outside.telegram.say(COLLEAGUE, "/orders", chat_id=OFFICE)
        outside.telegram.say(ADMIN, "/order shop", chat_id=OFFICE)
        await outside.reads("Order type", OFFICE)
        await outside.taken_in()
    assert len(outside.history[OFFICE]) == len(outside.history[ELSEWHERE]) == 1
