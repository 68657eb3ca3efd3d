"""An AnqiCMS shop's shelf: its goods with their prices, to be changed by hand.

It changes the goods that the lists and the creates read, so that what it shows is what is taken.
"""

from providers.simulators.shelf import Shelf, Ware, move, on_sale, repriced, whole_id

SHOWN = (188, 189, 190, 201, 202, 204, 211)


class AnqiCmsShelf(Shelf):
    """Changes `goods`, title and price in 1/100 by goods id, in place."""

    def __init__(self, goods: dict[int, tuple[str, int]]) -> None:
        self._goods = goods
        self._gone: dict[int, tuple[str, int]] = {}

    def wares(self) -> tuple[Ware, ...]:
        every = self._goods | self._gone
        return tuple(
            Ware(str(key), every[key][0], f"{every[key][1] / 100:.2f}", key in self._goods)
            for key in SHOWN
            if key in every
        )

    def unlisted(self) -> int:
        return len(self._goods | self._gone) - len(self.wares())

    def reprice(self, number: str, tenths: int) -> None:
        title, price = on_sale(self._goods, whole_id(number))
        self._goods[whole_id(number)] = (title, repriced(price, tenths))

    def sell(self, number: str, *, on: bool) -> None:
        move(self._goods, self._gone, whole_id(number), on=on)


EXAMPLES = {
    "goods with an address": """商品：188 x2
收件人：王小明 电话：13800000001
地址：浙江省杭州市余杭区文一西路969号""",
}
"""Texts as people send them, by what they are."""
