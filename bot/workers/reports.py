"""The workers' door to the desk: an order's news are written into the journal and said in its chat.

Both in one unit of work, so that nothing is known that nobody is told.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil

from bot.clock import SECOND, read
from bot.conversation import events
from bot.conversation.known import Known
from bot.conversation.prompts import evidence_shown
from bot.conversation.replies import (
    CustomerAsked,
    EvidenceClosed,
    EvidenceShown,
    OutcomeFound,
    OutcomeShown,
    Reply,
    Showing,
)
from bot.conversation.state import IDLE, ConversationKey
from bot.conversation.step import Step
from bot.conversation.views import Hold
from bot.desk.desk import Desk
from bot.desk.record import Who, settled
from bot.desk.unit import Unit
from bot.journal import batch_course, batches, evidence, recording
from bot.journal.duplicates import come_to_light, ordered_anew
from bot.journal.identities import NewKey
from bot.journal.recording import Recorded
from bot.journal.status_words import read_as
from bot.journal.views import Result, view
from bot.monitoring.measures import UNMEASURED, Measures
from bot.staff.hearing import OF_A_BATCH, STAFF_ONLY, may_hear
from bot.words.amounts import money
from bot.words.catalogue import Catalogue
from bot.words.message import Message
from bot.words.unknown import found_late
from providers.orders import Balance, Money, Outcome
from storage import balances, orders, people, sending, unknown
from storage import batches as kept_batches
from storage.balances import BalanceReading
from storage.database import Transaction
from storage.errors import StorageError
from storage.orders import Order
from storage.outbox import OutboxRow

log = logging.getLogger(__name__)
_Tell = Callable[[Unit, Recorded], None]
_Write = Callable[[Unit], bool]
_Event = Callable[[Transaction, Order], events.Event]


@dataclass(frozen=True, slots=True)
class Reports:
    """The workers' door to the desk."""

    desk: Desk
    measures: Measures = UNMEASURED

    async def settle(
        self,
        order: Order,
        result: Result,
        *,
        look: evidence.Look | None = None,
        adopted: bool = False,
        unsent: bool = False,
        held_back: Collection[str] = (),
    ) -> bool:
        """Settle the sending that `order` shows; False when its outcome was known already.

        `look` is the look-up that it was learnt from. Raises AlreadyStored when a number that was found (`adopted`) is
        another order's. `unsent`: `order` is due and will not be sent. `held_back` are orders that won't be sent
        now that this one is seen.
        """

        async def settle(tell: _Tell) -> bool:
            def tell_all(unit: Unit, recorded: Recorded, was: Order) -> None:
                tell(unit, recorded)
                if was.inferred and (anew := ordered_anew(unit.tx, recorded.order, held_back)):
                    seen = "" if look is None or not look.candidates else look.candidates[0].number
                    self._say_that_there_may_be_two(unit, recorded.order, seen, anew)
                if was.stage == "sending" and result.outcome in {Outcome.PLACED, Outcome.UNKNOWN}:
                    # The one before it may have come to light while this one was on the wire.
                    earlier = come_to_light(unit.tx, recorded.order)
                    if earlier is not None:
                        self._say_that_there_may_be_two(unit, earlier, "", recorded.order.reference)

            return await self._settle(order, result, tell_all, look=look, adopted=adopted, unsent=unsent)

        settled = await _first_that_works(order, settle, self._tell, self._only_tell, _say_nothing)
        if settled:
            self.measures.settled(order.account, result.outcome)
        return settled

    async def _settle(
        self,
        order: Order,
        result: Result,
        tell: Callable[[Unit, Recorded, Order], None],
        *,
        look: evidence.Look | None,
        adopted: bool,
        unsent: bool,
    ) -> bool:
        desk = self.desk
        account = desk.accounts.get(order.account)

        def work(unit: Unit) -> bool:
            tx = unit.tx
            if unsent and not sending.hold_back(tx, order):
                return False
            was = orders.get(tx, order.reference) or order
            became = replace(result, status=read_as(tx, account, result.status, result.supplier_status))
            recorded = recording.record(
                tx,
                order.reference,
                order.attempts,
                became,
                at=read(desk.clock),
                rules=desk.rules,
                reconciles=account is not None and account.reconciles,
                reads_status=account is not None and account.reads_status and became.status not in account.final,
                adopted=adopted,
            )
            if recorded is None:
                return False
            if look is not None:
                evidence.note_look(tx, order, look, desk.now())
            tell(unit, recorded, was)
            if result.denied:
                self._tell_admins(unit, recorded.order)
            unit.orders_moved = True
            return True

        return await desk.run(work)

    async def postpone(self, order: Order, result: Result, wait: float, left: int) -> bool:
        """Have what certainly was not sent tried again in `wait` seconds; False when somebody has asked to stop."""
        at = self.desk.clock.forward() + int(wait * SECOND)

        def write(unit: Unit) -> bool:
            if not sending.postpone(unit.tx, order.reference, order.attempts, at, result.details):
                return False
            batch_course.note_postponed(unit.tx, order, at)
            return True

        def event(_: Transaction, now: Order) -> events.Event:
            return events.Postponed(view(now), ceil(wait), left)

        return await self._noted(order, write, event)

    async def wait_with_batch(self, order: Order, not_before: int) -> None:
        """Let no row of the order's batch go before a time, by `Clock.forward`."""

        def write(unit: Unit) -> bool:
            batch_course.note_postponed(unit.tx, order, not_before)
            return True

        def event(_: Transaction, now: Order) -> events.Event:
            return events.BatchMoved(now.batch or "", at_once=False)

        await self._noted(order, write, event)

    async def trying_again(self, order: Order) -> None:
        """The order is on its way once more: its card says so."""

        def write(_: Unit) -> bool:
            return True

        def event(_: Transaction, now: Order) -> events.Event:
            return events.TriedAgain(view(now))

        await self._noted(order, write, event)

    async def balance_read(self, order: Order, found: Balance) -> None:
        """Note what was on the account just before a sending."""

        def work(unit: Unit) -> None:
            evidence.note_balance(unit.tx, order, str(found.amount), self.desk.now())
            note_balance(unit, self.desk, order.account, found)

        await self.desk.run(work)

    async def looked(self, order: Order, look: evidence.Look | None, look_at: int | None) -> None:
        """A look-up that decided nothing, or None where nothing can be looked up; and when to look next."""

        def write(unit: Unit) -> bool:
            if not unknown.looked(unit.tx, order.reference, order.attempts, look_at) or look is None:
                return False
            evidence.note_look(unit.tx, order, look, self.desk.now())
            return True

        def event(tx: Transaction, now: Order) -> events.Event:
            return events.Investigated(view(now), evidence.evidence_of(tx, now))

        await self._noted(order, write, event, self._only_tell)

    async def remind(self, order: Order, next_at: int) -> None:
        """Nobody has decided about an order of unknown outcome yet."""

        def write(unit: Unit) -> bool:
            return unknown.reminded(unit.tx, order.reference, next_at)

        def event(tx: Transaction, now: Order) -> events.Event:
            return events.Investigated(view(now), evidence.evidence_of(tx, now), reminding=True)

        await self._noted(order, write, event, self._only_tell)

    async def _noted(self, order: Order, write: _Write, event: _Event, *otherwise: _Tell) -> bool:
        """Something that happened to an order, written down and put through the door of its conversation.

        False, and nothing said, when it was not written.
        """

        def step(unit: Unit, recorded: Recorded) -> None:
            who = Who(ConversationKey(order.chat_id, order.user_id), order.user_name)
            self.desk.step(unit, who, event(unit.tx, recorded.order))

        async def note(tell: _Tell) -> bool:
            def work(unit: Unit) -> bool:
                if not write(unit):
                    return False
                now = orders.get(unit.tx, order.reference)
                tell(unit, Recorded(now or order, was_unknown=False))
                return True

            return await self.desk.run(work)

        return await _first_that_works(order, note, step, *otherwise, _say_nothing)

    def _tell(self, unit: Unit, recorded: Recorded) -> None:
        """Tell the person who ordered what became of it, through the door of that conversation."""
        self.desk.step(unit, *settled(unit.tx, recorded))

    def _only_tell(self, unit: Unit, recorded: Recorded) -> None:
        """As `_tell`, without the conversation and without what only some orders have to tell."""
        key = ConversationKey(recorded.order.chat_id, recorded.order.user_id)
        self.desk.outgoing.say(unit, key, Step(IDLE, self._plainly(unit.tx, recorded)))

    def _plainly(self, tx: Transaction, recorded: Recorded) -> tuple[Reply, ...]:
        order, account = replace(view(recorded.order), remarks=()), self.desk.accounts.get(recorded.order.account)
        title = account.title if account else order.account
        failed = order.outcome in {Outcome.REFUSED, Outcome.NOT_SENT} and account is not None
        reads_status = account is not None and account.reads_status
        shown = OutcomeShown(order, title, failed, refreshes=reads_status, again=account is not None)
        if order.outcome is Outcome.UNKNOWN:
            known = evidence.evidence_of(tx, recorded.order)
            reconciles, idempotent = (account.reconciles, account.idempotent_create) if account else (False, False)
            return shown, EvidenceShown(order, title, (), known, reconciles, idempotent)
        if recorded.was_unknown:
            return shown, EvidenceClosed(order, title), OutcomeFound(order, title, failed)
        return (shown,)

    async def found_too_late(self, order: Order, number: str) -> None:
        """A look-up found an order that was decided to be not placed and confirmed anew meanwhile: there may be two."""

        def work(unit: Unit) -> None:
            now = orders.get(unit.tx, order.reference)
            if now is not None and now.number != number:
                self._say_that_there_may_be_two(unit, now, number, ordered_anew(unit.tx, now), certain=True)

        await self.desk.run(work)

    def _say_that_there_may_be_two(
        self, unit: Unit, order: Order, seen: str, anew: str | None, *, certain: bool = False
    ) -> None:
        """To who ordered, as far as they may hear it, and to all admins: any one of them may be away.

        `seen` is the number that it has at the supplier, or may have unless it is `certain`. `anew` is what was ordered
        in its place; None where that has its own reference.
        """
        desk, account = self.desk, self.desk.accounts.get(order.account)
        title = account.title if account else order.account
        number, maybe = (order.number, False) if order.number and not certain else (seen, not certain)
        for key in self._all_concerned(order):
            words = desk.outgoing.words(unit.tx, key.user_id)
            told = found_late(words, view(order), title, number, anew or order.reference, maybe=maybe)
            desk.outgoing.post(unit, key.chat_id, told, about=STAFF_ONLY, user_id=key.user_id)

    def _all_concerned(self, order: Order) -> Sequence[ConversationKey]:
        staff, own = self.desk.staff, ConversationKey(order.chat_id, order.user_id)
        if not may_hear(staff, own.chat_id, own.user_id, order.reference):
            # Perhaps in private.
            own = ConversationKey(own.user_id, own.user_id)
        others = [ConversationKey(admin, admin) for admin in sorted(staff.admins - {own.user_id})]
        return [key for key in (own, *others) if may_hear(staff, key.chat_id, key.user_id, order.reference)]

    def undeliverable(self, tx: Transaction, row: OutboxRow, why: str) -> Sequence[OutboxRow]:
        """Telegram will never take a message. What became of an order must be known to somebody: to the admins.

        Returns what is said to them, which is for whoever commits it.
        """
        if row.paced:
            # The outcome was told before; how far the order is can be asked for.
            return ()
        if row.about.startswith(OF_A_BATCH):
            return self._batch_undeliverable(tx, row, why)
        shown = row.id if row.edits is None else row.edits
        order = orders.by_card(tx, shown)
        if order is None or order.outcome is None:
            return ()
        account, unit = self.desk.accounts.get(order.account), self.desk.unit(tx)
        if order.outcome == Outcome.UNKNOWN and shown == order.evidence_card:
            # That they can't be told the admins learn by the order's card; here is what has to be decided.
            known = Known(self.desk.accounts, "", "", lag=int(self.desk.rules.lag * SECOND))
            reply = evidence_shown(known, view(order), evidence.evidence_of(tx, order), Showing.CARD)
            self.desk.outgoing.ask_admins(unit, ConversationKey(order.chat_id, order.user_id), reply)
            return unit.to_deliver()
        for admin in sorted(self.desk.staff.admins - {row.chat_id}):
            words = self.desk.outgoing.words(tx, admin)
            text = words.say(
                "admins.undeliverable",
                person=order.user_name,
                account=account.title if account else order.account,
                outcome=words.say(f"outcome.{order.outcome}"),
                reference=order.reference,
                why=why,
            )
            self.desk.outgoing.plain(unit, admin, _with_about(text, order))
        return unit.to_deliver()

    def _batch_undeliverable(self, tx: Transaction, row: OutboxRow, why: str) -> Sequence[OutboxRow]:
        batch, unit = batches.view_of(tx, row.about.removeprefix(OF_A_BATCH), read(self.desk.clock)), self.desk.unit(tx)
        if batch is None or not (batch.is_over or batch.hold):
            return ()
        account, person = self.desk.accounts.get(batch.account), people.name_of(tx, row.user_id) or str(row.user_id)
        title = account.title if account else batch.account
        for admin in sorted(self.desk.staff.admins - {row.chat_id}):
            words = self.desk.outgoing.words(tx, admin)
            text = words.say(
                "admins.batch_undeliverable",
                person=person,
                account=title,
                placed=batch.placed,
                size=batch.size,
                why=why,
            )
            self.desk.outgoing.plain(unit, admin, text)
        return unit.to_deliver()

    async def pause(self, batch_id: str, hold: Hold, params: Mapping[str, str]) -> bool:
        """Let a batch wait until somebody lets it go on, and ask for that; False when it doesn't run any more."""

        def work(unit: Unit, *, tells: bool = True) -> bool:
            batch = kept_batches.get(unit.tx, batch_id)
            if batch is None or batch.state != "running":
                return False
            batch_course.pause(unit.tx, batch, hold, self.desk.now(), params)
            if tells:
                self.desk.step(unit, Who(ConversationKey(batch.chat_id, batch.user_id)), events.BatchMoved(batch.id))
            return True

        try:
            return await self.desk.run(work)
        except StorageError:
            raise
        except Exception:
            # Nothing of it may be sent, whatever our fault in saying so.
            log.exception("that a batch waits could not be told")
            return await self.desk.run(partial(work, tells=False))

    def ask_whether_the_same(self, unit: Unit, new: NewKey) -> None:
        """Ask the admins whether an account with another key is the customer that it was."""
        account = self.desk.accounts.get(new.account)
        asked = CustomerAsked(account.title if account else new.account, new.account, new.own)
        for admin in sorted(self.desk.staff.admins):
            self.desk.outgoing.say(unit, ConversationKey(admin, admin), Step(IDLE, (asked,)))

    def post_to_admins(self, unit: Unit, made: Callable[[Catalogue], Message]) -> None:
        """One message to each admin, `made` in their language."""
        for admin in sorted(self.desk.staff.admins):
            self.desk.outgoing.post(unit, admin, made(self.desk.outgoing.words(unit.tx, admin)))

    def tell_admins(self, unit: Unit, key: str, **gaps: str) -> None:
        """One sentence to each admin, in their language."""
        for admin in sorted(self.desk.staff.admins):
            words = self.desk.outgoing.words(unit.tx, admin)
            self.desk.outgoing.plain(unit, admin, words.say(key, **gaps))

    def _tell_admins(self, unit: Unit, order: Order) -> None:
        """Our credentials are at fault: everybody who could mend the settings is notified, not only who ordered."""
        self._say_to_admins(unit, order, "admins.access_denied")

    def _say_to_admins(self, unit: Unit, order: Order, key: str) -> None:
        outgoing, account = self.desk.outgoing, self.desk.accounts.get(order.account)
        title = account.title if account else order.account
        for admin in sorted(self.desk.staff.admins - {order.user_id}):
            words = outgoing.words(unit.tx, admin)
            text = words.say(key, account=title, reference=order.reference, person=order.user_name)
            outgoing.plain(unit, admin, _with_about(text, order))


