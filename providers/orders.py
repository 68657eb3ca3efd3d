"""The words for what became of an order, shared by every supplier and by the conversation.

Outcome and status answer different questions. The outcome says what became of the sending; the status says
how far the supplier is with an order that it has taken.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

CLOCKS_DIFFER_BY = timedelta(hours=1)
"""The most that a clock may be wrong without an order of ours going unseen.

The supplier's clock is meant, or ours at the moment of sending. It is far more than a clock that is looked after is
ever off, and an hour of other orders is still soon read.
"""


class Outcome(StrEnum):
    """The outcome of sending an order."""

    PLACED = "placed"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """The supplier's progress with a placed order; `PLACED` is all we know where it gave no word of its own."""

    PLACED = "placed"
    AWAITING_PAYMENT = "awaiting payment"
    PAID = "paid"
    NO_PARCEL_ACCEPTED = "no parcel accepted"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


NEEDS_ACTION = frozenset(
    {Status.AWAITING_PAYMENT, Status.NO_PARCEL_ACCEPTED, Status.CANCELLED, Status.REFUNDING, Status.REFUNDED}
)
"""Statuses at which somebody has to do something: to pay, to order anew, to tell who waits for it."""
FINISHED = frozenset({Status.COMPLETED, Status.CANCELLED, Status.REFUNDED})
"""Statuses after which nothing more happens to an order, whoever says so."""
ON_ITS_WAY = frozenset({Status.SHIPPED, Status.COMPLETED})
"""Statuses of an order of which all has gone out."""


def same_word(word: str) -> str:
    """A supplier's word for how far an order is, as words are compared: case and spaces don't matter."""
    return " ".join(word.split()).casefold()


def is_explained(word: str, explained: Collection[str]) -> bool:
    """True if a supplier's word, or each of several with commas between, is among those that are `explained`."""
    return all(same_word(one) in explained for one in word.split(", "))


@dataclass(frozen=True, slots=True)
class Remark:
    """A further fact about a placed order that the person must be told, for instance a recipient who was refused.

    `code` names a sentence in the catalogues (`remark.<code>`), `params` are its gaps.
    """

    code: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """A supplier's yes to a create.

    `number` is the supplier's order number as people use it. `supplier_status` is the supplier's own word or code, as
    it came. `also_known_as` are other ids under which the supplier knows the order, for look-ups. `is_ours`: the answer
    repeats what only this order has, our reference or a marker. `made_since` (aware): by our clock it was not made
    before then; None where nothing proves that.
    """

    number: str
    status: Status = Status.PLACED
    supplier_status: str = ""
    also_known_as: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    is_ours: bool = False
    made_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """A create whose answer was lost, as far as it is known, for finding the order again.

    An order of the supplier's list may be ours when it was made from `since` to `until` (aware, UTC): the time of the
    request, with room for a supplier that took it late. One from `horizon` on may still be ours by a clock that was
    wrong. `known` are numbers of our own placed orders from the horizon on, oldest first: a whole list has them.
    """

    reference: str
    since: datetime
    until: datetime
    known: tuple[str, ...] = ()

    @property
    def horizon(self) -> datetime:
        """The time down to which lists are read (aware, UTC); forward there is no such bound."""
        return self.since - CLOCKS_DIFFER_BY

    def covers(self, at: datetime) -> bool:
        """True when an order that was made `at` (aware) is of the time in question."""
        return self.since <= at <= self.until


@dataclass(frozen=True, slots=True)
class Match:
    """An order of the supplier's that may be ours.

    `order` is what a create would have told of it. `certain`: it carries our reference, so it can be our order only;
    that its content agrees is evidence for a person. `at` is when the supplier made it, aware. `facts` are shown to a
    person: each key names a label in the catalogues (`fact.<key>`). `differs` are the keys of facts that are not as we
    sent them, with `time` for an order that is ours only if a clock was wrong.
    """

    order: PlacedOrder
    certain: bool = False
    at: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    differs: tuple[str, ...] = ()


RECKONED = "total"
"""The gap of a refusal in which a supplier names what the order costs by its own reckoning, if it is about that."""

MONEY_TAKEN = frozenset({"debit", "debit_without_order"})
"""Signals by which a supplier says that something was paid for when an order was sent."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The evidence of the supplier's lists about a create whose answer was lost.

    `matches` are all orders that may be ours; one that certainly isn't is left out. `complete`: every order that the
    supplier made from the sending's `horizon` on was read and could be compared, so that having no match means
    something.
    `signals` are further evidence for a person (sentences `signal.<provider>.<code>`).
    """

    matches: tuple[Match, ...] = ()
    complete: bool = False
    signals: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Money:
    """An amount; `unit` is an ISO 4217 code, `points`, or empty where the supplier's documents don't name it."""

    amount: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Tracking:
    """A parcel on its way: the carrier's number, and the carrier where it is told."""

    number: str
    company: str = ""


class ParcelState(StrEnum):
    """The progress of one parcel; `UNCLEAR` where the supplier's lists contradict each other."""

    AWAITING_PAYMENT = "awaiting payment"
    NOT_SHIPPED = "not shipped"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One of an order's parcels, as far as the supplier's list names it: what it doesn't is empty.

    `id` is ours: the order's reference and the place of its recipient, three digits counted from 001.
    `platform_number` is the marketplace's order number, `supplier_state` the supplier's own word.
    """

    state: ParcelState
    id: str = ""
    recipient: str = ""
    platform_number: str = ""
    supplier_state: str = ""
    tracking: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """An order as the supplier has it when it is asked about it by number.

    `number`, `supplier_status`, `also_known_as` and `remarks` are as in `PlacedOrder`. `times` are aware, each key
    names a label in the catalogues (`time.<key>`): `created`, `paid`, `shipped`, `completed` and the like.
    """

    number: str
    status: Status = Status.PLACED
    supplier_status: str = ""
    amount: Money | None = None
    times: Mapping[str, datetime] = field(default_factory=dict)
    tracking: tuple[Tracking, ...] = ()
    also_known_as: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    parcels: tuple[Parcel, ...] = ()


@dataclass(frozen=True, slots=True)
class Balance:
    """The rest of an account's money or points, in the supplier's own unit (as `Money.unit`)."""

    amount: Decimal
    unit: str = ""
