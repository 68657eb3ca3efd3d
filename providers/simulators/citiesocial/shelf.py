"""citiesocial's shelf: variants with their prices and what is left of them, to be changed by hand.

It changes the assortment that the pages and the creates read, so that what it shows is what is taken.
"""

from collections.abc import Mapping

from providers.simulators.citiesocial.products import SPOKEN_OF, Assortment
from providers.simulators.shelf import OFF, UNKNOWN, Shelf, Ware, repriced, whole_id


class CitiesocialShelf(Shelf):
    """Changes `assortment` in place; `stock` is what is left of each variant."""

    def __init__(self, assortment: Assortment, stock: Mapping[int, int]) -> None:
        self._assortment = assortment
        self._stock = stock

    def wares(self) -> tuple[Ware, ...]:
        return tuple(self._ware(variant) for variant in SPOKEN_OF)

    def _ware(self, variant: int) -> Ware:
        article, left = self._assortment.article_of(variant), self._stock[variant]
        words = f"{self._assortment.name_of(variant)}, {f'{left:,} in stock' if left else 'sold out'}"
        return Ware(str(variant), words, f"{self._assortment.price_at(article.id):,}", variant in self._assortment)

    def unlisted(self) -> int:
        return len(self._stock) - len(SPOKEN_OF)

    def reprice(self, number: str, tenths: int) -> None:
        variant = self._variant(number)
        if variant not in self._assortment:
            raise ValueError(OFF)
        self._assortment.set_price(variant, repriced(self._assortment.price_of(variant), tenths))

    def sell(self, number: str, *, on: bool) -> None:
        variant = self._variant(number)
        if on:
            self._assortment.put_back(variant)
        elif variant in self._assortment:
            self._assortment.remove_variant(variant)

    def _variant(self, number: str) -> int:
        variant = whole_id(number)
        if variant not in SPOKEN_OF:
            raise ValueError(UNKNOWN)
        return variant


EXAMPLES = {
    "two products": f"""{SPOKEN_OF[0]} x2、{SPOKEN_OF[1]} x1
王小明 0912345678
100台北市中正區八德路一段1號
staff@example.com""",
}
"""Texts as people send them, by what they are."""
