"""Time is not what it seems: clocks are set, machines sleep, databases are put back, lists have an order late.

What decides about money is measured by time that the bot was there, and what waited meanwhile is asked about.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from providers.simulators.base import Fault, Simulator
from tests.commands.program import orderbot
from tests.end_to_end.circumstances import LAG, Place, place
from tests.end_to_end.dialogues import ANQICMS, CITIESOCIAL, DIALOGUES, GUOGUO, Dialogue, order, reference_in
from tests.end_to_end.house import ADMIN, COLLEAGUE, World, world
from tests.end_to_end.program import running

HOUR, WEEK = 3600, 7 * 24 * 3600
RETRY = 30
DUPLICATE = "The same was ordered before"
EACH = pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())


async def out_of_reach(supplier: Simulator) -> int:
    """The port at which it was."""
    port = int(supplier.url.rpartition(":")[2])
    await supplier.stop()
    return port


async def test_a_clock_that_is_set_forward_makes_no_order_absent(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        there.house.guoguo.fail(Fault.DROP_BEFORE)
        async with there.bot():
            reference = await there.orders(GUOGUO)
            await there.says("Please check an order", reference)
            there.clock.advance(1)
            there.clock.set(HOUR)
            await there.says("Please check an order", "did not list it, which proves nothing yet", reference)
            there.clock.advance(LAG / 2)
            assert "Status: outcome unknown" in await there.status(reference)
            assert there.was_said("Not placed") == []
            # It is once that time has gone by.
            there.clock.advance(LAG / 2 + 60)
            await there.says("Not placed", reference)


async def test_a_clock_that_is_set_back_does_not_put_off_the_next_try(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        shop = there.house.gifts_and_shops
        async with there.bot(orders={"retry_wait": 1}):
            await there.fills_in(ANQICMS)
            port = await out_of_reach(shop)
            reference = await there.confirms(ANQICMS)
            await there.says("Sending", "Trying again in 1 s", reference)
            there.clock.set(-HOUR)
            await shop.start(port=port)
            async with asyncio.timeout(10):
                await there.says("Placed", reference)
        assert len(shop.received) == 1


async def _waits(there: Place, *, orders: dict[str, float]) -> tuple[str, int]:
    """An order of the shop's that waits to be tried again: its reference, and the shop's port; then the bot is off."""
    async with there.bot(orders=orders):
        await there.fills_in(ANQICMS)
        port = await out_of_reach(there.house.gifts_and_shops)
        reference = await there.confirms(ANQICMS)
        await there.says("Sending", f"Trying again in {RETRY} s", reference)
    return reference, port


async def test_an_order_that_waited_while_the_machine_was_off_for_a_week_is_asked_about(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        shop = there.house.gifts_and_shops
        reference, port = await _waits(there, orders={"retry_wait": RETRY})
        there.clock.advance(WEEK)
        await shop.start(port=port)
        async with there.bot():
            await there.says("Not placed", "The bot was away", reference)
            await there.says("Summary", "keeps its reference")
            assert shop.received == []
            assert await there.confirms(ANQICMS) == reference
            await there.says("Placed", reference)
        assert len(shop.received) == 1


async def test_an_order_that_waited_while_the_bot_was_started_anew_goes_on(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        shop = there.house.gifts_and_shops
        reference, port = await _waits(there, orders={"retry_wait": RETRY})
        there.clock.advance(RETRY)
        await shop.start(port=port)
        async with there.bot():
            await there.says("Placed", reference)
        assert len(shop.received) == 1


async def test_an_order_that_waited_while_the_machine_slept_is_asked_about(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        shop = there.house.gifts_and_shops
        async with there.bot(orders={"retry_wait": RETRY}):
            await there.fills_in(ANQICMS)
            port = await out_of_reach(shop)
            reference = await there.confirms(ANQICMS)
            await there.says("Sending", f"Trying again in {RETRY} s", reference)
            await shop.start(port=port)
            # What only goes forward stood still meanwhile.
            there.clock.set(WEEK)
            there.clock.advance(RETRY + 1)
            await there.says("Not placed", "The bot was away", reference)
            await there.says("Summary", "keeps its reference")
            assert shop.received == []
            assert await there.confirms(ANQICMS) == reference
            await there.says("Placed", reference)
        assert len(shop.received) == 1


async def _copied_while_it_waits(house: World, dialogue: Dialogue) -> tuple[str, int]:
    """A copy of the database in which an order waits; the supplier's port."""
    supplier, config = house.suppliers[dialogue.account], house.config(orders={"retry_wait": 1})
    async with running(config) as program:
        house.say("/start", COLLEAGUE)
        for turn in dialogue.turns:
            house.does(turn.does)
            await house.reads(turn.first)
        port = await out_of_reach(supplier)
        house.tap("Confirm")
        reference = reference_in((await house.card("Sending")).text)
        await house.until(lambda: any("Trying again" in shown.text for shown in house.telegram.messages(ADMIN)))
        assert (await orderbot("backup", "copy.db", "--config", str(config), cwd=house.folder)).code == 0
        # The original goes on, and its order is placed.
        await supplier.start(port=port)
        await house.card("Placed")
        assert await program.stop() == 0, program.log.read_text()
    return reference, port


