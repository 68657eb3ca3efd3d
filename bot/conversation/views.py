"""Orders, lists of them and what is known about them, as the conversation sees them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from providers.cleaning import compared_phone, compared_text
from providers.orders import Money, Outcome, Parcel, Remark, Status, Tracking
from providers.products import Path

_HEAD, _TAIL = 3, 4
"""Digits of a phone that a button shows."""
FOUND_BY_PERSON: Final = "found_by_person"
FOUND_LATER = frozenset({"found_again", FOUND_BY_PERSON})
"""Remarks of orders whose number the supplier did not answer: it was found out afterwards."""


class Reason(StrEnum):
    """The reasons of our own for an outcome, beside those of suppliers (`OrderView.code`, sentences `refusal.<code>`).

    Times among the params are UTC microseconds or ISO 8601, as text.
    """

    DECIDED_NOT_PLACED = "decided_not_placed"  # a person's word: `person`
    NOT_FOUND_THERE = "not_found_there"  # not sent, as far as can be inferred; `at`, and `until` it is looked for
    ABSENCE = "absence"  # not sent: we were away `from` `until`, and nothing was sent by itself
    IDENTITY_CHANGED = "identity_changed"  # not sent: the settings lead to another customer or `address`
    FOUND_BEFORE_SENDING = "found_before_sending"  # not sent: the earlier order `reference` is there, as `number`
    SEEN_BEFORE_SENDING = "seen_before_sending"  # not sent: an order is there that may be the earlier one, `reference`
    SEEN_LATE = "seen_late"  # unknown: held to be not placed, and an order is there by now that may be it
    BATCH_STOPPED = "batch_stopped"  # not sent: its batch was stopped before
    RESTORED = "restored"  # unknown: the database is from a copy made `at`
    NUMBER_OLDER = "number_older"  # unknown: the answer gave `number`, which was there before this order was sent
    NUMBER_TAKEN = "number_taken"  # unknown: the answer gave `number`, which is that of our order `other`
    NUMBER_OF_WHICH = "number_of_which"  # unknown: the answer gave `number`, which may be that of our order `other`


class Freshness(StrEnum):
    """The source of the status in an answer."""

    NOW = "now"  # the supplier, just now
    UNREACHED = "unreached"  # the journal, because no answer of the supplier's came
    UNASKED = "unasked"  # the journal, because the supplier is left alone for a while
    UNCLEAR = "unclear"  # the journal, because the supplier's answer does not tell
    NOT_THERE = "not there"  # the journal, because the supplier says that it has no such order
    SILENT = "silent"  # the journal, because the supplier gives no status
    KNOWN = "known"  # the journal
    ELSEWHERE = "elsewhere"  # the journal, because the account is another customer or address than it was


@dataclass(frozen=True, slots=True)
class ProgressDetails:
    """The words of a supplier on an order besides its status when it was last asked; `times` in UTC microseconds.

    Each key of `times` names a label in the catalogues (`time.<key>`).
    """

    amount: Money | None = None
    times: Mapping[str, int] = field(default_factory=dict)
    tracking: tuple[Tracking, ...] = ()
    remarks: tuple[Remark, ...] = ()
    parcels: tuple[Parcel, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order of the journal as the conversation sees it. `outcome` is None while it is waiting or being sent.

    `answers` are the confirmed draft's; `fields` are dotted paths that a refusal named; times are UTC microseconds;
    `replaced_by` is the reference under which an order that was not placed was confirmed anew. `attempts` counts the
    sendings; it `waits` to be sent, first or again. `pruned`: its answers were removed since. `told` is what the
    said when it was asked, at `asked_at`; the status is as it has been since `status_at`. `also` are further
    reasons beside `code`, told in the same way; `patches` are what is known of its products by now, each with the path
    of the facts in `answers` that it takes the place of. `about` says in one line what was ordered and for whom, empty
    where that isn't known. `inferred`: that it was not sent follows from a list without it, and nobody has said so.

    It is the row `row` of a `batch`, both empty for an order of its own; `carded`: it has a message of its own all the
    same, `evidenced`: one about what is known of it while nobody knows its outcome.

    `recipients` get a parcel each, in order, with their platform order numbers.

    An order that a supplier has and the journal hasn't, has no reference. `explained` are the words for a status that
    the supplier's documents explain, so that ours says as much as `supplier_status`.
    """

    reference: str
    account: str
    provider: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    outcome: Outcome | None = None
    number: str = ""
    status: str = ""
    supplier_status: str = ""
    explained: frozenset[str] = frozenset()
    remarks: tuple[Remark, ...] = ()
    code: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    fields: tuple[str, ...] = ()
    confirmed_at: int = 0
    person: str = ""
    replaced_by: str = ""
    attempts: int = 0
    waits: bool = False
    pruned: bool = False
    details: ProgressDetails = ProgressDetails()
    asked_at: int = 0
    status_at: int = 0
    also: tuple[Remark, ...] = ()
    patches: tuple[tuple[Path, Mapping[str, Any]], ...] = ()
    about: str = ""
    inferred: bool = False
    recipients: tuple[tuple[str, str], ...] = ()
    batch: str = ""
    row: int = 0
    carded: bool = True
    evidenced: bool = False

    @property
    def is_told_by_batch(self) -> bool:
        """True for a row of a batch whose message tells what becomes of it."""
        return bool(self.batch) and not self.carded

    @property
    def is_asked_with_batch(self) -> bool:
        """True for such a row of which nobody was asked by itself: of a restored copy there may be hundreds at once."""
        return self.is_told_by_batch and self.code == Reason.RESTORED and not self.evidenced

    @property
    def decided_by(self) -> str:
        """The person by whose word alone the outcome is what it is; empty for none."""
        if self.outcome is Outcome.NOT_SENT and self.code == Reason.DECIDED_NOT_PLACED:
            return self.params.get("person", "")
        found = next((remark for remark in self.remarks if remark.code == FOUND_BY_PERSON), None)
        return "" if found is None else found.params.get("person", "")


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A placed order as it is now, and as it `was` when something was last said of it."""

    order: OrderView
    was: OrderView


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order in the supplier's list that may be ours; `at` in UTC microseconds, 0 where the supplier doesn't say.

    `facts` are what its row says, by the names of their labels.
    """

    number: str
    at: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)
    differs: tuple[str, ...] = ()


