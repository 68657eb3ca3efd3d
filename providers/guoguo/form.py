"""What staff are asked for an order of a Ch02 Default product.

Link and Username exclude each other by the product's category, which is not in the order itself: the product is looked
up right after its id is given, and only where that tells nothing is a person asked which of the two it takes.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError, PydanticKnownError
from pydantic_core.core_schema import ValidationInfo

from providers.fields import AskWhen, Form, Found, LookUp, Uuid, WebAddress, WholeNumber, plain, texts_at

TAKES_USERNAME = "instagram_story"
"""The one category whose products take a username; all others take a link (the page Create Ch02 Default Order)."""
LARGEST_NUMBER = 10_000_000
"""The document's bound of every number in the order."""

Count = Annotated[WholeNumber, Field(ge=1, le=LARGEST_NUMBER)]


class Product(BaseModel):
    """What the catalogue says of a product. An empty `category` and a bound of None mean that it says nothing."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    category: str = ""
    minimum: int | None = None
    maximum: int | None = None
    title: str = ""


def _category(known: Mapping[str, Any]) -> str:
    product = known.get("product")
    return str(product.get("category") or "") if isinstance(product, Mapping) else ""


def _asks_target(known: Mapping[str, Any]) -> bool:
    return "product" in known and not _category(known)


def _asks_username(known: Mapping[str, Any]) -> bool:
    return _category(known) == TAKES_USERNAME or (_asks_target(known) and known.get("target") == "Username")


def _asks_link(known: Mapping[str, Any]) -> bool:
    # Also while nothing is known of the product, so that one of the two is always counted.
    return not _asks_username(known)


def _asks_interval(known: Mapping[str, Any]) -> bool:
    return known.get("runs") is not None


def _without_at(value: object) -> object:
    value = plain(value)
    return value.removeprefix("@") if isinstance(value, str) else value


def _one_word(value: str) -> str:
    if re.search(r"[\s\x00-\x1f\x7f]", value):
        raise PydanticCustomError("username", "more than one word")
    return value


Username = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(_without_at), AfterValidator(_one_word)]


class DefaultOrder(Form):
    """An order of a Ch02 Default product: exactly one of `link` and `username` is given."""

    product_id: Annotated[Uuid, LookUp(into="product")] = Field(
        title="Product",
        description="The product's id in GuoGuo's list.",
        examples=["9c07a89a-0994-4f35-98a7-1b922b5c8331"],
    )
    product: Annotated[Product | None, Found()] = None
    target: Annotated[Literal["Link", "Username"] | None, AskWhen(_asks_target)] = Field(
        None,
        title="Target",
        description="What the product works on: Username for Instagram stories, Link for everything else.",
        examples=["Link"],
    )
    link: Annotated[WebAddress | None, AskWhen(_asks_link)] = Field(
        None,
        title="Link",
        description="The whole address of the post or page.",
        examples=["https://example.com/posts/abc123"],
    )
    username: Annotated[Username | None, AskWhen(_asks_username)] = Field(
        None,
        title="Username",
        description="The name of the Instagram account, without spaces.",
        examples=["sample_user"],
    )
    quantity: Count = Field(title="Quantity", description="How many to order.", examples=[10])
    runs: Count | None = Field(
        None, title="Runs", description="In how many batches to deliver; skip it for one delivery.", examples=[2]
    )
    interval_minutes: Annotated[Count | None, AskWhen(_asks_interval, skippable=True)] = Field(
        None, title="Interval (minutes)", description="Minutes between two batches.", examples=[30]
    )

    @classmethod
    def searched(cls, answers: Mapping[str, Any]) -> tuple[str, ...]:
        return texts_at(answers, "link", "username")

    @field_validator("quantity")
    @classmethod
    def _within_the_product(cls, value: int, info: ValidationInfo) -> int:
        product = info.data.get("product")
        if product is not None and product.minimum is not None and value < product.minimum:
            raise PydanticKnownError("greater_than_equal", {"ge": product.minimum})
        if product is not None and product.maximum is not None and value > product.maximum:
            raise PydanticKnownError("less_than_equal", {"le": product.maximum})
        return value

    @model_validator(mode="after")
    def _exactly_one_target(self) -> Self:
        if (self.link is None) == (self.username is None):
            raise PydanticCustomError("one_target", "not exactly one of link and username")
        return self
