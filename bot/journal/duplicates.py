"""Guards against the same order twice: who holds the likeness of an order, for how long, and to whom it goes back.

The guard asks and never refuses, and a unique key decides, so that two people at the same instant get one order.
"""

from collections.abc import Collection, Iterator

from bot.clock import SECOND, Instant
from bot.conversation.state import Duplicate
from bot.journal.evidence import confirmed_in_spite_of, confirmed_in_spite_of_held, was_sent_again
from bot.journal.rules import LOOKED_FOR, Rules
from bot.journal.views import view
from providers.orders import Outcome
from storage import guards, orders
from storage.database import Reader, Transaction
from storage.orders import Order


def duplicate_of(reader: Reader, account: str, likeness: str, at: Instant) -> Duplicate | None:
    """The like order that was confirmed not long ago, isn't finished, or may be there although nobody has seen it."""
    return duplicates_of(reader, account, (likeness,), at).get(likeness)


def duplicates_of(reader: Reader, account: str, likenesses: Collection[str], at: Instant) -> dict[str, Duplicate]:
    """As `duplicate_of` for several likenesses, without those that there is no such order of."""
    holders = guards.holders(reader, account, likenesses, at.now, at.up)
    found = orders.several(reader, holders.values())
    return {like: as_duplicate(found[reference]) for like, reference in holders.items() if reference in found}


def as_duplicate(order: Order) -> Duplicate:
    """An order as somebody is shown it who asks for the same."""
    decided_by = view(order).decided_by if order.inferred else ""
    held = "decided" if decided_by else "inferred"
    unknown = "unknown" if order.outcome == Outcome.UNKNOWN else ""
    return Duplicate(
        reference=order.reference,
        number=order.number or "",
        person=order.user_name,
        confirmed_at=order.confirmed_at,
        outcome=held if order.inferred else unknown,
        decided_by=decided_by,
        known_at=(order.settled_at or 0) if order.inferred else 0,
    )


def keep_guard(tx: Transaction, order: Order, rules: Rules) -> None:
    """The order was placed, or may have been: the same is asked about for a while.

    And for longer where it was confirmed in spite of one that may be there all the same.
    """
    until, until_up = _guarded_until(order, rules)
    if order.outcome == Outcome.PLACED:
        for reference in _before(tx, order.reference):
            earlier = orders.get(tx, reference)
            if earlier is not None and (earlier.outcome == Outcome.UNKNOWN or is_held_not_placed(earlier)):
                longer, longer_up = _guarded_until(earlier, rules)
                until, until_up = max(until, longer), max(until_up, longer_up)
    guards.keep(tx, order.reference, until, until_up)


def keep_later_guards(tx: Transaction, order: Order, rules: Rules) -> None:
    """An order was settled that others were confirmed in spite of and placed: their guards may have waited for it."""
    for guard in guards.held(tx):
        if guard.identity == order.identity and order.reference in _before(tx, guard.reference):
            later = orders.get(tx, guard.reference)
            if later is not None and later.outcome == Outcome.PLACED:
                keep_guard(tx, later, rules)


def _guarded_until(order: Order, rules: Rules) -> tuple[int, int]:
    """Until when by the clock, and by how long the bot has been up: both have to be over."""
    if order.outcome == Outcome.PLACED:
        within = int(rules.same_within * SECOND)
        return order.confirmed_at + within, order.settled_up + within
    if order.outcome == Outcome.NOT_SENT and order.inferred:
        return (order.settled_at or 0) + LOOKED_FOR, order.settled_up + LOOKED_FOR
    return (guards.OPEN, guards.OPEN) if order.outcome in {None, Outcome.UNKNOWN} else (0, 0)


def is_held_not_placed(order: Order) -> bool:
    """Check whether it may be there although it is held to be not placed: the supplier has not said so."""
    return order.outcome == Outcome.NOT_SENT and bool(order.inferred)


def held_not_placed(reader: Reader, order: Order) -> tuple[Order, ...]:
    """Those that this one was confirmed in spite of and that may be there although they are held to be not placed."""
    before = (orders.get(reader, reference) for reference in _before(reader, order.reference))
    return tuple(earlier for earlier in before if earlier is not None and is_held_not_placed(earlier))


def come_to_light(reader: Reader, order: Order) -> Order | None:
    """The order that this one was confirmed in spite of, if it was held to be not placed then, and no longer is."""
    reference = confirmed_in_spite_of_held(reader, order)
    earlier = None if reference is None else orders.get(reader, reference)
    seen = earlier is not None and earlier.outcome in {Outcome.PLACED, Outcome.UNKNOWN}
    return earlier if seen else None


def ordered_anew(reader: Reader, order: Order, besides: Collection[str] = ()) -> str | None:
    """The order that was confirmed in the place of this one, or in spite of it, and is or may be there."""
    anew = (one for one in _after(reader, order) if one not in besides)
    return next((one for one in anew if _may_be_there(reader, one, in_spite_of=order.reference)), None)


def _after(reader: Reader, order: Order) -> Iterator[str]:
    passed, later = {order.reference}, order.replaced_by
    while later is not None and later not in passed:
        yield later
        passed.add(later)
        anew = orders.get(reader, later)
        later = None if anew is None else anew.replaced_by
    for guard in guards.held(reader):
        chain = [guard.reference, *_before(reader, guard.reference)] if guard.identity == order.identity else []
        if order.reference in chain:
            yield from chain[: chain.index(order.reference)]


def _before(reader: Reader, reference: str) -> Iterator[str]:
    """The orders that this one was confirmed in spite of, the last first."""
    passed, before = {reference}, confirmed_in_spite_of(reader, reference)
    while before is not None and before not in passed:
        yield before
        passed.add(before)
        before = confirmed_in_spite_of(reader, before)


def _may_be_there(reader: Reader, reference: str, *, in_spite_of: str) -> bool:
    order = orders.get(reader, reference)
    if order is not None and order.stage in {"confirmed", "sending"} and not was_sent_again(reader, order):
        # One that waits is stopped by what has come to light; of one that was on the wire by then, its end tells.
        return confirmed_in_spite_of_held(reader, order) != in_spite_of
    return order is not None and (order.outcome not in {Outcome.NOT_SENT, Outcome.REFUSED} or is_held_not_placed(order))


def give_back(tx: Transaction, order: Order, at: Instant, rules: Rules) -> None:
    """An order was not placed: the guard goes to the one that it was confirmed in spite of, if that still counts."""
    for before in _before(tx, order.reference):
        earlier = orders.get(tx, before)
        until, until_up = (0, 0) if earlier is None else _guarded_until(earlier, rules)
        if until > at.now or until_up > at.up:
            guards.hand_over(tx, order.reference, before, until, until_up)
            return
    guards.release(tx, order.reference)
