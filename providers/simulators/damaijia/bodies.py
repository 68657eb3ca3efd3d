"""The body that Damaijia takes at its create address, and its way of saying no.

Source: the supplier's page 1-5 (create order). What the table and the sample say differently is as the sample has it.
"""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from providers.simulators.base import Refusal
from providers.simulators.server import STRICT

Text = Annotated[str, StringConstraints(min_length=1)]


@with_config(STRICT)
class Consignee(TypedDict):
    """One recipient, one parcel. The id is typed int in the table and sent as a string of digits in the sample."""

    site_order_consignee_id: NotRequired[Annotated[str, StringConstraints(pattern=r"^[0-9]+$")]]
    consignee: Text
    mobile: Text
    province: Text
    city: Text
    district: Text
    address: Text
    platform_order_sn: Text


@with_config(STRICT)
class Consigner(TypedDict, total=False):
    consigner: str
    mobile: str
    province: str
    city: str
    district: str
    address: str


@with_config(STRICT)
class CreateOrder(TypedDict):
    product_id: int
    site_order_id: NotRequired[Annotated[int, Field(ge=1)]]
    product_number: Annotated[int, Field(ge=1)]
    remark: str
    consignees: Annotated[list[Consignee], Field(min_length=1)]
    source: Literal["taobao", "tmall", "jd", "pdd", "other"]
    consigners: NotRequired[list[Consigner]]


BODY: TypeAdapter[CreateOrder] = TypeAdapter(CreateOrder)


def no(status: int, err: str = "") -> Refusal:
    return Refusal(str(status), 200, {"status": status} | ({"err": err} if err else {}))


def check_shape(shape: TypeAdapter[Any], body: dict[str, Any]) -> None:
    try:
        shape.validate_python(body)
    except ValidationError as error:
        first = error.errors()[0]
        raise no(422, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
