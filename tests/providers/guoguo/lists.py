"""GuoGuo's two lists in shapes that its simulator never gives, and a simulator that tells what it was asked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from providers.guoguo.form import DefaultOrder
from providers.guoguo.provider import GuoGuo, GuoGuoSettings
from providers.orders import Remark, Sending
from providers.simulators.guoguo.products import FANS
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from providers.simulators.server import Server
from tests.providers.contract import WORDS

ORDERS = "/platform/order"
RECORDS = "/platform/organization/credit/record"
SENT = datetime(2026, 6, 2, 4, 30, tzinfo=UTC)
SENDING = Sending("100000000000001", SENT - timedelta(minutes=2), SENT + timedelta(minutes=10))
LINK = "https://example.com/posts/abc123"
FORM = DefaultOrder.model_validate({"product_id": FANS, "link": LINK, "quantity": "10"})
BODY: dict[str, Any] = {"product_id": FANS, "link": LINK, "quantity": 10}


class Watched(GuoGuoSimulator):
    """A simulator that notes its requests and may do something after each page of orders."""

    def __init__(self, now: Callable[[], datetime] = lambda: SENT) -> None:
        super().__init__(now)
        self.asked: list[tuple[str, str]] = []
        self.after_orders: Callable[[], object] = lambda: None

    async def dispatch(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.method, request.path))
        answer = await super().dispatch(request)
        if request.path == ORDERS:
            self.after_orders()
        return answer


class Lists(Server):
    """The rows as they stand, cut into pages as asked; `counts` replaces the count, None leaves it out."""

    def __init__(self, orders: list[Any], records: list[Any] | None = None, **counts: Any) -> None:
        super().__init__()
        self.rows = {ORDERS: orders, RECORDS: records or []}
        self.counts = counts
        self.pages = 0
        self.date = format_datetime(SENT, usegmt=True)

    async def dispatch(self, request: web.Request) -> web.StreamResponse:
        rows = self.rows.get(request.path)
        if request.method != "GET" or rows is None:
            return self.reply(404, None)
        self.pages += 1
        skip = self.skip(int(request.query["$skip"]))
        count = self.counts.get("count", len(rows))
        total = {} if count is None else {"@odata.count": count}
        return self.reply(200, {"value": rows[skip : skip + int(request.query["$top"])]} | total)

    def reply(self, status: int, answer: Any) -> web.Response:
        response = super().reply(status, answer)
        response.headers["Date"] = self.date
        return response

    def skip(self, asked: int) -> int:
        return asked


def guoguo(server: Server, *, now: Callable[[], datetime] | None = None, **overrides: Any) -> GuoGuo:
    """An account of ours, by default with the supplier's clock."""
    settings = {"provider": "guoguo", "base_url": server.url, "api_key": "sandbox-guoguo-key"}

    def same() -> datetime:
        return server.now() if isinstance(server, GuoGuoSimulator) else SENT

    return GuoGuo(GuoGuoSettings.model_validate(settings | overrides), now or same)


def at(minutes: float) -> str:
    """A time of a row, in minutes after the sending, as the supplier writes it."""
    return (SENT + timedelta(minutes=minutes, hours=8)).replace(tzinfo=None).isoformat() + "+08:00"


def order(number: object, minutes: float = 0, **more: Any) -> dict[str, Any]:
    return {
        "order_id": f"id-{number}",
        "order_number": number,
        "payment_type": "credit",
        "order_status": "establish",
        "total": 120,
        "order_detail": [],
        "create_date_time": at(minutes),
    } | more


def record(number: object, minutes: float = 0, **more: Any) -> dict[str, Any]:
    return {
        "organization_credit_record_number": number,
        "quantity": -120,
        "type": "decrease",
        "order": None,
        "create_date_time": at(minutes),
    } | more


def sentence(signal: Remark) -> str:
    return WORDS[f"signal.guoguo.{signal.code}"].format_map({"account": "GuoGuo"} | signal.params)
