"""What a shop sells, read from the one list in which it publishes everything."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from providers.anqicms.form import Goods
from providers.anqicms.provider import Anqicms, AnqicmsSettings
from providers.base import ChecksCatalogue, ListsProducts
from providers.errors import ReadingFailed
from providers.products import Catalogue, SeenFacts
from providers.simulators.anqicms.products import GOODS, MORE_GOODS, PRODUCT_MODULE
from providers.simulators.base import Fault
from tests.providers.anqicms.shop import Shop
from tests.providers.contract import sentence_of, with_extra_keys
from tests.providers.stranger import answering, http_answer

ROW = {"id": 188, "title": "Theme", "price": 9900, "stock": 3, "category_id": 3, "module_id": 2}
PRICED = sorted([*GOODS, *(key for key, (_, price) in MORE_GOODS.items() if price)], reverse=True)


def ids(catalogue: Catalogue) -> list[int]:
    return [int(product.id) for product in catalogue.products]


def page(*rows: Any, **envelope: Any) -> bytes:
    answer = with_extra_keys({"code": 0, "msg": "", "data": list(rows)}) | {"total": len(rows)} | envelope
    return http_answer(200, json.dumps(answer).encode())


async def listed(shop: Shop, *pages: bytes, **settings: Any) -> Catalogue:
    async with answering(*pages) as stranger, shop.account_of_ours(base_url=stranger.url, **settings) as provider:
        return await provider.list_products()


async def test_whatever_has_a_price_is_a_product(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        assert isinstance(provider, ListsProducts)
        catalogue = await provider.list_products()
    assert (ids(catalogue), catalogue.whole) == (PRICED, True)
    assert shop.requests == ["GET /api/archive/list"]


async def test_a_product_is_told_with_its_price_stock_category_and_picture(shop: Shop) -> None:
    async with shop.account_of_ours(currency="USD") as provider:
        products = {product.id: product for product in (await provider.list_products()).products}
    tea = products["202"]
    assert (tea.title, tea.group) == ("西湖龙井 特级 250克", "绿茶")
    assert tea.picture == "https://pictures.example/goods/202.jpg"
    read_at = int(shop.clock.at.timestamp()) * 1_000_000
    facts = Goods(title=tea.title, price=Decimal("380.00"), unit="USD", in_stock=12, read_at=read_at)
    assert Goods.model_validate(json.loads(json.dumps(tea.facts))) == facts
    assert (tea.facts["price"], tea.facts["stock"]) == ("380.00", None)


async def test_the_configured_module_has_products_without_a_price_too(shop: Shop) -> None:
    async with shop.account_of_ours(module_id=PRODUCT_MODULE) as provider:
        catalogue = await provider.list_products()
    assert (set(ids(catalogue)), catalogue.whole) == ({*GOODS, *MORE_GOODS}, True)


async def test_configured_categories_bring_their_child_categories(shop: Shop) -> None:
    async with shop.account_of_ours(category_ids=[4, 6]) as provider:
        catalogue = await provider.list_products()
    assert (ids(catalogue), catalogue.whole) == ([213, 212, 211, 204, 203, 202, 201], True)


async def test_many_pages_are_read_however_short_the_shop_keeps_them(shop: Shop) -> None:
    shop.goods |= {key: (f"Gift {key}", 100) for key in range(1001, 1251)}
    async with shop.account_of_ours() as provider:
        catalogue = await provider.list_products()
        assert (len(catalogue.products), catalogue.whole) == (len(PRICED) + 250, True)
        assert len(shop.requests) == 3
        shop.longest_page = 20
        assert await provider.list_products() == catalogue


async def test_behind_a_full_page_the_list_is_read_on_whatever_the_shop_counts(shop: Shop) -> None:
    shop.goods.clear()
    shop.articles.clear()
    shop.goods |= {key: (f"Gift {key}", 100) for key in range(1001, 1101)}
    async with shop.account_of_ours() as provider:
        catalogue = await provider.list_products()
        assert (len(catalogue.products), catalogue.whole, len(shop.requests)) == (100, True, 2)
        shop.counts_for = timedelta(minutes=5)
        shop.goods[1101] = ("Gift 1101", 100)
        catalogue = await provider.list_products()
        assert (len(catalogue.products), catalogue.whole) == (101, False)
        shop.clock.pass_by(minutes=6)
        catalogue = await provider.list_products()
        assert (len(catalogue.products), catalogue.whole) == (101, True)


async def test_a_shop_says_whether_its_catalogue_is_open(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        assert isinstance(provider, ChecksCatalogue)
        await provider.check_catalogue()
        shop.api_closed = True
        with pytest.raises(ReadingFailed) as caught:
            await provider.check_catalogue()
        assert (caught.value.code, caught.value.said) == ("products_not_read", "API interface function is not open")
        shop.api_closed = False
        await provider.check_catalogue()
    assert set(shop.requests) == {"GET /api/archive/list"}


@pytest.mark.parametrize(
    ("stock", "told"), [(3, 3), (0, 0), (9_999_999, None), (None, None), ("3", 3), (" 3.0 ", 3), ("some", None)]
)
async def test_the_stock_is_told_where_pieces_are_counted_and_bounds_nothing(shop: Shop, stock: Any, told: Any) -> None:
    (product,) = (await listed(shop, page(ROW | {"stock": stock}))).products
    assert (product.facts["in_stock"], product.facts["stock"]) == (told, None)
    assert SeenFacts.model_validate(product.facts).pieces == (told or None)


async def test_the_list_is_asked_for_without_signing_in(shop: Shop) -> None:
    async with shop.account_of_ours("login") as provider:
        shop.revoke_tokens()
        assert ids(await provider.list_products()) == PRICED
    assert shop.requests == ["GET /api/archive/list"]


async def test_a_shop_that_keeps_its_interface_closed_tells_no_products(shop: Shop) -> None:
    shop.api_closed = True
    async with shop.account_of_ours() as provider:
        with pytest.raises(ReadingFailed) as caught:
            await provider.list_products()
        assert sentence_of("anqicms", caught.value)
        assert (caught.value.code, caught.value.said) == ("products_not_read", "API interface function is not open")
        shop.api_closed = False
        assert (await provider.list_products()).whole


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
async def test_a_list_that_cannot_be_read_is_read_later(shop: Shop, fault: Fault) -> None:
    async with shop.account_of_ours() as provider:
        shop.fail_reads(fault)
        with pytest.raises(ReadingFailed) as caught:
            await provider.list_products()
        assert sentence_of("anqicms", caught.value)
        assert caught.value.code == ("products_not_reached" if fault is Fault.DROP_BEFORE else "products_not_read")
        shop.heal()
        assert ids(await provider.list_products()) == PRICED


async def test_a_page_that_cannot_be_read_leaves_a_part(shop: Shop) -> None:
    catalogue = await listed(shop, page(ROW, total=2), http_answer(500, b""))
    assert (ids(catalogue), catalogue.whole) == ([188], False)


OTHER = ROW | {"id": 189}


@pytest.mark.parametrize(
    ("pages", "found"),
    [
        ([page()], []),
        ([page(data=None)], []),
        ([page(ROW, total=2), page(total=0)], [188]),
        ([page(ROW, total=2), page(total=2)], [188]),
        ([page(ROW, total=None), page(total=None)], [188]),
        ([page(ROW, total=3), page(OTHER, total=2)], [188, 189]),
        ([page(ROW, total=2), page(ROW, OTHER, total=2)], [188, 189]),
        ([page(ROW, OTHER, total=1)], [188, 189]),
        ([page(ROW, {"title": "no id"}, total=2), page()], [188]),
        ([page(ROW, ROW | {"id": "189"}), page()], [188]),
        ([page(ROW, OTHER | {"price": "45.00"})], [188]),
        ([page(ROW, OTHER | {"price": -1})], [188]),
    ],
)
async def test_a_list_with_a_gap_or_a_doubt_is_not_whole(shop: Shop, pages: list[bytes], found: list[int]) -> None:
    catalogue = await listed(shop, *pages)
    assert (ids(catalogue), catalogue.whole) == (found, False)
    assert (await listed(shop, page(ROW, OTHER))).whole


@pytest.mark.parametrize(
    "answer",
    [
        page(code=-1, total=None),
        page(code=1001),
        page(code=7),
        page(data={"188": ROW}),
        page(data=None, total=None),
        http_answer(429, b"Too many requests from this IP."),
        http_answer(500, b'{"code": 0, "data": [], "total": 0}'),
        http_answer(200, b"[]"),
    ],
)
async def test_an_answer_that_is_no_list_tells_nothing(shop: Shop, answer: bytes) -> None:
    with pytest.raises(ReadingFailed) as caught:
        await listed(shop, answer)
    assert caught.value.code == "products_not_read"


async def test_entries_of_another_module_are_left_out_even_where_the_shop_lists_them(shop: Shop) -> None:
    rows = page(ROW, OTHER | {"module_id": 1}, {"id": 190, "title": "No module", "price": 1})
    catalogue = await listed(shop, rows, module_id=2)
    assert (ids(catalogue), catalogue.whole) == ([188, 190], True)


@pytest.mark.parametrize(
    ("row", "group"),
    [
        ({"category": {"id": 3, "title": " Themes "}}, "Themes"),
        ({"category": None}, "Category 3"),
        ({"category_id": 0}, ""),
        ({"category_id": None}, ""),
    ],
)
async def test_a_product_stands_in_its_category(shop: Shop, row: dict[str, Any], group: str) -> None:
    (product,) = (await listed(shop, page(ROW | row))).products
    assert product.group == group


@pytest.mark.parametrize(
    ("thumb", "logo", "picture"),
    [
        ("https://a.example/t.jpg", "https://a.example/l.jpg", "https://a.example/t.jpg"),
        ("/uploads/t.jpg", "https://a.example/l.jpg", "https://a.example/l.jpg"),
        ("http://a.example/t.jpg", None, ""),
        ("https:///t.jpg", "https://[", ""),
        ("https://a.example/a b.jpg", "", ""),
    ],
)
async def test_a_picture_is_an_absolute_https_address(shop: Shop, thumb: Any, logo: Any, picture: str) -> None:
    (product,) = (await listed(shop, page(ROW | {"thumb": thumb, "logo": logo}))).products
    assert product.picture == picture


async def test_a_title_is_one_line_of_bearable_length_and_never_empty(shop: Shop) -> None:
    rows = page(
        ROW | {"title": " two\n lines "}, ROW | {"id": 189, "title": "x" * 300}, ROW | {"id": 190, "title": None}
    )
    one, other, none = (await listed(shop, rows)).products
    assert (one.title, len(other.title), none.title) == ("two lines", 255, "190")


@pytest.mark.parametrize("wrong", [{"module_id": 0}, {"category_ids": [0]}, {"category_ids": ["tea"]}])
def test_a_module_and_categories_are_numbers_above_nought(wrong: dict[str, Any]) -> None:
    given = {"provider": "anqicms", "base_url": "https://shop.example", "token": "t"}
    with pytest.raises(ValueError, match=next(iter(wrong))):
        AnqicmsSettings.model_validate(given | wrong)
    assert Anqicms(AnqicmsSettings.model_validate(given | {"module_id": 2, "category_ids": [3]})).name == "anqicms"