class LookEnd(StrEnum):
    """The end of a look-up of an order whose outcome nobody knows (`unknown.<code>`)."""

    NONE = ""  # there was none yet
    FOUND = "found"
    NOTHING = "nothing"  # the whole list was read, late enough
    NOTHING_YET = "nothing_yet"  # nothing is proven by it
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The facts known about an order of unknown outcome. Times are UTC microseconds, 0 for never.

    `look` is how the last look-up ended; where it failed, `look_code` says why and `look_said` what the supplier said.
    `look_early`: the list need not have had the order yet, by the clock or by how long we had been there to see it.
    Candidates and signals are those of the last one that was read. Balances are amounts as text. `first_sent_at`
    is earlier than `sent_at` when it was held to be not placed in between. `other_identity` is the address that it went
    to, where the account is another customer or address now: then nothing that is seen proves anything about it.
    """

    sent_at: int = 0
    ended_at: int = 0
    looks: int = 0
    looked_at: int = 0
    look: LookEnd = LookEnd.NONE
    look_code: str = ""
    look_said: str = ""
    candidates: tuple[Candidate, ...] = ()
    signals: tuple[Remark, ...] = ()
    balance_before: str = ""
    balance_after: str = ""
    sent_again: int = 0
    first_sent_at: int = 0
    other_identity: str = ""
    look_early: bool = False


class EvidenceView(StrEnum):
    """The part of the evidence that a message shows."""

    VERDICT = "verdict"  # what is likely, and the one obvious thing to do
    DETAILS = "details"  # all of it, and every decision
    OBJECTION = "objection"  # what speaks against a decision that was tapped


STATES: Final = ("open", "unknown", *Status, "not placed")
"""The states of an order: the words of `storage.orders.Order.state`."""


class Days(StrEnum):
    """Days of the settings' time zone on which orders were confirmed."""

    ANY = "any"
    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"  # today and the six days before


