"""An AnqiCMS shop in a process of its own that costs little: `python -m tests.benchmarks.supplier [--hangs]`.

It answers what a bot asks of such a shop while orders are placed, in the documented shapes, and prints its port. With
`--hangs` it takes an order and never answers. What it doesn't know it answers with 404 and writes on its standard
error, which fails the measurement: a bot that asks in vain is another one than is meant.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from itertools import count
from time import time
from typing import Any, Final
from urllib.parse import parse_qs

from tests.benchmarks.dialogue import PRODUCTS
from tests.benchmarks.wire import NOT_FOUND, Connection, serve

USER_ID: Final = 1000
_PRICE: Final = 9900


class Shop:
    """Takes every order; none is ever paid or shipped, so that nobody has news to tell."""

    def __init__(self, *, hangs: bool = False) -> None:
        self._hangs = hangs
        self._ids = count(46)
        self._orders: dict[str, dict[str, Any]] = {}
        self._reads: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {
            "/api/archive/list": self._list,
            "/api/archive/detail": lambda asked: _answer(_archive(int(asked["id"]))),
            "/api/orders": self._newest,
            "/api/order/detail": self._detail,
        }

    def handle(self, connection: Connection, target: bytes, head: bytes, body: bytes) -> None:
        del head
        path, _, query = target.decode().partition("?")
        if path == "/api/order/create":
            if not self._hangs:
                connection.answer(_json(_answer(self._take(json.loads(body)))))
            return
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if (read := self._reads.get(path)) is None:
            sys.stderr.write(f"the shop knows nothing of {path}\n")
            sys.stderr.flush()
            connection.answer(_json({"code": 404, "msg": "Not Found"}), NOT_FOUND)
            return
        connection.answer(_json(read(asked)))

    def _take(self, body: dict[str, Any]) -> dict[str, Any]:
        made, made_at = next(self._ids), int(time())
        lines = body.get("details") or [body]
        amount = sum(_PRICE * line["quantity"] for line in lines)
        order = {
            "id": made,
            "created_time": made_at,
            "updated_time": made_at,
            "order_id": f"2026010112{made:08}",
            "payment_id": "",
            "user_id": USER_ID,
            "address_id": made,
            "remark": body.get("remark") or _title(lines[0]["goods_id"]),
            "type": body.get("type", "goods"),
            "status": 0,
            "refund_status": 0,
            "origin_amount": amount,
            "amount": amount,
            "paid_time": 0,
            "end_time": 0,
            "deliver_time": 0,
            "finished_time": 0,
            "discount_amount": 0,
            "seller_id": 15,
            "seller_amount": amount * 80 // 100,
            "share_user_id": 0,
            "share_parent_user_id": 0,
            "share_amount": 0,
            "share_parent_amount": 0,
            "express_company": "",
            "tracking_number": "",
        }
        self._orders[order["order_id"]] = order | {"details": None, "order_address": body.get("address")}
        return order

    def _detail(self, asked: dict[str, str]) -> dict[str, Any]:
        order = self._orders.get(asked.get("order_id", ""))
        return _answer(order) if order is not None else {"code": -1, "msg": "订单不存在"}

    def _newest(self, asked: dict[str, str]) -> dict[str, Any]:
        size, page = int(asked.get("pageSize", 20)), int(asked.get("current", 1))
        orders = list(self._orders.values())[::-1]
        return _answer(orders[(page - 1) * size : page * size]) | {"total": len(orders)}

    def _list(self, asked: dict[str, str]) -> dict[str, Any]:
        size, page = int(asked.get("limit", 10)), int(asked.get("page", 1))
        ids = range(PRODUCTS, 0, -1)[(page - 1) * size : page * size]
        return _answer([_archive(one) for one in ids]) | {"total": PRODUCTS}


def _title(product: int) -> str:
    return f"西湖龙井 {product}"


def _archive(product: int) -> dict[str, Any]:
    return {
        "id": product,
        "title": _title(product),
        "module_id": 2,
        "category_id": 5,
        "category": {"id": 5, "title": "绿茶", "module_id": 2, "parent_id": 4},
        "price": _PRICE,
        "stock": 9_999_999,
        "logo": "",
        "thumb": "",
        "link": f"/{product}.html",
        "user_id": 0,
    }


def _answer(data: object) -> dict[str, Any]:
    return {"code": 0, "msg": "", "data": data}


def _json(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode()


async def main() -> None:
    shop = Shop(hangs="--hangs" in sys.argv[1:])
    sys.stdout.write(f"{await serve(shop.handle)}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main())
