"""The proxy's configuration, with the real proxy on loopback: Telegram's calls go through it, and nothing else does."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.telegram.webhook import LARGEST_UPDATE, SECRET_HEADER
from tests.deploy.proxy import certificate_for_localhost, free_port, proxy_before
from tests.end_to_end.house import ADMIN, SECRET, world
from tests.end_to_end.program import running

PATIENCE = 60.0
CALLS = 20
"""Calls of a test: more than would come to one of two bots by chance."""
CHATS = [*range(111111111, 111111121), *range(-1001234567899, -1001234567889), *range(-4123456789, -4123456779)]
"""Numbers of people, of groups and of supergroups, close to each other."""


@dataclass
class Upstream:
    """The listener of a bot, as far as a proxy sees it. `alive` is what it says of itself."""

    port: int = field(default_factory=free_port)
    taken: list[tuple[bytes, str]] = field(default_factory=list)
    alive: bool = True
    drops: bool = False
    stops: bool = False
    hangs: asyncio.Event | None = None
    """Of a bot that hangs: set when something has come to it."""

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def start(self) -> None:
        app = web.Application(client_max_size=2 * LARGEST_UPDATE)
        app.add_routes([web.post("/hook", self._take), web.get("/{path:.*}", self._say)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.stops:
            return web.Response(status=503)
        if self.hangs is not None:
            self.hangs.set()
            await asyncio.sleep(PATIENCE)
        if self.drops:
            assert request.transport is not None
            request.transport.abort()
        else:
            self.taken.append((body, request.headers[SECRET_HEADER]))
        return web.Response()

    async def _say(self, _: web.Request) -> web.Response:
        return web.Response(status=200 if self.alive else 503, text="of the bot's own")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_for_localhost(tmp_path_factory.mktemp("certificate"))


@contextmanager
def proxy(place: Path, certificate: Path, bots: list[Upstream]) -> Iterator[tuple[int, int]]:
    """The proxy before one bot or two. Yields its port and the number of its process."""
    with proxy_before([bot.address for bot in bots], place, certificate) as found:
        yield found


@dataclass
class Telegram:
    """Calls the webhook as Telegram does: by its name, over TLS."""

    client: aiohttp.ClientSession
    url: str
    secret: str = SECRET

    async def posts(self, body: bytes | BytesIO | AsyncIterator[bytes]) -> int:
        async with self.client.post(f"{self.url}/hook", data=body, headers={SECRET_HEADER: self.secret}) as answer:
            return answer.status

    async def gets(self, path: str) -> int:
        async with self.client.get(self.url + path) as answer:
            return answer.status


@pytest.fixture
async def bots() -> AsyncIterator[list[Upstream]]:
    both = [Upstream(), Upstream()]
    for bot in both:
        await bot.start()
    yield both
    for bot in both:
        await bot.stop()


@asynccontextmanager
async def calling(port: int, certificate: Path) -> AsyncIterator[Telegram]:
    """Telegram, once the proxy answers there."""
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=str(certificate)), family=socket.AF_INET)
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as client:
        telegram = Telegram(client, f"https://localhost:{port}")
        async with asyncio.timeout(PATIENCE):
            while not await answers(telegram):  # noqa: ASYNC110  another process rings no bell
                await asyncio.sleep(0.05)
        yield telegram


@pytest.fixture
async def telegram(bots: list[Upstream], certificate: Path, tmp_path: Path) -> AsyncIterator[Telegram]:
    with proxy(tmp_path, certificate, bots) as (port, _):
        async with calling(port, certificate) as there:
            yield there


def user_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


async def answers(telegram: Telegram) -> bool:
    try:
        return await telegram.gets("/") == 404
    except aiohttp.ClientError:
        return False


async def is_taken(telegram: Telegram) -> bool:
    """True if Telegram would not bring it again."""
    try:
        return await telegram.posts(b"{}") == 200
    except aiohttp.ServerDisconnectedError:
        return False


def bodies(bots: list[Upstream]) -> list[bytes]:
    return sorted(body for bot in bots for body, _ in bot.taken)


async def test_updates_go_to_all_bots_as_they_are(telegram: Telegram, bots: list[Upstream]) -> None:
    sent = [json.dumps({"update_id": number, "text": "王小明"}).encode() for number in range(CALLS)]
    assert [await telegram.posts(body) for body in sent] == [200] * CALLS
    assert bodies(bots) == sorted(sent)
    assert all(bot.taken for bot in bots)
    assert {secret for bot in bots for _, secret in bot.taken} == {SECRET}


async def test_a_real_bot_takes_what_comes_through_it(certificate: Path, tmp_path: Path) -> None:
    person = {"id": ADMIN, "is_bot": False, "first_name": "Admin"}
    chat = {"id": ADMIN, "type": "private", "first_name": "Admin"}
    message = {"message_id": 1, "date": 1_800_000_000, "chat": chat, "from": person, "text": "/order"}
    update = json.dumps({"update_id": 10**9, "message": message}).encode()
    async with world(tmp_path, webhook=True) as house, running(house.config()) as program:
        await program.writes("running as @")
        # A bot may write only to who has written to it.
        house.say("/start")
        await house.next()
        with proxy(tmp_path, certificate, [Upstream(house.port)]) as (port, _):
            async with calling(port, certificate) as telegram:
                telegram.secret = "somebody-else"
                assert await telegram.posts(update) == 401
                telegram.secret = SECRET
                assert await telegram.posts(update) == 200
                await house.offers("GuoGuo")


async def test_one_bot_does_too_before_a_proxy_without_rights(
    bots: list[Upstream], certificate: Path, tmp_path: Path
) -> None:
    with proxy(tmp_path, certificate, bots[:1]) as (port, pid):
        async with calling(port, certificate) as telegram:
            assert await telegram.posts(b"{}") == 200
            assert user_of(pid) != 0, "it answers strangers, and is root"
    assert [len(bot.taken) for bot in bots] == [1, 0]


async def test_when_a_bot_dies_the_other_gets_its_updates_until_it_is_back(
    telegram: Telegram, bots: list[Upstream]
) -> None:
    dead, other = bots
    await dead.stop()
    assert [await telegram.posts(b"{}") for _ in range(CALLS)] == [200] * CALLS
    assert (len(dead.taken), len(other.taken)) == (0, CALLS)
    await dead.start()
    await until_it_gets_some(telegram, dead)


def updates_in(chat: int) -> list[dict[str, object]]:
    """An update of each kind in a chat, in which who taps has another number. Source: Bot API, "Update"."""
    message = {"message_id": 1, "text": 'her "chat":{"id":7}', "from": {"id": 7}, "chat": {"id": chat, "type": "group"}}
    return [
        {"update_id": 1, "message": message},
        {"update_id": 2, "edited_message": message},
        {"update_id": 3, "callback_query": {"id": "7", "from": {"id": 7}, "message": message, "data": "x"}},
        {"update_id": 4, "my_chat_member": {"from": {"id": 7}, "chat": {"id": chat}}},
    ]


def updates_of(person: int) -> list[dict[str, object]]:
    """Updates that belong to no chat, and to whose private chat they come close. Source: as above."""
    return [
        {"update_id": 5, "inline_query": {"id": "7", "from": {"id": person}, "query": "茶"}},
        {"update_id": 6, "callback_query": {"id": "7", "from": {"id": person}, "inline_message_id": "7"}},
    ]


async def who_gets(telegram: Telegram, bots: list[Upstream], updates: list[dict[str, object]]) -> list[Upstream]:
    """Who got each of them, having taken it; what the bots took is forgotten."""
    got = []
    for update in updates:
        assert await telegram.posts(json.dumps(update).encode()) == 200
        (bot,) = [bot for bot in bots if bot.taken]
        got.append(bot)
        bot.taken.clear()
    return got


async def homes(telegram: Telegram, bots: list[Upstream]) -> dict[int, Upstream]:
    """The bot of each chat."""
    return {chat: (await who_gets(telegram, bots, updates_in(chat)[:1]))[0] for chat in CHATS}


async def test_all_of_a_chat_goes_to_one_bot_and_other_chats_to_another(
    telegram: Telegram, bots: list[Upstream]
) -> None:
    home = await homes(telegram, bots)
    for kind in range(3):
        chats = CHATS[kind * 10 :][:10]
        assert {home[chat].port for chat in chats} == {bot.port for bot in bots}, "numbers of one kind go to one bot"
    for chat, bot in home.items():
        updates = updates_in(chat) + (updates_of(chat) if chat > 0 else [])
        assert await who_gets(telegram, bots, updates) == [bot] * len(updates)


async def test_chats_of_a_dead_bot_go_to_the_other_at_once_and_come_back_with_it(
    telegram: Telegram, bots: list[Upstream]
) -> None:
    before = await homes(telegram, bots)
    dead, other = bots
    await dead.stop()
    assert {bot.port for bot in (await homes(telegram, bots)).values()} == {other.port}, "nobody is told to come again"
    await dead.start()
    await until_it_gets_some(telegram, dead)
    for bot in bots:
        bot.taken.clear()
    assert await homes(telegram, bots) == before


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\x00 no JSON", id="no JSON"),
        pytest.param(b'{"update_id":1,"message":{"chat":{"id":', id="cut off"),
        pytest.param(b'{"message":' * 20_000, id="deep"),
        pytest.param(b"[" * 500_000, id="large and deep"),
        pytest.param(b'{"update_id":1,"message":7}', id="a number for a message"),
        pytest.param(b'{"update_id":1,"message":{"chat":[{"id":7}]}}', id="a list for a chat"),
        pytest.param(b'{"update_id":1,"message":{"chat":{"id":null}}}', id="no number"),
        pytest.param(b'{"update_id":1,"message":{"chat":{"id":"7\\u0000"}}}', id="text for a number"),
        pytest.param(b'{"update_id":1,"message":{"chat":{"id":-1.5e300}}}', id="a fraction"),
        pytest.param(b'{"update_id":1,"message":{"chat":{"id":9007199254740993}}}', id="beyond 2^53"),
        pytest.param(b'{"update_id":1,"message":{"chat":{"id":-9223372036854775809}}}', id="beyond 2^63"),
        pytest.param(json.dumps({"message": {"text": "茶" * 10_000, "chat": {"id": 7}}}).encode(), id="long"),
    ],
)
async def test_a_body_in_which_no_chat_is_found_goes_through_as_it_is(
    body: bytes, telegram: Telegram, bots: list[Upstream]
) -> None:
    assert [await telegram.posts(body) for _ in range(2)] == [200, 200]
    assert bodies(bots) == [body, body]
    for bot in bots:
        bot.taken.clear()
    assert len({bot.port for bot in await who_gets(telegram, bots, updates_in(CHATS[0]))}) == 1


async def test_a_bot_that_hangs_gets_nothing_and_a_slow_sender_is_not_waited_for(
    telegram: Telegram, bots: list[Upstream]
) -> None:
    ill, other = bots
    slow = asyncio.create_task(is_dismissed_when_slow(telegram))
    ill.hangs = asyncio.Event()
    calls = [asyncio.create_task(is_taken(telegram)) for _ in bots]
    await ill.hangs.wait()
    ill.alive = False
    async with asyncio.timeout(PATIENCE / 2):
        assert all(await asyncio.gather(*calls)), "the other gets what it has not answered"
        ill.hangs = None
    async with asyncio.timeout(PATIENCE):
        while True:
            ill.taken.clear()
            assert [await telegram.posts(b"{}") for _ in range(CALLS)] == [200] * CALLS
            if not ill.taken:
                break
    assert other.taken
    ill.alive = True
    await until_it_gets_some(telegram, ill)
    assert await slow
    assert set(bodies(bots)) == {b"{}"}


async def is_dismissed_when_slow(telegram: Telegram) -> bool:
    """True if a body that doesn't come to its end is not waited for."""

    async def slowly() -> AsyncIterator[bytes]:
        yield b"slow"
        await asyncio.sleep(PATIENCE)

    try:
        return await telegram.posts(slowly()) == 408
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        return True


