"""A wrong clock, the supplier's or ours, hides no order: an order of another time is told, and that it is."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from providers.errors import OrderNotFound, OutcomeUnknown
from providers.orders import CLOCKS_DIFFER_BY
from providers.simulators.base import Fault
from providers.simulators.guoguo.products import LIKES
from tests.providers.guoguo.lists import (
    BODY,
    FORM,
    SENDING,
    SENT,
    Lists,
    Watched,
    guoguo,
    order,
    sentence,
)

OTHER_CLOCK = "GuoGuo's clock and ours were not seen to agree, so its list can't say that the order isn't there."


def ours() -> datetime:
    return SENT


def taken_at(simulator: Watched, minutes: float, body: dict[str, Any] = BODY) -> None:
    """An order of so many minutes after the sending; it is that time now."""
    simulator.now = lambda: SENT + timedelta(minutes=minutes)
    simulator.take_elsewhere(body)


@pytest.fixture
async def simulator() -> AsyncIterator[Watched]:
    async with Watched() as simulator:
        simulator.rows_tell = True
        yield simulator


@pytest.mark.parametrize(
    ("minutes", "differs"), [(-62, ("time",)), (-3, ("time",)), (-2, ()), (10, ()), (11, ("time",)), (600, ("time",))]
)
async def test_an_order_of_another_time_is_told_as_one(
    simulator: Watched, minutes: int, differs: tuple[str, ...]
) -> None:
    taken_at(simulator, minutes)
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(FORM, SENDING)
    assert [match.differs for match in findings.matches] == [differs]
    assert (len(findings.signals), findings.complete) == (0 if differs else 1, True)


async def test_an_order_before_the_horizon_is_not_ours(simulator: Watched) -> None:
    assert SENDING.since - SENDING.horizon == CLOCKS_DIFFER_BY
    simulator.now = lambda: SENDING.horizon - timedelta(seconds=1)
    simulator.take_elsewhere(BODY)
    simulator.now = ours
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(FORM, SENDING)
        assert (findings.matches, findings.complete) == ((), True)
        placed = await provider.place(FORM, SENDING.reference)
        assert [match.order.number for match in (await provider.find_order(FORM, SENDING)).matches] == [placed.number]


async def test_what_is_certainly_not_ours_is_left_out_at_any_time(simulator: Watched) -> None:
    for minutes in (-30, 0, 30):
        taken_at(simulator, minutes, BODY | {"product_id": LIKES, "quantity": 100})
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(FORM, SENDING)
    assert (findings.matches, findings.complete) == ((), True)


async def test_orders_of_the_time_in_question_come_first(simulator: Watched) -> None:
    for minutes in (-30, 0, 30):
        taken_at(simulator, minutes)
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(FORM, SENDING)
    assert [match.differs for match in findings.matches] == [(), ("time",), ("time",)]


@pytest.mark.parametrize("seconds", [-180, 700])
async def test_a_supplier_with_a_wrong_clock_shows_our_order_and_proves_nothing(
    simulator: Watched, seconds: int
) -> None:
    simulator.now = lambda: SENT + timedelta(seconds=seconds)
    simulator.fail(Fault.DROP_AFTER)
    async with guoguo(simulator, now=ours) as provider:
        with pytest.raises(OutcomeUnknown):
            await provider.place(FORM, SENDING.reference)
        [match] = (await provider.find_order(FORM, SENDING)).matches
        assert (match.order.number, match.differs) == (simulator.ledger[0].number, ("time",))
        # Also when the list is mended by then, and doesn't show it any more.
        simulator.ledger.clear()
        simulator.records.clear()
        findings = await provider.find_order(FORM, SENDING)
        assert (findings.matches, findings.complete) == ((), False)
        assert [sentence(signal) for signal in findings.signals] == [OTHER_CLOCK]
        simulator.now = ours
        findings = await provider.find_order(FORM, SENDING)
        assert (findings.matches, findings.complete, findings.signals) == ((), True, ())


@pytest.mark.parametrize("minutes", [-20, 55])
async def test_our_own_clock_being_wrong_when_it_was_sent_hides_nothing(simulator: Watched, minutes: int) -> None:
    # `SENDING` is by the wrong clock; the supplier's is right, and by now ours is too.
    simulator.now = lambda: SENT - timedelta(minutes=minutes)
    simulator.fail(Fault.DROP_AFTER)
    async with guoguo(simulator) as provider:
        with pytest.raises(OutcomeUnknown):
            await provider.place(FORM, SENDING.reference)
        [match] = (await provider.find_order(FORM, SENDING)).matches
    assert (match.order.number, match.differs) == (simulator.ledger[0].number, ("time",))


@pytest.mark.parametrize(
    ("date", "complete"),
    [
        (format_datetime(SENT, usegmt=True), True),
        (format_datetime(SENT + timedelta(seconds=30), usegmt=True), True),
        (format_datetime(SENT - timedelta(seconds=30), usegmt=True), True),
        (format_datetime(SENT + timedelta(seconds=31), usegmt=True), False),
        (format_datetime(SENT - timedelta(seconds=31), usegmt=True), False),
        ("", False),
        ("now", False),
        ("Tue, 02 Jun 2026 04:30:00 -0000", False),
        ("Tue, 02 Jun 99999999999999999999 04:30:00 GMT", False),
    ],
)
async def test_only_an_answer_of_our_time_says_that_an_order_is_not_there(date: str, complete: bool) -> None:  # noqa: FBT001  a table
    lists = Lists([])
    lists.date = date
    async with lists, guoguo(lists) as provider:
        findings = await provider.find_order(FORM, SENDING)
        assert (findings.complete, [sentence(signal) for signal in findings.signals]) == (
            complete,
            [] if complete else [OTHER_CLOCK],
        )
        # A number is in the list or it isn't, whatever the time.
        with pytest.raises(OrderNotFound):
            await provider.read_order(FORM, SENDING, "O-1")


async def test_an_order_is_told_whatever_the_answers_time() -> None:
    lists = Lists([order("O-1", order_detail=[BODY])])
    lists.date = ""
    async with lists, guoguo(lists) as provider:
        findings = await provider.find_order(FORM, SENDING)
    assert ([match.order.number for match in findings.matches], findings.complete) == (["O-1"], False)
