"""What ends the bot: a token that is taken back, and another program that uses it. Nothing is lost by it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from telegram.error import Conflict

from bot.sandbox.updates import BY_OTHER_POLL
from bot.telegram import receive
from bot.telegram.client import TOKEN_REVOKED, Client, TelegramRefusedError, connect
from bot.telegram.deliver import Delivery
from bot.telegram.receive import CONFLICTS, CONFLICTS_WITHIN, SECOND_POLLER, WEBHOOK_SET, Inbox
from tests.bench import until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE, PATIENCE
from tests.storage.direct import reading
from tests.telegram.line import Line, line

OK = '{"ok": true}'
HOOK = "https://elsewhere.example/hook"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "pause", lambda _: 0)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made:
        yield made


@pytest.fixture
async def other(house: Line) -> AsyncIterator[Client]:
    """Another program with the same token."""
    async with connect(house.telegram.token, house.telegram.url) as made:
        yield made


async def ends(work: Coroutine[Any, Any, None]) -> str:
    """The line with which it ends."""
    with pytest.raises(TelegramRefusedError) as refused:
        async with asyncio.timeout(PATIENCE):
            await work
    return str(refused.value)


async def handles_help(house: Line) -> None:
    """The next start handles what waits."""
    house.telegram.say(ADMIN, "/help")
    async with working(Inbox(house.client, house.desk, forward=house.desk.now).poll()):
        await until(house.acknowledged())
    assert house.outbox()[-1].startswith("<b>What I can do")


def conflict(house: Line, times: int) -> None:
    house.telegram.fail("getUpdates", "error", times=times, status=409, said=BY_OTHER_POLL)


async def test_another_program_that_goes_on_polling_ends_the_bot_with_one_line(house: Line, other: Client) -> None:
    async def rival() -> None:
        while True:
            try:
                await other.raw_updates(None)
            except Conflict:
                continue

    async with working(rival()):
        assert await ends(house.inbox.poll()) == SECOND_POLLER
    await handles_help(house)


async def test_updates_that_come_between_conflicts_do_not_hide_the_other_program(house: Line) -> None:
    async def all_but_one() -> None:
        async with working(house.inbox.poll()):
            for _ in range(CONFLICTS - 1):
                conflict(house, 1)
                house.telegram.say(ADMIN, "/help")
                await until(house.acknowledged())

    await all_but_one()
    assert len(house.outbox()) == CONFLICTS - 1
    conflict(house, 1)
    assert await ends(house.inbox.poll()) == SECOND_POLLER
    await handles_help(house)


async def test_conflicts_of_a_restart_are_borne_and_old_ones_forgotten(
    house: Line, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(house.inbox.poll()):
        for _ in range(3):
            conflict(house, CONFLICTS - 1)
            house.telegram.say(ADMIN, "/help")
            await until(house.acknowledged())
            house.clock.advance(CONFLICTS_WITHIN + 1)
    assert len(house.outbox()) == 3
    assert caplog.text.count("only one may run") == 3 * (CONFLICTS - 1)


async def test_a_webhook_that_somebody_set_is_removed(house: Line, other: Client) -> None:
    house.telegram.fail("deleteWebhook", "error")
    await other.set_webhook(HOOK)
    house.telegram.say(ADMIN, "/help")
    async with working(house.inbox.poll()):
        await until(house.acknowledged())
    assert (await other.get_webhook_info()).url == ""
    assert len(house.outbox()) == 1


async def test_a_webhook_that_is_set_again_and_again_ends_the_bot_with_one_line(house: Line, other: Client) -> None:
    async def stubborn() -> None:
        removed = sum(call.method == "deleteWebhook" for call in house.telegram.calls)
        while True:
            await other.set_webhook(HOOK)
            removed += 1
            await house.telegram.wait_for_call("deleteWebhook", removed, PATIENCE)

    stubbornly = asyncio.create_task(stubborn())
    assert await ends(house.inbox.poll()) == WEBHOOK_SET
    stubbornly.cancel()
    await asyncio.gather(stubbornly, return_exceptions=True)
    await other.delete_webhook()
    await handles_help(house)


async def test_a_token_that_is_revoked_while_a_poll_waits_ends_delivery_and_loses_nothing(house: Line) -> None:
    async with working(house.inbox.poll()):
        await house.telegram.wait_for_call("getUpdates")
        new = house.telegram.revoke()
        house.puts("a", "b")
        house.puts("c", chat=COLLEAGUE)
        assert await ends(house.delivery.run()) == TOKEN_REVOKED
    await house.delivery.flush()  # ends, since nothing can be sent
    assert await ends(house.inbox.poll()) == TOKEN_REVOKED
    rows = reading(house.database).fetch("SELECT state, attempts FROM outbox")
    assert [(row["state"], row["attempts"]) for row in rows] == [("waiting", 0)] * 3

    async with (
        connect(new, house.telegram.url) as mended,
        working(Delivery(mended, house.database, house.clock, house.clock.forward).run()),
    ):
        await house.reads("a", "b")
        await house.reads("c", chat=COLLEAGUE)


@pytest.mark.parametrize(("status", "said"), [(401, "Unauthorized"), (404, "Not Found")])
@pytest.mark.parametrize(
    ("method", "work"),
    [("sendMessage", lambda house: house.delivery.run()), ("getUpdates", lambda house: house.inbox.poll())],
    ids=["sendMessage", "getUpdates"],
)
async def test_both_ways_of_refusing_a_token_end_the_bot_wherever_they_are_met(
    house: Line, method: str, work: Callable[[Line], Coroutine[Any, Any, None]], status: int, said: str
) -> None:
    house.telegram.fail(method, "error", status=status, said=said)
    house.puts("a")
    assert await ends(work(house)) == TOKEN_REVOKED
    async with working(Delivery(house.client, house.database, house.clock, house.clock.forward).run()):
        await house.reads("a")
    await handles_help(house)


STATUSES = (200, 302, 400, 401, 403, 404, 409, 429, 502)
FOREIGN = [(status, body) for status in STATUSES for body in ("<html>", "[]", OK, '{"detail": "Not Found"}')]
FOREIGN.remove((200, OK))


@pytest.mark.parametrize(("status", "body"), FOREIGN)
async def test_an_answer_that_is_not_telegrams_says_nothing_about_a_token_or_a_message(
    house: Line, status: int, body: str
) -> None:
    house.telegram.fail("getUpdates", "error", status=status, body=body)
    house.telegram.fail("sendMessage", "error", status=status, body=body)
    house.telegram.say(ADMIN, "/help")
    house.puts("a", "b")
    async with working(house.inbox.poll(), house.delivery.run()):
        await until(house.postponed())
        await until(house.acknowledged())
        house.later(1)
        await house.telegram.wait_for(ADMIN, lambda messages: len(messages) == 4)
    assert [message.text for message in house.telegram.messages(ADMIN)][1:3] == ["a", "b"]
