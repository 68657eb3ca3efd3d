"""A supplier whose requests are recorded, and one account there."""

from collections.abc import AsyncIterator

import pytest

from providers.damaijia.provider import Damaijia
from tests.providers.damaijia.recording import Recording


@pytest.fixture
async def supplier() -> AsyncIterator[Recording]:
    async with Recording() as supplier:
        yield supplier


@pytest.fixture
async def account(supplier: Recording) -> AsyncIterator[Damaijia]:
    async with supplier.client() as account:
        yield account
