"""AnqiCMS's simulator publishes products and articles in one list, to whoever asks without being signed in."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from providers.simulators.anqicms.products import ARTICLES, GOODS, MORE_GOODS, PRODUCT_MODULE
from providers.simulators.anqicms.simulator import TOKEN, AnqiCmsSimulator
from tests.providers.simulators.samples import a_body, client, send

LIST, DETAIL = "/api/archive/list", "/api/archive/detail"


@pytest.fixture
async def anqicms() -> AsyncIterator[AnqiCmsSimulator]:
    async with AnqiCmsSimulator(now=lambda: datetime.fromtimestamp(1669212548, UTC)) as running:
        yield running


async def read(anqicms: AnqiCmsSimulator, path: str, token: str = "") -> Any:
    async with client() as line:
        answer = await line.get(anqicms.url + path, headers={"Token": token} if token else {})
    assert answer.status_code == 200
    return answer.json()


async def ids(anqicms: AnqiCmsSimulator, query: str, token: str = "") -> list[int]:
    return [row["id"] for row in (await read(anqicms, f"{LIST}?{query}", token))["data"]]


async def test_products_and_articles_are_one_list_newest_first(anqicms: AnqiCmsSimulator) -> None:
    everything = sorted([*GOODS, *MORE_GOODS, *ARTICLES], reverse=True)
    assert await ids(anqicms, "type=page&limit=100") == everything
    first, second = await ids(anqicms, "type=page&limit=9"), await ids(anqicms, "type=page&limit=9&page=2")
    assert first + second == everything
    assert len(await ids(anqicms, "")) == 10


async def test_only_a_list_of_type_page_tells_how_many_there_are(anqicms: AnqiCmsSimulator) -> None:
    assert (await read(anqicms, f"{LIST}?type=page"))["total"] == len(GOODS) + len(MORE_GOODS) + len(ARTICLES)
    assert "total" not in await read(anqicms, LIST)


async def test_a_category_is_told_only_if_it_is_asked_for(anqicms: AnqiCmsSimulator) -> None:
    for query, told in (("", None), ("&showCategory=true", "绿茶")):
        rows = (await read(anqicms, f"{LIST}?type=page&limit=100{query}"))["data"]
        category = next(row["category"] for row in rows if row["id"] == 202)
        assert (category and category["title"]) == told


async def test_the_count_of_archives_may_be_some_minutes_old(anqicms: AnqiCmsSimulator) -> None:
    at = datetime.fromtimestamp(1669212548, UTC)
    anqicms.now, anqicms.counts_for = lambda: at, timedelta(minutes=5)
    before = (await read(anqicms, f"{LIST}?type=page"))["total"]
    del anqicms.goods[188]
    assert (await read(anqicms, f"{LIST}?type=page"))["total"] == before
    at += timedelta(minutes=5)
    assert (await read(anqicms, f"{LIST}?type=page"))["total"] == before - 1


async def test_a_page_is_no_longer_than_the_shop_allows(anqicms: AnqiCmsSimulator) -> None:
    anqicms.longest_page = 5
    assert len(await ids(anqicms, "type=page&limit=100")) == 5


async def test_a_module_or_categories_with_their_children_can_be_asked_for(anqicms: AnqiCmsSimulator) -> None:
    assert set(await ids(anqicms, f"type=page&limit=100&moduleId={PRODUCT_MODULE}")) == {*GOODS, *MORE_GOODS}
    assert await ids(anqicms, "type=page&categoryId=4") == [204, 203, 202, 201]
    assert await ids(anqicms, "type=page&categoryId=5,1") == [202, 13, 12, 11]


@pytest.mark.parametrize("query", ["type=related", "page=0", "limit=x", "order=price", "module_id=2", "categoryId=tea"])
async def test_a_query_outside_the_document_is_refused(anqicms: AnqiCmsSimulator, query: str) -> None:
    assert (await read(anqicms, f"{LIST}?{query}"))["code"] == -1
    assert await ids(anqicms, "")


async def test_who_is_signed_in_is_shown_what_he_wrote_himself(anqicms: AnqiCmsSimulator) -> None:
    answer = await read(anqicms, f"{LIST}?type=page", TOKEN)
    assert (answer["code"], answer["data"], answer["total"]) == (0, None, 0)
    assert await ids(anqicms, "type=page", "expired") != []


async def test_a_product_is_read_by_its_id(anqicms: AnqiCmsSimulator) -> None:
    data = (await read(anqicms, f"{DETAIL}?id=202"))["data"]
    assert (data["title"], data["price"], data["stock"]) == ("西湖龙井 特级 250克", 38000, 12)
    assert (data["category"]["title"], data["thumb"]) == ("绿茶", "https://pictures.example/goods/202.jpg")
    assert (await read(anqicms, f"{DETAIL}?id=999"))["code"] == -1


async def test_a_price_that_changes_holds_for_what_is_read_and_ordered(anqicms: AnqiCmsSimulator) -> None:
    title, _ = anqicms.goods[188]
    anqicms.goods[188] = (title, 12000)
    assert (await read(anqicms, f"{DETAIL}?id=188"))["data"]["price"] == 12000
    assert (await send(anqicms, a_body("anqicms"))).json()["data"]["amount"] == 12000
    assert AnqiCmsSimulator().goods[188] == GOODS[188]


async def test_a_product_that_is_removed_is_neither_read_nor_ordered(anqicms: AnqiCmsSimulator) -> None:
    row = anqicms.goods.pop(188)
    assert (await read(anqicms, f"{DETAIL}?id=188"))["code"] == -1
    assert 188 not in await ids(anqicms, "type=page&limit=100")
    assert (await send(anqicms, a_body("anqicms"))).json()["msg"] == "record not found"
    anqicms.goods[188] = row
    assert (await send(anqicms, a_body("anqicms"))).json()["code"] == 0


async def test_a_shop_may_keep_its_public_interface_closed(anqicms: AnqiCmsSimulator) -> None:
    anqicms.api_closed = True
    for path in (LIST, f"{DETAIL}?id=188"):
        answer = await read(anqicms, path)
        assert (answer["code"], answer["msg"]) == (-1, "API interface function is not open")
    assert (await send(anqicms, a_body("anqicms"))).json()["code"] == 0
    anqicms.api_closed = False
    assert await ids(anqicms, "")
