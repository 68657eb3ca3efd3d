"""Polls that bring nothing at once are not asked again at once, and what people do is answered all the same."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.sandbox.chats import ChatMessage
from bot.telegram.receive import RESTS
from tests.bench import working
from tests.end_to_end.house import ADMIN
from tests.telegram.line import Line, line

LONG = 1.2
"""Seconds."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made:
        yield made


def polls(house: Line) -> int:
    return sum(call.method == "getUpdates" for call in house.telegram.calls)


async def test_a_server_that_holds_no_poll_open_is_asked_ever_more_slowly(house: Line) -> None:
    house.telegram.fail("getUpdates", "at_once", None)
    async with working(house.inbox.poll(), house.delivery.run()):
        await asyncio.sleep(LONG)
        assert 2 <= polls(house) <= 4
        house.telegram.say(ADMIN, "/help")
        async with asyncio.timeout(max(RESTS) + 1):
            await house.telegram.wait_for(ADMIN, lambda messages: len(messages) == 2)
        house.telegram.heal()
        house.telegram.say(ADMIN, "/help")
        await house.telegram.wait_for(ADMIN, lambda messages: len(messages) == 4)


@pytest.mark.parametrize("result", ["true", "{}", "[]", "null", '[7, {"no": 1}, {"update_id": "9"}]'])
async def test_an_answer_without_updates_counts_as_an_empty_one(house: Line, result: str) -> None:
    house.telegram.fail("getUpdates", "error", None, status=200, body=f'{{"ok":true,"result":{result}}}')
    async with working(house.inbox.poll(), house.delivery.run()):
        await asyncio.sleep(0.6)
        assert 2 <= polls(house) <= 3
        house.telegram.heal()
        house.telegram.say(ADMIN, "/help")
        await house.telegram.wait_for(ADMIN, lambda messages: len(messages) == 2)


async def test_a_server_that_brings_the_same_again_and_again_is_asked_slowly_too(house: Line) -> None:
    body = '{"ok":true,"result":[{"update_id":5,"poll":{}}]}'
    house.telegram.fail("getUpdates", "error", None, status=200, body=body)
    async with working(house.inbox.poll(), house.delivery.run()):
        await asyncio.sleep(LONG)
        assert 2 <= polls(house) <= 5
        house.telegram.heal()
        house.telegram.say(ADMIN, "/help")
        await house.telegram.wait_for(ADMIN, lambda messages: len(messages) == 2)


async def test_updates_that_come_are_followed_by_the_next_poll_at_once(house: Line) -> None:
    async with working(house.inbox.poll(), house.delivery.run()):
        await house.telegram.wait_for_call("getUpdates")
        async with asyncio.timeout(LONG):
            for number in range(1, 9):
                house.telegram.say(ADMIN, "/help")
                await house.telegram.wait_for(ADMIN, _has(2 * number))


def _has(count: int) -> Callable[[list[ChatMessage]], bool]:
    return lambda messages: len(messages) == count
