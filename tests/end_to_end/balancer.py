"""A balancer before several bots, as unkind as one may be: it gives each update to any of them.

A bot that refuses the connection is passed over, as a real one does it; of an answer that never comes Telegram hears,
and it brings the update again, to whichever bot. Now and then two bots get the same update at the same moment.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from time import monotonic
from typing import Final, Self

import aiohttp
from aiohttp import web

from bot.telegram.webhook import SECRET_HEADER, update_of

AT_TWO: Final = 0.05
"""How many of the updates are given to two bots at once."""
ANSWER_WITHIN: Final = 5.0
"""Seconds that a bot has for its answer: one that stands still holds nobody up for longer."""


class Balancer:
    """`url` is the origin for Telegram; behind it are the bots at these `ports` of this machine.

    `taken_after` are the seconds from when an update came here first until a bot had taken it, by its id.
    """

    def __init__(self, ports: Sequence[int], chance: random.Random, at_two: float = AT_TWO) -> None:
        self.url = ""
        self.taken_after: dict[int, float] = {}
        self.at_two = 0
        self.answers: Counter[int] = Counter()
        self._ports = ports
        self._chance = chance
        self._share = at_two
        self._came: dict[int, float] = {}
        self._app = web.Application()
        self._app.router.add_post("/{path:.*}", self._receive)
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=1)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # A connection for each: one that a killed bot has left behind would be a fault of ours.
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    def waiting_since(self, seconds: float) -> list[int]:
        """Updates that came so long ago, and that no bot has taken yet."""
        return [one for one, at in self._came.items() if one not in self.taken_after and monotonic() - at > seconds]

    async def _receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        raw = update_of(body)
        assert raw is not None
        update = int(raw["update_id"])
        self._came.setdefault(update, monotonic())
        at_two = len(self._ports) > 1 and self._chance.random() < self._share
        self.at_two += at_two
        secret = request.headers.get(SECRET_HEADER, "")
        turns = [self._give(request.path, body, secret) for _ in range(2 if at_two else 1)]
        # Whoever thinks that the first is lost asks another, and hears of one of them only.
        answer = (await asyncio.gather(*turns))[0]
        self.answers[answer.status] += 1
        if answer.status == HTTPStatus.OK:
            self.taken_after.setdefault(update, monotonic() - self._came[update])
        return answer

    async def _give(self, path: str, body: bytes, secret: str) -> web.Response:
        """The answer of the first bot that takes the connection."""
        assert self._session is not None
        headers = {"Content-Type": "application/json", SECRET_HEADER: secret}
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        for port in self._chance.sample(self._ports, len(self._ports)):
            at = f"http://127.0.0.1:{port}{path}"
            try:
                async with self._session.post(at, data=body, headers=headers, timeout=timeout) as answer:
                    after = answer.headers.get("Retry-After")
                    return web.Response(status=answer.status, headers={"Retry-After": after} if after else {})
            except aiohttp.ClientConnectorError:
                continue
            except TimeoutError:
                return web.Response(status=HTTPStatus.GATEWAY_TIMEOUT)
            except (aiohttp.ClientError, OSError):
                return web.Response(status=HTTPStatus.BAD_GATEWAY)
        return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
