"""The faults of a request below HTTP, on real sockets: nobody listens, a line breaks, a stranger answers instead.

A wire stands before a simulator at an address of its own and passes everything on, until it is told to fail.
"""

import array
import asyncio
import fcntl
import re
import socket
import struct
import termios
from contextlib import closing, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

TINY = 1
"""Bytes of a receive buffer; the system makes it the smallest that it has, about 2,000."""
ROOMY = 1024 * 1024
BITE = 16
"""Bytes of a body that are read before the line is cut."""
_CHUNK = 64 * 1024
_NO_HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Cut:
    """A create whose line was cut while it was written: the bytes of its body that came, and that were announced."""

    arrived: int
    announced: int


@dataclass(frozen=True, slots=True)
class _Instead:
    answer: bytes
    taken: bool


class _CutWithin:
    pass


class Wire:
    """Passes connections on to a simulator; the next create, a POST to `create_path`, may meet a fault.

    It looks at the first request of a connection only. A handshake for TLS is answered as a plain web server does.
    """

    def __init__(self, origin: str, create_path: str) -> None:
        """`origin` is the simulator's, such as http://127.0.0.1:40123."""
        host, port = origin.removeprefix("http://").split(":")
        self._to = (host, int(port))
        self._create_path = create_path.encode()
        self._port = 0
        self._listener: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self._plan: _Instead | _CutWithin | None = None
        self.connections = 0
        self.creates = 0
        self.cuts: list[Cut] = []

    @property
    def url(self) -> str:
        """The origin for the settings; the same after `shut` and `open`."""
        return f"http://127.0.0.1:{self._port}"

    async def open(self) -> None:
        """Listen, at the same place as before."""
        listener = socket.create_server(("127.0.0.1", self._port), backlog=100)
        listener.setblocking(False)
        self._port = listener.getsockname()[1]
        self._listener = listener
        self._accepting = asyncio.create_task(self._accept(listener))

    async def shut(self) -> None:
        """Stop listening: whoever connects is turned away by the system. Lines that are open are cut."""
        tasks = [task for task in (self._accepting, *self._lines) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._listener is not None:
            self._listener.close()
        self._listener = self._accepting = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.shut()

    def cut_within(self) -> None:
        """Read the head of the next create and a few bytes of its body, then reset the line.

        The system has room for little more than it has read, so the rest of a body above some thousand bytes never
        leaves the client.
        """
        self._plan = _CutWithin()
        self._make_room(TINY)

    def answer_instead(self, answer: bytes, *, taken: bool) -> None:
        """Give these bytes as the answer to the next create, whether or not the simulator gets it and takes it."""
        self._plan = _Instead(answer, taken)

    def _make_room(self, size: int) -> None:
        # A connection has the listener's buffer from its first packet on; set later, it would be too late.
        if self._listener is not None:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)

    async def _accept(self, listener: socket.socket) -> None:
        while True:
            line, _ = await asyncio.get_running_loop().sock_accept(listener)
            self.connections += 1
            task = asyncio.create_task(self._serve(line))
            self._lines.add(task)
            task.add_done_callback(self._lines.discard)

    async def _serve(self, line: socket.socket) -> None:
        with closing(line), suppress(ConnectionError):
            loop = asyncio.get_running_loop()
            head = await _head(line)
            if head is None:
                await loop.sock_sendall(line, _NO_HTTP)
                return
            is_create = head.startswith(b"POST " + self._create_path + b" ")
            self.creates += is_create
            plan = self._plan if is_create else None
            if plan is not None:
                self._plan = None
            match plan:
                case None:
                    await self._pass_on(line, head)
                case _CutWithin():
                    await self._cut(line, head)
                case _Instead():
                    body = await _exactly(line, _length(head))
                    if plan.taken:
                        await self._take(head + body)
                    await loop.sock_sendall(line, plan.answer)

    async def _cut(self, line: socket.socket, head: bytes) -> None:
        bite = await _exactly(line, min(BITE, _length(head)))
        waiting = array.array("i", [0])
        fcntl.ioctl(line, termios.FIONREAD, waiting)
        self.cuts.append(Cut(len(bite) + waiting[0], _length(head)))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._make_room(ROOMY)

    async def _pass_on(self, line: socket.socket, head: bytes) -> None:
        loop = asyncio.get_running_loop()
        with closing(await self._supplier()) as supplier:
            await loop.sock_sendall(supplier, head)
            ends = [asyncio.create_task(_pump(line, supplier)), asyncio.create_task(_pump(supplier, line))]
            try:
                # Whoever hangs up first, both lines end: what the simulator cuts is cut for the client too.
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for end in ends:
                    end.cancel()
                await asyncio.gather(*ends, return_exceptions=True)

    async def _take(self, request: bytes) -> None:
        loop = asyncio.get_running_loop()
        with closing(await self._supplier()) as supplier:
            await loop.sock_sendall(supplier, request)
            while await loop.sock_recv(supplier, _CHUNK):
                pass

    async def _supplier(self) -> socket.socket:
        supplier = socket.socket()
        supplier.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(supplier, self._to)
        except BaseException:
            supplier.close()
            raise
        return supplier


async def _head(line: socket.socket) -> bytes | None:
    """The head of a request with its empty line and not a byte more; None for what is no HTTP."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = await asyncio.get_running_loop().sock_recv(line, 1)
        if not byte:
            raise ConnectionAbortedError
        head += byte
        if not head[:1].isalpha():
            return None
    return head


def _length(head: bytes) -> int:
    found = re.search(rb"(?im)^content-length: *([0-9]+)\r$", head)
    return int(found[1]) if found else 0


async def _exactly(line: socket.socket, size: int) -> bytes:
    read = b""
    while len(read) < size:
        more = await asyncio.get_running_loop().sock_recv(line, size - len(read))
        if not more:
            raise ConnectionAbortedError
        read += more
    return read


async def _pump(source: socket.socket, sink: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    while data := await loop.sock_recv(source, _CHUNK):
        await loop.sock_sendall(sink, data)
