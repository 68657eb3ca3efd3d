"""However many pages a list has, what is read of it stays within bounds, and an honest one is read again afterwards."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
from aiohttp import web

from providers.allowance import Allowance, one_reading
from providers.base import READINGS, HttpProvider
from providers.errors import ProviderError
from providers.products import LONGEST_TITLE
from providers.registry import names, provider_class
from providers.simulators.registry import simulator_class

ROWS = 50
_numbers = count(1)
PAGE = 100_000
PAD = "x" * (PAGE // ROWS)
ROOM = 10 * PAGE


def id_of(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012}"


Row = Callable[[int], dict[str, Any]]
ENDLESS: dict[str, tuple[str, Row]] = {
    "/platform/product": ("value", lambda n: {"product_id": id_of(n), "title": PAD, "product_type": "ch2_default"}),
    "/platform/order": ("value", lambda n: {"order_number": f"ORD-{10**12 - n}", "order_status": PAD}),
    "/collections/7/products/": ("products", lambda n: {"id": n, "title": PAD}),
    "/vv/external/v1/warehouse_get_list": ("data", lambda n: {"id": n, "express_name": "Courier"}),
    "/vv/external/v1/product_get_list": ("data", lambda n: {"id": n, "name": PAD}),
    "/vv/external/package_get_list": ("data", lambda n: {"site_order_consignee_id": n, "consignee": PAD}),
    "/api/archive/list": ("data", lambda n: {"id": n, "title": PAD, "price": 100}),
}
"""Of lists that never end: the key of their rows, and a row."""


@asynccontextmanager
async def endless() -> AsyncIterator[tuple[str, list[int]]]:
    """A server whose lists never end, and the bytes of its answers."""
    sent: list[int] = []

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        key, row = ENDLESS[request.path]
        page = {
            "status": 0,
            "code": 0,
            "total": 10**9,
            "@odata.count": 10**9,
            key: [row(next(_numbers)) for _ in range(ROWS)],
        }
        body = json.dumps(page).encode()
        sent.append(len(body))
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", sent
    finally:
        await runner.cleanup()


def account(name: str, settings: dict[str, Any]) -> HttpProvider[Any]:
    kind = provider_class(name)
    more = {"collections": ["7"]} if name == "citiesocial" else {}
    made = kind(kind.settings_model.model_validate(settings | more))
    assert isinstance(made, HttpProvider)
    return made


@pytest.mark.parametrize(
    ("name", "ability", "asked"),
    [
        *((name, "list_products", ()) for name in names()),
        ("guoguo", "read_status", ("ORD-1",)),
        ("damaijia", "read_status", ("1",)),
    ],
)
async def test_a_list_without_an_end_is_given_up_in_time(name: str, ability: str, asked: tuple[str, ...]) -> None:
    async with endless() as (url, sent), simulator_class(name)() as honest:
        settings = honest.account()
        async with account(name, settings | {"base_url": url}) as strange:
            strange.http._allowance = room = Allowance(ROOM)
            try:
                found = await getattr(strange, ability)(*asked)
            except ProviderError:
                pass
            else:
                assert not found.whole
                assert all(len(product.title) <= LONGEST_TITLE for product in found.products)
            # What comes then is too much at once; a supplier of fifty warehouses is asked about each.
            assert len(sent) <= 12 + (ROWS if name == "damaijia" else 0)
            assert room.left == ROOM
        async with account(name, settings) as real:
            if ability == "list_products" and name != "citiesocial":
                assert (await getattr(real, ability)()).whole


@pytest.mark.parametrize("name", names())
def test_every_reading_of_a_supplier_shares_the_room_of_its_account(name: str) -> None:
    kind = provider_class(name)
    abilities = {ability for ability in READINGS if hasattr(kind, ability)}
    assert abilities
    assert all(hasattr(getattr(kind, ability), "__wrapped__") for ability in abilities)


async def test_readings_side_by_side_share_one_room_and_give_it_back() -> None:
    room = Allowance(most=1000)

    @one_reading
    async def within(then: Callable[[], Any]) -> Any:
        return room.take(b"x" * 600), await then()

    async def alone() -> bool:
        return room.take(b"x" * 600)

    @one_reading
    async def another() -> bool:
        return room.take(b"x" * 300)

    async def nothing() -> None:
        return None

    async def values() -> bool:
        return room.take(b"[1,2,3,4,5,6,7,8]")

    # One reading within another is part of it.
    assert await within(another) == (True, True)
    assert await within(alone) == (True, False)
    assert await within(nothing) == (True, None)
    # The values of JSON take more than their text.
    assert await within(one_reading(values)) == (True, False)
