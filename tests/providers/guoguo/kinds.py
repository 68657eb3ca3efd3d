"""One order of each kind, as it is answered and as the documents' samples have it, re-typed."""

from typing import Any

from providers.guoguo.form import DefaultOrder
from providers.guoguo.kinds import Kind
from providers.simulators.guoguo.products import COMMENT_LIKES, COMMENTS, FANS, SUBSCRIPTION

LINK = "https://example.com/posts/abc123"
ANSWERS: dict[Kind, dict[str, Any]] = {
    Kind.DEFAULT: {
        "product_id": FANS,
        "product": {"category": "instagram_fans", "kind": "default"},
        "link": LINK,
        "quantity": "10",
        "runs": "2",
        "interval_minutes": "30",
    },
    Kind.CUSTOM_COMMENTS: {
        "product_id": COMMENTS,
        "product": {"category": "instagram_comments", "kind": "custom_comments"},
        "link": LINK,
        "comments": "Great post!\nThanks for sharing.",
    },
    Kind.COMMENT_LIKES: {
        "product_id": COMMENT_LIKES,
        "product": {"category": "instagram_comment_likes", "kind": "comment_likes"},
        "link": LINK,
        "username": "@sample_user",
        "quantity": "10",
    },
    Kind.SUBSCRIPTIONS: {
        "product_id": SUBSCRIPTION,
        "product": {"category": "instagram_likes", "kind": "subscriptions"},
        "username": "sample_user",
        "min_quantity": "10",
        "max_quantity": "100",
        "new_post_count": "3",
        "old_post_count": "1",
        "delay_minutes": "min30",
        "expiry_date": "2026-07-01",
    },
}
SAMPLES: dict[Kind, dict[str, Any]] = {
    Kind.DEFAULT: {"quantity": 10, "runs": 2, "interval_minutes": 30, "link": LINK, "product_id": FANS},
    Kind.CUSTOM_COMMENTS: {"comments": "Great post!\nThanks for sharing.", "link": LINK, "product_id": COMMENTS},
    Kind.COMMENT_LIKES: {"quantity": 10, "username": "sample_user", "link": LINK, "product_id": COMMENT_LIKES},
    Kind.SUBSCRIPTIONS: {
        "max_quantity": 100,
        "min_quantity": 10,
        "delay_minutes": "min30",
        "new_post_count": 3,
        "old_post_count": 1,
        "expiry_date": "2026-07-01T00:00:00+08:00",
        "username": "sample_user",
        "product_id": SUBSCRIPTION,
    },
}
PATHS = {
    Kind.DEFAULT: "/platform/order/ch2/default",
    Kind.CUSTOM_COMMENTS: "/platform/order/ch2/custom-comments",
    Kind.COMMENT_LIKES: "/platform/order/ch2/comment-likes",
    Kind.SUBSCRIPTIONS: "/platform/order/ch2/subscriptions",
}
OTHERS = (Kind.CUSTOM_COMMENTS, Kind.COMMENT_LIKES, Kind.SUBSCRIPTIONS)


def an_order(kind: Kind, **changes: Any) -> DefaultOrder:
    return DefaultOrder.model_validate(ANSWERS[kind] | changes)
