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
from bot.catalogue.knowing import acquainted
from bot.conversation import catalogue_events as c
from bot.conversation import events as e
from bot.conversation import order_events as o
from bot.conversation import order_replies as n
from bot.conversation import replies as r
from bot.conversation import requests as q
from bot.conversation import status_events as s
from bot.conversation.engine import Account, Context, Step, advance
from bot.conversation.filling import awaited
from bot.conversation.state import IDLE, Alike, Conversation
from bot.ids import Ids
from bot.orders import asked, recording
from bot.orders.evidence import evidence_of
from bot.orders.findable import keep_words
from bot.orders.inquiry import informed
from bot.orders.journal import view
from bot.orders.listing import Journal
from bot.orders.recording import Confirmation, Recorded
from bot.orders.rules import PATIENT, Rules
from bot.orders.shortage import regarded
from bot.orders.taps import as_it_is
from bot.outgoing import Outgoing
from bot.place import Place
from bot.staff.access import QUIET, Staff
from bot.words.catalogue import Catalogue, catalogue_for
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
    event: e.Event
    tapped: int | None = None


class Workers(Protocol):
    """Who is told after a commit that there is something to do."""

    def message_waits(self) -> None: ...
    def order_waits(self, account: str) -> None: ...
    def orders_moved(self) -> None: ...
    def catalogue_is_old(self, account: str) -> None: ...

    def do(self, place: Place, request: q.Request) -> None:
        """What a conversation asks of a worker and isn't in storage; whoever does it reports to the desk."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whose conversation an event goes to; `name` is of whoever acts, `tapped` the message whose button it was."""

    place: Place
    name: str = ""
    tapped: int | None = None


