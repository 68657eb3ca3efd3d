"""Finds the orders that somebody may mean: by any of their names, and by what one slip of the fingers leads to.

What it costs depends on the length of a name and not on how many orders there are.
"""

from typing import Final

from bot.conversation.numbers import numbers_in
from bot.conversation.views import OrderView
from bot.journal.views import view
from providers.cleaning import typed_number
from storage import nearest as rows
from storage import orders
from storage.database import Reader
from storage.orders import Order

SHOWN_ORDERS: Final = 10
SHOWN_NEAR: Final = 5
_LONGEST: Final = 32
_SHORTEST: Final = 3
_DIGITS: Final = "0123456789"


def named(reader: Reader, query: str) -> tuple[OrderView, ...]:
    """By reference or any name, in the spelling given and in those that people type or paste instead."""
    return tuple(view(order) for order in orders_named(reader, query)[:SHOWN_ORDERS])


def orders_in(reader: Reader, text: str) -> list[Order]:
    """The orders whose numbers stand somewhere in a text, each once, newest first."""
    found = {order.reference: order for number in numbers_in(text) for order in orders_named(reader, number)}
    return sorted(found.values(), key=lambda order: order.place, reverse=True)


def orders_named(reader: Reader, query: str) -> list[Order]:
    """The same as they are stored."""
    typed = typed_number(query)
    bare = typed.lstrip("#")
    for name in dict.fromkeys((query, typed, bare, typed.upper(), typed.lower(), bare.upper(), bare.lower())):
        found = orders.find(reader, name) if name else []
        if found:
            return found
    return []


def candidates(typed: str) -> list[str]:
    """Every name that differs from `typed` by one character more, less or other, or by two that changed places."""
    bare = typed.lstrip("#")
    if not _SHORTEST <= len(bare) <= _LONGEST or not bare.isascii():
        return []
    found: dict[str, None] = {}
    for text in dict.fromkeys((bare, bare.upper(), bare.lower(), bare.replace("-", ""))):
        # A letter is hardly ever mistaken for one that the number doesn't have.
        letters = [*_DIGITS, "-", *sorted(set(text) - {*_DIGITS, "-"})]
        for i in range(len(text) + 1):
            head, tail = text[:i], text[i:]
            found |= {head + tail[1:]: None} if tail else {}
            found |= {head + tail[1] + tail[0] + tail[2:]: None} if len(tail) > 1 else {}
            found |= {head + letter + tail[1:]: None for letter in letters if tail}
            found |= {head + letter + tail: None for letter in letters}
        found[text] = None
    return [name for name in found if name and name != bare]


def nearest(reader: Reader, typed: str) -> tuple[OrderView, ...]:
    """Orders whose number, other name or reference is nearly what was typed, the newest first."""
    found = rows.named(reader, candidates(typed))
    newest = sorted(found, key=lambda order: order.place, reverse=True)
    return tuple(view(order) for order in newest[:SHOWN_NEAR])
