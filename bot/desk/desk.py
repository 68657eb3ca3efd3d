"""One event from start to finish: load, advance, save, hand out. The only file that joins the rest.

Everything an event causes is in one transaction: that it was seen, the new state, the order, the outgoing messages.
What workers are to do is handed out after the commit, and found again in storage after a crash.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, tzinfo
from typing import Protocol

from bot.catalogue import offering
from bot.catalogue.facts import acquainted
from bot.conversation import events, requests
from bot.conversation.context import Account, Context
from bot.conversation.engine import advance
from bot.conversation.filling import awaited
from bot.conversation.replies import EvidenceClosed, EvidenceShown, Hint, HintCode, OutcomeFound, OutcomeShown, Reply
from bot.conversation.state import IDLE, Conversation, ConversationKey, Duplicate, loaded, stored
from bot.conversation.step import Step
from bot.desk.outgoing import Outgoing
from bot.ids import Ids
from bot.journal import open_requests, recording
from bot.journal.balances import regarded
from bot.journal.evidence import evidence_of
from bot.journal.lookup import as_it_is, informed
from bot.journal.pages import JournalPages
from bot.journal.recording import Confirmation, Recorded
from bot.journal.rules import PATIENT, Rules
from bot.journal.search_words import keep_words
from bot.journal.views import view
from bot.staff.access import QUIET, Staff
from bot.words.catalogue import Catalogue, catalogue_for, catalogues
from bot.words.render import toast
from providers.orders import Outcome
from storage import conversations, orders, people, updates
from storage.database import Database, Transaction
from storage.orders import NewOrder


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


class Workers(Protocol):
    """Who is told after a commit that there is something to do."""

    def message_waits(self) -> None: ...
    def order_waits(self, account: str) -> None: ...
    def orders_moved(self) -> None: ...
    def catalogue_is_old(self, account: str) -> None: ...

    def do(self, key: ConversationKey, request: requests.Request) -> None:
        """Do what a conversation asks of a worker and isn't in storage; who does it reports to the desk."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whose conversation an event goes to; `name` is of whoever acts, `tapped` the message whose button it was."""

    key: ConversationKey
    name: str = ""
    tapped: int | None = None


