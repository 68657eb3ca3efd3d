"""The variants of the products in the configured collections."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from providers.base import ListsProducts
from providers.citiesocial.catalogue import MOST_FAILURES, MOST_PAGES, MOST_PRODUCTS, PAGE_SIZE, list_products
from providers.citiesocial.form import Variant
from providers.citiesocial.provider import Citiesocial, CitiesocialSettings
from providers.errors import AccessDenied, ReadingFailed
from providers.login import utc_now
from providers.products import Catalogue, Product
from providers.simulators.base import Fault
from providers.simulators.citiesocial.products import ARTICLES, COLLECTIONS, SOLD_OUT
from tests.providers.citiesocial.shop import Pages, Shop, a_variant, chosen, details, listing
from tests.providers.contract import sentence_of

LIST = "/collections/1/products/"


def by_id(catalogue: Catalogue) -> dict[str, Product]:
    return {product.id: product for product in catalogue.products}


async def test_every_variant_of_every_collection_is_listed_once(shop: Shop, account: Citiesocial) -> None:
    assert isinstance(account, ListsProducts)
    catalogue = await account.list_products()
    theirs = {str(variant) for article in ARTICLES.values() for variant in article.variants}
    assert (set(by_id(catalogue)), len(catalogue.products), catalogue.whole) == (theirs, len(theirs), True)
    assert len([path for path in shop.asked if path.startswith("/products/")]) == len(ARTICLES)


async def test_a_variant_is_told_with_what_an_order_needs(account: Citiesocial) -> None:
    found = by_id(await account.list_products())
    pipe = found["1793680195"]
    assert (pipe.title, pipe.group) == ("Active 水煙筒 - 橘 - 橘灰", "Active")
    assert pipe.picture.startswith("https://")
    facts = Variant.model_validate(pipe.facts)
    assert (facts.price, facts.unit, facts.stock, facts.product_id) == (Decimal(10), "TWD", 50, "435100102")
    assert (facts.title, facts.read_at > 0) == (pipe.title, True)
    assert found["36698431250"].title == "Tea set"
    assert found[str(SOLD_OUT)].facts["stock"] == 0
    # A product without a brand is browsed by its collection.
    assert found["123450001"].group == "435001"


@pytest.mark.parametrize(("currency", "unit"), [(None, ""), ("USD", "USD")])
async def test_prices_are_in_the_currency_of_the_settings_and_in_none_without_one(
    shop: Shop, currency: str | None, unit: str
) -> None:
    async with shop.client(currency=currency) as account:
        assert {product.facts["unit"] for product in (await account.list_products()).products} == {unit}
        assert (await account.read_product(chosen(123450001, product_id="435100101"))).unit == unit


@pytest.mark.parametrize("wrong", ["", "NT$", "twd", "TWDX"])
def test_a_currency_is_three_capital_letters(wrong: str) -> None:
    with pytest.raises(ValidationError):
        CitiesocialSettings.model_validate({"base_url": "https://citiesocial.example", "currency": wrong})


async def test_without_collections_nothing_is_listed_or_asked(shop: Shop) -> None:
    account: dict[str, Any] = shop.account()
    del account["collections"]
    async with Citiesocial(CitiesocialSettings.model_validate(account)) as provider:
        assert await provider.list_products() == Catalogue((), whole=False)
    assert shop.asked == []


@pytest.mark.parametrize("written", [[435001], ["435001"], ["435001", 435001]])
async def test_a_collection_is_named_by_a_number_or_a_text(shop: Shop, written: Any) -> None:
    async with shop.client(collections=written) as account:
        assert len((await account.list_products()).products) == 6
    assert [path for path in shop.asked if "collections" in path] == [
        f"/collections/435001/products/?page={page}&limit={PAGE_SIZE}" for page in (1, 2)
    ]


@pytest.mark.parametrize("written", ["435001", [""], ["a/b"], ["?"], [True], [1.5], [None], {"a": 1}, ["1\n"]])
def test_no_other_collections_are_taken(written: Any) -> None:
    settings = {"provider": "citiesocial", "base_url": "https://shop.example", "collections": written}
    with pytest.raises(ValueError, match="collections"):
        Citiesocial.settings_model.model_validate(settings)


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
async def test_a_catalogue_that_cannot_be_read_is_told_and_later_read(
    shop: Shop, account: Citiesocial, fault: Fault
) -> None:
    shop.fail_reads(fault)
    with pytest.raises(ReadingFailed) as caught:
        await account.list_products()
    assert "sells" in sentence_of("citiesocial", caught.value)
    shop.heal()
    assert (await account.list_products()).whole


@pytest.mark.parametrize("path", [f"/collections/{max(COLLECTIONS)}/products/", "/products/9809129938/"])
async def test_what_cannot_be_read_is_left_out_and_the_catalogue_is_not_whole(
    shop: Shop, account: Citiesocial, path: str
) -> None:
    shop.fail_reads(Fault.ERROR_BEFORE, path)
    some = await account.list_products()
    assert (len(some.products) > 0, some.whole) == (True, False)
    shop.heal()
    every = await account.list_products()
    assert (len(every.products) > len(some.products), every.whole) == (True, True)


async def test_a_reading_that_hangs_ends_in_time(shop: Shop, account: Citiesocial) -> None:
    account.longest_listing = 0.2
    shop.fail_reads(Fault.HANG)
    with pytest.raises(ReadingFailed):
        await account.list_products()
    shop.heal()
    account.longest_listing = 900
    assert (await account.list_products()).whole


async def test_wrong_credentials_are_denied(shop: Shop, account: Citiesocial) -> None:
    async with shop.client(headers={"Authorization": "a-wrong-key"}) as stranger:
        with pytest.raises(AccessDenied) as caught:
            await stranger.list_products()
    assert caught.value.said == "Unauthorized access"
    assert (await account.list_products()).whole


async def test_what_left_a_collection_is_listed_no_more(shop: Shop, account: Citiesocial) -> None:
    shop.assortment.remove_product(9809129938)
    shop.assortment.remove_variant(123450002)
    shop.assortment.set_price(123450001, 12)
    found = by_id(await account.list_products())
    assert {"36698431250", "123450002"}.isdisjoint(found)
    assert found["123450001"].facts["price"] == "12"


@pytest.mark.parametrize(
    ("page", "whole"),
    [
        (details(), True),
        (details(7, 71, {"id": None}), False),
        (details(7, 71, {"id": "A-1"}), False),
        (details(7, 71, {"id": 2**63}), False),
        (details(7, 71, variants=[a_variant(71), a_variant(True)]), False),
    ],
)
async def test_a_variant_without_a_readable_id_is_left_out(page: Any, whole: bool) -> None:  # noqa: FBT001  a table's column
    catalogue = await list_products(
        Pages({f"{LIST}?page=1": listing(7), LIST: listing(), "/products/7/": page}), ["1"], utc_now
    )
    assert (list(by_id(catalogue)), catalogue.whole) == (["71"], whole)


@pytest.mark.parametrize(
    ("changes", "row", "expected"),
    [
        ({}, {}, ("Tote - Red", "10", 5)),
        ({"price": "1190"}, {"title": "Default Title"}, ("Tote", "1190", 5)),
        ({"price": 10.5}, {"title": None, "option2": "M"}, ("Tote - Red / M", None, 5)),
        ({"price": None, "title": None}, {"inventory_quantity": -3}, ("Red", None, 0)),
        ({"price": " 1,190 "}, {"inventory_quantity": "3"}, ("Tote - Red", "1190", 3)),
        ({"price": 1190.0}, {"inventory_quantity": 3.0}, ("Tote - Red", "1190", 3)),
        ({"price": "$10"}, {"inventory_quantity": None}, ("Tote - Red", None, None)),
        ({"price": True}, {"inventory_quantity": True, "title": "", "option1": None}, ("Tote", None, None)),
    ],
)
async def test_only_what_is_as_documented_is_taken_for_a_price_or_a_stock(
    changes: dict[str, Any], row: dict[str, Any], expected: tuple[str, str | None, int | None]
) -> None:
    page = details(7, a_variant(71, **row), **changes)
    pages = Pages({f"{LIST}?page=1": listing(7), LIST: listing(), "/products/7/": page})
    (product,) = (await list_products(pages, ["1"], utc_now)).products
    assert (product.title, product.facts["price"], product.facts["stock"]) == expected


@pytest.mark.parametrize("cover", ["http://cdn.example/a.jpg", "/a.jpg", None, 5])
async def test_only_a_safe_address_is_a_picture(cover: Any) -> None:
    pages = Pages({f"{LIST}?page=1": listing(7), LIST: listing(), "/products/7/": details(cover_image_url=cover)})
    assert [product.picture for product in (await list_products(pages, ["1"], utc_now)).products] == [""]


async def test_pages_that_are_not_heeded_may_hide_products() -> None:
    pages = Pages({LIST: listing(7), "/products/7/": details()})
    catalogue = await list_products(pages, ["1"], utc_now)
    assert (list(by_id(catalogue)), catalogue.whole) == (["71"], False)
    assert pages.asked == [f"{LIST}?page=1", f"{LIST}?page=2", "/products/7/"]


async def test_another_products_page_is_not_taken_for_the_one_asked_for() -> None:
    pages = Pages(
        {f"{LIST}?page=1": listing(7, 8), LIST: listing(), "/products/7/": details(8), "/products/8/": details(8)}
    )
    catalogue = await list_products(pages, ["1"], utc_now)
    assert ([product.facts["product_id"] for product in catalogue.products], catalogue.whole) == (["8"], False)


async def test_after_some_products_that_fail_no_further_one_is_asked_for() -> None:
    pages = Pages({f"{LIST}?page=1": listing(*range(1, 20)), LIST: listing()})
    with pytest.raises(ReadingFailed) as caught:
        await list_products(pages, ["1"], utc_now)
    assert sentence_of("citiesocial", caught.value)
    assert len(pages.asked) == 2 + MOST_FAILURES


async def test_more_products_than_are_asked_for_are_not_the_whole() -> None:
    ids = range(1, MOST_PRODUCTS + 2)
    products = {f"/products/{n}/": details(n, a_variant(n)) for n in ids}
    catalogue = await list_products(
        Pages({f"{LIST}?page=1": listing(*ids), LIST: listing(), **products}), ["1"], utc_now
    )
    assert (len(catalogue.products), catalogue.whole) == (MOST_PRODUCTS, False)


async def test_a_list_without_end_is_not_read_for_ever() -> None:
    endless = {f"{LIST}?page={page}": listing(page) for page in range(1, 2 * MOST_PAGES)}
    pages = Pages(endless | {f"/products/{n}/": details(n, a_variant(n)) for n in range(1, 2 * MOST_PAGES)})
    catalogue = await list_products(pages, ["1"], utc_now)
    assert (len(catalogue.products), catalogue.whole) == (MOST_PAGES, False)
