"""The events, in the past tense. Whatever the engine is to know about the world comes in one of these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.conversation.state import Proposal
from bot.conversation.views import EVERYTHING, Evidence, EvidenceView, Freshness, OrderView, Wanted


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
class OrderRequested(Event):
    """`/order`, `/order guoguo`, or the button of an account; `/order guoguo X` answers the first question too."""

    account: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class StatusRequested(Event):
    """`/status X`. `replied` are the numbers in the message of ours that it is a reply to."""

    query: str
    replied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrdersRequested(Event):
    """`/orders`, with or without a text to look for, or a button of a list."""

    wanted: Wanted = EVERYTHING


@dataclass(frozen=True, slots=True)
class UnknownRequested(Event):
    """`/unknown`."""


@dataclass(frozen=True, slots=True)
class NoticesRequested(Event):
    """`/notify`."""


@dataclass(frozen=True, slots=True)
class BalanceRequested(Event):
    """`/balance`."""


@dataclass(frozen=True, slots=True)
class SheetRequested(Event):
    """`/sheet ACCOUNT`: an empty sheet is wanted. `rest` is what stands behind the account's first word."""

    account: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class SheetSent(Event):
    """A spreadsheet was sent: Telegram's id of the file, its name, its size in bytes, and the words beside it."""

    file: str
    name: str
    size: int = 0
    caption: str = ""


@dataclass(frozen=True, slots=True)
class SheetRead(Event):
    """A worker has read a sheet, by its id."""

    sheet: str


@dataclass(frozen=True, slots=True)
class SheetNotRead(Event):
    """A sheet can't be read: the reason's code (`sheet.refused_<code>`), and the gaps of its sentence."""

    sheet: str
    name: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


class SheetVerb(StrEnum):
    """The buttons below what a sheet was read as."""

    TOLD = "told"  # what the columns are
    COLUMNS = "cols"  # each with a button
    COLUMN = "col"  # what column n, from 0, may be
    ROLE = "role"  # column n is what stands at place `role`
    AGAIN = "file"  # the sheet once more, with what has become of its rows by now


@dataclass(frozen=True, slots=True)
class SheetTapped(Event):
    """A button of a sheet."""

    sheet: str
    verb: SheetVerb
    n: int = 0
    role: int = 0


@dataclass(frozen=True, slots=True)
class CancelRequested(Event):
    """`/cancel`."""


@dataclass(frozen=True, slots=True)
class DraftsRequested(Event):
    """`/drafts`, or a button that leads there; `removing`: one of them is to be picked that goes."""

    removing: bool = False


@dataclass(frozen=True, slots=True)
class DraftPicked(Event):
    """A draft that is to be open, by its id, or by its `place` in the list, counted from 1: `/drafts 2`."""

    draft: str = ""
    place: int = 0


@dataclass(frozen=True, slots=True)
class DraftRemoved(Event):
    """`Remove` in the list of drafts; the draft is named by its id."""

    draft: str


@dataclass(frozen=True, slots=True)
class PeopleRequested(Event):
    """`/people`, with or without a text to look for, or a page of that list, counted from 0."""

    text: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class PersonTapped(Event):
    """Somebody in the list of people, by their id; `text` is what was looked for there."""

    id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class PersonForgotten(Event):
    """`Forget` below somebody in the address book."""

    id: str


@dataclass(frozen=True, slots=True)
class PersonRemembered(Event):
    """`Undo` below somebody who was forgotten."""

    id: str


@dataclass(frozen=True, slots=True)
class CommandUnknown(Event):
    """A command that we don't have, with its slash, and the text behind it."""

    command: str
    rest: str = ""


class Missed(StrEnum):
    """Reasons for which a text is no answer (`missed.<reason>`).

    It was sent before the question was on the screen, while an answer was being looked up, as a reply to a message of
    before the question, or it is the answer before once more, as a bad line sends a message twice.
    """

    EARLY = "early"
    PAST = "past"
    BUSY = "busy"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Answered(Event):
    """Text that is no command. `replied` are the numbers in the message of ours that it is a reply to.

    `missed`: it answers nothing, and why; `before` are the texts just before it of which the same was said.
    `elsewhere`: it is a reply to another message than the one that shows where the conversation stands.
    """

    text: str
    replied: tuple[str, ...] = ()
    missed: Missed | None = None
    before: tuple[str, ...] = ()
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class ChangeReplied(Event):
    """A reply to an order's message with what is to be other when that is ordered again, one proposal for an order.

    `reference` is the order's, `text` the reply.
    """

    reference: str
    text: str
    proposals: tuple[Proposal, ...]


