"""The panel hears of its suppliers when the clock is moved, and changes what they sell."""

import httpx
import pytest

from bot.clock import Clock
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from tests.sandbox.page.stream import events


async def test_when_the_clock_is_moved_the_panel_hears_how_orders_stand(
    client: httpx.AsyncClient, shop: AnqiCmsSimulator, time: Clock
) -> None:
    shop.now = time.moment
    order = shop.take_elsewhere({"type": "goods", "goods_id": 188, "quantity": 1})
    async with events(client) as stream:
        _, state = await anext(stream)
        assert state["suppliers"][0]["held"] == [{"number": order.number, "status": "waiting"}]
        await client.post("/page/clock", json={"seconds": 600})
        assert (await anext(stream))[0] == "clock"
        name, card = await anext(stream)
        assert (name, card["held"]) == ("supplier", [{"number": order.number, "status": "paid"}])


async def test_a_ware_is_changed_in_the_panel(client: httpx.AsyncClient, shop: AnqiCmsSimulator) -> None:
    async with events(client) as stream:
        await anext(stream)
        for deed, price, sold in (("dearer", "108.90", True), ("stop", "108.90", False), ("sell", "108.90", True)):
            answer = await client.post("/page/suppliers/anqicms/ware", json={"number": "188", "deed": deed})
            assert answer.status_code == 204
            _, card = await anext(stream)
            ware = card["wares"][0]
            assert (ware["number"], ware["price"], ware["sold"]) == ("188", price, sold)
    assert shop.goods[188][1] == 10_890


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"number": "7", "deed": "dearer"}, "It is not on sale."),
        ({"number": "x", "deed": "stop"}, "There is no such product."),
        ({"number": "188", "deed": "burn"}, "The request is not of the expected form."),
        ({"number": "188"}, "The request is not of the expected form."),
    ],
)
async def test_what_can_not_be_changed_is_said(client: httpx.AsyncClient, body: dict[str, str], said: str) -> None:
    answer = await client.post("/page/suppliers/anqicms/ware", json=body)
    assert (answer.status_code, answer.text) == (400, said)
    again = await client.post("/page/suppliers/anqicms/ware", json={"number": "188", "deed": "cheaper"})
    assert again.status_code == 204