class Menu(StrEnum):
    """The menu that the message of a list shows below it instead of turning pages."""

    NONE = "none"
    ACCOUNT = "account"
    STATE = "state"
    DAYS = "days"
    PERSON = "person"
    SEARCH = "search"


class Direction(StrEnum):
    """The way from an order: to those confirmed before it, or after it, or to the page that it is on itself."""

    OLDER = "older"
    NEWER = "newer"
    AT = "at"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The orders wanted. Empty means any; `person` is a Telegram user id, 0 for anybody.

    `beside` is the reference of the order from which a page goes on; empty for the newest. `mark` stands for a text
    that a button has no room for.
    """

    account: str = ""
    state: str = ""
    days: Days = Days.ANY
    person: int = 0
    text: str = ""
    turn: Direction = Direction.OLDER
    beside: str = ""
    menu: Menu = Menu.NONE
    mark: str = ""

    @property
    def narrowed(self) -> bool:
        """Check whether some orders are left out."""
        return bool(self.account or self.state or self.person or self.text) or self.days is not Days.ANY


EVERYTHING: Final = Wanted()


MOST_PAGES: Final = 25
"""Pages of a list that are counted: more would cost more than reading the page itself."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The facts beside the orders of a page.

    `newer` and `older`: there are further pages. It is `page` of `pages`, each 0 for more than are counted. `people`
    (ids and names) may be filtered by; with none of them a person sees their own orders only. `reader` is who looks.
    `looked_for` is how many orders a search found, with `cut` when there may be more; `too_short`: the text is none
    that can be looked for.
    """

    newer: bool = False
    older: bool = False
    page: int = 1
    pages: int = 1
    people: tuple[tuple[int, str], ...] = ()
    reader: int = 0
    looked_for: int = 0
    cut: bool = False
    too_short: bool = False


NOTHING_BESIDE: Final = Listing()


@dataclass(frozen=True, slots=True)
class Page:
    """Orders of a list, newest first. `wanted` has what the asker is not allowed to see, or meant, put right."""

    wanted: Wanted
    orders: tuple[OrderView, ...] = ()
    listing: Listing = NOTHING_BESIDE


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A product in a list: its title, or else its id, how many of it, and the price of one where it is known."""

    name: str
    id: str
    quantity: int
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """The cost of an order, as far as it is known and no line of a product says it.

    `listed` is the price of the one product of an order that has no list of them. `total` is only there where prices
    are per piece and all known, and no other line says as much. `read_at` is the age of the oldest price in UTC
    microseconds, 0 when it is fresh or not known. `suggested` is an answer, in `unit`, that the order departs from;
    `quoted`: the supplier itself has reckoned it.
    """

    listed: Money | None = None
    per_piece: bool = True
    total: Money | None = None
    read_at: int = 0
    suggested: str = ""
    unit: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """The amount that an earlier order of a product cost; `at` in UTC microseconds, `quantity` as it was ordered.

    `parcels` are those that it went out in, one for each recipient.
    """

    at: int
    quantity: int
    amount: Money
    runs: int = 1
    parcels: int = 1


