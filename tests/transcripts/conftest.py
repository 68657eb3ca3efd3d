"""The four suppliers on loopback and an account at each, for the dialogues."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from providers.registry import provider_class
from providers.simulators.anqicms import AnqiCmsSimulator
from providers.simulators.base import Simulator
from providers.simulators.citiesocial import CitiesocialSimulator
from providers.simulators.damaijia import DamaijiaSimulator
from providers.simulators.guoguo import GuoGuoSimulator
from tests.transcripts.player import Player

NOON = datetime(2026, 3, 1, 4, 0, 0, tzinfo=UTC)
"""Noon where the suppliers are; their order numbers begin with it."""


@pytest.fixture
async def player() -> AsyncIterator[Player]:
    async with AsyncExitStack() as stack:
        simulators: dict[str, Simulator] = {
            "guoguo": GuoGuoSimulator(lambda: NOON),
            "citiesocial": CitiesocialSimulator(lambda: NOON),
            "gifts": DamaijiaSimulator(lambda: NOON),
            "shop": AnqiCmsSimulator(lambda: NOON),
        }
        providers = {}
        for account, simulator in simulators.items():
            await stack.enter_async_context(simulator)
            kind = provider_class(simulator.name)
            settings = kind.settings_model.model_validate(simulator.account())
            providers[account] = await stack.enter_async_context(kind(settings))
        yield Player(providers, simulators)
