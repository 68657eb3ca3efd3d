"""AnqiCMS's simulator pays, ships and completes orders by its own clock, or when it is told to."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from providers.simulators.anqicms.orders import COMPLETED_AFTER, EXPRESS_COMPANY, PAID_AFTER, SHIPPED_AFTER
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from tests.providers.simulators.samples import a_body, get

AT = 1669212548
TIMES = ("paid_time", "deliver_time", "finished_time")
STEPS = (PAID_AFTER, SHIPPED_AFTER, COMPLETED_AFTER)
SECOND = timedelta(seconds=1)


class Moving(AnqiCmsSimulator):
    """A shop whose clock a test moves."""

    def __init__(self) -> None:
        self.at = datetime.fromtimestamp(AT, UTC)
        super().__init__(lambda: self.at)

    def pass_by(self, time: timedelta) -> None:
        self.at += time


@pytest.fixture
async def anqicms() -> AsyncIterator[Moving]:
    async with Moving() as running:
        yield running


async def detail(anqicms: Moving, number: str) -> Any:
    return (await get(anqicms, f"/api/order/detail?order_id={number}")).json()["data"]


async def listed(anqicms: Moving, word: str) -> list[str]:
    return [row["order_id"] for row in (await get(anqicms, f"/api/orders?status={word}")).json()["data"]]


@pytest.mark.parametrize("done", [0, 1, 2, 3])
async def test_an_order_has_come_as_far_as_its_age_says(anqicms: Moving, done: int) -> None:
    number = anqicms.take_elsewhere(a_body("anqicms")).number
    anqicms.pass_by((*STEPS, COMPLETED_AFTER * 10)[done] - SECOND)
    order = await detail(anqicms, number)
    assert order["status"] == done
    reached = [AT + int(after.total_seconds()) if place < done else 0 for place, after in enumerate(STEPS)]
    assert [order[key] for key in TIMES] == reached
    parcel = (EXPRESS_COMPANY, "SF1000000046") if done >= 2 else ("", "")
    assert (order["express_company"], order["tracking_number"]) == parcel
    words = ("waiting", "paid", "delivery", "finished")
    assert [await listed(anqicms, word) for word in words] == [[number] if n == done else [] for n in range(4)]


async def test_the_answer_to_the_create_stays_what_it_was(anqicms: Moving) -> None:
    order = anqicms.take_elsewhere(a_body("anqicms"))
    anqicms.pass_by(COMPLETED_AFTER)
    await detail(anqicms, order.number)
    assert anqicms.ledger[0].answer["data"]["status"] == 0


async def test_a_shop_may_be_told_to_leave_orders_alone(anqicms: Moving) -> None:
    anqicms.book.moves = False
    number = anqicms.take_elsewhere(a_body("anqicms")).number
    anqicms.pass_by(COMPLETED_AFTER)
    assert (await detail(anqicms, number))["status"] == 0


async def test_what_is_set_by_hand_stays(anqicms: Moving) -> None:
    number = anqicms.take_elsewhere(a_body("anqicms")).number
    anqicms.pass_by(SECOND)
    anqicms.pay(number)
    anqicms.pass_by(COMPLETED_AFTER)
    order = await detail(anqicms, number)
    assert (order["status"], order["paid_time"], order["deliver_time"]) == (1, AT + 1, 0)
    anqicms.ship(number, "圆通速递", "YT123")
    order = await detail(anqicms, number)
    assert (order["status"], order["express_company"], order["tracking_number"]) == (2, "圆通速递", "YT123")
    anqicms.complete(number)
    order = await detail(anqicms, number)
    assert (order["status"], order["finished_time"]) == (3, AT + 1 + 86400)


async def test_an_order_is_cancelled_or_refunded_by_hand(anqicms: Moving) -> None:
    closed, back, kept = (anqicms.take_elsewhere(a_body("anqicms")).number for _ in range(3))
    anqicms.cancel(closed)
    for number in (back, kept):
        anqicms.pay(number)
        anqicms.ask_refund(number)
        assert [(await detail(anqicms, number))[key] for key in ("status", "refund_status")] == [1, 8]
    anqicms.refund(back)
    anqicms.refund(kept, granted=False)
    shown = [[(await detail(anqicms, n))[key] for key in ("status", "refund_status")] for n in (closed, back, kept)]
    assert shown == [[-1, 0], [9, 8], [1, 0]]
    assert await listed(anqicms, "closed") == [closed]


async def test_the_time_of_any_ending_is_noted_but_not_that_of_closing(anqicms: Moving) -> None:
    closed, cancelled, kept = (anqicms.take_elsewhere(a_body("anqicms")).number for _ in range(3))
    anqicms.close(closed)
    anqicms.cancel(cancelled)
    anqicms.ask_refund(kept)
    anqicms.refund(kept, granted=False)
    assert [(await detail(anqicms, number))["finished_time"] for number in (closed, cancelled, kept)] == [0, AT, AT]


async def test_a_number_that_no_order_has_is_told(anqicms: Moving) -> None:
    with pytest.raises(KeyError):
        anqicms.pay("202211232209080046")
