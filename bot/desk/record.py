"""Records what a step has led to: all writes of an event are here, whatever they are about.

What a person decides about an order also concerns whoever ordered it: that comes back as events of other conversations,
which go the same way in the same unit of work.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bot.buttons.list_buttons import fits, mark_of
from bot.catalogue.offering import note_uses
from bot.clock import Watch, read
from bot.conversation.events import BatchMoved, Event, Settled, ShowTapped
from bot.conversation.filled import Filled
from bot.conversation.filling import awaited
from bot.conversation.known import Account, Known
from bot.conversation.requests import (
    AskEverywhere,
    AskStatus,
    ChooseLanguage,
    ChooseNotices,
    ConfirmBatch,
    Decide,
    DropTray,
    ForgetPerson,
    KeepSearch,
    KeepTray,
    NoteCustomer,
    NoteSheetOrders,
    ParkDraft,
    PlaceOrder,
    ReadSheet,
    RememberPerson,
    Request,
    SayOfSheet,
    SteerBatch,
    StopTrying,
    TellLater,
    UnparkDraft,
)
from bot.conversation.state import Conversation, ConversationKey, stored
from bot.conversation.step import Step
from bot.desk.numbered import noted
from bot.desk.screen import EMPTY, Screen, Sent, after
from bot.desk.unit import Unit
from bot.journal import batches, open_requests, recording, sheets
from bot.journal.address_book import note_people, remember
from bot.journal.evidence import evidence_of
from bot.journal.identities import another_customer, same_customer
from bot.journal.recording import Recorded
from bot.journal.rules import Rules
from bot.journal.search_words import keep_words
from bot.journal.views import view
from providers.orders import Outcome
from storage import batches as kept_batches
from storage import contacts, conversations, drafts, orders, people, searches, trays, unknown
from storage.batches import NewBatch
from storage.database import Reader, Transaction
from storage.drafts import NewlyParked
from storage.orders import NewOrder, Order
from storage.trays import NewlyKept


@dataclass(frozen=True, slots=True)
class Who:
    """The conversation that an event goes to; `name` is of whoever acts.

    `tapped` is the message whose button it was, `sent` the one that they have written.
    """

    key: ConversationKey
    name: str = ""
    tapped: int | None = None
    sent: Sent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """`providers` are the accounts' provider names."""

    accounts: Mapping[str, Account]
    providers: Mapping[str, str]
    rules: Rules
    clock: Watch

    def record(
        self, tx: Transaction, who: Who, before: Conversation, step: Step, known: Known
    ) -> list[tuple[Who, Event]]:
        """Write down the new state and what the step asks for; returns the events that come of it elsewhere."""
        caused: list[tuple[Who, Event]] = []
        for request in step.requests:
            caused += self._done(tx, who, request)
        if step.state != before:
            waiting = open_requests.as_text(awaited(step.state, known))
            key, row = who.key, stored(step.state)
            conversations.save(tx, key.chat_id, key.user_id, row, waiting, self.clock())
        return caused

    def _done(self, tx: Transaction, who: Who, request: Request) -> list[tuple[Who, Event]]:
        """Write down one request; returns the events that come of it elsewhere."""
        match request:
            case PlaceOrder() | ConfirmBatch():
                self._confirmed(tx, who, request)
            case ParkDraft() | UnparkDraft() | KeepTray() | DropTray():
                _kept(tx, who.key, request)
            case ReadSheet() | SayOfSheet() | NoteSheetOrders():
                _sheet_noted(tx, who.key, request, self.clock())
            case ForgetPerson() | RememberPerson() | ChooseLanguage() | ChooseNotices() | KeepSearch():
                self._of_no_order(tx, who.key.user_id, request)
            case NoteCustomer():
                self._customer_said(tx, who, request)
            case AskStatus() | AskEverywhere():
                open_requests.note(tx, who.key, request, self.clock())
            case TellLater(reference=reference, at=at):
                unknown.reminded(tx, reference, self.clock.forward() + at - self.clock())
            case StopTrying() | Decide() | SteerBatch():
                return self._decided(tx, who, request)
        return []

    def shown(self, unit: Unit, who: Who, screen: Screen, before: Conversation, step: Step, event: Event) -> None:
        """Write down what is on the screen once the step is said."""
        now = after(screen, before, step, event, who.sent, unit, tapped=who.tapped is not None)
        now = noted(now, unit, who.tapped)
        if now != screen:
            key = who.key
            # It is kept along only where there was no conversation yet, of whose screen nothing is known.
            state = stored(step.state) if screen == EMPTY else ""
            conversations.show(unit.tx, key.chat_id, key.user_id, state, now.as_json(), self.clock())

    def _confirmed(self, tx: Transaction, who: Who, request: PlaceOrder | ConfirmBatch) -> None:
        account, key, now = self.accounts[request.account], who.key, self.clock()
        rows = request.rows if isinstance(request, ConfirmBatch) else (request,)
        if isinstance(request, ConfirmBatch):
            new = NewBatch(request.batch, account.name, key.chat_id, key.user_id, len(rows), now)
            order_of = partial(self._new_order, who=who)
            batches.confirm_batch(tx, request, new, order_of, up=self.clock.up(), rules=self.rules)
        else:
            recording.confirm(tx, request, self._new_order(request, who), self.clock.up())
        for row in rows:
            keep_words(tx, account.form, row)
            note_uses(tx, account, row, key.user_id, now)
            note_people(tx, account.name, account.form, dict(row.answers), row.reference, now)

    def _of_no_order(
        self,
        tx: Transaction,
        user_id: int,
        request: ForgetPerson | RememberPerson | ChooseLanguage | ChooseNotices | KeepSearch,
    ) -> None:
        match request:
            case ForgetPerson(id=contact):
                contacts.forget(tx, contact, self.clock())
            case RememberPerson(id=contact):
                remember(tx, self.accounts, contact)
            case ChooseLanguage(language=language):
                people.set_language(tx, user_id, language)
            case ChooseNotices(chosen=chosen):
                people.set_notices(tx, user_id, chosen)
            case KeepSearch(text=text) if not fits(text):
                searches.keep(tx, mark_of(text), text, self.clock())

    def _steered(self, tx: Transaction, request: SteerBatch) -> list[tuple[Who, Event]]:
        """A batch waits, goes on or ends: who confirmed it is told, also of rows that nobody knows the outcome of."""
        recorded = batches.steer(tx, request.batch, request.steering, read(self.clock), self.rules, self._likeness)
        batch = kept_batches.get(tx, request.batch)
        if batch is None:
            return []
        unclear = [settled(tx, one) for one in recorded if one.order.outcome == Outcome.UNKNOWN]
        return [*unclear, (Who(ConversationKey(batch.chat_id, batch.user_id)), BatchMoved(batch.id))]

    def _likeness(self, order: Order) -> str:
        """The likeness of an order as the form has it now; empty where that would ask for more, or it was pruned."""
        account = self.accounts.get(order.account)
        return "" if account is None else Filled.of(account.form, json.loads(order.answers)).likeness

    def _customer_said(self, tx: Transaction, who: Who, request: NoteCustomer) -> None:
        if request.same:
            name, user_id = who.name or people.name_of(tx, who.key.user_id), who.key.user_id
            same_customer(tx, request.account, request.own, now=self.clock(), user_id=user_id, name=name)
            unknown.look_for_all(tx, self.clock.forward())
        else:
            another_customer(tx, request.account, request.own)

    def _new_order(self, request: PlaceOrder, who: Who) -> NewOrder:
        return NewOrder(
            reference=request.reference,
            draft_id=request.draft,
            account=request.account,
            provider=self.providers[request.account],
            form=self.accounts[request.account].form.__name__,
            form_version=request.form_version,
            answers=json.dumps(request.answers, ensure_ascii=False),
            chat_id=who.key.chat_id,
            user_id=who.key.user_id,
            user_name=who.name,
            confirmed_at=self.clock(),
        )

    def _decided(self, tx: Transaction, who: Who, request: StopTrying | Decide | SteerBatch) -> list[tuple[Who, Event]]:
        """A person has decided about an order, or a batch of them; who ordered it is notified too."""
        if isinstance(request, SteerBatch):
            return self._steered(tx, request)
        user_id, at = who.key.user_id, read(self.clock)
        name = who.name or people.name_of(tx, user_id)
        if isinstance(request, StopTrying):
            recorded = recording.stop(tx, request, user_id=user_id, name=name, at=at, rules=self.rules)
        else:
            recorded = recording.decide(
                tx,
                request,
                user_id=user_id,
                name=name,
                at=at,
                rules=self.rules,
                reads_status=self._is_read(tx, request),
            )
        if recorded is None:
            return []
        caused = [settled(tx, recorded)]
        if who.key != caused[0][0].key:
            # A changed card in somebody else's chat tells whoever has decided nothing.
            caused.append((who, ShowTapped(recorded.order.reference)))
        return caused

    def _is_read(self, tx: Transaction, request: Decide) -> bool:
        """Check whether the order can be watched once its number is known."""
        order = orders.get(tx, request.reference)
        account = self.accounts.get(order.account) if order is not None else None
        return account is not None and account.reads_status


