"""What has happened, in the past tense. Whatever the engine is to know about the world comes in one of these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.conversation.listing import EVERYTHING, NOTHING_BESIDE, Listing, Wanted
from bot.conversation.views import Evidence, OrderView


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
    """What a message was where text was asked."""

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
    """How a look-up ended."""

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
