"""The bodies that GuoGuo takes at each of its create addresses, and the cost of an order.

Source: the supplier's public pages Create Ch02 Default, Custom Comments, Comment Likes and Subscriptions Order. Which
keys an order can't do without, how long comments may be and what an order of the other kinds costs is not documented:
the stricter reading is taken, or something is made up.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from providers.simulators.guoguo.products import (
    COMMENT_LIKES_TYPE,
    CUSTOM_COMMENTS,
    DEFAULT,
    NEWER_LIKES,
    SUBSCRIPTIONS,
)
from providers.simulators.guoguo.refusals import faulty, field_error, invalid, no
from providers.simulators.server import STRICT

Products = Mapping[str, Mapping[str, Any]]
"""Rows of the catalogue by product id in lower case."""

STORY = "instagram_story"
LONGEST_COMMENTS = 2000
"""Characters; made up."""
PATHS = {
    DEFAULT: "/platform/order/ch2/default",
    CUSTOM_COMMENTS: "/platform/order/ch2/custom-comments",
    COMMENT_LIKES_TYPE: "/platform/order/ch2/comment-likes",
    NEWER_LIKES: "/platform/order/ch2/comment-likes",
    SUBSCRIPTIONS: "/platform/order/ch2/subscriptions",
}
"""The address where products of each type are ordered."""


def _uri(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or any(c.isspace() for c in value):
        raise ValueError("not an absolute URI")
    return value


def _uuid(value: str) -> str:
    if str(uuid.UUID(value)) != value.lower():
        raise ValueError("not a UUID")
    return value


def _date_time(value: str) -> str:
    if "T" not in value or datetime.fromisoformat(value).tzinfo is None:
        raise ValueError("not a date-time with an offset")
    return value


Count = Annotated[int, Field(ge=1, le=10_000_000)]
Id = Annotated[str, AfterValidator(_uuid)]
Uri = Annotated[str, AfterValidator(_uri)]
Words = Annotated[str, StringConstraints(min_length=1)]


@with_config(STRICT)
class DefaultBody(TypedDict):
    """The documented body; presence of link and username is judged with the product."""

    product_id: Id
    quantity: Count
    runs: NotRequired[Count]
    interval_minutes: NotRequired[Count]
    link: NotRequired[Uri]
    username: NotRequired[Words]


@with_config(STRICT)
class CommentsBody(TypedDict):
    """One comment a line."""

    product_id: Id
    link: Uri
    comments: Words


@with_config(STRICT)
class CommentLikesBody(TypedDict):
    """`username` is the account whose comment is liked, below the post at `link`."""

    product_id: Id
    quantity: Count
    username: Words
    link: Uri


@with_config(STRICT)
class SubscriptionBody(TypedDict):
    """Of the delays only one is documented."""

    product_id: Id
    username: Words
    min_quantity: Count
    max_quantity: Count
    new_post_count: Count
    old_post_count: NotRequired[Count]
    delay_minutes: NotRequired[Literal["min30"]]
    expiry_date: NotRequired[Annotated[str, AfterValidator(_date_time)]]


_SHAPES: Mapping[str, TypeAdapter[Any]] = {
    PATHS[DEFAULT]: TypeAdapter(DefaultBody),
    PATHS[CUSTOM_COMMENTS]: TypeAdapter(CommentsBody),
    PATHS[COMMENT_LIKES_TYPE]: TypeAdapter(CommentLikesBody),
    PATHS[SUBSCRIPTIONS]: TypeAdapter(SubscriptionBody),
}


def product_of(body: Mapping[str, Any], products: Products) -> Mapping[str, Any] | None:
    """The product that a body orders, if it is sold."""
    return products.get(body["product_id"].lower())


def examine(path: str, body: dict[str, Any], products: Products, now: datetime) -> None:
    """Return for a body that is taken at this address, credit aside. Raises Refusal. `now` is aware."""
    try:
        _SHAPES[path].validate_python(body)
    except ValidationError as error:
        raise invalid(*map(field_error, error.errors())) from None
    product = product_of(body, products)
    if product is None:
        raise no("data_not_exist")
    if PATHS.get(product["product_type"]) != path:
        raise no("create_order_failed", "The product is of another type.")
    if path == PATHS[DEFAULT]:
        _one_target(body, product)
    if len(body.get("comments", "")) > LONGEST_COMMENTS:
        raise no("string_length_out_of_range")
    if "expiry_date" in body and datetime.fromisoformat(body["expiry_date"]) <= now:
        raise no("invalid_expiry_date")
    _within_bounds(body, product)


def _one_target(body: Mapping[str, Any], product: Mapping[str, Any]) -> None:
    if "link" in body and "username" in body:
        raise no("conflicting_parameters")
    wanted = "username" if product["product_category"] == STORY else "link"
    if wanted not in body:
        raise invalid(faulty(wanted, "field_is_required", f"{wanted} is required."))


def _within_bounds(body: Mapping[str, Any], product: Mapping[str, Any]) -> None:
    for key in ("quantity", "min_quantity", "max_quantity"):
        if body.get(key, product["min"]) < product["min"]:
            raise no("below_minimum_quantity")
        if body.get(key, product["max"]) > product["max"]:
            raise no("exceeds_maximum_quantity")
    if body.get("max_quantity", 1) < body.get("min_quantity", 1):
        raise invalid(faulty("max_quantity", "value_out_of_range", "max_quantity is below min_quantity."))


def cost(body: Mapping[str, Any], products: Products) -> int:
    """Points for an order of a product that is sold: its price for each piece, each comment, or each piece at most."""
    if "comments" in body:
        pieces = len(body["comments"].splitlines())
    elif "max_quantity" in body:
        pieces = body["max_quantity"] * (body["new_post_count"] + body.get("old_post_count", 0))
    else:
        pieces = body["quantity"]
    product = product_of(body, products)
    if product is None:
        raise LookupError(f"no product {body['product_id']}")
    price: int = product["price"]
    return price * pieces
