"""Guards against the same order twice: who holds the likeness of an order, for how long, and to whom it goes back.

The guard asks and never refuses, and a unique key decides, so that two people at the same instant get one order.
"""

from bot.conversation.state import Duplicate
from bot.journal.evidence import confirmed_in_spite_of
from bot.journal.rules import SECOND, Rules
from providers.orders import Outcome
from storage import guards, orders
from storage.database import Reader, Transaction
from storage.orders import Order


def duplicate_of(reader: Reader, account: str, likeness: str, now: int) -> Duplicate | None:
    """The order with the same answers that was confirmed not long ago or isn't finished."""
    reference = guards.holder(reader, account, likeness, now)
    order = None if reference is None else orders.get(reader, reference)
    if order is None:
        return None
    return Duplicate(
        reference=order.reference, number=order.number or "", person=order.user_name, confirmed_at=order.confirmed_at
    )


def keep_guard(tx: Transaction, order: Order, rules: Rules) -> None:
    """The order was placed: the same is asked about for a while."""
    guards.keep(tx, order.reference, _guarded_until(order, rules))


def _guarded_until(order: Order, rules: Rules) -> int:
    if order.outcome == Outcome.PLACED:
        return order.confirmed_at + int(rules.same_within * SECOND)
    return guards.OPEN if order.outcome in {None, Outcome.UNKNOWN} else 0


def give_back(tx: Transaction, order: Order, now: int, rules: Rules) -> None:
    """An order was not placed: the guard goes to the one that it was confirmed in spite of, if that still counts."""
    passed, before = {order.reference}, confirmed_in_spite_of(tx, order.reference)
    while before is not None and before not in passed:
        earlier = orders.get(tx, before)
        until = 0 if earlier is None else _guarded_until(earlier, rules)
        if until > now:
            guards.hand_over(tx, order.reference, before, until)
            return
        passed.add(before)
        before = confirmed_in_spite_of(tx, before)
    guards.release(tx, order.reference)
