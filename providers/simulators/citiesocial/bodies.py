"""The body that citiesocial takes at its create address, and its way of saying no.

Source: the page Create Order, which marks nothing as optional.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter, with_config
from typing_extensions import TypedDict

from providers.simulators.base import Refusal
from providers.simulators.server import STRICT

Text = Annotated[str, StringConstraints(min_length=1)]


@with_config(STRICT)
class LineItem(TypedDict):
    variant_id: int
    quantity: Annotated[int, Field(ge=1)]


@with_config(STRICT)
class ShippingAddress(TypedDict):
    """`address1` is the district and `address2` the street."""

    first_name: Text
    last_name: Text
    title: Literal["先生", "小姐", ""]
    zip: Annotated[str, StringConstraints(pattern=r"^([0-9]{3}|[0-9]{5})$")]
    city: Text
    address1: Text
    address2: Text
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")]


@with_config(STRICT)
class CreateOrder(TypedDict):
    """The documented body; nothing is marked optional there."""

    line_items: Annotated[list[LineItem], Field(min_length=1)]
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    shipping_address: ShippingAddress
    transaction_amount: int
    channel_order_reference: Annotated[str, StringConstraints(min_length=1, max_length=128)]


BODY: TypeAdapter[CreateOrder] = TypeAdapter(CreateOrder)


def refused(code: str, text: str) -> Refusal:
    return Refusal(code, 400, {"errors": text})


def price_mismatch(total: int, amount: int) -> Refusal:
    return refused("price_mismatch", f"total_price:{total} does not equal transaction_amount:{amount}")
