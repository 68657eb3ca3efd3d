"""What each simulated supplier sells at this moment, and the hands that change it while an order is on its way.

A newcomer would not know what to answer without it, and a price lock can only be seen where a price moves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from providers.simulators.anqicms import AnqiCmsSimulator
from providers.simulators.base import Simulator
from providers.simulators.citiesocial import SPOKEN_OF, CitiesocialSimulator
from providers.simulators.damaijia import DamaijiaSimulator
from providers.simulators.damaijia_products import ALL_GIFTS, GIFTS, OFF_SALE
from providers.simulators.guoguo import GuoGuoSimulator
from providers.simulators.guoguo_products import (
    COMMENT_LIKES,
    COMMENTS,
    FANS,
    LIKES,
    STORY_VIEWS,
    SUBSCRIPTION,
    UNNAMED,
)

UNCHANGED = 10
UP, DOWN = 11, 9
"""Tenths of a price that it becomes."""
UNKNOWN, OFF = "There is no such product.", "It is not on sale."
K = TypeVar("K")
V = TypeVar("V")
SERVICES = (FANS, LIKES, STORY_VIEWS, COMMENTS, COMMENT_LIKES, SUBSCRIPTION, UNNAMED)
SHOWN_GOODS = (188, 189, 190, 201, 202, 204, 211)


@dataclass(frozen=True, slots=True)
class Ware:
    """`number` is the answer to the bot's question about a product, `words` what there is to know of it.

    `price` is None where the supplier tells none. `sold` is None for what can't be taken off sale here.
    """

    number: str
    words: str
    price: str | None = None
    sold: bool | None = None


class Shelf(Protocol):
    """What one supplier sells. A number that isn't on it, or what can't be done to it, raises ValueError."""

    def wares(self) -> tuple[Ware, ...]: ...

    def unlisted(self) -> int:
        """How many more there are."""

    def reprice(self, number: str, tenths: int) -> None:
        """Make its price so many tenths of what it is, and at least one smallest unit away from that."""

    def sell(self, number: str, *, on: bool) -> None:
        """Take it off sale, or put it back."""


def shelf_of(simulator: Simulator) -> Shelf:
    """Raises ValueError for a supplier that has none."""
    match simulator:
        case GuoGuoSimulator():
            return _GuoGuo(simulator)
        case CitiesocialSimulator():
            return _Citiesocial(simulator)
        case DamaijiaSimulator():
            return _Damaijia()
        case AnqiCmsSimulator():
            return _AnqiCms(simulator)
        case _:
            raise ValueError(f"nothing is known of what {simulator.name} sells")


class _GuoGuo:
    def __init__(self, simulator: GuoGuoSimulator) -> None:
        self._products = simulator.products
        self._gone: dict[str, dict[str, Any]] = {}

    def wares(self) -> tuple[Ware, ...]:
        return tuple(self._ware(number) for number in SERVICES if number in self._products or number in self._gone)

    def _ware(self, number: str) -> Ware:
        row = (self._products | self._gone)[number]
        words = f"{row['title']}, {row['min']:,} to {row['max']:,}"
        return Ware(number, words, str(row["price"]), number in self._products)

    def unlisted(self) -> int:
        return len(self._products) + len(self._gone) - len(self.wares())

    def reprice(self, number: str, tenths: int) -> None:
        row = _known(self._products, number)
        price = _moved(row["price"], tenths)
        self._products[number] = row | {"price": price, "ch2_product": row["ch2_product"] | {"rate": str(price)}}

    def sell(self, number: str, *, on: bool) -> None:
        _toggle(self._products, self._gone, number, on=on)


class _AnqiCms:
    def __init__(self, simulator: AnqiCmsSimulator) -> None:
        self._goods = simulator.goods
        self._gone: dict[int, tuple[str, int]] = {}

    def wares(self) -> tuple[Ware, ...]:
        every = self._goods | self._gone
        return tuple(
            Ware(str(key), every[key][0], f"{every[key][1] / 100:.2f}", key in self._goods)
            for key in SHOWN_GOODS
            if key in every
        )

    def unlisted(self) -> int:
        return len(self._goods | self._gone) - len(self.wares())

    def reprice(self, number: str, tenths: int) -> None:
        title, price = _known(self._goods, _id(number))
        self._goods[_id(number)] = (title, _moved(price, tenths))

    def sell(self, number: str, *, on: bool) -> None:
        _toggle(self._goods, self._gone, _id(number), on=on)


class _Citiesocial:
    def __init__(self, simulator: CitiesocialSimulator) -> None:
        self._simulator = simulator
        self._shelf = simulator.shelf

    def wares(self) -> tuple[Ware, ...]:
        return tuple(self._ware(variant) for variant in SPOKEN_OF)

    def _ware(self, variant: int) -> Ware:
        article, left = self._shelf.article_of(variant), self._simulator.stock[variant]
        words = f"{self._shelf.name_of(variant)}, {f'{left:,} in stock' if left else 'sold out'}"
        return Ware(str(variant), words, f"{self._shelf.price_at(article.id):,}", variant in self._shelf)

    def unlisted(self) -> int:
        return len(self._simulator.stock) - len(SPOKEN_OF)

    def reprice(self, number: str, tenths: int) -> None:
        variant = self._variant(number)
        if variant not in self._shelf:
            raise ValueError(OFF)
        self._shelf.set_price(variant, _moved(self._shelf.price_of(variant), tenths))

    def sell(self, number: str, *, on: bool) -> None:
        variant = self._variant(number)
        if on:
            self._shelf.put_back(variant)
        elif variant in self._shelf:
            self._shelf.remove_variant(variant)

    def _variant(self, number: str) -> int:
        variant = _id(number)
        if variant not in SPOKEN_OF:
            raise ValueError(UNKNOWN)
        return variant


class _Damaijia:
    """It tells no prices, and its list is the same for everybody."""

    def wares(self) -> tuple[Ware, ...]:
        return tuple(
            Ware(str(gift), title + (", off sale" if gift == OFF_SALE else "")) for gift, title in GIFTS.items()
        )

    def unlisted(self) -> int:
        return len(ALL_GIFTS) - len(GIFTS)

    def reprice(self, number: str, tenths: int) -> None:
        raise ValueError(f"The price of {number} can't be made {tenths}/10: this supplier tells none.")

    def sell(self, number: str, *, on: bool) -> None:
        raise ValueError(f"The sale of {number} can't be {'begun' if on else 'stopped'} here.")


def _id(number: str) -> int:
    if not (number.isascii() and number.isdecimal()):
        raise ValueError(UNKNOWN)
    return int(number)


def _known(sold: Mapping[K, V], key: K) -> V:
    if key not in sold:
        raise ValueError(OFF)
    return sold[key]


def _toggle(sold: dict[K, V], gone: dict[K, V], key: K, *, on: bool) -> None:
    here, there = (gone, sold) if on else (sold, gone)
    if key in here:
        there[key] = here.pop(key)
    elif key not in there:
        raise ValueError(UNKNOWN)


def _moved(price: int, tenths: int) -> int:
    """A price of nothing stays at nothing when it falls."""
    return max(price + 1, price * tenths // 10) if tenths > UNCHANGED else max(0, min(price - 1, price * tenths // 10))
