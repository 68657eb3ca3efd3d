"""Rows of a batch are sent one by one by the ordinary sender; whatever happens, each is one order or has a reason."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.journal.rules import Rules
from bot.journal.views import Result
from bot.workers.presence import Presence
from bot.workers.sender import REST
from providers.errors import ProviderUnavailable
from providers.orders import Outcome, PlacedOrder
from providers.simulators.base import Fault, Simulator
from providers.simulators.citiesocial.simulator import CitiesocialSimulator
from providers.simulators.damaijia.simulator import DamaijiaSimulator
from storage import batches
from tests.bench import desk_on, office, until, working
from tests.desk.batches import BATCH, card, confirm, new_messages, orders_of
from tests.desk.filling import tap
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.workers.scripted import Scripted
from tests.workers.supplied import Supplied, provider_for, supplied
from tests.workers.test_presence import Hands


@asynccontextmanager
async def all_four(folder: Path) -> AsyncIterator[tuple[Supplied, dict[str, Simulator]]]:
    """All suppliers, none of which is slow."""
    async with AsyncExitStack() as stack:
        social = await stack.enter_async_context(CitiesocialSimulator())
        gifts = await stack.enter_async_context(DamaijiaSimulator())
        made: dict[str, Any] = {"citiesocial": provider_for(social.account()), "gifts": provider_for(gifts.account())}
        house = await stack.enter_async_context(supplied(folder, **made))
        yield house, {"citiesocial": social, "gifts": gifts, "guoguo": house.guoguo, "shop": house.shop}


async def ended(house: Supplied, batch: str = BATCH) -> None:
    await until(lambda: not batches.is_open(reading(house.database), batch))


@pytest.mark.parametrize("account", ["guoguo", "citiesocial", "gifts", "shop"])
async def test_each_row_reaches_its_supplier_once_in_its_order(tmp_path: Path, account: str) -> None:
    async with all_four(tmp_path) as (house, suppliers), working(house.sender.run()):
        await confirm(house, 5, account)
        await ended(house)
        assert [row.outcome for row in orders_of(house)] == ["placed"] * 5
        numbers = [one.number for one in suppliers[account].ledger]
        assert sorted(str(row.number) for row in orders_of(house)) == sorted(numbers)
        assert len(suppliers[account].received) == 5
        assert card(house).startswith("<b>All 5 placed</b>")
        assert len(new_messages(house)) == 1


async def test_a_supplier_that_fails_lets_the_rest_wait_and_a_person_lets_it_go_on(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house, working(house.sender.run()):
        house.shop.fail(Fault.REFUSE, times=3)
        await confirm(house, 8)
        await until(lambda: "<b>Paused" in card(house))
        await until(lambda: not [row for row in orders_of(house) if row.stage == "sending"])
        sent = len(house.shop.received)
        assert sent < 8
        assert [row.outcome for row in orders_of(house)].count("refused") == 3
        await tap(house, "Go on")
        await ended(house)
        assert [row.outcome for row in orders_of(house)].count("placed") == 5
        assert len(house.shop.received) == 8


async def test_a_person_with_one_order_does_not_wait_for_somebody_elses_batch(tmp_path: Path) -> None:
    provider = Scripted(*(PlacedOrder(f"N{n}") for n in range(1, 50)))
    async with supplied(tmp_path, scripted=provider) as house, working(house.sender.run()):
        provider.gate.clear()
        await confirm(house, 40, "scripted")
        await until(lambda: provider.references)
        house.confirmed("1000", "scripted", COLLEAGUE)
        house.sender.wake("scripted")
        provider.gate.set()
        await house.outcome("1000")
        ahead = provider.references.index("1000")
        assert ahead <= provider.creates_at_once
        await ended(house)


async def test_an_outage_costs_a_batch_one_try_at_a_time_and_nothing_is_lost(tmp_path: Path) -> None:
    away = [ProviderUnavailable("unreachable") for _ in range(2)]
    provider = Scripted(*away, *(PlacedOrder(f"N{n}") for n in range(1, 9)))
    rules = Rules(retries=3, retry_wait=5)
    async with supplied(tmp_path, rules=rules, scripted=provider) as house, working(house.sender.run()):
        await confirm(house, 6, "scripted")
        for _ in range(4):
            await until(lambda: not [row for row in orders_of(house) if row.stage == "sending"])
            house.clock.advance(60)
            house.sender.wake_all()
            await asyncio.sleep(0.05)
        await ended(house)
        assert [row.outcome for row in orders_of(house)] == ["placed"] * 6


async def test_after_an_absence_a_batch_is_one_question(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        hands = Hands()
        house.desk = desk_on(house.database, hands.clock, house.workers, house.providers)
        presence = Presence(house.database, house.outcomes, hands.clock)
        await presence.begin()
        await confirm(house, 40)
        house.confirmed("1000")
        hands.sleeps(1000)
        await presence.check()
        assert {row.stage for row in orders_of(house)} == {"confirmed"}
        assert card(house).startswith("<b>Paused 0/40</b>")
        assert "The bot was away" in card(house)
        assert len(new_messages(house)) == 2
        # What stands alone is asked about as ever.
        assert house.order("1000").outcome == "not_sent"
        assert len(house.outbox()) <= 6
        await presence.check()
        assert len(new_messages(house)) == 2
        async with working(house.sender.run()):
            house.sender.wake_all()
            await asyncio.sleep(0.05)
            assert house.shop.received == []
            await tap(house, "Go on")
            house.sender.wake_all()
            await ended(house)
        assert [row.outcome for row in orders_of(house)] == ["placed"] * 40


@pytest.mark.parametrize("paused", [False, True], ids=["running", "paused"])
async def test_of_a_copy_no_row_is_sent_and_one_message_says_so(tmp_path: Path, *, paused: bool) -> None:
    async with supplied(tmp_path) as house:
        hands = Hands()
        house.desk = desk_on(house.database, hands.clock, house.workers, house.providers)
        await confirm(house, 30)
        if paused:
            await tap(house, "Pause")
        with writing(house.database) as tx:
            tx.execute("INSERT INTO copied (at) VALUES ($1)", hands.wall)
        await Presence(house.database, house.outcomes, hands.clock).begin()
        assert {row.outcome for row in orders_of(house)} == {"unknown"}
        assert card(house).startswith("<b>0 of 30 placed</b> · Shop\n30 unknown")
        assert not [text for text in house.outbox() if text.startswith("<b>Please check")]
        # Each can be opened and decided about.
        await tap(house, "1")
        assert "outcome unknown" in house.outbox()[-1]
        async with working(house.sender.run()):
            house.sender.wake_all()
            await asyncio.sleep(0.05)
            assert house.shop.received == []
            await confirm(house, 2, batch="other", first=100)
            house.clock.advance(REST)
            house.sender.wake_all()
            await ended(house, "other")
        assert len(house.shop.received) == 2


async def test_an_account_that_leads_elsewhere_gets_none_of_the_rows(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        await confirm(house, 5)
        house.providers = {}
        await house.restarted()
        assert {row.outcome for row in orders_of(house)} == {"not_sent"}
        assert card(house).startswith("<b>0 of 5 placed</b>")
        assert len(new_messages(house)) == 1
        assert house.shop.received == []


async def test_a_restart_goes_on_and_what_was_on_its_way_is_unknown(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        await confirm(house, 4)
        first = orders_of(house)[0]
        with writing(house.database) as tx:
            tx.execute("UPDATE orders SET stage = 'sending', attempts = 1 WHERE reference = $1", first.reference)
        await house.restarted()
        assert orders_of(house)[0].outcome == "unknown"
        assert card(house).startswith("<b>Sending 1/4</b>")
        assert any(text.startswith("<b>Please check") for text in house.outbox())
        house.clock.advance(REST)
        async with working(house.sender.run()):
            await ended(house)
        assert [row.outcome for row in orders_of(house)] == ["unknown", *["placed"] * 3]
        assert len(house.shop.received) == 3


async def test_of_a_batch_of_somebody_who_left_the_admins_hear_and_may_stop_it(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        await confirm(house, 3, who=COLLEAGUE)
        house.desk = desk_on(house.database, house.clock, house.workers, house.providers, staff=office(ADMIN))
        first = orders_of(house)[0]
        with writing(house.database) as tx:
            tx.execute("UPDATE orders SET stage = 'sending', attempts = 1 WHERE reference = $1", first.reference)
        await house.settle(first.reference, Result(Outcome.PLACED, number="N1"))
        assert card(house, ADMIN).startswith("<b>Sending 1/3</b>")
        await tap(house, "Stop")
        assert card(house, ADMIN).startswith("<b>1 of 3 placed</b>")
        assert len(new_messages(house, COLLEAGUE)) == 1
