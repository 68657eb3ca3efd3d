"""The world that a step may use beside state and event.

It is read on demand, so that nobody has to guess beforehand what a step will want to know.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from bot.conversation.events import Event
from bot.conversation.state import Answers, Conversation, Duplicate, KeptDraft, Proposal
from bot.conversation.tray import Tray, TrayRow
from bot.conversation.views import (
    BatchView,
    BookEntry,
    Cost,
    Evidence,
    OrderView,
    Page,
    PersonView,
    SheetView,
    Wanted,
)
from providers.orders import Outcome, Status, is_explained, same_word
from providers.products import Path


@dataclass(frozen=True, slots=True)
class Account:
    """A configured supplier as the conversation sees it: its name in the settings, its button, its form.

    `reconciles`: it can be asked for an order whose answer was lost. `idempotent_create`: it takes no second order
    under a reference.
    `reads_status`: it can be asked how far an order is, until that is one of the statuses `final`.
    `reads_balance`: what is left there can be read; below `balance_floor` the admins are warned.
    `batch_limit`: what the rows of one batch may cost together, in the unit of the account's prices.
    `currency`: that of its amounts where nothing else names one, as ISO 4217 has it; empty for unknown.
    `status_words`: what words of the supplier's mean that are not among those that its documents have `explained`.
    `called`: other names of the supplier that people may use in a command.
    """

    name: str
    title: str
    form: type[BaseModel]
    reconciles: bool = False
    idempotent_create: bool = False
    reads_status: bool = False
    final: frozenset[Status] = frozenset()
    reads_balance: bool = False
    balance_floor: Decimal | None = None
    batch_limit: Decimal | None = None
    currency: str = ""
    status_words: Mapping[str, Status] = field(default_factory=dict)
    explained: frozenset[str] = frozenset()
    called: tuple[str, ...] = ()

    def explains(self, word: str) -> bool:
        """True if the supplier's documents say what its word for how far an order is means, or each of several."""
        return is_explained(word, self.explained)

    def meaning(self, status: Status, word: str) -> Status:
        """Our status for what the supplier says: the settings' word for its own where its documents have none."""
        return self.status_words.get(same_word(word), status) if status is Status.PLACED else status


@dataclass(frozen=True, slots=True)
class Balance:
    """The last reading of an account's balance; `age` in microseconds."""

    amount: Decimal
    unit: str
    age: int


