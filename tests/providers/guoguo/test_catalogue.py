"""The whole catalogue, as far as it can be read, and one product as it is now."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from providers.base import ListsProducts, ReadsProducts
from providers.errors import AccessDenied, OrderNotFound, ReadingFailed
from providers.guoguo.form import DefaultOrder, Product
from providers.guoguo.provider import GuoGuo, GuoGuoSettings
from providers.products import Catalogue, Chosen
from providers.simulators.base import Fault
from providers.simulators.guoguo.products import COMMENTS, FANS, PRODUCTS, STORY_VIEWS, UNNAMED
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from tests.providers.guoguo.lists import SENT, guoguo
from tests.providers.stranger import answering, http_answer

READ_AT = 1_780_374_600_000_000
GONE = Chosen(("product_id",), ("product",), FANS, 10, None)


@pytest.fixture
async def simulator() -> AsyncIterator[GuoGuoSimulator]:
    async with GuoGuoSimulator(lambda: SENT) as simulator:
        yield simulator


def page(*rows: Any, **more: Any) -> bytes:
    return http_answer(200, json.dumps({"value": list(rows)} | more).encode())


def row(n: int, **more: Any) -> dict[str, Any]:
    return {"product_id": f"99999999-0000-4000-8000-{n:012}", "title": f"Product {n}", "price": n} | more


def some(first: int, last: int) -> list[dict[str, Any]]:
    return [row(n) for n in range(first, last + 1)]


async def listed(*pages: bytes, **settings: Any) -> Catalogue:
    async with answering(*pages) as stranger:
        made = GuoGuoSettings.model_validate(
            {"provider": "guoguo", "base_url": stranger.url, "api_key": "k", **settings}
        )
        async with GuoGuo(made, lambda: SENT) as provider:
            return await provider.list_products()


def ids(catalogue: Catalogue) -> list[int]:
    return [int(product.id[-12:]) for product in catalogue.products]


async def test_all_pages_are_listed_in_order_and_are_the_whole(simulator: GuoGuoSimulator) -> None:
    async with guoguo(simulator, kinds={"CH2_Custom_Comments": "custom_comments"}) as provider:
        assert isinstance(provider, ListsProducts)
        catalogue = await provider.list_products()
    assert catalogue.whole
    assert [product.id for product in catalogue.products] == list(PRODUCTS)
    by_id = {product.id: product for product in catalogue.products}
    fans = by_id[FANS]
    assert (fans.title, fans.group, fans.picture) == ("Instagram fans", "Instagram fans", "")
    assert Product.model_validate(fans.facts) == Product(
        title="Instagram fans",
        category="instagram_fans",
        kind="default",
        price=Decimal(12),
        minimum=1,
        maximum=100_000,
        read_at=READ_AT,
    )
    assert by_id[COMMENTS].title == "Instagram 自訂留言"
    assert [by_id[name].facts["kind"] for name in (COMMENTS, UNNAMED)] == ["custom_comments", "unknown"]
    assert {"Facebook fans", "Tiktok views", "Instagram story"} <= {product.group for product in catalogue.products}
    assert json.loads(json.dumps(fans.facts)) == fans.facts


async def test_what_is_listed_is_what_a_look_up_finds(simulator: GuoGuoSimulator) -> None:
    async with guoguo(simulator) as provider:
        by_id = {product.id: product.facts for product in (await provider.list_products()).products}
        for product_id in (FANS, STORY_VIEWS, UNNAMED):
            assert await provider.look_up("product", product_id) == by_id[product_id]


@pytest.mark.parametrize(
    ("main", "category", "group"),
    [
        ("instagram", "instagram_fans", "Instagram fans"),
        ("instagram", "", "Instagram"),
        ("", "tiktok_views", "Tiktok views"),
        ("facebook", "page_likes", "Facebook page likes"),
        ("社群", "按讚", "社群 按讚"),
        (None, None, ""),
    ],
)
async def test_a_group_is_read_from_both_categories(main: object, category: object, group: str) -> None:
    catalogue = await listed(page(row(1, main_product_category=main, product_category=category)))
    assert [product.group for product in catalogue.products] == [group]


@pytest.mark.parametrize(
    ("price", "read"),
    [(12, "12"), (0.5, "0.5"), ("12", "12"), (0, "0"), (None, None), (-1, None), ("free", None), (True, None)],
)
async def test_a_price_that_is_none_is_not_told(price: object, read: str | None) -> None:
    catalogue = await listed(page(row(1, price=price)))
    assert [product.facts["price"] for product in catalogue.products] == [read]


async def test_a_product_without_a_title_goes_by_its_id() -> None:
    catalogue = await listed(page(row(1, title=None)))
    assert [product.title for product in catalogue.products] == [row(1)["product_id"]]


@pytest.mark.parametrize("strange", [None, 5, {}, {"product_id": None}, {"product_id": "12"}])
async def test_a_row_that_cannot_be_read_makes_the_list_less_than_whole(strange: object) -> None:
    catalogue = await listed(page(strange, row(1)))
    assert (ids(catalogue), catalogue.whole) == ([1], False)


async def test_a_list_that_moved_between_two_pages_may_have_hidden_a_product() -> None:
    catalogue = await listed(page(*some(1, 100)), page(*some(100, 120)))
    assert (ids(catalogue), catalogue.whole) == (list(range(1, 121)), False)
    shrunk = await listed(page(*some(1, 100), **{"@odata.count": 120}), page(*some(101, 119), **{"@odata.count": 119}))
    assert not shrunk.whole


async def test_a_list_that_does_not_move_on_ends() -> None:
    again = page(*some(1, 100))
    catalogue = await listed(again, again, again)
    assert (len(catalogue.products), catalogue.whole) == (100, False)


@pytest.mark.parametrize("then", [http_answer(503, b""), http_answer(200, b"[]"), page(**{"@odata.count": 120})])
async def test_what_was_read_before_a_failure_is_kept(then: bytes) -> None:
    catalogue = await listed(page(*some(1, 100), **{"@odata.count": 120}), then)
    assert (len(catalogue.products), catalogue.whole) == (100, False)


async def test_an_empty_catalogue_is_whole() -> None:
    assert await listed(page(**{"@odata.count": 0})) == Catalogue((), whole=True)


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.HANG])
async def test_nothing_read_is_an_error_and_read_the_next_time(simulator: GuoGuoSimulator, fault: Fault) -> None:
    simulator.product_fault = fault
    async with guoguo(simulator) as provider:
        provider.longest_listing = provider.longest_reading = 0.3 if fault is Fault.HANG else 60
        with pytest.raises(ReadingFailed):
            await provider.list_products()
        with pytest.raises(ReadingFailed):
            await provider.read_product(GONE)
        simulator.heal()
        assert (await provider.list_products()).whole
        assert (await provider.read_product(GONE)).title == "Instagram fans"


async def test_a_wrong_key_is_denied(simulator: GuoGuoSimulator) -> None:
    async with guoguo(simulator, api_key="a-wrong-key") as provider:
        with pytest.raises(AccessDenied):
            await provider.list_products()


async def test_a_product_is_read_again_as_it_is_now(simulator: GuoGuoSimulator) -> None:
    async with guoguo(simulator) as provider:
        assert isinstance(provider, ReadsProducts)
        facts = await provider.look_up("product", FANS)
        form = DefaultOrder.model_validate(
            {"product_id": FANS, "product": facts, "link": "https://example.com/", "quantity": "10"}
        )
        (chosen,) = form.chosen()
        assert await provider.read_product(chosen) == chosen.facts
        simulator.products[FANS] |= {"price": 13, "min": 20, "max": 30}
        now = await provider.read_product(chosen)
        assert (now.price, now.minimum, now.maximum) == (Decimal(13), 20, 30)
        sold = simulator.products.pop(FANS)
        with pytest.raises(OrderNotFound):
            await provider.read_product(chosen)
        simulator.products[FANS] = sold
        assert await provider.read_product(chosen) == now
