"""Brings updates to a bot by webhook as Telegram does: many at once, each again until it was answered with 200.

It speaks HTTP/1.1 with keep-alive on bare protocols, over TLS where the address says so, so that it costs little.
"""

import asyncio
import ssl
from collections import deque
from typing import Final
from urllib.parse import urlsplit

_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"
_OK: Final = b"200"
_AGAIN_AFTER: Final = 0.1
"""Seconds; Telegram's own gaps are longer, and a round isn't to wait for them."""
_REQUEST: Final = (
    b"POST %b HTTP/1.1\r\nHost: %b\r\nContent-Type: application/json\r\nX-Telegram-Bot-Api-Secret-Token: %b\r\n"
    b"Content-Length: %d\r\n\r\n%b"
)


class Webhook:
    """The updates for the address that a bot has set. `again` counts those that had to be brought once more."""

    def __init__(self, url: str, secret: str, connections: int, certificate: str = "") -> None:
        """`certificate` is the file of the one that is trusted, where the address begins with https."""
        at = urlsplit(url)
        self.again = 0
        self._host, self._port, self._path = at.hostname or "", at.port or 443, (at.path or "/").encode()
        self._head = (at.netloc.encode(), secret.encode())
        self._trusts = ssl.create_default_context(cafile=certificate) if at.scheme == "https" else None
        self._left = connections
        self._waiting: deque[bytes] = deque()
        self._idle: list[_Line] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def bring(self, update: bytes) -> None:
        """Bring it at once, or as soon as a connection is free."""
        self._waiting.append(update)
        self._go_on()

    def _go_on(self) -> None:
        while self._waiting and self._idle:
            line = self._idle.pop()
            if line.is_open:
                line.send(self._waiting.popleft())
            else:
                self._left += 1
        for _ in range(min(self._left, len(self._waiting) - self._connecting)):
            self._left -= 1
            task = asyncio.create_task(self._connect())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    @property
    def _connecting(self) -> int:
        return len(self._tasks)

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, line = await loop.create_connection(lambda: _Line(self), self._host, self._port, ssl=self._trusts)
        except OSError:
            await asyncio.sleep(_AGAIN_AFTER)
            self._left += 1
            loop.call_soon(self._go_on)
            return
        self.is_free(line)

    def request(self, update: bytes) -> bytes:
        return _REQUEST % (self._path, *self._head, len(update), update)

    def is_free(self, line: "_Line") -> None:
        """The last update on this connection was taken, or there was none."""
        self._idle.append(line)
        self._go_on()

    def was_not_taken(self, update: bytes) -> None:
        """Bring it once more, in a while."""
        self.again += 1
        asyncio.get_running_loop().call_later(_AGAIN_AFTER, self.bring, update)

    def is_lost(self, line: "_Line", update: bytes | None) -> None:
        """The connection was closed, perhaps before the answer."""
        if line in self._idle:
            self._idle.remove(line)
        self._left += 1
        if update is not None:
            self.was_not_taken(update)


class _Line(asyncio.Protocol):
    """One connection: an update at a time."""

    def __init__(self, webhook: Webhook) -> None:
        self._webhook = webhook
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._update: bytes | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None
        self._webhook.is_lost(self, self._update)
        self._update = None

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def send(self, update: bytes) -> None:
        assert self._transport is not None
        self._update = update
        self._transport.write(self._webhook.request(update))

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(_END)
        if end < 0:
            return
        head = self._received[:end].lower()
        at = head.find(_LENGTH)
        length = 0 if at < 0 else int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])
        if len(self._received) < end + len(_END) + length:
            return
        self._received = b""
        update, self._update = self._update, None
        if head.split(b" ", 2)[1] != _OK and update is not None:
            self._webhook.was_not_taken(update)
        self._webhook.is_free(self)
