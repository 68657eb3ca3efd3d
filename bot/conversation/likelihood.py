"""The likeliest answer to what became of an order of unknown outcome, by what was seen of it.

It settles nothing: it says what a person is shown first, and what has to be said before they call an order not placed.
"""

import hashlib
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from bot.conversation.views import Candidate, Evidence, LookEnd
from providers.orders import MONEY_TAKEN

FORM_CHANGED = "form_changed"
"""`Evidence.look_code` of an order whose questions have changed, so that only a person can look for it."""
_MARK = 8
"""Characters, so that a button has room for them."""


class Likely(StrEnum):
    """The likeliest answer, or the reason why there is none."""

    LISTED = "listed"  # one order as ours is in the supplier's list
    RESEMBLED = "resembled"  # several are, or one that isn't quite as ours
    PAID = "paid"  # only money was seen to go
    LOOKING = "looking"  # nobody has looked yet
    NOT_YET = "not_yet"  # not in the list, which may take longer
    NOT_LISTED = "not_listed"  # not in the list, which should have it by now
    UNREAD = "unread"  # the list could not be read
    UNSEEN = "unseen"  # it can't be looked for from here
    ELSEWHERE = "elsewhere"  # the account leads to another customer or address now


@dataclass(frozen=True, slots=True)
class Weighed:
    """The evidence, weighed. `fell` is by how much the balance fell, None where it didn't or isn't known.

    `is_price`: that is just what the order costs by the prices that are known. `found` are the orders that may be ours,
    those that agree first. `due_at` is as in `weigh`, 0 once the list was read after it.
    """

    likely: Likely
    found: tuple[Candidate, ...] = ()
    fell: Decimal | None = None
    is_price: bool = False
    due_at: int = 0


def weigh(evidence: Evidence, *, visible: bool, due_at: int | None = None, total: Decimal | None = None) -> Weighed:
    """Weigh the evidence. `visible`: the supplier can be asked for the order.

    `due_at` is when its list has to have an order that is there, in UTC microseconds, None for unknown; `total` is what
    the order costs, if that is known.
    """
    if evidence.other_identity:
        return Weighed(Likely.ELSEWHERE)
    found = tuple(sorted(evidence.candidates, key=lambda candidate: bool(candidate.differs)))
    fell = _fell(evidence)
    # A clock that was set says nothing about the time that there was to see the order.
    waits = due_at is None or evidence.looked_at < due_at or evidence.look_early
    return Weighed(
        _likely(evidence, found, visible=visible, waits=waits, paid=_is_paid(evidence)),
        found,
        fell,
        is_price=fell is not None and fell == total,
        due_at=due_at if due_at and evidence.looked_at < due_at else 0,
    )


def _likely(evidence: Evidence, found: tuple[Candidate, ...], *, visible: bool, waits: bool, paid: bool) -> Likely:
    if found:
        return Likely.LISTED if sum(not one.differs for one in found) == 1 else Likely.RESEMBLED
    if paid:
        return Likely.PAID
    if not visible or evidence.look_code == FORM_CHANGED:
        return Likely.UNSEEN
    match evidence.look:
        case LookEnd.NONE:
            return Likely.LOOKING
        case LookEnd.FAILED:
            return Likely.UNREAD
        case _:
            return Likely.NOT_YET if waits else Likely.NOT_LISTED


def marks_against(evidence: Evidence) -> str:
    """A short mark of all that speaks against calling an order not placed; empty where nothing does.

    Whoever does so in spite of it says by the mark that they have seen just this.
    """
    if evidence.other_identity or not (evidence.candidates or _is_paid(evidence)):
        return ""
    seen = [f"order {one.number}" for one in evidence.candidates]
    seen += [f"{one.code} {sorted(one.params.items())}" for one in evidence.signals if one.code in MONEY_TAKEN]
    seen += ["balance"] if _fell(evidence) is not None else []
    return hashlib.sha256("\n".join(sorted(seen)).encode(errors="replace")).hexdigest()[:_MARK]


def _is_paid(evidence: Evidence) -> bool:
    return _fell(evidence) is not None or any(signal.code in MONEY_TAKEN for signal in evidence.signals)


def _fell(evidence: Evidence) -> Decimal | None:
    try:
        fell = Decimal(evidence.balance_before) - Decimal(evidence.balance_after)
    except InvalidOperation:
        return None
    return fell if fell.is_finite() and fell > 0 else None
