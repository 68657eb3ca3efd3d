"""The questions for a citiesocial order: the pieces, who gets them, and what they cost together.

The amount is asked, and at most suggested: the supplier compares it with its own prices, and a person has to agree.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from providers.cleaning import compared_id, plain
from providers.cleaning.doubts import Doubt, of_phone, without_extension
from providers.fields import (
    Address,
    City,
    Compared,
    Count,
    District,
    Doubtful,
    Email,
    Form,
    Found,
    Holds,
    InCatalogue,
    Name,
    Part,
    Phone,
    Suggested,
    Times,
    WholeAmount,
    WholeNumber,
    in_one_line,
    in_short,
    items_of,
    named_in_short,
    product_in_short,
    texts_at,
)
from providers.products import Chosen, Facts, fitting, read_fitting, total_of

LARGEST_ID = 2**63 - 1
MOST_PIECES = 10_000
LARGEST_AMOUNT = 10**9

_TAIWAN_PREFIX = re.compile(r"(?:\+|00)?8860?([0-9]{9})")
_OWN_DIGITS = 10
_ZIP = re.compile(r"[0-9]{3}(?:[ -]?[0-9]{2,3})?")
_SHORT_ZIP, _NEW_ZIP = 3, 6


def _zip(value: str) -> str:
    """The code as citiesocial takes it: of the newer six digits the first three, which are the district's."""
    if not _ZIP.fullmatch(value):
        raise PydanticCustomError("taiwan_zip", "not 3, 5 or 6 digits")
    digits = re.sub("[ -]", "", value)
    return digits[:_SHORT_ZIP] if len(digits) == _NEW_ZIP else digits


def _mobile(value: str) -> str:
    bare = re.sub(r"[ ().-]", "", value)
    abroad = _TAIWAN_PREFIX.fullmatch(bare)
    if abroad:
        return f"0{abroad[1]}"
    # Two digits or fewer at the end are no part of a number as people group it.
    if not re.fullmatch(r"[0-9]{10}", bare) or re.search(r"[ ().-][0-9]{1,2}$", value):
        raise PydanticCustomError("taiwan_phone", "not 10 digits")
    return bare


def _doubtful_mobile(text: str) -> Doubt | None:
    """An extension, which citiesocial has no place for; else what is doubtful of any phone."""
    alone = re.sub(r"[ ().-]", "", without_extension(text))
    if len(alone) == _OWN_DIGITS and alone.isdigit() and alone.startswith("0"):
        return Doubt("phone_extension", (alone,), as_sent=False)
    return of_phone(text)


Zip = Annotated[str, BeforeValidator(plain), AfterValidator(_zip), Compared(compared_id), Holds(Part.POSTCODE)]
TaiwanPhone = Annotated[Phone, AfterValidator(_mobile), Doubtful(_doubtful_mobile)]


class Variant(Facts):
    """The catalogue's facts of a variant; `product_id` is where to read it again. No document names the unit."""

    product_id: str = ""


class Item(BaseModel):
    """One line of the order; a variant is one colour or size of a product."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    variant_id: Annotated[WholeNumber, Field(ge=1, le=LARGEST_ID), InCatalogue(into="variant")] = Field(
        title="Product",
        description="The number of the variant at citiesocial, digits only.",
        examples=[123450001],
    )
    variant: Annotated[Variant | None, Found()] = None
    quantity: Annotated[Count, Field(ge=1, le=MOST_PIECES), Times()] = Field(
        title="Quantity", description="How many pieces of this variant.", examples=[2]
    )

    @field_validator("quantity", mode="wrap")
    @classmethod
    def _in_stock(cls, value: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> int | None:
        return read_fitting(value, read, info.data.get("variant"))


def _chosen(items: list[Item]) -> tuple[Chosen, ...]:
    return tuple(
        Chosen(
            at=("items", place, "variant_id"),
            into=("items", place, "variant"),
            id=str(item.variant_id),
            quantity=item.quantity,
            facts=item.variant,
            quantity_at=("items", place, "quantity"),
        )
        for place, item in enumerate(items)
    )


_ITEMS: TypeAdapter[list[Item]] = TypeAdapter(list[Item])


def suggested_amount(known: Mapping[str, Any]) -> str | None:
    """The sum of price and quantity of all items; None while an item is unfinished or a price isn't known."""
    try:
        total = total_of(_chosen(_ITEMS.validate_python(known.get("items"))))
    except ValidationError:
        return None
    if total is None or total.amount != total.amount.to_integral_value() or not 0 <= total.amount <= LARGEST_AMOUNT:
        return None
    return str(int(total.amount))


