"""The whole bot in this process: it starts on what it left behind, and ends in time whatever others do."""

import asyncio
import logging
import os
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot import app as app_module
from bot.app import App, build, run, serve
from bot.settings.model import Settings
from bot.telegram.client import TelegramRefusedError
from providers.simulators.base import Fault
from providers.simulators.guoguo.products import FANS
from storage.migrate import migrate, shipped
from storage.opening import open_database
from tests.bench import CANARY, until
from tests.end_to_end.house import ADMIN, COLLEAGUE, PATIENCE, World, world
from tests.storage.direct import reading, writing
from tests.storage.test_upgrade import ROWS, fill, up_to

BRIEFLY = 0.05
"""Seconds that calls in flight get when a test ends the bot."""


@pytest.fixture
async def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(app_module, "LAST_MESSAGES", BRIEFLY)
    async with world(tmp_path) as made:
        yield made


def settings_of(outside: World, grace: float = BRIEFLY) -> Settings:
    return Settings.model_validate(outside.settings() | {"orders": {"grace": grace}})


@asynccontextmanager
async def running(outside: World, grace: float = BRIEFLY) -> AsyncIterator[App]:
    """The bot, ended at the end as SIGTERM ends it; it may take no longer than patience allows."""
    async with build(settings_of(outside, grace)) as app:
        task = asyncio.create_task(app.run())
        try:
            yield app
        finally:
            task.cancel()
            async with asyncio.timeout(PATIENCE):
                with suppress(asyncio.CancelledError):
                    await task


async def fill_guoguo(outside: World, who: int = ADMIN) -> None:
    outside.say("/order guoguo", who)
    for question, answer in (("Product", FANS), ("Link", "https://example.com/p/1"), ("Quantity", "100")):
        await outside.reads(question, who)
        outside.say(answer, who)
    await outside.reads("Runs", who)
    outside.tap("Skip", who)
    await outside.reads("Summary", who)


async def fill_shop(outside: World, who: int = ADMIN) -> None:
    outside.say("/order shop", who)
    for question, answer in (("Order type", "goods"), ("Product", "188"), ("Quantity", "1")):
        await outside.reads(question, who)
        outside.say(answer, who)
    await outside.reads("Items", who)
    outside.tap("Done", who)
    await outside.reads("Note", who)
    outside.tap("Skip", who)
    address = ("王小明", "13800000000", "河南省", "郑州市", "中原区", CANARY, "450000")
    titles = ("Recipient", "Phone", "Province", "City", "District", "Address", "Postcode")
    for question, answer in zip(titles, address, strict=True):
        await outside.reads(question, who)
        outside.say(answer, who)
    await outside.reads("Summary", who)


def journal(outside: World, column: str) -> list[str]:
    connection = sqlite3.connect(f"file:{outside.folder / 'orderbot.db'}?mode=ro", uri=True)
    try:
        return [row[0] for row in connection.execute(f"SELECT {column} FROM orders ORDER BY reference")]  # noqa: S608  ours
    finally:
        connection.close()


async def test_an_order_goes_from_a_message_to_the_supplier_and_back(outside: World) -> None:
    async with running(outside):
        await fill_shop(outside)
        outside.tap("Confirm")
        card = await outside.card("Placed")
        assert card.edited
        assert f"Order number: {outside.gifts_and_shops.ledger[0].number}" in card.text
    assert outside.telegram.pending == 0
    assert len(outside.gifts_and_shops.received) == 1


async def test_while_one_supplier_is_silent_a_colleague_orders_from_another(outside: World) -> None:
    outside.guoguo.fail(Fault.HANG)
    async with running(outside):
        await fill_guoguo(outside)
        outside.tap("Confirm")
        await outside.reads("Sending")
        await fill_shop(outside, COLLEAGUE)
        outside.tap("Confirm", COLLEAGUE)
        await outside.card("Placed", COLLEAGUE)
        assert sorted(map(str, journal(outside, "outcome"))) == ["None", "placed"]
        outside.guoguo.heal()
        await outside.card("Placed")


async def test_a_silent_supplier_does_not_keep_it_from_ending_and_nothing_is_sent_twice(outside: World) -> None:
    outside.guoguo.fail(Fault.HANG, times=None)
    async with running(outside):
        await fill_guoguo(outside)
        outside.tap("Confirm")
        await outside.reads("Sending")
        await until(lambda: _received(outside, 1))
    assert journal(outside, "stage") == ["sending"]
    outside.guoguo.heal()
    async with running(outside):
        await outside.card("Outcome unknown")
        await outside.reads("Please check an order")
        await fill_guoguo(outside)
        outside.tap("Confirm")
        await outside.card("Placed")
    assert journal(outside, "outcome") == ["unknown", "placed"]
    assert len(outside.guoguo.ledger) == 2


async def test_an_answer_that_comes_while_it_ends_is_still_told(
    outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "LAST_MESSAGES", PATIENCE)
    outside.guoguo.fail(Fault.HANG)
    async with build(settings_of(outside, PATIENCE)) as app:
        task = asyncio.create_task(app.run())
        await fill_guoguo(outside)
        outside.tap("Confirm")
        await outside.reads("Sending")
        await until(lambda: _received(outside, 1))
        task.cancel()
        outside.guoguo.heal()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert journal(outside, "outcome") == ["placed"]
    assert any(message.text.startswith("Placed") for message in outside.telegram.messages(ADMIN))


