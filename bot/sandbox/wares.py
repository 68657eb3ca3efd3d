"""What each simulated supplier sells: without a catalogue a newcomer would not know what to answer."""

from dataclasses import dataclass

from providers.simulators import anqicms, citiesocial, damaijia, guoguo_products


@dataclass(frozen=True, slots=True)
class Ware:
    """`number` is the answer to the bot's first question about a product, `words` what there is to know of it."""

    number: str
    words: str


def _guoguo() -> tuple[Ware, ...]:
    ids = (guoguo_products.FANS, guoguo_products.LIKES, guoguo_products.STORY_VIEWS)
    rows = [guoguo_products.PRODUCTS[product_id] for product_id in ids]
    return tuple(Ware(row["product_id"], f"{row['title']}, {row['min']:,} to {row['max']:,}") for row in rows)


def _citiesocial() -> tuple[Ware, ...]:
    return tuple(
        Ware(str(variant), "sold out" if variant == citiesocial.SOLD_OUT else f"{price:,} each")
        for variant, price in citiesocial.PRICES.items()
    )


def _damaijia() -> tuple[Ware, ...]:
    return tuple(Ware(str(gift), title) for gift, title in damaijia.GIFTS.items())


def _anqicms() -> tuple[Ware, ...]:
    return tuple(Ware(str(goods), f"{title}, {price / 100:.2f}") for goods, (title, price) in anqicms.GOODS.items())


WARES: dict[str, tuple[Ware, ...]] = {
    "guoguo": _guoguo(),
    "citiesocial": _citiesocial(),
    "damaijia": _damaijia(),
    "anqicms": _anqicms(),
}
"""By the simulator's name."""
