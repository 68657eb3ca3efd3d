"""Follows the chain of attempts at one order: what was confirmed anew is one thing to whoever ordered it.

So a list has one row for it, which shows how far the last attempt is; the others are told on its card.
"""

from collections.abc import Iterable
from typing import Final

from bot.conversation.views import OrderView
from bot.journal.views import view
from storage import orders
from storage.database import Reader
from storage.orders import Order

SHOWN_ATTEMPTS: Final = 5
"""Attempts before an order that are told."""


def attempts_before(reader: Reader, reference: str) -> tuple[OrderView, ...]:
    """The attempts that an order has taken the place of, the last one first, at most a few."""
    found: list[Order] = []
    while len(found) < SHOWN_ATTEMPTS and (before := orders.attempt_before(reader, reference)) is not None:
        if before.reference in {order.reference for order in found}:
            break
        found.append(before)
        reference = before.reference
    # One that came to light after all was no vain attempt.
    return tuple(view(order) for order in found if order.is_replaced)


def last_attempts(reader: Reader, found: Iterable[Order]) -> list[Order]:
    """Each order's last attempt, every chain once, newest first."""
    last = {order.reference: order for order in (_last_attempt(reader, order) for order in found)}
    return sorted(last.values(), key=lambda order: order.place, reverse=True)


def _last_attempt(reader: Reader, order: Order) -> Order:
    passed = {order.reference}
    while order.is_replaced and order.replaced_by is not None and order.replaced_by not in passed:
        passed.add(order.replaced_by)
        later = orders.get(reader, order.replaced_by)
        if later is None:
            break
        order = later
    return order
