"""The balancer before several bots gives each update to any that listens, and hides no answer from Telegram."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from bot.telegram.webhook import SECRET_HEADER
from tests.end_to_end.balancer import Balancer
from tests.end_to_end.house import free_port

UPDATES = 40


class Bots:
    """Two that listen, and a third that doesn't; `got` is how many updates each was given."""

    def __init__(self) -> None:
        self.got: Counter[int] = Counter()
        self.secrets: set[str] = set()
        self.status = 200
        self.ports: list[int] = []

    async def listen(self, port: int, stack: AsyncExitStack) -> None:
        async def take(request: web.Request) -> web.Response:
            self.got[port] += 1
            self.secrets.add(request.headers[SECRET_HEADER])
            if self.status == 0:
                assert request.transport is not None
                request.transport.abort()
            return web.Response(status=self.status or 200, headers={"Retry-After": "1"} if self.status == 503 else {})

        app = web.Application()
        app.router.add_post("/hook", take)
        runner = web.AppRunner(app, shutdown_timeout=0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", port).start()


@pytest_asyncio.fixture
async def bots() -> AsyncIterator[Bots]:
    async with AsyncExitStack() as stack:
        made = Bots()
        made.ports = [stack.enter_context(free_port()) for _ in range(3)]
        for port in made.ports[:2]:
            await made.listen(port, stack)
        yield made


async def bring(balancer: Balancer, updates: int = UPDATES) -> list[aiohttp.ClientResponse]:
    async with aiohttp.ClientSession(headers={SECRET_HEADER: "s"}) as session:
        return [
            await session.post(f"{balancer.url}/hook", json={"update_id": number}) for number in range(1, updates + 1)
        ]


async def test_each_update_is_given_to_one_that_listens_now_this_and_now_that(bots: Bots) -> None:
    async with Balancer(bots.ports, random.Random(1), at_two=0) as balancer:  # noqa: S311  it has to be repeatable
        answers = await bring(balancer)
        assert {answer.status for answer in answers} == {200}
        assert sorted(balancer.taken_after) == [*range(1, UPDATES + 1)]
    assert bots.got.total() == UPDATES
    assert set(bots.got) == set(bots.ports[:2])
    assert bots.secrets == {"s"}


async def test_some_are_given_to_two_at_once(bots: Bots) -> None:
    async with Balancer(bots.ports, random.Random(1), at_two=0.5) as balancer:  # noqa: S311  as above
        await bring(balancer)
        assert 0 < balancer.at_two < UPDATES
    assert bots.got.total() == UPDATES + balancer.at_two


@pytest.mark.parametrize(("status", "told"), [(503, 503), (500, 500), (0, 502)])
async def test_an_error_is_telegrams_to_hear_and_the_update_counts_as_waiting(
    status: int, told: int, bots: Bots
) -> None:
    async with Balancer(bots.ports, random.Random(1), at_two=0) as balancer:  # noqa: S311  as above
        bots.status = status
        (answer,) = await bring(balancer, 1)
        assert answer.status == told
        assert answer.headers.get("Retry-After") == ("1" if status == 503 else None)
        assert balancer.waiting_since(0) == [1]
        bots.status = 200
        (answer,) = await bring(balancer, 1)
        assert answer.status == 200
        assert balancer.waiting_since(0) == []


async def test_where_nobody_listens_it_says_so() -> None:
    with free_port() as port:
        async with Balancer([port], random.Random(1)) as balancer:  # noqa: S311  as above
            (answer,) = await bring(balancer, 1)
            assert answer.status == 503
