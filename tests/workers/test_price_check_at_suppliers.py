"""Between Confirm and sending at the suppliers themselves: what changes there stops the order, placed later on."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import events
from bot.journal.views import view
from providers.base import ListsProducts
from providers.simulators.base import Fault, Simulator
from providers.simulators.citiesocial.products import COLLECTIONS
from providers.simulators.citiesocial.simulator import CitiesocialSimulator
from providers.simulators.guoguo.products import FANS
from tests import bench
from tests.bench import working
from tests.workers.priced import asked, newest, placed, tap
from tests.workers.supplied import Supplied, provider_for, supplied

VARIANT = 123450001
PERSON: dict[str, Any] = {
    "email": "staff@example.com",
    "first_name": "a",
    "last_name": "b",
    "title": None,
    "zip": "100",
    "city": "c",
    "address1": "d",
    "address2": "e",
    "phone": "0912345678",
}


@dataclass
class Stage:
    house: Supplied
    citiesocial: CitiesocialSimulator

    def supplier(self, account: str) -> Simulator:
        return {"guoguo": self.house.guoguo, "shop": self.house.shop, "city": self.citiesocial}[account]

    async def facts(self, account: str, product: str) -> dict[str, Any]:
        """What the catalogue knows of a product now."""
        provider = self.house.providers[account]
        assert isinstance(provider, ListsProducts)
        return next(dict(one.facts) for one in (await provider.list_products()).products if one.id == product)

    async def order(self, account: str) -> dict[str, Any]:
        """Answers of an order whose products are known."""
        if account == "guoguo":
            return {"product": await self.facts(account, FANS)}
        if account == "shop":
            goods = await self.facts(account, "188")
            return {"items": [{"goods_id": "188", "goods": goods, "quantity": "2"}]}
        known = await self.facts(account, str(VARIANT))
        amount = int(float(known["price"])) * 2
        items = [{"variant_id": str(VARIANT), "variant": known, "quantity": "2"}]
        return {"items": items, "transaction_amount": str(amount)} | PERSON


@pytest.fixture(autouse=True)
def _no_answers_of_a_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bench.ANSWERS, "city", {})


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    async with CitiesocialSimulator() as city:
        provider = provider_for(city.account() | {"collections": sorted(COLLECTIONS)})
        async with supplied(folder, city=provider) as house, working(house.sender.run()):
            yield Stage(house, city)


def guoguo(**changes: Any) -> Callable[[Stage], None]:
    return lambda stage: stage.house.guoguo.products[FANS].update(changes)


def goods(price: int) -> Callable[[Stage], None]:
    def change(stage: Stage) -> None:
        title, _ = stage.house.shop.goods[188]
        stage.house.shop.goods[188] = (title, price)

    return change


CASES: dict[str, tuple[str, Callable[[Stage], Any], str, str]] = {
    "guoguo price up": ("guoguo", guoguo(price=15), "price_rose", "Summary"),
    "guoguo price down": ("guoguo", guoguo(price=9), "", ""),
    "guoguo min up": ("guoguo", guoguo(min=200), "limits_changed", "Quantity"),
    "guoguo max down": ("guoguo", guoguo(max=50), "limits_changed", "Quantity"),
    "guoguo gone": ("guoguo", lambda stage: stage.house.guoguo.products.pop(FANS), "product_gone", "Product"),
    "guoguo of another kind": ("guoguo", guoguo(product_category="instagram_story"), "product_changed", "Username"),
    "guoguo not read": (
        "guoguo",
        lambda stage: stage.house.guoguo.fail_reads(Fault.ERROR_BEFORE, "/platform/product"),
        "product_not_read",
        "Summary",
    ),
    "shop price up": ("shop", goods(999_900), "price_rose", "Summary"),
    "shop gone": ("shop", lambda stage: stage.house.shop.goods.pop(188), "product_gone", "Product"),
    "shop not read": ("shop", lambda stage: stage.house.shop.fail_reads(Fault.GARBAGE), "product_not_read", "Summary"),
    "city price up": (
        "city",
        lambda stage: stage.citiesocial.assortment.set_price(VARIANT, 99_000),
        "price_rose",
        "Amount",
    ),
    "city out of stock": (
        "city",
        lambda stage: stage.citiesocial.stock.update({VARIANT: 0}),
        "out_of_stock",
        "Quantity",
    ),
    "city gone": (
        "city",
        lambda stage: stage.citiesocial.assortment.remove_variant(VARIANT),
        "product_gone",
        "Product",
    ),
    "city not read": (
        "city",
        lambda stage: stage.citiesocial.fail_reads(Fault.DROP_BEFORE),
        "product_not_read",
        "Summary",
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_what_changes_at_a_supplier_stops_the_order(tmp_path: Path, case: str) -> None:
    account, change, code, stands_at = CASES[case]
    async with stage(tmp_path) as on:
        supplier, house = on.supplier(account), on.house
        answers = await on.order(account)
        change(on)
        house.confirmed("1000", account, **answers)
        house.sender.wake(account)
        if not code:
            order = await placed(house, "1000")
            assert "The price fell from" in house.outbox()[-1]
            assert order.number == supplier.ledger[0].number
            return
        assert await house.outcome("1000") == "not_sent"
        assert view(house.order("1000")).code == code
        assert supplier.received == []
        await asked(house, stands_at)
        if stands_at == "Summary":
            await tap(house, "Confirm")
            await placed(house, "1000")
            assert len(supplier.received) == 1


async def test_the_amount_is_asked_again_and_the_order_is_placed_with_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        answers = await on.order("city")
        on.citiesocial.assortment.set_price(VARIANT, 99_000)
        on.house.confirmed("1000", "city", **answers)
        on.house.sender.wake("city")
        await asked(on.house, "Amount")
        await on.house.does(events.Answered("198000"))
        await asked(on.house, "Summary")
        await tap(on.house, "Confirm")
        order = await placed(on.house, newest(on.house).reference)
        assert [taken.number for taken in on.citiesocial.ledger] == [order.number]
