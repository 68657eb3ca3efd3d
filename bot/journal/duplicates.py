"""Guards against the same order twice: who holds the likeness of an order, for how long, and to whom it goes back.

The guard asks and never refuses, and a unique key decides, so that two people at the same instant get one order.
"""

from bot.clock import SECOND, Instant
from bot.conversation.state import Duplicate
from bot.journal.evidence import confirmed_in_spite_of
from bot.journal.rules import LOOKED_FOR, Rules
from bot.journal.views import view
from providers.orders import Outcome
from storage import guards, orders
from storage.database import Reader, Transaction
from storage.orders import Order


def duplicate_of(reader: Reader, account: str, likeness: str, at: Instant) -> Duplicate | None:
    """The like order that was confirmed not long ago, isn't finished, or may be there although nobody has seen it."""
    reference = guards.holder(reader, account, likeness, at.now, at.up)
    order = None if reference is None else orders.get(reader, reference)
    if order is None:
        return None
    decided_by = view(order).decided_by
    held = "decided" if decided_by else "inferred"
    return Duplicate(
        reference=order.reference,
        number=order.number or "",
        person=order.user_name,
        confirmed_at=order.confirmed_at,
        outcome=held if order.inferred else "",
        decided_by=decided_by if order.inferred else "",
        known_at=(order.settled_at or 0) if order.inferred else 0,
    )


def keep_guard(tx: Transaction, order: Order, rules: Rules) -> None:
    """The order was placed, or may have been: the same is asked about for a while."""
    guards.keep(tx, order.reference, *_guarded_until(order, rules))


def _guarded_until(order: Order, rules: Rules) -> tuple[int, int]:
    """Until when by the clock, and by how long the bot has been up: both have to be over."""
    if order.outcome == Outcome.PLACED:
        within = int(rules.same_within * SECOND)
        return order.confirmed_at + within, order.settled_up + within
    if order.outcome == Outcome.NOT_SENT and order.inferred:
        return (order.settled_at or 0) + LOOKED_FOR, order.settled_up + LOOKED_FOR
    return (guards.OPEN, guards.OPEN) if order.outcome in {None, Outcome.UNKNOWN} else (0, 0)


def held_not_placed(reader: Reader, order: Order) -> Order | None:
    """The order that this one was confirmed in spite of, if it may be there although it is held to be not placed."""
    passed, before = {order.reference}, confirmed_in_spite_of(reader, order.reference)
    while before is not None and before not in passed:
        earlier = orders.get(reader, before)
        if earlier is not None and earlier.outcome == Outcome.NOT_SENT and earlier.inferred:
            return earlier
        passed.add(before)
        before = confirmed_in_spite_of(reader, before)
    return None


def give_back(tx: Transaction, order: Order, at: Instant, rules: Rules) -> None:
    """An order was not placed: the guard goes to the one that it was confirmed in spite of, if that still counts."""
    passed, before = {order.reference}, confirmed_in_spite_of(tx, order.reference)
    while before is not None and before not in passed:
        earlier = orders.get(tx, before)
        until, until_up = (0, 0) if earlier is None else _guarded_until(earlier, rules)
        if until > at.now or until_up > at.up:
            guards.hand_over(tx, order.reference, before, until, until_up)
            return
        passed.add(before)
        before = confirmed_in_spite_of(tx, before)
    guards.release(tx, order.reference)
