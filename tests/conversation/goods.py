"""Forms whose products are in a catalogue: one answered from the cache, one looked up, one with items and an amount."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from bot.conversation.known import Account
from providers.fields import Form, Found, InCatalogue, LookUp, Suggested, Text, Times, WholeNumber
from providers.products import Chosen, Facts, fitting, total_of

Id = Annotated[WholeNumber, Field(ge=1)]
TEA: dict[str, Any] = {"title": "Green tea", "price": "1.20", "unit": "CNY", "minimum": 2, "maximum": 5000, "stock": 40}
CUP: dict[str, Any] = {"title": "Cup", "price": "1190", "unit": "CNY"}


class Gift(Form):
    """One product, asked first."""

    gift: Annotated[Id, InCatalogue(into="about")] = Field(title="Gift", examples=[614])
    about: Annotated[Facts | None, Found()] = None
    quantity: Annotated[WholeNumber, Field(ge=1)] = Field(title="Quantity", examples=[5])
    remark: Text | None = Field(None, title="Note")

    @field_validator("quantity")
    @classmethod
    def _fits(cls, value: int, info: ValidationInfo) -> int:
        return fitting(value, info.data.get("about"))

    def chosen(self) -> tuple[Chosen, ...]:
        return (Chosen(("gift",), ("about",), str(self.gift), self.quantity, self.about, ("quantity",)),)


class Fans(Gift):
    """The same, looked up at the supplier, whose prices are not said to be per piece."""

    priced_per_piece: ClassVar[bool] = False
    gift: Annotated[Id, LookUp(into="about")] = Field(title="Gift", examples=[614])


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    variant: Annotated[Id, InCatalogue(into="about")] = Field(title="Variant")
    about: Annotated[Facts | None, Found()] = None
    pieces: Annotated[WholeNumber, Field(ge=1), Times()] = Field(title="Pieces")

    @field_validator("pieces")
    @classmethod
    def _fits(cls, value: int, info: ValidationInfo) -> int:
        return fitting(value, info.data.get("about"))


def _sum(known: Mapping[str, Any]) -> str | None:
    total = total_of(
        Chosen((), (), "", int(item["pieces"]), Facts.model_validate(item["about"]) if item.get("about") else None)
        for item in known.get("items") or []
        if "pieces" in item
    )
    return str(total.amount) if total is not None else None


class Basket(Form):
    """Another question stands before the products."""

    amount_field = "amount"

    kind: Literal["goods", "vip"] = Field(title="Kind")
    items: list[Item] = Field(min_length=1, max_length=5, title="Items")
    amount: Annotated[WholeNumber, Field(ge=1), Suggested(_sum)] = Field(title="Amount")

    def chosen(self) -> tuple[Chosen, ...]:
        return tuple(
            Chosen(("items", i, "variant"), ("items", i, "about"), str(item.variant), item.pieces, item.about)
            for i, item in enumerate(self.items)
        )


GIFTS, FANS, BASKET = (
    Account("gifts", "Gifts", Gift),
    Account("fans", "Fans", Fans),
    Account("basket", "Basket", Basket),
)
