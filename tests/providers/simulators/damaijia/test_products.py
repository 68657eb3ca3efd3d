"""Damaijia's warehouses and what each offers: asked as the pages 1-3 and 1-4 say, with rows of its own making."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from providers.simulators.damaijia.products import GIFTS, LARGEST_PAGE, OFF_SALE, PAGE, WAREHOUSES
from providers.simulators.damaijia.simulator import DamaijiaSimulator
from tests.providers.simulators.samples import a_body, get, send

PRODUCTS = "/vv/external/v1/product_get_list"


@pytest.fixture
async def damaijia() -> AsyncIterator[DamaijiaSimulator]:
    async with DamaijiaSimulator() as running:
        yield running


async def rows(damaijia: DamaijiaSimulator, query: str) -> Any:
    answer = (await get(damaijia, f"{PRODUCTS}?{query}")).json()
    assert answer["status"] == 0
    return answer["data"]


async def test_every_warehouse_offers_more_than_one_page(damaijia: DamaijiaSimulator) -> None:
    warehouses = (await get(damaijia, "/vv/external/v1/warehouse_get_list")).json()["data"]
    assert [warehouse["id"] for warehouse in warehouses] == list(WAREHOUSES)
    for warehouse in WAREHOUSES:
        first, second = await rows(damaijia, f"id={warehouse}"), await rows(damaijia, f"id={warehouse}&page=2")
        assert (len(first), bool(second)) == (PAGE, True)
        assert not {row["id"] for row in first} & {row["id"] for row in second}


async def test_a_page_has_the_size_asked_for_up_to_a_bound(damaijia: DamaijiaSimulator) -> None:
    assert len(await rows(damaijia, "id=2&page=1&pageSize=10")) == 10
    assert len(await rows(damaijia, "id=2&pageSize=1000")) == LARGEST_PAGE
    assert await rows(damaijia, "id=2&page=100") == []


@pytest.mark.parametrize(
    "query", ["", "id=9", "id=x", "id=1&page=0", "id=1&page=x", "id=1&pageSize=-1", "id=1&limit=5"]
)
async def test_a_request_outside_the_table_is_status_422(damaijia: DamaijiaSimulator, query: str) -> None:
    answer = (await get(damaijia, f"{PRODUCTS}?{query}")).json()
    assert (answer["status"], bool(answer["err"])) == (422, True)
    assert await rows(damaijia, "id=1")


async def test_what_is_listed_can_be_ordered_and_the_gift_off_sale_is_not_listed(damaijia: DamaijiaSimulator) -> None:
    gift = (await rows(damaijia, "id=2&page=2"))[-1]["id"]
    assert gift not in GIFTS
    assert (await send(damaijia, a_body("damaijia", product_id=gift))).json()["status"] == 0
    listed = [row["id"] for n in (1, 2) for page in (1, 2, 3, 4) for row in await rows(damaijia, f"id={n}&page={page}")]
    assert {614, 997, 998} < set(listed)
    assert OFF_SALE not in listed
