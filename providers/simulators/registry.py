"""The simulators that there are, listed once, so that nobody else lists suppliers by hand."""

from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from providers.simulators.base import Simulator
from providers.simulators.citiesocial.simulator import CitiesocialSimulator
from providers.simulators.damaijia.simulator import DamaijiaSimulator
from providers.simulators.guoguo.simulator import GuoGuoSimulator

SIMULATORS: tuple[type[Simulator], ...] = (GuoGuoSimulator, CitiesocialSimulator, DamaijiaSimulator, AnqiCmsSimulator)
"""In the order in which people are shown them."""


def simulator_class(name: str) -> type[Simulator]:
    """The simulator of the supplier `name`. Raises LookupError naming the known ones."""
    found = {kind.name: kind for kind in SIMULATORS}
    if name not in found:
        raise LookupError(f"there is no such simulator; there are {', '.join(found)}")
    return found[name]
