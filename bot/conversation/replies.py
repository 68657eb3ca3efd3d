"""The replies of the bot before they are words. A reply names facts; sentences and buttons are `bot.words`'."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from bot.conversation.events import BalanceView, Medium, Missed, NumberCheck
from bot.conversation.likelihood import Weighed, weigh
from bot.conversation.questions import Problem, Question
from bot.conversation.state import Duplicate, RowOf
from bot.conversation.tray import RowState
from bot.conversation.views import (
    EVERYTHING,
    NOTHING_BESIDE,
    BatchView,
    Cost,
    Evidence,
    EvidenceView,
    Freshness,
    ItemLine,
    Listing,
    OrderView,
    PersonView,
    Prices,
    SheetView,
    Wanted,
)
from providers.orders import Money
from providers.products import Batches


@dataclass(frozen=True, slots=True)
class Reply:
    """Base of all replies."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A product to be picked; its button carries `id`."""

    id: str
    title: str
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class Category:
    key: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Offer:
    """The part of the catalogue that is shown below a question; put in by the desk, since only storage knows it.

    `products` or `categories` are those of one page. `total` is how many products there are to the query or category
    that is shown; with neither they are those used last. `near`: they are only nearly what was
    looked for. `browsable`: there is more to browse, in categories when
    `grouped`. `searching`: the next text is looked for. `read_at` is how old the list is in UTC microseconds, 0 when
    it is fresh.
    """

    products: tuple[Offered, ...] = ()
    categories: tuple[Category, ...] = ()
    query: str = ""
    category: str = ""
    total: int = 0
    page: int = 0
    pages: int = 1
    browsable: bool = False
    searching: bool = False
    grouped: bool = False
    near: bool = False
    read_at: int = 0


@dataclass(frozen=True, slots=True)
class About:
    """The facts known of the product whose quantity is asked."""

    title: str = ""
    price: Money | None = None
    minimum: int | None = None
    maximum: int | None = None
    stock: int | None = None
    per_piece: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One answered question in a summary or menu; `value` is as it will be sent. `extra` is what a look-up found.

    `amount` is there where the value says what the order costs.
    `is_choice`: the value is one of those that the question offers, which may have a word of their own.
    `changed`: it is another one than in the order that this one repeats. `is_optional`: most orders go without it, so
    that it isn't known by its place.
    """

    title: str
    value: str
    extra: str = ""
    amount: Money | None = None
    is_choice: bool = False
    changed: bool = False
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A list in a summary: at most ten items in short form, and how many more there are.

    `changed` are the places of those that are others than in the order that this one repeats, from 0.
    """

    title: str
    items: tuple[str | ItemLine, ...]
    more: int
    changed: tuple[int, ...] = ()


# General


@dataclass(frozen=True, slots=True)
class Welcomed(Reply):
    pass


@dataclass(frozen=True, slots=True)
class HelpShown(Reply):
    pass


@dataclass(frozen=True, slots=True)
class LanguagesOffered(Reply):
    """The languages, or the one that was `chosen` just now."""

    chosen: str = ""


@dataclass(frozen=True, slots=True)
class NothingOpen(Reply):
    """No draft is open; `medium` is what came that nothing can be done with, `parked` how many drafts are kept."""

    medium: Medium | None = None
    parked: int = 0


class HintCode(StrEnum):
    """Short notices (`hint.<code>`)."""

    EDITED = "edited"
    CHOOSE_FIRST = "choose_first"
    NOT_TAKEN = "not_taken"
    WHICH_MESSAGE = "which_message"
    UNKNOWN_COMMAND = "unknown_command"
    ONE_MOMENT = "one_moment"
    NO_NUMBER = "no_number"
    NO_ROOM = "no_room"
    DRAFT_GONE = "draft_gone"
    DRAFT_NO_ACCOUNT = "draft_no_account"
    NOT_REOPENABLE = "not_reopenable"
    AGAIN_PRUNED = "again_pruned"
    AGAIN_GONE = "again_gone"
    AGAIN_NOT_PLACED = "again_not_placed"
    AGAIN_SEVERAL = "again_several"
    UNDO_GONE = "undo_gone"
    UNDO_NO_ACCOUNT = "undo_no_account"
    TRAY_GONE = "tray_gone"
    OTHER_REGION = "other_region"


