"""The chat page's side of the stand-in: its files, what happens as it happens, and what the person at the page does.

Every web page that a browser visits can reach a server on the same machine, so requests made by another site are
refused, and so are those that came here under another name than this machine's.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.sandbox.changes import Subscription
from bot.sandbox.chats import Change, ChatMessage, Json
from bot.sandbox.formatted import utf16_length
from bot.sandbox.messages import LONGEST_TEXT
from bot.sandbox.payloads import PAYLOADS, OtherKind
from bot.sandbox.standin import StandIn
from bot.sandbox.suppliers import SupplierCard
from providers.simulators.base import Fault

FILES = Path(__file__).parent / "page"
HEARTBEAT = 15.0
"""Seconds of silence after which the page is written to, so that a page which has gone is noticed."""
LOCAL_NAMES = frozenset({"127.0.0.1", "localhost"})
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_Queue = asyncio.Queue[tuple[str, Any] | None]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Deed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Say(_Deed):
    text: str = Field(min_length=1)


class _Edit(_Say):
    message_id: int


class _Tap(_Deed):
    message_id: int
    data: str


class _SendOther(_Deed):
    kind: OtherKind


class _Fail(_Deed):
    fault: Fault = Field(strict=False)
    code: str = ""


D = TypeVar("D", bound=_Deed)


@web.middleware
async def _only_from_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    origin = request.headers.get(hdrs.ORIGIN)
    if urlsplit(f"//{request.host}").hostname not in LOCAL_NAMES or origin not in {None, f"http://{request.host}"}:
        raise web.HTTPForbidden(text="This server answers only its own page.")
    return await handler(request)


class Page:
    """The page of one person who chats with the bot; `suppliers` are shown beside the chat in this order."""

    def __init__(self, standin: StandIn, person: int, suppliers: Iterable[SupplierCard], language: str = "en") -> None:
        self._standin = standin
        self._person = person
        self._language = language
        self._suppliers = {card.name: card for card in suppliers}
        self._watchers: set[_Queue] = set()
        for card in self._suppliers.values():
            card.on_change = self._supplier_changed

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
        app.router.add_post("/page/suppliers/{name}/fault", self._fail)
        app.router.add_post("/page/suppliers/{name}/heal", self._heal)

    def state(self) -> Json:
        """All that the page shows, as JSON."""
        return {
            "messages": [self._message(message) for message in self._standin.messages(self._person)],
            "commands": self._standin.commands(self._language),
            "suppliers": [card.as_json() for card in self._suppliers.values()],
        }

    async def _show_state(self, _request: web.Request) -> web.Response:
        return web.json_response(self.state(), headers=_HEADERS)

    async def _show_events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: first the whole state, then each change. It ends when the stand-in stops."""
        queue: _Queue = asyncio.Queue()
        response = web.StreamResponse(headers=_HEADERS | {"Content-Type": "text/event-stream"})
        with self._standin.subscribe() as changes:
            # Nothing is awaited between subscribing and reading the state: no change is missed, none told twice.
            queue.put_nowait(("state", self.state()))
            follower = asyncio.create_task(self._follow(changes, len(self._standin.toasts), queue))
            self._watchers.add(queue)
            try:
                await response.prepare(request)
                while (event := await _next_or_silence(queue)) is not None:
                    name, content = event
                    await response.write(f"event: {name}\ndata: {json.dumps(content)}\n\n".encode())
            except ConnectionResetError:
                pass  # the page was closed
            finally:
                self._watchers.discard(queue)
                follower.cancel()
        return response

    async def _follow(self, changes: Subscription, toasts: int, queue: _Queue) -> None:
        async for change in changes:
            if change.kind == "toast":
                toast, toasts = self._standin.toasts[toasts], toasts + 1
                if toast.user_id == self._person:
                    queue.put_nowait(("toast", {"text": toast.text, "alert": toast.alert}))
            elif change.kind == "commands":
                queue.put_nowait(("commands", self._standin.commands(self._language)))
            elif change.chat_id == self._person:
                queue.put_nowait(self._event(change))
        queue.put_nowait(None)

    def _event(self, change: Change) -> tuple[str, Json]:
        shown = next((m for m in self._standin.messages(self._person) if m.message_id == change.message_id), None)
        if change.kind == "action":
            return "action", {"action": change.text}
        # A message may have gone again before its change was read.
        return ("deleted", {"id": change.message_id}) if shown is None else ("message", self._message(shown))

    def _supplier_changed(self, card: SupplierCard) -> None:
        for queue in self._watchers:
            queue.put_nowait(("supplier", card.as_json()))

    def _message(self, message: ChatMessage) -> Json:
        quoted = next((m for m in self._standin.messages(self._person) if m.message_id == message.reply_to), None)
        return {
            "id": message.message_id,
            "mine": message.sender == self._person,
            "html": message.html,
            "text": message.text,
            "date": message.date,
            "edited": message.edited,
            "buttons": [[button.as_json() for button in row] for row in message.buttons],
            "kind": next((kind for kind in PAYLOADS if kind in message.extra), "text"),
            "reply_to": None
            if quoted is None
            else {"id": quoted.message_id, "mine": quoted.sender == self._person, "text": quoted.text},
        }

    async def _say(self, request: web.Request) -> web.Response:
        said = await _read(request, _Say)
        return _done(lambda: self._standin.say(self._person, _short_enough(said.text)))

    async def _edit(self, request: web.Request) -> web.Response:
        edit = await _read(request, _Edit)
        return _done(lambda: self._standin.edit(self._person, edit.message_id, _short_enough(edit.text)))

    async def _tap(self, request: web.Request) -> web.Response:
        tap = await _read(request, _Tap)
        return _done(lambda: self._standin.tap(self._person, tap.message_id, tap.data))

    async def _send_other(self, request: web.Request) -> web.Response:
        other = await _read(request, _SendOther)
        return _done(lambda: self._standin.say_other(self._person, other.kind))

    async def _fail(self, request: web.Request) -> web.Response:
        plan = await _read(request, _Fail)
        return _done(lambda: self._supplier(request).fail(plan.fault, plan.code))

    async def _heal(self, request: web.Request) -> web.Response:
        await _read(request, _Deed)
        return _done(self._supplier(request).heal)

    def _supplier(self, request: web.Request) -> SupplierCard:
        card = self._suppliers.get(request.match_info["name"])
        if card is None:
            raise web.HTTPNotFound(text="There is no such supplier.")
        return card


def _file(path: Path) -> Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path, headers=_HEADERS | {"Content-Type": f"{_TYPES[path.suffix]}; charset=utf-8"})

    return answer


async def _next_or_silence(queue: _Queue) -> tuple[str, Any] | None:
    with suppress(TimeoutError):
        async with asyncio.timeout(HEARTBEAT):
            return await queue.get()
    return "silence", None


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


def _done(deed: Callable[[], object]) -> web.Response:
    try:
        deed()
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error).partition("\n")[0].rstrip(":")) from None
    return web.Response(status=HTTPStatus.NO_CONTENT, headers=_HEADERS)
