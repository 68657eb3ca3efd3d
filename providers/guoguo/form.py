"""The questions that staff are asked for an order at GuoGuo.

Which kind of order a product takes, and for a default order whether Link or Username, is told by the product and not by
the order: the product is looked up right after its id is given, and only where that tells nothing is a person asked.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from providers.cleaning import compared_email, compared_text, has_visible, plain, trimmed
from providers.cleaning.send import link, visible
from providers.fields import (
    AnyWords,
    AskWhen,
    Compared,
    Count,
    Doubtful,
    Form,
    Found,
    Holds,
    Lines,
    LookUp,
    Minutes,
    NotCompared,
    Part,
    PlainId,
    SameAsSkipped,
    Uuid,
    WebAddress,
    in_one_line,
    in_short,
    link_in_short,
    pieces,
    product_in_short,
    texts_at,
)
from providers.guoguo.kinds import KEYS, UNKNOWN, Kind, kind_of, needed
from providers.guoguo.moments import moment, of_moment, same_moment
from providers.guoguo.usernames import INSTAGRAM, possible, possible_at_instagram, username
from providers.products import Batches, Chosen, Facts, read_fitting

LARGEST_NUMBER = 10_000_000
"""The document's bound of every number in the order."""
LONGEST_COMMENTS = 4096
"""All comments of an order; their longest is not documented, and a message has no more."""

Number = Annotated[Count, Field(ge=1, le=LARGEST_NUMBER)]
"""A number of pieces, batches or posts."""

Interval = Annotated[Minutes, Field(ge=1, le=LARGEST_NUMBER)]

TAKES_USERNAME = "instagram_story"
"""The one category whose products take a username; all others take a link (the page Create Ch02 Default Order)."""


def _without_blank_lines(value: object) -> object:
    if not isinstance(value, str):
        return value
    return "\n".join(line for typed in value.splitlines() if has_visible(line := trimmed(typed)))


def _same_comments(value: str) -> str:
    """The comments in any order, as they are compared."""
    return "\n".join(sorted(map(compared_text, value.splitlines())))


Username = Annotated[
    str,
    Field(min_length=1, max_length=100),
    BeforeValidator(username),
    AfterValidator(possible),
    AfterValidator(visible),
    Compared(compared_email),
    Holds(Part.USERNAME),
]
"""The name of an account, without @."""


Comments = Annotated[
    Lines,
    AnyWords(),
    Field(max_length=LONGEST_COMMENTS),
    BeforeValidator(_without_blank_lines),
    Compared(_same_comments),
]
"""One comment a line, as the sample of Create Ch02 Custom Comments Order has it; blank lines are no comments."""


Moment = Annotated[str, BeforeValidator(plain), AfterValidator(moment), Doubtful(of_moment), Compared(same_moment)]
"""A time with seconds and an offset as in `2026-07-01T00:00:00+08:00`; a day alone is its beginning."""


class Product(Facts):
    """The catalogue's facts of a product. An empty `category` means that it says nothing of it.

    `kind` is the kind of order that it takes by its type: a `Kind`, `UNKNOWN`, or empty where no type is told.
    """

    deciding: ClassVar[frozenset[str]] = frozenset({"category", "kind"})

    category: str = ""
    kind: str = ""


def _told(known: Mapping[str, Any], fact: str) -> str:
    product = known.get("product")
    return str(product.get(fact) or "") if isinstance(product, Mapping) else ""


def _kind(known: Mapping[str, Any]) -> Kind:
    return kind_of(_told(known, "kind"), known.get("kind"))


def _has(key: str) -> Callable[[Mapping[str, Any]], bool]:
    """True of answers whose kind of order, as far as it is known, has that key."""
    return lambda known: key in KEYS[_kind(known)]


def _asks_kind(known: Mapping[str, Any]) -> bool:
    return _told(known, "kind") == UNKNOWN


def _asks_target(known: Mapping[str, Any]) -> bool:
    return _kind(known) is Kind.DEFAULT and "product" in known and not _told(known, "category")


def _asks_username(known: Mapping[str, Any]) -> bool:
    if _kind(known) is not Kind.DEFAULT:
        return _has("username")(known)
    return _told(known, "category") == TAKES_USERNAME or (_asks_target(known) and known.get("target") == "Username")


def _asks_link(known: Mapping[str, Any]) -> bool:
    if _kind(known) is not Kind.DEFAULT:
        return _has("link")(known)
    # Also while nothing is known of the product, so that one of the two is always counted.
    return not _asks_username(known)


def _asks_interval(known: Mapping[str, Any]) -> bool:
    return _has("interval_minutes")(known) and known.get("runs") is not None


def _how_many(answers: Mapping[str, Any]) -> str:
    """The quantity, the number of comments, or the two bounds of a subscription."""
    comments, least, most = (answers.get(name) for name in ("comments", "min_quantity", "max_quantity"))
    if isinstance(comments, str):
        return pieces(str(len([line for line in comments.splitlines() if line.strip()])))
    bounds = [pieces(least), pieces(most).removeprefix("×")]
    return pieces(answers.get("quantity")) or "–".join(filter(None, bounds))


