"""The way out: what the outbox holds goes to Telegram, per chat in order, chats side by side.

A row is done when Telegram has taken it. After a crash what was not taken is sent, so a message whose answer was lost
may come twice; it never gets lost. What a chat misses while the bot may not write there is kept, and goes out when it
may again. What waits is known in memory, and storage is read at the start, when it may know
more, and once a minute, so a message costs the same however many others wait.
"""

import asyncio
import json
import logging
from collections import Counter, deque
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextvars import Context
from dataclasses import replace
from heapq import heappop, heappush
from operator import attrgetter
from typing import TypeVar

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.desk.gate import WITHHELD, Gate
from bot.monitoring.measures import UNMEASURED, Measures
from bot.telegram.client import LONGEST_WAIT, TOKEN_REVOKED, Client, TelegramRefusedError, pause, seconds
from bot.telegram.closed import ChatSignals, ClosedChats
from bot.telegram.courier import Courier, is_closed
from bot.telegram.held import HeldChats
from bot.telegram.storing import TakenStorage
from bot.telegram.taken import TakenMessages
from bot.telegram.under_way import UnderWay
from bot.telegram.waiting import KEPT, ReadingUnderWay, WaitingChat
from storage import files, outbox
from storage.chats import Entered
from storage.database import Database, Transaction
from storage.errors import AlreadyStored, StorageError
from storage.outbox import ASKED_TO_WAIT, OutboxRow, Taken

T = TypeVar("T")
log = logging.getLogger(__name__)

AT_ONCE = 32
"""Chats that are served at the same time: with 50 ms to Telegram some 600 messages per second."""
SWEEP = 60.0
"""Seconds between two readings of what waits: for what nobody has announced."""
_SECOND = 1_000_000
_LONGEST_WAIT = int(LONGEST_WAIT * _SECOND)
_BREATH = 0.001
"""Seconds, at least, until a time is looked at again: clocks may stand still."""
Undeliverable = Callable[[Transaction, OutboxRow, str], Sequence[OutboxRow]]
"""Hears of a row that nobody will ever read, and why, in the transaction that records it; returns the rows it added."""
_Instead = Callable[[Transaction, OutboxRow], Sequence[OutboxRow]]
"""Says to others what a chat will not be told, in the transaction that records it; returns the rows it added."""


