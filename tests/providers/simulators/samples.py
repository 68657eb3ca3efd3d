"""For each simulator a create that it takes, so that facts about faults are told once for all of them."""

import ssl
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import httpx

from providers.simulators.anqicms.simulator import TOKEN
from providers.simulators.base import Simulator
from providers.simulators.citiesocial.simulator import AUTHORIZATION
from providers.simulators.damaijia.simulator import ACCESS_TOKEN
from providers.simulators.guoguo.products import FANS
from providers.simulators.guoguo.simulator import API_KEY

CREDENTIALS: Mapping[str, dict[str, str]] = {
    "guoguo": {"x-api-key": API_KEY},
    "citiesocial": {"Authorization": AUTHORIZATION},
    "damaijia": {"Authorization": ACCESS_TOKEN},
    "anqicms": {"Token": TOKEN},
}

# A context without certificates: nothing here speaks TLS, and loading them for each client takes most of a test.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

_BODIES: Mapping[str, dict[str, Any]] = {
    "guoguo": {
        "quantity": 10,
        "runs": 2,
        "interval_minutes": 30,
        "link": "https://example.com/posts/abc123",
        "product_id": FANS,
    },
    "citiesocial": {
        "line_items": [{"variant_id": 123450001, "quantity": 2}, {"variant_id": 123450002, "quantity": 1}],
        "email": "staff@example.com",
        "shipping_address": {
            "first_name": "小明",
            "last_name": "王",
            "title": "先生",
            "zip": "100",
            "city": "台北市",
            "address1": "中正區",
            "address2": "八德路一段",
            "phone": "0912345678",
        },
        "transaction_amount": 30,
        "channel_order_reference": "abcd1234",
    },
    "damaijia": {
        "product_id": 614,
        "site_order_id": 1000111,
        "product_number": 1,
        "remark": "ceshi",
        "source": "taobao",
        "consignees": [
            {
                "site_order_consignee_id": "1000111",
                "consignee": "测试",
                "mobile": "15000000007",
                "province": "浙江省",
                "city": "杭州市",
                "district": "余杭区",
                "address": "梦想大道108号",
                "platform_order_sn": "00000000001",
            }
        ],
    },
    "anqicms": {"goods_id": 188, "quantity": 1, "type": "goods"},
}

ADDRESS = {
    "name": "测试",
    "phone": "15000000007",
    "province": "河南省",
    "city": "郑州市",
    "country": "中原区",
    "address_info": "梦想大道108号",
    "postcode": "450000",
}


def a_body(name: str, place: int = 0, **changes: Any) -> dict[str, Any]:
    """A new acceptable body for the simulator `name`; bodies with another `place` are other orders."""
    body = deepcopy(_BODIES[name]) | changes
    if name == "damaijia" and "site_order_id" not in changes:
        body["site_order_id"] += place
    return body


def client(patience: float = 5) -> httpx.AsyncClient:
    """A client of ours in all but the words; `patience`: seconds until it gives up."""
    return httpx.AsyncClient(timeout=patience, trust_env=False, verify=NO_TLS)


async def send(
    simulator: Simulator, body: Any, headers: Mapping[str, str] | None = None, *, patience: float = 5
) -> httpx.Response:
    """One create on a line of its own; a header given as "" is left out."""
    given = CREDENTIALS[simulator.name] | dict(headers or {})
    kept = {name: value for name, value in given.items() if value}
    async with client(patience) as line:
        if isinstance(body, bytes):
            return await line.post(simulator.url + simulator.create_path, content=body, headers=kept)
        return await line.post(simulator.url + simulator.create_path, json=body, headers=kept)


async def get(simulator: Simulator, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """One reading with the right credentials."""
    async with client() as line:
        return await line.get(simulator.url + path, headers=CREDENTIALS[simulator.name] | dict(headers or {}))
