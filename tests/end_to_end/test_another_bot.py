"""Another bot's token in the settings: orders go on, nothing of the former bot's is taken for the new one's."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App, build
from bot.sandbox.standin import StandIn
from bot.settings.model import Settings
from bot.telegram.client import TelegramRefusedError
from providers.simulators.base import Fault
from storage import bots, orders
from tests.bench import until
from tests.end_to_end.circumstances import LAG, Place, place
from tests.end_to_end.dialogues import GUOGUO
from tests.end_to_end.house import ADMIN, ADMIN_NAME, COLLEAGUE
from tests.storage.direct import reading

OTHER = "20000:another_bot_opens_nothing_either_____"
LOOKED = "An order can take until"
FIRST = "I am another bot than before"


@asynccontextmanager
async def another(there: Place, token: str = OTHER) -> AsyncIterator[Place]:
    """Telegram as another bot has it: chats that are empty, and ids that begin anew."""
    async with StandIn(token) as telegram:
        for person, name in ((ADMIN, ADMIN_NAME), (COLLEAGUE, "Colleague")):
            telegram.add_person(person, name)
        house = replace(
            there.house,
            telegram=telegram,
            seen=defaultdict(int),
            history=defaultdict(list),
            _buttons={},
        )
        yield replace(there, house=house)


@asynccontextmanager
async def life(there: Place) -> AsyncIterator[App]:
    """The bot, with whatever Telegram is there; it may end while something is still to be said."""
    async with build(Settings.model_validate(there.house.settings(orders={"grace": 0.05})), there.clock) as app:
        task = asyncio.create_task(app.run())
        try:
            yield app
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def looked(app: App, reference: str) -> None:
    """Wait until this start has looked for an order for the first time; one more look was before."""

    def twice() -> bool:
        order = orders.get(reading(app.database), reference)
        return order is not None and order.looks > 1

    await until(twice)


async def test_an_order_of_the_former_bot_is_found_and_a_draft_goes_on(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        there.house.guoguo.fail(Fault.DROP_BEFORE)
        async with there.bot():
            lost = await there.orders(GUOGUO)
            card = (await there.says("Please check an order", LOOKED, lost)).message_id
            there.house.say("/order gifts")
            await there.house.taken_in()
        async with another(there) as after:
            house = after.house
            async with life(after) as app:
                # What waited for each admin comes when they have written; updates are not taken for seen ones.
                house.say("/start")
                await after.says(FIRST)
                # One after the other, so that messages of the bot get the numbers that the former one's had.
                while max(one.message_id for one in house.telegram.messages(ADMIN)) <= card:
                    house.say("/help")
                    await house.taken_in()
                    await until(lambda: not house.has_more_to_say())
                # Its own card of the order changes with the first look.
                await looked(app, lost)
                await until(lambda: not house.has_more_to_say())
                before = {one.message_id: one.text for one in house.telegram.messages(ADMIN)}
                assert max(before) > card
                house.say("/order")
                await after.says("Open draft")
                house.tap("Continue")
                await after.says("Product")
                after.clock.advance(LAG + 60)
                # Not by overwriting what has the same number here.
                await after.says("Not placed", lost)
                now = {one.message_id: one.text for one in house.telegram.messages(ADMIN)}
                assert {number: now[number] for number in before} == before
                assert after.was_said(FIRST, COLLEAGUE) == []
                house.say("/start", COLLEAGUE)
                await after.says(FIRST, who=COLLEAGUE)
            async with life(after):
                # Said once.
                house.say("/start")
                await house.taken_in()
                assert len(after.was_said(FIRST)) == 1
        assert len(there.house.guoguo.received) == 1


async def test_a_new_token_of_the_same_bot_changes_nothing(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        house = there.house
        house.guoguo.fail(Fault.DROP_BEFORE)
        async with there.bot():
            lost = await there.orders(GUOGUO)
            card = (await there.says("Please check an order", LOOKED, lost)).message_id
        house.telegram.revoke()
        async with life(there) as app:
            await looked(app, lost)
            there.clock.advance(LAG + 60)
            # The message that asked is the one that is changed, or followed.
            await there.says("Not placed", lost)
            assert there.was_said(FIRST) == []
            assert card in [one.message_id for one in house.telegram.messages(ADMIN)]


async def test_a_token_that_telegram_refuses_takes_nobodys_place(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        house = there.house
        async with life(there) as app:
            house.say("/help")
            await there.says("What I can do")
            await house.taken_in()
            bot = await app.database.read(bots.known)
            assert bot == house.telegram.token.partition(":")[0]
        settings = house.settings()
        settings["telegram"]["token"] = OTHER
        async with build(Settings.model_validate(settings), there.clock) as app:
            with pytest.raises(TelegramRefusedError):
                await app.run()
            assert await app.database.read(bots.known) == bot
        async with life(there):
            house.say("/start")
            await house.taken_in()
            assert there.was_said(FIRST) == []
