"""Reads pasted texts for the accounts, each with the products that its catalogue has now.

A reader is made ready once for each state of a catalogue, so that a text costs some milliseconds; an answer that can't
hold more than itself costs nothing.
"""

import json
import re
from typing import Final

from bot.conversation.known import Account
from bot.conversation.state import Proposal, Proposed
from bot.reading.goods import Goods
from bot.reading.places import Places
from bot.reading.reader import TextReader
from bot.words.spellings import choices_of, titles_of
from providers.fields import Form
from providers.products import Product
from storage import products
from storage.database import Reader

MOST_PRODUCTS: Final = 5000
"""Products of an account that a text may name; a longer catalogue is searched at its question."""
_PARTED: Final = re.compile(r"\S[\s,，;；、|]+\S")
_GLUED: Final = re.compile(r"[\u3400-\u9fff0-9]{8}")
_SHORTEST: Final = 6
"""Characters of a text that can hold two answers."""


class PastedTexts:
    """The readers of all accounts."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[int, TextReader]] = {}

    def proposals(self, reader: Reader, account: Account, text: str, *, begun: bool) -> tuple[Proposal, ...]:
        """The orders that a text holds for an account. `begun`: it is plain that they are for this account."""
        form = account.form
        if not may_hold_more(text) or not issubclass(form, Form):
            return ()
        read = self._reader_for(reader, account.name, form).read(text, begun=begun)
        # The rest of the text belongs to no order in particular.
        unread = tuple(filter(None, (" ".join(text[start:end].split()) for start, end in read.unread)))
        return tuple(
            Proposal(
                fields=tuple(
                    Proposed(path=one.path, answer=one.answer, sure=one.sure, options=one.options)
                    for one in order.answers
                ),
                unread=unread if len(read.orders) == 1 else (),
            )
            for order in read.orders
        )

    def _reader_for(self, reader: Reader, account: str, form: type[Form]) -> TextReader:
        listing = products.listing(reader, account)
        edition = -1 if listing is None else listing.edition
        made = self._made.get(account)
        if made is None or made[0] != edition:
            kept = products.page(reader, account, MOST_PRODUCTS)
            goods = Goods(Product(one.id, one.title, facts=json.loads(one.facts)) for one in kept)
            told = TextReader(form, Places.load(), goods, titles_of(form), choices_of(form))
            made = self._made[account] = edition, told
        return made[1]


def may_hold_more(text: str) -> bool:
    """Check whether a text may hold more than one answer: most are one word, a number or a link."""
    return len(text) >= _SHORTEST and (_PARTED.search(text.strip()) is not None or _GLUED.search(text) is not None)