class BatchState(StrEnum):
    """The state of a batch as it is shown; no row of one that is over waits or is being sent."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"  # stopped, with rows that are still on their way
    STOPPED = "stopped"  # over
    DONE = "done"  # over


class Hold(StrEnum):
    """The reason why a batch is paused (`batch.why_<hold>`)."""

    PERSON = "person"
    FAULTS = "faults"  # `n` rows in a row were not placed
    DENIED = "denied"  # our credentials are at fault
    ABSENCE = "absence"  # we were away `from` `until`


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch as the conversation sees it: how many of its rows are what, and those that a person has to look at.

    `hold` and `params` say why it is paused. `concerns` are the first rows of unknown outcome, then those not placed.
    At `tried_at` the supplier is tried again, in UTC microseconds; 0 while nothing keeps it from being sent. `stopped`
    rows were not sent since it was stopped, and still can be. `news`: it has come to this state by itself, and nobody
    was told aloud.
    """

    id: str
    account: str
    size: int
    state: BatchState = BatchState.RUNNING
    placed: int = 0
    not_placed: int = 0
    unknown: int = 0
    sending: int = 0
    waiting: int = 0
    tried_at: int = 0
    hold: Hold | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    concerns: tuple[OrderView, ...] = ()
    stopped: int = 0
    news: bool = False
    begun_at: int = 0

    @property
    def ended(self) -> int:
        """The rows whose outcome was told, unknown ones too."""
        return self.size - self.sending - self.waiting

    @property
    def is_over(self) -> bool:
        return self.state in {BatchState.STOPPED, BatchState.DONE}


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of a sheet: its heading, or its letters where it has none, and the title of what it is used for.

    `role` names that. `sure`: the heading says it, or a person has. `is_empty`: nothing is in it.
    """

    heading: str
    role: str
    title: str
    sure: bool = True
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as it was read for an account, by its name.

    `count` are its rows without those `hidden` from whoever sent it, `examples`, and `aside` (totals, headings again).
    `roles` are what a column may be, each with its title; `pages` are not read, `merged` cells reach over several rows.
    """

    id: str
    name: str
    account: str
    count: int
    columns: tuple[ColumnView, ...] = ()
    hidden: tuple[int, ...] = ()
    examples: tuple[int, ...] = ()
    roles: tuple[tuple[str, str], ...] = ()
    pages: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    aside: tuple[int, ...] = ()
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody in the address book, as the last order of the account `account` (its title) has them.

    `rest` are their other answers, in the order of the form. `used_at` is in UTC microseconds. `is_final`: nothing
    could bring them back, as the account is gone from the settings, and `account` is its name there.
    """

    id: str
    name: str
    phone: str
    city: str
    rest: tuple[str, ...] = ()
    account: str = ""
    of_sender: bool = False
    used_at: int = 0
    times: int = 1
    is_final: bool = False


class Fit(StrEnum):
    """The way in which a text fits a person of the address book."""

    NAME = "name"
    PHONE = "phone"
    PART = "part"  # of the name
    OTHER = "other"  # their pinyin, or a part of the phone


@dataclass(frozen=True, slots=True)
class BookEntry:
    """Somebody in the address book: the answers of their last order, where None is one that was skipped."""

    place: str
    name: str
    phone: str
    city: str
    answers: Mapping[str, str | None] = field(default_factory=dict)
    fit: Fit = Fit.OTHER

    @property
    def label(self) -> str:
        """The person in short, as buttons have it: enough of the phone to tell two of one name apart."""
        return " · ".join(filter(None, (self.name, in_short(self.phone), self.city)))

    @property
    def full_label(self) -> str:
        """The same with the whole phone: no two people have it."""
        return " · ".join(filter(None, (self.name, self.phone, self.city)))

    @property
    def is_whole(self) -> bool:
        """True if the text was the whole name or phone."""
        return self.fit in {Fit.NAME, Fit.PHONE}

    @property
    def key(self) -> tuple[str, str]:
        """The name and phone as they are compared: the same for the same person."""
        return compared_text(self.name), compared_phone(self.phone)


def in_short(phone: str) -> str:
    """The ends of a phone."""
    return phone if len(phone) <= _HEAD + _TAIL + 1 else f"{phone[:_HEAD]}…{phone[-_TAIL:]}"
