"""The events, in the past tense. Whatever the engine is to know about the world comes in one of these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.conversation.listing import EVERYTHING, NOTHING_BESIDE, Listing, Wanted
from bot.conversation.state import Duplicate
from bot.conversation.views import BalanceView, Evidence, Freshness, OrderView
from providers.products import Path


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""


# What a person sends


@dataclass(frozen=True, slots=True)
class Started(Event):
    """`/start`."""


@dataclass(frozen=True, slots=True)
class HelpRequested(Event):
    """`/help`."""


@dataclass(frozen=True, slots=True)
class LanguageRequested(Event):
    """`/language`."""


@dataclass(frozen=True, slots=True)
class LanguageChosen(Event):
    """A language button; the desk has stored the choice."""

    language: str


@dataclass(frozen=True, slots=True)
class OrderRequested(Event):
    """`/order`, `/order guoguo`, or the button of an account; `/order guoguo X` answers the first question too.

    `facts` and `matches` as in `Answered`.
    """

    account: str = ""
    answer: str = ""
    facts: Mapping[str, Any] | None = field(default=None, compare=False)
    matches: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class StatusRequested(Event):
    """`/status X` or a bare number; `found` is what the journal has under it, else `near` what has nearly that number.

    `replied` are the numbers in the message of ours that it is a reply to.
    """

    query: str
    found: tuple[OrderView, ...] = ()
    near: tuple[OrderView, ...] = ()
    replied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrdersRequested(Event):
    """`/orders`, with or without a text to look for, or a button of a list; `found` is a page of those wanted."""

    found: tuple[OrderView, ...] = ()
    wanted: Wanted = EVERYTHING
    listing: Listing = NOTHING_BESIDE


@dataclass(frozen=True, slots=True)
class Answered(Event):
    """Text that is no command. `replied` are the numbers in the message of ours that it is a reply to.

    At a question with a catalogue it comes with what that knows of it: `facts` of the product whose id it is, or how
    many products it `matches` in a search when it is no answer; None when it is no search either.
    """

    text: str
    facts: Mapping[str, Any] | None = field(default=None, compare=False)
    matches: int | None = field(default=None, compare=False)
    replied: tuple[str, ...] = ()


class Medium(StrEnum):
    """The kind of a message that came where text was asked."""

    STICKER = "sticker"
    PHOTO = "photo"
    VOICE = "voice"
    FILE = "file"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SentOther(Event):
    """A message without text."""

    medium: Medium


@dataclass(frozen=True, slots=True)
class MessageEdited(Event):
    """An earlier message was edited; it is not taken as an answer."""


@dataclass(frozen=True, slots=True)
class CancelRequested(Event):
    """`/cancel`."""


@dataclass(frozen=True, slots=True)
class CommandUnknown(Event):
    """A command that we don't have."""

    command: str


@dataclass(frozen=True, slots=True)
class TapUnreadable(Event):
    """A button whose data is not ours or no longer makes sense."""


# Buttons of a draft: they carry its id and revision, and fit only that moment


@dataclass(frozen=True, slots=True)
class Tap(Event):
    """Base of the buttons that belong to one moment of one draft."""

    draft: str
    revision: int


@dataclass(frozen=True, slots=True)
class Chose(Tap):
    index: int


@dataclass(frozen=True, slots=True)
class Skipped(Tap):
    pass


@dataclass(frozen=True, slots=True)
class WentBack(Tap):
    pass


@dataclass(frozen=True, slots=True)
class Cancelled(Tap):
    pass


@dataclass(frozen=True, slots=True)
class UsedAnyway(Tap):
    pass


@dataclass(frozen=True, slots=True)
class AddedAnother(Tap):
    pass


@dataclass(frozen=True, slots=True)
class ChangeAsked(Tap):
    pass


@dataclass(frozen=True, slots=True)
class RemoveAsked(Tap):
    pass


@dataclass(frozen=True, slots=True)
class ListDone(Tap):
    pass


@dataclass(frozen=True, slots=True)
class ItemPicked(Tap):
    index: int


@dataclass(frozen=True, slots=True)
class FieldPicked(Tap):
    index: int


@dataclass(frozen=True, slots=True)
class Paged(Tap):
    page: int


@dataclass(frozen=True, slots=True)
class EditAsked(Tap):
    pass


@dataclass(frozen=True, slots=True)
class Confirmed(Tap):
    pass


@dataclass(frozen=True, slots=True)
class Continued(Tap):
    pass


@dataclass(frozen=True, slots=True)
class StartedAnew(Tap):
    """As `OrderRequested`, the open draft dropped."""

    account: str = ""
    answer: str = ""
    facts: Mapping[str, Any] | None = field(default=None, compare=False)
    matches: int | None = field(default=None, compare=False)


# What the workers report


