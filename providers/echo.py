"""The echo of a create: what the answer repeats of the order, and whether that is what was sent.

A yes may be another order's: a proxy that keeps answers, or a supplier's guard against double clicks, can give the
answer of the order before. So a number is believed only as far as everything beside it agrees. What the answer doesn't
have is nothing to compare.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from providers.cleaning import compared_text
from providers.errors import OutcomeUnknown
from providers.orders import CLOCKS_DIFFER_BY, PlacedOrder

APART = timedelta(seconds=5)
"""The time between two orders from which on their times tell them apart: suppliers write whole seconds, and answer a
little later than they take an order."""
_CLOCKS_AGREE = timedelta(seconds=3)

LONGEST_SAID = 300
_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """Something in an answer that contradicts what was sent.

    `fact` names a label in the catalogues (`fact.<fact>`); `key` and `value` are the supplier's own.
    """

    fact: str
    key: str
    value: str


def believed(
    placed: PlacedOrder,
    differences: Iterable[Difference],
    *,
    is_ours: bool = False,
    made_since: datetime | None = None,
) -> PlacedOrder:
    """`placed`, when nothing contradicts it; else raises OutcomeUnknown with the number and what differs.

    `is_ours` and `made_since` are kept with it, as `PlacedOrder` has them.
    """
    found = tuple(differences)
    if not found:
        return replace(placed, is_ours=is_ours, made_since=made_since)
    raise OutcomeUnknown(
        "answer_differs",
        said=", ".join(f"{one.key}: {' '.join(one.value.split())[:_LONGEST_VALUE]}" for one in found)[:LONGEST_SAID],
        params={"number": placed.number, "facts": ", ".join(dict.fromkeys(one.fact for one in found))},
    )


def too_old(at: datetime | None, began: datetime) -> bool:
    """True of an order that was made so long before our request `began` that no clock explains it; both aware."""
    return at is not None and at < began - CLOCKS_DIFFER_BY


def made_since(at: datetime | None, told_at: datetime | None, began: datetime, ended: datetime) -> datetime | None:
    """The time before which an order certainly was not made, by our clock; None where that is not proven.

    `at` is when the supplier made it and `told_at` when it answered, both by its clock; our request was under way from
    `began` to `ended`. Only a supplier whose clock goes as ours does proves anything, and an answer that is kept and
    given again shows another clock.
    """
    if at is None or told_at is None or at < began - APART:
        return None
    return began - APART if began - _CLOCKS_AGREE <= told_at <= ended + _CLOCKS_AGREE else None


def is_as_sent(told: str, sent: str) -> bool:
    """True of a text that is ours in another spelling, masked, cut short, or not there at all."""
    theirs, ours = compared_text(told), compared_text(sent)
    return not theirs or not ours or "*" in told or "＊" in told or ours.startswith(theirs) or theirs.startswith(ours)
