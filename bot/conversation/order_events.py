"""What happens to orders after Confirm beside their outcome: trying again, looking for them, deciding about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.conversation.events import Event
from bot.conversation.state import Alike
from bot.conversation.views import Evidence, OrderView


@dataclass(frozen=True, slots=True)
class UnknownRequested(Event):
    """`/unknown`; `found` are the oldest orders of unknown outcome, `more` how many others there are."""

    found: tuple[OrderView, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class AlikeFound(Event):
    """The order in the summary was ordered before, and not long ago; None: not any more."""

    alike: Alike | None


@dataclass(frozen=True, slots=True)
class Postponed(Event):
    """The supplier could not be reached; the order is tried again in so many seconds, `left` times at most."""

    order: OrderView
    seconds: int
    left: int


@dataclass(frozen=True, slots=True)
class TriedAgain(Event):
    """The order is being sent again."""

    order: OrderView


@dataclass(frozen=True, slots=True)
class StopAsked(Event):
    """The button under an order that is tried again by itself."""

    order: OrderView


@dataclass(frozen=True, slots=True)
class Investigated(Event):
    """What is known of an order of unknown outcome has changed; `reminding`: nothing has, and somebody has to act."""

    order: OrderView
    evidence: Evidence
    reminding: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceRequested(Event):
    """The button of an order in the list of those of unknown outcome."""

    order: OrderView
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class LookAsked(Event):
    """`Look again` on the evidence of an order."""

    order: OrderView


@dataclass(frozen=True, slots=True)
class NumberAsked(Event):
    """`Found it` on the evidence of an order: its number comes next."""

    order: OrderView


@dataclass(frozen=True, slots=True)
class NumberGivenUp(Event):
    """`Back` on the question for the number."""


class Decision(StrEnum):
    """What a person decides about an order of unknown outcome."""

    FOUND = "found"
    NOT_PLACED = "not_placed"
    RESEND = "resend"


@dataclass(frozen=True, slots=True)
class Decided(Event):
    """A person has decided; `number` is the order's at the supplier."""

    order: OrderView
    decision: Decision
    number: str = ""


class NumberCheck(StrEnum):
    """What the supplier says about a number that a person found."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_FOUND = "not found"
    NOT_READ = "not read"
    NOT_CHECKABLE = "not checkable"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class NumberChecked(Event):
    """A number was compared with the order. `taken_by` is the reference of the order that has it already."""

    order: OrderView
    number: str
    result: NumberCheck
    facts: Mapping[str, str] = field(default_factory=dict)
    differs: tuple[str, ...] = ()
    taken_by: str = ""
