"""The catalogue, as far as it can be listed: the variants of the products in the collections that we know.

Sources: the pages Get List of Products of a Collection (no variants and no stock in it, no total, no marker of the last
page) and Get Product Details (the variants with their stock; the price is the product's). What the supplier answers for
an id that it doesn't know is not documented, so that no answer of that kind says that a product is gone.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from providers.citiesocial.answer import UNAUTHORIZED, text
from providers.citiesocial.form import LARGEST_AMOUNT, LARGEST_ID, Variant
from providers.errors import AccessDenied, OrderNotFound, ProviderError, ReadingFailed
from providers.http import Answer
from providers.products import Catalogue, Chosen, Product, unread_in, whole_told

PAGE_SIZE = 50
MOST_PAGES = 40
"""For one collection."""
MOST_PRODUCTS = 500
"""In all collections together: each is a request of its own, one after the other."""
MOST_FAILURES = 3
"""Products that can't be read before no further one is asked for."""
OK = 200
LONGEST_SAID = 300
SINGLE = "Default Title"
"""The title of a variant that is the only one of its product."""

Get = Callable[[str, Mapping[str, str]], Awaitable[Answer]]
"""Sends one query to a path and returns the answer, whatever it is; raises ReadingFailed when there is none."""
Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Details:
    """A product as its page has it. `whole`: every entry of its variants could be read. `unread` is as in `Facts`."""

    title: str
    brand: str
    picture: str
    price: Decimal | None
    variants: Mapping[str, Mapping[str, Any]]
    whole: bool
    unread: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Listed:
    """Product ids of all collections, each with the collection it was first seen in; `error` of one not read."""

    products: dict[str, str] = field(default_factory=dict)
    whole: bool = True
    error: ProviderError | None = None


async def list_products(get: Get, collections: Iterable[str], now: Now, currency: str = "") -> Catalogue:
    """One entry per variant. It is whole when every list, every product and every variant could be read.

    `currency` is that of the prices, empty where nobody has named one. A product that can't be read is left out. Raises
    AccessDenied, or the error of reading when nothing was read.
    """
    listed = _Listed()
    for collection in dict.fromkeys(collections):
        await _read_collection(get, collection, listed)
    products: dict[str, Product] = {}
    whole, failures = listed.whole and len(listed.products) <= MOST_PRODUCTS, 0
    for product, collection in list(listed.products.items())[:MOST_PRODUCTS]:
        try:
            details = await _read_details(get, product)
        except ReadingFailed as error:
            whole, failures, listed.error = False, failures + 1, error
            if failures >= MOST_FAILURES:
                break
            continue
        whole = whole and details.whole
        for variant in details.variants:
            facts = _facts(details, variant, product, now(), currency)
            group = details.brand or collection
            products[variant] = Product(variant, facts.title, group, details.picture, facts.model_dump(mode="json"))
    if not products and listed.error is not None:
        raise listed.error
    return Catalogue(tuple(products.values()), whole and bool(products))


async def read_product(get: Get, chosen: Chosen, now: Now, currency: str = "") -> Variant:
    """The variant as it is now.

    Raises OrderNotFound when its product was read and doesn't have it any more; AccessDenied; ReadingFailed for
    everything else, also when it isn't known which product the variant is of.
    """
    product = chosen.facts.product_id if isinstance(chosen.facts, Variant) else ""
    if not product:
        raise ReadingFailed("product_not_known")
    details = await _read_details(get, product)
    if chosen.id in details.variants:
        return _facts(details, chosen.id, product, now(), currency)
    if not details.whole:
        raise ReadingFailed("catalogue_not_read")
    raise OrderNotFound("variant_gone")


async def _read_collection(get: Get, collection: str, listed: _Listed) -> None:
    """Pages are counted from 1; a list ends with an empty page, and with one that has nothing new.

    The latter may also mean that pages are not heeded, so the list isn't known to be whole then. Raises AccessDenied.
    """
    seen: set[str] = set()
    for page in range(1, MOST_PAGES + 1):
        params = {"page": str(page), "limit": str(PAGE_SIZE)}
        try:
            rows = _objects(_read(await get(f"/collections/{collection}/products/", params)).get("products"))
        except ReadingFailed as error:
            listed.error, listed.whole = error, False
            return
        ids = [_id(row) for row in rows]
        listed.whole = listed.whole and all(ids)
        new = {product for product in ids if product} - seen
        if not new:
            listed.whole = listed.whole and not rows
            return
        seen |= new
        for product in filter(None, ids):
            listed.products.setdefault(product, collection)
    listed.whole = False


async def _read_details(get: Get, product_id: str) -> Details:
    body = _read(await get(f"/products/{product_id}/", {})).get("product")
    product: dict[str, Any] = body if isinstance(body, dict) else {}
    if _id(product) != product_id:
        raise ReadingFailed("catalogue_not_read")
    rows = _objects(product.get("variants"))
    picture, price = text(product.get("cover_image_url")), _price(product.get("price"))
    return Details(
        title=text(product.get("title")),
        brand=text(product.get("brand")),
        picture=picture if picture.startswith("https://") else "",
        price=price,
        unread=unread_in({"price": product.get("price")}, {"price": price}),
        variants={variant: row for row in rows if (variant := _id(row))},
        whole=all(map(_id, rows)),
    )


def _facts(details: Details, variant: str, product: str, read_at: datetime, currency: str) -> Variant:
    row = details.variants[variant]
    stock = whole_told(row.get("inventory_quantity"))
    if isinstance(told := row.get("inventory_quantity"), int | float) and told < 0:
        stock = 0
    return Variant(
        title=" - ".join(filter(None, (details.title, _variant_title(row)))),
        price=details.price,
        unit=currency,
        stock=stock,
        unread=details.unread,
        read_at=int(read_at.timestamp() * 1_000_000),
        product_id=product,
    )


def _variant_title(row: Mapping[str, Any]) -> str:
    title = text(row.get("title")) or " / ".join(filter(None, (text(row.get(f"option{n}")) for n in (1, 2, 3))))
    return "" if title == SINGLE else title


def _price(value: object) -> Decimal | None:
    """A whole number, as in the document; anything else is no price that a total could be made of."""
    price = whole_told(value)
    return Decimal(price) if price is not None and price <= LARGEST_AMOUNT else None


def _id(row: Mapping[str, Any]) -> str:
    """An id as text, also one above 32 bits; empty for what can't be one."""
    written = text(row.get("id"))
    fits = written.isascii() and written.isdigit() and len(written) <= len(str(LARGEST_ID))
    return written if fits and 0 < int(written) <= LARGEST_ID else ""


def _objects(value: object) -> list[dict[str, Any]]:
    """A list of objects. Raises ReadingFailed for anything else."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise ReadingFailed("catalogue_not_read")
    return value


def _read(answer: Answer) -> dict[str, Any]:
    """The object that an answer holds. Raises AccessDenied for 401, ReadingFailed for everything but 200."""
    if answer.status == UNAUTHORIZED:
        raise AccessDenied("unauthorized", said=answer.text(LONGEST_SAID))
    if answer.status != OK:
        params = {"status": str(answer.status)}
        raise ReadingFailed("catalogue_refused", said=answer.text(LONGEST_SAID), params=params)
    return answer.json_object()
