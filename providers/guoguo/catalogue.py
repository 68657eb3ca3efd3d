"""Finding a product in GuoGuo's list, to learn its category and its bounds.

`eq` is not among the operators that the documents list, so the list is read page by page and matched here. That a
product doesn't exist is only said when the whole list was read and every row of it could be.
"""

from typing import Any
from uuid import UUID

from providers.errors import OrderNotFound, ProviderUnavailable
from providers.fields import plain
from providers.guoguo.answer import text, whole_number
from providers.guoguo.form import LARGEST_NUMBER, Product
from providers.guoguo.paging import ROWS, read_page
from providers.http import Http

PATH = "/platform/product"


async def find_product(http: Http, product_id: str) -> Product:
    """The product with that id, read from as many pages as it takes.

    Raises OrderNotFound when the whole list doesn't have it; AccessDenied or ProviderUnavailable when it wasn't read.
    """
    wanted, seen, readable = _spelled(product_id), 0, True
    while True:
        page = await read_page(http, PATH, {"$top": str(ROWS), "$skip": str(seen)}, "catalogue_not_read")
        for row in page.rows:
            found = _spelled(text(row.get("product_id"))) if isinstance(row, dict) else ""
            if found == wanted:
                return _product(row)
            readable = readable and bool(found)
        seen += len(page.rows)
        if seen >= page.total if page.total is not None else len(page.rows) < ROWS:
            break
        if not page.rows:
            raise ProviderUnavailable("catalogue_not_read")
    if not readable:
        raise ProviderUnavailable("catalogue_not_read")
    raise OrderNotFound("product_not_found", params={"product": wanted[:60]})


def _product(row: dict[str, Any]) -> Product:
    minimum, maximum = whole_number(row.get("min")), whole_number(row.get("max"))
    if maximum is not None and maximum < max(minimum or 1, 1):
        # Bounds that leave no quantity at all mean something that isn't documented; the supplier shall judge.
        minimum = maximum = None
    if minimum is not None and minimum > LARGEST_NUMBER:
        minimum = None
    return Product(
        category=text(row.get("product_category")), minimum=minimum, maximum=maximum, title=text(row.get("title"))
    )


def _spelled(product_id: str) -> str:
    """One spelling for an id, however it is written."""
    spelled = str(plain(product_id)).lower()
    try:
        return str(UUID(spelled))
    except ValueError:
        return spelled
