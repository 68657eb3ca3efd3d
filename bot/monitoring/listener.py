"""The listener for whoever watches the bot: HTTP that tells and changes nothing.

Its routes can stand on another listener too; what they say is the same there.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

from aiohttp import web

from bot.monitoring.health import Health, HealthCheck

ALIVE_PATH: Final = "/healthz"
READY_PATH: Final = "/readyz"
_LARGEST_REQUEST: Final = 1024
"""Bytes of a body; nobody has anything to send."""
_STOPS_WITHIN: Final = 1.0
"""Seconds in which answers under way may end when the bot stops."""


class ListenError(Exception):
    """An address on which the bot can't listen. Its text is one line for the operator."""


def health_routes(health: Health) -> list[web.RouteDef]:
    """The two questions, each answered with 200 or 503 and a line of plain text for every part that was asked."""

    async def alive(_: web.Request) -> web.Response:
        return _told(await health.alive())

    async def ready(_: web.Request) -> web.Response:
        return _told(await health.ready())

    return [web.get(ALIVE_PATH, alive), web.get(READY_PATH, ready)]


def _told(checks: Sequence[HealthCheck]) -> web.Response:
    status = HTTPStatus.SERVICE_UNAVAILABLE if any(check.fault for check in checks) else HTTPStatus.OK
    return answer("".join(f"{check}\n" for check in checks), status)


def answer(text: str, status: HTTPStatus = HTTPStatus.OK, content_type: str = "text/plain") -> web.Response:
    """An answer that nobody on the way keeps: it is true at this moment only."""
    return web.Response(text=text, status=status, content_type=content_type, headers={"Cache-Control": "no-store"})


@asynccontextmanager
async def listening(host: str, port: int, routes: Sequence[web.RouteDef], setting: str) -> AsyncIterator[None]:
    """Answer at `host` and `port` while the block runs. Raises ListenError, which names the `setting` to change."""
    app = web.Application(client_max_size=_LARGEST_REQUEST)
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOPS_WITHIN)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ListenError(f"{setting}: can't listen there: {reason(error)}") from None
        yield
    finally:
        await runner.cleanup()


def reason(error: OSError) -> str:
    """The system's own words, without what asyncio puts around them."""
    return (error.strerror or type(error).__name__).rpartition(": ")[2]
