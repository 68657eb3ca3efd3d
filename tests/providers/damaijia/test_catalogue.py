"""The gifts of all warehouses, read from lists whose rows nobody documents."""

from collections.abc import Mapping
from typing import Any

import pytest

from providers.base import ListsProducts, ReadsProducts
from providers.damaijia.catalogue import MOST_PAGES, PAGE_SIZE, PRODUCTS, WAREHOUSES, list_products
from providers.damaijia.form import Gift
from providers.damaijia.orders import Row
from providers.damaijia.provider import Damaijia
from providers.errors import AccessDenied, ReadingFailed
from providers.products import Catalogue
from providers.simulators.base import Fault
from providers.simulators.damaijia.products import GIFTS, OFF_SALE
from providers.simulators.damaijia.products import WAREHOUSES as THEIRS
from tests.providers.contract import sentence_of
from tests.providers.damaijia.recording import Recording
from tests.providers.damaijia.samples import NOON, a_form


async def test_every_gift_of_every_warehouse_is_listed_once(supplier: Recording, account: Damaijia) -> None:
    catalogue = await account.list_products()
    offered = {str(gift): title for _, gifts in THEIRS.values() for gift, title in gifts.items()}
    assert {product.id: product.title for product in catalogue.products} == offered
    assert len(catalogue.products) == len(offered) > PAGE_SIZE
    assert catalogue.whole
    assert {product.group for product in catalogue.products} == {"Courier 1", "Courier 2"}
    tissues = next(product for product in catalogue.products if product.id == "614")
    facts = Gift.model_validate(tissues.facts)
    assert (tissues.title, tissues.group, facts.warehouse) == (GIFTS[614], "Courier 1", "Courier 1")
    assert (facts.price, facts.minimum, facts.maximum, facts.stock) == (None, None, None, None)
    assert str(OFF_SALE) not in offered
    assert ("GET", WAREHOUSES) in supplier.asked


async def test_what_is_listed_goes_into_the_form(account: Damaijia) -> None:
    product = (await account.list_products()).products[0]
    (chosen,) = a_form(product_id=product.id, gift=dict(product.facts)).chosen()
    assert chosen.facts == Gift.model_validate(product.facts)
    assert chosen.facts.read_at > 0


def test_a_gift_cannot_be_read_again_by_its_id() -> None:
    assert issubclass(Damaijia, ListsProducts)
    assert not issubclass(Damaijia, ReadsProducts)


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
@pytest.mark.parametrize("path", [WAREHOUSES, PRODUCTS])
async def test_a_catalogue_that_cannot_be_read_is_told_and_later_read(
    supplier: Recording, account: Damaijia, fault: Fault, path: str
) -> None:
    supplier.fail_reads(fault, path)
    with pytest.raises(ReadingFailed) as caught:
        await account.list_products()
    assert "gifts" in sentence_of("damaijia", caught.value)
    supplier.heal()
    assert (await account.list_products()).whole


async def test_a_reading_that_hangs_ends_in_time(supplier: Recording, account: Damaijia) -> None:
    account.longest_listing = 0.2
    supplier.fail_reads(Fault.HANG, PRODUCTS)
    with pytest.raises(ReadingFailed):
        await account.list_products()
    supplier.heal()
    account.longest_listing = 300
    assert (await account.list_products()).whole


async def test_a_token_that_is_not_accepted_is_a_denied_access(supplier: Recording, account: Damaijia) -> None:
    supplier.revoke_tokens()
    with pytest.raises(AccessDenied):
        await account.list_products()
    supplier.heal()
    assert (await account.list_products()).whole


class Shop:
    """A supplier by its rows; what is an error is raised."""

    def __init__(self, warehouses: list[Row], gifts: Mapping[str, list[Row] | Exception], largest: int = 50) -> None:
        self.warehouses, self.gifts, self.largest = warehouses, gifts, largest
        self.asked = 0

    async def __call__(self, path: str, params: Mapping[str, str]) -> list[Row]:
        self.asked += 1
        if path == WAREHOUSES:
            return self.warehouses
        gifts = self.gifts[params["id"]]
        if isinstance(gifts, Exception):
            raise gifts
        page = int(params["page"])
        return gifts[(page - 1) * self.largest : page * self.largest]


