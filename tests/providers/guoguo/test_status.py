"""How far an order is, asked by its number: the supplier's own word is kept, and nothing is made of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from providers.base import ReadsStatus
from providers.errors import AccessDenied, OrderNotFound, ReadingFailed
from providers.orders import Money, Progress, Remark, Status
from providers.simulators.base import Fault
from tests.providers.contract import WORDS, sentence_of
from tests.providers.guoguo.lists import BODY, SENT, Lists, Watched, at, guoguo, order

NUMBER = "ORD-202606020001"
PATH = "/platform/order"


@pytest.fixture
async def simulator() -> AsyncIterator[Watched]:
    async with Watched() as simulator:
        yield simulator


async def status(simulator: Watched | Lists, number: str = NUMBER) -> Progress:
    async with guoguo(simulator) as provider:
        assert isinstance(provider, ReadsStatus)
        assert provider.final == frozenset()
        return await provider.read_status(number)


async def told(row: dict[str, Any]) -> Progress:
    async with Lists([row]) as lists:
        return await status(lists, "O-1")


@pytest.mark.parametrize("spelled", [NUMBER, NUMBER.lower(), f" {NUMBER} "])
async def test_an_order_is_told_with_its_total_and_times(simulator: Watched, spelled: str) -> None:
    taken = simulator.take_elsewhere(BODY)
    assert await status(simulator, spelled) == Progress(
        number=NUMBER,
        status=Status.PLACED,
        supplier_status="establish",
        amount=Money(Decimal(120), "points"),
        times={"created": SENT},
        also_known_as=(taken.answer["order_id"],),
    )
    assert {method for method, _ in simulator.asked} == {"GET"}


@pytest.mark.parametrize(
    ("after", "word", "changed"),
    [
        (timedelta(minutes=29), "establish", None),
        (timedelta(minutes=31), "processing", timedelta(minutes=30)),
        (timedelta(days=2), "finish", timedelta(days=1)),
    ],
)
async def test_a_word_that_no_document_has_is_kept_as_it_is(
    simulator: Watched, after: timedelta, word: str, changed: timedelta | None
) -> None:
    simulator.take_elsewhere(BODY)
    simulator.now = lambda: SENT + after
    progress = await status(simulator)
    assert (progress.status, progress.supplier_status) == (Status.PLACED, word)
    assert progress.times.get("updated") == (SENT + changed if changed else None)


@pytest.mark.parametrize("number", ["ORD-20260602", "1", "", "O'Brien", "') or contains(id,'"])
async def test_a_number_that_is_only_like_one_is_not_found(simulator: Watched, number: str) -> None:
    simulator.take_elsewhere(BODY)
    with pytest.raises(OrderNotFound) as caught:
        await status(simulator, number)
    assert number in sentence_of("guoguo", caught.value)
    assert (await status(simulator)).number == NUMBER


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
async def test_a_list_that_was_not_read_proves_nothing_and_is_read_the_next_time(
    simulator: Watched, fault: Fault
) -> None:
    simulator.take_elsewhere(BODY)
    simulator.fail_reads(fault, PATH)
    with pytest.raises(ReadingFailed) as caught:
        await status(simulator)
    assert sentence_of("guoguo", caught.value)
    simulator.heal()
    assert (await status(simulator)).supplier_status == "establish"


async def test_a_list_that_hangs_is_given_up(simulator: Watched) -> None:
    simulator.take_elsewhere(BODY)
    simulator.fail_reads(Fault.HANG, PATH)
    async with guoguo(simulator) as provider:
        provider.longest_reading = 0.1
        with pytest.raises(ReadingFailed):
            await provider.read_status(NUMBER)
        simulator.heal()
        provider.longest_reading = 15
        assert (await provider.read_status(NUMBER)).number == NUMBER


@pytest.mark.parametrize("lists", [Lists([{}]), Lists([], count=1), Lists([order("O-2"), 5])])
async def test_a_list_that_was_not_read_whole_does_not_say_that_there_is_none(lists: Lists) -> None:
    async with lists:
        with pytest.raises(ReadingFailed):
            await status(lists, "O-1")
        lists.rows[PATH] = [order("O-1")]
        assert (await status(lists, "O-1")).number == "O-1"


async def test_a_wrong_key_is_denied(simulator: Watched) -> None:
    async with guoguo(simulator, api_key="a-wrong-key") as provider:
        with pytest.raises(AccessDenied):
            await provider.read_status(NUMBER)


@pytest.mark.parametrize(
    ("more", "amount"),
    [
        ({"total": 12.5}, Money(Decimal("12.5"), "points")),
        ({"total": "120"}, Money(Decimal(120), "points")),
        ({"payment_type": "CREDIT"}, Money(Decimal(120), "points")),
        ({"payment_type": "card"}, Money(Decimal(120))),
        ({"payment_type": None}, Money(Decimal(120))),
        ({"total": None}, None),
        ({"total": "much"}, None),
        ({"total": [1]}, None),
    ],
)
async def test_a_total_is_in_points_only_where_it_was_paid_by_credit(
    more: dict[str, Any], amount: Money | None
) -> None:
    assert (await told(order("O-1") | more)).amount == amount


@pytest.mark.parametrize(
    ("paid", "said"), [("complete", ""), ("Complete", ""), ("", ""), (None, ""), ("refund", "refund")]
)
async def test_a_payment_is_remarked_when_it_is_not_complete(paid: object, said: str) -> None:
    remarks = (await told(order("O-1", payment_status=paid))).remarks
    assert remarks == ((Remark("payment_status", {"payment_status": said}),) if said else ())
    assert WORDS["remark.guoguo.payment_status"].format_map({"account": "GuoGuo"} | {"payment_status": "refund"}) == (
        "GuoGuo says of the payment: refund."
    )


@pytest.mark.parametrize("time", [None, "yesterday", "2026-06-02T12:30:00", 5])
async def test_a_time_that_cannot_be_read_is_left_out(time: object) -> None:
    row = order("O-1", create_date_time=time, update_date_time=at(5))
    assert (await told(row)).times == {"updated": datetime(2026, 6, 2, 4, 35, tzinfo=UTC)}
