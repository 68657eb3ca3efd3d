"""An order that a person names is read by its number and compared; it is not taken for another one."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from providers.errors import OrderNotFound, ReadingFailed
from providers.orders import Match
from providers.simulators.guoguo.products import LIKES
from tests.providers.contract import sentence_of
from tests.providers.guoguo.lists import BODY, FORM, SENDING, SENT, Lists, Watched, guoguo, order


@pytest.fixture
async def simulator() -> AsyncIterator[Watched]:
    async with Watched() as simulator:
        simulator.rows_tell = True
        yield simulator


async def read(simulator: Watched, number: str) -> Match:
    async with guoguo(simulator) as provider:
        return await provider.read_order(FORM, SENDING, number)


@pytest.mark.parametrize("spelled", ["ORD-202606020001", "ord-202606020001", " ORD-202606020001 "])
async def test_an_order_is_read_by_its_number(simulator: Watched, spelled: str) -> None:
    simulator.take_elsewhere(BODY)
    match = await read(simulator, spelled)
    assert (match.order.number, match.certain, match.differs, match.at) == ("ORD-202606020001", False, (), SENT)


async def test_an_order_that_does_not_tell_is_read_and_contradicts_nothing(simulator: Watched) -> None:
    simulator.rows_tell = False
    simulator.take_elsewhere(BODY)
    match = await read(simulator, "ORD-202606020001")
    assert (dict(match.facts), match.differs) == ({"total": "120", "status": "establish"}, ())


@pytest.mark.parametrize(
    ("body", "minutes", "differs"),
    [
        (BODY | {"product_id": LIKES, "quantity": 100}, 0, ("product", "quantity")),
        (BODY | {"link": "https://example.com/posts/xyz"}, 0, ("target",)),
        (BODY, -60, ("time",)),
        (BODY | {"quantity": 5}, 60, ("quantity", "time")),
    ],
)
async def test_what_is_not_as_we_sent_it_is_named(
    simulator: Watched, body: dict[str, Any], minutes: int, differs: tuple[str, ...]
) -> None:
    simulator.now = lambda: SENT + timedelta(minutes=minutes)
    simulator.take_elsewhere(body)
    match = await read(simulator, simulator.ledger[0].number)
    assert match.differs == differs


@pytest.mark.parametrize("number", ["ORD-20260602", "ORD-202606020002", "O'Brien", "1", "') or contains(id,'"])
async def test_a_number_that_is_only_like_one_is_not_found(simulator: Watched, number: str) -> None:
    simulator.take_elsewhere(BODY)
    with pytest.raises(OrderNotFound) as caught:
        await read(simulator, number)
    assert number in sentence_of("guoguo", caught.value)
    assert (await read(simulator, "ORD-202606020001")).order.number == "ORD-202606020001"


async def test_a_number_with_a_quote_is_found() -> None:
    lists = Lists([order("O'1")])
    async with lists, guoguo(lists) as provider:
        assert (await provider.read_order(FORM, SENDING, "o'1")).order.number == "O'1"


@pytest.mark.parametrize("time", [None, "yesterday"])
async def test_an_order_without_a_time_is_read_and_contradicts_nothing(time: object) -> None:
    lists = Lists([order("O-1", create_date_time=time, order_detail=[BODY])])
    async with lists, guoguo(lists) as provider:
        match = await provider.read_order(FORM, SENDING, "O-1")
    assert (match.order.number, match.at, match.differs) == ("O-1", None, ())


@pytest.mark.parametrize("lists", [Lists([{}]), Lists([], count=1), Lists([order("O-2"), 5])])
async def test_a_list_that_was_not_read_whole_does_not_say_that_there_is_none(lists: Lists) -> None:
    async with lists, guoguo(lists) as provider:
        with pytest.raises(ReadingFailed) as caught:
            await provider.read_order(FORM, SENDING, "O-1")
        assert sentence_of("guoguo", caught.value)
        lists.rows["/platform/order"] = [order("O-1")]
        assert (await provider.read_order(FORM, SENDING, "O-1")).order.number == "O-1"
