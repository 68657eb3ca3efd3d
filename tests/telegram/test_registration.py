"""The webhook is set at every start and stays ours; what keeps updates from coming is logged in Telegram's words."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.faults import FaultKind
from bot.telegram import client as client_module
from bot.telegram import registration
from bot.telegram.client import ALLOWED, TOKEN_REVOKED, Client, TelegramRefusedError, connect, start
from bot.telegram.hearing import TROUBLE_FOR, by_webhook
from bot.telegram.registration import CONNECTIONS, CONTESTED, CONTESTS, CONTESTS_WITHIN, WebhookState, state_of
from tests.bench import until, working
from tests.end_to_end.house import ADMIN, PATIENCE, SECRET
from tests.telegram.hooked import Hooked, hooked
from tests.telegram.line import Line, line

ELSEWHERE = "https://elsewhere.example/CANARY"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "pause", lambda _: 0)
    monkeypatch.setattr(registration, "EVERY", 0.01)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made:
        yield made


@pytest.fixture
async def hook(house: Line) -> AsyncIterator[Hooked]:
    async with hooked(house) as made:
        yield made


@pytest.fixture
async def other(house: Line) -> AsyncIterator[Client]:
    """Another program with the same token."""
    async with connect(house.telegram.token, house.telegram.url) as made:
        yield made


def times_set(house: Line) -> int:
    return sum(call.method == "setWebhook" for call in house.telegram.calls)


async def ends(hook: Hooked) -> str:
    with pytest.raises(TelegramRefusedError) as refused:
        async with asyncio.timeout(PATIENCE):
            await hook.registration.run()
    return str(refused.value)


async def hears(hook: Hooked) -> None:
    hook.house.telegram.say(ADMIN, "/help")
    await hook.house.telegram.all_confirmed(PATIENCE)
    assert hook.house.outbox()[-1].startswith("<b>What I can do")


@pytest.mark.parametrize("fault", ["error", "drop_before", "drop_after", "retry_after"])
async def test_a_start_sets_it_however_often_that_fails(
    hook: Hooked, fault: FaultKind, caplog: pytest.LogCaptureFixture
) -> None:
    hook.house.telegram.fail("setWebhook", fault, times=2)
    await start(hook.house.client, hook.registration.register)
    await hook.registration.look()
    state = hook.registration.state
    assert state == WebhookState(hook.registration.url, 0, CONNECTIONS, frozenset(ALLOWED))
    assert times_set(hook.house) == 3
    assert SECRET not in caplog.text
    await hears(hook)


async def test_a_start_tells_telegram_of_a_new_secret(hook: Hooked, other: Client) -> None:
    await other.bring_updates_to(hook.registration.url, "old", CONNECTIONS)
    hook.house.telegram.webhook.gap = 0.01
    hook.house.telegram.say(ADMIN, "/help")

    async def refused() -> bool:
        await hook.registration.look()
        return hook.registration.state is not None and "401 Unauthorized" in hook.registration.state.error

    await until(refused)
    await start(hook.house.client, hook.registration.register)
    await hook.house.telegram.all_confirmed(PATIENCE)
    assert hook.house.outbox()[-1].startswith("<b>What I can do")


async def test_a_webhook_that_is_as_it_should_be_is_not_set_again(hook: Hooked) -> None:
    await hook.set()
    async with working(hook.registration.run()):
        await hook.house.telegram.wait_for_call("getWebhookInfo", 4)
    assert times_set(hook.house) == 1


@pytest.mark.parametrize("change", ["address", "kinds", "removed"])
async def test_a_webhook_that_somebody_changes_is_set_again(
    hook: Hooked, other: Client, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    await hook.set()
    match change:
        case "address":
            await other.set_webhook(ELSEWHERE)
        case "kinds":
            await other.set_webhook(
                hook.registration.url, secret_token=SECRET, max_connections=CONNECTIONS, allowed_updates=["message"]
            )
        case "removed":
            await other.delete_webhook()
    async with working(hook.registration.run()):
        await until(lambda: times_set(hook.house) == (2 if change == "removed" else 3))
        await hears(hook)
    assert caplog.text.count("it is set again") == 1
    assert "CANARY" not in caplog.text


async def test_a_webhook_that_is_changed_again_and_again_ends_the_bot_with_one_line(
    hook: Hooked, other: Client
) -> None:
    await hook.set()
    for _ in range(CONTESTS - 1):
        await other.set_webhook(ELSEWHERE)
        await hook.registration.look()
    await other.set_webhook(ELSEWHERE)
    assert await ends(hook) == CONTESTED
    hook.house.clock.advance(CONTESTS_WITHIN + 1)
    async with working(hook.registration.run()):
        await hears(hook)


async def test_a_token_that_is_taken_back_ends_the_bot(hook: Hooked) -> None:
    await hook.set()
    hook.house.telegram.revoke()
    assert await ends(hook) == TOKEN_REVOKED


@pytest.mark.parametrize("fault", ["error", "drop_before", "retry_after", "odd_result"])
async def test_a_look_that_fails_is_made_again(hook: Hooked, fault: FaultKind) -> None:
    await hook.set()
    hook.house.telegram.fail("getWebhookInfo", fault, times=2)
    async with working(hook.registration.run()):
        await hook.house.telegram.wait_for_call("getWebhookInfo", 4)
        await hears(hook)


async def test_why_updates_do_not_come_is_logged_once_for_each_failure(
    hook: Hooked, other: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await hook.set()
    await hook.registration.look()
    await other.bring_updates_to(hook.registration.url, "another", CONNECTIONS)
    hook.house.telegram.webhook.gap = 3600
    hook.house.telegram.say(ADMIN, "/help")
    async with working(hook.registration.run()):
        await until(lambda: "could not bring updates, 1 wait: Wrong response from the webhook: 401" in caplog.text)
        await hook.house.telegram.wait_for_call("getWebhookInfo", 6)
    assert 1 <= caplog.text.count("could not bring updates") <= 2
    await hook.set()
    await hook.house.telegram.all_confirmed(PATIENCE)


def test_of_an_answer_of_any_shape_what_is_there_counts() -> None:
    nothing = WebhookState("", 0, 0, frozenset())
    odd: list[Any] = [None, [], {}, {"url": None}]
    odd.append({"url": 5, "pending_update_count": "5", "allowed_updates": "message"})
    assert [state_of(info) for info in odd] == [nothing] * len(odd)
    assert state_of({"url": "https://a/", "allowed_updates": ["message", 5]}).kinds == {"message"}


def test_updates_come_unless_telegram_says_that_they_wait_and_why() -> None:
    url, now = "https://bot.example/", 1_800_000_000
    good = WebhookState(url, 3, 40, frozenset(), now - 1, "")
    assert by_webhook(None, url, now) == "Telegram has not been heard yet"
    assert by_webhook(good, url, now) == ""
    assert by_webhook(good, "https://other.example/", now) == "Telegram brings updates elsewhere"
    failed = WebhookState(url, 3, 40, frozenset(), now - TROUBLE_FOR, "Connection refused")
    assert by_webhook(failed, url, now) == "Telegram can't bring 3 updates: Connection refused"
    assert by_webhook(failed, url, now + 1) == ""
    assert by_webhook(WebhookState(url, 0, 40, frozenset(), now, "Connection refused"), url, now) == ""
