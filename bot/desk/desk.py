"""One event from start to finish: load, advance, save, hand out. The only file that joins the rest.

Everything an event causes is in one transaction: that it was seen, the new state, the order, the outgoing messages.
What workers are to do is handed out after the commit, and found again in storage after a crash.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import cached_property
from typing import Protocol, TypeVar

from bot.catalogue.offering import offered
from bot.conversation import events, requests
from bot.conversation.engine import Step, advance
from bot.conversation.known import Account
from bot.conversation.replies import (
    EvidenceClosed,
    EvidenceShown,
    NoticesOffered,
    OrdersListed,
    OutcomeFound,
    OutcomeShown,
    Reply,
)
from bot.conversation.state import IDLE, Conversation, ConversationKey, loaded
from bot.desk.gather import Gathered, Surroundings
from bot.desk.outgoing import Outgoing
from bot.desk.record import Recorder, Who, settled
from bot.desk.unit import Unit
from bot.ids import Ids
from bot.journal import open_requests
from bot.journal.evidence import evidence_of
from bot.journal.recording import Recorded
from bot.journal.rules import PATIENT, Rules
from bot.journal.views import view
from bot.staff.access import QUIET, Staff
from bot.words.catalogue import Catalogue, catalogue_for, catalogues
from bot.words.render import toast
from providers.orders import Outcome
from storage import conversations, outbox, people, updates
from storage.database import Database, Transaction
from storage.errors import AlreadyStored, StorageError
from storage.outbox import OutboxRow, Taken

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update that was read: who did what, where. `tapped` is the message whose button it was."""

    update_id: int
    chat_id: int
    user_id: int
    name: str
    language: str
    event: events.Event
    tapped: int | None = None


_TURNING = events.Paged | events.CategoriesAsked | events.CategoryPicked
"""Events that change what their message shows."""
_IN_PLACE = OrdersListed | NoticesOffered
"""Replies that take the place of the message whose button was tapped."""


class PrecededError(Exception):
    """An update was not handled, because an earlier one of its chat has failed: they are handled in turn."""


