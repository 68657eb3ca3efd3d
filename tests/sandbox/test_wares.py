"""The hands on what suppliers sell: what they change is what the supplier then tells and takes."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.sandbox.suppliers import SupplierCard
from providers.simulators.anqicms.simulator import TOKEN, AnqiCmsSimulator
from providers.simulators.base import Simulator
from providers.simulators.citiesocial.products import SOLD_OUT
from providers.simulators.citiesocial.simulator import AUTHORIZATION, CitiesocialSimulator
from providers.simulators.damaijia.simulator import ACCESS_TOKEN, DamaijiaSimulator
from providers.simulators.guoguo.products import FANS, PRODUCTS
from providers.simulators.guoguo.simulator import API_KEY, GuoGuoSimulator
from providers.simulators.registry import SIMULATORS

MADE = datetime(2026, 6, 1, tzinfo=UTC)
RECIPIENT = {
    "consignee": "王小明",
    "mobile": "13800000000",
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "address": "一号",
    "platform_order_sn": "1",
}


class Now:
    def __init__(self) -> None:
        self.at = MADE

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture(params=SIMULATORS, ids=lambda kind: kind.name)
async def simulator(request: pytest.FixtureRequest, now: Now) -> AsyncIterator[Simulator]:
    async with request.param(now) as running:
        yield running


async def ordered(card: SupplierCard, number: str) -> bool:
    """Whether the supplier takes an order at the price that its card shows."""
    simulator, price = card.simulator, ware(card, number)["price"] or "0"
    bodies: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
        "guoguo": ({"product_id": number, "quantity": 10, "link": "https://a.example/p"}, {"x-api-key": API_KEY}),
        "citiesocial": (
            {
                "line_items": [{"variant_id": number, "quantity": 1}],
                "email": "a@b.example",
                "shipping_address": {
                    "first_name": "A",
                    "last_name": "B",
                    "title": "",
                    "zip": "100",
                    "city": "C",
                    "address1": "D",
                    "address2": "E",
                    "phone": "0912345678",
                },
                "transaction_amount": int(price.replace(",", "").partition(".")[0]),
                "channel_order_reference": "R",
            },
            {"Authorization": AUTHORIZATION},
        ),
        "damaijia": (
            {"product_id": number, "product_number": 1, "remark": "", "consignees": [RECIPIENT], "source": "taobao"},
            {"Authorization": ACCESS_TOKEN},
        ),
        "anqicms": ({"type": "goods", "goods_id": number, "quantity": 1}, {"Token": TOKEN, "User-Agent": "test"}),
    }
    body, headers = bodies[simulator.name]
    if simulator.name != "guoguo":
        body = json.loads(json.dumps(body).replace(f'"{number}"', number))
    async with httpx.AsyncClient(base_url=simulator.url, trust_env=False) as client:
        await client.post(simulator.create_path, json=body, headers=headers)
    return simulator.received[-1].outcome == "placed"


def ware(card: SupplierCard, number: str) -> dict[str, Any]:
    found = next(one for one in card.as_json()["wares"] if one["number"] == number)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("simulator", [GuoGuoSimulator, CitiesocialSimulator, AnqiCmsSimulator], indirect=True)
async def test_prices_move_by_a_tenth_and_what_is_off_sale_is_not_taken_until_it_is_sold_again(
    simulator: Simulator,
) -> None:
    card = SupplierCard(simulator)
    number, dearer, as_before = {
        "guoguo": (FANS, "13", "11"),
        "citiesocial": ("36698431250", "1,309", "1,178"),
        "anqicms": ("188", "108.90", "98.01"),
    }[simulator.name]
    card.change(number, "dearer")
    assert ware(card, number)["price"] == dearer
    assert await ordered(card, number)
    card.change(number, "cheaper")
    assert ware(card, number)["price"] == as_before

    card.change(number, "stop")
    shown = card.as_json()
    assert (ware(card, number)["sold"], ware(card, number)["price"]) == (False, as_before)
    assert not await ordered(card, number)
    with pytest.raises(ValueError, match="not on sale"):
        card.change(number, "dearer")
    card.change(number, "stop")
    assert card.as_json()["more_wares"] == shown["more_wares"]

    card.change(number, "sell")
    card.change(number, "sell")
    assert (ware(card, number)["sold"], ware(card, number)["price"]) == (True, as_before)
    assert await ordered(card, number)


@pytest.mark.parametrize("deed", ["dearer", "cheaper", "stop", "sell"])
async def test_what_a_supplier_does_not_have_can_not_be_changed(simulator: Simulator, deed: Any) -> None:
    card = SupplierCard(simulator)
    for number in ("", "7", "nothing", "١٨٨"):
        with pytest.raises(ValueError):  # noqa: PT011  each supplier in its own words
            card.change(number, deed)


async def test_one_simulators_prices_are_not_anothers(now: Now) -> None:
    one, other = SupplierCard(GuoGuoSimulator(now)), SupplierCard(GuoGuoSimulator(now))
    one.change(FANS, "stop")
    assert ware(other, FANS)["sold"]
    assert FANS in PRODUCTS


async def test_a_price_can_fall_to_nothing_and_rise_again(now: Now) -> None:
    shop = AnqiCmsSimulator(now)
    card = SupplierCard(shop)
    shop.goods[188] = ("Theme", 1)
    for deed, price in (("cheaper", "0.00"), ("cheaper", "0.00"), ("dearer", "0.01")):
        card.change("188", deed)  # type: ignore[arg-type]  # what no button sends
        assert ware(card, "188")["price"] == price


async def test_a_variant_that_is_sold_out_says_so(now: Now) -> None:
    assert ware(SupplierCard(CitiesocialSimulator(now)), str(SOLD_OUT))["words"] == "Canvas tote - Red, sold out"


@pytest.mark.parametrize(
    ("simulator", "number", "stations"),
    [
        (GuoGuoSimulator, FANS, ["establish", "establish", "processing", "finish"]),
        (CitiesocialSimulator, "36698431250", ["pending"] * 4),
        (DamaijiaSimulator, "614", ["not shipped", "not shipped", "shipped", "shipped"]),
        (AnqiCmsSimulator, "188", ["waiting", "paid", "delivery", "finished"]),
    ],
    indirect=["simulator"],
)
async def test_orders_stand_as_the_clock_has_it(
    simulator: Simulator, number: str, stations: list[str], now: Now
) -> None:
    card = SupplierCard(simulator)
    told = []
    assert await ordered(card, number)
    for later in (timedelta(0), timedelta(minutes=10), timedelta(hours=2), timedelta(days=1)):
        now.at = MADE + later
        (held,) = card.as_json()["held"]
        assert held["number"] == simulator.ledger[0].number
        told.append(held["status"])
    assert told == stations


async def test_the_newest_orders_stand_first_and_parcels_are_counted(now: Now) -> None:
    async with DamaijiaSimulator(now) as simulator:
        for _ in range(2):
            assert await ordered(SupplierCard(simulator), "614")
        first, second = simulator.ledger
        body = first.body | {"consignees": [RECIPIENT, RECIPIENT | {"platform_order_sn": "2"}]}
        body.pop("site_order_id", None)
        third = simulator.take_elsewhere(body)
        simulator.set_parcel(third.number, 1, "c")
        held = SupplierCard(simulator).as_json()["held"]
        assert [one["number"] for one in held] == [third.number, second.number, first.number]
        assert held[0]["status"] == "1 not shipped, 1 cancelled"
