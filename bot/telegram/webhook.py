"""Receives updates by webhook: Telegram brings each by POST, and hears 200 only when it is committed.

Anything else makes Telegram bring it again, so a crash loses nothing, as with polling. The listener is open to whoever
finds it: without the secret nothing is read, and nothing that is sent slowly or too long is waited for.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import ClientError, web
from aiohttp.http import HttpProcessingError

from bot.monitoring.listener import ListenError, reason
from bot.settings.addresses import ListenAddress
from bot.telegram.arrivals import Arrivals, NotTakenError
from bot.telegram.client import is_id

log = logging.getLogger(__name__)
_of_aiohttp = logging.getLogger(f"{__name__}.aiohttp")
# It logs with a trace whatever bytes somebody sends, and quotes them.
_of_aiohttp.setLevel(logging.CRITICAL)

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name
"""Source: Bot API, "setWebhook", `secret_token`."""
LARGEST_UPDATE: Final = 1_000_000
"""Bytes of a body. The largest that can be thought of has two messages of 4096 characters, each of them twelve bytes as
an escaped pair, as many entities, and a keyboard of 100 buttons: some 300 kB."""
BODY_WITHIN: Final = 10.0
"""Seconds in which the whole body must be here."""
HEAD_WITHIN: Final = 20.0
"""Seconds in which the first request of a connection must have begun."""
AT_WORK: Final = 100
"""Requests that are served at once: more than Telegram brings, as some may be left over from lines that were cut."""
AGAIN_AFTER: Final = "1"
"""Seconds after which a bot that is busy or stopping wants an update again."""
LINGER: Final = 1.0
"""Seconds for which the rest of a refused body is thrown away, so that its sender gets to read the answer."""
DRAIN: Final = 5.0
"""Seconds in which updates under way are committed when the bot is told to stop."""


class WebhookReceiver:
    """The listener to which Telegram brings updates, at the path of `url`."""

    def __init__(self, arrivals: Arrivals, url: str, secret: str, *, heard: Callable[[], None]) -> None:
        """`heard` is called for each update that is Telegram's."""
        self._arrivals = arrivals
        self._path = urlsplit(url).path or "/"
        self._secret = secret.encode()
        self._heard = heard
        self._at_work = 0
        self._begun: set[Any] = set()
        self._app = web.Application(middlewares=[self._note])
        self._runner = web.AppRunner(
            self._app,
            access_log=None,
            logger=_of_aiohttp,
            shutdown_timeout=DRAIN,
            lingering_time=LINGER,
            # Telegram compresses nothing, and a body must not grow while it is read.
            auto_decompress=False,
        )

    @asynccontextmanager
    async def open(self, at: ListenAddress, routes: Sequence[web.RouteDef] = ()) -> AsyncIterator[None]:
        """Listen while the block runs, also for the `routes`; what comes waits until `run` handles it.

        Raises ListenError.
        """
        self._app.add_routes([*routes, web.post(self._path, self._receive)])
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, at.host, at.port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise ListenError(f"telegram.listen {at}: can't listen there: {reason(error)}") from None
        watching = asyncio.create_task(self._dismiss_the_silent())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            self._arrivals.refuse()
            await self._runner.cleanup()

    async def run(self) -> None:
        """Handle what comes until cancelled; then nothing new is taken, and what is under way is answered first."""
        handling = asyncio.create_task(self._arrivals.run())
        try:
            await asyncio.wait({handling})
        finally:
            await self._runner.cleanup()
            handling.cancel()
            await asyncio.gather(handling, return_exceptions=True)
        handling.result()

    @web.middleware
    async def _note(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Note that a connection has begun, and answer whatever goes wrong."""
        self._begun.add(request.protocol)
        try:
            answer: web.StreamResponse = await handler(request)
        except web.HTTPException:
            raise
        except Exception:
            log.exception("a request could not be answered")
            return _refusal(HTTPStatus.INTERNAL_SERVER_ERROR)
        return answer

    async def _receive(self, request: web.Request) -> web.Response:
        if not self._is_telegrams(request):
            return _refusal(HTTPStatus.UNAUTHORIZED)
        if self._at_work >= AT_WORK:
            return _later()
        self._at_work += 1
        try:
            return await self._take(request)
        finally:
            self._at_work -= 1

    def _is_telegrams(self, request: web.Request) -> bool:
        given = request.headers.getall(SECRET_HEADER, [])
        return len(given) == 1 and hmac.compare_digest(given[0].encode(errors="surrogateescape"), self._secret)

    async def _take(self, request: web.Request) -> web.Response:
        if (request.content_length or 0) > LARGEST_UPDATE:
            return _too_large()
        try:
            async with asyncio.timeout(BODY_WITHIN):
                body = await _read(request)
        except TimeoutError:
            return _refusal(HTTPStatus.REQUEST_TIMEOUT)
        except (ClientError, HttpProcessingError, web.RequestPayloadError, OSError) as error:
            log.info("an update came cut off: %s", type(error).__name__)
            return _refusal(HTTPStatus.BAD_REQUEST)
        if body is None:
            return _too_large()
        self._heard()
        raw = update_of(body)
        if raw is None:
            # As with polling it is passed over: there is no id under which it could be kept, nor anybody to tell.
            log.error("something came by webhook that is no update (%d bytes); it is passed over", len(body))
            return web.Response()
        try:
            await self._arrivals.take(raw)
        except NotTakenError as error:
            log.info("update %s was not taken: %s", raw["update_id"], error)
            # While something is out of order, Telegram's own gaps are right: they grow as the pauses of polling do.
            return _later("" if error.failed else AGAIN_AFTER)
        return web.Response()

    async def _dismiss_the_silent(self) -> None:
        """Close connections on which nothing begins: aiohttp waits for a first request for ever."""
        since: dict[Any, float] = {}
        while True:
            await asyncio.sleep(HEAD_WITHIN / 4)
            now, server = asyncio.get_running_loop().time(), self._runner.server
            connections = [] if server is None else server.connections
            since = {one: since.get(one, now) for one in connections}
            self._begun &= since.keys()
            for one, then in since.items():
                if one not in self._begun and now - then >= HEAD_WITHIN:
                    one.force_close()


async def _read(request: web.Request) -> bytes | None:
    """The body; None as soon as it is too large, also where its length wasn't said."""
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > LARGEST_UPDATE:
            return None
    return bytes(body)


def update_of(body: bytes) -> dict[str, Any] | None:
    """The update in a body; None when there is none. Source: Bot API, "Update"."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) and is_id(raw.get("update_id")) else None


def _refusal(status: HTTPStatus) -> web.Response:
    """An answer after which the connection is closed: what is still to come on it isn't read."""
    answer = web.Response(status=status)
    answer.force_close()
    return answer


def _later(after: str = AGAIN_AFTER) -> web.Response:
    """Telegram keeps to `Retry-After`, as its own open Bot API server shows."""
    return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": after} if after else {})


def _too_large() -> web.Response:
    log.error("something came by webhook that is larger than any update; it is refused")
    return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
