"""Damaijia's shelf: gifts without prices, since the supplier tells none.

Its list is the same for everybody, so nothing on it can be changed here.
"""

from providers.simulators.damaijia.products import ALL_GIFTS, GIFTS, OFF_SALE
from providers.simulators.shelf import Shelf, Ware


class DamaijiaShelf(Shelf):
    """The gifts that people speak of."""

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
