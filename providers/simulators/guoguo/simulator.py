"""GuoGuo's side of the creates below `/platform/order/ch2` and of the reads around them.

Source: the supplier's public create pages and List Products, OData Query, Error Codes, Organization.
Where a page is silent (bodies of 404 and 405, a missing product id) the stricter reading is taken.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from types import MappingProxyType
from typing import Any

from aiohttp import web

from providers.simulators.base import Fault, Handler, Order, Refusal, Simulator, Taken
from providers.simulators.guoguo.bodies import PATHS, cost, examine, product_of
from providers.simulators.guoguo.odata import Columns, page
from providers.simulators.guoguo.orders import ORDERS, RECORDS, debit_row, order_row
from providers.simulators.guoguo.products import (
    COLUMNS,
    COMMENT_LIKES_TYPE,
    CUSTOM_COMMENTS,
    DEFAULT,
    PRODUCTS,
    SUBSCRIPTIONS,
)
from providers.simulators.guoguo.refusals import faulty, invalid, no
from providers.simulators.guoguo.shelf import EXAMPLES, GuoGuoShelf
from providers.simulators.server import json_object

API_KEY = "sandbox-guoguo-key"
OFFICE_TIME = timezone(timedelta(hours=8))
KINDS = {
    CUSTOM_COMMENTS: "custom_comments",
    COMMENT_LIKES_TYPE: "comment_likes",
    SUBSCRIPTIONS: "subscriptions",
}
"""The kinds that an account's settings give to the product types that are made up here, but for one."""


class GuoGuoSimulator(Simulator):
    """Credit is in `balance`, what was taken from it in `records` as the supplier shows them, oldest first.

    `products` are the rows of the catalogue by id, to be changed at will. `rows_tell`: the order list says what was
    ordered, which no document shows or excludes. `product_fault` (ERROR_BEFORE, DROP_BEFORE, HANG) makes the reading
    of products fail.
    """

    name = "guoguo"
    title = "GuoGuo"
    examples = EXAMPLES
    create_path = PATHS[DEFAULT]
    further_create_paths = frozenset(PATHS.values()) - {create_path}
    secret_headers = frozenset({"x-api-key"})
    refusal_words = MappingProxyType(
        {
            "credit_not_enough": "信用點數不足",
            "conflicting_parameters": "link 與 username 同時有值",
            "below_minimum_quantity": "數量低於產品設定的最小值",
            "exceeds_maximum_quantity": "數量高於產品設定的最大值",
            "token_validation_failed": "private key 缺漏或無效",
            "data_not_exist": "資料不存在",
            "create_order_failed": "訂單建立失敗",
        }
    )
    refusals = (
        "credit_not_enough",
        "data_validation_failed",
        "conflicting_parameters",
        "below_minimum_quantity",
        "exceeds_maximum_quantity",
        "token_validation_failed",
        "data_not_exist",
        "organization_disable",
        "organization_id_incorrect",
        "create_order_failed",
        "contact_customer_service",
        "un_handle_exception",
        "o_data_failed",
        "robot_validation_failed",
        "not_allowed_enum_values",
        "value_out_of_range",
        "failed_to_upload_file",
        "sequence_at_least_one_element",
        "field_is_required",
        "string_length_out_of_range",
        "invalid_expiry_date",
    )

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(now)
        self.balance = 1_000_000_000
        self.records: list[dict[str, Any]] = []
        self.products = {product_id: dict(row) for product_id, row in PRODUCTS.items()}
        self.shelf = GuoGuoShelf(self.products)
        self.rows_tell = False
        self.product_fault: Fault | None = None

    def account(self) -> dict[str, Any]:
        return {"provider": self.name, "base_url": self.url, "api_key": API_KEY, "kinds": dict(KINDS)}

    def status_of(self, order: Order) -> str:
        return str(order_row(order, self.now(), tells=False)["order_status"])

    def heal(self) -> None:
        self.product_fault = None
        super().heal()

    def examine(self, request: web.Request, raw: bytes) -> dict[str, Any]:
        self._authenticate(request)
        try:
            body = json_object(request, raw)
        except ValueError as error:
            raise invalid(faulty("", "data_validation_failed", str(error))) from None
        examine(request.path, body, self.products, self.now())
        if cost(body, self.products) > self.balance:
            raise no("credit_not_enough")
        return body

    def still_takes(self, body: dict[str, Any]) -> bool:
        return product_of(body, self.products) is not None

    def take(self, body: dict[str, Any]) -> Taken:
        total = cost(body, self.products)
        self.balance -= total
        now = self.now().astimezone(OFFICE_TIME)
        number = f"ORD-{now:%Y%m%d}{len(self.ledger) + 1:04}"
        answer = {
            "order_id": str(uuid.uuid5(uuid.NAMESPACE_URL, number)),
            "order_number": number,
            "payment_type": "credit",
            "order_status": "establish",
            "payment_status": "complete",
            "total": total,
            "order_detail": [],
            "create_date_time": now.isoformat(timespec="seconds"),
            "update_date_time": None,
        }
        self.records.append(debit_row(len(self.records) + 1, answer))
        return Taken(number, answer)

    def without_number(self, answer: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in answer.items() if key != "order_number"}

    def refusal(self, code: str, body: Any) -> Refusal:
        if code == "data_validation_failed":
            value = body.get("quantity") if isinstance(body, dict) else None
            return invalid(faulty("quantity", "value_out_of_range", f"quantity {value} is out of range."))
        return no(code)

    def reply(self, status: int, answer: Any) -> web.Response:
        response = super().reply(status, answer)
        response.headers["Date"] = format_datetime(self.now().astimezone(UTC), usegmt=True)
        return response

    def reads(self) -> dict[tuple[str, str], Handler]:
        return {
            ("GET", "/platform/product"): self._products,
            ("GET", "/platform/order"): self._orders,
            ("GET", "/platform/organization"): self._organization,
            ("GET", "/platform/organization/credit/balance"): self._balance,
            ("GET", "/platform/organization/credit/record"): self._records,
        }

    def _authenticate(self, request: web.Request) -> None:
        if request.headers.get("x-api-key") != API_KEY:
            raise no("token_validation_failed")

    async def _products(self, request: web.Request) -> web.StreamResponse:
        match self.product_fault:
            case Fault.ERROR_BEFORE:
                return self.broken()
            case Fault.DROP_BEFORE:
                return self.cut(request)
            case Fault.HANG:
                await self.wait()
                if self.stopping:
                    return self.cut(request)
        return self._listed(request, list(self.products.values()), COLUMNS)

    async def _orders(self, request: web.Request) -> web.StreamResponse:
        rows = [order_row(order, self.now(), tells=self.rows_tell) for order in self.ledger]
        return self._listed(request, rows, ORDERS)

    async def _records(self, request: web.Request) -> web.StreamResponse:
        return self._listed(request, self.records, RECORDS)

    def _listed(self, request: web.Request, rows: Sequence[dict[str, Any]], columns: Columns) -> web.StreamResponse:
        self._authenticate(request)
        try:
            answer = page(rows, columns, dict(request.query))
        except ValueError as error:
            raise no("o_data_failed", odata=str(error)) from None
        return self.reply(200, answer)

    async def _organization(self, request: web.Request) -> web.StreamResponse:
        self._authenticate(request)
        organization = str(uuid.uuid5(uuid.NAMESPACE_URL, self.name))
        return self.reply(200, {"organization_id": organization, "name": "Example Organization"})

    async def _balance(self, request: web.Request) -> web.StreamResponse:
        self._authenticate(request)
        return self.reply(200, {"balance": self.balance})
