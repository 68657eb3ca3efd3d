"""A product that was chosen is read again; that it is gone is only said when the shop certainly shows all it sells."""

import json
from decimal import Decimal
from typing import Any

import pytest

from providers.anqicms.form import Goods
from providers.anqicms.provider import Anqicms
from providers.base import ReadsProducts
from providers.errors import OrderNotFound, ProviderError, ReadingFailed
from providers.products import Chosen
from providers.simulators.anqicms.products import GOODS
from providers.simulators.base import Fault
from tests.providers.anqicms.samples import a_form
from tests.providers.anqicms.shop import Shop
from tests.providers.contract import sentence_of, with_extra_keys
from tests.providers.stranger import answering, http_answer

LIST, DETAIL = "/api/archive/list", "/api/archive/detail"
(CHOSEN,) = a_form().chosen()
ROW = {"id": 188, "title": "Theme", "price": 9900, "stock": 3}
NO = {"code": -1, "msg": "record not found", "data": None}


async def error_of(provider: Anqicms, chosen: Chosen = CHOSEN) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await provider.read_product(chosen)
    assert sentence_of("anqicms", caught.value)
    return caught.value


def answer(data: Any, **envelope: Any) -> bytes:
    return http_answer(200, json.dumps(with_extra_keys({"code": 0, "msg": "", "data": data} | envelope)).encode())


async def read_from(shop: Shop, *answers: bytes) -> Goods:
    async with answering(*answers) as stranger, shop.account_of_ours(base_url=stranger.url) as provider:
        return await provider.read_product(CHOSEN)


async def test_a_product_is_told_as_it_is_now(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        assert isinstance(provider, ReadsProducts)
        before = await provider.read_product(CHOSEN)
        shop.clock.pass_by(minutes=5)
        shop.goods[188] = ("Theme, second edition", 12005)
        after = await provider.read_product(CHOSEN)
    assert (before.title, before.price, before.unit) == (GOODS[188][0], Decimal("99.00"), "CNY")
    assert (before.stock, before.in_stock, before.minimum, before.maximum) == (None, None, None, None)
    assert (after.title, str(after.price)) == ("Theme, second edition", "120.05")
    assert after.read_at - before.read_at == 300_000_000
    assert shop.requests == [f"GET {DETAIL}"] * 2


async def test_what_is_read_again_is_what_the_catalogue_said(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        (listed,) = [one for one in (await provider.list_products()).products if one.id == "188"]
        assert (await provider.read_product(CHOSEN)).model_dump(mode="json") == listed.facts


async def test_a_product_that_was_removed_is_gone_until_it_comes_back(shop: Shop) -> None:
    shop.goods |= {key: (f"Gift {key}", 100) for key in range(1001, 1251)}
    async with shop.account_of_ours(module_id=2) as provider:
        row = shop.goods.pop(188)
        error = await error_of(provider)
        assert (type(error), error.code, error.params) == (OrderNotFound, "product_not_found", {"product": "188"})
        assert shop.requests == [f"GET {DETAIL}", *[f"GET {LIST}"] * 3]
        shop.goods[188] = row
        assert (await provider.read_product(CHOSEN)).price == Decimal("99.00")


async def test_a_shop_that_keeps_its_interface_closed_has_not_lost_its_products(shop: Shop) -> None:
    shop.api_closed = True
    async with shop.account_of_ours() as provider:
        error = await error_of(provider)
        assert (type(error), error.said) == (ReadingFailed, "API interface function is not open")
        shop.api_closed = False
        assert (await provider.read_product(CHOSEN)).unit == "CNY"


@pytest.mark.parametrize("path", ["", LIST])
@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
async def test_a_no_of_a_shop_that_cannot_show_its_list_is_not_believed(shop: Shop, path: str, fault: Fault) -> None:
    del shop.goods[188]
    async with shop.account_of_ours() as provider:
        shop.fail_reads(fault, path)
        assert isinstance(await error_of(provider), ReadingFailed)
        shop.heal()
        assert isinstance(await error_of(provider), OrderNotFound)


async def test_a_shop_that_answers_too_slowly_proves_nothing(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        provider.longest_search = 0.2
        shop.fail_reads(Fault.HANG)
        error = await error_of(provider)
        assert (type(error), error.code) == (ReadingFailed, "products_not_read")
        shop.heal()
        provider.longest_search = 30
        assert (await provider.read_product(CHOSEN)).unit == "CNY"


@pytest.mark.parametrize(
    "listed",
    [
        answer([], total=0),
        answer([ROW], total=1),
        answer([ROW | {"id": 189}], total=2),
        answer([ROW | {"id": 189}]),
        answer(None, code=-1),
    ],
)
async def test_a_no_against_a_list_that_has_it_or_is_not_whole_proves_nothing(shop: Shop, listed: bytes) -> None:
    refused = http_answer(200, json.dumps(NO).encode())
    with pytest.raises(ReadingFailed) as caught:
        await read_from(shop, refused, listed)
    assert caught.value.code == "products_not_read"
    with pytest.raises(OrderNotFound):
        await read_from(shop, refused, answer([ROW | {"id": 189}], total=1))


@pytest.mark.parametrize("price", [None, "99.00", 99.5, -1, True])
async def test_a_price_that_is_no_number_of_hundredths_is_not_known(shop: Shop, price: Any) -> None:
    facts = await read_from(shop, answer(ROW | {"price": price}))
    assert (facts.title, facts.price) == ("Theme", None)
    assert facts.unread == (frozenset() if price is None else {"price"})
    for told in (5, "5", " 5 ", 5.0):
        assert (await read_from(shop, answer(ROW | {"price": told}))).price == Decimal("0.05")


@pytest.mark.parametrize(
    "strange",
    [
        answer(ROW | {"id": 189}),
        answer([ROW]),
        answer(None),
        answer(ROW, code=7),
        answer(ROW, code=1001),
        http_answer(404, json.dumps(NO).encode()),
        http_answer(200, b""),
    ],
)
async def test_an_answer_about_no_product_or_another_one_proves_nothing(shop: Shop, strange: bytes) -> None:
    with pytest.raises(ReadingFailed) as caught:
        await read_from(shop, strange, answer([ROW | {"id": 190}], total=1))
    assert caught.value.code == "products_not_read"