@dataclass(frozen=True, slots=True)
class Hint(Reply):
    """A short notice. `about` is the line about the order that it concerns, empty where it concerns none."""

    code: HintCode
    params: Mapping[str, str] = field(default_factory=dict)
    about: str = ""


@dataclass(frozen=True, slots=True)
class CommandMeant(Reply):
    """A command that we don't have, and the one `name` that it may have been meant to be, with the text behind it."""

    command: str
    name: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class NotText(Reply):
    """A message without text came where text is asked; `captioned`: with words under it, which aren't read either.

    `taps`: it came where a button is asked for.
    """

    medium: Medium
    captioned: bool = False
    taps: bool = False


@dataclass(frozen=True, slots=True)
class Closed(Reply):
    """A question that is answered: its `title`, and the answer as it is read; an empty one was skipped.

    Without a title it is a question without an answer, a menu or a summary, which stays as it stands. `is_choice` and
    `amount` are as in a `Line`. `menu` is the purpose of a menu, whose answer is what was picked, if anything.
    """

    title: str = ""
    answer: str = ""
    is_choice: bool = False
    amount: Money | None = None
    menu: str = ""


@dataclass(frozen=True, slots=True)
class NotTaken(Reply):
    """Texts that answered nothing, oldest first, all for the same reason."""

    texts: tuple[str, ...]
    why: Missed


@dataclass(frozen=True, slots=True)
class Stale(Reply):
    """A tap that no longer fits: said in passing, on the button itself."""


# Filling in a form


@dataclass(frozen=True, slots=True)
class AccountsOffered(Reply):
    """One button per account; `unknown` is what was asked for and doesn't exist. Pairs of name and title.

    `likely`: these are the ones that may have been meant by it. `command` is what is asked for with it.
    """

    accounts: tuple[tuple[str, str], ...]
    unknown: str = ""
    likely: bool = False
    command: str = "order"


class NoteCode(StrEnum):
    """Sentences that go before a question (`note.<code>`)."""

    NONE = ""
    FIRST_QUESTION = "first_question"
    CATALOGUE_NOT_READ = "catalogue_not_read"
    CATALOGUE_KEPT = "catalogue_kept"
    NOT_LISTED = "not_listed"


@dataclass(frozen=True, slots=True)
class Progress:
    """The place of a question: step `step` of `steps` of its form, and `item`, counted from 1, of the list `of`.

    A form has the same steps whatever is answered, its sections, so that they only ever go on. `steps` is 0 where one
    answer is changed, and `item` outside lists.
    """

    step: int = 0
    steps: int = 0
    item: int = 0
    of: str = ""


@dataclass(frozen=True, slots=True)
class Asked(Reply):
    """A question, and where in the form it is. `note` names a sentence to go before it.

    `present` is the answer that it has already, which can be kept: what it is as it will be sent, and what is known of
    it. `note_at` is the time in the note, `about` what is known of the product whose quantity is asked; `offer` is
    put in by the desk. `unit` is that of an amount that the question suggests (as `Money.unit`). `sent` is the answer
    that the problem is with, as it was sent; with `readings` it is not a bad one but a doubtful one, and they are the
    answers that it may stand for. `read` is the answer before, where it was read from another spelling. `noticed`
    is the order whose number the answer is that was not accepted.
    `quoted_by` is the account whose supplier has reckoned the amount that is suggested. `earlier` are answers of
    earlier orders and people of the address book by their keys, put in by the desk; `same_sender`: the first is the
    last sender. `sought` is the text by which people were looked for.
    """

    question: Question
    progress: Progress = Progress()
    problem: Problem | None = None
    insist: bool = False
    note: NoteCode = NoteCode.NONE
    note_at: int = 0
    about: About | None = None
    offer: Offer | None = None
    present: Line | None = None
    unit: str = ""
    noticed: OrderView | None = None
    sent: str = ""
    readings: tuple[str, ...] | None = None
    read: Line | None = None
    quoted_by: str = ""
    earlier: tuple[tuple[str, str], ...] = ()
    sought: str = ""
    same_sender: bool = False


