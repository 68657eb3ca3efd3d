"""Sent again under the same reference: a yes is the order, and a no says nothing about the sending before."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.journal.rules import Rules
from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown, ProviderUnavailable
from providers.orders import Findings, PlacedOrder
from providers.simulators.base import Fault
from providers.simulators.damaijia.simulator import DamaijiaSimulator
from tests.bench import until, working
from tests.words.reading import WORDS
from tests.workers.lost import LAG, details, lines, look, lose, settled
from tests.workers.scripted import Answer, TakesNoneTwice, certain
from tests.workers.supplied import Supplied, provider_for, supplied

UNREACHABLE = ProviderUnavailable("unreachable")


@pytest.fixture
def provider() -> TakesNoneTwice:
    return TakesNoneTwice()


@pytest.fixture
async def house(tmp_path: Path, provider: TakesNoneTwice) -> AsyncIterator[Supplied]:
    async with supplied(tmp_path, rules=Rules(retries=1), scripted=provider) as made:
        yield made


async def send_again(house: Supplied) -> None:
    await details(house)
    await house.does(read(house.button(WORDS.say("button.resend"))), tapped=1)


async def test_a_yes_is_the_order(house: Supplied, provider: TakesNoneTwice) -> None:
    await lose(house)
    provider.answers = [PlacedOrder("1207")]
    async with working(house.sender.run()):
        await send_again(house)
        await settled(house, "placed")
    order = house.order("1000")
    assert (order.number, order.attempts, provider.references) == ("1207", 2, ["1000"])
    assert house.outbox()[-1].startswith("<b>Placed")


@pytest.mark.parametrize("answer", [OrderRefused("refused", said="No stock"), AccessDenied("credentials")])
async def test_a_no_leaves_the_outcome_unknown(house: Supplied, provider: TakesNoneTwice, answer: Answer) -> None:
    await lose(house)
    provider.answers = [answer]
    async with working(house.sender.run()):
        await send_again(house)
        await until(lambda: settled_after(house, 2))
    order = house.order("1000")
    code = "not_taken_again" if isinstance(answer, OrderRefused) else "again_not_sent"
    assert (order.outcome, code in order.details) == ("unknown", True)
    assert None not in {order.look_at, order.remind_at}
    shown = await details(house)
    assert ("No stock" in shown) == isinstance(answer, OrderRefused)
    assert not any(html.startswith(("<b>Not placed", "<b>Summary")) for html in house.outbox())
    assert len(lines(house, "ended")) == 2
    provider.found = Findings((certain("1207"),))
    await look(house)
    await settled(house, "placed")


async def test_a_supplier_that_can_not_be_reached_leaves_the_outcome_unknown(
    house: Supplied, provider: TakesNoneTwice
) -> None:
    await lose(house)
    provider.answers = [UNREACHABLE] * 3
    async with working(house.sender.run()):
        await send_again(house)
        for _ in range(2):
            await until(lambda: waits_or_settled(house))
            house.clock.advance(100)
            house.sender.wake("scripted")
        await until(lambda: is_settled(house))
    assert house.order("1000").outcome == "unknown"
    assert set(provider.references) == {"1000"}


async def test_stop_leaves_the_outcome_unknown(tmp_path: Path, provider: TakesNoneTwice) -> None:
    provider.answers = [UNREACHABLE] * 9
    async with supplied(tmp_path, rules=Rules(), scripted=provider) as house:
        await lose(house)
        async with working(house.sender.run()):
            await send_again(house)
            await until(lambda: waits(house))
            await house.does(read(house.button("Stop")), tapped=1)
            order = house.order("1000")
            assert (order.stage, order.outcome) == ("settled", "unknown")
            assert None not in {order.look_at, order.remind_at}
            assert house.outbox()[-1].startswith("<b>Please check")


async def test_an_account_that_is_gone_leaves_the_outcome_unknown(tmp_path: Path, provider: TakesNoneTwice) -> None:
    async with supplied(tmp_path, rules=Rules(), scripted=provider) as house:
        await lose(house)
        await send_again(house)
    async with supplied(tmp_path, rules=Rules()) as house:
        await house.restarted()
        order = house.order("1000")
        assert (order.outcome, order.look_at is None, order.remind_at is None) == ("unknown", True, False)


async def test_a_no_counts_again_after_somebody_found_that_it_was_not_placed(
    house: Supplied, provider: TakesNoneTwice
) -> None:
    await lose(house)
    provider.answers = [OutcomeUnknown("exists"), OrderRefused("refused")]
    async with working(house.sender.run()):
        await send_again(house)
        await until(lambda: settled_after(house, 2))
        await details(house)
        await house.does(read(house.button(WORDS.say("button.not_placed"))), tapped=1)
        await house.does(read(house.button("Confirm")), tapped=1)
        await until(lambda: settled_after(house, 3))
    assert house.order("1000").outcome == "refused"


async def test_a_late_answer_to_the_first_sending_changes_nothing(house: Supplied, provider: TakesNoneTwice) -> None:
    await lose(house)
    first = house.order("1000")
    await send_again(house)
    provider.found = Findings((certain("1207"),))
    before = house.order("1000")
    await house.reconciler._safely(first)
    assert house.order("1000") == before
    provider.answers = [PlacedOrder("1208")]
    async with working(house.sender.run()):
        await until(lambda: settled_after(house, 2))
    assert house.order("1000").number == "1208"


async def test_what_is_sought_is_sought_from_the_first_sending_on(house: Supplied, provider: TakesNoneTwice) -> None:
    await lose(house)
    house.clock.advance(1000)
    async with working(house.sender.run()):
        await send_again(house)
        await until(lambda: settled_after(house, 2))
    await look(house)
    assert (provider.sought[0].until - provider.sought[0].since).total_seconds() == 120 + 1000 + LAG
    assert "2 times in all" in await details(house)


async def test_damaijia_takes_no_second_order_and_nobody_is_told_it_was_not_placed(tmp_path: Path) -> None:
    async with (
        DamaijiaSimulator() as mall,
        supplied(tmp_path, rules=Rules(), gifts=provider_for(mall.account())) as house,
        working(house.sender.run()),
    ):
        mall.fail(Fault.DROP_AFTER)
        house.confirmed("1000", "gifts")
        house.sender.wake("gifts")
        await house.outcome("1000")
        await send_again(house)
        await until(lambda: settled_after(house, 2))
        assert house.order("1000").outcome == "unknown"
        assert len(mall.ledger) == 1
        assert len(mall.received) == 2
        assert not any(html.startswith("<b>Not placed") for html in house.outbox())


def waits(house: Supplied) -> bool:
    order = house.order("1000")
    return order.stage == "confirmed" and order.not_before > 0


def is_settled(house: Supplied) -> bool:
    return house.order("1000").stage == "settled"


def waits_or_settled(house: Supplied) -> bool:
    return waits(house) or is_settled(house)


def settled_after(house: Supplied, attempts: int) -> bool:
    order = house.order("1000")
    return order.attempts == attempts and order.stage == "settled"
