"""The questions that staff are asked for an order at an AnqiCMS shop.

The bounds of texts are the widths of the shop's columns; the shop itself checks neither them nor the quantity's sign.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidatorFunctionWrapHandler, field_validator
from pydantic_core.core_schema import ValidationInfo

from providers.cleaning.send import dialled
from providers.fields import (
    AddressLine,
    AnyId,
    CityLine,
    Count,
    DistrictLine,
    Form,
    Found,
    Holds,
    InCatalogue,
    NameLine,
    Note,
    Part,
    Phone,
    ProvinceLine,
    Times,
    WholeNumber,
    in_one_line,
    in_short,
    items_of,
    named_in_short,
    product_in_short,
    texts_at,
)
from providers.products import Chosen, Facts, read_fitting

LARGEST_ID = 2**63 - 1
LONGEST_REMARK = 220
"""Characters. The shop keeps 250; the rest is room for our reference."""


class Goods(Facts):
    """The shop's facts of a product.

    `in_stock` is for people to see: the shop takes orders beyond it, so `stock`, which bounds an order, stays None.
    `price` is the product's own; what an order costs may be less, by a discount that the shop gives its user.
    """

    in_stock: int | None = None


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    goods_id: Annotated[WholeNumber, Field(ge=1, le=LARGEST_ID), InCatalogue(into="goods")] = Field(
        title="Product", description="The number of the product in the shop.", examples=[188]
    )
    goods: Annotated[Goods | None, Found()] = None
    quantity: Annotated[Count, Field(ge=1, le=10_000), Times()] = Field(
        title="Quantity", description="How many of this product, 1 to 10,000.", examples=[1]
    )

    @field_validator("quantity", mode="wrap")
    @classmethod
    def _as_the_shop_sells_it(
        cls, value: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> int | None:
        return read_fitting(value, read, info.data.get("goods"))


class Address(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[NameLine, Field(max_length=64)] = Field(
        title="Recipient",
        description="The name of the person who gets the goods. Skip it to send no address.",
        examples=["王小明"],
    )
    phone: Annotated[Phone, AfterValidator(dialled), Field(min_length=5, max_length=20)] = Field(
        title="Phone", description="The recipient's phone number, 5 to 20 characters.", examples=["13800000000"]
    )
    province: Annotated[ProvinceLine, Field(max_length=100)] = Field(
        title="Province", description="The recipient's province.", examples=["河南省"]
    )
    city: Annotated[CityLine, Field(max_length=100)] = Field(
        title="City", description="The recipient's city.", examples=["郑州市"]
    )
    country: Annotated[DistrictLine, Field(max_length=100)] = Field(
        title="District", description="The recipient's district or county.", examples=["中原区"]
    )
    address_info: Annotated[AddressLine, Field(max_length=255)] = Field(
        title="Address", description="Street and house number, on one line.", examples=["建设路1号"]
    )
    postcode: Annotated[AnyId, Field(min_length=1, max_length=36), Holds(Part.POSTCODE)] = Field(
        title="Postcode", description="The postcode of the address.", examples=["450000"]
    )


class AnqicmsForm(Form):
    section_starts = frozenset({"type", "remark", "address"})

    type: Literal["goods", "vip"] = Field(
        title="Order type", description="What is ordered: goods, or a VIP membership.", examples=["goods"]
    )
    items: list[Item] = Field(
        min_length=1, max_length=999, title="Items", description="The products of the order, one after the other."
    )
    remark: Annotated[Note, Field(max_length=LONGEST_REMARK)] | None = Field(
        None,
        title="Note",
        description="A note to the shop, at most 220 characters. Skip it if there is none.",
        examples=["Please pack well"],
    )
    address: Address | None = Field(None, title="Delivery address", description="Where the goods go.")

    def chosen(self) -> tuple[Chosen, ...]:
        """See `Form.chosen`. None for a membership."""
        if self.type == "vip":
            return ()
        return tuple(
            Chosen(
                at=("items", place, "goods_id"),
                into=("items", place, "goods"),
                id=str(item.goods_id),
                quantity=item.quantity,
                facts=item.goods,
                quantity_at=("items", place, "quantity"),
            )
            for place, item in enumerate(self.items)
        )

    @classmethod
    def from_catalogue(cls, answers: Mapping[str, Any]) -> bool:
        """See `Form.from_catalogue`. What the number of a membership names is not documented."""
        return answers.get("type") != "vip"

    @classmethod
    def searched(cls, answers: Mapping[str, Any]) -> tuple[str, ...]:
        return texts_at(answers, "address.name", "address.phone", "items.goods.title", "items.goods_id")

    @classmethod
    def describe(cls, answers: Mapping[str, Any]) -> str:
        items = (product_in_short(item, "goods_id", "goods", "quantity") for item in items_of(answers, "items"))
        # The number of a membership would be taken for a product's.
        kind = "VIP " if answers.get("type") == "vip" else ""
        what, to = named_in_short(items), answers.get("address")
        name, city = (in_short(to.get(key)) for key in ("name", "city")) if isinstance(to, Mapping) else ("", "")
        return in_one_line(f"{kind}{what}" if what else "", name, city)
