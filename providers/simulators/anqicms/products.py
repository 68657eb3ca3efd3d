"""The archives of a simulated AnqiCMS shop: products in several categories, and articles in the same list.

Source: the product's public pages Document List and Document Details, and what its code is known to do: the list is cut
at a longest page, a category brings its child categories along and is told only if asked for, and who is signed in is
shown only what they wrote.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GOODS = {188: ("英文外贸响应式通用主题wzl-008", 9900), 189: ("Small theme", 4500)}
"""Title and price in 1/100 by goods id: those that a newcomer is told of."""
MORE_GOODS = {
    190: ("企业官网通用模板wzl-012", 12900),
    191: ("博客简约主题", 0),
    201: ("武夷山大红袍 100克", 16800),
    202: ("西湖龙井 特级 250克", 38000),
    203: ("安溪铁观音 清香型", 8800),
    204: ("Taiwan oolong tea 150 g", 26050),
    211: ("手工钢笔 黑色", 15900),
    212: ("牛皮笔记本 A5", 4990),
    213: ("樟木书签 三枚装", 1250),
}
ARTICLES = {11: "春节发货通知", 12: "如何选择主题", 13: "Shipping and returns"}
"""Titles by id; in the same list as the goods, without a price."""

ARTICLE_MODULE, PRODUCT_MODULE = 1, 2
CATEGORIES = {
    1: ("新闻中心", ARTICLE_MODULE, 0),
    3: ("网站主题", PRODUCT_MODULE, 0),
    4: ("茶叶", PRODUCT_MODULE, 0),
    5: ("绿茶", PRODUCT_MODULE, 4),
    6: ("文具", PRODUCT_MODULE, 0),
}
"""Title, module and parent category by id."""
LONGEST_PAGE = 100
MUCH = 9_999_999
"""The stock of whatever nobody counts, as the product has it."""

_SHELVES = {201: 4, 202: 5, 203: 4, 204: 4, 211: 6, 212: 6, 213: 6}
_STOCKS = {202: 12, 204: 0, 213: 3}
_MADE = int(datetime(2026, 1, 5, 9, tzinfo=UTC).timestamp())
_ASKED = frozenset({"type", "page", "limit", "order", "moduleId", "categoryId", "showCategory"})


def rows(goods: Mapping[int, tuple[str, int]], articles: Mapping[int, str]) -> list[dict[str, Any]]:
    """All that is published, as the list shows it, newest first."""
    sold = [
        _row(key, title, price, _SHELVES.get(key, 3), _STOCKS.get(key, MUCH)) for key, (title, price) in goods.items()
    ]
    told = [_row(key, title, 0, 1, MUCH) for key, title in articles.items()]
    return sorted(sold + told, key=lambda row: -int(row["id"]))


def _row(key: int, title: str, price: int, category: int, stock: int) -> dict[str, Any]:
    # A product without a picture has an empty one; a logo may be a path on the shop.
    picture = "" if key % 5 == 0 or category == 1 else f"https://pictures.example/goods/{key}.jpg"
    return {
        "id": key,
        "created_time": _MADE + key,
        "updated_time": _MADE + key,
        "title": title,
        "seo_title": "",
        "url_token": str(key),
        "keywords": "",
        "description": title,
        "module_id": CATEGORIES[category][1],
        "category_id": category,
        "category": None,
        "views": 0,
        "comment_count": 0,
        "images": None,
        "status": 1,
        "canonical_url": "",
        "fixed_link": "",
        "flag": "",
        "user_id": 0,
        "price": price,
        "stock": stock,
        "logo": f"/uploads/{key}.jpg" if picture else "",
        "thumb": picture,
        "link": f"/{key}.html",
    }


def detail(row: dict[str, Any]) -> dict[str, Any]:
    """An entry of `rows` as its own page shows it."""
    return _with_category(row) | {"data": {"id": row["id"], "content": f"<p>{row['title']}</p>"}, "extra": {}}


def _with_category(row: dict[str, Any]) -> dict[str, Any]:
    title, module, parent = CATEGORIES[row["category_id"]]
    category = {"id": row["category_id"], "title": title, "module_id": module, "parent_id": parent}
    return row | {"category": category}


def listed(
    all_rows: list[dict[str, Any]], query: Mapping[str, str], longest: int
) -> tuple[list[dict[str, Any]], int | None]:
    """The rows that a query asks for, and how many there are in all, which only a list of type `page` tells.

    Raises ValueError for a query that the documents don't explain.
    """
    kind, order = query.get("type", "list"), query.get("order", "id desc")
    if set(query) - _ASKED or kind not in {"list", "page"} or order != "id desc":
        raise ValueError("the query is not valid")
    page, limit = _number(query.get("page", "1")), min(_number(query.get("limit", "10")), longest)
    found = [row for row in all_rows if _is_asked_for(row, query)]
    start = (page - 1) * limit if kind == "page" else 0
    rows = found[start : start + limit]
    if query.get("showCategory") == "true":
        rows = [_with_category(row) for row in rows]
    return rows, len(found) if kind == "page" else None


def _is_asked_for(row: dict[str, Any], query: Mapping[str, str]) -> bool:
    if wanted := query.get("categoryId"):
        category = row["category_id"]
        return bool({category, CATEGORIES[category][2]} & {_number(one) for one in wanted.split(",")})
    return "moduleId" not in query or row["module_id"] == _number(query["moduleId"])


def _number(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise ValueError("the query is not valid")
    return int(value)
