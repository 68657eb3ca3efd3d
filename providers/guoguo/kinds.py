"""The kinds of orders that GuoGuo takes: each has an address and keys of its own, and the product's type picks one.

Only the type of a default order is documented. Which of the others stands for which kind is for the settings to say;
where they don't, a person is asked.

Source: the pages Create Ch02 Default, Custom Comments, Comment Likes and Subscriptions Order.
"""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """A kind of order, as the settings name it."""

    DEFAULT = "default"
    CUSTOM_COMMENTS = "custom_comments"
    COMMENT_LIKES = "comment_likes"
    SUBSCRIPTIONS = "subscriptions"


UNKNOWN = "unknown"
"""Stands in a product's facts for a type that the settings don't name; an empty one means that no type was told."""
DOCUMENTED: Mapping[str, Kind] = {"ch2_default": Kind.DEFAULT}
"""The product types that GuoGuo's pages show, each with its kind."""
PATHS: Mapping[Kind, str] = {
    Kind.DEFAULT: "/platform/order/ch2/default",
    Kind.CUSTOM_COMMENTS: "/platform/order/ch2/custom-comments",
    Kind.COMMENT_LIKES: "/platform/order/ch2/comment-likes",
    Kind.SUBSCRIPTIONS: "/platform/order/ch2/subscriptions",
}
KEYS: Mapping[Kind, tuple[str, ...]] = {
    Kind.DEFAULT: ("quantity", "runs", "interval_minutes", "link", "username", "product_id"),
    Kind.CUSTOM_COMMENTS: ("comments", "link", "product_id"),
    Kind.COMMENT_LIKES: ("quantity", "username", "link", "product_id"),
    Kind.SUBSCRIPTIONS: (
        "max_quantity",
        "min_quantity",
        "delay_minutes",
        "new_post_count",
        "old_post_count",
        "expiry_date",
        "username",
        "product_id",
    ),
}
"""The documented keys of each kind's body, which are fields of the form."""
SKIPPABLE = frozenset({"runs", "interval_minutes", "old_post_count", "delay_minutes", "expiry_date"})
"""Keys that an order of their kind may be without; of Link and Username a default order has one."""


def needed(kind: Kind) -> frozenset[str]:
    """The keys that an order of the kind has in any case."""
    either = {"link", "username"} if kind is Kind.DEFAULT else set()
    return frozenset(KEYS[kind]) - SKIPPABLE - either


def kind_of(resolved: str, chosen: str | None) -> Kind:
    """The kind of an order by the product's facts (`resolved`: a kind, UNKNOWN, or empty) and a person's choice.

    A product of which nothing is known is ordered by default, as the documents' only type is.
    """
    word = (chosen or "").lower().replace(" ", "_") if resolved == UNKNOWN else resolved
    return Kind(word) if word in set(Kind) else Kind.DEFAULT


def resolved(product_type: str, kinds: Mapping[str, Kind]) -> str:
    """The kind as a product's facts have it: by the table of the settings, whose keys are lower case."""
    if not product_type:
        return ""
    kind = kinds.get(product_type.lower())
    return kind.value if kind else UNKNOWN
