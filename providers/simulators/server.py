"""An HTTP server on loopback whose lines can be cut and which stops at once, whatever its handlers wait for."""

import asyncio
import contextlib
import json
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Any, NoReturn, Self

from aiohttp import web
from pydantic import ConfigDict

STRICT = ConfigDict(extra="forbid", strict=True)
"""For the shape of a request: documented keys only, and JSON types as documented (no "1" or true for 1)."""
LARGEST_REQUEST = 16 * 1024 * 1024


def parsed(raw: bytes) -> Any:
    """`raw` as the value of a JSON document in UTF-8. Raises ValueError."""

    def no_json(word: str) -> NoReturn:
        raise ValueError(f"{word} is not JSON")

    try:
        return json.loads(raw.decode(), parse_constant=no_json)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def json_object(request: web.Request, raw: bytes) -> dict[str, Any]:
    """The JSON object that a request declares and carries. Raises ValueError with a sentence."""
    if request.content_type != "application/json":
        raise ValueError("Content-Type must be application/json")
    value = parsed(raw)
    if not isinstance(value, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004  one error for all that is no JSON object
    return value


class Server(ABC):
    """Give it a `dispatch`; `async with` starts and stops it."""

    def __init__(self) -> None:
        self._runner: web.AppRunner | None = None
        self._released = asyncio.Event()
        self.stopping = False

    @abstractmethod
    async def dispatch(self, request: web.Request) -> web.StreamResponse:
        """The answer to any request."""

    async def _arrived(self, request: web.Request) -> web.StreamResponse:
        # Looked up at each request, so that a test can stand before a supplier that runs already.
        return await self.dispatch(request)

    @property
    def url(self) -> str:
        """The origin, such as http://127.0.0.1:40123. Raises RuntimeError while the server is not running."""
        if self._runner is None or not self._runner.addresses:
            raise RuntimeError("the server is not running")
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one. Raises OSError if the address is taken."""
        self.stopping = False
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_route("*", "/{rest:.*}", self._arrived)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner

    async def stop(self) -> None:
        """Cut all lines, also those of requests that hang, and stop listening."""
        if self._runner is None:
            return
        self.stopping = True
        self.release()
        runner, self._runner = self._runner, None
        await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def wait(self, seconds: float | None = None) -> None:
        """Return after `seconds` (None: never), or as soon as `release` is called or the server stops."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._released.wait()

    def release(self) -> None:
        """End all waits that are under way."""
        self._released.set()
        self._released = asyncio.Event()

    def reply(self, status: int, answer: Any) -> web.Response:
        """An answer with `answer` as JSON, or without a body if it is None."""
        if answer is None:
            return web.Response(status=status)
        return web.json_response(answer, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False))

    def broken(self) -> web.StreamResponse:
        """The answer of a web server when the program behind it fails."""
        return web.Response(status=500, text="Internal Server Error")

    def garbage(self) -> web.StreamResponse:
        """A 200 with bytes that are neither JSON nor UTF-8."""
        return web.Response(body=b"\x00\xff<html>it works", content_type="text/html")

    def cut(self, request: web.Request) -> web.StreamResponse:
        """Drop the line without an answer."""
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def cut_within(self, request: web.Request, answer: web.Response) -> web.StreamResponse:
        """Send the head of `answer` and half of its body, then drop the line."""
        if request.transport is not None:
            body = answer.body if isinstance(answer.body, bytes) else b""
            head = f"HTTP/1.1 {answer.status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            request.transport.write(head.encode() + b"\r\n" + body[: len(body) // 2])
            request.transport.close()
        return web.Response()
