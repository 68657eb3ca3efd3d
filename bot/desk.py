"""One event from start to finish: load, advance, save, hand out. The only file that joins the rest.

Everything an event causes is in one transaction: that it was seen, the new state, the order, the outgoing messages.
What workers are to do is handed out after the commit, and found again in storage after a crash.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Protocol

from bot.conversation import events as e
from bot.conversation import replies as r
from bot.conversation.engine import Account, Context, Step, advance
from bot.conversation.filling import awaited
from bot.conversation.state import IDLE, Conversation
from bot.ids import Ids
from bot.orders.inquiry import informed
from bot.orders.journal import Result, view
from bot.outgoing import Outgoing
from bot.place import Place
from bot.staff.access import QUIET, Staff
from bot.words.catalogue import Catalogue, catalogue_for
from bot.words.render import toast
from providers.orders import Outcome
from storage import conversations, orders, people, updates
from storage.database import Database, Transaction
from storage.errors import StorageError

log = logging.getLogger(__name__)


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
    def look_up(self, place: Place, request: r.LookUpAnswer) -> None: ...


_Tell = Callable[[Transaction, Place, e.Settled, str, int | None], Awaitable[tuple[Step, Catalogue]]]


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

    @property
    def outgoing(self) -> Outgoing:
        return Outgoing(self.ids, self.now, self.language)

    async def handle(self, incoming: Incoming) -> str:
        """One update. Returns what its tapped button shall say, if anything. Committed when it returns."""
        place = Place(incoming.chat_id, incoming.user_id)
        async with self.database.transaction() as tx:
            if await updates.is_seen(tx, incoming.update_id):
                return ""
            now = self.now()
            await updates.mark_seen(tx, incoming.update_id, now)
            if not self.staff.may_order(incoming.user_id):
                await self._turn_away(tx, incoming, now)
                step, words = Step(IDLE, (r.NothingOpen(),)), None
            else:
                await people.remember(tx, incoming.user_id, incoming.name, incoming.language, now)
                step, words = await self._step(tx, place, incoming.event, incoming.name, incoming.tapped)
        self._hand_out(place, step)
        stale = words is not None and any(isinstance(reply, r.Stale) for reply in step.replies)
        return toast(words) if words is not None and stale else ""

    async def report(self, place: Place, event: e.Event) -> None:
        """A worker's report, through the same door."""
        async with self.database.transaction() as tx:
            step, _ = await self._step(tx, place, event, "", None)
        self._hand_out(place, step)

    async def settle(self, reference: str, result: Result) -> bool:
        """Record what became of an order and tell the person, in one transaction; False when that was known already."""
        try:
            return await self._settle(reference, result, self._step)
        except StorageError:
            raise
        except Exception:
            # A fault of our own in the conversation must neither hide an outcome nor stop the next start-up.
            log.exception("the conversation could not take the outcome of order %s; it is only told", reference)
            return await self._settle(reference, result, self._only_tell)

    async def _settle(self, reference: str, result: Result, tell: _Tell) -> bool:
        async with self.database.transaction() as tx:
            recorded = await orders.settle(
                tx,
                reference,
                outcome=result.outcome,
                number=result.number,
                status=result.status,
                supplier_status=result.supplier_status,
                details=result.details,
                names=result.names,
                now=self.now(),
            )
            order = await orders.get(tx, reference)
            if not recorded or order is None:
                return False
            place = Place(order.chat_id, order.user_id)
            step, _ = await tell(tx, place, e.Settled(view(order)), order.user_name, None)
            if result.denied:
                await self._tell_admins(tx, order)
        self._hand_out(place, step)
        return True

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
        """After a restart: the look-ups that conversations wait for are asked for again."""
        for chat_id, user_id, request in await conversations.waiting(self.database):
            self.workers.look_up(Place(chat_id, user_id), r.LookUpAnswer(**json.loads(request)))

    async def _step(
        self, tx: Transaction, place: Place, event: e.Event, name: str, tapped: int | None
    ) -> tuple[Step, Catalogue]:
        saved = await conversations.load(tx, place.chat_id, place.user_id)
        state = Conversation.model_validate_json(saved) if saved else IDLE
        event = await informed(tx, event, state, place)
        context = Context(self.accounts, self.ids.draft(), self.ids.reference())
        step = advance(state, event, context)
        for request in step.requests:
            if isinstance(request, r.PlaceOrder) and not await self._write_order(tx, request, place, name):
                step = Step(IDLE, (r.Hint("not_reopenable"),))
        if step.state != state:
            look_up = awaited(step.state, context)
            waiting = json.dumps(asdict(look_up), ensure_ascii=False) if look_up else ""
            row = step.state.model_dump_json()
            await conversations.save(tx, place.chat_id, place.user_id, row, waiting, self.now())
        words = await self.outgoing.words(tx, place.user_id)
        # Only a page that was turned; what answers an old button is said below, where it is read.
        in_place = tapped if isinstance(event, e.Paged) and step.state != state else None
        await self.outgoing.say(tx, place.chat_id, words, (step.state, step.replies), in_place)
        return step, words

    async def _only_tell(
        self, tx: Transaction, place: Place, event: e.Settled, _name: str, _tapped: int | None
    ) -> tuple[Step, Catalogue]:
        """As `_step` for an outcome, without the conversation and without what only some orders have to tell."""
        order, words = replace(event.order, remarks=()), await self.outgoing.words(tx, place.user_id)
        account = self.accounts.get(order.account)
        title = account.title if account else order.account
        failed = order.outcome in {Outcome.REFUSED, Outcome.NOT_SENT}
        shown = r.OutcomeShown(order, title, reopenable=failed and account is not None)
        unknown = order.outcome is Outcome.UNKNOWN
        step = Step(IDLE, (shown, r.AttentionAsked(order, title)) if unknown else (shown,))
        await self.outgoing.say(tx, place.chat_id, words, (step.state, step.replies), None)
        return step, words

    async def _write_order(self, tx: Transaction, request: r.PlaceOrder, place: Place, name: str) -> bool:
        """Into the journal before anything is sent. False when what it was re-opened from has gone on meanwhile."""
        answers = json.dumps(request.answers, ensure_ascii=False)
        if request.retry:
            return await orders.retry(tx, request.reference, request.draft, request.form_version, answers)
        if request.source is not None and not await orders.replace(tx, request.source, request.reference):
            return False
        new = orders.NewOrder(
            reference=request.reference,
            draft_id=request.draft,
            account=request.account,
            provider=self.providers[request.account],
            form=self.accounts[request.account].form.__name__,
            form_version=request.form_version,
            answers=answers,
            chat_id=place.chat_id,
            user_id=place.user_id,
            user_name=name,
            confirmed_at=self.now(),
        )
        await orders.insert(tx, new)
        return True

    async def _turn_away(self, tx: Transaction, incoming: Incoming, now: int) -> None:
        if await people.may_tell_stranger(tx, incoming.user_id, now, QUIET):
            words = catalogue_for(incoming.language, self.language)
            await self.outgoing.plain(tx, incoming.chat_id, words.say("stranger.text", user_id=incoming.user_id))

    async def _tell_admins(self, tx: Transaction, order: orders.Order) -> None:
        """Our credentials are at fault: everybody who could mend the settings hears of it, not only who ordered."""
        account = self.accounts.get(order.account)
        for admin in sorted(self.staff.admins - {order.user_id}):
            words = await self.outgoing.words(tx, admin)
            text = words.say("admins.access_denied", account=account.title if account else order.account)
            await self.outgoing.plain(tx, admin, text)

    def _hand_out(self, place: Place, step: Step) -> None:
        if step.replies:
            self.workers.message_waits()
        for request in step.requests:
            if isinstance(request, r.PlaceOrder):
                self.workers.order_waits(request.account)
            else:
                self.workers.look_up(place, request)