def listed(catalogue: Catalogue) -> list[tuple[str, str, str]]:
    return [(product.id, product.title, product.group) for product in catalogue.products]


@pytest.mark.parametrize(
    ("warehouse", "gift", "expected"),
    [
        ({"id": 1, "express_name": "圆通"}, {"id": 614, "name": "纸巾"}, ("614", "纸巾", "圆通")),
        ({"id": "1", "expressName": "圆通"}, {"product_id": "614", "id": 9, "title": "纸巾"}, ("614", "纸巾", "圆通")),
        ({"id": 1}, {"id": 614}, ("614", "", "1")),
        ({"id": 1, "name": None}, {"id": "614", "product_name": " 纸巾 ", "price": "3.5"}, ("614", "纸巾", "1")),
    ],
)
async def test_ids_and_names_are_found_where_they_may_be(
    warehouse: Row, gift: Row, expected: tuple[str, str, str]
) -> None:
    catalogue = await list_products(Shop([warehouse], {"1": [gift]}), NOON)
    assert (listed(catalogue), catalogue.whole) == ([expected], True)
    assert catalogue.products[0].facts["price"] is None


@pytest.mark.parametrize("strange", [{}, {"id": None}, {"id": "A-1"}, {"id": 1.5}, {"id": True}, {"name": "纸巾"}])
async def test_a_row_without_a_readable_id_is_left_out_and_the_catalogue_is_not_whole(strange: Row) -> None:
    catalogue = await list_products(Shop([{"id": 1}], {"1": [strange, {"id": 614}]}), NOON)
    assert ([product.id for product in catalogue.products], catalogue.whole) == (["614"], False)


async def test_a_warehouse_without_an_id_is_left_out_and_the_catalogue_is_not_whole() -> None:
    catalogue = await list_products(Shop([{"name": "圆通"}, {"id": 1}], {"1": [{"id": 614}]}), NOON)
    assert ([product.id for product in catalogue.products], catalogue.whole) == (["614"], False)


async def test_a_warehouse_that_fails_leaves_the_others_and_the_catalogue_is_not_whole() -> None:
    failing = ReadingFailed("catalogue_not_read")
    shop = Shop([{"id": 1}, {"id": 2}], {"1": failing, "2": [{"id": 614}]})
    catalogue = await list_products(shop, NOON)
    assert ([product.id for product in catalogue.products], catalogue.whole) == (["614"], False)


async def test_nothing_at_all_is_not_a_whole_catalogue() -> None:
    assert await list_products(Shop([], {}), NOON) == Catalogue((), whole=False)
    assert await list_products(Shop([{"id": 1}], {"1": []}), NOON) == Catalogue((), whole=False)


async def test_pages_that_are_not_heeded_may_hide_gifts() -> None:
    async def same(_path: str, _params: Mapping[str, str]) -> list[Row]:
        return [{"id": 1}]

    catalogue = await list_products(same, NOON)
    assert ([product.id for product in catalogue.products], catalogue.whole) == (["1"], False)


async def test_pages_may_be_smaller_than_asked_for_and_end_at_a_bound() -> None:
    gifts: list[Row] = [{"id": n} for n in range(1, 10_000)]
    few = await list_products(Shop([{"id": 1}], {"1": gifts[:25]}, largest=10), NOON)
    assert (len(few.products), few.whole) == (25, True)
    shop = Shop([{"id": 1}], {"1": gifts})
    many: Any = await list_products(shop, NOON)
    assert (len(many.products), many.whole, shop.asked) == (MOST_PAGES * PAGE_SIZE, False, MOST_PAGES + 1)
