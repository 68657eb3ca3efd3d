"""Two replicas that hear each other: at once one says what the other writes into its chat, and hands a chat on.

The chats are held for longer here than any test waits, so that nothing comes about by mere waiting.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from bot.conversation.events import Answered
from bot.desk.admission import Incoming
from bot.desk.desk import ChatHeldError
from bot.desk.screen import Sent
from bot.sandbox.standin import StandIn
from bot.telegram import held
from bot.workers.dispatch import Dispatch
from bot.workers.replica import Replica
from bot.workers.reports import Reports
from bot.workers.sender import Sender
from bot.workers.signals import Signals
from storage.postgres.address import address_of
from storage.postgres.membership import member
from tests.bench import until, working
from tests.end_to_end.house import ADMIN, PATIENCE
from tests.storage.template import emptied_at_server
from tests.telegram.test_shared_chats import ONE, TWO, Side, side

UPDATE = Incoming(7, ADMIN, ADMIN, "Admin", "en", Answered("614"), sent=Sent(1, 1))


@asynccontextmanager
async def joined(name: str, slot: int, address: str, telegram: StandIn) -> AsyncIterator[Side]:
    """One that delivers, and hears the others."""
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(member(address_of(address), name, "same"))
        if place.is_first:
            await place.settled()
        one = await stack.enter_async_context(side(name, slot, address, telegram, is_present=True))
        desk, signals = one.desk, Signals(place.publish)
        sender = Sender(desk.database, Reports(desk), {}, desk.clock, name)
        dispatch = Dispatch(signals, lambda: place.leads)
        dispatch.delivery, dispatch.sender = one.delivery, sender
        replica = Replica(place, desk.database, desk, one.delivery, sender, dispatch, signals)
        await stack.enter_async_context(working(one.delivery.run()))
        for work in replica.work(_rest):
            await stack.enter_async_context(working(work))
        yield one


async def _takes(one: Side) -> bool:
    try:
        await one.desk.handle(UPDATE)
    except ChatHeldError:
        return False
    return True


async def _rest() -> None:
    await asyncio.Event().wait()


@pytest.fixture
async def sides(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Side, Side]]:
    monkeypatch.setattr(held, "HELD_FOR", 10 * PATIENCE)
    address = await emptied_at_server()
    async with StandIn() as telegram:
        telegram.add_person(ADMIN, started=True)
        async with joined(ONE, 0, address, telegram) as one, joined(TWO, 1, address, telegram) as two:
            yield one, two


async def test_what_another_writes_into_a_held_chat_is_said_at_once(sides: tuple[Side, Side]) -> None:
    one, two = sides
    await one.says("first")
    await one.reads("first")
    await two.says("second")
    await one.reads("first", "second")
    await two.says("third")
    await one.reads("first", "second", "third")
    assert one.holds()


async def test_a_chat_that_is_wanted_is_given_back_at_once(sides: tuple[Side, Side]) -> None:
    one, two = sides
    await one.says("first")
    await one.reads("first")
    with pytest.raises(ChatHeldError):
        await two.desk.handle(UPDATE)
    await until(lambda: not one.holds())
    await two.desk.handle(UPDATE)
    assert two.holds()


async def test_a_chat_that_is_wanted_is_given_back_only_when_all_in_it_is_said(sides: tuple[Side, Side]) -> None:
    one, two = sides
    one.telegram.fail("sendMessage", "retry_after", chat_id=ADMIN, retry_after=1)
    await one.says("first")
    with pytest.raises(ChatHeldError):
        await two.desk.handle(UPDATE)
    await two.says("second")
    await one.reads("first", "second")
    async with asyncio.timeout(PATIENCE):
        while not await _takes(two):  # noqa: ASYNC110  another process brings it about
            await asyncio.sleep(0.02)
    assert two.holds()
