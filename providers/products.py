"""The products that a supplier sells, and the facts of one that were known when somebody chose it.

The facts stay with the answers of an order: what was shown before Confirm can be compared with what holds just before
sending.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError, PydanticKnownError

from providers.orders import Money

Path = tuple[str | int, ...]
LONGEST_TITLE = 255
"""Characters of a title or category that are kept; what is longer is no title."""


def short_title(told: str) -> str:
    """A title in one line, cut where it is longer than any."""
    begun = " ".join(told[: 4 * LONGEST_TITLE].split())
    return begun if len(begun) <= LONGEST_TITLE else begun[: LONGEST_TITLE - 1] + "…"


class Facts(BaseModel):
    """The known facts of a chosen product. Whatever the supplier doesn't tell is None or empty.

    `unit` is as in `Money`. `stock` is what may be ordered at most right now; a supplier that doesn't hold itself to
    its stock leaves it None. `read_at` is when the supplier told this, in UTC microseconds, 0 when that isn't known.
    `kept` is True when it is from an older list because reading failed, which the person was told right then.
    `checked` is False once a person decided to order although it could not be read again. `unread` are the facts that
    the supplier tells in a way that can't be read, which are None then; it is not kept.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    deciding: ClassVar[frozenset[str]] = frozenset()
    """The facts by which it is decided what is asked about an order of it."""

    title: str = ""
    price: Decimal | None = None
    unit: str = ""
    minimum: int | None = None
    maximum: int | None = None
    stock: int | None = None
    read_at: int = 0
    kept: bool = False
    checked: bool = True
    unread: SkipJsonSchema[frozenset[str]] = Field(frozenset(), exclude=True)

    @field_validator("title")
    @classmethod
    def _short(cls, title: str) -> str:
        return short_title(title)


_WHOLE = re.compile(r"[0-9]{1,30}(?:\.0+)?|[0-9]{1,3}(?:,[0-9]{3}){1,9}")


def whole_told(value: object) -> int | None:
    """A whole number of 0 or more as suppliers tell it: 10, 10.0, or `10` as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()
    return int(text.replace(",", "").split(".")[0]) if _WHOLE.fullmatch(text) else None


def unread_in(told: Mapping[str, object], read: Mapping[str, object]) -> frozenset[str]:
    """The facts that a supplier told and that could not be read: those that came out as None."""
    return frozenset(name for name, value in told.items() if value not in (None, "") and read.get(name) is None)


class SeenFacts(Facts):
    """Facts for people to see, read back from any supplier's.

    `in_stock` is what there is at a supplier that takes orders beyond it.
    """

    in_stock: int | None = None

    @property
    def pieces(self) -> int | None:
        """The pieces that are there; None where nobody counts them, or none are counted and orders go on."""
        return self.stock if self.stock is not None or self.in_stock is None or self.in_stock <= 0 else self.in_stock


def facts_of(stored: Any) -> SeenFacts:
    """Facts from their JSON form; nothing is known where that can't be read."""
    try:
        return SeenFacts.model_validate(stored if isinstance(stored, dict) else {})
    except ValidationError:
        return SeenFacts()


def price_of(facts: Facts) -> Money | None:
    return None if facts.price is None else Money(facts.price, facts.unit)


@dataclass(frozen=True, slots=True)
class Product:
    """One entry of a catalogue. `id` is the answer to the form's question about it, as it would be typed.

    `group` is the category that it is browsed by, for people, empty for none. `picture` is an absolute https address or
    empty. `facts` is the JSON form of the supplier's `Facts`, as they go into the form.
    """

    id: str
    title: str
    group: str = ""
    picture: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A supplier's catalogue as it was read; `whole`: nothing is missing, so a product that isn't in it is gone."""

    products: tuple[Product, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """A product in a finished form: where its answer and its facts stand, how many, and what was known of it."""

    at: Path
    into: Path
    id: str
    quantity: int
    facts: Facts | None
    quantity_at: Path = ()


@dataclass(frozen=True, slots=True)
class Batches:
    """An order that is delivered in several runs, `minutes` apart where that is said.

    Whether `each` is the quantity of a run or of all of them is the supplier's to say. `most` is what may be ordered of
    the product at most, None where that isn't known.
    """

    each: int
    runs: int
    minutes: int | None = None
    most: int | None = None

    @property
    def together(self) -> int:
        """The pieces of all runs, if the quantity is that of one."""
        return self.each * self.runs

    @property
    def lasts(self) -> int:
        """Minutes from the first run to the last; 0 where that isn't known."""
        return (self.minutes or 0) * (self.runs - 1)


def total_of(chosen: Iterable[Chosen]) -> Money | None:
    """The cost of all pieces by the prices that were known; None when any price is not, or the units differ."""
    total, units = Decimal(0), set()
    for one in chosen:
        if one.facts is None or one.facts.price is None:
            return None
        total += one.facts.price * one.quantity
        units.add(one.facts.unit)
    return Money(total, units.pop()) if len(units) == 1 else None


def fitting(quantity: int, facts: Facts | None) -> int:
    """`quantity` when the product can be ordered so; else the error of the narrowest bound that it breaks."""
    if facts is None:
        return quantity
    if facts.minimum is not None and quantity < facts.minimum:
        raise PydanticKnownError("greater_than_equal", {"ge": facts.minimum})
    if (error := _above(quantity, facts)) is not None:
        raise error
    return quantity


def read_fitting(value: object, read: Callable[[Any], int | None], facts: Facts | None) -> int | None:
    """The quantity that `read` makes of an answer, None for none, when the product can be ordered so.

    Of the bounds that it breaks the narrowest is told: of the field's own, which `read` knows, and the product's.
    """
    try:
        quantity = read(value)
    except ValidationError as error:
        if facts is not None and (narrower := _narrower(error, facts)) is not None:
            raise narrower from None
        raise
    return quantity if quantity is None else fitting(quantity, facts)


def _narrower(error: ValidationError, facts: Facts) -> Exception | None:
    """The product's bound that is broken together with one of the field's own."""
    broken = error.errors(include_url=False, include_input=False)[0]
    own = broken.get("ctx") or {}
    if broken["type"] == "greater_than_equal" and facts.minimum is not None and facts.minimum > own["ge"]:
        return PydanticKnownError("greater_than_equal", {"ge": facts.minimum})
    return _above(own["le"], facts) if broken["type"] == "less_than_equal" else None


def _above(quantity: int, facts: Facts) -> Exception | None:
    """The error of the narrower of two upper bounds, the product's and its stock, when `quantity` is above it."""
    stock, most = facts.stock, facts.maximum
    if stock is not None and quantity > stock and (most is None or stock < most):
        return PydanticCustomError("out_of_stock" if stock <= 0 else "stock", "{stock}", {"stock": stock})
    if most is not None and quantity > most:
        return PydanticKnownError("less_than_equal", {"le": most})
    return None
