"""Damaijia's side of `POST /vv/external/v1/order_create` and of the login and lists around it.

Source: the supplier's pages 1-1 (token), 1-3 (warehouses), 1-4 (products), 1-5 (create order), 1-6 (orders) and 1-7
(parcels). The answers of all but 1-5 are not public: they are made up here, and a client must not rely on their rows.
"""

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Literal

from aiohttp import web
from pydantic import TypeAdapter

from providers.simulators.base import Handler, Order, Refusal, Simulator, Taken
from providers.simulators.damaijia.bodies import BODY, check_shape, no
from providers.simulators.damaijia.orders import (
    LETTERS,
    OFFICE_TIME,
    ORDER_QUERY,
    PARCEL_QUERY,
    POOR,
    STATUS_WORDS,
    order_rows,
    parcel_rows,
)
from providers.simulators.damaijia.products import (
    ALL_GIFTS,
    OFF_SALE,
    SENDER_BANNED,
    TAOBAO_ONLY,
    product_rows,
    warehouse_rows,
)
from providers.simulators.damaijia.shelf import EXAMPLE_ROWS, EXAMPLES, DamaijiaShelf
from providers.simulators.server import json_object

ACCESS_TOKEN = "5f4dcc3b5aa765d61d8327deb882cf99"  # noqa: S105  the sandbox's own
APP_ID = "f823239df5e1059396431415e7000001"
APP_SECRET = "23ee22eaba297944c96afdbe5b100001"  # noqa: S105  the sandbox's own
FIRST_ID = 360
THEIR_PARCELS = 88_888_110

SHIPS_AFTER = timedelta(hours=2)
"""The time for which a parcel is not shipped yet, by the simulator's clock."""
POINTS_PER_PARCEL = 3
ACCEPTED, REFUSED = 2000, 2001
"""Codes for a parcel."""
BANNED_PROVINCE, BANNED_DISTRICT = "北京", "禁区"
REFUSALS = MappingProxyType(
    {
        "209": "账户余额不足",
        "422": "参数列表不合法",
        "132": "请求格式必须为JSON",
        "200": "认证失败",
        "226": "商品已下架",
        "228": "当前商品暂不支持该发货平台",
        "234": "site_order_id已存在",
        "235": "商品发货地已禁发",
    }
)
"""The whole order's refusals, in the words of the page 创建订单."""


