"""The knowledge beyond a chat, as tests put it there: dicts instead of a journal, a catalogue and a staff list."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.conversation.events import NOTICES, Event
from bot.conversation.known import Account, Balance, Known
from bot.conversation.state import Answers, Conversation, Duplicate, KeptDraft, Proposal
from bot.conversation.tray import Tray
from bot.conversation.views import BatchView, BookEntry, Evidence, OrderView, Page, Wanted


@dataclass(slots=True)
class Knowledge:
    """Orders by reference, of which all are the person's own but those of `others`.

    `names` and `near` are orders by what was typed; `facts` and `matches` are of an account and what was typed there,
    `listed` are the accounts whose catalogue is known from end to end.
    `taken` are references by the order that is asked about and number, `duplicates` by account and likeness, `balances`
    by account.
    Every page that isn't in `pages` is empty; those that are None have gone. `elsewhere` are references of orders whose
    account is another customer's now.
    `parked` are the drafts that were put aside, by their ids, as storage has them.
    `people` are by account, place of its form and text.
    `buttons` and `commands` are events by what was typed. `asked_about` are accounts, each with what its settings mean,
    of which an admin is asked whether they are still the same customer. `batches` are by id, and the person's own.
    `trays` are by id, each with when it was changed.
    """

    orders: dict[str, OrderView] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    names: dict[str, tuple[OrderView, ...]] = field(default_factory=dict)
    near: dict[str, tuple[OrderView, ...]] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    unknown: tuple[tuple[OrderView, ...], int] = ((), 0)
    taken: dict[tuple[str, str], str] = field(default_factory=dict)
    pages: dict[Wanted, Page | None] = field(default_factory=dict)
    notices: str = NOTICES[0]
    languages: set[str] = field(default_factory=lambda: {"en"})
    facts: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    matches: dict[tuple[str, str], int] = field(default_factory=dict)
    duplicates: dict[tuple[str, str], Duplicate] = field(default_factory=dict)
    balances: dict[str, Balance] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    parked: dict[str, KeptDraft] = field(default_factory=dict)
    buttons: dict[str, Event] = field(default_factory=dict)
    commands: dict[str, Event] = field(default_factory=dict)
    asked_about: set[tuple[str, str]] = field(default_factory=set)
    earlier: dict[str, tuple[Answers, ...]] = field(default_factory=dict)
    people: dict[tuple[str, str, str], tuple[BookEntry, ...]] = field(default_factory=dict)
    proposals: dict[tuple[str, str], tuple[Proposal, ...]] = field(default_factory=dict)
    batches: dict[str, BatchView] = field(default_factory=dict)
    trays: dict[str, tuple[Tray, int]] = field(default_factory=dict)
    last_used: str = ""
    batch_rows: int = 500
    now: int = 0
    lag: int = 0

    def order(self, *orders: OrderView) -> None:
        """Put orders into the journal, in the place of what it had of them."""
        self.orders |= {order.reference: order for order in orders}


class Knows(Known):
    """The knowledge for one event; `asked` are the products whose facts were read."""

    def __init__(self, knowledge: Knowledge, accounts: Mapping[str, Account], draft_id: str, reference: str) -> None:
        super().__init__(accounts, draft_id, reference, knowledge.now, knowledge.lag, knowledge.batch_rows)
        self._has = knowledge
        self.asked: list[str] = []

    def parked(self) -> tuple[KeptDraft, ...]:
        return tuple(sorted(self._has.parked.values(), key=lambda kept: (-kept.at, kept.draft.id)))

    def button(self, state: Conversation, text: str) -> Event | None:
        del state
        return self._has.buttons.get(text)

    def command(self, text: str) -> Event | None:
        return self._has.commands.get(text)

    def batch(self, batch: str) -> BatchView | None:
        return self._has.batches.get(batch)

    def tray(self, tray: str) -> Tray | None:
        return self._has.trays[tray][0] if tray in self._has.trays else None

    def open_tray(self) -> tuple[Tray, int] | None:
        return max(self._has.trays.values(), key=lambda one: one[1], default=None)

    def last_used(self, accounts: Collection[str]) -> str:
        return self._has.last_used if self._has.last_used in accounts else ""

    def steers(self, batch: str) -> bool:
        return batch in self._has.batches

    def order(self, reference: str) -> OrderView | None:
        return self._has.orders.get(reference)

    def is_own(self, reference: str) -> bool:
        return reference in self._has.orders and reference not in self._has.others

    def is_elsewhere(self, reference: str, account: str = "") -> bool:
        del account
        return reference in self._has.elsewhere

    def asks_customer(self, account: str, own: str) -> bool:
        return (account, own) in self._has.asked_about

    def named(self, name: str) -> tuple[OrderView, ...]:
        return self._has.names.get(name, ())

    def nearly_named(self, name: str) -> tuple[OrderView, ...]:
        return self._has.near.get(name, ())

    def evidence(self, reference: str) -> Evidence:
        return self._has.evidence.get(reference, Evidence())

    def unknown_orders(self) -> tuple[tuple[OrderView, ...], int]:
        return self._has.unknown

    def number_taken(self, reference: str, number: str) -> str:
        return self._has.taken.get((reference, number), "")

    def page(self, wanted: Wanted) -> Page | None:
        return self._has.pages.get(wanted, Page(wanted))

    def notices(self) -> str:
        return self._has.notices

    def has_language(self, language: str) -> bool:
        return language in self._has.languages

    def earlier(self, account: str) -> tuple[Answers, ...]:
        return self._has.earlier.get(account, ())

    def people(self, account: str, place: str, text: str) -> tuple[BookEntry, ...]:
        return self._has.people.get((account, place, text), ())

    def proposals(self, account: str, text: str, *, begun: bool = False) -> tuple[Proposal, ...]:
        del begun
        return self._has.proposals.get((account, text), ())

    def changes(self, account: str, text: str, answers: Answers) -> tuple[Proposal, ...]:
        del answers
        return self._has.proposals.get((account, text), ())

    def facts(self, account: str, product: str) -> Mapping[str, Any] | None:
        self.asked.append(product)
        return self._has.facts.get((account, product))

    def lists(self, account: str) -> bool:
        return account in self._has.listed

    def matches(self, account: str, text: str, *, any_text: bool = False) -> int | None:
        return None if text.isdecimal() and not any_text else self._has.matches.get((account, text))

    def duplicate_of(self, account: str, likeness: str) -> Duplicate | None:
        return self._has.duplicates.get((account, likeness))

    def balance(self, account: str) -> Balance | None:
        return self._has.balances.get(account)