def _kept(tx: Transaction, key: ConversationKey, request: ParkDraft | UnparkDraft | KeepTray | DropTray) -> None:
    """A draft or a tray is kept beside the conversation, or forgotten."""
    match request:
        case ParkDraft():
            drafts.park(tx, key.chat_id, key.user_id, NewlyParked(request.draft, request.kept, request.at))
        case UnparkDraft():
            drafts.unpark(tx, key.chat_id, key.user_id, request.draft)
        case KeepTray():
            trays.keep(tx, key.chat_id, key.user_id, NewlyKept(request.tray, request.kept, request.at))
        case DropTray():
            _tray_dropped(tx, key, request)


def _sheet_noted(
    tx: Transaction, key: ConversationKey, request: ReadSheet | SayOfSheet | NoteSheetOrders, now: int
) -> None:
    match request:
        case ReadSheet():
            sheets.wanted(tx, key, request, now)
        case SayOfSheet():
            sheets.say(tx, request)
        case NoteSheetOrders():
            sheets.note_orders(tx, request, now)


def _tray_dropped(tx: Transaction, key: ConversationKey, request: DropTray) -> None:
    """The message of a tray becomes that of the batch that it was confirmed as."""
    card = trays.card(tx, request.tray)
    if card is not None and kept_batches.get(tx, request.tray) is not None:
        kept_batches.set_card(tx, request.tray, key.chat_id, card)
    trays.drop(tx, request.tray)


def settled(reader: Reader, recorded: Recorded) -> tuple[Who, Event]:
    """The event of an order's outcome, for the conversation that ordered it."""
    order = recorded.order
    known = evidence_of(reader, order) if order.outcome == Outcome.UNKNOWN else None
    who = Who(ConversationKey(order.chat_id, order.user_id), order.user_name)
    return who, Settled(view(order), known, recorded.was_unknown)
