"""One running simulator of each kind for the facts that hold for all."""

from collections.abc import AsyncIterator

import pytest

from providers.simulators.base import Simulator
from providers.simulators.registry import SIMULATORS


@pytest.fixture(params=SIMULATORS, ids=lambda kind: kind.name)
async def simulator(request: pytest.FixtureRequest) -> AsyncIterator[Simulator]:
    async with request.param() as running:
        yield running
