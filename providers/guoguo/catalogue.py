"""Finding a product in GuoGuo's list, to learn what it takes and its bounds, and reading all of the list.

`eq` is not among the operators that the documents list, so the list is read page by page and matched here. That a
product doesn't exist is only said when the whole list was read and every row of it could be.

Source: the page List Products. What a price is for, one piece or a thousand, and in which unit, is not documented.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from providers.cleaning import plain
from providers.errors import OrderNotFound, ReadingFailed
from providers.guoguo.answer import amount, text
from providers.guoguo.form import LARGEST_NUMBER, Product
from providers.guoguo.kinds import Kind, resolved
from providers.guoguo.paging import ROWS, Page, read_page
from providers.http import Http
from providers.products import Catalogue, unread_in, whole_told
from providers.products import Product as Listed

PATH = "/platform/product"
NOT_READ = "catalogue_not_read"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The way to the products: `kinds` are the kinds of orders by lower-case product type, `now` is our clock (aware).

    `seconds` is the time by which a reading ends.
    """

    http: Http
    now: Callable[[], datetime]
    kinds: Mapping[str, Kind]
    seconds: float


async def find_product(shelf: Shelf, product_id: str) -> Product:
    """The product with that id, read from as many pages as it takes.

    Raises OrderNotFound when the whole list doesn't have it; AccessDenied or ReadingFailed when it wasn't read.
    """
    try:
        async with asyncio.timeout(shelf.seconds):
            return await _find(shelf, product_id)
    except TimeoutError:
        raise ReadingFailed(NOT_READ) from None


async def read_catalogue(shelf: Shelf) -> Catalogue:
    """All products that can be read, each once, in the list's order.

    It is whole when every row could be read and as many came as the list says it has. Raises AccessDenied or
    ReadingFailed when the first page was not read.
    """
    products: dict[str, Listed] = {}
    read, ended = _Read(), False
    try:
        async with asyncio.timeout(shelf.seconds), aclosing(_pages(shelf.http)) as pages:
            async for page in pages:
                found = [listed for row in page.rows if (listed := _listed(row, shelf))]
                news = read.take(page, [one.id for one in found])
                products |= {one.id: one for one in found if one.id in news}
                if page.rows and not news:
                    # The list doesn't move on; it would never end.
                    break
            else:
                ended = True
    except (ReadingFailed, TimeoutError):
        if not read.rows:
            raise ReadingFailed(NOT_READ) from None
    return Catalogue(tuple(products.values()), ended and read.whole)


@dataclass(slots=True)
class _Read:
    """A list as far as it was seen: different ids, rows, and what the list says that it has."""

    ids: set[str] = field(default_factory=set)
    rows: int = 0
    totals: set[int] = field(default_factory=set)

    def take(self, page: Page, ids: Collection[str]) -> set[str]:
        """Note one page with the ids that could be read in it; which of them are new."""
        news = set(ids) - self.ids
        self.ids |= news
        self.rows += len(page.rows)
        self.totals |= set() if page.total is None else {page.total}
        return news

    @property
    def whole(self) -> bool:
        """True when nothing can be missing in a list that was read to its end.

        A row that comes twice, or another count, shows a list that moved between two pages and may have hidden one.
        """
        return len(self.ids) == self.rows and self.totals <= {self.rows}


async def _find(shelf: Shelf, product_id: str) -> Product:
    wanted, read = _spelled(product_id), _Read()
    async with aclosing(_pages(shelf.http)) as pages:
        async for page in pages:
            rows = {_spelled(text(row.get("product_id"))): row for row in page.rows if isinstance(row, dict)}
            if wanted in rows:
                return _product(rows[wanted], shelf)
            read.take(page, rows.keys() - {""})
    if not read.whole:
        raise ReadingFailed(NOT_READ)
    raise OrderNotFound("product_not_found", params={"product": wanted[:60]})


async def _pages(http: Http) -> AsyncGenerator[Page]:
    """The list's pages down to its end. Raises AccessDenied or ReadingFailed, also for one that just stops."""
    seen = 0
    while True:
        page = await read_page(http, PATH, {"$top": str(ROWS), "$skip": str(seen)}, NOT_READ)
        yield page
        seen += len(page.rows)
        if seen >= page.total if page.total is not None else len(page.rows) < ROWS:
            return
        if not page.rows:
            raise ReadingFailed(NOT_READ)


def _listed(row: object, shelf: Shelf) -> Listed | None:
    """A row as an entry to pick from; None for one without an id that the form would take."""
    if not isinstance(row, dict):
        return None
    try:
        product_id = str(UUID(text(row.get("product_id"))))
    except ValueError:
        return None
    facts = _product(row, shelf)
    return Listed(
        id=product_id,
        title=facts.title or product_id,
        group=_group(text(row.get("main_product_category")), facts.category),
        facts=facts.model_dump(mode="json"),
    )


def _product(row: dict[str, Any], shelf: Shelf) -> Product:
    minimum, maximum, price = whole_told(row.get("min")), whole_told(row.get("max")), _price(row.get("price"))
    if maximum is not None and maximum < max(minimum or 1, 1):
        # Bounds that leave no quantity at all mean something that isn't documented; the supplier shall judge.
        minimum = maximum = None
    if minimum is not None and minimum > LARGEST_NUMBER:
        minimum = None
    told = {"minimum": row.get("min"), "maximum": row.get("max"), "price": row.get("price")}
    return Product(
        category=text(row.get("product_category")),
        kind=resolved(text(row.get("product_type")), shelf.kinds),
        minimum=minimum,
        maximum=maximum,
        title=text(row.get("title")),
        price=price,
        unread=unread_in(told, {"minimum": minimum, "maximum": maximum, "price": price}),
        read_at=(shelf.now() - _EPOCH) // timedelta(microseconds=1),
    )


def _price(value: object) -> Decimal | None:
    price = amount(value)
    return price if price is not None and price >= 0 else None


def _group(main: str, category: str) -> str:
    """Both categories for people, such as `Instagram fans`: the narrower one usually begins with the wider one."""
    words = [category] if category.startswith(main) else [main, category]
    named = " ".join(" ".join(words).replace("_", " ").split())
    return named[:1].upper() + named[1:]


def _spelled(product_id: str) -> str:
    """One spelling for an id, however it is written."""
    spelled = str(plain(product_id)).lower()
    try:
        return str(UUID(spelled))
    except ValueError:
        return spelled