class Delivery:
    """Sends what waits in the outbox. `now` is UTC in microseconds; `forward` too at the start, but it only rises.

    Waiting goes by `forward`: a wall clock that is set would silence a chat. What the `gate` doesn't let go is told to
    others. Whoever commits rows hands them over with `add`, and stores what was `taken` in the same transaction.
    """

    def __init__(
        self,
        client: Client,
        database: Database,
        now: Callable[[], int],
        forward: Callable[[], int],
        undeliverable: Undeliverable | None = None,
        gate: Gate | None = None,
        measures: Measures = UNMEASURED,
        replica: str = "",
        signals: ChatSignals | None = None,
    ) -> None:
        """`replica` is the name of this process where it shares the database with others, who hear its `signals`."""
        self._courier = Courier(client)
        self._database = database
        self._now = now
        self._forward = forward
        self._undeliverable = undeliverable
        self._gate, self._measures = gate, measures
        self._refused = self._runs = self._ended = False
        self._woken, self._idle = asyncio.Event(), asyncio.Event()
        self.taken = TakenMessages()
        self._held = HeldChats(replica, self._is_at_rest)
        self._storage = TakenStorage(database, self.taken, self._held, self.lack)
        self._chats: dict[int, WaitingChat] = {}
        self._ready: deque[int] = deque()
        self._timers: list[tuple[int, int]] = []
        self.under_way = UnderWay()
        self._servers: set[asyncio.Task[None]] = set()
        self._outdated = True
        self._is_read = False
        """Until storage was read for the first time, what is handed over could overtake what was left from before."""
        self._read_at = 0.0
        self._lacking: set[int] = set()
        self._unread: set[int] = set()
        """Chats that wait until what they lack is read: it goes before what is known."""
        self._reading: ReadingUnderWay | None = None
        self.closed = ClosedChats(database, now, self.add, self.taken, self.under_way, self._held, signals)

    def hold(self, chats: Mapping[int, Entered]) -> None:
        """These chats are ours by a commit just now. Whatever others have written there goes first."""
        self.lack(self._held.note(chats))
        self._storage.wake()

    def add(self, rows: Iterable[OutboxRow]) -> None:
        """Serve rows that were just committed, in the order of their ids."""
        for row in rows:
            self._held.add([row.chat_id])
            self.under_way.add(row.id)
            if self._reading is not None:
                # A row that was kept may have been sent in vain since then.
                self._reading.gone.discard(row.id)
                self._reading.added[row.id] = row
            self._enter(row)
            self._schedule(row.chat_id)

    def wake(self) -> None:
        """Something may be in the outbox, or due by now, that we don't know of: it is read soon."""
        self._outdated = True
        self._woken.set()

    def groups_moved(self) -> None:
        """A group has another id: what waits is read anew, and of what was sent nothing can be changed there."""
        self.taken.forget_stored()
        self.wake()

    def on_the_way(self) -> Container[int]:
        """The rows that people may see although storage has them as waiting, as it is at this moment."""
        return self.under_way.rows(taken.row_id for taken in self.taken.unstored())

    async def reopen(self, chats: Iterable[int]) -> None:
        """The bot may write to these chats, perhaps again: what they have missed goes out. Raises StorageError."""
        await self.closed.reopen(chats)

    async def take_over(self) -> None:
        """Hold the chats of replicas that are gone; what waits there may have been taken without our knowing it."""
        await self._database.run(self._held.inherit, self._inherited)

    def _inherited(self, inherited: tuple[list[int], set[int]]) -> None:
        chats, rows = inherited
        self.under_way.doubt(rows)
        self._held.add(chats)
        self.lack(chats)

    def lack(self, chats: Iterable[int]) -> None:
        """In these chats something waits that we don't know of."""
        self._lacking.update(chats)
        self._unread.update(chats)
        if self._lacking:
            self._woken.set()

    def want(self, chats: Iterable[int]) -> None:
        """Others wait for these chats, which are given back as soon as nothing is on its way there."""
        self._held.want(chats)
        self._storage.wake(at_once=True)

    def _is_at_rest(self, chat_id: int) -> bool:
        return (
            self._is_read
            and self._reading is None
            and chat_id not in self._chats
            and chat_id not in self._unread
            and chat_id not in self.under_way.serving
        )

    async def run(self) -> None:
        """Run until cancelled. Raises TelegramRefusedError when the token is no longer accepted; the rows wait on."""
        self._runs, self._ended, self._outdated, self._is_read = True, False, True, False
        for known in (self._chats, self._ready, self._timers, self._lacking, self._unread):
            # Storage has it.
            known.clear()
        self.under_way.clear()
        storing = asyncio.create_task(self._storage.run())
        storing.add_done_callback(lambda _: self._woken.set())
        try:
            while not self._refused:
                self._woken.clear()
                try:
                    await self._read()
                except StorageError as error:
                    log.warning("the outbox could not be read; trying again: %s", error)
                    await asyncio.sleep(pause(1))
                    continue
                self._serve_in_time()
                self._idle.set()
                await self._wait()
                if storing.done():
                    storing.result()
            raise TelegramRefusedError(TOKEN_REVOKED)
        finally:
            self._runs, self._ended = False, True
            self._idle.set()
            tasks = [storing, *self._servers]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._servers.clear()
            await self._storage.store_once()

    async def flush(self) -> None:
        """Return when nothing is due any more, or nothing can be sent; what has to wait for later keeps waiting.

        What was taken is stored then, if storage takes it.
        """
        while not (self._refused or self._ended) and (
            self._outdated or self._reading or self._lacking or self._ready or self.under_way.serving
        ):
            self._idle.clear()
            await self._idle.wait()
        await self._storage.store_once()

    async def _wait(self) -> None:
        """Until something is new, a postponed row is due, or storage is to be read again."""
        wait = self._read_at + SWEEP - asyncio.get_running_loop().time()
        if self._timers:
            wait = min(wait, (self._timers[0][0] - self._forward()) / _SECOND)
        try:
            async with asyncio.timeout(max(wait, _BREATH)):
                await self._woken.wait()
        except TimeoutError:
            return

    # What waits.

    async def _read(self) -> None:
        """Take in what waits in storage, if it may be more than we know: all of it, or that of some chats."""
        if any(chat.lacks_rows for chat_id in self._lacking if (chat := self._chats.get(chat_id)) is not None):
            # No more is sent there than storage can be told of.
            await self._storage.store()
        at = asyncio.get_running_loop().time()
        everything = self._outdated or at >= self._read_at + SWEEP
        chats = None if everything else self._lacking
        if not everything and not chats:
            return
        self._outdated, self._lacking = False, set()
        # Those come again: storage has them as waiting.
        gone = {row.id for row in self.under_way.serving.values()} | {taken.row_id for taken in self.taken.unstored()}
        reading = self._reading = ReadingUnderWay(gone)
        try:
            rows, closed, held = await self._database.read(self._held.waiting, chats, len(gone))
        except BaseException:
            self._outdated = True
            raise
        finally:
            self._reading = None
        self._held.add(held or ())
        if everything:
            self.closed.read(closed)
            self._read_at = at
            self.under_way.read(row.id for row in rows)
            self._is_read = True
            self._timers.clear()
        # What has come to lack something since is read once more.
        self._unread &= self._lacking if chats is None else self._lacking | (self._unread - chats)
        self._replace(reading, rows, set(self._chats) if chats is None else chats)

    def _replace(self, reading: ReadingUnderWay, rows: list[OutboxRow], chats: set[int]) -> None:
        """Replace what is known of these chats by what was read, and by what has happened since the reading began."""
        for chat_id in chats:
            if (chat := self._chats.get(chat_id)) is not None:
                chat.clear()
                chat.timer = None
        since = {row.id: row for row in reading.added.values() if row.chat_id in chats}
        entered = [row for row in rows if row.id not in reading.gone and row.id not in since]
        for row in entered:
            self._enter(row)
        for (chat_id, paced), count in Counter((row.chat_id, row.paced) for row in rows).items():
            if count > KEPT:
                # Also when those that were taken meanwhile are some of them: there may be more.
                self._chats.setdefault(chat_id, WaitingChat()).cut_off(paced)
        for row_id in sorted(since.keys() - reading.gone):
            self._enter(since[row_id])
        for row in since.values():
            # Also of one that has gone out meanwhile: storage was read as it was before.
            self._outdate(row)
        oldest_first = [row.chat_id for row in sorted(entered, key=attrgetter("id"))]
        for chat_id in dict.fromkeys([*oldest_first, *chats, *(row.chat_id for row in rows)]):
            self._schedule(chat_id)

    def _enter(self, row: OutboxRow) -> None:
        self._outdate(row)
        if row.not_before > self._forward() + _LONGEST_WAIT:
            # Nobody asks us to wait so long: it was written when the clock was wrong.
            row = replace(row, not_before=0)
        if row.id in self.taken or (row.paced and self.taken.outdates(row)):
            return
        serving = self.under_way.serving.get(row.chat_id)
        if serving is None or serving.id != row.id:
            self._chats.setdefault(row.chat_id, WaitingChat()).add(row)

    def _outdate(self, row: OutboxRow) -> None:
        chat = self._chats.get(row.chat_id)
        if chat is not None and row.edits is not None:
            chat.outdate(row.edits, row.id)

    def _schedule(self, chat_id: int) -> None:
        """Serve a chat as soon as it is due, if it isn't being served."""
        chat = self._chats.get(chat_id)
        if chat is None or chat.is_queued or chat_id in self.under_way.serving or not self._is_read:
            return
        if chat_id in self._unread:
            return
        if chat.lacks_rows:
            self._lacking.add(chat_id)
            self._woken.set()
        at = chat.due_at(self.taken.free_at)
        if at is None:
            if not chat.lacks_rows:
                del self._chats[chat_id]
        elif at <= self._forward():
            chat.is_queued = True
            self._ready.append(chat_id)
            self._engage()
        elif chat.timer is None or at < chat.timer:
            chat.timer = at
            heappush(self._timers, (at, chat_id))
            self._woken.set()

    def _serve_in_time(self) -> None:
        """Chats whose time has come."""
        while self._timers and self._timers[0][0] <= self._forward():
            _, chat_id = heappop(self._timers)
            if (chat := self._chats.get(chat_id)) is not None:
                chat.timer = None
                self._schedule(chat_id)

    # The chats in their turn.

    def _engage(self) -> None:
        """A further server, if there are more chats than servers that will look for one."""
        free = len(self._servers) - len(self.under_way.serving)
        if self._runs and len(self._ready) > free and len(self._servers) < AT_ONCE:
            self._servers.add(asyncio.create_task(self._serve(), context=Context()))

    async def _serve(self) -> None:
        """Deliver one message of each chat in its turn, as long as any is due: so no chat keeps others waiting."""
        try:
            while self._ready and not self._refused:
                chat_id = self._ready.popleft()
                chat = self._chats[chat_id]
                chat.is_queued = False
                due = None if chat_id in self._unread else chat.take_due(self._forward(), self.taken.free_at)
                if due is not None:
                    await self._serve_row(due)
                self._schedule(chat_id)
        finally:
            if (server := asyncio.current_task()) is not None:
                self._servers.discard(server)
            self._idle.set()

    async def _serve_row(self, row: OutboxRow) -> None:
        self.under_way.begin(row)
        self.closed.begin(row.chat_id)
        if self._reading is not None:
            self._reading.gone.add(row.id)
        try:
            await self._deliver(row)
        except Exception:
            log.exception("what became of message %s could not be recorded", row.id)
            self._put_back(replace(row, not_before=self._forward() + int(pause(row.attempts) * _SECOND)))
        finally:
            self.under_way.end(row)

    def _put_back(self, row: OutboxRow) -> None:
        if self._reading is not None:
            self._reading.added[row.id] = row
            self._reading.gone.discard(row.id)
        self._chats[row.chat_id].put_back(row)

    async def _deliver(self, row: OutboxRow) -> None:
        """One attempt, and what came of it recorded."""
        if self._gate is not None and not self._gate.may_go(row):
            log.info("message %s is withheld: who it is for may not hear of it any more", row.id)
            await self._give_up(row, WITHHELD, self._gate.withheld)
            return
        try:
            message_id = await self._send(row)
        except InvalidToken:
            # No fault of this row, nor of its chat: it goes out when the token is mended.
            self._put_back(row)
            self._refused = True
            self._woken.set()
        except RetryAfter as error:
            await self._postpone(row, seconds(error), row.error or ASKED_TO_WAIT)
        except ChatMigrated as error:
            await self._carry_over(row, error.new_chat_id)
        except (Forbidden, BadRequest) as error:
            await self._not_taken(row, error)
        except (TelegramError, StorageError) as error:
            log.warning("message %s waits (%s: %s)", row.id, type(error).__name__, error)
            self.under_way.doubt([row.id])
            await self._postpone(row, pause(row.attempts), type(error).__name__)
        except Exception as error:
            # A body or an answer that we don't understand: sending it again would only send it again.
            log.exception("message %s was given up", row.id)
            await self._give_up(row, str(error))
        else:
            self._measures.delivered((self._now() - row.created_at) / _SECOND)
            again, forward = self.under_way.resolve(row.id), self._forward()
            taken = Taken(row.id, message_id, self._now(), row.edits, forward, is_repeated=again)
            self._storage.note(taken, row.chat_id)
            await self.closed.reopen_by(row)

    # What became of a message.

    async def _not_taken(self, row: OutboxRow, error: Forbidden | BadRequest) -> None:
        """Never as it is, or not now: the chat goes on with the next."""
        closed = is_closed(error)
        if row.closes:
            log.info("message %s keeps its buttons: %s", row.edits, error)
            await self._write(lambda tx: outbox.fail(tx, row.id, "not closed", self._now()))
            return
        log.log(logging.WARNING if closed else logging.ERROR, "message %s was not taken: %s", row.id, error)
        if closed and self.closed.was_opened(row.chat_id):
            self._put_back(row)
        else:
            await self._give_up(row, str(error), keeps=closed)

    async def _postpone(self, row: OutboxRow, wait: float, why: str) -> None:
        at = self._forward() + int(wait * _SECOND)
        if await self._write(lambda tx: outbox.postpone(tx, row.id, at, why)):
            # Else it is an edit that was outdated meanwhile.
            self._put_back(replace(row, not_before=at, attempts=row.attempts + 1, error=why))

    async def _give_up(self, row: OutboxRow, why: str, instead: _Instead | None = None, *, keeps: bool = False) -> None:
        """Record that a message will not be taken, or not now and it `keeps`, and tell of it, or others `instead`."""
        self.under_way.resolve(row.id)
        if keeps:
            self.closed.close(row.chat_id)

        def fail(tx: Transaction) -> None:
            if keeps:
                outbox.keep(tx, row, self._now())
            else:
                outbox.fail(tx, row.id, why, self._now())

        def fail_and_tell(tx: Transaction) -> Sequence[OutboxRow]:
            fail(tx)
            if instead is not None:
                return instead(tx, row)
            return () if self._undeliverable is None else self._undeliverable(tx, row, why)

        try:
            await self._write(fail_and_tell, self.add)
        except Exception:
            # Else the row would be tried again and again.
            log.exception("nobody could be told that message %s was not taken", row.id)
            await self._write(fail)

    async def _carry_over(self, row: OutboxRow, new_chat_id: int) -> None:
        """The group has another id now, and all that waits for it is moved there: this row too."""
        gate = self._gate
        if gate is None or new_chat_id == row.chat_id:
            await self._give_up(row, "the chat has another id")
            return

        def moved(rows: Sequence[OutboxRow]) -> None:
            self.groups_moved()
            self.add(rows)

        await self._write(lambda tx: gate.moved(tx, row.chat_id, new_chat_id), moved)

    async def _write(self, work: Callable[[Transaction], T], then: Callable[[T], None] | None = None) -> T:
        """Until storage takes it: else it would be forgotten that a message is not to be sent, or not yet."""
        attempt = 0
        while True:
            try:
                return await self._database.run(work, then)
            except AlreadyStored:
                raise
            except StorageError as error:
                _warn(error)
                await asyncio.sleep(pause(attempt))
                attempt += 1

    # One message.

    async def _send(self, row: OutboxRow) -> int | None:
        """Send or edit; returns the id of the message, if Telegram named it. Raises TelegramError and StorageError."""
        body = json.loads(row.body)
        target = body["message_id"]
        if target is None and row.edits is not None:
            target = self.taken.message_id(row.edits)
            if target is None:
                target = await self._database.read(outbox.message_id, row.edits)
        if row.closes:
            return await self._courier.close(row.chat_id, target, body["html"])
        file = await self._database.read(files.get, body["file"]) if "file" in body else None
        return await self._courier.bring(
            row.chat_id, target, body["html"], body["rows"], silent=body.get("silent", False), file=file
        )


def _warn(error: StorageError) -> None:
    log.warning("what became of a message could not be recorded; trying again: %s", error)
