import json
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx
import pytest
from telegram import Bot

from bot.sandbox.standin import StandIn

PERSON = 111111111
JSON = {"Content-Type": "application/json"}
Raw = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_780_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def standin(clock: Clock) -> AsyncIterator[StandIn]:
    async with StandIn(now=clock) as running:
        running.add_person(PERSON, "Person", started=True)
        yield running


@pytest.fixture
async def bot(standin: StandIn) -> AsyncIterator[Bot]:
    async with Bot(standin.token, base_url=f"{standin.url}/bot") as ready:
        yield ready


@pytest.fixture
async def raw(standin: StandIn) -> AsyncIterator[Raw]:
    """A JSON call of a method; the decoded answer."""
    async with httpx.AsyncClient(base_url=f"{standin.url}/bot{standin.token}", trust_env=False) as client:

        async def call(method: str, **params: Any) -> dict[str, Any]:
            answer = (await client.post(f"/{method}", content=json.dumps(params), headers=JSON)).json()
            assert isinstance(answer, dict)
            return answer

        yield call