@dataclass(frozen=True, slots=True)
class CheckingShown(Reply):
    """The answer is being looked up at the supplier."""

    title: str
    value: str
    account: str


@dataclass(frozen=True, slots=True)
class Listed(Reply):
    """A list after the last question of an item, with what can be done to it."""

    title: str
    block: Block
    count: int
    can_add: bool


@dataclass(frozen=True, slots=True)
class Choices(Reply):
    """Something to pick: items of a list or fields of a group. `first` is the index of the first shown entry."""

    purpose: Literal["change", "remove", "edit"]
    entries: tuple[Line, ...]
    first: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class AllShown(Reply):
    """Every item of the lists of which only a part is shown above, or below."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A balance that may not cover an order: both amounts in `unit`, and how old the balance is, in microseconds.

    `per_piece`: the supplier says that its prices are for one piece, so that the total is known. `per_run`: the total
    is that of all runs, if the quantity is that of each.
    """

    balance: Decimal
    total: Decimal
    unit: str
    age: int
    per_piece: bool
    per_run: bool = False


@dataclass(frozen=True, slots=True)
class Repeated:
    """The order that a summary repeats, by its number, or else its reference; `is_changed`: not as it was there."""

    number: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Summarised(Reply):
    """Everything before Confirm, in order. `problems` are what still keeps it from being sent.

    `duplicate` is an order with the same answers that was confirmed not long ago. `shortage`: the balance may not do.
    `batches` are the runs that it is delivered in. `costs`: what the last orders of its product cost, where it isn't
    known what this one does. `unlisted` are the products, by their ids, that the account's list doesn't have. `row` is
    the row of a tray that it is, which goes back there instead of being sent.
    `repeats` is the order that this one is the same as, but for what is marked.
    """

    account: str
    parts: tuple[Line | Block, ...]
    problems: tuple[Problem, ...] = ()
    retried: bool = False
    duplicate: Duplicate | None = None
    prices: Prices | None = None
    shortage: Shortage | None = None
    batches: Batches | None = None
    costs: tuple[Cost, ...] = ()
    unlisted: tuple[str, ...] = ()
    row: RowOf | None = None
    repeats: Repeated | None = None


@dataclass(frozen=True, slots=True)
class DraftOpen(Reply):
    """A new order was asked for while a draft is open; `wanted` is its account, empty when none of ours was named.

    `product` is what was asked for there. `drops` is the draft that goes if this one is kept: there are enough.
    """

    account: str
    wanted: str
    answered: int
    product: str = ""
    drops: "DraftLine | None" = None


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in few words: its account, the line about its order, the first question that is not answered, when.

    `step` of `steps` is where that question is; `asks` is empty where nothing is left to be asked, or, with no `steps`,
    where the account is no longer in the settings. `at` is when it was parked, in UTC microseconds; 0: it is open.
    """

    draft: str
    account: str
    about: str = ""
    asks: str = ""
    step: int = 0
    steps: int = 0
    at: int = 0


@dataclass(frozen=True, slots=True)
class DraftKept(Reply):
    """A draft is parked, from where a button brings it back; there are `more` of them."""

    line: DraftLine
    more: int = 0


@dataclass(frozen=True, slots=True)
class DraftsListed(Reply):
    """The drafts that there are: the open one, then those that are parked, the latest first.

    `removing`: one is picked that goes; `removed` is the one that has just gone.
    """

    drafts: tuple[DraftLine, ...]
    removing: bool = False
    removed: DraftLine | None = None


@dataclass(frozen=True, slots=True)
class PastedShown(Reply):
    """The answers that a text held, by the item that they are in (from 1; 0 outside lists), and `Undo`.

    `account` is the title of the one that they are for. `unsure` are asked all the same, `refused` are not taken, each
    with what is wrong with it; `unread` is the rest of the text.
    """

    account: str
    taken: tuple[tuple[int, Line], ...]
    unsure: tuple[tuple[int, Line], ...] = ()
    refused: tuple[tuple[int, Line, Problem], ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftCancelled(Reply):
    """The draft is dropped, and `Undo` brings it back by its id; `about` is the line about its order.

    That is said where it isn't the draft that was open.
    """

    account: str
    draft: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class AccountGone(Reply):
    """The open draft's account is no longer in the settings; the draft waits for it, or to be cancelled."""

    account: str


