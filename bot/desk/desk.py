"""One event from start to finish: load, advance, save, hand out. The only file that joins the rest.

Everything an event causes is in one transaction: that it was seen, the new state, the order, the outgoing messages.
What workers are to do is handed out after the commit, and found again in storage after a crash.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import cached_property
from typing import Final, Protocol, TypeVar

from bot.clock import Watch
from bot.conversation import events, requests
from bot.conversation.engine import advance
from bot.conversation.known import Account
from bot.conversation.state import ConversationKey
from bot.desk.admission import Admission, Incoming
from bot.desk.gather import CLOSED, Gathered, Surroundings, Texts, met, still_asked
from bot.desk.outgoing import Outgoing, SheetMaker, is_in_place
from bot.desk.record import Recorder, Who
from bot.desk.unit import ANY_ROW, HeldBy, Unit
from bot.ids import Ids
from bot.journal.rules import PATIENT, Rules
from bot.staff.access import Staff
from storage import outbox
from storage.database import Database, Transaction
from storage.errors import AlreadyStored, StorageError
from storage.outbox import OutboxRow, Taken

T = TypeVar("T")


class PrecededError(Exception):
    """An update was not handled, because an earlier one of its chat has failed: they are handled in turn."""


class ChatHeldError(Exception):
    """An update was not handled yet, because another replica is just bringing messages to its chat."""


class Workers(Protocol):
    """The workers that are woken after a commit, because there is something to do."""

    def messages_wait(self, rows: Sequence[OutboxRow]) -> None:
        """Send these rows of the outbox."""

    def chats_held(self, chats: HeldBy) -> None:
        """This replica holds these chats, whether or not anything is said there: called before what is said."""

    def hand_out(self) -> Sequence[Taken]:
        """The messages that Telegram has taken and no unit of work records yet: this one does."""

    def take_back(self, taken: Sequence[Taken]) -> None:
        """The unit of work that was to record these has failed: another one does."""

    def stored(self, taken: Sequence[Taken]) -> None:
        """Storage knows of these now."""

    def on_the_way(self) -> Container[int]:
        """The rows that Telegram may have taken without our knowing it, as they are at this moment."""

    def order_waits(self, account: str) -> None: ...
    def orders_moved(self) -> None: ...

    def groups_moved(self) -> None:
        """A group has another id: what waits for it does so there, and messages that were sent can't be changed."""

    def catalogue_is_old(self, account: str) -> None: ...

    def do(self, key: ConversationKey, request: requests.Request) -> None:
        """Do what a conversation asks of a worker and isn't in storage; who does it reports to the desk."""

    def is_at(self, key: ConversationKey, request: requests.Request, /) -> bool:
        """True while that is being done here."""


_WRITTEN: Final = (
    *(requests.ParkDraft, requests.UnparkDraft, requests.KeepTray, requests.DropTray, requests.KeepSearch),
    *(requests.StopTrying, requests.ChooseNotices, requests.ForgetPerson, requests.RememberPerson),
    requests.NoteSheetOrders,
)
"""Requests that are done once they are written down."""


