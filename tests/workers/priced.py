"""A supplier that tells prices, limits and stock of what it sells, and changes them when a test says so."""

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from bot.buttons.data import read
from bot.conversation import events
from providers.errors import ProviderUnavailable
from providers.fields import Form, Found, LookUp, PlainId, Times, WholeNumber
from providers.orders import PlacedOrder
from providers.products import Chosen, Facts, fitting
from storage import orders
from storage.orders import Order
from tests.bench import until
from tests.end_to_end.house import ADMIN
from tests.storage import direct
from tests.workers.scripted import Answer, TakesNoneTwice
from tests.workers.supplied import Supplied

SHOWN = Facts(title="Fans", price=Decimal(12), unit="points", minimum=1, maximum=1000, stock=500)
PLACED = PlacedOrder("N-1207")


def chosen_at(path: tuple[str | int, ...], one: Any) -> Chosen:
    return Chosen((*path, "article"), (*path, "facts"), one.article, one.quantity, one.facts, (*path, "quantity"))


class Ware(Form):
    article: Annotated[PlainId, LookUp(into="facts")] = Field(title="Article")
    facts: Annotated[Facts | None, Found()] = None
    quantity: Annotated[WholeNumber, Field(ge=1, le=10_000)] = Field(title="Quantity")

    @field_validator("quantity")
    @classmethod
    def _fits(cls, value: int, info: ValidationInfo) -> int:
        return fitting(value, info.data.get("facts"))

    def chosen(self) -> tuple[Chosen, ...]:
        return (chosen_at((), self),)


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    article: Annotated[PlainId, LookUp(into="facts")] = Field(title="Article")
    facts: Annotated[Facts | None, Found()] = None
    quantity: Annotated[WholeNumber, Field(ge=1, le=10_000), Times()] = Field(title="Quantity")


class Basket(Form):
    """Several products, and what they cost together as a person says it."""

    amount_field: ClassVar[str] = "total"

    lines: list[Line] = Field(min_length=1, title="Lines")
    total: Annotated[WholeNumber, Field(ge=0)] = Field(title="Total")

    def chosen(self) -> tuple[Chosen, ...]:
        return tuple(chosen_at(("lines", place), line) for place, line in enumerate(self.lines))


class Priced(TakesNoneTwice):
    """`holds` is what is said of an article from now on, `SHOWN` of all others; each reading waits for `read_gate`."""

    form: ClassVar[type[Form]] = Ware

    def __init__(self, *answers: Answer) -> None:
        super().__init__(*(answers or (PLACED,)))
        self.holds: dict[str, Any] = {}
        self.reads: list[str] = []
        self.sent: list[Any] = []
        self.read_gate = asyncio.Event()
        self.read_gate.set()
        self.listed = True

    async def place(self, form: Any, reference: str) -> PlacedOrder:
        self.sent.append(form)
        return await super().place(form, reference)

    async def look_up(self, field: str, value: str) -> Mapping[str, Any]:
        assert field == "facts"
        if not self.listed:
            raise ProviderUnavailable("catalogue_not_read")
        facts: Facts = self.holds.get(value, SHOWN)
        return facts.model_dump(mode="json")

    async def read_product(self, chosen: Chosen) -> Facts:
        self.reads.append(chosen.id)
        await self.read_gate.wait()
        now = self.holds.get(chosen.id, SHOWN)
        if isinstance(now, Exception):
            raise now
        found: Facts = now
        return found


class PricedBasket(Priced):
    form: ClassVar[type[Form]] = Basket


async def asked(house: Supplied, start: str, who: int = ADMIN) -> None:
    """Wait until the newest message starts so."""

    def said() -> bool:
        said = house.outbox(who)
        return bool(said) and said[-1].startswith(f"<b>{start}")

    await until(said)


async def filled_in(house: Supplied, article: str = "P-1", quantity: str = "100", who: int = ADMIN) -> None:
    """To the summary of an order of one article."""
    await house.does(events.OrderRequested("priced"), who)
    await house.does(events.Answered(article), who)
    await asked(house, "Quantity", who)
    await house.does(events.Answered(quantity), who)
    await asked(house, "Summary", who)


async def tap(house: Supplied, label: str, who: int = ADMIN) -> None:
    await house.does(read(house.button(label, who)), who, tapped=1)


async def ordered(house: Supplied, article: str = "P-1", quantity: str = "100", who: int = ADMIN) -> str:
    """An order of one article, confirmed; returns its reference."""
    await filled_in(house, article, quantity, who)
    await tap(house, "Confirm", who)
    return newest(house).reference


def newest(house: Supplied) -> Order:
    return orders.all_rows(direct.reading(house.database), 100)[-1]


async def placed(house: Supplied, reference: str = "") -> Order:
    """Wait until an order, or the newest one, is placed."""

    def is_placed() -> bool:
        order = house.order(reference) if reference else newest(house)
        return order.outcome == "placed"

    await until(is_placed)
    return house.order(reference or newest(house).reference)


async def reading(provider: Priced, count: int = 1) -> None:
    async def begun() -> bool:
        return len(provider.reads) == count

    await until(begun)


async def idle(house: Supplied) -> bool:
    return not house.sender._calls["priced"] and newest(house).stage == "settled"
