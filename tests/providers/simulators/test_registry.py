"""Every supplier has a simulator, which says for itself all that others need to know to show it."""

import pytest

from providers.registry import names, provider_class
from providers.simulators.base import Simulator
from providers.simulators.registry import SIMULATORS, simulator_class


def test_there_is_a_simulator_for_every_provider() -> None:
    assert sorted(kind.name for kind in SIMULATORS) == sorted(names())


@pytest.mark.parametrize("name", names())
def test_a_simulator_is_found_by_its_suppliers_name_and_has_its_title(name: str) -> None:
    assert simulator_class(name).title == provider_class(name).title


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match=", ".join(kind.name for kind in SIMULATORS)):
        simulator_class("nobody")


async def test_a_simulator_says_what_it_sells_and_whose_account_it_takes(simulator: Simulator) -> None:
    assert simulator.shelf.wares()
    assert simulator.account()["provider"] == simulator.name
