"""The questions for an order of gifts, one parcel for each recipient.

The document states no lengths and no bounds: ours only stop nonsense, the supplier judges the rest.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from providers.cleaning.send import at_ends, dialled, plain
from providers.fields import (
    Address,
    City,
    Count,
    District,
    Form,
    Found,
    Holds,
    InCatalogue,
    LongText,
    Name,
    NotCompared,
    OfSender,
    Part,
    Phone,
    PlainId,
    Province,
    WholeNumber,
    in_one_line,
    in_short,
    items_of,
    named_in_short,
    product_in_short,
    texts_at,
)
from providers.products import Chosen, Facts

LARGEST_ID = 2**63 - 1
MOST_RECIPIENTS = 999
"""Parcel ids end in three digits."""

Mobile = Annotated[Phone, AfterValidator(dialled), Field(min_length=5, max_length=32)]
"""Marketplaces give masked numbers, and extensions such as 13800000000-1234."""


class Gift(Facts):
    """The catalogue's facts of a gift: no document names its price or its bounds."""

    warehouse: str = ""


class Recipient(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    consignee: Name = Field(
        title="Recipient", description="The name of the person who gets the parcel.", examples=["王小明"]
    )
    mobile: Mobile = Field(
        title="Phone",
        description="The recipient's phone number, 5 to 32 characters; masked numbers and extensions are fine.",
        examples=["13800000000", "13800000000-1234"],
    )
    province: Province = Field(title="Province", description="The recipient's province.", examples=["浙江省"])
    city: City = Field(title="City", description="The recipient's city.", examples=["杭州市"])
    district: District = Field(title="District", description="The recipient's district.", examples=["余杭区"])
    address: Address = Field(
        title="Address", description="Street and house number, on one line.", examples=["文一路1号"]
    )
    # Any value will do there, so it tells two orders apart no more than its being skipped.
    platform_order_sn: Annotated[PlainId | None, NotCompared(), Holds(Part.ORDER_NUMBER)] = Field(
        None,
        title="Platform order number",
        description="The order number at the marketplace. Skip it if there is none; the parcel's id is sent then.",
        examples=["2021020411023208"],
    )


class Sender(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    consigner: Name = Field(
        title="Sender", description="The sender's name on the parcel. Skip it to send none.", examples=["李小红"]
    )
    mobile: Mobile | None = Field(
        None, title="Sender phone", description="The sender's phone number.", examples=["13900000000"]
    )
    province: Province | None = Field(
        None, title="Sender province", description="The sender's province.", examples=["浙江省"]
    )
    city: City | None = Field(None, title="Sender city", description="The sender's city.", examples=["杭州市"])
    district: District | None = Field(
        None, title="Sender district", description="The sender's district.", examples=["西湖区"]
    )
    address: Address | None = Field(
        None,
        title="Sender address",
        description="The sender's street and house number, on one line.",
        examples=["文三路2号"],
    )


class DamaijiaForm(Form):
    delivers_in = frozenset({"cn"})
    section_starts = frozenset({"product_id", "remark", "recipients", "sender"})

    product_id: Annotated[WholeNumber, Field(ge=1, le=LARGEST_ID), InCatalogue(into="gift")] = Field(
        title="Product", description="The number of the gift in the product list.", examples=[614]
    )
    gift: Annotated[Gift | None, Found()] = None
    product_number: Annotated[Count, Field(ge=1, le=1_000_000)] = Field(
        title="Quantity", description="How many of this gift to order.", examples=[1]
    )
    remark: LongText = Field(
        title="Note", description="A note that goes with the order; it has to have one.", examples=["Please pack well"]
    )
    source: Literal["taobao", "tmall", "jd", "pdd", "other"] = Field(
        title="Source", description="The marketplace that the order comes from.", examples=["taobao"]
    )
    recipients: list[Recipient] = Field(
        min_length=1,
        max_length=MOST_RECIPIENTS,
        title="Recipients",
        description="Who gets a parcel, one after the other.",
    )
    sender: Annotated[Sender | None, OfSender()] = Field(None, title="Sender", description="Who the parcels are from.")

    def chosen(self) -> tuple[Chosen, ...]:
        at, into, quantity_at = ("product_id",), ("gift",), ("product_number",)
        return (Chosen(at, into, str(self.product_id), self.product_number, self.gift, quantity_at),)

    @classmethod
    def searched(cls, answers: Mapping[str, Any]) -> tuple[str, ...]:
        of_each = ("recipients.consignee", "recipients.mobile", "recipients.platform_order_sn")
        # The number of a gift is a number once it was checked.
        gift = in_short(answers.get("product_id"))
        return (*texts_at(answers, "gift.title"), *([gift] if gift else ()), *texts_at(answers, *of_each))

    @classmethod
    def recipients_of(cls, answers: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """See `Form.recipients_of`. Both are cleaned as they are on the way out: a parcel is known by what was sent."""
        keys = ("consignee", "platform_order_sn")
        found = [tuple("".join(texts_at(one, key)) for key in keys) for one in items_of(answers, "recipients")]
        return tuple((str(at_ends(name)), str(plain(number))) for name, number in found)

    @classmethod
    def describe(cls, answers: Mapping[str, Any]) -> str:
        recipients = items_of(answers, "recipients")
        return in_one_line(
            product_in_short(answers, "product_id", "gift", "product_number"),
            # Two people may have one name, and each gets a parcel; a city is named once.
            named_in_short(in_short(one.get("consignee")) for one in recipients),
            named_in_short(dict.fromkeys(in_short(one.get("city")) for one in recipients)),
        )
