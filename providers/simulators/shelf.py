"""A supplier's shelf: what it sells at this moment, and the changes to that which its own panel allows.

A newcomer would not know what to answer without it, and a price check can only be seen where a price moves.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

UNCHANGED = 10
"""Tenths of a price that leave it as it is."""
UNKNOWN, OFF = "There is no such product.", "It is not on sale."
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Ware:
    """`number` is the answer to the question about a product, `words` what there is to know of it.

    `price` is None where the supplier tells none. `sold` is None for what can't be taken off sale here.
    """

    number: str
    words: str
    price: str | None = None
    sold: bool | None = None


class Shelf(ABC):
    """All that one supplier sells. A number that isn't on it, or what can't be done to it, raises ValueError."""

    @abstractmethod
    def wares(self) -> tuple[Ware, ...]:
        """Those that people speak of, whether they are on sale or not."""

    @abstractmethod
    def unlisted(self) -> int:
        """The number of those that are not among them."""

    @abstractmethod
    def reprice(self, number: str, tenths: int) -> None:
        """Make its price so many tenths of what it is, and at least one smallest unit away from that."""

    @abstractmethod
    def sell(self, number: str, *, on: bool) -> None:
        """Take it off sale, or put it back."""


def whole_id(number: str) -> int:
    """An id that is a whole number. Raises ValueError for anything else."""
    if not (number.isascii() and number.isdecimal()):
        raise ValueError(UNKNOWN)
    return int(number)


def on_sale(sold: Mapping[K, V], key: K) -> V:
    """The entry under `key`. Raises ValueError when there is none."""
    if key not in sold:
        raise ValueError(OFF)
    return sold[key]


def move(sold: dict[K, V], gone: dict[K, V], key: K, *, on: bool) -> None:
    """Take an entry from what is sold to what is gone, or back. Raises ValueError for one that is in neither."""
    here, there = (gone, sold) if on else (sold, gone)
    if key in here:
        there[key] = here.pop(key)
    elif key not in there:
        raise ValueError(UNKNOWN)


def repriced(price: int, tenths: int) -> int:
    """So many tenths of a price; a price of nothing stays at nothing when it falls."""
    return max(price + 1, price * tenths // 10) if tenths > UNCHANGED else max(0, min(price - 1, price * tenths // 10))
