"""The same order twice: the second is asked about, whoever makes it, and two at the same instant are one."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.desk.admission import Incoming
from bot.journal.views import Result
from providers.orders import Outcome
from storage import guards
from tests.bench import Bench, bench
from tests.desk.filling import claim, confirm, fill, ordered, tap
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing

PLACED = Result(Outcome.PLACED, number="1207", status="placed", names=("1207",))
REFUSED = Result(Outcome.REFUSED, code="refused", said="No stock")
NOT_SENT = Result(Outcome.NOT_SENT, code="unreachable")
UNKNOWN = Result(Outcome.UNKNOWN, code="no_answer")
WARNING = "The same was ordered before"
HOUR = 3600


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


async def became(house: Bench, reference: str, result: Result) -> None:
    claim(house, reference)
    assert await house.settle(reference, result)


def count(house: Bench) -> int:
    return len(reading(house.database).fetch("SELECT * FROM orders"))


def last(house: Bench, who: int = ADMIN) -> str:
    return house.outbox(who)[-1]


async def test_the_same_by_another_person_is_shown_with_who_when_and_number_before_confirm(house: Bench) -> None:
    await became(house, await ordered(house), PLACED)
    house.clock.advance(60)
    summary = await fill(house, who=COLLEAGUE)
    assert f"{WARNING}: Some Name, 21 Sep 14:13, 1207." in summary
    assert count(house) == 1
    second = await confirm(house, COLLEAGUE)
    assert house.order(second).user_name == "Colleague"
    assert count(house) == 2


async def test_another_quantity_is_another_order(house: Bench) -> None:
    await ordered(house)
    assert WARNING not in await fill(house, "2", COLLEAGUE)
    await confirm(house, COLLEAGUE)
    assert count(house) == 2


async def test_what_was_ordered_while_a_summary_stood_is_asked_about_at_confirm(house: Bench) -> None:
    assert WARNING not in await fill(house, who=COLLEAGUE)
    first = await ordered(house)
    await tap(house, "Confirm", COLLEAGUE)
    assert f"{WARNING}: Some Name" in last(house, COLLEAGUE)
    assert count(house) == 1
    second = await confirm(house, COLLEAGUE)
    assert second != first
    assert count(house) == 2


async def test_two_people_who_confirm_at_the_same_instant_get_one_order_and_one_question(house: Bench) -> None:
    taps = []
    for n, who in enumerate((ADMIN, COLLEAGUE), 1):
        await fill(house, who=who)
        taps.append(Incoming(n, who, who, "Name", "en", read(house.button("Confirm", who)), 1))
    await asyncio.gather(*map(house.desk.handle, taps))
    assert count(house) == 1
    said = [last(house, who) for who in (ADMIN, COLLEAGUE)]
    assert sum(text.startswith("<b>Sending") for text in said) == 1
    assert sum(text.startswith("<b>Summary") and WARNING in text for text in said) == 1


@pytest.mark.parametrize("result", [REFUSED, NOT_SENT])
async def test_what_was_not_placed_may_be_ordered_by_anybody_at_once(house: Bench, result: Result) -> None:
    await became(house, await ordered(house), result)
    assert WARNING not in await fill(house, who=COLLEAGUE)
    await confirm(house, COLLEAGUE)
    assert count(house) == 2


@pytest.mark.parametrize("result", [REFUSED, NOT_SENT])
async def test_what_was_re_opened_goes_without_a_question(house: Bench, result: Result) -> None:
    reference = await ordered(house)
    await became(house, reference, result)
    assert WARNING not in last(house)
    house.clock.advance(1)
    again = await confirm(house)
    assert (again == reference) == (result is NOT_SENT)
    assert house.order(again).stage == "confirmed"
    assert WARNING in await fill(house, who=COLLEAGUE)


async def test_what_was_placed_is_asked_about_for_a_while_only(house: Bench) -> None:
    await became(house, await ordered(house), PLACED)
    house.clock.advance(HOUR - 1)
    assert WARNING in await fill(house, who=COLLEAGUE)
    house.clock.advance(2)
    assert WARNING not in await fill(house)
    await confirm(house)
    assert count(house) == 2


async def test_what_is_unknown_is_asked_about_for_ever(house: Bench) -> None:
    first = await ordered(house)
    await became(house, first, UNKNOWN)
    house.clock.advance(1000 * HOUR)
    with writing(house.database) as tx:
        guards.prune(tx, house.clock())
    assert WARNING in await fill(house, who=COLLEAGUE)
    await house.settle(first, NOT_SENT)
    assert WARNING not in await fill(house, who=COLLEAGUE)


async def test_what_still_waits_is_asked_about_for_ever(house: Bench) -> None:
    await ordered(house)
    house.clock.advance(1000 * HOUR)
    assert WARNING in await fill(house, who=COLLEAGUE)


async def test_a_warning_holds_for_the_order_that_it_named(house: Bench) -> None:
    await ordered(house)
    await fill(house, who=COLLEAGUE)
    # Between the warning and Confirm somebody else went on in spite of one.
    house.clock.advance(1)
    await ordered(house)
    await tap(house, "Confirm", COLLEAGUE)
    assert last(house, COLLEAGUE).startswith("<b>Summary")
    assert count(house) == 2
    await tap(house, "Confirm", COLLEAGUE)
    assert count(house) == 3


async def test_nothing_is_asked_about_where_the_rules_say_so(house: Bench) -> None:
    house.desk = replace(house.desk, rules=replace(house.desk.rules, same_within=0))
    await became(house, await ordered(house), PLACED)
    assert WARNING not in await fill(house, who=COLLEAGUE)


@pytest.mark.parametrize("second", [REFUSED, NOT_SENT])
async def test_an_order_made_in_spite_of_another_leaves_that_one_guarded_when_it_is_not_placed(
    house: Bench, second: Result
) -> None:
    first = await ordered(house)
    await became(house, first, UNKNOWN)
    again = await ordered(house, who=COLLEAGUE)
    await became(house, again, second)
    house.clock.advance(1000 * HOUR)
    assert WARNING in await fill(house)
    (told,) = reading(house.database).fetch("SELECT * FROM order_history WHERE reference = $1", again)
    assert (told["user_name"], first in told["body"]) == ("Colleague", True)
    await house.settle(first, NOT_SENT)
    assert WARNING not in await fill(house, who=COLLEAGUE)


async def test_a_guard_goes_back_past_the_orders_that_were_not_placed(house: Bench) -> None:
    await became(house, await ordered(house), PLACED)
    second, third = await ordered(house, who=COLLEAGUE), ""
    house.clock.advance(1)
    third = await ordered(house, who=COLLEAGUE)
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET stage = 'sending', attempts = 1, tries = 1 WHERE stage = 'confirmed'")
    await house.settle(second, REFUSED)
    await house.settle(third, REFUSED)
    summary = await fill(house)
    assert f"{WARNING}: Some Name" in summary
    house.clock.advance(HOUR)
    assert WARNING not in await fill(house)
