"""Two replicas in one chat: one of them at a time brings its messages, in their order, whoever has written them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from bot.clock import Clock
from bot.conversation.events import Answered
from bot.desk.admission import Incoming
from bot.desk.desk import ChatHeldError, Desk
from bot.desk.screen import Sent
from bot.desk.unit import Unit
from bot.ids import Ids
from bot.sandbox.standin import StandIn
from bot.telegram.client import connect, start
from bot.telegram.deliver import Delivery
from storage import chats, replicas
from storage.chats import Entered
from storage.opening import open_database
from storage.outbox import OutboxRow
from tests.bench import desk_on, until, working
from tests.end_to_end.house import ADMIN, PATIENCE
from tests.storage.direct import reading, writing
from tests.storage.template import emptied_at_server
from tests.telegram.line import Waking

ONE, TWO = "one", "two"


@dataclass
class Hands(Waking):
    """Workers of which the delivery is real and hears which chats are ours."""

    def chats_held(self, chats: Mapping[int, Entered]) -> None:
        if self.delivery is not None:
            self.delivery.hold(chats)


@dataclass
class Side:
    """One replica."""

    name: str
    desk: Desk
    delivery: Delivery
    telegram: StandIn

    async def says(self, *texts: str) -> None:
        """Write messages into the chat, in one unit of work."""

        def work(unit: Unit) -> None:
            for text in texts:
                self.desk.outgoing.plain(unit, ADMIN, text)

        await self.desk.run(work)

    def holds(self) -> bool:
        return chats.held(reading(self.desk.database), self.name) == [ADMIN]

    async def reads(self, *texts: str) -> None:
        """Wait until the bot's messages in the chat are exactly these."""
        await self.telegram.wait_for(
            ADMIN, lambda messages: [m.text for m in messages if m.sender == "bot"] == list(texts), PATIENCE
        )


@asynccontextmanager
async def side(
    name: str, slot: int, address: str, telegram: StandIn, *, is_present: bool = False
) -> AsyncIterator[Side]:
    """One that `is_present` has taken its place already."""
    async with AsyncExitStack() as stack:
        database = await open_database(address)
        stack.push_async_callback(database.close)
        if not is_present:
            with writing(database) as tx:
                replicas.add(tx, name, slot, 1, "")
        client = connect(telegram.token, telegram.url)
        stack.push_async_callback(client.shutdown)
        await start(client)
        clock, workers = Clock(), Hands()
        desk = replace(desk_on(database, clock, workers), ids=Ids(now=clock, slot=slot), replica=name)
        delivery = workers.delivery = Delivery(client, database, clock, clock.forward, replica=name)
        yield Side(name, desk, delivery, telegram)


@pytest.fixture
async def sides() -> AsyncIterator[tuple[Side, Side]]:
    address = await emptied_at_server()
    async with StandIn() as telegram:
        telegram.add_person(ADMIN, started=True)
        async with side(ONE, 1, address, telegram) as one, side(TWO, 2, address, telegram) as two:
            yield one, two


async def test_a_chat_is_given_back_once_all_is_said_and_another_goes_on_there(sides: tuple[Side, Side]) -> None:
    one, two = sides
    async with working(one.delivery.run()), working(two.delivery.run()):
        await one.says("first", "second")
        await one.reads("first", "second")
        await until(lambda: not one.holds())
        await two.says("third")
        await two.reads("first", "second", "third")


async def test_what_others_write_into_a_held_chat_comes_in_its_turn(sides: tuple[Side, Side]) -> None:
    one, two = sides
    await one.says("first")
    async with working(two.delivery.run()):
        await two.says("second")
        # It is written above what the other has said, which it doesn't know of.
        await one.says("third")
        async with working(one.delivery.run()):
            await one.reads("first", "second", "third")
            await until(lambda: not one.holds())


async def test_while_one_holds_the_chat_the_other_adds_and_the_holder_says_it_before_it_lets_go(
    sides: tuple[Side, Side],
) -> None:
    one, two = sides
    async with working(one.delivery.run()), working(two.delivery.run()):
        # It has to wait, and so the chat is held.
        one.telegram.fail("sendMessage", "retry_after", chat_id=ADMIN, retry_after=1)
        await one.says("first")
        await until(lambda: reading(one.desk.database).fetch("SELECT id FROM outbox WHERE attempts = 1") != [])
        await two.says("second")
        await one.says("third")
        await two.says("fourth")
        await one.reads("first", "second", "third", "fourth")


async def test_chats_of_the_dead_are_taken_over_with_all_that_waits_there(sides: tuple[Side, Side]) -> None:
    one, two = sides
    await one.says("left behind", "and this")
    with writing(two.desk.database) as tx:
        replicas.remove(tx, ONE)
    async with working(two.delivery.run()):
        await two.says("said since")
        await two.delivery.take_over()
        await two.reads("left behind", "and this", "said since")
        await until(lambda: not two.holds())


async def test_an_update_waits_while_another_replica_writes_to_its_chat_and_no_longer_than_asked(
    sides: tuple[Side, Side],
) -> None:
    one, two = sides
    await one.says("a question")
    update = Incoming(7, ADMIN, ADMIN, "Admin", "en", Answered("614"), sent=Sent(1, 1))
    with pytest.raises(ChatHeldError):
        await two.desk.handle(update)
    await two.desk.handle(update, waits=False)
    rows = reading(two.desk.database).fetch("SELECT * FROM outbox WHERE state = 'waiting' ORDER BY id")
    assert [OutboxRow(**row).chat_id for row in rows] == [ADMIN, ADMIN]
    assert one.holds()
    # It was handled once, whoever is asked again.
    await one.desk.handle(update)
    assert len(reading(two.desk.database).fetch("SELECT id FROM outbox")) == len(rows)
