"""Three bots on one PostgreSQL: whoever leads may die or stand still, and another goes on without sending twice."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from providers.simulators.base import Fault
from tests.end_to_end.dialogues import ANQICMS, fill_in, order, reference_in
from tests.end_to_end.house import ADMIN, PATIENCE, World, world
from tests.end_to_end.replicas import Replica, Replicas, replicas

COUNT = 3
MARKED = {"remark_marker": True}
CHANCE = random.Random("bots")  # noqa: S311  any will do
OUTCOMES = "SELECT reference, outcome, number FROM orders"


async def on_the_wire(house: World) -> None:
    """An order is confirmed, has reached its supplier, and isn't answered."""
    await fill_in(house, ANQICMS)
    house.gifts_and_shops.fail(Fault.HANG)
    house.tap("Confirm")
    await house.reaches(house.gifts_and_shops)


async def is_found(house: World) -> None:
    """What the supplier has is told once, and was asked for once."""
    shop = house.gifts_and_shops
    shop.heal()
    told = (await house.card("Placed")).text
    assert f"\nOrder number: {shop.ledger[0].number}\n" in told
    assert len(shop.received) == len(shop.ledger) == 1
    assert house.rows(OUTCOMES) == [(reference_in(told), "placed", shop.ledger[0].number)]


async def goes_on(house: World, bots: Replicas) -> None:
    """Another order is one more, once all is said; a message that nobody knew to be taken comes twice."""
    async with asyncio.timeout(PATIENCE):
        while house.has_more_to_say():  # noqa: ASYNC110  a database rings no bell
            await asyncio.sleep(0.02)
    house.seen[ADMIN] = len(house.history[ADMIN])
    reference = await order(house, ANQICMS)
    assert reference_in((await house.reads("Placed")).text) == reference
    assert len(house.gifts_and_shops.received) == len(house.gifts_and_shops.ledger) == 2
    await house.taken_in()
    assert bots.balancer.waiting_since(0) == []


@asynccontextmanager
async def bots_of(folder: Path) -> AsyncIterator[tuple[World, Replicas, Replica]]:
    """The house, its bots, and the one that leads."""
    async with (
        world(folder, database="postgresql") as house,
        replicas(house, house.settings(shop=MARKED), COUNT, CHANCE) as bots,
    ):
        yield house, bots, await bots.leader()


async def test_whoever_leads_is_killed_while_a_supplier_answers_and_another_finds_out_what_became_of_it(
    tmp_path: Path,
) -> None:
    async with bots_of(tmp_path) as (house, bots, leader):
        await on_the_wire(house)
        with leader.without_another():
            leader.send(signal.SIGKILL)
            await leader.ended(1)
            await is_found(house)
            assert await bots.leader() is not leader
        await leader.listens()
        await goes_on(house, bots)
        assert not bots.ended_by_themselves()


async def test_whoever_leads_stands_still_for_too_long_and_when_it_goes_on_it_ends_and_sends_nothing(
    tmp_path: Path,
) -> None:
    async with bots_of(tmp_path) as (house, bots, leader):
        await on_the_wire(house)
        with leader.without_another():
            leader.send(signal.SIGSTOP)
            await is_found(house)
            leader.send(signal.SIGCONT)
            assert await leader.ended(1) == 1
            assert "Traceback" not in leader.log.read_text()
            assert await bots.leader() is not leader
        await leader.listens()
        await goes_on(house, bots)
