"""HTTP to Telegram over real sockets: kept connections, limits of time, proxies, and errors that quote no address."""

import asyncio
import gzip
import json
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from telegram import Bot
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut

from bot.telegram.request import AiohttpRequest

TOKEN = "123456:AAH-canary_0123456789abcdefghijkl"
DONE = b'{"ok":true,"result":{"message_id":7}}'


def answer(body: bytes = DONE, status: str = "200 OK", *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", "")
    return "\r\n".join(lines).encode() + body


@dataclass
class Server:
    """Answers every request with `says`; None never answers, and an empty one cuts the line."""

    says: bytes | None = field(default_factory=answer)
    then_closes: bool = False
    url: str = ""
    connections: int = 0
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while (head := await reader.readuntil(b"\r\n\r\n")) and self.says != b"":
            self.heads.append(head.decode())
            length = [line for line in self.heads[-1].lower().split("\r\n") if line.startswith("content-length:")]
            self.bodies.append(await reader.readexactly(int(length[0].split(":")[1]) if length else 0))
            if self.says is None:
                await reader.read()
                return
            writer.write(self.says)
            if self.then_closes:
                return


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    """An address at which each connection is handled, and closed when that ends."""
    open_ones: set[asyncio.Task[None]] = set()

    async def handles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            await handler(reader, writer)
        writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones.add(asyncio.create_task(handles(reader, writer)))

    made = await asyncio.start_server(accept, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{made.sockets[0].getsockname()[1]}"
    made.close()
    for task in open_ones:
        task.cancel()
    await asyncio.gather(*open_ones)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    async with listening(made.serve) as made.url:
        yield made


@asynccontextmanager
async def requests(connections: int = 4, **timeouts: Any) -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest(connections=connections, **timeouts) as made:
        yield made


async def call(request: AiohttpRequest, server: Server, within: float | None = None) -> Any:
    return await request.result(f"{server.url}/bot{TOKEN}/sendMessage", {"chat_id": 1, "text": "茶"}, within)


async def fails(work: Awaitable[Any]) -> TelegramError:
    """The error, once neither it nor its trace is seen to hold the token."""
    with pytest.raises(TelegramError) as caught:
        await work
    assert "canary" not in "".join(traceback.format_exception(caught.value))
    assert "canary" not in repr(caught.value)
    return caught.value


async def test_calls_are_json_and_share_a_connection(server: Server) -> None:
    async with requests() as request:
        assert await call(request, server) == {"message_id": 7}
        assert await call(request, server) == {"message_id": 7}
    assert server.connections == 1
    assert json.loads(server.bodies[0]) == {"chat_id": 1, "text": "茶"}
    assert server.heads[0].startswith(f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\n")
    assert "Content-Type: application/json\r\n" in server.heads[0]
    assert "User-Agent: python-telegram-bot" in server.heads[0]
    assert "Accept-Encoding" not in server.heads[0]


async def test_a_connection_that_was_closed_while_nobody_used_it_costs_no_call(server: Server) -> None:
    server.then_closes = True
    async with requests() as request:
        for _ in range(3):
            await call(request, server)
            await asyncio.sleep(0.05)
    assert server.connections == 3


async def test_a_call_whose_line_is_cut_is_not_made_twice_by_itself(server: Server) -> None:
    async with requests() as request:
        await call(request, server)
        server.says = b""
        assert type(await fails(call(request, server))) is NetworkError
        assert server.connections == 1
        server.says = answer()
        assert await call(request, server) == {"message_id": 7}


async def test_an_answer_that_does_not_come_in_time_is_a_timeout_and_the_next_call_is_free(server: Server) -> None:
    server.says = None
    async with requests(read_timeout=0.05) as request:
        assert type(await fails(call(request, server))) is TimedOut
        server.says = answer()
        assert await call(request, server) == {"message_id": 7}
    assert request.read_timeout == 0.05


async def test_a_call_can_have_a_limit_of_its_own(server: Server) -> None:
    server.says = None
    async with requests(read_timeout=None) as request:
        assert type(await fails(call(request, server, 0.05))) is TimedOut


async def test_an_answer_that_trickles_is_given_up_too(server: Server) -> None:
    async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not reader.at_eof():
            writer.write(b" ")
            await asyncio.sleep(0.02)

    async with (
        listening(drips) as server.url,
        requests(read_timeout=0.1, write_timeout=0.1, connect_timeout=0.1, pool_timeout=0.1) as request,
    ):
        assert type(await fails(call(request, server))) is TimedOut


async def test_who_waits_too_long_for_a_free_connection_hears_a_timeout(server: Server) -> None:
    server.says = None
    async with requests(1, connect_timeout=0.05, pool_timeout=0.05) as request:
        first = asyncio.create_task(call(request, server))
        await asyncio.sleep(0.02)
        assert type(await fails(call(request, server))) is TimedOut
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
    assert server.connections == 1


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"\x00\x01 no HTTP\r\n\r\n",
        answer()[:-5],
        answer(b"<html>"),
        answer(b'{"ok":true,"result":1}', "502 Bad Gateway"),
        answer(b"", "302 Found", "Location: http://127.0.0.1:1/"),
        answer(b"not gzip", "200 OK", "Content-Encoding: gzip"),
    ],
)
async def test_whatever_is_no_answer_of_telegrams_is_a_network_error(server: Server, says: bytes) -> None:
    server.says = says
    server.then_closes = True
    async with requests() as request:
        assert type(await fails(call(request, server))) is NetworkError
        await asyncio.sleep(0.05)
        server.says = answer()
        assert await call(request, server) == {"message_id": 7}


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "https://127.0.0.1:1", "http://nowhere.invalid", "ftp://a"])
async def test_who_can_not_be_reached_is_told_without_the_token(server: Server, address: str) -> None:
    server.url = address
    async with requests() as request:
        assert type(await fails(call(request, server))) is NetworkError


