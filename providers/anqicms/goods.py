"""Which entries of a shop's list are products, and what they say of themselves.

Source: the pages Document List and Document Details. Prices are whole hundredths of a currency that is nowhere told,
and stock is a number that the shop itself does not look at when it takes an order.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from providers.anqicms.answer import in_units, text, whole
from providers.anqicms.archives import Archives, archive_id
from providers.anqicms.form import Goods
from providers.products import Catalogue, Product

LONGEST_TITLE = 255
LONGEST_ADDRESS = 2048


def asked_for(module_id: int | None, category_ids: tuple[int, ...]) -> dict[str, str]:
    """What makes the shop list the configured products only; a category brings its child categories along."""
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
    hundredths = whole(row.get("price"))
    price = in_units(hundredths) if hundredths is not None and hundredths >= 0 else None
    return Goods(
        title=_title(row),
        price=price,
        unit=currency,
        in_stock=whole(row.get("stock")),
        read_at=int(now.timestamp() * 1_000_000),
    )


def _product(row: Mapping[str, Any], facts: Goods) -> Product:
    return Product(
        id=str(archive_id(row)),
        title=facts.title or str(archive_id(row)),
        group=_group(row),
        picture=next((address for key in ("thumb", "logo") if (address := _https(row.get(key)))), ""),
        facts=facts.model_dump(mode="json"),
    )


def _title(row: Mapping[str, Any]) -> str:
    title = " ".join(text(row.get("title")).split())
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


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
