"""The facts that are kept of a product, with their age, and how many products a search finds.

A form refuses by them before the supplier does, so it matters how old they are.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from bot.catalogue.finding import is_search, prefix_of, spellings_of, words_of
from bot.clock import SECOND
from providers.cleaning import plain
from storage import products
from storage.database import Reader
from storage.products import Listing, Stored

FRESH: Final = 3600 * SECOND
"""Microseconds for which a list needs no word about its age, and its stock can be relied on."""


def matches_of(reader: Reader, account: str, text: str, *, any_text: bool = False) -> int | None:
    """The number of products that a search finds; None for a text that is none, or an account without a list.

    With `any_text` a number is one too.
    """
    if not (words_of(text) if any_text else is_search(text)) or _listing(reader, account) is None:
        return None
    return found_by(reader, account, text)[1]


def found_by(reader: Reader, account: str, query: str) -> tuple[tuple[str, ...], int]:
    """The words of a query in the first spelling that finds something, and how many products that are."""
    words: tuple[str, ...] = ()
    for words in spellings_of(query):
        if found := products.count(reader, account, words, prefix_of(query)):
            return words, found
    return words, 0


def facts_of(reader: Reader, account: str, product: str, now: int) -> Mapping[str, Any] | None:
    """The facts of a product by its id as people type it, with when that was read; None when it isn't listed."""
    listing = _listing(reader, account)
    return None if listing is None else _facts_in(reader, listing, product, now)


def is_known_whole(reader: Reader, account: str) -> bool:
    """Check whether the account's list was read from end to end, so that what is kept of it lacks nothing."""
    listing = _listing(reader, account)
    return listing is not None and listing.read_at > 0 and bool(listing.whole)


def _listing(reader: Reader, account: str) -> Listing | None:
    """The account's list, if there is anything in it."""
    found = products.listing(reader, account)
    return found if found is not None and found.size else None


def _facts_in(reader: Reader, listing: Listing, product: str, now: int) -> Mapping[str, Any] | None:
    tidy = str(plain(product))
    for spelling in dict.fromkeys((product.strip(), tidy, tidy.lower())):
        found = products.get(reader, listing.account, spelling) if spelling else None
        if found is not None:
            return still_so(facts_for_form(found, listing), now)
    return None


def still_so(facts: Mapping[str, Any], now: int) -> Mapping[str, Any]:
    """The facts without what was in stock a while ago: it would refuse what has long come in again."""
    is_old = now - int(facts.get("read_at") or 0) > FRESH
    return {**facts, **{key: None for key in ("stock", "in_stock") if key in facts}} if is_old else facts


def facts_for_form(found: Stored, known: Listing) -> dict[str, Any]:
    """The facts of a product as they go into a form."""
    facts: dict[str, Any] = json.loads(found.facts)
    return {"title": found.title} | facts | {"read_at": found.read_at or known.read_at}
