"""The body of a create at an AnqiCMS shop, and the envelope of every answer of the shop's.

Source: the product's public page Create an order interface. Where the product is careless (unknown keys, a negative
quantity), this is not: mistakes of ours shall show.
"""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, StringConstraints, TypeAdapter, with_config
from typing_extensions import TypedDict

from providers.simulators.base import Refusal
from providers.simulators.server import STRICT


def _text(longest: int) -> Any:
    return StringConstraints(min_length=1, max_length=longest)


@with_config(STRICT)
class Line(TypedDict):
    goods_id: int
    quantity: Annotated[int, Field(ge=1)]


@with_config(STRICT)
class Address(TypedDict):
    """`country` is the district."""

    id: NotRequired[int]
    name: Annotated[str, _text(64)]
    phone: Annotated[str, _text(20)]
    province: Annotated[str, _text(100)]
    city: Annotated[str, _text(100)]
    country: Annotated[str, _text(100)]
    address_info: Annotated[str, _text(255)]
    postcode: Annotated[str, _text(36)]


@with_config(STRICT)
class CreateOrder(TypedDict, total=False):
    """The documented keys in lower case; capitals in the document come from its translation."""

    goods_id: int
    quantity: Annotated[int, Field(ge=1)]
    details: list[Line]
    remark: Annotated[str, StringConstraints(max_length=250)]
    type: Literal["goods", "vip"]
    address: Address


BODY: TypeAdapter[CreateOrder] = TypeAdapter(CreateOrder)


class Booked(dict[str, Any]):
    """The body of a create, and the user under whom the shop books it; nobody in particular is user 0."""

    def __init__(self, body: dict[str, Any], user_id: int) -> None:
        super().__init__(body)
        self.user_id = user_id


def lines_of(body: dict[str, Any]) -> list[tuple[int, int]]:
    """Goods id and quantity of each line."""
    lines = body.get("details") or [body]
    return [(line["goods_id"], line.get("quantity", 1)) for line in lines if "goods_id" in line]


def envelope(code: int, msg: str, data: Any = None) -> dict[str, Any]:
    return {"code": code, "msg": msg, "data": data}


def no(msg: str, code: int = -1) -> Refusal:
    """Business errors are HTTP 200."""
    return Refusal(str(code), 200, envelope(code, msg))
