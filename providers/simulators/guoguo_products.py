"""The catalogue that GuoGuo's simulator sells: more than one page of 100 rows, because paging is where readers err.

Source: the supplier's public pages List Products and OData Query. Only what they document is understood.
"""

import uuid
from typing import Any

from providers.simulators.guoguo_odata import Columns

FANS = "9c07a89a-0994-4f35-98a7-1b922b5c8331"
STORY_VIEWS = "5b1f6c2e-7d43-4c0a-9a53-1f0e6d2b8a10"
LIKES = "3d0f7f5a-2a64-4b8e-8f0b-6c9f0a5e7d21"

COLUMNS = Columns(
    filters={
        "id": "product_id",
        "price": "price",
        "main_product_category": "main_product_category",
        "product_category": "product_category",
        "dynamic_probability": "dynamic_probability",
        "increase_speed": "increase_speed",
    },
    uncast=frozenset({"product_id", "price"}),
    sorts=frozenset({"price", "min", "max", "order_no"}),
)


def _row(product_id: str, title: str, category: str, price: int, bounds: tuple[int, int]) -> dict[str, Any]:
    least, most = bounds
    return {
        "product_id": product_id,
        "title": title,
        "description": f"{title} by the piece",
        "product_type": "ch2_default",
        "product_category": category,
        "main_product_category": "instagram",
        "price": price,
        "min": least,
        "max": most,
        "order_no": 0,
        "dynamic_probability": "medium",
        "increase_speed": "fast",
        "service_type": "channel2",
        "create_date_time": "2026-06-01T09:00:00+08:00",
        "update_date_time": None,
        "ch2_product": {
            "name": title,
            "rate": str(price),
            "min": least,
            "max": most,
            "is_drip_feed": False,
            "is_refillable": True,
            "is_cancelable": False,
        },
        "ch1_product": None,
    }


def _catalogue() -> dict[str, dict[str, Any]]:
    categories = ("instagram_fans", "instagram_likes", "instagram_comments", "instagram_story")
    more = [
        _row(
            str(uuid.uuid5(uuid.NAMESPACE_URL, f"product {n}")),
            f"Instagram package {n}",
            categories[n % len(categories)],
            5 + n % 40,
            (1 + n % 20, 1000 * (1 + n % 50)),
        )
        for n in range(1, 128)
    ]
    # The story product stands beyond the first page: a reader that doesn't page can't find it.
    fixed = [
        _row(FANS, "Instagram fans", "instagram_fans", 12, (1, 100_000)),
        _row(LIKES, "Instagram likes", "instagram_likes", 8, (100, 1000)),
    ]
    rows = [*fixed, *more, _row(STORY_VIEWS, "Instagram story views", "instagram_story", 5, (10, 5000))]
    return {row["product_id"]: row | {"order_no": n} for n, row in enumerate(rows, 1)}


PRODUCTS = _catalogue()
"""The rows as List Products shows them, by product id in lower case."""
