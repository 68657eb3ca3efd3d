"""One running shop for the facts about finding an order again."""

from collections.abc import AsyncIterator

import pytest

from tests.providers.anqicms.shop import Clock, Shop


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with Shop(Clock()) as running:
        yield running