class Medium(StrEnum):
    """The kind of a message that came where text was asked."""

    STICKER = "sticker"
    PHOTO = "photo"
    VOICE = "voice"
    FILE = "file"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SentOther(Event):
    """A message without text; `captioned`: words stand under it, which are no message of their own."""

    medium: Medium
    captioned: bool = False


@dataclass(frozen=True, slots=True)
class MessageEdited(Event):
    """An earlier message was edited; it is not taken as an answer."""


@dataclass(frozen=True, slots=True)
class TapUnreadable(Event):
    """A button whose data is not ours or no longer makes sense."""


@dataclass(frozen=True, slots=True)
class Undone(Event):
    """`Undo` under a draft that was cancelled or removed; the draft is named by its id."""

    draft: str


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
class Kept(Tap):
    """The answer that a question has already stays."""


@dataclass(frozen=True, slots=True)
class UsedAnyway(Tap):
    pass


@dataclass(frozen=True, slots=True)
class EarlierPicked(Tap):
    """An answer of an earlier order, or several that go together, by their key."""

    key: str = ""


@dataclass(frozen=True, slots=True)
class PasteUndone(Tap):
    """`Undo` under what was read from a text that answered several questions."""


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
class Picked(Tap):
    """The button of a product. It names the product itself, not its place."""

    id: str = ""


@dataclass(frozen=True, slots=True)
class CategoriesAsked(Tap):
    pass


@dataclass(frozen=True, slots=True)
class SearchAsked(Tap):
    """`Search`: the next text is looked for in the catalogue, whatever it looks like."""


@dataclass(frozen=True, slots=True)
class CategoryPicked(Tap):
    """A category, by the short key that it has in every list."""

    key: str = ""


@dataclass(frozen=True, slots=True)
class AllAsked(Tap):
    """`Show all`: every item of the lists that are shown in part only."""


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


@dataclass(frozen=True, slots=True)
class KeptForLater(Tap):
    """As `OrderRequested`, the open draft parked."""

    account: str = ""
    answer: str = ""


# Buttons of orders: they name one, and the sending that was shown


@dataclass(frozen=True, slots=True)
class OrderTapped(Event):
    """Base of the buttons of orders. The journal has gone on since they were shown: it says what they mean by now."""

    reference: str


@dataclass(frozen=True, slots=True)
class ReopenTapped(OrderTapped):
    """The button under an order that was not placed."""


@dataclass(frozen=True, slots=True)
class EvidenceTapped(OrderTapped):
    """An order in the list of those of unknown outcome."""


@dataclass(frozen=True, slots=True)
class EvidenceTurned(OrderTapped):
    """`Details` or `Back`: another part of the evidence is shown in the same message."""

    attempts: int
    view: EvidenceView


@dataclass(frozen=True, slots=True)
class TellLaterTapped(OrderTapped):
    """`Tell me at ...`: a message shall come when the supplier's list has to have the order, if there is one."""

    attempts: int


@dataclass(frozen=True, slots=True)
class RefreshTapped(OrderTapped):
    """The card's button: the supplier is asked now."""


@dataclass(frozen=True, slots=True)
class ShowTapped(OrderTapped):
    """An order in a list, or among several: it is shown as it is now, and leads back to the page of the list."""

    listed: Wanted | None = None


@dataclass(frozen=True, slots=True)
class ParcelsTapped(OrderTapped):
    """All parcels of an order: `page` from 1, in the place of the page that is shown; 0 for a message of their own."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class AgainTapped(OrderTapped):
    """`Order again`."""


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


class Decision(StrEnum):
    """A person's decision about an order of unknown outcome."""

    FOUND = "found"
    NOT_PLACED = "not_placed"
    RESEND = "resend"


@dataclass(frozen=True, slots=True)
class DecisionTapped(OrderTapped):
    """A decision that needs nothing more; `number` for one that was found.

    `against` are the marks of the evidence against it that was shown; empty for a first tap.
    """

    attempts: int
    decision: Decision
    number: str = ""
    against: str = ""


@dataclass(frozen=True, slots=True)
class NumberGivenUp(Event):
    """`Back` on the question for the number."""


# Other buttons


@dataclass(frozen=True, slots=True)
class LanguageChosen(Event):
    """A language button."""

    language: str


NOTICES = ("all", "important", "none")
"""Choices of the changes that people are notified of."""


