"""What citiesocial's simulator sells is shown as its two pages of reading say, and is what a create goes by."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from providers.simulators.citiesocial.products import ARTICLES, COLLECTIONS, LARGEST_PAGE, PRICES, SOLD_OUT
from providers.simulators.citiesocial.simulator import CitiesocialSimulator
from tests.providers.simulators.samples import a_body, get, send

MANY = max(COLLECTIONS)


@pytest.fixture
async def citiesocial() -> AsyncIterator[CitiesocialSimulator]:
    async with CitiesocialSimulator() as running:
        yield running


async def rows(citiesocial: CitiesocialSimulator, query: str = "", collection: int = MANY) -> Any:
    answer = await get(citiesocial, f"/collections/{collection}/products/{query}")
    assert answer.status_code == 200
    return answer.json()["products"]


async def product(citiesocial: CitiesocialSimulator, product_id: int) -> Any:
    return (await get(citiesocial, f"/products/{product_id}/")).json()["product"]


def of(variant: int, quantity: int, amount: int) -> dict[str, Any]:
    lines = [{"variant_id": variant, "quantity": quantity}]
    return a_body("citiesocial", line_items=lines, transaction_amount=amount)


async def test_a_collection_shows_products_with_the_documented_keys(citiesocial: CitiesocialSimulator) -> None:
    for row in await rows(citiesocial):
        assert list(row) == [
            *("id", "title", "handle", "brand", "published_at", "compare_at_price", "price", "cover_image_url")
        ]
        assert datetime.fromisoformat(row["published_at"]).utcoffset()
        assert type(row["price"]) is int


async def test_a_collection_is_read_page_by_page(citiesocial: CitiesocialSimulator) -> None:
    pages = [await rows(citiesocial, f"?page={page}") for page in (1, 2, 3)]
    assert [row["id"] for page in pages for row in page] == list(COLLECTIONS[MANY])
    assert (bool(pages[1]), pages[2]) == (True, [])
    assert len(await rows(citiesocial, "?limit=5&page=2")) == 5
    assert len(await rows(citiesocial, "?limit=1000")) == min(LARGEST_PAGE, len(COLLECTIONS[MANY]))


async def test_a_product_shows_its_variants_with_stock_and_without_price(citiesocial: CitiesocialSimulator) -> None:
    tote = await product(citiesocial, 435100101)
    assert [(row["id"], row["title"], row["inventory_quantity"]) for row in tote["variants"]] == [
        (123450001, "Natural", 50),
        (123450002, "Black", 50),
        (SOLD_OUT, "Red", 0),
    ]
    assert all("price" not in row for row in tote["variants"])
    assert (tote["price"], tote["total_inventory_quantity"]) == (10, 100)
    tea = await product(citiesocial, 9809129938)
    assert [(row["id"], row["title"]) for row in tea["variants"]] == [(36698431250, "Default Title")]


@pytest.mark.parametrize("path", ["/collections/435001/products/", "/products/9809129938/"])
async def test_reading_needs_credentials_and_says_so_in_a_bare_text(
    citiesocial: CitiesocialSimulator, path: str
) -> None:
    answer = await get(citiesocial, path, {"Authorization": "wrong"})
    assert (answer.status_code, answer.text) == (401, "Unauthorized access")
    assert (await get(citiesocial, path)).status_code == 200


@pytest.mark.parametrize(("query", "name"), [("page=0", "page"), ("limit=x", "limit"), ("size=5", "size")])
async def test_a_request_outside_the_page_is_refused_in_a_bare_text(
    citiesocial: CitiesocialSimulator, query: str, name: str
) -> None:
    answer = await get(citiesocial, f"/collections/{MANY}/products/?{query}")
    assert (answer.status_code, answer.text) == (400, f"invalid value: {name}")
    assert await rows(citiesocial)


@pytest.mark.parametrize("path", ["/collections/1/products/", "/products/1/", "/products/9809129938"])
async def test_an_unknown_id_is_not_there(citiesocial: CitiesocialSimulator, path: str) -> None:
    assert (await get(citiesocial, path)).status_code == 404


async def test_a_create_goes_by_the_price_and_the_stock_that_are_shown(citiesocial: CitiesocialSimulator) -> None:
    citiesocial.assortment.set_price(123450001, 12)
    assert (await product(citiesocial, 435100101))["price"] == 12
    refused = (await send(citiesocial, of(123450002, 1, 10))).json()
    assert refused == {"errors": "total_price:12 does not equal transaction_amount:10"}
    assert (await send(citiesocial, of(123450002, 2, 24))).status_code == 201
    left = {row["id"]: row["inventory_quantity"] for row in (await product(citiesocial, 435100101))["variants"]}
    assert left[123450002] == 48
    citiesocial.stock[123450002] = 1
    assert (await send(citiesocial, of(123450002, 2, 24))).json() == {"errors": "Unable to claim inventory."}


async def test_what_is_taken_away_is_neither_shown_nor_sold(citiesocial: CitiesocialSimulator) -> None:
    citiesocial.assortment.remove_variant(123450001)
    assert 123450001 not in [row["id"] for row in (await product(citiesocial, 435100101))["variants"]]
    assert (await send(citiesocial, of(123450001, 1, 10))).json() == {"errors": "variant_id is not valid."}
    citiesocial.assortment.remove_product(435100101)
    assert (await get(citiesocial, "/products/435100101/")).status_code == 404
    assert 435100101 not in [row["id"] for row in await rows(citiesocial, "", min(COLLECTIONS))]
    assert (await send(citiesocial, of(123450002, 1, 10))).json() == {"errors": "variant_id is not valid."}
    assert (await send(citiesocial, of(36698431250, 1, 1190))).status_code == 201


async def test_one_simulators_changes_are_its_own(citiesocial: CitiesocialSimulator) -> None:
    citiesocial.assortment.set_price(123450001, 12)
    citiesocial.assortment.remove_product(9809129938)
    async with CitiesocialSimulator() as other:
        assert (await product(other, 435100101))["price"] == PRICES[123450001] == 10
        assert (await product(other, 9809129938))["price"] == ARTICLES[9809129938].price


async def test_a_late_order_of_what_is_gone_is_not_taken(citiesocial: CitiesocialSimulator) -> None:
    body = of(123450001, 1, 10)
    assert citiesocial.still_takes(body)
    citiesocial.assortment.remove_variant(123450001)
    assert not citiesocial.still_takes(body)