class LookUpResult(StrEnum):
    """The end of a look-up of an answer."""

    FOUND = "found"
    NOT_FOUND = "not found"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LookedUp(Event):
    """The answer of a look-up, for the draft and revision that asked for it.

    One that failed may have `facts` as well: those that we have read before.
    """

    draft: str
    revision: int
    result: LookUpResult
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled(Event):
    """The outcome of an order is known, or known to be unknown, for which there is `evidence`.

    `was_unknown`: it was told as unknown before.
    """

    order: OrderView
    evidence: Evidence | None = None
    was_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Reopened(Event):
    """The button under an order that was not placed; the desk has made sure that it still may be re-opened."""

    order: OrderView


@dataclass(frozen=True, slots=True)
class UnknownRequested(Event):
    """`/unknown`; `found` are the oldest orders of unknown outcome, `more` how many others there are."""

    found: tuple[OrderView, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class DuplicateFound(Event):
    """The order in the summary was ordered before, and not long ago; None: not any more."""

    alike: Duplicate | None


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
    """The evidence about an order of unknown outcome has changed; `reminding`: nothing has, and somebody has to act."""

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
    """A person's decision about an order of unknown outcome."""

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
    """The supplier's word about a number that a person found."""

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


@dataclass(frozen=True, slots=True)
class StatusAnswered(Event):
    """A question about an order is answered, by the supplier or in its stead; `now` in UTC microseconds."""

    order: OrderView
    freshness: Freshness
    now: int = 0


@dataclass(frozen=True, slots=True)
class Progressed(Event):
    """The supplier says something else of an order than before (`was`); `tell`: whoever ordered is to hear of it."""

    order: OrderView
    was: OrderView
    tell: bool = False


@dataclass(frozen=True, slots=True)
class SearchedElsewhere(Event):
    """Every supplier was asked for a number that isn't in the journal.

    `found` have no reference. `unreached` are the accounts that didn't answer; `near` are orders of ours with numbers
    like it.
    """

    query: str
    found: tuple[OrderView, ...] = ()
    unreached: tuple[str, ...] = ()
    near: tuple[OrderView, ...] = ()


@dataclass(frozen=True, slots=True)
class RefreshAsked(Event):
    """`Refresh` on the card of an order."""

    order: OrderView


@dataclass(frozen=True, slots=True)
class OrderedAgain(Event):
    """`Order again` under an order; `facts` are what the catalogue knows of its products by now, each with its path."""

    order: OrderView
    facts: tuple[tuple[Path, Mapping[str, Any]], ...] = ()


NOTICES = ("all", "important", "none")
"""Choices of which changes people hear of."""


@dataclass(frozen=True, slots=True)
class NoticesRequested(Event):
    """`/notify`, or a choice there, which the desk has stored; `chosen` is what holds now: all, important or none."""

    chosen: str = "all"
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Picked(Tap):
    """The button of a product; `facts` as in `Answered`. The button names the product itself, not its place."""

    id: str = ""
    facts: Mapping[str, Any] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class CategoriesAsked(Tap):
    pass


@dataclass(frozen=True, slots=True)
class CategoryPicked(Tap):
    """A category, by the short key that it has in every list."""

    key: str = ""


@dataclass(frozen=True, slots=True)
class BalanceRequested(Event):
    """`/balance`."""


@dataclass(frozen=True, slots=True)
class BalancesRead(Event):
    """The balances as they are now; `silent` are the titles of the accounts whose suppliers tell none."""

    found: tuple[BalanceView, ...]
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderTapped(Event):
    """Base of the buttons of orders; the journal has to say what they mean by now."""

    reference: str


@dataclass(frozen=True, slots=True)
class ReopenTapped(OrderTapped):
    """The button under an order that was not placed."""


@dataclass(frozen=True, slots=True)
class EvidenceTapped(OrderTapped):
    """An order in the list of those of unknown outcome."""


@dataclass(frozen=True, slots=True)
class RefreshTapped(OrderTapped):
    """The card's button: the supplier is asked now."""


@dataclass(frozen=True, slots=True)
class ShowTapped(OrderTapped):
    """An order in a list, or among several: it is shown as it is now."""


@dataclass(frozen=True, slots=True)
class AgainTapped(OrderTapped):
    """`Order again`."""


@dataclass(frozen=True, slots=True)
class NoticesTapped(Event):
    """A choice of what to be told of."""

    chosen: str


@dataclass(frozen=True, slots=True)
class StopTapped(OrderTapped):
    attempts: int


@dataclass(frozen=True, slots=True)
class LookTapped(OrderTapped):
    attempts: int


@dataclass(frozen=True, slots=True)
class NameTapped(OrderTapped):
    """`Found it`."""

    attempts: int


@dataclass(frozen=True, slots=True)
class DecisionTapped(OrderTapped):
    """A decision that needs nothing more; `number` for one that was found."""

    attempts: int
    decision: Decision
    number: str = ""
