"""What the bot has to say of orders after Confirm beside their outcome, before it is put into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.order_events import NumberCheck
from bot.conversation.replies import Block, Line, Reply
from bot.conversation.views import Evidence, OrderView


@dataclass(frozen=True, slots=True)
class RetryShown(Reply):
    """The supplier could not be reached: the card says when it is tried again, and takes a Stop."""

    order: OrderView
    account: str
    seconds: int
    left: int


@dataclass(frozen=True, slots=True)
class RetryingShown(Reply):
    """The order is being sent again: the card says so."""

    order: OrderView
    account: str


class Showing(StrEnum):
    """Where the evidence of an order is shown."""

    CARD = "card"  # the order's own evidence message, changed in place once it is there
    REMINDER = "reminder"  # a new message that takes the place of that one
    COPY = "copy"  # a message of its own, for somebody who asked


@dataclass(frozen=True, slots=True)
class EvidenceShown(Reply):
    """What is known about an order of unknown outcome, for a person to decide; `sent` is what it asked for.

    `finds` and `resends` are the account's abilities; `gone`: it is no longer in the settings.
    """

    order: OrderView
    account: str
    sent: tuple[Line | Block, ...]
    evidence: Evidence
    finds: bool
    resends: bool
    showing: Showing = Showing.CARD
    gone: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceClosed(Reply):
    """The outcome is known now, or the order is on its way again: the evidence says so and takes no more decisions."""

    order: OrderView
    account: str


@dataclass(frozen=True, slots=True)
class OutcomeFound(Reply):
    """An outcome that was unknown is known: a message of its own, because a changed card rings no bell."""

    order: OrderView
    account: str
    reopenable: bool = False


@dataclass(frozen=True, slots=True)
class UnknownListed(Reply):
    """The orders of unknown outcome, oldest first, with their accounts' titles."""

    orders: tuple[tuple[OrderView, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class NumberWanted(Reply):
    """The supplier's number of an order is asked."""

    reference: str
    account: str


@dataclass(frozen=True, slots=True)
class NumberChecking(Reply):
    """The supplier is asked about a number."""

    number: str
    account: str


@dataclass(frozen=True, slots=True)
class NumberDoubted(Reply):
    """The number that was found is not known to be this order's; the person may insist, unless another order has it."""

    order: OrderView
    account: str
    number: str
    result: NumberCheck
    facts: Mapping[str, str]
    differs: tuple[str, ...]
    taken_by: str


@dataclass(frozen=True, slots=True)
class Noted(Reply):
    """Said in passing, on the button itself (`toast.<code>`)."""

    code: str
