"""A strict Telegram on loopback: the bot speaks its Bot API over HTTP, tests and the chat page are the people.

It is stricter than Telegram where Telegram is silent about a mistake, and never milder.
"""

import asyncio
import re
import secrets
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Any, NamedTuple, Self

from aiohttp import web

from bot.sandbox.botapi import BotApi, not_found, unauthorized
from bot.sandbox.chats import ServerWays
from bot.sandbox.documents import LARGEST_SENT, file_at
from bot.sandbox.errors import ApiError, too_many_requests
from bot.sandbox.faults import ANY_METHOD, Fault, FaultKind, Faults
from bot.sandbox.messages import GONE_WORDS
from bot.sandbox.parameters import read_parameters
from bot.sandbox.searching import Searching
from bot.sandbox.webhook import WebhookDelivery

TOKEN = "10000:sandbox_opens_nothing_at_telegram__"  # noqa: S105  opens only the stand-in
USERNAME = "orderbot_sandbox_bot"
MOST_CALLS = 10_000
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")


class Call(NamedTuple):
    """A call as it arrived: the method's documented name and the parameters, JSON parts of a form still as text."""

    method: str
    params: dict[str, Any]


class StandIn(Searching):
    """The server. `url` is the origin for the bot's settings; a page adds its routes to `app` before `start`.

    `now`: seconds since 1970, for the dates of messages.
    """

    def __init__(self, token: str = TOKEN, username: str = USERNAME, now: Callable[[], float] = time.time) -> None:
        super().__init__(username=username, now=now)
        self.token = token
        self.url = ""
        self.app = web.Application(client_max_size=LARGEST_SENT + 1_000_000)
        self.app.router.add_route("*", "/bot{token}/{method}", self._answer)
        self.app.router.add_get("/file/bot{token}/{path:.+}", self._hand_out)
        self.webhook = WebhookDelivery(self._updates, now)
        self._api = BotApi(self._chats, self._updates, self.webhook)
        self._faults = Faults()
        self._revoked = 0
        self._calls: deque[Call] = deque(maxlen=MOST_CALLS)
        self._called = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; port 0 takes a free one. Return `url`."""
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        """End open polls, hanging calls and subscriptions, then close."""
        self._changes.end()
        self._faults.clear()
        self._updates.end_poll()
        await self.webhook.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.stop()

    @property
    def calls(self) -> list[Call]:
        """The calls of the bot, in order, failed ones too; the last 10,000."""
        return list(self._calls)

    async def wait_for_call(self, method: str, count: int = 1, timeout: float = 5.0) -> None:  # noqa: ASYNC109  as wait_for
        """Wait until `method` was called `count` times in all. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while sum(call.method == method for call in self._calls) < count:
                await self._called.wait()

    def commands(self, language: str = "", chat_id: int = 0) -> list[dict[str, str]]:
        """The commands menu as people of this language see it in a chat: `command` and `description` each."""
        return self._api.menus.shown(language, chat_id)

    def fail(
        self,
        method: str,
        fault: FaultKind,
        times: int | None = 1,
        *,
        chat_id: int | None = None,
        retry_after: int = 1,
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        body: str | None = None,
        said: str = "",
    ) -> None:
        """Let the next `times` calls of `method` ("*": any) fail; None: until `heal`. See `bot.sandbox.faults`.

        `chat_id`: only calls for this chat. `retry_after` in seconds. For "error": `status`, and either `body` or what
        Telegram's own JSON says as its description. For "odd_result": `body` is the result.
        """
        if method != ANY_METHOD and self._api.name(method) != method:
            raise ValueError(f"no method {method!r}")
        self._faults.add(Fault(method, fault, times, chat_id, retry_after, status, body, said))

    def revoke(self) -> str:
        """As BotFather's /revoke: the token is refused from now on, and a new one is returned, which is `token` now.

        A poll that waits goes on waiting.
        """
        self._revoked += 1
        bot_id, _, secret = self.token.partition(":")
        self.token = f"{bot_id}:{secret.rstrip('0123456789')}{self._revoked}"
        return self.token

    def heal(self) -> None:
        """Forget all faults, and how the server differs from today's; calls that hang get a cut line."""
        self._faults.clear()
        self._chats.ways = ServerWays()

    def says_gone(self, words: str) -> None:
        """From now on an edit of a message that isn't there is refused in these words, one of GONE_WORDS."""
        if words not in GONE_WORDS:
            raise ValueError(f"{words!r} is none of {GONE_WORDS}")
        self._chats.ways = replace(self._chats.ways, gone=words)

    def refuse_buttons(self, *attributes: str) -> None:
        """From now on messages are refused whose buttons have one of these attributes, as by an older server."""
        self._chats.ways = replace(self._chats.ways, refused=frozenset(attributes))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            self._admit(request.match_info["token"])
            name = self._api.name(request.match_info["method"])
            if name is None or request.method not in {"GET", "POST"}:
                raise not_found()
            given = await read_parameters(request)
            self._calls.append(Call(name, given))
            self._called.set()
            self._called = asyncio.Event()
            return await self._meet_fault(request, name, given)
        except ApiError as error:
            return web.json_response(error.as_json(), status=error.code)

    async def _hand_out(self, request: web.Request) -> web.Response:
        """A file that `getFile` has named. Source: Bot API, "getFile"."""
        try:
            self._admit(request.match_info["token"])
            file = file_at(self._chats, request.match_info["path"])
            if file is None:
                raise not_found()
            return web.Response(body=file.content, content_type="application/octet-stream")
        except ApiError as error:
            return web.json_response(error.as_json(), status=error.code)

    def _admit(self, token: str) -> None:
        if secrets.compare_digest(token.encode(), self.token.encode()):
            return
        # Telegram tells a token that it doesn't accept from one that can't be any.
        raise unauthorized() if _TOKEN.fullmatch(token) else not_found()

    async def _meet_fault(self, request: web.Request, name: str, given: dict[str, Any]) -> web.StreamResponse:
        fault = self._faults.next(name, given)
        if fault is None:
            return web.json_response({"ok": True, "result": await self._api.call(name, given)})
        match fault.kind:
            case "retry_after":
                raise too_many_requests(fault.seconds)
            case "odd_result":
                await self._api.call(name, given)
                return web.Response(text=_odd(fault.body), content_type="application/json")
            case "at_once":
                return web.json_response({"ok": True, "result": await self._api.call(name, given | {"timeout": 0})})
            case "error":
                return _broken(fault)
            case "hang":
                await self._faults.wait_until_healed()
            case "drop_after":
                with suppress(ApiError):
                    await self._api.call(name, given)
            case "drop_before":
                pass
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


def _odd(result: str | None) -> str:
    return '{"ok":true}' if result is None else f'{{"ok":true,"result":{result}}}'


def _broken(fault: Fault) -> web.Response:
    if fault.body is not None:
        return web.Response(status=fault.status, text=fault.body, content_type="text/html")
    error = ApiError(HTTPStatus(fault.status), fault.said or HTTPStatus(fault.status).phrase)
    return web.json_response(error.as_json(), status=fault.status)
