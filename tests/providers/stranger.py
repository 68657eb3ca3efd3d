"""A server that says whatever a test wants, for answers that no supplier's simulator gives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Stranger:
    """The address of a running server, how many requests it has read, and their heads in lower case."""

    url: str
    requests: int = 0
    heads: list[str] = field(default_factory=list)


@asynccontextmanager
async def answering(*answers: bytes) -> AsyncIterator[Stranger]:
    """A server on loopback that reads each request whole, gives the next answer (the last one again) and hangs up."""

    under_way: set[asyncio.Task[None]] = set()

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(answer(reader, writer))
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            lengths = [line.split(":")[1] for line in head.split("\r\n") if line.startswith("content-length:")]
            await reader.readexactly(int(lengths[0]) if lengths else 0)
            stranger.requests += 1
            stranger.heads.append(head)
            writer.write(answers[min(stranger.requests, len(answers)) - 1])
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    stranger = Stranger(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    async with server:
        try:
            yield stranger
        finally:
            await asyncio.gather(*under_way)


def http_answer(status: int, body: bytes, *headers: str) -> bytes:
    """A whole HTTP answer; `headers` are further lines such as `Location: http://...`."""
    lines = [f"HTTP/1.1 {status} Answer", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


def closed_port() -> str:
    """An address at which nobody listens: port 1 takes root and a service that no test machine runs."""
    return "http://127.0.0.1:1"