# Orders


@dataclass(frozen=True, slots=True)
class SendingShown(Reply):
    """The order is confirmed and being sent. The message becomes the order's card."""

    account: str
    reference: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeShown(Reply):
    """The outcome of an order: its card changes. `reopenable` puts a button under one that was not placed.

    Under one that was placed, `refreshes` asks its supplier again, and `again` orders the same once more.
    """

    order: OrderView
    account: str
    reopenable: bool = False
    refreshes: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class StatusShown(Reply):
    """The status of an order, and where that comes from.

    `earlier` are the attempts before it that were not placed, the last first. `reopenable` puts a button under one that
    was not placed, `again` orders the same once more, and `listed` is the list that it was opened from.
    """

    order: OrderView
    account: str
    freshness: Freshness = Freshness.KNOWN
    again: bool = False
    reopenable: bool = False
    earlier: tuple[OrderView, ...] = ()
    listed: Wanted | None = None


@dataclass(frozen=True, slots=True)
class StatusAsked(Reply):
    """`/status` came without a number."""


@dataclass(frozen=True, slots=True)
class OrdersFound(Reply):
    """The orders whose numbers stood in one text, each with its account's title, and how many `more` there are.

    `missing` are numbers in it that no order has.
    """

    orders: tuple[tuple[OrderView, str], ...]
    missing: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class OrderNoticed(Reply):
    """An answer that was taken is also the number of an order, which can be looked up beside."""

    order: OrderView
    account: str
    typed: str


@dataclass(frozen=True, slots=True)
class ParcelsShown(Reply):
    """A page, counted from 1, of all parcels of an order."""

    order: OrderView
    account: str
    page: int = 1


@dataclass(frozen=True, slots=True)
class OrderNotKnown(Reply):
    """Nobody knows this number; `near` are orders that have nearly it, with their accounts' titles.

    The others are titles of accounts: `unreached` did not answer, `silent` can't be asked, `asked` have answered that
    they have no such order, `unasked` are left alone for a while, the answer of `unclear` does not tell.
    """

    query: str
    near: tuple[tuple[OrderView, str], ...] = ()
    unreached: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrdersListed(Reply):
    """A page of orders, newest first, with their accounts' titles. `accounts` are all there are: names and titles.

    `waits`: the next text is looked for in it.
    """

    orders: tuple[tuple[OrderView, str], ...]
    wanted: Wanted = EVERYTHING
    listing: Listing = NOTHING_BESIDE
    accounts: tuple[tuple[str, str], ...] = ()
    waits: bool = False


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
    """The place where the evidence of an order is shown."""

    CARD = "card"  # the order's own evidence message, changed in place once it is there
    REMINDER = "reminder"  # a new message that takes the place of that one
    COPY = "copy"  # a message of its own, for somebody who asked


@dataclass(frozen=True, slots=True)
class EvidenceShown(Reply):
    """The evidence about an order of unknown outcome, for a person to decide; `sent` is what it asked for.

    `reconciles` and `idempotent_create` are the account's abilities; `gone`: it is no longer in the settings. `due_at`
    and `total` are as in `weigh`; `own`: the reader has ordered it in this chat, so that they can be told later. `unit`
    is that of the account's balance.
    """

    order: OrderView
    account: str
    sent: tuple[Line | Block, ...]
    evidence: Evidence
    reconciles: bool
    idempotent_create: bool
    showing: Showing = Showing.CARD
    gone: bool = False
    view: EvidenceView = EvidenceView.VERDICT
    due_at: int | None = None
    total: Decimal | None = None
    own: bool = False
    unit: str = ""

    @property
    def visible(self) -> bool:
        """True when the supplier can be asked for the order."""
        return self.reconciles and not self.gone and not self.evidence.other_identity

    @property
    def weighed(self) -> Weighed:
        return weigh(self.evidence, visible=self.visible, due_at=self.due_at, total=self.total)


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
    about: str = ""


