"""Having no match means something only where nothing can have been overlooked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from providers.simulators.base import Fault
from tests.providers.anqicms.shop import Shop, looked, numbers, signals

NO_TIMES: list[Any] = [None, "1780318800", 0, -5, 1780318800 + 7200, 1780318800000, 10**30, True, ...]
NO_NUMBERS: list[Any] = [None, "", [], ...]
UNREADABLE = [("created_time", time) for time in NO_TIMES] + [("order_id", number) for number in NO_NUMBERS]


@pytest.mark.parametrize("older", [0, 1, 49, 50, 51, 120])
async def test_the_list_is_read_back_to_the_horizon_of_the_sending(shop: Shop, older: int) -> None:
    async with shop.account_of_ours() as provider:
        for _ in range(older):
            shop.ordered_elsewhere(quantity=2)
        shop.clock.pass_by(hours=2)
        sending = await shop.lose(provider)
        for _ in range(60):
            shop.ordered_elsewhere(quantity=2)
        found = await looked(shop, provider, sending)
    assert (numbers(found), found.complete, found.signals) == ([shop.ledger[older].number], True, ())
    assert shop.requests.count("GET /api/orders") == 2


async def test_an_empty_list_is_complete(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        assert (await looked(shop, provider, sending)).complete


async def test_a_thousand_newer_orders_are_not_all_read(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        for _ in range(1000):
            shop.ordered_elsewhere(quantity=2)
        found = await looked(shop, provider, sending)
    assert (found.matches, found.complete, signals(found)) == ((), False, ["not_whole"])
    assert shop.requests.count("GET /api/orders") == 20


async def test_an_order_made_while_pages_are_read_is_told_once_and_the_list_counts_for_nothing(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        for _ in range(60):
            shop.ordered_elsewhere(quantity=2)
        shop.before_page = lambda page: shop.ordered_elsewhere() if page == 2 else None
        found = await looked(shop, provider, sending)
        assert (numbers(found), found.complete) == ([shop.ledger[0].number], False)
        shop.before_page = lambda _: None
        found = await looked(shop, provider, sending)
    assert (len(found.matches), found.complete) == (2, True)


async def test_an_order_removed_while_pages_are_read_may_hide_another(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        for _ in range(50):
            shop.ordered_elsewhere(quantity=2)
        shop.clock.pass_by(hours=1)
        sending = await shop.lose(provider)
        for _ in range(50):
            shop.ordered_elsewhere(quantity=2)
        shop.before_page = lambda page: shop.book.orders.pop() if page == 2 else None
        found = await looked(shop, provider, sending)
        assert (found.matches, found.complete) == ((), False)
        shop.before_page = lambda _: None
        found = await looked(shop, provider, sending)
    assert (numbers(found), found.complete) == ([shop.ledger[50].number], True)


async def test_without_a_total_a_row_that_comes_again_tells_that_pages_shifted(shop: Shop) -> None:
    shop.twist = without("total")
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        for _ in range(60):
            shop.ordered_elsewhere(quantity=2)
        shop.before_page = lambda page: shop.ordered_elsewhere() if page == 2 else None
        assert not (await looked(shop, provider, sending)).complete
        shop.before_page = lambda _: None
        assert (await looked(shop, provider, sending)).complete


def without(key: str) -> Callable[[dict[str, Any]], Any]:
    return lambda answer: {name: value for name, value in answer.items() if name != key}


async def test_without_a_total_the_list_ends_at_an_empty_page(shop: Shop) -> None:
    shop.twist = without("total")
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        found = await looked(shop, provider, sending)
    assert (len(found.matches), found.complete) == (1, True)
    assert shop.requests.count("GET /api/orders") == 2


@pytest.mark.parametrize("total", [0, 1, 4, 1000])
async def test_a_total_that_is_not_the_number_of_rows_makes_nothing_complete(shop: Shop, total: int) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        for _ in range(2):
            shop.ordered_elsewhere()
        shop.twist = lambda answer: answer | {"total": total}
        found = await looked(shop, provider, sending)
    assert (len(found.matches), found.complete) == (3, False)


async def test_a_shop_that_gives_the_same_page_again_ends_the_reading(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        first: dict[str, Any] = {}
        shop.twist = lambda answer: first.setdefault("page", without("total")(answer))
        found = await looked(shop, provider, sending)
    assert (len(found.matches), found.complete) == (1, False)
    assert shop.requests.count("GET /api/orders") == 2


async def test_a_list_with_the_oldest_first_is_read_on_and_never_complete(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        for _ in range(60):
            shop.ordered_elsewhere(quantity=2)
            shop.clock.pass_by(minutes=1)
        shop.clock.pass_by(hours=1)
        sending = await shop.lose(provider)

        def oldest_first(answer: dict[str, Any]) -> dict[str, Any]:
            page = shop.requests.count("GET /api/orders")
            rows = [order.answer["data"] for order in shop.ledger][(page - 1) * 50 : page * 50]
            return answer | {"data": rows}

        shop.twist = oldest_first
        found = await looked(shop, provider, sending)
    assert (numbers(found), found.complete) == ([shop.ledger[-1].number], False)


@pytest.mark.parametrize("wrong", UNREADABLE)
async def test_a_row_that_cannot_be_read_makes_nothing_complete(shop: Shop, wrong: tuple[str, Any]) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        shop.ordered_elsewhere()
        shop.each_row(**dict([wrong]))
        found = await looked(shop, provider, sending)
        assert (found.matches, found.complete, signals(found)) == ((), False, ["not_whole"])
        shop.each_row()
        found = await looked(shop, provider, sending)
    assert (len(found.matches), found.complete) == (1, True)


async def test_a_row_that_is_no_object_makes_nothing_complete(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        shop.twist = lambda answer: answer | {"data": [*answer["data"], None, [], "row"]}
        found = await looked(shop, provider, sending)
    assert (len(found.matches), found.complete) == (1, False)


@pytest.mark.parametrize("minutes", [-10, 10])
async def test_a_shop_whose_clock_is_not_ours_makes_nothing_complete(shop: Shop, minutes: int) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        shop.now = lambda: shop.clock.at + timedelta(minutes=minutes)
        found = await looked(shop, provider, sending)
        assert (found.complete, signals(found)) == (False, ["not_whole"])
        shop.now = shop.clock
        assert (await looked(shop, provider, sending)).complete
