"""A list that can't be read proves nothing, and is read later."""

from typing import Any

import pytest

from providers.errors import ReadingFailed
from providers.simulators.base import Fault
from tests.providers.anqicms.samples import a_form
from tests.providers.anqicms.shop import Shop, looked
from tests.providers.contract import sentence_of
from tests.providers.stranger import closed_port

READS = [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY]


@pytest.mark.parametrize("fault", READS)
async def test_a_list_that_cannot_be_read_proves_nothing(shop: Shop, fault: Fault) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        shop.fail_reads(fault)
        with pytest.raises(ReadingFailed) as caught:
            await looked(shop, provider, sending)
        assert caught.value.code == ("orders_not_reached" if fault is Fault.DROP_BEFORE else "list_not_read")
        assert sentence_of("anqicms", caught.value)
        shop.heal()
        assert len((await looked(shop, provider, sending)).matches) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"code": -1, "msg": "database is locked", "data": None, "total": 0},
        {"code": 4001, "data": [], "total": 0},
        {"code": "0", "data": [], "total": 0},
        {"code": 0, "data": None},
        {"code": 0, "data": {}, "total": 0},
        {"code": 0, "total": None},
        [],
    ],
)
async def test_an_answer_that_is_no_list_proves_nothing(shop: Shop, answer: Any) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        shop.twist = lambda _: answer
        with pytest.raises(ReadingFailed) as caught:
            await looked(shop, provider, sending)
        assert caught.value.code == "list_not_read"
        shop.twist = lambda answer: answer
        assert len((await looked(shop, provider, sending)).matches) == 1


async def test_a_later_page_that_cannot_be_read_proves_nothing(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        for _ in range(60):
            shop.ordered_elsewhere()
        shop.before_page = lambda page: shop.fail_reads(Fault.GARBAGE) if page == 2 else None
        with pytest.raises(ReadingFailed):
            await looked(shop, provider, sending)


async def test_a_shop_that_does_not_answer_ends_the_search_in_time(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        shop.fail_reads(Fault.HANG)
        provider.longest_search = 0.3
        with pytest.raises(ReadingFailed) as caught:
            await looked(shop, provider, sending)
        assert caught.value.code == "list_not_read"
        provider.longest_search = 30
        shop.heal()
        assert len((await looked(shop, provider, sending)).matches) == 1


async def test_a_detail_that_does_not_come_in_time_leaves_fewer_facts(shop: Shop) -> None:
    shop.list_has_details = False
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        shop.fail_reads(Fault.HANG, "/api/order/detail")
        provider.longest_search = 0.5
        (match,) = (await looked(shop, provider, sending)).matches
        assert "items" not in match.facts
        provider.longest_search = 30
        shop.heal()
        (match,) = (await looked(shop, provider, sending)).matches
    assert "items" in match.facts


async def test_a_shop_that_is_not_reached_proves_nothing(shop: Shop) -> None:
    async with shop.account_of_ours(base_url=closed_port()) as provider:
        with pytest.raises(ReadingFailed) as caught:
            await provider.find_order(a_form(), shop.sending())
    assert caught.value.code == "orders_not_reached"
    assert "nothing was sent" not in sentence_of("anqicms", caught.value)
