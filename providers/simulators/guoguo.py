"""GuoGuo's side of `POST /platform/order/ch2/default` and of the reads around it.

Source: the supplier's public pages Create Ch02 Default Order, List Products, OData Query, Error Codes, Organization.
Where a page is silent (bodies of 404 and 405, a missing product id) the stricter reading is taken.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Annotated, Any, NotRequired
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError, with_config
from pydantic_core import ErrorDetails
from typing_extensions import TypedDict

from providers.simulators.base import Fault, Handler, Refusal, Simulator, Taken
from providers.simulators.guoguo_history import ORDERS, RECORDS, debit_row, order_row
from providers.simulators.guoguo_odata import Columns, page
from providers.simulators.guoguo_products import COLUMNS, PRODUCTS
from providers.simulators.server import STRICT, json_object

API_KEY = "sandbox-guoguo-key"
OFFICE_TIME = timezone(timedelta(hours=8))
STORY = "instagram_story"


def _uri(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or any(c.isspace() for c in value):
        raise ValueError("not an absolute URI")
    return value


def _uuid(value: str) -> str:
    if str(uuid.UUID(value)) != value.lower():
        raise ValueError("not a UUID")
    return value


Count = Annotated[int, Field(ge=1, le=10_000_000)]


@with_config(STRICT)
class CreateOrder(TypedDict):
    """The documented body; presence of link and username is judged with the product."""

    product_id: Annotated[str, AfterValidator(_uuid)]
    quantity: Count
    runs: NotRequired[Count]
    interval_minutes: NotRequired[Count]
    link: NotRequired[Annotated[str, AfterValidator(_uri)]]
    username: NotRequired[Annotated[str, StringConstraints(min_length=1)]]


_BODY: TypeAdapter[CreateOrder] = TypeAdapter(CreateOrder)
_FIELD_CODES = {
    "missing": "field_is_required",
    "string_too_short": "field_is_required",
    "greater_than_equal": "value_out_of_range",
    "less_than_equal": "value_out_of_range",
}
_STATUSES = {"token_validation_failed": 401, "un_handle_exception": 500}


def _no(code: str, message: str = "", fields: list[dict[str, str]] | None = None, odata: str | None = None) -> Refusal:
    answer = {
        "message": message or code.replace("_", " ").capitalize() + ".",
        "result_code": code,
        "validation_failed_responses": fields or [],
        "odata": odata,
    }
    return Refusal(code, _STATUSES.get(code, 400), answer)


def _field(name: str, code: str, message: str) -> dict[str, str]:
    return {"result_code": code, "message": message, "property_name": name}


def _invalid(*fields: dict[str, str]) -> Refusal:
    return _no("data_validation_failed", "Validation failed.", list(fields))


def _field_error(error: ErrorDetails) -> dict[str, str]:
    name = str(error["loc"][0]) if error["loc"] else ""
    code = _FIELD_CODES.get(error["type"], "data_validation_failed")
    says = "is required" if code == "field_is_required" else f"is not valid: {error['msg']}"
    return _field(name, code, f"{name} {says}.")


class GuoGuoSimulator(Simulator):
    """Credit is in `balance`, what was taken from it in `records` as the supplier shows them, oldest first.

    `rows_tell`: the order list says what was ordered, which no document shows or excludes. `product_fault`
    (ERROR_BEFORE, DROP_BEFORE, HANG) makes the reading of products fail.
    """

    name = "guoguo"
    create_path = "/platform/order/ch2/default"
    secret_headers = frozenset({"x-api-key"})
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
        self.rows_tell = False
        self.product_fault: Fault | None = None

    def account(self) -> dict[str, Any]:
        return {"provider": self.name, "base_url": self.url, "api_key": API_KEY}

    def heal(self) -> None:
        self.product_fault = None
        super().heal()

    def examine(self, request: web.Request, raw: bytes) -> dict[str, Any]:
        self._authenticate(request)
        try:
            body = json_object(request, raw)
        except ValueError as error:
            raise _invalid(_field("", "data_validation_failed", str(error))) from None
        try:
            _BODY.validate_python(body)
        except ValidationError as error:
            raise _invalid(*map(_field_error, error.errors())) from None
        self._examine_with_product(body)
        return body

    def _examine_with_product(self, body: dict[str, Any]) -> None:
        product = PRODUCTS.get(body["product_id"].lower())
        if product is None:
            raise _no("data_not_exist")
        if "link" in body and "username" in body:
            raise _no("conflicting_parameters")
        wanted = "username" if product["product_category"] == STORY else "link"
        if wanted not in body:
            raise _invalid(_field(wanted, "field_is_required", f"{wanted} is required."))
        if body["quantity"] < product["min"]:
            raise _no("below_minimum_quantity")
        if body["quantity"] > product["max"]:
            raise _no("exceeds_maximum_quantity")
        if product["price"] * body["quantity"] > self.balance:
            raise _no("credit_not_enough")

    def take(self, body: dict[str, Any]) -> Taken:
        total = PRODUCTS[body["product_id"].lower()]["price"] * body["quantity"]
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
            return _invalid(_field("quantity", "value_out_of_range", f"quantity {value} is out of range."))
        return _no(code)

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
            raise _no("token_validation_failed")

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
        return self._listed(request, list(PRODUCTS.values()), COLUMNS)

    async def _orders(self, request: web.Request) -> web.StreamResponse:
        rows = [order_row(order, tells=self.rows_tell) for order in self.ledger]
        return self._listed(request, rows, ORDERS)

    async def _records(self, request: web.Request) -> web.StreamResponse:
        return self._listed(request, self.records, RECORDS)

    def _listed(self, request: web.Request, rows: Sequence[dict[str, Any]], columns: Columns) -> web.StreamResponse:
        self._authenticate(request)
        try:
            answer = page(rows, columns, dict(request.query))
        except ValueError as error:
            raise _no("o_data_failed", odata=str(error)) from None
        return self.reply(200, answer)

    async def _organization(self, request: web.Request) -> web.StreamResponse:
        self._authenticate(request)
        organization = str(uuid.uuid5(uuid.NAMESPACE_URL, self.name))
        return self.reply(200, {"organization_id": organization, "name": "Example Organization"})

    async def _balance(self, request: web.Request) -> web.StreamResponse:
        self._authenticate(request)
        return self.reply(200, {"balance": self.balance})
