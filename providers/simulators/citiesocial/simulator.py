"""The other side of citiesocial's `POST /orders/create/` and of what it sells, with the exact texts of its pages.

What the page Create Order leaves open (an unknown key, a bad ZIP or phone, how a client authenticates) is refused in
this simulator's own words, as the one shape that the page shows for a 400.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from providers.simulators.base import Handler, Order, Refusal, Simulator, Taken
from providers.simulators.citiesocial.bodies import BODY, price_mismatch, refused
from providers.simulators.citiesocial.products import COLLECTIONS, SOLD_OUT, Assortment
from providers.simulators.citiesocial.shelf import EXAMPLES, CitiesocialShelf
from providers.simulators.server import json_object

AUTHORIZATION = "sandbox-citiesocial-key"
STOCK = 50
FIRST_NAME = 1207
FIRST_ID = 5_764_308_878


def _accepted(request: web.Request) -> bool:
    return request.headers.get("Authorization") == AUTHORIZATION


def _plain(status: int, text: str) -> web.Response:
    """The pages of reading show their errors as bare texts."""
    return web.Response(status=status, text=text)


class CitiesocialSimulator(Simulator):
    """`stock` counts what is left of each variant; `assortment` has the prices, and things can be taken from it."""

    name = "citiesocial"
    title = "citiesocial"
    examples = EXAMPLES
    create_path = "/orders/create/"
    secret_headers = frozenset({"authorization"})
    refusals = ("inventory", "invalid_json", "variant_not_valid", "price_mismatch", "unauthorized")
    refusal_words = MappingProxyType(
        {
            "inventory": "Unable to claim inventory.",
            "invalid_json": "Invalid json format.",
            "variant_not_valid": "variant_id is not valid.",
            "price_mismatch": "total_price does not equal transaction_amount",
            "unauthorized": "Unauthorized access",
        }
    )

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(now)
        self.assortment = Assortment()
        self.stock = dict.fromkeys(self.assortment, STOCK) | {SOLD_OUT: 0}
        self.shelf = CitiesocialShelf(self.assortment, self.stock)

    def account(self) -> dict[str, Any]:
        where = {"provider": self.name, "base_url": self.url, "headers": {"Authorization": AUTHORIZATION}}
        return where | {"collections": list(COLLECTIONS), "currency": "TWD"}

    def status_of(self, order: Order) -> str:
        """The word of when the order was made: citiesocial tells none later."""
        return str(order.answer.get("order", {}).get("financial_status", ""))

    def reads(self) -> dict[tuple[str, str], Handler]:
        found: dict[tuple[str, str], Handler] = {}
        for collection in COLLECTIONS:
            found["GET", f"/collections/{collection}/products/"] = partial(self._collection, collection)
        for product in self.assortment.products:
            found["GET", f"/products/{product}/"] = partial(self._product, product)
        return found

    async def _collection(self, collection: int, request: web.Request) -> web.StreamResponse:
        if not _accepted(request):
            return _plain(401, "Unauthorized access")
        try:
            return self.reply(200, {"products": self.assortment.page_of(collection, request.query)})
        except ValueError as error:
            return _plain(400, f"invalid value: {error}")

    async def _product(self, product: int, request: web.Request) -> web.StreamResponse:
        if not _accepted(request):
            return _plain(401, "Unauthorized access")
        return self.reply(200, {"product": self.assortment.details_of(product, self.stock)})

    def wrong_method(self) -> Refusal:
        return Refusal("wrong_method", 405, "POST is required.")

    async def elsewhere(self, request: web.Request) -> web.StreamResponse:
        if request.path + "/" != self.create_path:
            return await super().elsewhere(request)
        self.record(request, await request.read(), "refused missing_slash")
        return web.Response(status=301, headers={"Location": self.create_path})

    def examine(self, request: web.Request, raw: bytes) -> dict[str, Any]:
        if not _accepted(request):
            raise self.refusal("unauthorized", None)
        try:
            body = json_object(request, raw)
        except ValueError:
            raise self.refusal("invalid_json", None) from None
        try:
            BODY.validate_python(body)
        except ValidationError as error:
            where = [part for part in error.errors()[0]["loc"] if isinstance(part, str)][-1]
            raise refused(f"invalid_{where}", f"{where} is not valid.") from None
        wanted = Counter[int]()
        for item in body["line_items"]:
            wanted[item["variant_id"]] += item["quantity"]
        self._examine_items(wanted, body["transaction_amount"])
        return body

    def _examine_items(self, wanted: Counter[int], amount: int) -> None:
        if any(variant not in self.assortment for variant in wanted):
            raise self.refusal("variant_not_valid", None)
        total = sum(self.assortment.price_of(variant) * quantity for variant, quantity in wanted.items())
        if total != amount:
            raise price_mismatch(total, amount)
        if any(quantity > self.stock[variant] for variant, quantity in wanted.items()):
            raise self.refusal("inventory", None)

    def still_takes(self, body: dict[str, Any]) -> bool:
        return all(item["variant_id"] in self.assortment for item in body["line_items"])

    def take(self, body: dict[str, Any]) -> Taken:
        units = []
        for item in body["line_items"]:
            variant, quantity = item["variant_id"], item["quantity"]
            self.stock[variant] -= quantity
            unit = {
                "shipment": None,
                "estimated_shipping_date": None,
                "name": self.assortment.name_of(variant),
                "is_refunded": False,
                "variant_id": variant,
            }
            units += [unit] * quantity
        number = f"#{FIRST_NAME + len(self.ledger)}"
        order = {
            "total_price": body["transaction_amount"],
            "name": number,
            "items": units,
            "financial_status": "pending",
            "id": str(FIRST_ID + len(self.ledger)),
            "shipping_address": body["shipping_address"],
            "is_cancelled": False,
            "email": body["email"],
            "channel_order_reference": body["channel_order_reference"],
        }
        return Taken(number, {"order": order}, status=201)

    def without_number(self, answer: dict[str, Any]) -> dict[str, Any]:
        return {"order": {key: value for key, value in answer["order"].items() if key not in {"name", "id"}}}

    def refusal(self, code: str, body: Any) -> Refusal:
        match code:
            case "invalid_json":
                return refused(code, "Invalid json format.")
            case "variant_not_valid":
                return refused(code, "variant_id is not valid.")
            case "price_mismatch":
                sent = body.get("transaction_amount") if isinstance(body, dict) else None
                amount = sent if isinstance(sent, int) else 50
                return price_mismatch(amount + 10, amount)
            case "unauthorized":
                return Refusal(code, 401, {"message": "Unauthorized access"})
            case _:
                return refused("inventory", "Unable to claim inventory.")
