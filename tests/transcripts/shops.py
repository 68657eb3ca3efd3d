"""What suppliers do in a dialogue without being asked: prices change, goods run out, parcels go, others order."""

import re
from collections.abc import Callable, Iterable

from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from providers.simulators.base import Simulator
from providers.simulators.citiesocial.simulator import CitiesocialSimulator
from providers.simulators.damaijia.orders import TRACKED
from providers.simulators.damaijia.simulator import DamaijiaSimulator
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from tests.transcripts.script import Supplier

_Act = Callable[[list[Simulator], str, str], None]


def acts_alone(step: Supplier) -> bool:
    """Whether a line is such a thing."""
    return any(found.fullmatch(step.does) for found, _ in _ACTS)


def act(simulators: Iterable[Simulator], step: Supplier) -> None:
    for found, does in _ACTS:
        if match := found.fullmatch(step.does):
            does(list(simulators), match[1] if found.groups else "", step.detail)
            return
    raise AssertionError(f"nothing that a supplier does: {step.does}")


def _price(change: int) -> _Act:
    """Set a price in the supplier's own unit; `change` is 1 for a higher one and -1 for a lower one."""

    def set_price(simulators: list[Simulator], title: str, to: str) -> None:
        simulator, product = _product(simulators, title)
        new = int(to)
        match simulator:
            case GuoGuoSimulator():
                row = simulator.products[product]
                old, row["price"] = row["price"], new
            case AnqiCmsSimulator():
                old = simulator.goods[int(product)][1] // 100
                simulator.goods[int(product)] = (title, new * 100)
            case CitiesocialSimulator():
                old = simulator.assortment.price_of(int(product))
                simulator.assortment.set_price(int(product), new)
            case _:
                raise AssertionError(f"{simulator.name} tells no prices")
        assert (new - old) * change > 0, f"{title} costs {old}"

    return set_price


def _limit(key: str) -> _Act:
    def set_limit(simulators: list[Simulator], title: str, to: str) -> None:
        simulator, product = _product(simulators, title)
        assert isinstance(simulator, GuoGuoSimulator), f"{simulator.name} tells no limits"
        simulator.products[product][key] = int(to)

    return set_limit


def _stop_selling(simulators: list[Simulator], title: str, _: str) -> None:
    simulator, product = _product(simulators, title)
    match simulator:
        case GuoGuoSimulator():
            del simulator.products[product]
        case AnqiCmsSimulator():
            del simulator.goods[int(product)]
        case CitiesocialSimulator():
            simulator.assortment.remove_variant(int(product))


def _run_out(simulators: list[Simulator], title: str, left: str) -> None:
    simulator, product = _product(simulators, title)
    assert isinstance(simulator, CitiesocialSimulator), f"{simulator.name} counts no stock"
    simulator.stock[int(product)] = int(left or 0)


def _product(simulators: list[Simulator], title: str) -> tuple[Simulator, str]:
    """Who sells it, and under which id."""
    found = [(simulator, product) for simulator in simulators for product in _ids(simulator, title)]
    assert len(found) == 1, f"{len(found)} products are called {title}"
    return found[0]


def _ids(simulator: Simulator, title: str) -> list[str]:
    match simulator:
        case GuoGuoSimulator():
            return [product for product, row in simulator.products.items() if row["title"] == title]
        case AnqiCmsSimulator():
            return [str(goods) for goods, (name, _) in simulator.goods.items() if name == title]
        case CitiesocialSimulator():
            return [str(variant) for variant in simulator.assortment if simulator.assortment.name_of(variant) == title]
        case _:
            return []


def _ship(simulators: list[Simulator], person: str, _: str) -> None:
    """The parcel of Damaijia's newest order for that person."""
    (simulator,) = (one for one in simulators if isinstance(one, DamaijiaSimulator))
    number, place = next(
        (order.number, at)
        for order in reversed(simulator.ledger)
        for at, one in enumerate(order.body["consignees"])
        if one["consignee"] == person
    )
    simulator.set_parcel(number, place, "s")


def _track(simulators: list[Simulator], _: str, __: str) -> None:
    (simulator,) = (one for one in simulators if isinstance(one, DamaijiaSimulator))
    simulator.rows_carry = TRACKED


def _order_elsewhere(simulators: list[Simulator], _: str, __: str) -> None:
    (simulator,) = (one for one in simulators if isinstance(one, AnqiCmsSimulator))
    simulator.take_elsewhere({"type": "goods", "goods_id": 188, "quantity": 1})


def _call_next(simulators: list[Simulator], number: str, _: str) -> None:
    """Numbers are unique per supplier only: citiesocial's next order gets one that another supplier has given too."""
    (simulator,) = (one for one in simulators if isinstance(one, CitiesocialSimulator))
    take = simulator.take

    def once(body: dict[str, object]) -> object:
        del vars(simulator)["take"]
        taken = take(body)
        taken.answer["order"]["name"] = number
        return type(taken)(number, taken.answer, taken.status)

    vars(simulator)["take"] = once


_ACTS: tuple[tuple[re.Pattern[str], _Act], ...] = (
    (re.compile("raises the price of (.+)"), _price(1)),
    (re.compile("lowers the price of (.+)"), _price(-1)),
    (re.compile("raises the minimum of (.+)"), _limit("min")),
    (re.compile("lowers the maximum of (.+)"), _limit("max")),
    (re.compile("stops selling (.+)"), _stop_selling),
    (re.compile("runs out of (.+)"), _run_out),
    (re.compile("ships the parcel for (.+)"), _ship),
    (re.compile("gives its parcels tracking numbers"), _track),
    (re.compile("calls its next order (.+)"), _call_next),
    (re.compile("takes an order that was made elsewhere"), _order_elsewhere),
)
