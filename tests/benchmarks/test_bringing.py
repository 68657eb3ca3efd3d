"""Updates are brought by webhook until they are taken, directly and through the proxy that bots are deployed with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from telegram import Bot

from tests.bench import until
from tests.benchmarks.bringing import Webhook
from tests.benchmarks.contestants import WEBHOOK_PATH, proxy_program
from tests.benchmarks.dialogue import End
from tests.benchmarks.team import certificate_in, free_port, proxy
from tests.benchmarks.telegram import Telegram
from tests.benchmarks.wire import serve

SECRET = "a secret of the tests"
WAYS = ("directly", *(["haproxy"] if proxy_program() else []))


@dataclass
class Listener:
    """A bot's listener: it answers `refuses` calls with 503, cuts the line of `cuts` more, and keeps the others."""

    refuses: int = 0
    cuts: int = 0
    port: int = field(default_factory=free_port)
    taken: list[bytes] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        app = web.Application()
        app.add_routes([web.post(WEBHOOK_PATH, self._take), web.get("/healthz", self._live)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        try:
            yield f"127.0.0.1:{self.port}"
        finally:
            await runner.cleanup()

    async def _live(self, _: web.Request) -> web.Response:
        return web.Response()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == SECRET
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        await asyncio.sleep(0.005)
        self.at_once -= 1
        if self.refuses:
            self.refuses -= 1
            return web.Response(status=503)
        if self.cuts:
            self.cuts -= 1
            assert request.transport is not None
            request.transport.abort()
        self.taken.append(body)
        return web.Response()


def updates(count: int) -> list[bytes]:
    return [b'{"update_id":%d,"message":{"chat":{"id":%d}}}' % (number, number) for number in range(count)]


async def test_what_was_not_taken_is_brought_again_and_so_many_at_once() -> None:
    listener = Listener(refuses=2, cuts=1)
    async with listener.open() as at:
        webhook = Webhook(f"http://{at}{WEBHOOK_PATH}", SECRET, 4)
        for update in updates(30):
            webhook.bring(update)
        await until(lambda: set(listener.taken) == set(updates(30)))
        assert (webhook.again, listener.most_at_once) == (3, 4)


async def test_a_bot_that_is_not_there_yet_is_called_until_it_is() -> None:
    listener = Listener()
    webhook = Webhook(f"http://127.0.0.1:{listener.port}{WEBHOOK_PATH}", SECRET, 2)
    for update in updates(3):
        webhook.bring(update)
    await asyncio.sleep(0.05)
    async with listener.open():
        await until(lambda: len(listener.taken) == 3)


async def test_the_stand_in_brings_to_the_address_that_a_bot_has_set() -> None:
    standin, listener = Telegram(), Listener()
    origin = f"http://127.0.0.1:{await serve(standin.handle)}"
    async with Bot("1:bench", base_url=f"{origin}/bot") as bot, listener.open() as at:
        url = f"http://{at}{WEBHOOK_PATH}"
        for _ in range(2):
            assert await bot.set_webhook(url, secret_token=SECRET, max_connections=7, allowed_updates=["message"])
        told = await bot.get_webhook_info()
        assert (told.url, told.max_connections, told.allowed_updates) == (url, 7, ("message",))
        assert standin.first_poll.done()
        standin.crowd = standin.gathered([1000], End.CANCEL)
        standin.crowd.begin(lambda _: None)
        await until(lambda: listener.taken)
        assert b'"text":"/order shop"' in listener.taken[0]


@pytest.mark.parametrize("way", WAYS)
async def test_every_update_arrives_once_at_one_of_the_bots(tmp_path: Path, way: str) -> None:
    one, two, port = Listener(), Listener(), free_port()
    async with AsyncExitStack() as stack:
        bots = [await stack.enter_async_context(listener.open()) for listener in (one, two)]
        url, certificate = f"http://{bots[0]}{WEBHOOK_PATH}", ""
        if way == "haproxy":
            url, certificate = f"https://localhost:{port}{WEBHOOK_PATH}", certificate_in(tmp_path)
            stack.enter_context(proxy(certificate, port, bots))
        webhook = Webhook(url, SECRET, 8, certificate)
        for update in updates(40):
            webhook.bring(update)
        await until(lambda: set(one.taken + two.taken) == set(updates(40)))
        assert one.taken
        assert bool(two.taken) == (way == "haproxy")
        assert webhook.again == 0
