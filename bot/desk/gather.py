"""Gathers what the journal, the catalogue and the staff list know, for a step that is being made. It only reads.

Each thing is read when the step asks for it, in the unit of work that will write what comes of it: nothing can change
in between, and nothing is read in vain.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final, Protocol

from bot.catalogue.facts import facts_of, is_known_whole, matches_of
from bot.catalogue.nearly import nearly
from bot.catalogue.offering import offered
from bot.clock import SECOND, Watch, read
from bot.conversation.events import Answered, Event
from bot.conversation.known import Account, Balance, Known
from bot.conversation.replies import Reply
from bot.conversation.requests import AskEverywhere, AskStatus, Request
from bot.conversation.state import (
    IDLE,
    Answers,
    Conversation,
    ConversationKey,
    Draft,
    Duplicate,
    KeptDraft,
    Proposal,
    loaded,
)
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
from bot.desk import typed
from bot.desk.last_buttons import newest
from bot.desk.list_words import narrowed, narrowed_in_part
from bot.desk.numbered import numbered
from bot.desk.screen import EMPTY, Screen, Sent, in_order, screen_of
from bot.desk.unit import Unit
from bot.journal import batches, open_requests
from bot.journal.address_book import MOST_PEOPLE, forgotten_person, listed, people_found, person
from bot.journal.attempts import attempts_before
from bot.journal.costs import costs_of
from bot.journal.duplicates import duplicates_of
from bot.journal.earlier_answers import answers_of, last_account, with_earlier
from bot.journal.evidence import evidence_of
from bot.journal.identities import is_elsewhere
from bot.journal.lookup import named, nearest
from bot.journal.pages import JournalPages
from bot.journal.sheets import orders_of, sheet_of
from bot.journal.views import taken_beside, view
from bot.staff.access import Staff
from bot.words.catalogue import Catalogue, catalogue_for, catalogues
from providers.products import Path
from storage import balances, conversations, drafts, identities, orders, people, trays, unknown
from storage import batches as kept_batches
from storage.database import Reader
from storage.orders import Order

SHOWN_UNKNOWN: Final = 20
AT_HAND: Final = 3600 * SECOND
"""Microseconds after its last change in which a tray is what a person has before them."""


class Texts(Protocol):
    """Reads pasted texts; `begun` says that an order is begun for the account, `answers` are of one that is changed."""

    def proposals(self, reader: Reader, account: Account, text: str, *, begun: bool) -> tuple[Proposal, ...]: ...

    def unlabelled(self, reader: Reader, account: Account, at: Path, text: str) -> str: ...

    def changes(self, reader: Reader, account: Account, text: str, answers: Answers) -> tuple[Proposal, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The part of what is known that is the same for every step. Times are of `zone`; `lag` is in seconds.

    `language` is for people whose own we don't have. `texts` reads what is pasted, where anything does.
    """

    accounts: Mapping[str, Account]
    staff: Staff
    clock: Watch
    zone: tzinfo
    language: str = "en"
    lag: float = 0
    batch_rows: int = 500
    languages: Collection[str] = field(default_factory=catalogues)
    texts: Texts | None = None


CLOSED: Final[tuple[Conversation, Screen, Event | None]] = (IDLE, EMPTY, None)
"""A conversation of somebody who may not have one, as every event finds it."""


def met(unit: Unit, key: ConversationKey, event: Event, sent: Sent | None) -> tuple[Conversation, Screen, Event | None]:
    """A conversation as an event finds it: its state, its screen, and the event as it counts there; see `in_order`."""
    saved, shown = conversations.met(unit.tx, key.chat_id, key.user_id)
    state, screen = loaded(saved) if saved else IDLE, screen_of(shown)
    if state.draft is not None:
        # Whom its account knows is offered, and what was ordered there compared.
        identities.prefetch(unit.tx, state.draft.account)
    if sent is None:
        return state, screen, event
    if isinstance(event, Answered):
        event = typed.replied(sent.buttons, event.text) or event
    if isinstance(event, Answered) and not state.place:
        event = numbered(unit, key.chat_id, screen, event.text, sent) or event
    if isinstance(event, Answered) and not state.place and state.search is None and not sent.replies_to:
        is_typed = typed.is_card_word(event.text)
        named = partial(typed.named_by, text=event.text)
        event = (newest(unit, key.chat_id, named, sent) if is_typed else None) or event
    if isinstance(event, Answered) and not state.place and sent.replies_to and not typed.is_tray(sent.buttons):
        event = replace(event, elsewhere=True)
    return state, screen, in_order(unit, screen, state, event, sent, alone=key.chat_id == key.user_id)