async def test_a_server_without_tls_is_no_telegram(server: Server) -> None:
    async def speaks_plainly(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"", "400 Bad Request"))

    async with listening(speaks_plainly) as url, requests() as request:
        server.url = url.replace("http:", "https:")
        assert type(await fails(call(request, server))) is NetworkError


async def test_a_refusal_is_the_error_that_python_telegram_bot_makes_of_it(server: Server) -> None:
    server.says = answer(b'{"ok":false,"error_code":400,"description":"Bad Request: no"}', "400 Bad Request")
    async with requests() as request:
        refused = await fails(call(request, server))
    assert (type(refused), str(refused)) == (BadRequest, "No")


async def test_text_that_can_not_be_sent_is_refused_as_telegram_would(server: Server) -> None:
    async with requests() as request:
        refused = await fails(request.result(server.url, {"text": "canary \ud800"}))
    assert (type(refused), server.connections) == (BadRequest, 0)


async def test_a_packed_answer_is_unpacked(server: Server) -> None:
    server.says = answer(gzip.compress(DONE), "200 OK", "Content-Encoding: gzip")
    async with requests() as request:
        assert await call(request, server) == {"message_id": 7}


@pytest.mark.parametrize("proxy", ["{}", "http://someone:secret@{}"])
async def test_the_environments_proxy_is_used(server: Server, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("http_proxy", proxy.format(server.url.removeprefix("http://")))
    server.url = "http://telegram.invalid"
    async with requests() as request:
        assert await call(request, server) == {"message_id": 7}
    assert server.heads[0].startswith(f"POST http://telegram.invalid/bot{TOKEN}/sendMessage ")
    assert ("Proxy-Authorization: Basic" in server.heads[0]) == ("secret" in proxy)


async def test_the_environment_may_leave_an_address_out(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    async with requests() as request:
        assert await call(request, server) == {"message_id": 7}


async def test_a_proxy_that_refuses_is_told_without_its_password(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.says = answer(b"", "407 Proxy Authentication Required")
    monkeypatch.setenv("https_proxy", server.url.replace("//", "//someone:canary@"))
    server.url = "https://telegram.invalid"
    async with requests() as request:
        assert type(await fails(call(request, server))) is NetworkError
    assert server.heads[0].startswith("CONNECT telegram.invalid:443 ")


async def test_a_proxy_of_another_kind_is_named_as_the_trouble(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1")
    async with requests() as request:
        assert "no HTTP proxy" in str(await fails(call(request, server)))
    assert server.connections == 0


async def test_after_the_end_nothing_is_sent_until_it_begins_again(server: Server) -> None:
    request = AiohttpRequest(connections=1)
    assert await call(request, server) == {"message_id": 7}
    await request.shutdown()
    assert type(await fails(call(request, server))) is NetworkError
    assert server.connections == 1
    await request.initialize()
    assert await call(request, server) == {"message_id": 7}
    await request.shutdown()


async def test_methods_of_python_telegram_bot_go_the_same_way_and_files_as_parts(server: Server) -> None:
    server.says = answer(b'{"ok":true,"result":true}')
    async with requests() as request, requests() as polling:
        bot = Bot(TOKEN, f"{server.url}/bot", request=request, get_updates_request=polling)
        await bot.set_webhook("https://a.example/", max_connections=3, allowed_updates=["message"])
        await bot.set_webhook("https://a.example/", certificate=b"the certificate")
    assert json.loads(server.bodies[0]) == {
        "url": "https://a.example/",
        "max_connections": 3,
        "allowed_updates": ["message"],
    }
    assert "Content-Type: multipart/form-data; boundary=" in server.heads[1]
    assert b"the certificate" in server.bodies[1]
