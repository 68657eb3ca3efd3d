"""The gifts that the supplier's warehouses offer. Only the requests are documented, so the answers are read leniently.

Sources: the pages 获取快递列表 (its list begins: `id` 快递ID, `expressNa…`) and 获取商品列表. No page names a price.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from providers.damaijia.answer import text
from providers.damaijia.form import Gift
from providers.damaijia.orders import Row
from providers.errors import AccessDenied, ProviderError, ReadingFailed
from providers.products import Catalogue, Product, short_title

WAREHOUSES = "/vv/external/v1/warehouse_get_list"
PRODUCTS = "/vv/external/v1/product_get_list"
PAGE_SIZE = 50
MOST_PAGES = 40
"""For one warehouse: 2,000 gifts, or fewer where the supplier's pages are smaller."""
MOST_WAREHOUSES = 200

# Presumably so: what an id is called where it is not cut off, and names that can mean nothing else.
_GIFT_IDS = ("product_id", "id")
_GIFT_NAMES = ("name", "product_name", "title")
_WAREHOUSE_NAMES = ("express_name", "expressName", "name", "title")

Get = Callable[[str, Mapping[str, str]], Awaitable[list[Row]]]
"""Sends one query to one of the two addresses and returns the rows; raises ProviderError."""


async def list_products(get: Get, read_at: datetime) -> Catalogue:
    """The gifts of all warehouses, each once, under the first warehouse that has it.

    It is whole when there are gifts, every list was read to an empty page, and every row had an id.
    Raises AccessDenied, or the error of reading when not one list could be read.
    """
    microseconds = int(read_at.timestamp() * 1_000_000)
    found: dict[str, Product] = {}
    first_error: ProviderError | None = None
    warehouses = await get(WAREHOUSES, {})
    whole, read = len(warehouses) <= MOST_WAREHOUSES, 0
    for row in warehouses[:MOST_WAREHOUSES]:
        warehouse = text(row.get("id"))
        if not warehouse:
            whole = False
            continue
        name = short_title(_first(row, _WAREHOUSE_NAMES))
        rows, complete, error = await _gifts(get, warehouse)
        read += error is None
        first_error = first_error or error
        whole = whole and complete
        for gift in rows:
            product = _product(gift, name or warehouse, microseconds)
            if product is None:
                whole = False
            else:
                found.setdefault(product.id, product)
    if first_error is not None and not read and not found:
        raise first_error
    return Catalogue(tuple(found.values()), whole and bool(found))


async def _gifts(get: Get, warehouse: str) -> tuple[list[Row], bool, ProviderError | None]:
    """A warehouse's rows, whether they are all, and what ended the reading early. Raises AccessDenied.

    The largest page is not documented: a list ends with an empty page. One that repeats the page before shows that
    pages are not heeded, so there may be more than it has.
    """
    rows: list[Row] = []
    before: list[Row] | None = None
    for page in range(1, MOST_PAGES + 1):
        try:
            new = await get(PRODUCTS, {"id": warehouse, "page": str(page), "pageSize": str(PAGE_SIZE)})
        except AccessDenied:
            raise
        except ProviderError as error:
            return rows, False, error
        if not new or new == before:
            return rows, not new, None
        rows += new
        before = new
    return rows, False, None


def _product(row: Row, group: str, read_at: int) -> Product | None:
    gift = _first(row, _GIFT_IDS)
    if not (gift.isascii() and gift.isdigit()):
        return None
    title = _first(row, _GIFT_NAMES)
    facts = Gift(title=title, warehouse=group, read_at=read_at)
    return Product(id=gift, title=facts.title, group=group, facts=facts.model_dump(mode="json"))


def _first(row: Row, keys: tuple[str, ...]) -> str:
    return next(filter(None, (text(row.get(key)) for key in keys)), "")


def not_read(error: ReadingFailed) -> ReadingFailed:
    """The same failure in words for a catalogue: those of the lists of orders speak of an order."""
    return ReadingFailed("catalogue_not_read", said=error.said)
