"""One event from start to finish: load, advance, save, hand out. The only file that joins the rest.

Everything an event causes is in one transaction: that it was seen, the new state, the order, the outgoing messages.
What workers are to do is handed out after the commit, and found again in storage after a crash.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import cached_property
from typing import Protocol

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
from storage import conversations, people, updates
from storage.database import Database, Transaction
from storage.errors import AlreadyStored, StorageError


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
    """Who is told after a commit that there is something to do."""

    def message_waits(self) -> None: ...
    def order_waits(self, account: str) -> None: ...
    def orders_moved(self) -> None: ...
    def catalogue_is_old(self, account: str) -> None: ...

    def do(self, key: ConversationKey, request: requests.Request) -> None:
        """Do what a conversation asks of a worker and isn't in storage; who does it reports to the desk."""


class Done(list[tuple[ConversationKey, Step]]):
    """The steps of a transaction, to be handed out after the commit."""


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
        done = Done()

        def work(tx: Transaction) -> list[str | Exception]:
            results: list[str | Exception] = []
            failed: set[int] = set()
            for incoming in batch:
                if incoming.chat_id in failed:
                    results.append(PrecededError("an earlier update of this chat has failed"))
                    continue
                before = len(done)
                try:
                    with tx.savepoint():
                        results.append(self._update(tx, done, incoming))
                except Exception as error:
                    if isinstance(error, StorageError) and not isinstance(error, AlreadyStored):
                        raise
                    del done[before:]
                    failed.add(incoming.chat_id)
                    results.append(error)
            return results

        def then(_: list[str | Exception]) -> None:
            self.workers.message_waits()
            self.hand_out(done)

        return await self.database.run(work, then)

    def _update(self, tx: Transaction, done: Done, incoming: Incoming) -> str:
        if updates.is_seen(tx, incoming.update_id):
            return ""
        now = self.now()
        updates.mark_seen(tx, incoming.update_id, now)
        if not self.staff.may_order(incoming.user_id):
            self._turn_away(tx, incoming, now)
            return ""
        people.remember(tx, incoming.user_id, incoming.name, incoming.language, now)
        who = Who(ConversationKey(incoming.chat_id, incoming.user_id), incoming.name, incoming.tapped)
        first = len(done)
        words = self.step(tx, done, who, incoming.event)
        return toast(words, done[first][1].replies)

    async def report(self, key: ConversationKey, event: events.Event) -> None:
        """A worker's report, through the same door."""
        done = Done()
        await self.database.run(lambda tx: self.step(tx, done, Who(key), event), lambda _: self.hand_out(done))

    async def put_aside(self, update_id: int, raw: str, error: str, key: ConversationKey | None) -> None:
        """Keep an update that can't be handled with its error, and tell the person that nothing changed.

        It counts as seen: should it come again, it must not take effect after all.
        """

        def work(tx: Transaction) -> None:
            if updates.is_seen(tx, update_id):
                return
            now = self.now()
            updates.mark_seen(tx, update_id, now)
            updates.note_failure(tx, update_id, error, raw, now)
            if key is not None and self.staff.may_order(key.user_id):
                words = self.outgoing.words(tx, key.user_id)
                self.outgoing.plain(tx, key.chat_id, words.say("hint.failed"))

        await self.database.run(work, lambda _: self.workers.message_waits())

    async def resume(self) -> None:
        """After a restart: the answers that conversations and people wait for are asked for again."""
        for key, request in await self.database.read(open_requests.waiting):
            self.workers.do(key, request)

    def step(self, tx: Transaction, done: Done, who: Who, event: events.Event) -> Catalogue:
        """One event, and what it causes in other conversations; returns the words of whose conversation it is."""
        key = who.key
        saved = conversations.load(tx, key.chat_id, key.user_id)
        before = loaded(saved) if saved else IDLE
        known = Gathered(self._around, tx, key, draft_id=self.ids.draft(), reference=self.ids.reference())
        step = advance(before, event, known)
        caused = self._recorder.record(tx, who, before, step, known)
        words = self._say(tx, who, event, before, step)
        done.append((key, step))
        for whose, follows in caused:
            self.step(tx, done, whose, follows)
        return words

    def _say(self, tx: Transaction, who: Who, event: events.Event, before: Conversation, step: Step) -> Catalogue:
        words, draft = self.outgoing.words(tx, who.key.user_id), step.state.draft
        account = None if draft is None else self.accounts.get(draft.account)
        replies = offered(tx, account, draft, step.replies, who.key.user_id, self.now())
        # Only a page that was turned; what answers an old button is said below, where it is read.
        turned = isinstance(event, _TURNING) and step.state != before
        in_place = who.tapped if turned or any(isinstance(reply, _IN_PLACE) for reply in replies) else None
        self.outgoing.say(tx, who.key.chat_id, words, (step.state, replies), in_place)
        return words

    def tell(self, tx: Transaction, done: Done, recorded: Recorded) -> None:
        """Tell the person who ordered what became of it, through the door of that conversation."""
        self.step(tx, done, *settled(tx, recorded))

    def only_tell(self, tx: Transaction, done: Done, recorded: Recorded) -> None:
        """As `tell`, without the conversation and without what only some orders have to tell."""
        key = ConversationKey(recorded.order.chat_id, recorded.order.user_id)
        words = self.outgoing.words(tx, key.user_id)
        replies = self._plainly(tx, recorded)
        self.outgoing.say(tx, key.chat_id, words, (IDLE, replies), None)
        done.append((key, Step(IDLE, replies)))

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

    def _turn_away(self, tx: Transaction, incoming: Incoming, now: int) -> None:
        if people.may_tell_stranger(tx, incoming.user_id, now, QUIET):
            words = catalogue_for(incoming.language, self.language)
            self.outgoing.plain(tx, incoming.chat_id, words.say("stranger.text", user_id=incoming.user_id))

    def said(self, anything: bool) -> None:  # noqa: FBT001  the result of a unit of work
        """After the commit of a unit of work that may have said something in a chat."""
        if anything:
            self.workers.message_waits()

    def hand_out(self, done: Done) -> None:
        """After the commit: the workers hear of what there is to do."""
        for key, step in done:
            if step.replies:
                self.workers.message_waits()
            for request in step.requests:
                match request:
                    case requests.PlaceOrder(account=account):
                        self.workers.order_waits(account)
                    case requests.Decide():
                        self.workers.orders_moved()
                    case requests.StopTrying():
                        pass
                    case _:
                        self.workers.do(key, request)
