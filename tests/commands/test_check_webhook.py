"""`orderbot check` says how Telegram has the webhook, and disturbs neither it nor a bot that runs."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.commands.check import webhook_findings
from bot.sandbox.standin import StandIn
from bot.telegram.client import ALLOWED, connect
from bot.telegram.registration import CONNECTIONS, WebhookState
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from tests.bench import until
from tests.commands.program import Done, orderbot, settings, write
from tests.end_to_end.house import ADMIN, world
from tests.end_to_end.program import running

URL = "https://bot.example/CANARY"


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[StandIn]:
    async with StandIn() as standin:
        yield standin


async def check(folder: Path, telegram: StandIn, **more: Any) -> Done:
    given = {"token": telegram.token, "api_url": telegram.url, "mode": "webhook", "webhook_url": URL}
    given |= {"webhook_secret": "CANARY-secret"} | more
    async with GuoGuoSimulator() as guoguo:
        write(folder, settings(folder, accounts={"guoguo": guoguo.account()}, telegram=given))
        await orderbot("migrate", cwd=folder)
        done = await orderbot("check", cwd=folder)
    assert "CANARY" not in done.out + done.err
    return done


async def test_before_the_first_start_it_is_not_set_and_that_is_no_fault(tmp_path: Path, telegram: StandIn) -> None:
    done = await check(tmp_path, telegram)
    assert (done.code, done.err) == (0, "")
    assert "webhook: not set yet: the bot sets it when it starts" in done.out.splitlines()
    assert [call.method for call in telegram.calls] == ["getMe", "getWebhookInfo"]


async def test_by_polling_nobody_asks_for_a_webhook(tmp_path: Path, telegram: StandIn) -> None:
    done = await check(tmp_path, telegram, mode="polling")
    assert "webhook" not in done.out
    assert [call.method for call in telegram.calls] == ["getMe"]


async def test_telegrams_last_error_and_what_waits_are_told(tmp_path: Path, telegram: StandIn) -> None:
    telegram.add_person(ADMIN, started=True)
    async with connect(telegram.token, telegram.url) as client:
        await client.bring_updates_to(URL, "secret", CONNECTIONS)
    telegram.say(ADMIN, "/help")
    await until(lambda: "last_error_message" in telegram.webhook.info())
    done = await check(tmp_path, telegram)
    assert done.code == 0
    assert "webhook: ok, updates that wait: 1" in done.out.splitlines()
    (warning,) = [line for line in done.out.splitlines() if "could not bring an update" in line]
    assert warning.endswith(": Failed to resolve host: Name or service not known")


async def test_another_address_is_told_by_its_host_and_left_as_it_is(tmp_path: Path, telegram: StandIn) -> None:
    async with connect(telegram.token, telegram.url) as client:
        await client.set_webhook("https://elsewhere.example/CANARY", allowed_updates=ALLOWED)
    done = await check(tmp_path, telegram)
    assert done.code == 0
    assert "warning: webhook: it is set to another address, at elsewhere.example: " in done.out
    assert telegram.webhook.info()["url"] == "https://elsewhere.example/CANARY"


async def test_beside_a_running_bot_all_is_well(tmp_path: Path) -> None:
    async with world(tmp_path, webhook=True) as house, running(house.config()) as program:
        house.say("/start")
        await house.reads("Welcome")
        done = await orderbot("check", "--config", str(house.config_file), cwd=tmp_path)
        assert (done.code, done.err) == (0, "")
        assert "webhook: ok, updates that wait: 0" in done.out.splitlines()
        house.say("/help")
        await house.reads("What I can do")
        assert await program.stop() == 0, program.log.read_text()


@pytest.mark.parametrize("url", ["https://", "nothing", "https://[::1", "https://user:CANARY@a.example/CANARY"])
def test_of_any_address_no_more_than_the_host_is_told(url: str) -> None:
    state = WebhookState(url, 0, 40, frozenset(), 10**15, "\x1b[2J" + "x" * 999)
    elsewhere, failed = webhook_findings(state, URL, ZoneInfo("UTC"))
    assert "CANARY" not in elsewhere.line
    assert failed.line.isprintable()
    assert len(failed.line) < 300