class CitiesocialOrder(Form):
    """A whole order; `transaction_amount` is in the supplier's unit, whole numbers only."""

    amount_field = "transaction_amount"
    delivers_in = frozenset({"tw"})
    section_starts = frozenset({"items", "email", "transaction_amount"})
    together = (("first_name", "last_name", "title", "zip", "city", "address1", "address2", "phone"),)

    items: list[Item] = Field(min_length=1, title="Items", description="What to order, one variant after the other.")
    email: Email = Field(
        title="Email", description="The e-mail address that citiesocial writes to.", examples=["staff@example.com"]
    )
    first_name: Annotated[Name, Holds(Part.GIVEN_NAME)] = Field(
        title="First name", description="The given name of the person who gets the parcel.", examples=["小明"]
    )
    last_name: Annotated[Name, Holds(Part.FAMILY_NAME)] = Field(
        title="Last name", description="The family name of the person who gets the parcel.", examples=["王"]
    )
    title: Annotated[Literal["先生", "小姐", ""], Holds(Part.SALUTATION)] = Field(
        "", title="Title", description="How to address the person; skip it for none.", examples=["先生"]
    )
    zip: Zip = Field(
        title="Postcode",
        description="The postcode of the address, 3, 5 or 6 digits; of 6 the first 3 are sent.",
        examples=["100", "10058"],
    )
    city: City = Field(title="City", description="The city or county of the address.", examples=["台北市"])
    address1: District = Field(title="District", description="The district of the address.", examples=["中正區"])
    address2: Address = Field(
        title="Address", description="The street, house number and floor of the address.", examples=["八德路一段1號"]
    )
    phone: TaiwanPhone = Field(
        title="Phone",
        description="The mobile number of the person who gets the parcel, 10 digits.",
        examples=["0912345678"],
    )
    transaction_amount: Annotated[WholeAmount, Field(ge=0, le=LARGEST_AMOUNT), Suggested(suggested_amount)] = Field(
        title="Amount",
        description="What all pieces cost together at citiesocial, as a whole number.",
        examples=[30],
    )

    @field_validator("items")
    @classmethod
    def _in_stock_together(cls, value: list[Item]) -> list[Item]:
        """One variant may stand in several lines; the line that asks for too much is told so at its quantity."""
        pieces = Counter[int]()
        for place, item in enumerate(value):
            pieces[item.variant_id] += item.quantity
            try:
                fitting(pieces[item.variant_id], item.variant)
            except PydanticCustomError as error:
                told = InitErrorDetails(type=error, loc=(place, "quantity"), input=item.quantity)
                raise ValidationError.from_exception_data("Items", [told]) from None
        return value

    def chosen(self) -> tuple[Chosen, ...]:
        return _chosen(self.items)

    @classmethod
    def searched(cls, answers: Mapping[str, Any]) -> tuple[str, ...]:
        first, last = _names(answers)
        between = _between(first, last)
        # In either order, as people write them.
        names = {f"{last}{between}{first}".strip(), f"{first}{between}{last}".strip()} - {""}
        bought = texts_at(answers, "items.variant.title", "items.variant_id")
        return (*sorted(names), *texts_at(answers, "phone", "email"), *bought)

    @classmethod
    def describe(cls, answers: Mapping[str, Any]) -> str:
        first, last = _names(answers)
        names = (first, last) if (first + last).isascii() else (last, first)
        items = (product_in_short(item, "variant_id", "variant", "quantity") for item in items_of(answers, "items"))
        return in_one_line(
            named_in_short(items), in_short(_between(first, last).join(names).strip()), in_short(answers.get("city"))
        )


def _names(answers: Mapping[str, Any]) -> tuple[str, str]:
    return "".join(texts_at(answers, "first_name")), "".join(texts_at(answers, "last_name"))


def _between(first: str, last: str) -> str:
    """Chinese names are written without a space."""
    return " " if (first + last).isascii() else ""