class DamaijiaSimulator(Simulator):
    """`points` is our balance. `revoke_tokens()` ends all tokens until a new login, or `heal()` for the fixed one.

    `rows_carry` are the keys that the rows of the lists of orders and parcels have: `POOR`, `RICH`, or any others.
    `tells_amount`: a yes says how many points it took, as the table has it and the sample has not. `names_ours`: it has
    our ids of the parcels; those of the sample are the supplier's own.
    A parcel is p until `SHIPS_AFTER`, then s, unless `set_parcel` told otherwise.
    """

    name = "damaijia"
    title = "Damaijia"
    examples = EXAMPLES
    example_rows = EXAMPLE_ROWS
    create_path = "/vv/external/v1/order_create"
    secret_headers = frozenset({"authorization"})
    refusals = tuple(REFUSALS)
    refusal_words = REFUSALS

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(now)
        self.points = 1_000_000
        self.shelf = DamaijiaShelf()
        self.rows_carry = POOR
        self.tells_amount = False
        self.names_ours = True
        self._by_hand: dict[tuple[str, int], str] = {}
        self._tokens = {ACCESS_TOKEN}
        self._logins = 0

    def account(self, kind: Literal["token", "login"] = "token") -> dict[str, Any]:
        login = {"app_id": APP_ID, "app_secret": APP_SECRET}
        return {"provider": self.name, "base_url": self.url} | (
            login if kind == "login" else {"access_token": ACCESS_TOKEN}
        )

    def status_of(self, order: Order) -> str:
        rows = order.answer["data"]["consignees"]
        letters = [self.parcel_status(order, place) for place, row in enumerate(rows) if row["msg_code"] == ACCEPTED]
        if not letters:
            return "no parcel"
        words = Counter(STATUS_WORDS[letter] for letter in letters)
        return next(iter(words)) if len(letters) == 1 else ", ".join(f"{n} {word}" for word, n in words.items())

    def set_parcel(self, number: str, place: int, status: str) -> None:
        """Put the parcel at `place` (of those asked for, from 0) of an order into f, p, s or c, for good.

        Raises ValueError for a parcel or a status that there isn't.
        """
        parcels = {order.number: len(order.body["consignees"]) for order in self.ledger}
        if status not in LETTERS or not 0 <= place < parcels.get(number, 0):
            raise ValueError(f"no parcel {place} of {number} or no status {status!r}")
        self._by_hand[number, place] = status

    def parcel_status(self, order: Order, place: int) -> str:
        """The letter that the parcel list has for it now."""
        by_clock = "s" if self.now() - order.taken_at >= SHIPS_AFTER else "p"
        return self._by_hand.get((order.number, place), by_clock)

    def revoke_tokens(self) -> None:
        """Make all tokens given so far invalid."""
        self._tokens.clear()

    def heal(self) -> None:
        self._tokens.add(ACCESS_TOKEN)
        super().heal()

    def examine(self, request: web.Request, raw: bytes) -> dict[str, Any]:
        self._authenticate(request)
        try:
            body = json_object(request, raw)
        except ValueError:
            raise no(132) from None
        check_shape(BODY, body)
        self._examine_business(body)
        return body

    def still_takes(self, body: dict[str, Any]) -> bool:
        return body.get("site_order_id") not in {order.body.get("site_order_id") for order in self.ledger} - {None}

    def _examine_business(self, body: dict[str, Any]) -> None:
        product, source = body["product_id"], body["source"]
        if product not in ALL_GIFTS:
            raise no(422, "product_id: no such product")
        if not self.still_takes(body):
            raise no(234)
        if product == OFF_SALE:
            raise no(226)
        if product == TAOBAO_ONLY and source != "taobao":
            raise no(228)
        if product == SENDER_BANNED:
            raise no(235)
        if self._cost(body) > self.points:
            raise no(209)

    def _cost(self, body: dict[str, Any]) -> int:
        return POINTS_PER_PARCEL * int(body["product_number"]) * sum(not _banned(row) for row in body["consignees"])

    def take(self, body: dict[str, Any]) -> Taken:
        cost = self._cost(body)
        self.points -= cost
        count = len(self.ledger)
        number = f"{self.now().astimezone(OFFICE_TIME):%Y%m%d%H%M%S}{count + 1:08}"
        rows = [
            {
                "site_order_consignee_id": (
                    row.get("site_order_consignee_id", f"{count + 1}{place:03}")
                    if self.names_ours
                    else f"{THEIR_PARCELS + place}"
                ),
                "forbidden_zone": "北京/北京市",
                "msg_code": REFUSED if _banned(row) else ACCEPTED,
                "msg": "该地区已禁发" if _banned(row) else "",
            }
            for place, row in enumerate(body["consignees"], 1)
        ]
        data = {"order_id": FIRST_ID + count, "order_sn": number, "consignees": rows}
        if self.tells_amount:
            data["amount"] = cost
        return Taken(number, {"data": data, "status": 0})

    def without_number(self, answer: dict[str, Any]) -> dict[str, Any]:
        return answer | {"data": {key: value for key, value in answer["data"].items() if key != "order_sn"}}

    def refusal(self, code: str, body: Any) -> Refusal:
        del body
        return no(int(code), "product_number: not available in this number" if code == "422" else "")

    def reads(self) -> dict[tuple[str, str], Handler]:
        return {
            ("POST", "/vv/external/user_login"): self._login,
            ("POST", "/vv/external/order_get_list"): self._orders,
            ("POST", "/vv/external/package_get_list"): self._parcels,
            ("GET", "/vv/external/v1/warehouse_get_list"): self._warehouses,
            ("GET", "/vv/external/v1/product_get_list"): self._products,
        }

    def _authenticate(self, request: web.Request) -> None:
        if request.headers.get("Authorization") not in self._tokens:
            raise no(200)

    async def _login(self, request: web.Request) -> web.StreamResponse:
        try:
            body = json_object(request, await request.read())
        except ValueError:
            raise no(132) from None
        if set(body) != {"app_id", "app_secret"}:
            raise no(422, "app_id and app_secret are required")
        if body != {"app_id": APP_ID, "app_secret": APP_SECRET}:
            raise no(200)
        self._logins += 1
        token = uuid.uuid5(uuid.NAMESPACE_URL, f"{self.name} {self._logins}").hex
        self._tokens.add(token)
        return self.reply(200, {"data": {"access_token": token}, "status": 0})

    async def _orders(self, request: web.Request) -> web.StreamResponse:
        return await self._list(request, ORDER_QUERY, order_rows)

    async def _parcels(self, request: web.Request) -> web.StreamResponse:
        return await self._list(request, PARCEL_QUERY, partial(parcel_rows, letter=self.parcel_status))

    async def _list(
        self, request: web.Request, shape: TypeAdapter[Any], rows_of: Callable[..., list[dict[str, Any]]]
    ) -> web.StreamResponse:
        self._authenticate(request)
        try:
            query = json_object(request, await request.read())
        except ValueError:
            raise no(132) from None
        check_shape(shape, query)
        try:
            rows = rows_of(self.ledger, query, self.rows_carry)
        except ValueError as error:
            raise no(422, str(error)) from None
        return self.reply(200, {"data": rows, "status": 0})

    async def _warehouses(self, request: web.Request) -> web.StreamResponse:
        self._authenticate(request)
        return self.reply(200, {"data": warehouse_rows(BANNED_PROVINCE), "status": 0})

    async def _products(self, request: web.Request) -> web.StreamResponse:
        self._authenticate(request)
        try:
            rows = product_rows(request.query)
        except ValueError as error:
            raise no(422, str(error)) from None
        return self.reply(200, {"data": rows, "status": 0})


def _banned(row: dict[str, Any]) -> bool:
    return str(row["province"]).startswith(BANNED_PROVINCE) or row["district"] == BANNED_DISTRICT
