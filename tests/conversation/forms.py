"""A small form with everything that forms can have, and the accounts that use it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from bot.conversation.known import Account
from providers.fields import AskWhen, Form, Found, LongText, LookUp, PlainId, Text, WholeNumber


class Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(Group):
    article: PlainId = Field(title="Article")
    count: Annotated[WholeNumber, Field(ge=1, le=99)] = Field(title="Count", examples=[2])
    note: Text | None = Field(None, title="Note")


class Extra(Group):
    extra: Text = Field(title="Extra")
    wrapped: Literal["yes", "no"] = Field(title="Wrapped")


class Address(Group):
    street: Text = Field(title="Address")
    city: Text = Field(title="City")


class Sender(Group):
    name: Text = Field(title="Sender")
    phone: PlainId | None = Field(None, title="Sender phone")


class Facts(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    title: str = ""
    largest: int | None = None


def _is_used(known: Mapping[str, Any]) -> bool:
    return known.get("kind") == "used"


class Toy(Form):
    """`most` may not be below `least`: a rule of two fields."""

    kind: Literal["new", "used"] = Field(title="Kind")
    years: Annotated[WholeNumber | None, AskWhen(_is_used)] = Field(None, title="Years")
    product: Annotated[PlainId, LookUp(into="facts")] = Field(title="Product", examples=["P-1"])
    facts: Annotated[Facts | None, Found()] = None
    parts: list[Part] = Field(min_length=1, max_length=60, title="Parts")
    extras: list[Extra] = Field([], max_length=2, title="Extras")
    address: Address = Field(title="Address")
    sender: Sender | None = Field(None, title="From")
    least: Annotated[WholeNumber, Field(ge=1, le=1000)] = Field(title="Least")
    most: Annotated[WholeNumber, Field(ge=1, le=1000)] = Field(title="Most", examples=[10])
    remark: LongText | None = Field(None, title="Note", description="Anything else.")

    @field_validator("most")
    @classmethod
    def _not_below_least(cls, value: int, info: ValidationInfo) -> int:
        least = info.data.get("least")
        if least is not None and value < least:
            raise PydanticCustomError("below_least", "below {least}", {"least": least})
        facts = info.data.get("facts")
        if facts is not None and facts.largest is not None and value > facts.largest:
            raise PydanticCustomError("above_largest", "above {largest}", {"largest": facts.largest})
        return value


class Note(Form):
    """The smallest form."""

    text: Text = Field(title="Text")


TOY = Account("toy", "Toys & Co", Toy)
NOTE = Account("note", "Notes", Note)