@dataclass(frozen=True, slots=True)
class NumberChecking(Reply):
    """The supplier is asked about a number; `about` is the line about the order that it may be of."""

    number: str
    account: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class NumberDoubted(Reply):
    """The number that was found is not known to be this order's; the person may insist, unless another order has it."""

    order: OrderView
    account: str
    number: str
    result: NumberCheck
    facts: Mapping[str, str] = field(default_factory=dict)
    differs: tuple[str, ...] = ()
    taken_by: str = ""


class ToastCode(StrEnum):
    """Words in passing, on the button that was tapped (`toast.<code>`)."""

    ASKING = "asking"
    STOPPING = "stopping"
    LOOKING = "looking"
    DECIDED = "decided"
    TELLING = "telling"


@dataclass(frozen=True, slots=True)
class Toast(Reply):
    """Said in passing, on the button itself; `at` is the time in it, in UTC microseconds.

    `about` is the line about the order that it concerns, `account` who is asked; empty for all that can be.
    """

    code: ToastCode
    at: int = 0
    about: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class CardShown(Reply):
    """The progress of an order: its card changes, in place, not too often. `refreshes`: its supplier can be asked."""

    order: OrderView
    account: str
    refreshes: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class WhichOrder(Reply):
    """Several orders have the same number; with their accounts' titles."""

    orders: tuple[tuple[OrderView, str], ...]


@dataclass(frozen=True, slots=True)
class NoticesOffered(Reply):
    """The changes that people can be notified of, the present choice marked; `changed`: it was chosen just now."""

    chosen: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class PeopleListed(Reply):
    """A page of the address book, counted from 0; `text` is what was looked for. `more`: another page follows."""

    people: tuple[PersonView, ...]
    text: str = ""
    page: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class PersonShown(Reply):
    """Somebody in the address book; `text` is what was looked for in the list that they were picked from."""

    person: PersonView
    text: str = ""


@dataclass(frozen=True, slots=True)
class ForgottenShown(Reply):
    """Somebody was forgotten just now, for good where that `is_final`."""

    id: str
    name: str
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class PersonGone(Reply):
    """Somebody isn't in the address book any more."""


@dataclass(frozen=True, slots=True)
class CustomerAsked(Reply):
    """The account has another key at the same address: only an admin knows whether it is the same customer.

    `name` is the account's in the settings, `own` what its settings mean.
    """

    account: str
    name: str
    own: str


@dataclass(frozen=True, slots=True)
class CustomerNoted(Reply):
    """It is known whether the account is the `same` customer."""

    account: str
    same: bool


@dataclass(frozen=True, slots=True)
class BalancesShown(Reply):
    """A line for each account that has a balance, and the titles of those that have none."""

    found: tuple[BalanceView, ...]
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmptySheet(Reply):
    """A sheet to fill in for an account, by its name and title."""

    name: str
    account: str


@dataclass(frozen=True, slots=True)
class SheetReading(Reply):
    """A sheet is being read; the message changes as soon as that is done."""

    sheet: str
    name: str


@dataclass(frozen=True, slots=True)
class SheetNotTaken(Reply):
    """A sheet can't be read: the reason (`sheet.refused_<code>`), and the gaps of its sentence."""

    sheet: str
    name: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetShown(Reply):
    """The reading of a sheet: its rows, its columns, and what is left out.

    `listing`: each column has a button. `column`, from 0: what that one may be is shown, -1 for none.
    """

    sheet: SheetView
    account: str
    listing: bool = False
    column: int = -1