def _with_about(text: str, order: Order) -> str:
    """A sentence about an order, and below it what was ordered and for whom."""
    return "\n".join(filter(None, [text, view(order).about]))


def _say_nothing(_: Unit, __: Recorded) -> None:
    """The last resort: what nobody can be told is in the journal at least."""


async def _first_that_works(order: Order, write: Callable[[_Tell], Awaitable[bool]], *tells: _Tell) -> bool:
    """Write with the first way of telling that has no fault of our own.

    Such a fault must neither hide what became of an order nor stop a worker or the next start-up.
    """
    for tell in tells[:-1]:
        try:
            return await write(tell)
        except StorageError:
            raise
        except Exception:
            log.exception("what became of order %s could not be told; it is told in a simpler way", order.reference)
    return await write(tells[-1])


def note_balance(unit: Unit, desk: Desk, account: str, found: Balance) -> None:
    """Write down what was read just now, and warn the admins once when it is low by the settings."""
    set_up = desk.accounts.get(account)
    floor = None if set_up is None else set_up.balance_floor
    before = balances.get(unit.tx, account)
    below = floor is not None and found.amount < floor
    balances.save(unit.tx, BalanceReading(account, str(found.amount), found.unit, desk.now(), int(below)))
    if set_up is None or floor is None or not below or (before is not None and before.below):
        return
    for admin in sorted(desk.staff.admins):
        words = desk.outgoing.words(unit.tx, admin)
        left, least = money(words, Money(found.amount, found.unit)), money(words, Money(floor, found.unit))
        gaps = {"account": set_up.title, "balance": left, "floor": least}
        desk.outgoing.plain(unit, admin, words.say("admins.balance_low", **gaps))
