"""The catalogue that GuoGuo's simulator sells: more than one page of 100 rows, because paging is where readers err.

Source: the supplier's public pages List Products and OData Query. Only what they document is understood. Of product
types they show `ch2_default` only: the others here are made up, as are all categories but two.
"""

import uuid
from typing import Any

from providers.simulators.guoguo.odata import Columns

FANS = "9c07a89a-0994-4f35-98a7-1b922b5c8331"
STORY_VIEWS = "5b1f6c2e-7d43-4c0a-9a53-1f0e6d2b8a10"
LIKES = "3d0f7f5a-2a64-4b8e-8f0b-6c9f0a5e7d21"
COMMENTS = "c1a50e1d-6b1f-4d6c-8c0e-2f7d9a3b4e55"
COMMENT_LIKES = "7e2b9f64-0c3d-4a1b-b5d8-91f06c2a7d33"
SUBSCRIPTION = "e84d3c90-51a7-4f2e-9d6b-0a8c7b6f1e22"
UNNAMED = "a9f6d7b2-3e48-4c05-8b1a-5d2e4c6f7088"
"""A product whose type no account's settings name; it takes comment likes."""

DEFAULT, CUSTOM_COMMENTS, COMMENT_LIKES_TYPE, SUBSCRIPTIONS, NEWER_LIKES = (
    "ch2_default",
    "ch2_custom_comments",
    "ch2_comment_likes",
    "ch2_subscriptions",
    "ch2_comment_likes_v2",
)
"""Product types; all but the first are made up."""

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


def _row(
    product_id: str, title: str, category: str, price: int, bounds: tuple[int, int], product_type: str = DEFAULT
) -> dict[str, Any]:
    least, most = bounds
    return {
        "product_id": product_id,
        "title": title,
        "description": f"{title} by the piece",
        "product_type": product_type,
        "product_category": category,
        "main_product_category": category.partition("_")[0],
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
    others = [
        _row(COMMENTS, "Instagram 自訂留言", "instagram_comments", 20, (1, 1000), CUSTOM_COMMENTS),
        _row(COMMENT_LIKES, "Instagram 留言按讚", "instagram_comment_likes", 6, (10, 5000), COMMENT_LIKES_TYPE),
        _row(SUBSCRIPTION, "Instagram 新貼文自動按讚", "instagram_likes", 4, (10, 2000), SUBSCRIPTIONS),
        _row(UNNAMED, "Facebook 留言按讚", "facebook_comment_likes", 7, (10, 3000), NEWER_LIKES),
        *(
            _row(str(uuid.uuid5(uuid.NAMESPACE_URL, title)), title, category, price, (10, 10_000))
            for title, category, price in (
                ("Facebook 粉絲專頁追蹤", "facebook_fans", 15),
                ("Threads 追蹤者", "threads_fans", 14),
                ("TikTok 影片觀看", "tiktok_views", 3),
                ("YouTube 頻道訂閱", "youtube_subscribers", 30),
            )
        ),
    ]
    # The story product stands beyond the first page: a reader that doesn't page can't find it.
    fixed = [
        _row(FANS, "Instagram fans", "instagram_fans", 12, (1, 100_000)),
        _row(LIKES, "Instagram likes", "instagram_likes", 8, (100, 1000)),
    ]
    rows = [*fixed, *more, *others, _row(STORY_VIEWS, "Instagram story views", "instagram_story", 5, (10, 5000))]
    return {row["product_id"]: row | {"order_no": n} for n, row in enumerate(rows, 1)}


PRODUCTS = _catalogue()
"""The rows as List Products shows them, by product id in lower case."""
