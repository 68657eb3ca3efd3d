"""The way out: what the outbox holds goes to Telegram, per chat in order, chats side by side.

A row is done when Telegram has taken it. After a crash what was not taken is sent, so a message whose answer was lost
may come twice; it never gets lost. What waits is known in memory, and storage is read at the start, when it may know
more, and once a minute, so a message costs the same however many others wait.
"""

import asyncio
import json
import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from typing import Final, TypeVar

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.desk.gate import Gate
from bot.telegram.client import TOKEN_REVOKED, Client, Rows, TelegramRefusedError, pause, seconds
from bot.telegram.taken import TakenMessages
from bot.telegram.waiting import KEPT, WaitingChat
from storage import outbox
from storage.database import Database, Transaction
from storage.errors import AlreadyStored, StorageError
from storage.outbox import OutboxRow, Taken

T = TypeVar("T")
log = logging.getLogger(__name__)

AT_ONCE = 32
"""Chats that are served at the same time: with 50 ms to Telegram some 600 messages per second."""
SWEEP = 60.0
"""Seconds between two readings of what waits: for what nobody has announced."""
STORED_WITHIN = 0.25
"""Seconds for which what Telegram took waits for a unit of work to come along and store it."""
_SECOND = 1_000_000
_BREATH = 0.001
"""Seconds, at least, until a time is looked at again: clocks may stand still."""
WITHHELD: Final = "withheld"
"""The `error` of what may not go to its chat any more: others heard of it instead."""
Undeliverable = Callable[[Transaction, OutboxRow, str], Sequence[OutboxRow]]
"""Hears of a row that nobody will ever read, and why, in the transaction that records it; returns the rows it added."""
_Instead = Callable[[Transaction, OutboxRow], Sequence[OutboxRow]]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A reading of storage under way, which sees neither what is `gone` since it began nor rows that were `added`."""

    gone: set[int]
    added: dict[int, OutboxRow] = field(default_factory=dict)


class Delivery:
    """Sends what waits in the outbox. `now` is in microseconds. What the `gate` doesn't let go is told to others.

    Whoever commits rows hands them over with `add`, and stores what was `taken` in the same transaction.
    """

    def __init__(
        self,
        client: Client,
        database: Database,
        now: Callable[[], int],
        undeliverable: Undeliverable | None = None,
        gate: Gate | None = None,
    ) -> None:
        self._client = client
        self._database = database
        self._now = now
        self._undeliverable = undeliverable
        self._gate = gate
        self._refused = self._runs = self._ended = False
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._took = asyncio.Event()
        self._taken = TakenMessages()
        self._chats: dict[int, WaitingChat] = {}
        self._ready: deque[int] = deque()
        self._timers: list[tuple[int, int]] = []
        self._serving: dict[int, OutboxRow] = {}
        self._servers: set[asyncio.Task[None]] = set()
        self._outdated = True
        self._read_at = 0.0
        self._lacking: set[int] = set()
        self._reading: _Reading | None = None

    def add(self, rows: Iterable[OutboxRow]) -> None:
        """Serve rows that were just committed, in the order of their ids."""
        for row in rows:
            if self._reading is not None:
                self._reading.added[row.id] = row
            self._enter(row)
            self._schedule(row.chat_id)

    def wake(self) -> None:
        """Something may be in the outbox, or due by now, that we don't know of: it is read soon."""
        self._outdated = True
        self._woken.set()

    def groups_moved(self) -> None:
        """A group has another id: what waits is read anew, and of what was sent nothing can be changed there."""
        self._taken.forget_stored()
        self.wake()

    def taken(self) -> tuple[Taken, ...]:
        """Rows that Telegram took and storage lacks: for `outbox.record` in the next unit of work, then `stored`."""
        return self._taken.unstored()

    def stored(self, taken: Iterable[Taken]) -> None:
        """The unit of work that recorded these is committed."""
        self._taken.stored(taken)

    async def run(self) -> None:
        """Run until cancelled. Raises TelegramRefusedError when the token is no longer accepted; the rows wait on."""
        self._runs, self._ended, self._outdated = True, False, True
        for known in (self._chats, self._ready, self._timers, self._lacking):
            # Storage has it.
            known.clear()
        storing = asyncio.create_task(self._store_in_time())
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
            await self._store_once()

    async def flush(self) -> None:
        """Return when nothing is due any more, or nothing can be sent; what has to wait for later keeps waiting.

        What was taken is stored then, if storage takes it.
        """
        while not (self._refused or self._ended) and (
            self._outdated or self._reading or self._lacking or self._ready or self._serving
        ):
            self._idle.clear()
            await self._idle.wait()
        await self._store_once()

    async def _wait(self) -> None:
        """Until something is new, a postponed row is due, or storage is to be read again."""
        wait = self._read_at + SWEEP - asyncio.get_running_loop().time()
        if self._timers:
            wait = min(wait, (self._timers[0][0] - self._now()) / _SECOND)
        try:
            async with asyncio.timeout(max(wait, _BREATH)):
                await self._woken.wait()
        except TimeoutError:
            return

    # What waits.

    async def _read(self) -> None:
        """Take in what waits in storage, if it may be more than we know: all of it, or that of some chats."""
        if self._lacking:
            # The rows that are known to be taken would come again, and hide those that we lack.
            await self._store()
        at = asyncio.get_running_loop().time()
        everything = self._outdated or at >= self._read_at + SWEEP
        chats = None if everything else self._lacking
        if not everything and not chats:
            return
        self._outdated, self._lacking = False, set()
        gone = {row.id for row in self._serving.values()} | {taken.row_id for taken in self.taken()}
        reading = self._reading = _Reading(gone)
        try:
            rows = await self._database.read(outbox.waiting, KEPT + 1, chats)
        except BaseException:
            self._outdated = True
            raise
        finally:
            self._reading = None
        if everything:
            self._read_at = at
            self._timers.clear()
        self._replace(reading, rows, set(self._chats) if chats is None else chats)

    def _replace(self, reading: _Reading, rows: list[OutboxRow], chats: set[int]) -> None:
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
        oldest_first = [row.chat_id for row in sorted(entered, key=_age)]
        for chat_id in dict.fromkeys([*oldest_first, *chats, *(row.chat_id for row in rows)]):
            self._schedule(chat_id)

    def _enter(self, row: OutboxRow) -> None:
        self._outdate(row)
        if row.id in self._taken or (row.paced and self._taken.outdates(row)):
            return
        serving = self._serving.get(row.chat_id)
        if serving is None or serving.id != row.id:
            self._chats.setdefault(row.chat_id, WaitingChat()).add(row)

    def _outdate(self, row: OutboxRow) -> None:
        chat = self._chats.get(row.chat_id)
        if chat is not None and row.edits is not None:
            chat.outdate(row.edits, row.id)

    def _schedule(self, chat_id: int) -> None:
        """Serve a chat as soon as it is due, if it isn't being served."""
        chat = self._chats.get(chat_id)
        if chat is None or chat.is_queued or chat_id in self._serving:
            return
        if chat.lacks_rows:
            self._lacking.add(chat_id)
            self._woken.set()
        at = chat.due_at(self._taken.free_at)
        if at is None:
            if not chat.lacks_rows:
                del self._chats[chat_id]
        elif at <= self._now():
            chat.is_queued = True
            self._ready.append(chat_id)
            self._engage()
        elif chat.timer is None or at < chat.timer:
            chat.timer = at
            heappush(self._timers, (at, chat_id))
            self._woken.set()

    def _serve_in_time(self) -> None:
        """Chats whose time has come."""
        while self._timers and self._timers[0][0] <= self._now():
            _, chat_id = heappop(self._timers)
            if (chat := self._chats.get(chat_id)) is not None:
                chat.timer = None
                self._schedule(chat_id)

    # The chats in their turn.

    def _engage(self) -> None:
        """A further server, if there are more chats than servers that will look for one."""
        free = len(self._servers) - len(self._serving)
        if self._runs and len(self._ready) > free and len(self._servers) < AT_ONCE:
            self._servers.add(asyncio.create_task(self._serve()))

    async def _serve(self) -> None:
        """Deliver one message of each chat in its turn, as long as any is due: so no chat keeps others waiting."""
        try:
            while self._ready and not self._refused:
                chat_id = self._ready.popleft()
                chat = self._chats[chat_id]
                chat.is_queued = False
                row = chat.take_due(self._now(), self._taken.free_at)
                if row is not None:
                    await self._serve_row(row)
                self._schedule(chat_id)
        finally:
            if (server := asyncio.current_task()) is not None:
                self._servers.discard(server)
            self._idle.set()

    async def _serve_row(self, row: OutboxRow) -> None:
        self._serving[row.chat_id] = row
        if self._reading is not None:
            self._reading.gone.add(row.id)
        try:
            await self._deliver(row)
        except Exception:
            log.exception("what became of message %s could not be recorded", row.id)
            self._put_back(replace(row, not_before=self._now() + int(pause(row.attempts) * _SECOND)))
        finally:
            del self._serving[row.chat_id]

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
            await self._postpone(row, seconds(error), "Telegram asked to wait")
        except ChatMigrated as error:
            await self._carry_over(row, error.new_chat_id)
        except (Forbidden, BadRequest) as error:
            # Blocked by the person, or a message that Telegram will never take: the chat goes on with the next.
            level = logging.WARNING if isinstance(error, Forbidden) else logging.ERROR
            log.log(level, "message %s was not taken: %s", row.id, error)
            await self._give_up(row, str(error), self._tell(str(error)))
        except (TelegramError, StorageError) as error:
            log.warning("message %s waits (%s: %s)", row.id, type(error).__name__, error)
            await self._postpone(row, pause(row.attempts), type(error).__name__)
        except Exception as error:
            # A body or an answer that we don't understand: sending it again would only send it again.
            log.exception("message %s was given up", row.id)
            await self._give_up(row, str(error), self._tell(str(error)))
        else:
            self._taken.note(Taken(row.id, message_id, self._now(), row.edits), asyncio.get_running_loop().time())
            self._took.set()

    # What became of a message.

    async def _store_in_time(self) -> None:
        """Store what no unit of work has taken along in one of its own, until storage takes it."""
        failures = 0
        while True:
            oldest = self._taken.oldest
            if oldest is None:
                self._took.clear()
                await self._took.wait()
            elif (left := oldest + STORED_WITHIN - asyncio.get_running_loop().time()) > 0:
                await asyncio.sleep(left)
            else:
                try:
                    await self._store()
                except StorageError as error:
                    _warn(error)
                    await asyncio.sleep(pause(failures))
                    failures += 1
                else:
                    failures = 0

    async def _store(self) -> None:
        if taken := self.taken():
            await self._database.run(lambda tx: outbox.record(tx, taken), lambda _: self.stored(taken))

    async def _store_once(self) -> None:
        try:
            await self._store()
        except StorageError as error:
            log.warning("messages that Telegram took could not be recorded; they may come twice: %s", error)

    async def _postpone(self, row: OutboxRow, wait: float, why: str) -> None:
        at = self._now() + int(wait * _SECOND)
        if await self._write(lambda tx: outbox.postpone(tx, row.id, at, why)):
            # Else it is an edit that was outdated meanwhile.
            self._put_back(replace(row, not_before=at, attempts=row.attempts + 1, error=why))

    def _tell(self, why: str) -> _Instead:
        def tell(tx: Transaction, row: OutboxRow) -> Sequence[OutboxRow]:
            return () if self._undeliverable is None else self._undeliverable(tx, row, why)

        return tell

    async def _give_up(self, row: OutboxRow, why: str, instead: _Instead) -> None:
        """It is never sent; what is said `instead` goes into the same transaction."""

        def fail_and_tell(tx: Transaction) -> Sequence[OutboxRow]:
            outbox.fail(tx, row.id, why, self._now())
            return instead(tx, row)

        try:
            await self._write(fail_and_tell, self.add)
        except Exception:
            # Else the row would be tried again and again.
            log.exception("nobody could be told that message %s was not taken", row.id)
            await self._write(lambda tx: outbox.fail(tx, row.id, why, self._now()))

    async def _carry_over(self, row: OutboxRow, new_chat_id: int) -> None:
        """The group has another id now, and all that waits for it is moved there: this row too."""
        gate = self._gate
        if gate is None or new_chat_id == row.chat_id:
            await self._give_up(row, "the chat has another id", self._tell("the chat has another id"))
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

    async def _send(self, row: OutboxRow) -> int:
        """Send or edit; returns the id of the message. Raises TelegramError and StorageError."""
        chat_id = row.chat_id
        body = json.loads(row.body)
        html, rows, target = body["html"], body["rows"], body["message_id"]
        if target is None and row.edits is not None:
            target = self._taken.message_id(row.edits)
            if target is None:
                target = await self._database.read(outbox.message_id, row.edits)
        if target is not None:
            try:
                return await self._edit(chat_id, target, html, rows)
            except BadRequest as error:
                if not _is_gone(error):
                    raise
        return await self._client.send_html(chat_id, html, rows)

    async def _edit(self, chat_id: int, message_id: int, html: str, rows: Rows) -> int:
        try:
            return await self._client.edit_html(chat_id, message_id, html, rows)
        except BadRequest as error:
            if "message is not modified" in str(error).lower():
                return message_id
            raise


def _age(row: OutboxRow) -> int:
    return row.id


def _warn(error: StorageError) -> None:
    log.warning("what became of a message could not be recorded; trying again: %s", error)


def _is_gone(error: BadRequest) -> bool:
    """The message was deleted, or is too old to be edited: what it should say is said in a new one."""
    text = str(error).lower()
    return "message to edit not found" in text or "message can't be edited" in text or "message_id_invalid" in text
