"""The words for what became of an order, shared by every supplier and by the conversation.

Outcome and status answer different questions. The outcome says what became of the sending; the status says
how far the supplier is with an order that it has taken.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What became of sending an order."""

    PLACED = "placed"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """How far the supplier is with a placed order; `PLACED` is all we know where it gave no word of its own."""

    PLACED = "placed"
    AWAITING_PAYMENT = "awaiting payment"
    PAID = "paid"
    NO_PARCEL_ACCEPTED = "no parcel accepted"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


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
    it came. `also_known_as` are other ids under which the supplier knows the order, for look-ups.
    """

    number: str
    status: Status = Status.PLACED
    supplier_status: str = ""
    also_known_as: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