@dataclass(frozen=True, slots=True)
class SheetReturned(Reply):
    """The sheet once more, with what has become of its rows by now.

    Where it comes by itself, `placed` is how many of its orders were placed, and nothing of `gone` is still to go out.
    """

    sheet: str
    name: str
    gone: int = 0
    placed: int = 0


@dataclass(frozen=True, slots=True)
class BatchShown(Reply):
    """The one message of a batch, which changes as its rows are sent; `at_once`: somebody waits for the change."""

    batch: BatchView
    account: str
    at_once: bool = False


class BatchFault(StrEnum):
    """The reason why a batch is not confirmed (`batch.fault_<code>`)."""

    EMPTY = "empty"
    TOO_MANY = "too_many"
    UNFINISHED = "unfinished"
    REPEATED = "repeated"
    TOO_DEAR = "too_dear"


@dataclass(frozen=True, slots=True)
class BatchRefused(Reply):
    """Nothing of a batch was ordered. `rows` are those at fault, `most` is what is allowed, `total` the cost.

    `count` is how many orders there are, where that is the fault.
    """

    fault: BatchFault
    account: str
    rows: tuple[int, ...] = ()
    most: int = 0
    total: Money | None = None
    limit: Money | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class TrayLine:
    """A row of a tray as it will be sent, without what all have in common.

    `lacks` is the title of the question that comes next, empty for none; `problems` are wrong answers, each with its
    question's title. `unsure` may mean something else. `duplicate` is the order of before, `repeats` the earlier row
    with the same. `waits`: what it lacks is asked once for all, see `TrayShown.gap`. `is_cut`:
    there is more of it than can be shown here, so that it isn't placed as it stands.
    """

    n: int
    state: RowState
    parts: tuple[Line | Block, ...]
    lacks: str = ""
    problems: tuple[tuple[str, Problem], ...] = ()
    unsure: tuple[Line, ...] = ()
    unread: tuple[str, ...] = ()
    duplicate: Duplicate | None = None
    repeats: int = 0
    waits: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class TrayGap:
    """A question that several rows lack the answer of, and what a tap gives to all of them; empty for skipping it."""

    title: str
    count: int
    options: tuple[str, ...]
    is_choice: bool
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class TrayShown(Reply):
    """The orders that a text held, `lines` of them on this page.

    `counts` is how many of all rows are in each state. `common` is what all rows have, but for those that can't be
    placed yet and say otherwise, if there `are_others`. `confirms`: all pages were seen, so that what is ready can be
    placed; else `unread_page` comes next. `alike` are answers just given that `alike_rows` others lack. `total` is what
    the rows cost that are ready, where that is known. `anew`: it is a message of its own, below what was said since;
    else it changes where it stands. `changed`: something was not as it had been shown, so nothing was ordered. `again`
    is the number of the order that all of them repeat, or else its reference.
    """

    tray: str
    revision: int
    account: str
    lines: tuple[TrayLine, ...]
    counts: Mapping[RowState, int]
    common: tuple[Line | Block, ...] = ()
    are_others: bool = False
    page: int = 0
    pages: int = 1
    confirms: bool = False
    unread_page: int = 0
    gap: TrayGap | None = None
    alike: tuple[Line, ...] = ()
    alike_rows: int = 0
    total: Money | None = None
    shortage: Shortage | None = None
    unread: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    anew: bool = False
    changed: bool = False
    again: str = ""

    @property
    def size(self) -> int:
        """The number of rows."""
        return sum(self.counts.values())

    def counted(self, *states: RowState) -> int:
        """The number of rows in any of these states."""
        return sum(self.counts.get(state, 0) for state in states)


@dataclass(frozen=True, slots=True)
class TrayFile(Reply):
    """All rows of a tray as they will be sent, in a file: they are too many for one message.

    `numbers` are those of the rows in their sheet, `answers` what they order.
    """

    tray: str
    account: str
    name: str
    lines: tuple[TrayLine, ...]
    numbers: tuple[int, ...]
    answers: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class TrayClosed(Reply):
    """A tray of so many orders that was given up, with its Undo; `anew`: it is a message of its own."""

    tray: str
    account: str
    count: int
    revision: int
    anew: bool = False