class Workers(Protocol):
    """The workers that are woken after a commit, because there is something to do."""

    def messages_wait(self, rows: Sequence[OutboxRow]) -> None:
        """Send these rows of the outbox."""

    def taken(self) -> Sequence[Taken]:
        """The messages that Telegram has taken and storage doesn't know of."""

    def stored(self, taken: Sequence[Taken]) -> None:
        """Storage knows of these now."""

    def order_waits(self, account: str) -> None: ...
    def orders_moved(self) -> None: ...
    def catalogue_is_old(self, account: str) -> None: ...

    def do(self, key: ConversationKey, request: requests.Request) -> None:
        """Do what a conversation asks of a worker and isn't in storage; who does it reports to the desk."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Takes events in and hands work out. `providers` are the accounts' provider names, `now` is in microseconds."""

    database: Database
    accounts: Mapping[str, Account]
    providers: Mapping[str, str]
    staff: Staff
    ids: Ids
    now: Callable[[], int]
    workers: Workers
    language: str = "en"
    zone: tzinfo = UTC
    rules: Rules = PATIENT

    @property
    def outgoing(self) -> Outgoing:
        return Outgoing(self.ids, self.now, self.language, self.zone)

    @cached_property
    def _around(self) -> Surroundings:
        return Surroundings(
            accounts=self.accounts, staff=self.staff, now=self.now, zone=self.zone, languages=catalogues()
        )

    @cached_property
    def _recorder(self) -> Recorder:
        return Recorder(accounts=self.accounts, providers=self.providers, rules=self.rules, now=self.now)

    async def handle(self, incoming: Incoming) -> str:
        """One update. Returns what its tapped button shall say, if anything. Committed when it returns."""
        (result,) = await self.handle_all([incoming])
        if isinstance(result, Exception):
            raise result
        return result

    async def handle_all(self, batch: Sequence[Incoming]) -> list[str | Exception]:
        """Updates in one commit, a savepoint each: what `handle` returns or raises for each of them.

        One that fails takes no other along, except that later ones of its chat wait for it: they get a PrecededError.
        Raises StorageError, and then nothing of them is kept.
        """

        def work(unit: Unit) -> list[str | Exception]:
            results: list[str | Exception] = []
            failed: set[int] = set()
            for incoming in batch:
                if incoming.chat_id in failed:
                    results.append(PrecededError("an earlier update of this chat has failed"))
                    continue
                before = unit.mark()
                try:
                    with unit.tx.savepoint():
                        results.append(self._update(unit, incoming))
                except Exception as error:
                    if isinstance(error, StorageError) and not isinstance(error, AlreadyStored):
                        raise
                    unit.back_to(before)
                    failed.add(incoming.chat_id)
                    results.append(error)
            return results

        return await self.run(work)

    async def run(self, work: Callable[[Unit], T]) -> T:
        """A unit of work in one transaction; after its commit the workers that have something to do are woken.

        What Telegram has taken meanwhile is stored along with it. Raises StorageError and what `work` raises.
        """
        taken = self.workers.taken()
        units: list[Unit] = []

        def in_transaction(tx: Transaction) -> T:
            units.append(Unit(tx))
            outbox.record(tx, taken)
            return work(units[0])

        def committed(_: T) -> None:
            self.workers.stored(taken)
            self._hand_over(units[0])

        return await self.database.run(in_transaction, committed)

    def _update(self, unit: Unit, incoming: Incoming) -> str:
        tx = unit.tx
        if updates.is_seen(tx, incoming.update_id):
            return ""
        now = self.now()
        updates.mark_seen(tx, incoming.update_id, now)
        if not self.staff.may_order(incoming.user_id):
            self._turn_away(unit, incoming, now)
            return ""
        people.remember(tx, incoming.user_id, incoming.name, incoming.language, now)
        who = Who(ConversationKey(incoming.chat_id, incoming.user_id), incoming.name, incoming.tapped)
        first = len(unit.steps)
        words = self.step(unit, who, incoming.event)
        return toast(words, unit.steps[first][1].replies)

    async def report(self, key: ConversationKey, event: events.Event) -> None:
        """A worker's report, through the same door."""
        await self.run(lambda unit: self.step(unit, Who(key), event))

    async def put_aside(self, update_id: int, raw: str, error: str, key: ConversationKey | None) -> None:
        """Keep an update that can't be handled with its error, and tell the person that nothing changed.

        It counts as seen: should it come again, it must not take effect after all.
        """

        def work(unit: Unit) -> None:
            tx = unit.tx
            if updates.is_seen(tx, update_id):
                return
            now = self.now()
            updates.mark_seen(tx, update_id, now)
            updates.note_failure(tx, update_id, error, raw, now)
            if key is not None and self.staff.may_order(key.user_id):
                words = self.outgoing.words(tx, key.user_id)
                self.outgoing.plain(unit, key.chat_id, words.say("hint.failed"))

        await self.run(work)

    async def resume(self) -> None:
        """After a restart: the answers that conversations and people wait for are asked for again."""
        for key, request in await self.database.read(open_requests.waiting):
            self.workers.do(key, request)

    def step(self, unit: Unit, who: Who, event: events.Event) -> Catalogue:
        """One event, and what it causes in other conversations; returns the words of whose conversation it is."""
        tx, key = unit.tx, who.key
        saved = conversations.load(tx, key.chat_id, key.user_id)
        before = loaded(saved) if saved else IDLE
        known = Gathered(self._around, tx, key, draft_id=self.ids.draft(), reference=self.ids.reference())
        step = advance(before, event, known)
        caused = self._recorder.record(tx, who, before, step, known)
        words = self._say(unit, who, event, before, step)
        unit.steps.append((key, step))
        for whose, follows in caused:
            self.step(unit, whose, follows)
        return words

    def _say(self, unit: Unit, who: Who, event: events.Event, before: Conversation, step: Step) -> Catalogue:
        words, draft = self.outgoing.words(unit.tx, who.key.user_id), step.state.draft
        account = None if draft is None else self.accounts.get(draft.account)
        replies = offered(unit.tx, account, draft, step.replies, who.key.user_id, self.now())
        # Only a page that was turned; what answers an old button is said below, where it is read.
        turned = isinstance(event, _TURNING) and step.state != before
        in_place = who.tapped if turned or any(isinstance(reply, _IN_PLACE) for reply in replies) else None
        self.outgoing.say(unit, who.key.chat_id, words, (step.state, replies), in_place)
        return words

    def tell(self, unit: Unit, recorded: Recorded) -> None:
        """Tell the person who ordered what became of it, through the door of that conversation."""
        self.step(unit, *settled(unit.tx, recorded))

    def only_tell(self, unit: Unit, recorded: Recorded) -> None:
        """As `tell`, without the conversation and without what only some orders have to tell."""
        key = ConversationKey(recorded.order.chat_id, recorded.order.user_id)
        words = self.outgoing.words(unit.tx, key.user_id)
        replies = self._plainly(unit.tx, recorded)
        self.outgoing.say(unit, key.chat_id, words, (IDLE, replies), None)
        unit.steps.append((key, Step(IDLE, replies)))

    def _plainly(self, tx: Transaction, recorded: Recorded) -> tuple[Reply, ...]:
        order, account = replace(view(recorded.order), remarks=()), self.accounts.get(recorded.order.account)
        title = account.title if account else order.account
        failed = order.outcome in {Outcome.REFUSED, Outcome.NOT_SENT} and account is not None
        reads_status = account is not None and account.reads_status
        shown = OutcomeShown(order, title, failed, refreshes=reads_status, again=account is not None)
        if order.outcome is Outcome.UNKNOWN:
            known = evidence_of(tx, recorded.order)
            reconciles, idempotent = (account.reconciles, account.idempotent_create) if account else (False, False)
            return shown, EvidenceShown(order, title, (), known, reconciles, idempotent)
        if recorded.was_unknown:
            return shown, EvidenceClosed(order, title), OutcomeFound(order, title, failed)
        return (shown,)

    def _turn_away(self, unit: Unit, incoming: Incoming, now: int) -> None:
        if people.may_tell_stranger(unit.tx, incoming.user_id, now, QUIET):
            words = catalogue_for(incoming.language, self.language)
            self.outgoing.plain(unit, incoming.chat_id, words.say("stranger.text", user_id=incoming.user_id))

    def _hand_over(self, unit: Unit) -> None:
        """After the commit, in the loop's thread: wake the workers for what there is to do."""
        if unit.rows:
            self.workers.messages_wait(unit.rows)
        for key, step in unit.steps:
            for request in step.requests:
                match request:
                    case requests.PlaceOrder(account=account):
                        self.workers.order_waits(account)
                    case requests.Decide():
                        self.workers.orders_moved()
                    case requests.StopTrying() | requests.ChooseLanguage() | requests.ChooseNotices():
                        pass
                    case _:
                        self.workers.do(key, request)
        if unit.orders_moved:
            self.workers.orders_moved()
