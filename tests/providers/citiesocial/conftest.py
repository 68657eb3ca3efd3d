"""A shop that lists its variants, and an account there."""

from collections.abc import AsyncIterator

import pytest

from providers.citiesocial.provider import Citiesocial
from tests.providers.citiesocial.shop import Shop


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with Shop() as shop:
        yield shop


@pytest.fixture
async def account(shop: Shop) -> AsyncIterator[Citiesocial]:
    async with shop.client() as account:
        yield account
