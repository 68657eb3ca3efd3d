"""HTTP/1.1 with keep-alive on a bare `asyncio.Protocol`, so that a stand-in costs little beside the bot it serves.

It reads what the clients of this benchmark write and nothing else: a body has a Content-Length, requests don't overlap.
"""

import asyncio
import json
from collections.abc import Callable
from urllib.parse import unquote_plus

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
OK = b"200 OK"
NOT_FOUND = b"404 Not Found"
_ANSWER = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
_PROBLEM = b"HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Handle = Callable[["Connection", bytes, bytes, bytes], None]
"""Gets the connection to answer on, the target such as `/api/orders?current=1`, the head in lower case, the body."""


class Connection(asyncio.Protocol):
    """One client. Whoever handles a request answers it at once or keeps the connection for later."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        while (end := received.find(_END)) >= 0:
            target = received[: received.find(b"\r\n")].split(b" ")[1]
            head = received[:end].lower()
            if b"transfer-encoding:" in head:
                self._write(_PROBLEM)
                return
            begins, ends = end + len(_END), end + len(_END) + _content_length(head)
            if len(received) < ends:
                break
            body, received = received[begins:ends], received[ends:]
            self._handle(self, target, head, body)
        self._received = received

    @property
    def is_open(self) -> bool:
        return self._transport is not None

    def answer(self, payload: bytes, status: bytes = OK) -> None:
        """Send an answer of JSON; to a client that is gone it is lost."""
        self._write(_ANSWER % (status, len(payload), payload))

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


def _content_length(head: bytes) -> int:
    at = head.find(_LENGTH)
    return 0 if at < 0 else int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])


def fields(head: bytes, body: bytes) -> dict[str, str]:
    """The fields of a body, in whichever way of Telegram's a library has written it; JSON inside stays text."""
    if b"application/json" in head:
        return {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in json.loads(body).items()
        }
    if b"multipart/form-data" in head:
        return _multipart(body)
    pairs = (part.partition("=") for part in body.decode().split("&") if part)
    return {name: unquote_plus(value) for name, _, value in pairs}


def _multipart(body: bytes) -> dict[str, str]:
    """The first line is the boundary; a part's name is in its head."""
    boundary = body[: body.find(b"\r\n")]
    found = {}
    for part in body.split(boundary)[1:-1]:
        head, _, value = part.partition(_END)
        name = head.partition(b'name="')[2].partition(b'"')[0]
        found[name.decode()] = value.removesuffix(b"\r\n").decode()
    return found


async def serve(handle: Handle, port: int = 0) -> int:
    """Listen on loopback until the loop ends; returns the port."""
    server = await asyncio.get_running_loop().create_server(lambda: Connection(handle), "127.0.0.1", port)
    await server.start_serving()
    _SERVERS.append(server)
    found: int = server.sockets[0].getsockname()[1]
    return found


_SERVERS: list[asyncio.Server] = []
"""Kept, because a server that nobody holds is collected."""
