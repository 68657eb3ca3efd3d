"""The chat page's side of the stand-in: its files, and what the person at the page does.

Every web page that a browser visits can reach a server on the same machine, so requests made by another site are
refused, and so are those that came here under another name than this machine's.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.clock import Clock
from bot.sandbox.formatted import utf16_length
from bot.sandbox.messages import LONGEST_TEXT
from bot.sandbox.page_feed import HEADERS, Feed
from bot.sandbox.page_files import Files
from bot.sandbox.payloads import OtherKind
from bot.sandbox.seats import Seat
from bot.sandbox.standin import StandIn
from bot.sandbox.suppliers import Deed, SupplierCard
from bot.sandbox.troubles import Trouble, Troubles
from providers.simulators.base import Fault

FILES = Path(__file__).parent / "page"
LONGEST_STEP = 7 * 24 * 3600
"""Seconds that the clock is moved on at once."""
LOCAL_NAMES = frozenset({"127.0.0.1", "localhost"})
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Act(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Say(_Act):
    text: str = Field(min_length=1)
    reply_to: int | None = None


class _SendFile(_Act):
    name: str = Field(min_length=1, max_length=255)
    content: str = Field(min_length=1)
    caption: str = ""


class _Edit(_Act):
    text: str = Field(min_length=1)
    message_id: int


class _Tap(_Act):
    message_id: int
    data: str


class _SendOther(_Act):
    kind: OtherKind


class _Search(_Act):
    query: str
    offset: str = ""


class _Choose(_Act):
    query_id: str
    result_id: str


class _Advance(_Act):
    seconds: int


class _Fail(_Act):
    fault: Fault = Field(strict=False)
    code: str = ""


class _Make(_Act):
    trouble: Trouble


class _Ware(_Act):
    number: str
    deed: Deed


D = TypeVar("D", bound=_Act)


@web.middleware
async def _only_from_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    origin = request.headers.get(hdrs.ORIGIN)
    if urlsplit(f"//{request.host}").hostname not in LOCAL_NAMES or origin not in {None, f"http://{request.host}"}:
        raise web.HTTPForbidden(text="This server answers only its own page.")
    return await handler(request)


class ChatPage:
    """The page of those who sit at it, one at a time; a request names a seat by its chat, the first is assumed.

    `suppliers` are shown beside the chat in this order. `start_over` is called when all shall begin anew.
    """

    def __init__(
        self,
        standin: StandIn,
        seats: Sequence[Seat],
        suppliers: Sequence[SupplierCard],
        clock: Clock,
        start_over: Callable[[], None] | None = None,
    ) -> None:
        self._standin = standin
        self._seats = {str(seat.chat): seat for seat in seats}
        self._start_over = start_over
        self._clock = clock
        self._suppliers = {card.name: card for card in suppliers}
        self._troubles = Troubles(standin)
        self._files = Files(standin)
        self._feed = Feed(standin, seats, suppliers, self._troubles, clock)

    def add_routes(self) -> None:
        """Put the page into the stand-in's app, which must not have started."""
        app = self._standin.app
        app.middlewares.append(_only_from_this_machine)
        for path in sorted(FILES.iterdir()):
            if path.suffix in _TYPES:
                app.router.add_get("/" if path.name == "index.html" else f"/{path.name}", _file(path))
        app.router.add_get("/page/state", self._show_state)
        app.router.add_get("/page/events", self._show_events)
        app.router.add_post("/page/say", self._say)
        app.router.add_post("/page/edit", self._edit)
        app.router.add_post("/page/tap", self._tap)
        app.router.add_post("/page/other", self._send_other)
        app.router.add_post("/page/file", self._send_file)
        app.router.add_get(r"/page/file/{message:\d{1,15}}", self._hand_out)
        app.router.add_post("/page/inline", self._search)
        app.router.add_post("/page/choose", self._choose)
        app.router.add_post("/page/clock", self._advance)
        app.router.add_post("/page/anew", self._begin_anew)
        app.router.add_post("/page/telegram/trouble", self._make_trouble)
        app.router.add_post("/page/telegram/heal", self._heal_telegram)
        app.router.add_post("/page/suppliers/{name}/fault", self._fail)
        app.router.add_post("/page/suppliers/{name}/heal", self._heal)
        app.router.add_post("/page/suppliers/{name}/ware", self._change)
        app.router.add_post("/page/suppliers/{name}/sheet", self._try_sheet)

    async def _show_state(self, request: web.Request) -> web.Response:
        return web.json_response(self._feed.state(self._reader(request)), headers=HEADERS)

    async def _show_events(self, request: web.Request) -> web.StreamResponse:
        return await self._feed.stream(request, self._reader(request))

    def _reader(self, request: web.Request) -> Seat:
        """The seat whose chat to show: the first unless the address names another that there is."""
        with suppress(web.HTTPBadRequest):
            return self._doer(request)
        return next(iter(self._seats.values()))

    def _doer(self, request: web.Request) -> Seat:
        """The seat from which it is done. In somebody else's name nothing is done."""
        seat = self._seats.get(request.query.get("person", next(iter(self._seats))))
        if seat is None:
            raise web.HTTPBadRequest(text="There is no such person.")
        return seat

    async def _say(self, request: web.Request) -> web.Response:
        seat, said = self._doer(request), await _read(request, _Say)
        return _done(
            lambda: self._standin.say(seat.person, _short_enough(said.text), chat_id=seat.chat, reply_to=said.reply_to)
        )

    async def _edit(self, request: web.Request) -> web.Response:
        seat, edit = self._doer(request), await _read(request, _Edit)
        return _done(
            lambda: self._standin.edit(seat.person, edit.message_id, _short_enough(edit.text), chat_id=seat.chat)
        )

    async def _tap(self, request: web.Request) -> web.Response:
        seat, tap = self._doer(request), await _read(request, _Tap)
        return _done(lambda: self._standin.tap(seat.person, tap.message_id, tap.data, chat_id=seat.chat))

    async def _send_other(self, request: web.Request) -> web.Response:
        seat, other = self._doer(request), await _read(request, _SendOther)
        return _done(lambda: self._standin.say_other(seat.person, other.kind, chat_id=seat.chat))

    async def _send_file(self, request: web.Request) -> web.Response:
        seat, sent = self._doer(request), await _read(request, _SendFile)
        return _done(lambda: self._files.send(seat, sent.name, sent.content, sent.caption))

    async def _hand_out(self, request: web.Request) -> web.Response:
        return self._files.hand_out(self._doer(request), int(request.match_info["message"]))

    async def _try_sheet(self, request: web.Request) -> web.Response:
        await _read(request, _Act)
        seat, simulator = self._doer(request), self._supplier(request).simulator
        return _done(lambda: self._files.try_sheet(seat, simulator))

    async def _search(self, request: web.Request) -> web.Response:
        seat, search = self._doer(request), await _read(request, _Search)
        return _done(lambda: self._standin.inline(seat.person, search.query, search.offset))

    async def _choose(self, request: web.Request) -> web.Response:
        seat, choice = self._doer(request), await _read(request, _Choose)
        return _done(lambda: self._standin.choose(seat.person, choice.query_id, choice.result_id, chat_id=seat.chat))

    async def _advance(self, request: web.Request) -> web.Response:
        step = await _read(request, _Advance)
        return _done(lambda: self._clock.advance(_step(step.seconds)))

    async def _make_trouble(self, request: web.Request) -> web.Response:
        seat, wanted = self._doer(request), await _read(request, _Make)
        return _done(lambda: self._troubles.make(wanted.trouble, seat.person))

    async def _begin_anew(self, request: web.Request) -> web.Response:
        await _read(request, _Act)
        return _done(self._start_over or (lambda: None))

    async def _heal_telegram(self, request: web.Request) -> web.Response:
        await _read(request, _Act)
        return _done(self._troubles.heal)

    async def _fail(self, request: web.Request) -> web.Response:
        plan = await _read(request, _Fail)
        return _done(lambda: self._supplier(request).fail(plan.fault, plan.code))

    async def _heal(self, request: web.Request) -> web.Response:
        await _read(request, _Act)
        return _done(self._supplier(request).heal)

    async def _change(self, request: web.Request) -> web.Response:
        ware = await _read(request, _Ware)
        return _done(lambda: self._supplier(request).change(ware.number, ware.deed))

    def _supplier(self, request: web.Request) -> SupplierCard:
        card = self._suppliers.get(request.match_info["name"])
        if card is None:
            raise web.HTTPNotFound(text="There is no such supplier.")
        return card


def _file(path: Path) -> Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path, headers=HEADERS | {"Content-Type": f"{_TYPES[path.suffix]}; charset=utf-8"})

    return answer


async def _read(request: web.Request, deed: type[D]) -> D:
    if request.content_type != "application/json":
        # A form of another site can't send this type without asking first.
        raise web.HTTPUnsupportedMediaType(text="Content-Type must be application/json.")
    try:
        return deed.model_validate(json.loads(await request.read()))
    except (ValidationError, ValueError, RecursionError):
        raise web.HTTPBadRequest(text="The request is not of the expected form.") from None


def _short_enough(text: str) -> str:
    if utf16_length(text) > LONGEST_TEXT:
        raise ValueError(f"A message has at most {LONGEST_TEXT:,} characters.")
    return text


def _step(seconds: int) -> int:
    if not 0 < seconds <= LONGEST_STEP:
        raise ValueError("The clock goes forward, by at most 7 days at a time.")
    return seconds


def _done(deed: Callable[[], object]) -> web.Response:
    try:
        deed()
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error).partition("\n")[0].rstrip(":")) from None
    return web.Response(status=HTTPStatus.NO_CONTENT, headers=HEADERS)
