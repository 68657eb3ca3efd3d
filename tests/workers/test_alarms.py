"""Admins hear once of a supplier that is out of reach, once that it is back, and once of orders that are left open."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.journal.views import Result
from bot.monitoring.reach import Reach
from bot.workers.alarms import Alarms, Patience
from bot.workers.presence import Presence
from providers.errors import ProviderError
from providers.guoguo.provider import GuoGuo
from providers.http import Exchange
from providers.orders import Outcome
from providers.simulators.base import Fault
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from storage import alarms, program, unknown
from storage.program import Heartbeat
from tests.bench import Bench, bench, desk_on
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.workers.supplied import provider_for

MINUTE, DAY = 60, 86400


@dataclass
class Watched:
    house: Bench
    supplier: GuoGuoSimulator
    provider: GuoGuo
    alarms: Alarms

    def started(self) -> Alarms:
        """The bot, started anew: it remembers nothing but what is in the database."""
        reach = Reach(["guoguo"], self.house.clock.forward)
        self.provider.http.observe = partial(_note, reach)
        reports = self.house.outcomes
        self.alarms = Alarms(reports, {"guoguo": self.provider}, reach, Patience(10 * MINUTE, 60 * MINUTE))
        return self.alarms

    async def asks(self) -> None:
        """Somebody else's request, whatever comes of it."""
        with suppress(ProviderError):
            await self.provider.check_credentials()

    async def looks_after(self, seconds: float) -> None:
        self.house.clock.advance(seconds)
        await self.alarms.look()

    def told(self, who: int = ADMIN) -> list[str]:
        return self.house.outbox(who)


def _note(reach: Reach, exchange: Exchange) -> None:
    reach.note("guoguo", exchange.status)


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    async with bench(tmp_path) as house, GuoGuoSimulator() as supplier:
        provider = provider_for(supplier.account())
        assert isinstance(provider, GuoGuo)
        found = Watched(house, supplier, provider, None)  # type: ignore[arg-type]  # `started` makes it at once
        found.started()
        yield found
        await provider.aclose()


async def test_a_supplier_that_is_out_for_long_is_told_once_and_once_that_it_is_back(watched: Watched) -> None:
    watched.supplier.fail_reads(Fault.DROP_BEFORE)
    await watched.asks()
    await watched.looks_after(9 * MINUTE)
    assert watched.told() == []
    # Nobody but the bot itself has asked since.
    await watched.looks_after(2 * MINUTE)
    (told,) = watched.told()
    assert told.startswith("<b>Guoguo doesn't answer</b>\nNothing has come back from it for 11 min, or only errors")
    assert watched.told(COLLEAGUE) == [told]
    await watched.looks_after(60 * MINUTE)
    assert len(watched.told()) == 1

    watched.supplier.heal()
    await watched.looks_after(MINUTE)
    assert watched.told()[1:] == ["Guoguo answers again, after 1 hr 12 min."]
    await watched.looks_after(MINUTE)
    assert len(watched.told()) == 2


async def test_a_restart_tells_nothing_again_and_knows_for_how_long_it_was_out(watched: Watched) -> None:
    watched.supplier.fail_reads(Fault.ERROR_BEFORE)
    await watched.asks()
    await watched.looks_after(11 * MINUTE)
    assert len(watched.told()) == 1

    watched.started()
    await watched.looks_after(MINUTE)
    await watched.asks()
    await watched.looks_after(20 * MINUTE)
    assert len(watched.told()) == 1

    watched.started()
    watched.supplier.heal()
    # Of who wasn't asked nothing is said.
    await watched.looks_after(MINUTE)
    assert len(watched.told()) == 1
    await watched.asks()
    await watched.looks_after(MINUTE)
    assert watched.told()[1:] == ["Guoguo answers again, after 34 min."]
    assert alarms.told(reading(watched.house.database), alarms.UNREACHABLE) == {}


async def test_one_unlucky_request_and_a_refusal_are_no_alarm(watched: Watched) -> None:
    watched.supplier.fail_reads(Fault.DROP_BEFORE)
    await watched.asks()
    watched.supplier.heal()
    await watched.looks_after(11 * MINUTE)
    await watched.looks_after(11 * MINUTE)
    assert watched.told() == []


async def test_an_order_that_is_left_open_is_told_once_to_admins_who_did_not_order_it(watched: Watched) -> None:
    house = watched.house
    house.sending("1000", "guoguo")
    await house.settle("1000", Result(Outcome.UNKNOWN, code="no_answer"))
    said, heard = len(watched.told()), len(watched.told(COLLEAGUE))
    await watched.looks_after(59 * MINUTE)
    assert len(watched.told(COLLEAGUE)) == heard

    await watched.looks_after(2 * MINUTE)
    (told,) = watched.told(COLLEAGUE)[heard:]
    assert told.startswith("For 1 hr or more nobody has known what became of an order.")
    assert "<code>1000</code>" in told
    # Who ordered it has its card.
    assert len(watched.told()) == said
    watched.started()
    await watched.looks_after(DAY)
    assert len(watched.told(COLLEAGUE)) == heard + 1

    # What is open anew is another one.
    await house.settle("1000", Result(Outcome.PLACED, number="1"))
    await watched.looks_after(MINUTE)
    assert alarms.told(reading(house.database), alarms.UNKNOWN) == {}
    assert unknown.count(reading(house.database)) == 0


async def test_several_orders_that_are_left_open_are_one_message(watched: Watched) -> None:
    house = watched.house
    for number in range(7):
        house.sending(f"100{number}", "guoguo")
        await house.settle(f"100{number}", Result(Outcome.UNKNOWN, code="no_answer"))
    heard = len(watched.told(COLLEAGUE))
    await watched.looks_after(61 * MINUTE)
    (told,) = watched.told(COLLEAGUE)[heard:]
    assert "what became of 7 orders" in told
    assert told.count("<code>100") == 5
    assert "+ 2 more" in told


@pytest.mark.parametrize(
    ("away", "told"),
    [
        (121, ["<b>I was away for 2 min, since"]),
        (90 * MINUTE, ["<b>I was away for 1 hr 30 min, since"]),
        (3 * DAY, ["<b>I was away for 3 days, since"]),
        (100, []),
        (-3600, []),
    ],
)
async def test_a_start_says_for_how_long_nobody_was_there(watched: Watched, away: int, told: list[str]) -> None:
    house = watched.house
    clock = Clock(house.clock, house.clock.up)
    before = clock() - away * 1_000_000
    with writing(house.database) as tx:
        program.beat(tx, Heartbeat(before, before, 0))
    for _ in range(2):
        # The second start is no absence.
        house.desk = desk_on(house.database, clock, house.workers)
        await Presence(house.database, house.outcomes, clock).begin()
    said = watched.told()
    assert [text[: len(start)] for text, start in zip(said, told, strict=True)] == told
    assert all(("keeps messages for a day" in text) == (away > DAY) for text in said)
    assert watched.told(COLLEAGUE) == said
