"""When orders of unknown outcome are looked for, and what is made of what is found."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.journal.rules import Rules
from bot.journal.views import placed
from providers.errors import ProviderUnavailable
from providers.orders import Findings, Outcome
from storage import orders
from tests.bench import START, working
from tests.end_to_end.house import COLLEAGUE
from tests.storage.direct import reading
from tests.workers.lost import LAG, UNKNOWN, after, details, evidence, lines, look, looked, lose, pause, settled
from tests.workers.scripted import Scripted, Searchable, certain, ours, possible
from tests.workers.supplied import Supplied, supplied

NOTHING = Findings(complete=True)
HOUR = 3600


@pytest.fixture
def provider() -> Searchable:
    return Searchable()


@pytest.fixture
async def house(tmp_path: Path, provider: Searchable) -> AsyncIterator[Supplied]:
    async with supplied(tmp_path, rules=Rules(), scripted=provider, plain=Scripted()) as made:
        yield made


async def test_it_looks_two_seconds_after_and_then_with_growing_pauses(house: Supplied) -> None:
    async with working(house.reconciler.run()):
        await lose(house)
        for times, seconds in enumerate((2, 5, 15, 30, 60, 120, 300), 1):
            assert pause(house) == seconds
            await after(house, seconds - 0.001)
            await after(house, 0.001)
            await looked(house, times)
        assert "Look-up 7" in await details(house)


async def test_one_look_up_falls_on_the_time_when_the_list_must_have_the_order(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    house.clock.advance(LAG - 3)
    await look(house)
    assert pause(house) == 4
    house.clock.advance(4)
    provider.found = NOTHING
    await look(house)
    await settled(house, "not_sent")


async def test_it_gives_up_after_a_day_and_a_person_can_still_ask(house: Supplied, provider: Searchable) -> None:
    await lose(house)
    for _ in range(9):
        await look(house)
    house.clock.advance(24 * HOUR)
    await look(house)
    assert pause(house) == HOUR
    house.clock.advance(1)
    await look(house)
    assert pause(house) is None
    provider.found = Findings((certain(),))
    async with working(house.reconciler.run()):
        house.reconciler.look_for("1000")
        await settled(house, "placed")


async def test_at_start_up_all_of_them_are_looked_for(house: Supplied, provider: Searchable) -> None:
    for reference in ("1000", "1001"):
        await lose(house, reference)
        for _ in range(8):
            await look(house, reference)
    await house.reconciler.recover()
    provider.found = Findings((possible(),))
    async with working(house.reconciler.run()):
        for reference in ("1000", "1001"):
            await looked(house, 9, reference)


async def test_it_is_sought_in_the_time_of_its_sending(house: Supplied, provider: Searchable) -> None:
    house.sending("1000", "scripted")
    house.clock.advance(30)
    await house.settle("1000", UNKNOWN)
    await look(house)
    (sought,) = provider.sought
    assert sought.reference == "1000"
    sent = datetime.fromtimestamp(START / 1_000_000, UTC)
    assert (sent - sought.since).total_seconds() == 120
    assert (sought.until - sent).total_seconds() == 30 + LAG


async def test_an_answer_that_was_waited_for_very_long_widens_the_time(house: Supplied, provider: Searchable) -> None:
    house.sending("1000", "scripted")
    house.clock.advance(HOUR)
    await house.settle("1000", UNKNOWN)
    await look(house)
    assert (provider.sought[0].until - provider.sought[0].since).total_seconds() == 120 + HOUR + LAG


async def test_a_process_that_died_sent_nothing_long_afterwards(house: Supplied, provider: Searchable) -> None:
    house.sending("1000", "scripted")
    house.clock.advance(HOUR)
    await house.restarted()
    provider.found = NOTHING
    await look(house)
    assert (provider.sought[0].until - provider.sought[0].since).total_seconds() == 120 + 75 + LAG
    # While nobody was there to see it the order may have come as well.
    assert house.order("1000").outcome == "unknown"
    house.clock.advance(LAG)
    await look(house)
    await settled(house, "not_sent")


async def test_one_certain_match_is_the_order(house: Supplied, provider: Searchable) -> None:
    await lose(house)
    provider.found = Findings((certain("1207"),))
    await look(house)
    order = house.order("1000")
    assert (order.outcome, order.number, order.look_at, order.remind_at) == ("placed", "1207", None, None)
    assert orders.number_of(reading(house.database), "scripted", "1207") == "1000"
    card, closed, told = house.outbox()[-3:]
    assert (card.startswith("<b>Placed"), closed.startswith("<b>Checked"), told.startswith("<b>Placed")) == (True,) * 3
    assert "found in Scripted" in told
    assert [line["result"] for line in lines(house, "look-up")] == ["found"]


async def test_a_whole_list_without_it_counts_once_it_is_late_enough(house: Supplied, provider: Searchable) -> None:
    await lose(house)
    provider.found = NOTHING
    house.clock.advance(LAG - 1)
    await look(house)
    assert "proves nothing" in evidence(house)
    house.clock.advance(1)
    await look(house)
    order = house.order("1000")
    assert (order.outcome, "not_found_there" in order.details) == ("not_sent", True)
    assert house.outbox()[-1].startswith("<b>Summary")
    assert [line["result"] for line in lines(house, "look-up")] == ["nothing_yet", "nothing"]


@pytest.mark.parametrize("found", [Findings((possible(),), complete=True), Findings((certain("1"), certain("2")))])
async def test_what_is_not_certain_is_shown_to_a_person(house: Supplied, provider: Searchable, found: Findings) -> None:
    await lose(house)
    house.clock.advance(HOUR)
    provider.found = found
    await look(house)
    assert house.order("1000").outcome == "unknown"
    shown = await details(house)
    for match in found.matches:
        assert match.order.number in shown
        assert house.button(f"It is {match.order.number}")


async def test_a_look_up_that_fails_proves_nothing_and_the_next_may_find_it(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    house.clock.advance(HOUR)
    provider.found = ProviderUnavailable("list_not_read", said="Busy")
    await look(house)
    assert house.order("1000").outcome == "unknown"
    shown = await details(house)
    assert all(text in shown for text in ("could not be read, which proves nothing", "Busy"))
    provider.found = Findings((certain(),))
    await look(house)
    await settled(house, "placed")


async def test_a_match_that_belongs_to_another_order_is_not_this_one(house: Supplied, provider: Searchable) -> None:
    await lose(house)
    house.clock.advance(1)
    house.sending("1001", "scripted", COLLEAGUE)
    assert await house.settle("1001", placed(ours("1207")))
    provider.found = Findings((certain("1207"),), complete=True)
    house.clock.advance(HOUR)
    await look(house)
    assert house.order("1000").outcome == "not_sent"


async def test_an_order_of_another_account_may_have_the_same_number(house: Supplied, provider: Searchable) -> None:
    house.sending("900", "shop")
    await house.settle("900", replace(UNKNOWN, outcome=Outcome.PLACED, number="1207"))
    await lose(house)
    provider.found = Findings((certain("1207"),))
    await look(house)
    await settled(house, "placed")


async def test_nothing_is_adopted_while_another_order_of_the_account_is_being_sent(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    house.sending("1001", "scripted", COLLEAGUE)
    provider.found = Findings((certain("1207"),))
    await look(house)
    assert house.order("1000").outcome == "unknown"
    assert "lists an order like it, 1207" in evidence(house)
    assert pause(house) == 5
    await house.settle("1001", placed(ours("1208")))
    await look(house)
    assert house.order("1000").number == "1207"