@dataclass(frozen=True, slots=True)
class NoticesTapped(Event):
    """A choice at `/notify`: one of `NOTICES`."""

    chosen: str


@dataclass(frozen=True, slots=True)
class CustomerTapped(Event):
    """The answer to whether an account with a new key is the `same` customer; `own` is what its settings mean."""

    account: str
    own: str
    same: bool


# What the workers report


class LookUpResult(StrEnum):
    """The end of a look-up of an answer."""

    FOUND = "found"
    NOT_FOUND = "not found"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LookedUp(Event):
    """The answer of a look-up, for the draft and revision that asked for it; `facts` of what was found."""

    draft: str
    revision: int
    result: LookUpResult
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled(Event):
    """The outcome of an order is known, or known to be unknown, for which there is `evidence`.

    `was_unknown`: it was said to be unknown before.
    """

    order: OrderView
    evidence: Evidence | None = None
    was_unknown: bool = False


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
class Investigated(Event):
    """The evidence about an order of unknown outcome has changed; `reminding`: nothing has, and somebody has to act."""

    order: OrderView
    evidence: Evidence
    reminding: bool = False


class NumberCheck(StrEnum):
    """The supplier's word about a number that a person found."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_FOUND = "not found"
    NOT_READ = "not read"
    NOT_CHECKABLE = "not checkable"
    ELSEWHERE = "elsewhere"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class NumberChecked(Event):
    """A number was compared with the order, as far as its supplier shows it."""

    order: OrderView
    number: str
    result: NumberCheck
    facts: Mapping[str, str] = field(default_factory=dict)
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusAnswered(Event):
    """A question about an order is answered, by the supplier or in its stead.

    `listed` is the list that it came from.
    """

    order: OrderView
    freshness: Freshness
    listed: Wanted | None = None


@dataclass(frozen=True, slots=True)
class Progressed(Event):
    """The supplier says something else of an order than before."""

    order: OrderView


@dataclass(frozen=True, slots=True)
class SearchedElsewhere(Event):
    """Every supplier was asked for a number that isn't in the journal.

    `found` have no reference. `unreached` are the accounts that didn't answer, `unasked` those that are left alone for
    a while, `unclear` those whose answer does not tell.
    """

    query: str
    found: tuple[OrderView, ...] = ()
    unreached: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceView:
    """An account's balance, by the account's title; `amount` is None where nothing is known.

    `age` is how old it is, in microseconds, where it could not be read just now.
    """

    account: str
    amount: Decimal | None = None
    unit: str = ""
    age: int | None = None


@dataclass(frozen=True, slots=True)
class BalancesRead(Event):
    """The balances as they are now; `silent` are the titles of the accounts whose suppliers give none."""

    found: tuple[BalanceView, ...]
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A filled draft, as one of several that are confirmed at once.

    `shown` is the reference of the earlier order with the same answers that the person was shown, `shown_as` the
    outcome that it had (`Duplicate.outcome`). `repeats` is the row (from 1) before this one that has the same and was
    shown too, the last of them.
    """

    answers: Mapping[str, Any]
    shown: str = ""
    shown_as: str = ""
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class BatchConfirmed(Event):
    """Several filled drafts for one account were confirmed at once, as they were shown.

    `batch` is the id of what was confirmed: the same once more is no second batch. `form_version` is that of the form
    which they were filled in by.
    """

    batch: str
    account: str
    form_version: str
    rows: tuple[DraftRow, ...]


class Steering(StrEnum):
    """The buttons of a batch."""

    PAUSE = "pause"
    GO_ON = "goon"
    STOP = "stop"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class BatchTapped(Event):
    """A button of a batch."""

    batch: str
    steering: Steering


@dataclass(frozen=True, slots=True)
class BatchMoved(Event):
    """A batch is in another state; `at_once`: somebody waits to see that."""

    batch: str
    at_once: bool = True


class TrayAction(StrEnum):
    """The buttons of a tray."""

    CONFIRM = "ok"
    OPEN = "open"  # row n, as a draft
    PAGE = "page"  # from row n on
    FILL = "fill"  # what several rows lack, with the answer n
    ALIKE = "alike"  # the answers that were just given, in the other rows
    WIDEN = "widen"  # also what was ordered before
    ELSEWHERE = "move"  # for the account n of those that the text fits as well
    DROP = "drop"
    UNDO = "undo"  # what was given up


@dataclass(frozen=True, slots=True)
class TrayTapped(Event):
    """A button of a tray, as it stood at that revision."""

    tray: str
    revision: int
    action: TrayAction
    n: int = 0