async def test_an_order_that_waited_in_a_copy_is_not_sent_when_the_copy_is_put_back(tmp_path: Path) -> None:
    async with world(tmp_path) as house:
        reference, _ = await _copied_while_it_waits(house, CITIESOCIAL)
        done = await orderbot("restore", "copy.db", "--config", str(house.config_file), cwd=tmp_path)
        assert (done.code, done.err) == (0, "")
        for who in (ADMIN, COLLEAGUE):
            house.seen[who] = len(house.history[who])
        async with running(house.config_file) as program:
            for who in (ADMIN, COLLEAGUE):
                assert "Nothing is sent by itself" in (await house.reads("The database was put back", who)).text
            card = await house.card("Outcome unknown")
            assert reference_in(card.text) == reference
            assert "The database was restored from a copy" in card.text
            house.say(f"/status {reference}")
            assert "Status: outcome unknown" in (await house.reads("Order ·")).text
            assert len(house.citiesocial.received) == 1
            # Who looks there finds it.
            number = house.citiesocial.ledger[0].number
            await house.opens("Found it")
            house.tap("Found it")
            await house.reads("Order number")
            house.say(number)
            await house.reads("Please make sure")
            house.tap("Record it")
            assert f"Order number: {number}" in (await house.reads("Placed")).text
            assert await program.stop() == 0, program.log.read_text()
        assert len(house.citiesocial.received) == 1
        async with running(house.config_file) as program:
            # It is the original by now, and says so once.
            house.seen[ADMIN] = len(house.history[ADMIN])
            await order(house, ANQICMS)
            await house.card("Placed · AnqiCMS")
            assert await program.stop() == 0, program.log.read_text()
        assert sum(one.text.startswith("The database was put back") for one in house.history[ADMIN]) == 1


async def _held_absent(there: Place) -> str:
    """An order of GuoGuo's that was on its way when the line broke, and was not in the list after the lag."""
    there.house.guoguo.fail(Fault.LATE)
    reference = await there.orders(GUOGUO)
    await there.says("Please check an order", reference)
    there.clock.advance(LAG + 60)
    await there.says("Not placed", "It is looked for again", reference)
    await there.says("Summary", DUPLICATE)
    return reference


async def test_an_order_that_comes_into_the_list_after_the_lag_is_told(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        house = there.house
        async with there.bot():
            reference = await _held_absent(there)
            house.guoguo.take_late()
            there.clock.advance(HOUR)
            number = house.guoguo.ledger[0].number
            await there.says("Please check an order", number, reference)
            assert "Status: outcome unknown" in await there.status(reference)
            await house.opens(f"It is {number}")
            house.tap(f"It is {number}")
            await there.says("Placed", f"Order number: {number}", reference)
        assert len(house.guoguo.received) == 1


async def test_an_order_that_comes_into_the_list_late_is_seen_before_the_same_is_sent(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        house = there.house
        async with there.bot():
            reference = await _held_absent(there)
            house.guoguo.take_late()
            number = house.guoguo.ledger[0].number
            second = await there.confirms(GUOGUO)
            assert second != reference
            await there.says("Not placed", second)
            await there.says("Please check an order", number, reference)
            await house.opens(f"It is {number}")
            house.tap(f"It is {number}")
            await there.says("Placed", f"Order number: {number}", reference)
        assert len(house.guoguo.received) == 1


async def test_what_a_person_orders_after_the_lag_is_another_order_and_both_are_told(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        house = there.house
        async with there.bot():
            reference = await _held_absent(there)
            second = await there.confirms(GUOGUO)
            assert second != reference
            await there.says("Placed", second)
            house.guoguo.take_late()
            there.clock.advance(HOUR)
            late = house.guoguo.ledger[1].number
            told = await there.says("", "There may be two", reference, second)
            assert told
            assert late not in await there.status(second)
        assert len(house.guoguo.received) == 2


async def test_a_clock_that_was_hours_ahead_when_an_order_was_sent_hides_it_from_nobody(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        house, ahead = there.house, timedelta(hours=5)
        async with there.bot():
            await there.fills_in(GUOGUO)
            there.clock.set(ahead.total_seconds())
            house.guoguo.now = lambda: there.clock.moment() - ahead
            house.guoguo.fail(Fault.DROP_AFTER)
            reference = await there.confirms(GUOGUO)
            await there.says("Please check an order", reference)
            there.clock.set(-ahead.total_seconds())
            house.guoguo.now = there.clock.moment
            there.clock.advance(LAG + 60)
            number = house.guoguo.ledger[0].number
            await house.offers(f"It is {number}")
            there.clock.advance(6 * HOUR)
            assert "Status: outcome unknown" in await there.status(reference)
            assert there.was_said("Not placed") == []
            house.tap(f"It is {number}")
            await there.says("Placed", f"Order number: {number}", reference)
        assert len(house.guoguo.received) == 1
