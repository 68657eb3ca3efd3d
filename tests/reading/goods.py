"""Small kept catalogues of the four suppliers, as the account's list has them, and the readers that know them."""

from functools import cache
from typing import Final

from bot.reading.goods import Goods
from bot.reading.places import Places
from bot.reading.reader import TextReader
from bot.words.spellings import choices_of, titles_of
from providers.products import Product
from providers.registry import provider_class
from providers.simulators.anqicms.products import GOODS, MORE_GOODS
from providers.simulators.citiesocial.products import ARTICLES, SINGLE
from providers.simulators.damaijia.products import ALL_GIFTS
from providers.simulators.guoguo.products import PRODUCTS

_SERVICES: Final = tuple(row for row in PRODUCTS.values() if "package" not in row["title"])

KEPT: Final = {
    "guoguo": tuple(
        Product(row["product_id"], row["title"], facts={"category": row["product_category"]}) for row in _SERVICES
    ),
    "citiesocial": tuple(
        Product(str(variant), article.title if title == SINGLE else f"{article.title} - {title}")
        for article in ARTICLES.values()
        for variant, title in article.variants.items()
    ),
    "damaijia": tuple(Product(str(gift), title) for gift, title in ALL_GIFTS.items()),
    "anqicms": tuple(Product(str(key), title) for key, (title, _) in (GOODS | MORE_GOODS).items()),
}
"""What each provider's simulator sells, by the provider's name."""


@cache
def reader_of(provider: str) -> TextReader:
    """The reader for an account of a provider with its catalogue."""
    form = provider_class(provider).form
    return TextReader(form, Places.load(), Goods(KEPT[provider]), titles_of(form), choices_of(form))
