"""Readers of pasted texts, each made once for an account's list of products as it is kept.

Making one goes through the whole list; a text is read in less time than that takes.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bot.reading.goods import Goods
from bot.reading.places import Places
from bot.reading.reader import TextReader
from providers.fields import Form
from providers.products import Product
from storage import products
from storage.database import Reader

_MOST: Final = 20_000
"""Products of one account that are looked for in texts."""


def kept_products(reader: Reader, account: str) -> tuple[Product, ...]:
    """The products of an account's list, in the supplier's order; none where it was never read."""
    listed = products.page(reader, account, _MOST)
    return tuple(Product(one.id, one.title, one.group_name, one.picture, json.loads(one.facts)) for one in listed)


class TextReaders:
    """The readers of all accounts. `titles_of` and `choices_of` are the words for a form's questions and choices.

    `places` gives all places, which are read when the first text comes.
    """

    def __init__(
        self,
        places: Callable[[], Places],
        titles_of: Callable[[type[Form]], Mapping[str, str]],
        choices_of: Callable[[type[Form]], Mapping[str, Iterable[str]]],
    ) -> None:
        self._places = places
        self._titles_of = titles_of
        self._choices_of = choices_of
        self._made: dict[str, tuple[int, TextReader]] = {}

    def of(self, reader: Reader, account: str, form: type[Form]) -> TextReader:
        """The reader for an account, made anew only when its list of products is another."""
        listing = products.listing(reader, account)
        edition = listing.edition if listing is not None else 0
        made = self._made.get(account)
        if made is None or made[0] != edition:
            goods = Goods(kept_products(reader, account))
            made = (edition, TextReader(form, self._places(), goods, self._titles_of(form), self._choices_of(form)))
            self._made[account] = made
        return made[1]
