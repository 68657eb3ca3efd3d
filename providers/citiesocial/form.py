"""What staff are asked for a citiesocial order: the pieces, who gets them, and what they cost together.

The amount is asked, never reckoned here: the supplier compares it with its own prices, and a person has to agree.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from providers.fields import Email, Form, Phone, Text, Times, WholeNumber, plain

LARGEST_ID = 2**63 - 1
MOST_PIECES = 10_000
LARGEST_AMOUNT = 10**9

_TAIWAN_PREFIX = re.compile(r"(?:\+|00)?8860?([0-9]{9})")


def _zip(value: str) -> str:
    if not re.fullmatch(r"[0-9]{3}|[0-9]{5}", value):
        raise PydanticCustomError("taiwan_zip", "not 3 or 5 digits")
    return value


def _mobile(value: str) -> str:
    abroad = _TAIWAN_PREFIX.fullmatch(value)
    if abroad:
        return f"0{abroad[1]}"
    if not re.fullmatch(r"[0-9]{10}", value):
        raise PydanticCustomError("taiwan_phone", "not 10 digits")
    return value


Zip = Annotated[str, BeforeValidator(plain), AfterValidator(_zip)]
TaiwanPhone = Annotated[Phone, AfterValidator(_mobile)]


class Item(BaseModel):
    """One line of the order; a variant is one colour or size of a product."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    variant_id: Annotated[WholeNumber, Field(ge=1, le=LARGEST_ID)] = Field(
        title="Variant ID",
        description="The number of the variant at citiesocial, digits only.",
        examples=[123450001],
    )
    quantity: Annotated[WholeNumber, Field(ge=1, le=MOST_PIECES), Times()] = Field(
        title="Item quantity", description="How many pieces of this variant.", examples=[2]
    )


class CitiesocialOrder(Form):
    """A whole order; `transaction_amount` is in the supplier's unit, whole numbers only."""

    amount_field = "transaction_amount"

    items: list[Item] = Field(min_length=1, title="Items", description="What to order, one variant after the other.")
    email: Email = Field(
        title="Email", description="The e-mail address that citiesocial writes to.", examples=["staff@example.com"]
    )
    first_name: Text = Field(
        title="First name", description="The given name of the person who gets the parcel.", examples=["小明"]
    )
    last_name: Text = Field(
        title="Last name", description="The family name of the person who gets the parcel.", examples=["王"]
    )
    title: Literal["先生", "小姐", ""] = Field(
        "", title="Title", description="How to address the person; skip it for none.", examples=["先生"]
    )
    zip: Zip = Field(title="ZIP", description="The ZIP code of the address, 3 or 5 digits.", examples=["100", "10058"])
    city: Text = Field(title="City", description="The city or county of the address.", examples=["台北市"])
    address1: Text = Field(title="District", description="The district of the address.", examples=["中正區"])
    address2: Text = Field(
        title="Street", description="The street, house number and floor of the address.", examples=["八德路一段1號"]
    )
    phone: TaiwanPhone = Field(
        title="Phone",
        description="The mobile number of the person who gets the parcel, 10 digits.",
        examples=["0912345678"],
    )
    transaction_amount: Annotated[WholeNumber, Field(ge=0, le=LARGEST_AMOUNT)] = Field(
        title="Transaction amount",
        description="What all pieces cost together at citiesocial, as a whole number.",
        examples=[30],
    )