@dataclass(slots=True)
class Known:
    """The accounts by name, ids from outside, fresh for each event, and a reading of what is known beyond the chat.

    The methods are asked while a step is made, since what matters depends on the answers just given; here they know
    nothing. `now` is in UTC microseconds, only to tell how old something is; 0 when that doesn't matter. `lag` is how
    long an order may take to appear in a supplier's list, in microseconds. A batch has at most `batch_rows` rows.
    """

    accounts: Mapping[str, Account]
    draft_id: str
    reference: str
    now: int = 0
    lag: int = 0
    batch_rows: int = 500

    def references(self, count: int) -> tuple[str, ...]:
        """Fresh references, for several orders of one step; here they are counted on from the one."""
        return tuple(f"{self.reference}{n}" for n in range(1, count + 1))

    def batch(self, batch: str) -> BatchView | None:
        """The batch with this id as it is now."""
        return None

    def steers(self, batch: str) -> bool:
        """Check whether this person may let the batch wait, go on or end."""
        return False

    def open_batch(self) -> str:
        """The newest batch of this conversation that isn't over, by its id; empty for none."""
        return ""

    def tray(self, tray: str) -> Tray | None:
        """The tray of this conversation with this id."""
        return None

    def open_tray(self) -> tuple[Tray, int] | None:
        """The tray of this conversation that was changed last, and when; None where none was not long ago."""
        return None

    def last_used(self, accounts: Collection[str]) -> str:
        """The account, of these, that the person ordered at last; empty where they did at none."""
        return ""

    def sheet(self, sheet: str) -> tuple[SheetView, tuple[TrayRow, ...]] | None:
        """A sheet of this conversation as it was read, with the rows that are orders; None where there is none."""
        return None

    def sheet_orders(self, account: str, rows: Collection[tuple[str, ...]]) -> Mapping[tuple[str, ...], Duplicate]:
        """The orders that rows of sheets, by what each is known by, have become and that are or may be there."""
        return {}

    def button(self, state: Conversation, text: str) -> Event | None:
        """The tap on the button that stands on the screen and whose words a typed text is, in any language."""
        return None

    def is_button_word(self, text: str) -> bool:
        """Check whether a text is what a button says that moves an order on, in any language, wherever it stands."""
        return False

    def is_card_word(self, text: str) -> bool:
        """Check whether a text is what a button below an order says, in any language, wherever it stands."""
        return False

    def command(self, text: str) -> Event | None:
        """The command that a text says in plain words, in any language."""
        return None

    def parked(self) -> tuple[KeptDraft, ...]:
        """The drafts that this conversation has put aside for later, the latest first."""
        return ()

    def order(self, reference: str) -> OrderView | None:
        """The order of the journal with this reference."""
        return None

    def is_own(self, reference: str) -> bool:
        """Check whether the order was confirmed by this person in this chat."""
        return False

    def attempts_before(self, reference: str) -> tuple[OrderView, ...]:
        """The attempts at an order that were not placed and confirmed anew, until it was; the last one first."""
        return ()

    def named(self, name: str) -> tuple[OrderView, ...]:
        """Orders that have this reference, number or other name, in the spellings that people use; newest first."""
        return ()

    def nearly_named(self, name: str) -> tuple[OrderView, ...]:
        """Orders whose name differs from this one by a slip of the fingers; newest first."""
        return ()

    def evidence(self, reference: str) -> Evidence:
        """The evidence about an order of unknown outcome."""
        return Evidence()

    def unknown_orders(self) -> tuple[tuple[OrderView, ...], int]:
        """The oldest orders of unknown outcome, and how many others there are."""
        return (), 0

    def is_elsewhere(self, reference: str, account: str = "") -> bool:
        """Check whether an order went to another customer or address than its account is now, or the one named."""
        return False

    def asks_customer(self, account: str, own: str) -> bool:
        """Check whether it is still asked which customer an account is whose settings mean `own`."""
        return False

    def number_taken(self, reference: str, number: str) -> str:
        """The order of ours that has this number where the order `reference` went, by its reference; empty for none."""
        return ""

    def meant(self, wanted: Wanted) -> Wanted | None:
        """The list that a button means, put right for who looks; None when a filter in it is no longer offered."""
        return wanted

    def page(self, wanted: Wanted) -> Page | None:
        """The page of orders that is wanted; None when a filter in it is no longer offered."""
        return Page(wanted)

    def notices(self) -> str:
        """The changes that this person is notified of: one of `events.NOTICES`."""
        return "important"

    def has_language(self, language: str) -> bool:
        """Check whether there are words in a language."""
        return False

    def earlier(self, account: str) -> tuple[Answers, ...]:
        """The answers of the person's last orders at an account, the newest first."""
        return ()

    def people(self, account: str, place: str, text: str) -> tuple[BookEntry, ...]:
        """The people of an account's address book in a place of its form whom a text fits, the best first.

        For an empty text it is those used last.
        """
        return ()

    def people_listed(self, text: str, limit: int) -> tuple[PersonView, ...]:
        """The people of all address books whom a text fits, those used last first; for an empty text everybody."""
        return ()

    def person(self, contact: str) -> PersonView | None:
        """Somebody in the address books, by their id."""
        return None

    def forgotten_person(self, contact: str) -> PersonView | None:
        """Somebody who was forgotten, as they would be remembered; None where nothing is left to do so from."""
        return None

    def proposals(self, account: str, text: str, *, begun: bool = False) -> tuple[Proposal, ...]:
        """The orders that a text holds for an account, one after the other; none where it is no order.

        `begun`: an order is begun for the account, so that any part of one is worth proposing.
        """
        return ()

    def unlabelled(self, account: str, at: Path, text: str) -> str:
        """An answer without the name of its question before it, as in `邮编：450000`; any other as it is."""
        return text

    def changes(self, account: str, text: str, answers: Answers) -> tuple[Proposal, ...]:
        """All that a text says to be other in an order of an account with these answers; several for several orders.

        One that says nothing asks for the same again.
        """
        return ()

    def facts(self, account: str, product: str) -> Mapping[str, Any] | None:
        """The catalogue's facts of a product, by its id as people type it; None when it isn't listed."""
        return None

    def lists(self, account: str) -> bool:
        """Check whether the catalogue of an account is known from end to end, so that it lacks what has no facts."""
        return False

    def matches(self, account: str, text: str, *, any_text: bool = False) -> int | None:
        """The number of products that a search finds; None for a text, or an account, that none is made for.

        With `any_text` it is made for numbers too.
        """
        return None

    def has_near(self, account: str, text: str) -> bool:
        """Check whether there are products that are nearly called what a search found nothing for."""
        return False

    def duplicate_of(self, account: str, likeness: str) -> Duplicate | None:
        """The order of this likeness that was confirmed not long ago, or isn't finished."""
        return None

    def duplicates_of(self, account: str, likenesses: Collection[str]) -> Mapping[str, Duplicate]:
        """As `duplicate_of`, for the rows of a whole tray, without those that there is no such order of."""
        found = {like: self.duplicate_of(account, like) for like in likenesses}
        return {like: duplicate for like, duplicate in found.items() if duplicate is not None}

    def costs(self, account: str, product: str) -> tuple[Cost, ...]:
        """The amounts that the last orders of a product cost, newest first, as far as they are known."""
        return ()

    def balance(self, account: str) -> Balance | None:
        """The balance of an account, if it was ever read."""
        return None

    def title_of(self, order: OrderView) -> str:
        """The button of an order's account, or the account's name when it is no longer in the settings."""
        account = self.accounts.get(order.account)
        return account.title if account else order.account

    def reads_status(self, order: OrderView) -> bool:
        """Check whether the supplier of an order can be asked how far it is."""
        account = self.accounts.get(order.account)
        return order.outcome is Outcome.PLACED and bool(order.number) and account is not None and account.reads_status

    def repeats(self, order: OrderView) -> bool:
        """Check whether an order can be ordered again."""
        known = bool(order.reference) and not order.pruned
        return order.outcome is Outcome.PLACED and known and order.account in self.accounts

    def reopens(self, order: OrderView) -> bool:
        """Check whether the draft of an order that was not placed can be opened again."""
        return order.outcome in (Outcome.REFUSED, Outcome.NOT_SENT) and order.account in self.accounts