class Done(list[tuple[Place, Step]]):
    """What was stepped in a transaction, to be handed out after the commit."""


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
        who = Who(Place(incoming.chat_id, incoming.user_id), incoming.name, incoming.tapped)
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

    async def report(self, place: Place, event: e.Event) -> None:
        """A worker's report, through the same door."""
        done = Done()
        async with self.database.transaction() as tx:
            await self.step(tx, done, Who(place), event)
        self.hand_out(done)

    async def put_aside(self, update_id: int, raw: str, error: str, place: Place | None) -> None:
        """Keep an update that can't be handled with its error, and tell the person that nothing changed.

        It counts as seen: should it come again, it must not take effect after all.
        """
        async with self.database.transaction() as tx:
            if await updates.is_seen(tx, update_id):
                return
            now = self.now()
            await updates.mark_seen(tx, update_id, now)
            await updates.note_failure(tx, update_id, error, raw, now)
            if place is not None and self.staff.may_order(place.user_id):
                words = await self.outgoing.words(tx, place.user_id)
                await self.outgoing.plain(tx, place.chat_id, words.say("hint.failed"))
        self.workers.message_waits()

    async def resume(self) -> None:
        """After a restart: the look-ups that conversations and people wait for are asked for again."""
        for chat_id, user_id, request in await conversations.waiting(self.database):
            place, looked = Place(chat_id, user_id), json.loads(request)
            if "number" in looked:
                self.workers.do(place, q.CheckNumber(**looked))
            else:
                self.workers.do(place, q.LookUpAnswer(**looked))
        for place, question in await asked.waiting(self.database):
            self.workers.do(place, question)

    async def step(self, tx: Transaction, done: Done, who: Who, event: e.Event) -> Catalogue:
        """The door of a conversation: what an event does to it, to orders, and so to other conversations."""
        place = who.place
        saved = await conversations.load(tx, place.chat_id, place.user_id)
        state = Conversation.model_validate_json(saved) if saved else IDLE
        event = await informed(tx, event, state, place, self.accounts)
        if isinstance(event, e.OrdersRequested):
            journal = Journal(accounts=self.accounts, staff=self.staff, now=self.now, zone=self.zone)
            event = await journal.listed(tx, event.wanted, place)
        event = await acquainted(tx, event, state, self.accounts, self.now())
        context = Context(self.accounts, self.ids.draft(), self.ids.reference(), self.now())
        step = await self._confirmed(tx, who, state, advance(state, event, context), context)
        step = await recording.warned(tx, step, context, self.now())
        await offering.note_uses(tx, step, context, place.user_id, self.now())
        step = await offering.offered(tx, step, context, place.user_id, self.now())
        step = await regarded(tx, state, step, context, self.now())
        if step.state != state:
            look_up = awaited(step.state, context)
            waiting = json.dumps(asdict(look_up), ensure_ascii=False) if look_up else ""
            row = step.state.model_dump_json()
            await conversations.save(tx, place.chat_id, place.user_id, row, waiting, self.now())
        words = await self.outgoing.words(tx, place.user_id)
        # Only a page that was turned; what answers an old button is said below, where it is read.
        turned = isinstance(event, e.Paged | c.CategoriesAsked | c.CategoryPicked) and step.state != state
        in_place = who.tapped if turned or isinstance(event, e.OrdersRequested | s.NoticesRequested) else None
        await self.outgoing.say(tx, place.chat_id, words, (step.state, step.replies), in_place)
        done.append((place, step))
        await asked.note(tx, place, step.requests, self.now())
        for request in step.requests:
            if isinstance(request, q.StopTrying | q.Decide):
                await self._decided(tx, done, who, request)
        return words

    async def tell(self, tx: Transaction, done: Done, recorded: Recorded) -> None:
        """Whoever ordered hears what became of it, through the door of that conversation."""
        order = recorded.order
        known = await evidence_of(tx, order) if order.outcome == Outcome.UNKNOWN else None
        who = Who(Place(order.chat_id, order.user_id), order.user_name)
        await self.step(tx, done, who, e.Settled(view(order), known, recorded.was_unknown))

    async def only_tell(self, tx: Transaction, done: Done, recorded: Recorded) -> None:
        """As `tell`, without the conversation and without what only some orders have to tell."""
        place = Place(recorded.order.chat_id, recorded.order.user_id)
        words = await self.outgoing.words(tx, place.user_id)
        replies = await self._plainly(tx, recorded)
        await self.outgoing.say(tx, place.chat_id, words, (IDLE, replies), None)
        done.append((place, Step(IDLE, replies)))

    async def _plainly(self, tx: Transaction, recorded: Recorded) -> tuple[r.Reply, ...]:
        order, account = replace(view(recorded.order), remarks=()), self.accounts.get(recorded.order.account)
        title = account.title if account else order.account
        failed = order.outcome in {Outcome.REFUSED, Outcome.NOT_SENT} and account is not None
        tells = account is not None and account.tells
        shown = r.OutcomeShown(order, title, failed, refreshes=tells, again=account is not None)
        if order.outcome is Outcome.UNKNOWN:
            known = await evidence_of(tx, recorded.order)
            finds, resends = (account.finds, account.resends) if account else (False, False)
            return shown, n.EvidenceShown(order, title, (), known, finds, resends)
        if recorded.was_unknown:
            return shown, n.EvidenceClosed(order, title), n.OutcomeFound(order, title, failed)
        return (shown,)

    async def _confirmed(self, tx: Transaction, who: Who, state: Conversation, step: Step, context: Context) -> Step:
        """The step itself, its order written down; or what stands in its way."""
        for request in step.requests:
            if isinstance(request, q.PlaceOrder):
                match await recording.confirm(tx, request, self._new_order(request, who)):
                    case Confirmation.WRITTEN:
                        await keep_words(tx, self.accounts[request.account].form, request)
                    case Confirmation.GONE_ON:
                        return Step(IDLE, (r.Hint("not_reopenable"),))
                    case Alike() as alike:
                        return advance(state, o.AlikeFound(alike), context)
        return step

    def _new_order(self, request: q.PlaceOrder, who: Who) -> NewOrder:
        return NewOrder(
            reference=request.reference,
            draft_id=request.draft,
            account=request.account,
            provider=self.providers[request.account],
            form=self.accounts[request.account].form.__name__,
            form_version=request.form_version,
            answers=json.dumps(request.answers, ensure_ascii=False),
            chat_id=who.place.chat_id,
            user_id=who.place.user_id,
            user_name=who.name,
            confirmed_at=self.now(),
        )

    async def _decided(self, tx: Transaction, done: Done, who: Who, request: q.StopTrying | q.Decide) -> None:
        """A person has decided about an order; whoever ordered it hears of it too."""
        user_id, now = who.place.user_id, self.now()
        name = who.name or await people.name_of(tx, user_id)
        if isinstance(request, q.StopTrying):
            recorded = await recording.stop(tx, request, user_id=user_id, name=name, now=now, rules=self.rules)
        else:
            recorded = await recording.decide(
                tx, request, user_id=user_id, name=name, now=now, rules=self.rules, tells=await self._tells(tx, request)
            )
        if recorded is None:
            return
        await self.tell(tx, done, recorded)
        order = recorded.order
        if who.place != Place(order.chat_id, order.user_id):
            # A changed card in somebody else's chat tells whoever has decided nothing.
            await self.step(tx, done, who, as_it_is(order))

    async def _tells(self, tx: Transaction, request: q.Decide) -> bool:
        """Whether an order can be watched once its number is known."""
        order = await orders.get(tx, request.reference)
        account = self.accounts.get(order.account) if order is not None else None
        return account is not None and account.tells

    async def _turn_away(self, tx: Transaction, incoming: Incoming, now: int) -> None:
        if await people.may_tell_stranger(tx, incoming.user_id, now, QUIET):
            words = catalogue_for(incoming.language, self.language)
            await self.outgoing.plain(tx, incoming.chat_id, words.say("stranger.text", user_id=incoming.user_id))

    def hand_out(self, done: Done) -> None:
        """After the commit: the workers hear of what there is to do."""
        for place, step in done:
            if step.replies:
                self.workers.message_waits()
            for request in step.requests:
                match request:
                    case q.PlaceOrder(account=account):
                        self.workers.order_waits(account)
                    case q.Decide():
                        self.workers.orders_moved()
                    case q.StopTrying():
                        pass
                    case _:
                        self.workers.do(place, request)