def still_asked(reader: Reader, staff: Staff) -> list[tuple[ConversationKey, Request]]:
    """The requests of conversations and people that weren't answered before a restart.

    Not of who is no longer staff: what they were in the middle of waits until they are again. What they asked about
    orders is given up by the worker.
    """
    return [
        (key, request)
        for key, request in open_requests.waiting(reader)
        if isinstance(request, AskStatus | AskEverywhere) or staff.may_talk(key.chat_id, key.user_id)
    ]


class Gathered(Known):
    """The knowledge that one conversation can ask for during one unit of work."""

    def __init__(
        self,
        around: Surroundings,
        reader: Reader,
        key: ConversationKey,
        *,
        draft_id: str,
        reference: str,
        next_reference: Callable[[], str] | None = None,
    ) -> None:
        lag = int(around.lag * SECOND)
        super().__init__(around.accounts, draft_id, reference, around.clock(), lag, around.batch_rows)
        self._next_reference = next_reference
        self._around = around
        self._reader = reader
        self._key = key
        self._parked: tuple[KeptDraft, ...] | None = None
        self._open_tray: tuple[Tray, int] | None = None
        self._trays_read = False
        self._held: dict[tuple[str, str, bool], tuple[Proposal, ...]] = {}

    def references(self, count: int) -> tuple[str, ...]:
        if self._next_reference is None:
            return super().references(count)
        return tuple(self._next_reference() for _ in range(count))

    def batch(self, batch: str) -> BatchView | None:
        return batches.view_of(self._reader, batch, read(self._around.clock))

    def steers(self, batch: str) -> bool:
        found = kept_batches.get(self._reader, batch)
        return found is not None and self._key.user_id in {found.user_id, *self._around.staff.admins}

    def open_batch(self) -> str:
        found = kept_batches.open_of(self._reader, self._key.chat_id, self._key.user_id)
        return "" if found is None else found.id

    def tray(self, tray: str) -> Tray | None:
        kept = trays.get(self._reader, tray, self._key.chat_id, self._key.user_id)
        return None if kept is None else Tray.model_validate_json(kept)

    def sheet(self, sheet: str) -> tuple[SheetView, tuple[TrayRow, ...]] | None:
        return sheet_of(self._reader, sheet, self._key)

    def sheet_orders(self, account: str, rows: Collection[tuple[str, ...]]) -> Mapping[tuple[str, ...], Duplicate]:
        return orders_of(self._reader, account, rows)

    def open_tray(self) -> tuple[Tray, int] | None:
        if not self._trays_read:
            found = trays.newest(self._reader, self._key.chat_id, self._key.user_id, self.now - AT_HAND)
            self._open_tray = None if found is None else (Tray.model_validate_json(found.kept), found.at)
            self._trays_read = True
        return self._open_tray

    def last_used(self, accounts: Collection[str]) -> str:
        return last_account(self._reader, accounts, self._key.user_id)

    def button(self, state: Conversation, text: str) -> Event | None:
        draft = state.draft
        account = None if draft is None else self.accounts.get(draft.account)
        return typed.button(
            self,
            state,
            text,
            self._spoken(),
            lambda replies: self._offered(account, draft, replies),
        )

    def is_button_word(self, text: str) -> bool:
        return typed.is_button_word(text)

    def is_card_word(self, text: str) -> bool:
        return typed.is_card_word(text)

    def _offered(self, account: Account | None, draft: Draft | None, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
        user_id = self._key.user_id
        replies = offered(self._reader, account, draft, replies, user_id, self.now)
        return with_earlier(self._reader, account, draft, replies, user_id)

    def command(self, text: str) -> Event | None:
        return typed.command(self, text, self._spoken())

    def _spoken(self) -> tuple[Catalogue, ...]:
        own = catalogue_for(*people.languages(self._reader, self._key.user_id), self._around.language)
        return typed.languages(own)

    def parked(self) -> tuple[KeptDraft, ...]:
        if self._parked is None:
            kept = drafts.parked(self._reader, self._key.chat_id, self._key.user_id)
            self._parked = tuple(map(KeptDraft.model_validate_json, kept))
        return self._parked

    def order(self, reference: str) -> OrderView | None:
        row = self._row(reference)
        return None if row is None else view(row)

    def _row(self, reference: str) -> Order | None:
        return orders.get(self._reader, reference) if reference else None

    def is_own(self, reference: str) -> bool:
        row = self._row(reference)
        return row is not None and ConversationKey(row.chat_id, row.user_id) == self._key

    def reopens(self, order: OrderView) -> bool:
        # A draft that is opened again in a closed conversation would wait there for nobody.
        return super().reopens(order) and self._around.staff.may_talk(self._key.chat_id, self._key.user_id)

    def attempts_before(self, reference: str) -> tuple[OrderView, ...]:
        return attempts_before(self._reader, reference)

    def named(self, name: str) -> tuple[OrderView, ...]:
        return named(self._reader, name)

    def nearly_named(self, name: str) -> tuple[OrderView, ...]:
        if not name or (near := nearest(self._reader, name)):
            return near if name else ()
        # A phone or a name is no number of an order, and people send one all the same.
        page = self._pages().listed(self._reader, Wanted(text=name), self._key)
        return () if page is None else page.orders

    def evidence(self, reference: str) -> Evidence:
        row = self._row(reference)
        return Evidence() if row is None else evidence_of(self._reader, row)

    def unknown_orders(self) -> tuple[tuple[OrderView, ...], int]:
        found = unknown.open_orders(self._reader, SHOWN_UNKNOWN)
        return tuple(map(view, found)), unknown.count(self._reader) - len(found)

    def is_elsewhere(self, reference: str, account: str = "") -> bool:
        row = self._row(reference)
        return row is not None and is_elsewhere(self._reader, row, account)

    def asks_customer(self, account: str, own: str) -> bool:
        row = identities.account(self._reader, account)
        return row is not None and row.own == own and bool(row.asks)

    def number_taken(self, reference: str, number: str) -> str:
        return taken_beside(self._reader, reference, number) or ""

    def _pages(self) -> JournalPages:
        around = self._around
        return JournalPages(accounts=around.accounts, staff=around.staff, now=around.clock, zone=around.zone)

    def meant(self, wanted: Wanted) -> Wanted | None:
        return self._pages().meant(self._reader, wanted, self._key)

    def page(self, wanted: Wanted) -> Page | None:
        pages, spoken = self._pages(), self._spoken()
        meant = narrowed(wanted, spoken) if wanted.text else wanted
        page = pages.listed(self._reader, meant, self._key)
        if page is None or page.orders or not page.wanted.text:
            return page
        # No order has all of it among its words.
        partly = narrowed_in_part(page.wanted, spoken, self.accounts, self._key.user_id)
        return page if partly is None else pages.listed(self._reader, partly, self._key)

    def notices(self) -> str:
        return people.notices_of(self._reader, self._key.user_id)

    def has_language(self, language: str) -> bool:
        return language in self._around.languages

    def facts(self, account: str, product: str) -> Mapping[str, Any] | None:
        return facts_of(self._reader, account, product, self.now)

    def lists(self, account: str) -> bool:
        return is_known_whole(self._reader, account)

    def matches(self, account: str, text: str, *, any_text: bool = False) -> int | None:
        return matches_of(self._reader, account, text, any_text=any_text)

    def has_near(self, account: str, text: str) -> bool:
        return bool(nearly(self._reader, account, text))

    def duplicate_of(self, account: str, likeness: str) -> Duplicate | None:
        return self.duplicates_of(account, (likeness,)).get(likeness)

    def duplicates_of(self, account: str, likenesses: Collection[str]) -> Mapping[str, Duplicate]:
        return duplicates_of(self._reader, account, likenesses, read(self._around.clock))

    def earlier(self, account: str) -> tuple[Answers, ...]:
        return tuple(answers_of(self._reader, self.accounts[account], self._key.user_id))

    def people(self, account: str, place: str, text: str) -> tuple[BookEntry, ...]:
        return people_found(self._reader, self.accounts[account], place, text, MOST_PEOPLE)

    def people_listed(self, text: str, limit: int) -> tuple[PersonView, ...]:
        return tuple(listed(self._reader, self.accounts, text, limit))

    def person(self, contact: str) -> PersonView | None:
        return person(self._reader, self.accounts, contact)

    def forgotten_person(self, contact: str) -> PersonView | None:
        return forgotten_person(self._reader, self.accounts, contact)

    def proposals(self, account: str, text: str, *, begun: bool = False) -> tuple[Proposal, ...]:
        if (texts := self._around.texts) is None:
            return ()
        asked = account, text, begun
        if asked not in self._held:
            # A text is read once, however many ask.
            self._held[asked] = texts.proposals(self._reader, self.accounts[account], text, begun=begun)
        return self._held[asked]

    def unlabelled(self, account: str, at: Path, text: str) -> str:
        texts = self._around.texts
        return text if texts is None else texts.unlabelled(self._reader, self.accounts[account], at, text)

    def changes(self, account: str, text: str, answers: Answers) -> tuple[Proposal, ...]:
        texts = self._around.texts
        return () if texts is None else texts.changes(self._reader, self.accounts[account], text, answers)

    def costs(self, account: str, product: str) -> tuple[Cost, ...]:
        return costs_of(self._reader, account, self._around.accounts[account].form, product)

    def balance(self, account: str) -> Balance | None:
        known = balances.get(self._reader, account)
        if known is None:
            return None
        try:
            amount = Decimal(known.amount)
        except InvalidOperation:
            return None
        return Balance(amount, known.unit, max(0, self.now - known.read_at))
