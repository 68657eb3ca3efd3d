"""GuoGuo's shelf: the products of each kind of order, with their bounds and prices, to be changed by hand.

It changes the rows that the catalogue and the creates read, so that what it shows is what is taken.
"""

from typing import Any

from providers.simulators.guoguo.products import (
    COMMENT_LIKES,
    COMMENTS,
    FANS,
    LIKES,
    STORY_VIEWS,
    SUBSCRIPTION,
    UNNAMED,
)
from providers.simulators.shelf import Shelf, Ware, move, on_sale, repriced

SHOWN = (FANS, LIKES, STORY_VIEWS, COMMENTS, COMMENT_LIKES, SUBSCRIPTION, UNNAMED)


class GuoGuoShelf(Shelf):
    """Changes `products`, the rows of the catalogue by id, in place."""

    def __init__(self, products: dict[str, dict[str, Any]]) -> None:
        self._products = products
        self._gone: dict[str, dict[str, Any]] = {}

    def wares(self) -> tuple[Ware, ...]:
        return tuple(self._ware(number) for number in SHOWN if number in self._products or number in self._gone)

    def _ware(self, number: str) -> Ware:
        row = (self._products | self._gone)[number]
        words = f"{row['title']}, {row['min']:,} to {row['max']:,}"
        return Ware(number, words, str(row["price"]), number in self._products)

    def unlisted(self) -> int:
        return len(self._products) + len(self._gone) - len(self.wares())

    def reprice(self, number: str, tenths: int) -> None:
        row = on_sale(self._products, number)
        price = repriced(row["price"], tenths)
        self._products[number] = row | {"price": price, "ch2_product": row["ch2_product"] | {"rate": str(price)}}

    def sell(self, number: str, *, on: bool) -> None:
        move(self._products, self._gone, number, on=on)


EXAMPLES = {
    "one like order": "Instagram likes https://www.instagram.com/p/Cx9Qm2aB1/ 500",
    "twenty orders": "\n".join(
        f"Instagram likes https://www.instagram.com/p/Cx9Qm2aB{n}/ {100 * (1 + n % 5)}" for n in range(10, 30)
    ),
}
"""Texts as people send them, by what they are."""
