"""The gifts of Damaijia's simulator, more than one page in each warehouse, because paging is where readers err.

Source: the supplier's pages 1-3 (warehouses) and 1-4 (products), of which only the requests are public. The rows here
are made up; a client must not rely on their keys.
"""

from collections.abc import Mapping
from typing import Any

GIFTS = {614: "Tissues", 615: "Storage box", 997: "Banned gift", 998: "Taobao gift", 999: "Old gift"}
"""The gifts that tests and people speak of; there are more of them."""
OFF_SALE, TAOBAO_ONLY, SENDER_BANNED = 999, 998, 997
PAGE = 20
"""Rows of a page for a request that names no size; documented."""
LARGEST_PAGE = 50

_MORE = ("Towel", "Mug", "Notebook", "Umbrella", "纸巾", "茶叶")


def _stocked(first: int, count: int) -> dict[int, str]:
    return {first + n: f"{_MORE[n % len(_MORE)]} {n + 1}" for n in range(count)}


WAREHOUSES: dict[int, tuple[str, dict[int, str]]] = {
    1: ("Courier 1", {gift: title for gift, title in GIFTS.items() if gift != OFF_SALE} | _stocked(1001, 26)),
    2: ("Courier 2", {614: GIFTS[614]} | _stocked(2001, 60)),
}
"""By warehouse: its courier, and what it offers by gift id. One gift is in both."""
ALL_GIFTS = GIFTS | {gift: title for _, gifts in WAREHOUSES.values() for gift, title in gifts.items()}


def warehouse_rows(forbidden: str) -> list[dict[str, Any]]:
    """All warehouses; `forbidden` is the zone that none of them ships to."""
    return [{"id": n, "express_name": name, "forbidden_zone": forbidden} for n, (name, _) in WAREHOUSES.items()]


def product_rows(query: Mapping[str, str]) -> list[dict[str, Any]]:
    """One page of a warehouse's gifts. Raises ValueError with a sentence for a request outside the table."""
    if unknown := set(query) - {"id", "page", "pageSize"}:
        raise ValueError(f"{min(unknown)}: no such parameter")
    warehouse = _positive(query, "id", 0)
    page, size = _positive(query, "page", 1), min(_positive(query, "pageSize", PAGE), LARGEST_PAGE)
    if warehouse not in WAREHOUSES:
        raise ValueError("id: no such warehouse")
    rows = [{"id": gift, "name": title} for gift, title in WAREHOUSES[warehouse][1].items()]
    return rows[(page - 1) * size : page * size]


def _positive(query: Mapping[str, str], name: str, default: int) -> int:
    value = query.get(name, str(default))
    if not (value.isascii() and value.isdigit()) or (name in query and int(value) < 1):
        raise ValueError(f"{name}: a positive integer")
    return int(value)
