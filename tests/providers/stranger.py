"""A server that says whatever a test wants, for answers that no supplier's simulator gives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass


@dataclass
class Stranger:
    """The address of a running server and how many requests it has read."""

    url: str
    requests: int = 0


@asynccontextmanager
async def answering(*answers: bytes) -> AsyncIterator[Stranger]:
    """A server on loopback that reads each request whole, gives the next answer (the last one again) and hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            lengths = [line.split(":")[1] for line in head.split("\r\n") if line.startswith("content-length:")]
            await reader.readexactly(int(lengths[0]) if lengths else 0)
            stranger.requests += 1
            writer.write(answers[min(stranger.requests, len(answers)) - 1])
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    stranger = Stranger(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    async with server:
        yield stranger


def http_answer(status: int, body: bytes, *headers: str) -> bytes:
    """A whole HTTP answer; `headers` are further lines such as `Location: http://...`."""
    lines = [f"HTTP/1.1 {status} Answer", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


def closed_port() -> str:
    """An address at which nobody listens: port 1 takes root and a service that no test machine runs."""
    return "http://127.0.0.1:1"