async def until_it_gets_some(telegram: Telegram, bot: Upstream) -> None:
    async with asyncio.timeout(PATIENCE):
        while not bot.taken:
            assert await telegram.posts(b"{}") == 200
            await asyncio.sleep(0.05)


async def test_a_bot_that_is_stopping_leaves_its_updates_to_the_other(telegram: Telegram, bots: list[Upstream]) -> None:
    stopping, other = bots
    stopping.stops = True
    assert [await telegram.posts(b"{}") for _ in range(CALLS)] == [200] * CALLS
    assert (len(stopping.taken), len(other.taken)) == (0, CALLS)
    stopping.stops = False
    await until_it_gets_some(telegram, stopping)


async def test_a_call_that_a_bot_did_not_answer_is_not_called_taken(telegram: Telegram, bots: list[Upstream]) -> None:
    """Then Telegram brings the update again, and the bot knows it if it was stored."""
    for bot in bots:
        bot.drops = True
    assert not await is_taken(telegram)
    for bot in bots:
        bot.drops = False
    async with asyncio.timeout(PATIENCE):
        while not await is_taken(telegram):  # noqa: ASYNC110  as above
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz", "/", "/hook/more", "/hook"])
async def test_nobody_out_there_sees_anything_of_a_bot(path: str, telegram: Telegram) -> None:
    assert await telegram.gets(path) == 404


async def test_an_update_may_be_as_large_as_a_bot_takes_and_no_larger(telegram: Telegram, bots: list[Upstream]) -> None:
    assert await telegram.posts(BytesIO(b"x" * (LARGEST_UPDATE - 1))) == 200

    async def without_length() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 50_000

    for larger in (BytesIO(b"x" * 2 * LARGEST_UPDATE), without_length()):
        # It is refused while it is still being sent: whoever sends on may not get to read that.
        with suppress(aiohttp.ClientOSError):
            assert await telegram.posts(larger) == 413
    assert [len(body) for body in bodies(bots)] == [LARGEST_UPDATE - 1]
    assert await telegram.posts(b"{}") == 200
