"""The products that a shop sells, read from what it publishes, and what they say of themselves.

A shop publishes products and articles in one list of "archives"; a goods id is an archive's. The list is public and is
asked without our token: to somebody who is signed in, shops of recent versions list only what they published
themselves. It is promised no order and no error: the product answers a failing database with an empty list. So what a
list doesn't show only counts when the list was read from end to end, and fits the total that came with each page.
Prices are whole hundredths of a currency that is nowhere told, and stock is a number that the shop itself does not look
at when it takes an order.

Sources: the pages Document List and Document Details.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from providers.anqicms.answer import HTTP_SUCCESS, REFUSED, SUCCESS, in_units, said, text, whole
from providers.anqicms.form import Goods
from providers.errors import NOT_REACHED, NOT_READ, ReadingFailed
from providers.http import Answer
from providers.products import Catalogue, Product, short_title, unread_in, whole_told

LIST = "/api/archive/list"
DETAIL = "/api/archive/detail"
PAGE_SIZE = 100
"""Rows, asked for every time: the documents' default is 10. A shop may allow fewer."""
MOST_PAGES = 200
NOT_COUNTED = 9_999_999
"""The stock of a product of which nobody counts the pieces."""

Get = Callable[[str, Mapping[str, str]], Awaitable[Answer]]
"""Asks for a path with parameters, as somebody who isn't signed in. Raises ReadingFailed."""
LONGEST_ADDRESS = 2048


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it came: rows of any shape, and the shop's count of all, where told."""

    rows: tuple[Any, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Archives:
    """The rows that have an id, by it, in the shop's order; `whole`: certainly all that were asked for."""

    rows: Mapping[int, Mapping[str, Any]]
    whole: bool


def archive_id(row: object) -> int | None:
    """The id of a row, above 0; None for what is no archive."""
    key = whole(row.get("id")) if isinstance(row, dict) else None
    return key if key is not None and key > 0 else None


async def check_open(get: Get) -> None:
    """Raises ReadingFailed when the shop shows nobody what it publishes."""
    _page(await _get(get, LIST, {"type": "page", "page": "1", "limit": "1"}))


async def read_archives(get: Get, only: Mapping[str, str]) -> Archives:
    """The list, page by page; `only` are further parameters of the request.

    Raises ReadingFailed when the first page could not be read; a later one leaves the list in part.
    """

    async def page(number: int) -> Page:
        asked = {"type": "page", "page": str(number), "limit": str(PAGE_SIZE), "order": "id desc"}
        # A row tells its category's title only where that is asked for.
        return _page(await _get(get, LIST, asked | {"showCategory": "true"} | dict(only)))

    return await _all_pages(page)


async def read_archive(get: Get, key: str) -> Mapping[str, Any] | None:
    """One archive, or None for code -1, which has many reasons.

    Raises ReadingFailed for whatever else is not that archive.
    """
    answer = await _get(get, DETAIL, {"id": key})
    if whole(answer.json_object().get("code")) == REFUSED and answer.status in HTTP_SUCCESS:
        return None
    data = _accepted(answer).get("data")
    if not isinstance(data, dict) or str(archive_id(data)) != key:
        raise ReadingFailed("products_not_read")
    return data


async def _all_pages(page: Callable[[int], Awaitable[Page]]) -> Archives:
    rows: dict[int, Mapping[str, Any]] = {}
    totals: set[int | None] = set()
    sound, size = True, PAGE_SIZE
    for number in range(1, MOST_PAGES + 1):
        try:
            read = await page(number)
        except ReadingFailed:
            if number == 1:
                raise
            break
        before = len(rows)
        totals.add(read.total)
        for row in read.rows:
            key = archive_id(row)
            # A row that comes twice shows that rows moved meanwhile, so another may have moved out of sight.
            sound = sound and key is not None and key not in rows
            if key is not None:
                rows.setdefault(key, row)
        ended = bool(rows) and read.total is not None and len(rows) >= read.total
        # The shop counts its archives every few minutes only: behind a full page there may be more than it says.
        if ended and len(read.rows) < size:
            return Archives(rows, sound and totals == {len(rows)})
        if len(rows) == before:
            break
        size = len(read.rows) if number == 1 else size
    return Archives(rows, whole=False)


def _page(answer: Answer) -> Page:
    body = _accepted(answer)
    rows, total = body.get("data"), whole(body.get("total"))
    if rows is None and total is not None:
        rows = []  # what Go makes of a list without rows
    if not isinstance(rows, list):
        raise ReadingFailed("products_not_read", said=said(body))
    return Page(tuple(rows), total)


def _accepted(answer: Answer) -> dict[str, Any]:
    body = answer.json_object()
    if answer.status not in HTTP_SUCCESS or whole(body.get("code")) not in SUCCESS:
        raise ReadingFailed("products_not_read", said=said(body))
    return body


async def _get(get: Get, path: str, params: Mapping[str, str]) -> Answer:
    try:
        return await get(path, params)
    except ReadingFailed as error:
        if error.code not in (NOT_REACHED, NOT_READ):
            raise
        raise ReadingFailed("products_not_reached", params=error.params) from None


def asked_for(module_id: int | None, category_ids: tuple[int, ...]) -> dict[str, str]:
    """Parameters for the configured products only; a category brings its child categories along."""
    only = {} if module_id is None else {"moduleId": str(module_id)}
    return only | ({"categoryId": ",".join(map(str, category_ids))} if category_ids else {})


def products_in(
    archives: Archives, module_id: int | None, *, only_priced: bool, currency: str, now: datetime
) -> Catalogue:
    """`only_priced`: nothing but a price tells products from articles. A shop may list other modules all the same."""
    whole_list = archives.whole
    products = []
    for row in archives.rows.values():
        facts = goods(row, currency, now)
        module = whole(row.get("module_id"))
        if module_id is not None and module not in {None, module_id}:
            continue
        if only_priced and not facts.price:
            # What has no price is an article; what has one that can't be read may be a product that is missing here.
            whole_list = whole_list and facts.price is not None
            continue
        products.append(_product(row, facts))
    return Catalogue(tuple(products), whole_list)


def goods(row: Mapping[str, Any], currency: str, now: datetime) -> Goods:
    """An entry of the list or the detail; `now` is when it was read, aware."""
    hundredths, stock = _hundredths(row.get("price")), whole_told(row.get("stock"))
    price = in_units(hundredths) if hundredths is not None else None
    return Goods(
        title=short_title(text(row.get("title"))),
        price=price,
        unread=unread_in({"price": row.get("price")}, {"price": price}),
        unit=currency,
        in_stock=stock if stock is not None and stock < NOT_COUNTED else None,
        read_at=int(now.timestamp() * 1_000_000),
    )


def _hundredths(value: object) -> int | None:
    """A price; a text with a point in it may as well be in whole units."""
    return None if isinstance(value, str) and "." in value else whole_told(value)


def _product(row: Mapping[str, Any], facts: Goods) -> Product:
    return Product(
        id=str(archive_id(row)),
        title=facts.title or str(archive_id(row)),
        group=_group(row),
        picture=next((address for key in ("thumb", "logo") if (address := _https(row.get(key)))), ""),
        facts=facts.model_dump(mode="json"),
    )


def _group(row: Mapping[str, Any]) -> str:
    category, number = row.get("category"), whole(row.get("category_id"))
    title = " ".join(text(category.get("title")).split()) if isinstance(category, dict) else ""
    return title or (f"Category {number}" if number else "")


def _https(value: object) -> str:
    address = text(value)
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    fits = len(address) <= LONGEST_ADDRESS and address.isprintable() and " " not in address
    return address if parts.scheme == "https" and parts.hostname and fits else ""
