"""A variant is read again by its product, just before an order is sent."""

from decimal import Decimal
from typing import Any

import pytest

from providers.base import ReadsProducts
from providers.citiesocial.catalogue import read_product
from providers.citiesocial.form import Variant
from providers.citiesocial.provider import Citiesocial
from providers.errors import AccessDenied, OrderNotFound, ReadingFailed
from providers.login import utc_now
from providers.products import Chosen, Facts
from providers.simulators.base import Fault
from tests.providers.citiesocial.shop import Pages, Shop, a_variant, chosen, details
from tests.providers.contract import sentence_of

TOTE, TEA = chosen(123450001, product_id="435100101"), chosen(36698431250, product_id="9809129938")


async def test_a_variant_is_read_as_it_is_now(shop: Shop, account: Citiesocial) -> None:
    assert isinstance(account, ReadsProducts)
    before = await account.read_product(TOTE)
    assert (before.title, before.price, before.stock) == ("Canvas tote - Natural", Decimal(10), 50)
    shop.assortment.set_price(123450001, 12)
    shop.stock[123450001] = 0
    after = await account.read_product(TOTE)
    assert (after.price, after.stock, after.product_id) == (Decimal(12), 0, "435100101")
    assert after.read_at >= before.read_at > 0
    assert shop.asked == ["/products/435100101/"] * 2


async def test_a_variant_that_its_product_lacks_is_gone(shop: Shop, account: Citiesocial) -> None:
    shop.assortment.remove_variant(123450001)
    with pytest.raises(OrderNotFound) as caught:
        await account.read_product(TOTE)
    assert sentence_of("citiesocial", caught.value)
    shop.assortment.remove_variant(36698431250)
    with pytest.raises(OrderNotFound):
        await account.read_product(TEA)
    assert (await account.read_product(chosen(123450002, product_id="435100101"))).stock == 50


async def test_a_product_that_is_not_answered_for_is_not_known_to_be_gone(shop: Shop, account: Citiesocial) -> None:
    shop.assortment.remove_product(9809129938)
    with pytest.raises(ReadingFailed) as caught:
        await account.read_product(TEA)
    assert "404" in sentence_of("citiesocial", caught.value)
    assert (await account.read_product(TOTE)).stock == 50


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY, Fault.HANG])
async def test_a_reading_that_fails_proves_nothing_and_later_works(
    shop: Shop, account: Citiesocial, fault: Fault
) -> None:
    account.longest_look_up = 0.3 if fault is Fault.HANG else 10
    shop.fail_reads(fault)
    with pytest.raises(ReadingFailed) as caught:
        await account.read_product(TOTE)
    assert "sent" not in sentence_of("citiesocial", caught.value)
    shop.heal()
    account.longest_look_up = 10
    assert (await account.read_product(TOTE)).stock == 50


async def test_wrong_credentials_are_denied(shop: Shop, account: Citiesocial) -> None:
    async with shop.client(headers={"Authorization": "a-wrong-key"}) as stranger:
        with pytest.raises(AccessDenied):
            await stranger.read_product(TOTE)
    assert (await account.read_product(TOTE)).stock == 50


@pytest.mark.parametrize("facts", [None, Facts(title="Tote"), Variant(title="Tote")])
async def test_a_variant_of_an_unknown_product_is_not_asked_about(
    shop: Shop, account: Citiesocial, facts: Facts | None
) -> None:
    with pytest.raises(ReadingFailed) as caught:
        await account.read_product(Chosen(TOTE.at, TOTE.into, TOTE.id, 1, facts))
    assert sentence_of("citiesocial", caught.value)
    assert shop.asked == []


@pytest.mark.parametrize(
    "page",
    [
        400,
        500,
        {"product": None},
        {"product": []},
        details(8),
        details(7, variants=None),
        details(7, variants=[71]),
        details(7, variants=[a_variant(72), {"title": "Red"}]),
    ],
)
async def test_a_strange_page_never_says_that_a_variant_is_gone(page: Any) -> None:
    with pytest.raises(ReadingFailed):
        await read_product(Pages({"/products/7/": page}), chosen(71), utc_now)
    assert (await read_product(Pages({"/products/7/": details()}), chosen(71), utc_now)).stock == 5


async def test_a_page_without_any_variant_has_it_no_more() -> None:
    with pytest.raises(OrderNotFound):
        await read_product(Pages({"/products/7/": details(7, variants=[])}), chosen(71), utc_now)