async def test_orders_that_were_confirmed_before_it_died_are_sent_when_it_starts(outside: World) -> None:
    outside.gifts_and_shops.fail(Fault.REFUSE)
    async with running(outside):
        await fill_shop(outside)
        outside.tap("Confirm")
        await outside.card("Not placed")
    connection = sqlite3.connect(outside.folder / "orderbot.db")
    connection.execute("UPDATE orders SET stage = 'confirmed', outcome = NULL")
    connection.commit()
    connection.close()
    async with running(outside):
        await outside.card("Placed")
    assert len(outside.gifts_and_shops.ledger) == 1


async def test_what_was_to_be_said_while_telegram_was_away_is_said_later(outside: World) -> None:
    async with running(outside) as app:
        await fill_shop(outside)
        outside.gifts_and_shops.fail(Fault.HANG)
        outside.tap("Confirm")
        await outside.reads("Sending")
        outside.telegram.fail("*", "drop_before", times=None)
        outside.gifts_and_shops.heal()

        def settled() -> bool:
            row = reading(app.database).fetchrow("SELECT outcome FROM orders")
            return row is not None and row["outcome"] == "placed"

        await until(settled)
    outside.telegram.heal()
    async with running(outside):
        await outside.card("Placed")


async def test_it_ends_while_it_waits_for_a_telegram_that_is_not_there(outside: World) -> None:
    await outside.telegram.stop()
    async with running(outside) as app:

        def pruned() -> bool:
            return reading(app.database).fetchrow("SELECT 1 AS one") is not None

        await until(pruned)


async def test_it_ends_while_telegram_takes_no_message(outside: World) -> None:
    outside.telegram.fail("sendMessage", "hang", times=None)
    async with running(outside):
        outside.say("/help")
        await outside.telegram.wait_for_call("sendMessage", timeout=PATIENCE)
    outside.telegram.heal()
    async with running(outside):
        await outside.reads("What I can do")


async def test_a_token_that_telegram_refuses_ends_it_with_one_line(outside: World) -> None:
    settings = outside.settings() | {"telegram": {"token": "1:wrong", "api_url": outside.telegram.url}}
    with pytest.raises(TelegramRefusedError, match=r"^telegram\.token: "):
        await run(Settings.model_validate(settings))


async def test_sigterm_ends_it_cleanly(outside: World) -> None:
    serving = asyncio.create_task(serve(settings_of(outside)))
    outside.say("/help")
    await outside.reads("What I can do")
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(PATIENCE):
        await serving


async def test_old_rows_are_removed_at_start_and_new_ones_stay(outside: World) -> None:
    async with running(outside) as app:
        with writing(app.database) as tx:
            tx.execute("INSERT INTO updates VALUES (1, $1)", 0)
        outside.say("/help")
        await outside.reads("What I can do")
    async with running(outside) as app:

        def only_new() -> bool:
            rows = reading(app.database).fetch("SELECT update_id FROM updates")
            return len(rows) == 1 and rows[0]["update_id"] != 1

        await until(only_new)


async def test_before_it_changes_an_older_database_it_keeps_a_copy_and_says_where(
    outside: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    names = [migration.name for migration in shipped()]
    url = settings_of(outside).storage.url
    database = await open_database(url)
    await migrate(database, 1, up_to(names[-2], tmp_path / "migrations"))
    fill(database, names[-2])
    await database.close()
    copy = f"{url.removeprefix('sqlite:///')}.before-{names[-1]}"
    async with running(outside):
        outside.say("/help")
        await outside.reads("What I can do")
    assert f"the database as it was before {names[-1]} is kept in {copy}" in caplog.messages
    kept = await open_database(f"sqlite:///{copy}")
    (count,) = reading(kept).fetch("SELECT COUNT(*) AS n FROM orders")
    assert count["n"] == len(ROWS)
    await kept.close()


async def test_no_log_of_a_whole_run_holds_a_secret_or_an_address(
    outside: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    outside.telegram.fail("getMe", "drop_before")
    outside.telegram.fail("sendMessage", "error", status=502, body="<html>")
    async with running(outside):
        for fault, first in ((Fault.GARBAGE, "Outcome unknown"), (Fault.REFUSE, "Not placed"), (None, "Placed")):
            if fault is not None:
                outside.gifts_and_shops.fail(fault)
            await fill_shop(outside)
            outside.tap("Confirm")
            await outside.card(first)
            if fault is Fault.REFUSE:
                outside.say("/cancel")
                await outside.reads("Cancelled")
    assert CANARY in str(outside.gifts_and_shops.received[-1].body)
    settings = outside.settings()
    accounts = settings["accounts"]
    secrets = [settings["telegram"]["token"], accounts["guoguo"]["api_key"], accounts["shop"]["token"]]
    assert "running as @" in caplog.text
    for secret in (*secrets, CANARY, "13800000000"):
        assert secret not in caplog.text


async def _received(outside: World, count: int) -> bool:
    return len(outside.guoguo.received) == count