class Done(list[tuple[ConversationKey, Step]]):
    """The steps of a transaction, to be handed out after the commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
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

    async def handle(self, incoming: Incoming) -> str:
        """One update. Returns what its tapped button shall say, if anything. Committed when it returns."""
        who = Who(ConversationKey(incoming.chat_id, incoming.user_id), incoming.name, incoming.tapped)
        done = Done()
        async with self.database.transaction() as tx:
            if await updates.is_seen(tx, incoming.update_id):
                return ""
            now = self.now()
            await updates.mark_seen(tx, incoming.update_id, now)
            if self.staff.may_order(incoming.user_id):
                await people.remember(tx, incoming.user_id, incoming.name, incoming.language, now)
                words = await self.step(tx, done, who, incoming.event)
            else:
                words = None
                await self._turn_away(tx, incoming, now)
        self.workers.message_waits()
        self.hand_out(done)
        return toast(words, done[0][1].replies) if words is not None else ""

    async def report(self, key: ConversationKey, event: events.Event) -> None:
        """A worker's report, through the same door."""
        done = Done()
        async with self.database.transaction() as tx:
            await self.step(tx, done, Who(key), event)
        self.hand_out(done)

    async def put_aside(self, update_id: int, raw: str, error: str, key: ConversationKey | None) -> None:
        """Keep an update that can't be handled with its error, and tell the person that nothing changed.

        It counts as seen: should it come again, it must not take effect after all.
        """
        async with self.database.transaction() as tx:
            if await updates.is_seen(tx, update_id):
                return
            now = self.now()
            await updates.mark_seen(tx, update_id, now)
            await updates.note_failure(tx, update_id, error, raw, now)
            if key is not None and self.staff.may_order(key.user_id):
                words = await self.outgoing.words(tx, key.user_id)
                await self.outgoing.plain(tx, key.chat_id, words.say("hint.failed"))
        self.workers.message_waits()

    async def resume(self) -> None:
        """After a restart: the look-ups that conversations and people wait for are asked for again."""
        for chat_id, user_id, request in await conversations.waiting(self.database):
            key, looked = ConversationKey(chat_id, user_id), json.loads(request)
            if "number" in looked:
                self.workers.do(key, requests.CheckNumber(**looked))
            else:
                self.workers.do(key, requests.LookUpAnswer(**looked))
        for key, question in await open_requests.waiting(self.database):
            self.workers.do(key, question)

    async def step(self, tx: Transaction, done: Done, who: Who, event: events.Event) -> Catalogue:
        """The door of a conversation: what an event does to it, to orders, and so to other conversations."""
        key = who.key
        saved = await conversations.load(tx, key.chat_id, key.user_id)
        state = loaded(saved) if saved else IDLE
        event = await informed(tx, event, state, key, self.accounts, catalogues())
        if isinstance(event, events.OrdersRequested):
            journal = JournalPages(accounts=self.accounts, staff=self.staff, now=self.now, zone=self.zone)
            event = await journal.listed(tx, event.wanted, key)
        event = await acquainted(tx, event, state, self.accounts, self.now())
        context = Context(self.accounts, self.ids.draft(), self.ids.reference(), self.now())
        step = await self._confirmed(tx, who, state, advance(state, event, context), context)
        step = await recording.warned(tx, step, context, self.now())
        await offering.note_uses(tx, step, context, key.user_id, self.now())
        step = await offering.offered(tx, step, context, key.user_id, self.now())
        step = await regarded(tx, state, step, context, self.now())
        if step.state != state:
            look_up = awaited(step.state, context)
            waiting = json.dumps(asdict(look_up), ensure_ascii=False) if look_up else ""
            row = stored(step.state)
            await conversations.save(tx, key.chat_id, key.user_id, row, waiting, self.now())
        words = await self.outgoing.words(tx, key.user_id)
        # Only a page that was turned; what answers an old button is said below, where it is read.
        turned = (
            isinstance(event, events.Paged | events.CategoriesAsked | events.CategoryPicked) and step.state != state
        )
        in_place = who.tapped if turned or isinstance(event, events.OrdersRequested | events.NoticesRequested) else None
        await self.outgoing.say(tx, key.chat_id, words, (step.state, step.replies), in_place)
        done.append((key, step))
        await open_requests.note(tx, key, step.requests, self.now())
        for request in step.requests:
            if isinstance(request, requests.StopTrying | requests.Decide):
                await self._decided(tx, done, who, request)
        return words

    async def tell(self, tx: Transaction, done: Done, recorded: Recorded) -> None:
        """Tell the person who ordered what became of it, through the door of that conversation."""
        order = recorded.order
        known = await evidence_of(tx, order) if order.outcome == Outcome.UNKNOWN else None
        who = Who(ConversationKey(order.chat_id, order.user_id), order.user_name)
        await self.step(tx, done, who, events.Settled(view(order), known, recorded.was_unknown))

    async def only_tell(self, tx: Transaction, done: Done, recorded: Recorded) -> None:
        """As `tell`, without the conversation and without what only some orders have to tell."""
        key = ConversationKey(recorded.order.chat_id, recorded.order.user_id)
        words = await self.outgoing.words(tx, key.user_id)
        replies = await self._plainly(tx, recorded)
        await self.outgoing.say(tx, key.chat_id, words, (IDLE, replies), None)
        done.append((key, Step(IDLE, replies)))

    async def _plainly(self, tx: Transaction, recorded: Recorded) -> tuple[Reply, ...]:
        order, account = replace(view(recorded.order), remarks=()), self.accounts.get(recorded.order.account)
        title = account.title if account else order.account
        failed = order.outcome in {Outcome.REFUSED, Outcome.NOT_SENT} and account is not None
        reads_status = account is not None and account.reads_status
        shown = OutcomeShown(order, title, failed, refreshes=reads_status, again=account is not None)
        if order.outcome is Outcome.UNKNOWN:
            known = await evidence_of(tx, recorded.order)
            reconciles, idempotent = (account.reconciles, account.idempotent_create) if account else (False, False)
            return shown, EvidenceShown(order, title, (), known, reconciles, idempotent)
        if recorded.was_unknown:
            return shown, EvidenceClosed(order, title), OutcomeFound(order, title, failed)
        return (shown,)

    async def _confirmed(self, tx: Transaction, who: Who, state: Conversation, step: Step, context: Context) -> Step:
        """The step itself, its order written down; or what stands in its way."""
        for request in step.requests:
            if isinstance(request, requests.PlaceOrder):
                match await recording.confirm(tx, request, self._new_order(request, who)):
                    case Confirmation.WRITTEN:
                        await keep_words(tx, self.accounts[request.account].form, request)
                    case Confirmation.GONE_ON:
                        return Step(IDLE, (Hint(HintCode.NOT_REOPENABLE),))
                    case Duplicate() as alike:
                        return advance(state, events.DuplicateFound(alike), context)
        return step

    def _new_order(self, request: requests.PlaceOrder, who: Who) -> NewOrder:
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
            confirmed_at=self.now(),
        )

    async def _decided(
        self, tx: Transaction, done: Done, who: Who, request: requests.StopTrying | requests.Decide
    ) -> None:
        """A person has decided about an order; whoever ordered it hears of it too."""
        user_id, now = who.key.user_id, self.now()
        name = who.name or await people.name_of(tx, user_id)
        if isinstance(request, requests.StopTrying):
            recorded = await recording.stop(tx, request, user_id=user_id, name=name, now=now, rules=self.rules)
        else:
            recorded = await recording.decide(
                tx,
                request,
                user_id=user_id,
                name=name,
                now=now,
                rules=self.rules,
                reads_status=await self._tells(tx, request),
            )
        if recorded is None:
            return
        await self.tell(tx, done, recorded)
        order = recorded.order
        if who.key != ConversationKey(order.chat_id, order.user_id):
            # A changed card in somebody else's chat tells whoever has decided nothing.
            await self.step(tx, done, who, as_it_is(order))

    async def _tells(self, tx: Transaction, request: requests.Decide) -> bool:
        """Check whether an order can be watched once its number is known."""
        order = await orders.get(tx, request.reference)
        account = self.accounts.get(order.account) if order is not None else None
        return account is not None and account.reads_status

    async def _turn_away(self, tx: Transaction, incoming: Incoming, now: int) -> None:
        if await people.may_tell_stranger(tx, incoming.user_id, now, QUIET):
            words = catalogue_for(incoming.language, self.language)
            await self.outgoing.plain(tx, incoming.chat_id, words.say("stranger.text", user_id=incoming.user_id))

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