class DefaultOrder(Form):
    """An order of any kind; its name is from when there was one, and stays, as journals hold it.

    It has the answers of its kind and no others; a default order has exactly one of `link` and `username`.
    """

    priced_per_piece: ClassVar[bool] = False
    section_starts: ClassVar[frozenset[str]] = frozenset({"product_id", "target", "quantity"})

    product_id: Annotated[Uuid, LookUp(into="product", fresh=("category",))] = Field(
        title="Product",
        description="The product's id in GuoGuo's list.",
        examples=["9c07a89a-0994-4f35-98a7-1b922b5c8331"],
    )
    product: Annotated[Product | None, Found()] = None
    kind: Annotated[
        Literal["Default", "Custom comments", "Comment likes", "Subscriptions"] | None,
        AskWhen(_asks_kind),
        NotCompared(),
    ] = Field(
        None,
        title="Order kind",
        description="GuoGuo gives this product a type that isn't known here. Please choose the kind of order it takes.",
        examples=["Default"],
    )
    target: Annotated[Literal["Link", "Username"] | None, AskWhen(_asks_target), NotCompared()] = Field(
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
    quantity: Annotated[Number | None, AskWhen(_has("quantity"))] = Field(
        None, title="Quantity", description="How many to order.", examples=[10]
    )
    runs: Annotated[Number | None, AskWhen(_has("runs"), skippable=True), SameAsSkipped(1), Holds(Part.RUNS)] = Field(
        None, title="Runs", description="In how many runs to deliver; skip it for a single one.", examples=[2]
    )
    interval_minutes: Annotated[Interval | None, AskWhen(_asks_interval, skippable=True), Holds(Part.INTERVAL)] = Field(
        None, title="Interval (minutes)", description="Minutes between two runs.", examples=[30]
    )
    comments: Annotated[Comments | None, AskWhen(_has("comments"))] = Field(
        None, title="Comments", description="The comments to make, one a line.", examples=["Great post!"]
    )
    min_quantity: Annotated[Number | None, AskWhen(_has("min_quantity"))] = Field(
        None, title="Min quantity", description="The lower bound of the quantity.", examples=[10]
    )
    max_quantity: Annotated[Number | None, AskWhen(_has("max_quantity"))] = Field(
        None, title="Max quantity", description="The upper bound of the quantity.", examples=[100]
    )
    new_post_count: Annotated[Number | None, AskWhen(_has("new_post_count"))] = Field(
        None, title="New posts", description="How many new posts.", examples=[3]
    )
    old_post_count: Annotated[Number | None, AskWhen(_has("old_post_count"), skippable=True)] = Field(
        None, title="Old posts", description="How many old posts.", examples=[1]
    )
    delay_minutes: Annotated[PlainId | None, AskWhen(_has("delay_minutes"), skippable=True)] = Field(
        None,
        title="Delay",
        description="GuoGuo's word for the delay. Its documents show only this one.",
        examples=["min30"],
    )
    expiry_date: Annotated[Moment | None, AskWhen(_has("expiry_date"), skippable=True)] = Field(
        None,
        title="Expiry date",
        description="A day in the future, or a day and a time. Without an offset it is GuoGuo's time, +08:00.",
        examples=["2026-07-01"],
    )

    @property
    def order_kind(self) -> Kind:
        return kind_of(self.product.kind if self.product else "", self.kind)

    def chosen(self) -> tuple[Chosen, ...]:
        """The one product; of comments each line is a piece, of a subscription as many as its upper bound."""
        match self.order_kind:
            case Kind.CUSTOM_COMMENTS:
                pieces, path = len((self.comments or "").splitlines()), "comments"
            case Kind.SUBSCRIPTIONS:
                pieces, path = self.max_quantity or 0, "max_quantity"
            case _:
                pieces, path = self.quantity or 0, "quantity"
        return (Chosen(("product_id",), ("product",), self.product_id, pieces, self.product, (path,)),)

    def batches(self) -> Batches | None:
        """See `Form.batches`. No document says whether the quantity is that of a run or of all of them."""
        if self.quantity is None or self.runs is None or self.runs == 1:
            return None
        most = None if self.product is None else self.product.maximum
        return Batches(self.quantity, self.runs, self.interval_minutes, most)

    @classmethod
    def searched(cls, answers: Mapping[str, Any]) -> tuple[str, ...]:
        return texts_at(answers, "link", "username", "product.title", "product_id")

    @classmethod
    def describe(cls, answers: Mapping[str, Any]) -> str:
        product = product_in_short(answers, "product_id", "product", "")
        batches = pieces(answers.get("runs")).replace("×", "↻")
        name = in_short(username(answers.get("username")))
        targets = [link_in_short(link(answers.get("link"))), f"@{name}" if name else ""]
        what = " ".join(filter(None, [product, _how_many(answers), batches])) if product else ""
        return in_one_line(what, " · ".join(filter(None, targets)))

    @field_validator("quantity", "min_quantity", "max_quantity", mode="wrap")
    @classmethod
    def _within_the_product(cls, value: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> int | None:
        """The upper of two bounds may be no lower than the other, however few the product is sold in."""
        facts, other = info.data.get("product"), info.data.get("min_quantity")
        if info.field_name == "max_quantity" and other is not None:
            facts = (facts or Facts()).model_copy(update={"minimum": max(other, (facts and facts.minimum) or 0)})
        return read_fitting(value, read, facts)

    @field_validator("username")
    @classmethod
    def _as_names_are_there(cls, value: str | None, info: ValidationInfo) -> str | None:
        product = info.data.get("product")
        category = product.category if product else ""
        # Whoever was asked for the target was told that a username is one of Instagram's.
        at_instagram = category.startswith(INSTAGRAM) or info.data.get("target") == "Username"
        return possible_at_instagram(value) if value is not None and at_instagram else value

    @model_validator(mode="after")
    def _answers_of_its_kind(self) -> Self:
        kind = self.order_kind
        given = {key for keys in KEYS.values() for key in keys if getattr(self, key) is not None}
        if kind is Kind.DEFAULT and (self.link is None) == (self.username is None):
            raise PydanticCustomError("one_target", "not exactly one of link and username")
        if not needed(kind) <= given <= set(KEYS[kind]):
            raise PydanticCustomError("kind_of_order", "not the answers of its kind of order")
        return self
