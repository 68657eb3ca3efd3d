"""An AnqiCMS shop's side of `POST /api/order/create`, of the login, and of the reading of orders and products.

Source: the product's public pages Create an order interface, Order Detail, Order List, Document List, Document Details,
Login, what its code is known to do (business errors are HTTP 200, and an empty User-Agent gets an empty 200), and what
a shop of version 3.5.8 was seen to do.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from types import MappingProxyType
from typing import Any, Literal

from aiohttp import web
from pydantic import ValidationError

from providers.simulators.anqicms import products
from providers.simulators.anqicms.bodies import BODY, Booked, envelope, lines_of, no
from providers.simulators.anqicms.orders import STATUS_WORDS, OrderBook
from providers.simulators.anqicms.shelf import EXAMPLES, AnqiCmsShelf
from providers.simulators.base import Handler, Order, Refusal, Simulator, Taken
from providers.simulators.server import json_object

TOKEN = "sandbox-anqicms-token"  # noqa: S105  the sandbox's own
USER_NAME, PASSWORD = "sandbox", "sandbox-password"
OFFICE_TIME = timezone(timedelta(hours=8))
FIRST_ID = 46
USER_ID = 1000
SELLER_ID = 15
LIMITED_FOR, LOCKED_FOR = timedelta(minutes=5), timedelta(hours=1)
TOO_MANY, LOCKED_OUT = 429, 403


class AnqiCmsSimulator(Simulator):
    """`revoke_tokens()` ends all tokens until a new login, or `heal()` for the fixed one.

    `allows_guests`: a create without a valid token is taken, under user 0. `list_has_details`: the list tells the lines
    of its orders. `take_elsewhere(Booked(body, user_id))` makes an order of another user. Orders move by the clock
    while `book.moves`; `pay(number)` and the like set a status by hand.

    Its database: `orders_unreadable`, so that the list is null and no detail is found; `database_down`, so that nobody
    is known any more, and no password right; `loses_next` orders are answered and not stored.

    `limit`: requests in five minutes, after which whoever asks is locked out for an hour; None for no limiter.

    `goods` are title and price in 1/100 by goods id, `articles` titles by id: both may change at any time.
    `api_closed`: the site has not opened its public interface. `longest_page`: of the list of products, whose count is
    taken anew after `counts_for`.
    """

    name = "anqicms"
    title = "AnqiCMS"
    examples = EXAMPLES
    create_path = "/api/order/create"
    secret_headers = frozenset({"token", "cookie"})
    refusals = ("-1", "1001", "1002")
    refusal_words = MappingProxyType(
        {"-1": "error, reason in its message", "1001": "not logged in", "1002": "unauthorized"}
    )

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(now)
        self._tokens = {TOKEN}
        self._issued = 0
        self._offered = ""
        self.book = OrderBook(lambda: self.now())  # noqa: PLW0108  whoever sets another clock sets it for the book too
        self.pay, self.ship, self.complete = self.book.pay, self.book.ship, self.book.complete
        self.cancel, self.ask_refund, self.refund = self.book.cancel, self.book.ask_refund, self.book.refund
        self.close, self.delete = self.book.close, self.book.delete
        self.orders_unreadable = self.database_down = False
        self.loses_next = 0
        self._numbered = 0
        self.limit: int | None = None
        self._came: list[datetime] = []
        self._locked_until: datetime | None = None
        self.counts_for = timedelta(0)
        self._counted: dict[str, tuple[datetime, int]] = {}
        self.goods = products.GOODS | products.MORE_GOODS
        self.shelf = AnqiCmsShelf(self.goods)
        self.articles = dict(products.ARTICLES)
        self.api_closed = False
        self.longest_page = products.LONGEST_PAGE
        self.allows_guests = False
        self.list_has_details = True

    def account(self, kind: Literal["token", "login"] = "token") -> dict[str, Any]:
        login = {"user_name": USER_NAME, "password": PASSWORD}
        return {"provider": self.name, "base_url": self.url} | (login if kind == "login" else {"token": TOKEN})

    def status_of(self, order: Order) -> str:
        user = order.answer["data"]["user_id"]
        status = next((one["status"] for one in self.book.of(user) if one["order_id"] == order.number), "deleted")
        return next((word for word, meant in STATUS_WORDS.items() if word and meant == status), str(status))

    def revoke_tokens(self) -> None:
        """Make all tokens given so far invalid."""
        self._tokens.clear()

    def offer_token(self) -> str:
        """Let the next answer to a signed-in client carry a new valid token in `Update-Token`, and return it."""
        self._offered = self._new_token()
        return self._offered

    def heal(self) -> None:
        self._tokens.add(TOKEN)
        self.orders_unreadable = self.database_down = False
        self.loses_next = 0
        self._locked_until = None
        self._came.clear()
        super().heal()

    async def dispatch(self, request: web.Request) -> web.StreamResponse:
        if self.limit is not None and (status := self._turned_away(self.limit)):
            text = "Your IP is blocked." if status == LOCKED_OUT else "Too many requests from this IP."
            return web.Response(status=status, text=text)
        return await super().dispatch(request)

    def _turned_away(self, limit: int) -> int:
        """The HTTP status with which a limiter answers; 0 when it lets the request in."""
        now = self.now()
        if self._locked_until is not None and now < self._locked_until:
            return LOCKED_OUT
        self._came = [*(at for at in self._came if at > now - LIMITED_FOR), now]
        if len(self._came) <= limit:
            return 0
        self._locked_until = now + LOCKED_FOR
        return TOO_MANY

    def reply(self, status: int, answer: Any) -> web.Response:
        response = super().reply(status, answer)
        response.headers["Date"] = format_datetime(self.now().astimezone(UTC), usegmt=True)
        if self._offered and isinstance(answer, dict) and answer.get("code") != 1001:
            response.headers["Update-Token"] = self._offered
            self._offered = ""
        return response

    def examine(self, request: web.Request, raw: bytes) -> dict[str, Any]:
        self._identify(request)
        known = self._is_known(request)
        if not (known or self.allows_guests):
            raise self.refusal("1001", None)
        try:
            body = json_object(request, raw)
        except ValueError as error:
            raise no(str(error)) from None
        try:
            BODY.validate_python(body)
        except ValidationError as error:
            first = error.errors()[0]
            raise no(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        if "details" in body and "goods_id" in body:
            raise no("goods_id and details exclude each other")
        if not lines_of(body):
            raise no("Please select the product")
        if "id" in body.get("address", {}) or not self.still_takes(body):
            raise no("record not found")
        return body if known else Booked(body, 0)

    def still_takes(self, body: dict[str, Any]) -> bool:
        return all(goods in self.goods for goods, _ in lines_of(body))

    def take(self, body: dict[str, Any]) -> Taken:
        place = self._numbered
        self._numbered += 1
        now = self.now()
        made, amount = int(now.timestamp()), sum(self.goods[goods][1] * quantity for goods, quantity in lines_of(body))
        number = f"{now.astimezone(OFFICE_TIME):%Y%m%d%H%M%S}{(FIRST_ID + place) % 10_000:04}"
        remark = body.get("remark", "")
        order = {
            "id": FIRST_ID + place,
            "created_time": made,
            "updated_time": made,
            "order_id": number,
            "payment_id": "",
            "user_id": body.user_id if isinstance(body, Booked) else USER_ID,
            "address_id": place + 1 if "address" in body else 0,
            "remark": remark or self._written_remark(body),
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
            # A remark of the buyer's makes the shop skip the seller.
            "seller_id": 0 if remark else SELLER_ID,
            "seller_amount": 0 if remark else amount * 80 // 100,
            "share_user_id": 0,
            "share_parent_user_id": 0,
            "share_amount": 0,
            "share_parent_amount": 0,
            "express_company": "",
            "tracking_number": "",
        }
        details = [
            {
                "goods_id": goods,
                "quantity": quantity,
                "price": self.goods[goods][1],
                "goods": {"id": goods, "title": self.goods[goods][0]},
            }
            for goods, quantity in lines_of(body)
        ]
        if self.loses_next > 0:
            self.loses_next -= 1
            return Taken(number, envelope(0, "", order), kept=False)
        self.book.keep(order | {"details": details, "order_address": body.get("address")})
        return Taken(number, envelope(0, "", order))

    def _written_remark(self, body: dict[str, Any]) -> str:
        lines = lines_of(body)
        return self.goods[lines[0][0]][0] + ("..." if len(lines) > 1 else "")

    def without_number(self, answer: dict[str, Any]) -> dict[str, Any]:
        return answer | {"data": {key: value for key, value in answer["data"].items() if key != "order_id"}}

    def refusal(self, code: str, body: Any) -> Refusal:
        del body
        words = {"1001": "Please login", "1002": "Unauthorized"}
        return no(words.get(code, "Please select the product"), int(code))

    def reads(self) -> dict[tuple[str, str], Handler]:
        return {
            ("POST", "/api/login"): self._login,
            ("GET", "/api/order/detail"): self._detail,
            ("GET", "/api/orders"): self._list,
            ("GET", "/api/archive/list"): self._archives,
            ("GET", "/api/archive/detail"): self._archive,
        }

    def _new_token(self) -> str:
        self._issued += 1
        token = uuid.uuid5(uuid.NAMESPACE_URL, f"{self.name} {self._issued}").hex
        self._tokens.add(token)
        return token

    def _identify(self, request: web.Request) -> None:
        if not request.headers.get("User-Agent"):
            raise Refusal("no_user_agent", 200, None)

    def _is_known(self, request: web.Request) -> bool:
        token = request.headers.get("Token") or request.cookies.get("token")
        return token in self._tokens and not self.database_down

    def _authenticate(self, request: web.Request) -> None:
        self._identify(request)
        if not self._is_known(request):
            raise self.refusal("1001", None)

    async def _login(self, request: web.Request) -> web.StreamResponse:
        self._identify(request)
        try:
            body = json_object(request, await request.read())
        except ValueError as error:
            raise no(str(error)) from None
        if self.database_down or (body.get("user_name"), body.get("password")) != (USER_NAME, PASSWORD):
            raise no("登录失败")
        token = self._new_token()
        user = {"id": USER_ID, "user_name": USER_NAME, "group_id": 1, "balance": 0, "token": token}
        response = self.reply(200, envelope(0, "", user))
        response.set_cookie("token", token, httponly=True)
        return response

    async def _detail(self, request: web.Request) -> web.StreamResponse:
        """The one reading of orders that asks nobody to log in: whom it doesn't know it shows a guest's only."""
        self._identify(request)
        if self.orders_unreadable or self.database_down:
            raise no("database is locked")
        order = self.book.found(request.query.get("order_id", ""))
        if order is None:
            raise no("record not found")
        if order["user_id"] not in {0, USER_ID if self._is_known(request) else 0}:
            raise no("权限不足")
        return self.reply(200, envelope(0, "", order))

    async def _list(self, request: web.Request) -> web.StreamResponse:
        self._authenticate(request)
        query = request.query
        status = query.get("status", "")
        current, size = query.get("current", "1"), query.get("pageSize", "10")
        if status not in STATUS_WORDS or not (current.isdecimal() and size.isdecimal() and int(current) > 0):
            raise no("the query is not valid")
        if self.orders_unreadable:
            return self.reply(200, envelope(0, "", None) | {"total": 0})
        found = [order for order in self._own() if STATUS_WORDS[status] in {None, order["status"]}]
        start = (int(current) - 1) * int(size)
        left_out = {"order_address"} if self.list_has_details else {"order_address", "details"}
        rows = [
            {key: value for key, value in order.items() if key not in left_out}
            for order in found[start : start + int(size)]
        ]
        return self.reply(200, envelope(0, "", rows) | {"total": len(found)})

    def _own(self) -> list[dict[str, Any]]:
        """The orders of the user whom every token here stands for, newest first."""
        return self.book.of(USER_ID)

    async def _archives(self, request: web.Request) -> web.StreamResponse:
        self._need_open_api(request)
        published = products.rows(self.goods, self.articles)
        if self._is_known(request):
            published = [row for row in published if row["user_id"] == USER_ID]
        try:
            found, total = products.listed(published, request.query, self.longest_page)
        except ValueError as error:
            raise no(str(error)) from None
        counted = {} if total is None else {"total": self._count(request.query, total)}
        # No rows are null here, and so are those that can't be read.
        return self.reply(200, envelope(0, "", None if self.database_down else found or None) | counted)

    def _count(self, query: Mapping[str, str], total: int) -> int:
        what = f"{query.get('moduleId')} {query.get('categoryId')}"
        at, counted = self._counted.get(what, (self.now(), total))
        if self.now() - at >= self.counts_for:
            at, counted = self.now(), total
        self._counted[what] = at, counted
        return counted

    async def _archive(self, request: web.Request) -> web.StreamResponse:
        self._need_open_api(request)
        for row in [] if self.database_down else products.rows(self.goods, self.articles):
            if str(row["id"]) == request.query.get("id"):
                return self.reply(200, envelope(0, "", products.detail(row)))
        raise no("no archive found")

    def _need_open_api(self, request: web.Request) -> None:
        self._identify(request)
        if self.api_closed:
            raise no("API interface function is not open")