_DECIDING: Final = (
    *(events.Confirmed, events.StopTapped, events.DecisionTapped, events.BatchTapped, events.CustomerTapped),
    *(events.ReopenTapped, events.TrayTapped),
)
"""Events that change orders, as a rule. Whatever else does is handled a second time for it."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Takes events in and hands work out. `providers` are the accounts' provider names."""

    database: Database
    accounts: Mapping[str, Account]
    providers: Mapping[str, str]
    staff: Staff
    ids: Ids
    clock: Watch
    workers: Workers
    language: str = "en"
    zone: tzinfo = UTC
    rules: Rules = PATIENT
    texts: Texts | None = None
    sheets: SheetMaker | None = None
    replica: str = ""
    """The name of this process where it shares the database with others; empty when it is alone there."""

    def now(self) -> int:
        """UTC microseconds since 1970."""
        return self.clock()

    @cached_property
    def outgoing(self) -> Outgoing:
        return Outgoing(
            accounts=self.accounts,
            ids=self.ids,
            now=self.now,
            staff=self.staff,
            language=self.language,
            zone=self.zone,
            sheets=self.sheets,
        )

    @cached_property
    def admission(self) -> Admission:
        return Admission(self.staff, self.now, self.outgoing)

    @cached_property
    def _around(self) -> Surroundings:
        return Surroundings(
            accounts=self.accounts,
            staff=self.staff,
            clock=self.clock,
            zone=self.zone,
            language=self.language,
            lag=self.rules.lag,
            batch_rows=self.rules.batch_rows,
            texts=self.texts,
        )

    @cached_property
    def _recorder(self) -> Recorder:
        return Recorder(accounts=self.accounts, providers=self.providers, rules=self.rules, clock=self.clock)

    def unit(self, tx: Transaction, on_the_way: Container[int] = ANY_ROW) -> Unit:
        """A unit of work in a transaction that has just begun, or that is another's."""
        return Unit.of(tx, on_the_way, self.ids, self.replica)

    async def handle(self, incoming: Incoming, *, waits: bool = True) -> str:
        """One update. Returns what its tapped button shall say, if anything. Committed when it returns.

        Raises what `handle_all` returns.
        """
        (result,) = await self.handle_all([incoming], waits=waits)
        if isinstance(result, Exception):
            raise result
        return result

    async def handle_all(self, batch: Sequence[Incoming], *, waits: bool = True) -> list[str | Exception]:
        """Updates in one commit, a savepoint each: what `handle` returns or raises for each of them.

        One that fails takes no other along, except that later ones of its chat wait for it: they get a PrecededError.
        One that `waits` gets a ChatHeldError where another replica brings messages to its chat, so that it is known
        which question was on the screen. Those of a commit that fails get its StorageError, and nothing of them is
        kept.

        Beside replicas, chats in which orders change have a commit of their own, for which the others need not be kept
        apart from what happens elsewhere.
        """
        deciding = {one.chat_id for one in batch if isinstance(one.event, _DECIDING)}
        if not self.replica or not deciding:
            return await self._handle_together(batch, waits=waits, stays_in_chats=not deciding)
        results: dict[int, str | Exception] = {}
        for decides in (False, True):
            numbers = [number for number, one in enumerate(batch) if (one.chat_id in deciding) is decides]
            if numbers:
                part = [batch[number] for number in numbers]
                found = await self._handle_together(part, waits=waits, stays_in_chats=not decides)
                results.update(zip(numbers, found, strict=True))
        return [results[number] for number in range(len(batch))]

    async def _handle_together(
        self, batch: Sequence[Incoming], *, waits: bool, stays_in_chats: bool
    ) -> list[str | Exception]:
        """Updates in one commit; `stays_in_chats` as in `run`."""

        def work(unit: Unit) -> list[str | Exception]:
            results: list[str | Exception] = []
            failed: set[int] = set()
            if unit.chats is not None:
                unit.chats.enter(incoming.chat_id for incoming in batch)
            for incoming in batch:
                if waits and unit.chats is not None and not unit.chats.is_ours(incoming.chat_id):
                    unit.chats.want(incoming.chat_id)
                    results.append(ChatHeldError())
                    continue
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

        try:
            return await self.run(work, stays_in_chats=stays_in_chats)
        except StorageError as error:
            return [error] * len(batch)

    async def run(self, work: Callable[[Unit], T], *, stays_in_chats: bool = False) -> T:
        """A unit of work in one transaction; after its commit the workers that have something to do are woken.

        Where others are in its way, `work` is called again with a new unit: it is to change nothing else. What Telegram
        has taken meanwhile is stored along with it. `stays_in_chats` expects what `Transaction.stay_in_chats` does.
        Raises StorageError and what `work` raises.
        """
        taken, on_the_way = self.workers.hand_out(), self.workers.on_the_way()
        units: list[Unit] = []

        def in_transaction(tx: Transaction) -> T:
            if stays_in_chats:
                tx.stay_in_chats()
            units.append(self.unit(tx, on_the_way))
            outbox.record(tx, taken)
            return work(units[-1])

        def committed(_: T) -> None:
            self.workers.stored(taken)
            self._hand_over(units[-1])

        try:
            return await self.database.run(in_transaction, committed)
        except BaseException:
            self.workers.take_back(taken)
            raise

    def _update(self, unit: Unit, incoming: Incoming) -> str:
        admitted = self.admission.admit(unit, incoming)
        if isinstance(admitted, str):
            return admitted
        who = Who(admitted.key, admitted.name, admitted.tapped, admitted.sent)
        return self.step(unit, who, admitted.event)

    async def report(self, key: ConversationKey, event: events.Event) -> None:
        """A worker's report, through the same door."""
        await self.run(lambda unit: self.step(unit, Who(key), event), stays_in_chats=True)

    async def put_aside(self, update_id: int, raw: str, error: str, key: ConversationKey | None) -> None:
        """Keep an update that can't be handled with its error, and tell the person that nothing changed."""
        await self.run(lambda unit: self.admission.put_aside(unit, update_id, raw, error, key))

    async def resume(self) -> None:
        """Ask again for the answers that conversations and people wait for, after a restart: somebody else asked."""
        for key, request in await self.database.read(still_asked, self.staff):
            if not self.workers.is_at(key, request):
                self.workers.do(key, request)

    def step(self, unit: Unit, who: Who, event: events.Event) -> str:
        """One event, and what it causes in other conversations; returns what its tapped button says by itself.

        To a person who is no longer staff, or in a group that doesn't count, their conversation is closed: it stays as
        it is, asks for nothing, and what it would have said of orders is heard by others.
        """
        # A look-up may have begun before the group had its present id.
        chat_id = self.staff.groups.now(who.key.chat_id)
        if chat_id != who.key.chat_id:
            who = replace(who, key=replace(who.key, chat_id=chat_id))
        is_open = self.staff.may_talk(who.key.chat_id, who.key.user_id)
        before, screen, counts = met(unit, who.key, event, who.sent) if is_open else CLOSED
        if is_open and counts is None:
            return ""
        event = counts or event
        known = Gathered(
            self._around,
            unit.tx,
            who.key,
            draft_id=self.ids.draft(),
            reference=self.ids.reference(),
            next_reference=self.ids.reference,
        )
        step = advance(before, event, known)
        if not is_open:
            step = replace(step, state=before, requests=())
        caused = self._recorder.record(unit.tx, who, before, step, known)
        unit.prompt, unit.is_prompt_new, unit.hint, unit.listed = 0, False, 0, None
        in_place = who.tapped if is_in_place(event, before, step) else None
        said = self.outgoing.say(unit, who.key, step, in_place, screen.hint_for(event))
        if said and who.sent is not None and len(step.replies) == 1 and not step.requests:
            # Nobody has tapped, so nothing shows it in passing, and it is all that there is to say.
            self.outgoing.plain(unit, who.key.chat_id, said, user_id=who.key.user_id)
        if is_open:
            self.outgoing.close(unit, who.key, screen, before, step, known)
            self._recorder.shown(unit, who, screen, before, step, event)
        unit.steps.append((who.key, step))
        for whose, follows in caused:
            self.step(unit, whose, follows)
        return said

    def _hand_over(self, unit: Unit) -> None:
        """After the commit, in the loop's thread: wake the workers for what there is to do."""
        if unit.chats is not None:
            self.workers.chats_held(unit.chats.ours())
        if rows := unit.to_deliver():
            self.workers.messages_wait(rows)
        for key, step in unit.steps:
            for request in step.requests:
                match request:
                    case requests.PlaceOrder(account=account) | requests.ConfirmBatch(account=account):
                        self.workers.order_waits(account)
                    case requests.Decide() | requests.NoteCustomer() | requests.TellLater() | requests.SteerBatch():
                        self.workers.orders_moved()
                    case _ if isinstance(request, _WRITTEN):
                        pass
                    case _:
                        self.workers.do(key, request)
        if unit.orders_moved:
            self.workers.orders_moved()
        if unit.groups_moved:
            self.workers.groups_moved()
