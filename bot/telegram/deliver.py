"""The way out: what the outbox holds goes to Telegram, per chat in order, chats side by side.

A row is done when Telegram has taken it. After a crash what was not taken is sent, so a message whose answer was lost
may come twice; it never gets lost.
"""

import asyncio
import json
import logging
from collections.abc import Callable

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.telegram.client import TOKEN_REVOKED, Client, Rows, TelegramRefusedError, pause, seconds
from storage import outbox
from storage.database import Database, Transaction
from storage.errors import AlreadyStored, StorageError
from storage.outbox import OutboxRow

log = logging.getLogger(__name__)

AT_ONCE = 16
"""Chats that are served at the same time."""
_SECOND = 1_000_000
_Record = Callable[[Transaction], object]
Undeliverable = Callable[[Transaction, OutboxRow, str], None]
"""Hears of a row that nobody will ever read, and why, in the transaction that records it; it may add other rows."""


class Delivery:
    """Sends what waits in the outbox. `now` is in microseconds."""

    def __init__(
        self,
        client: Client,
        database: Database,
        now: Callable[[], int],
        undeliverable: Undeliverable | None = None,
    ) -> None:
        self._client = client
        self._database = database
        self._now = now
        self._undeliverable = undeliverable
        self._refused = False
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Something new is in the outbox."""
        self._woken.set()

    async def run(self) -> None:
        """Run until cancelled. Raises TelegramRefusedError when the token is no longer accepted; the rows wait on."""
        try:
            while not self._refused:
                self._woken.clear()
                try:
                    await self._start_due()
                    due_at = await self._database.read(outbox.next_due_at)
                except StorageError as error:
                    log.warning("the outbox could not be read; trying again: %s", error)
                    await asyncio.sleep(pause(1))
                else:
                    await self._wait(due_at)
            raise TelegramRefusedError(TOKEN_REVOKED)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def flush(self) -> None:
        """Return when nothing is due any more, or nothing can be sent; what has to wait for later keeps waiting."""
        self._idle.clear()
        while not self._refused and len(await self._database.read(outbox.due, self._now())) > 0:
            await self._idle.wait()
            self._idle.clear()

    async def _wait(self, due_at: int | None) -> None:
        """Until something is new, a chat is done, or a postponed row is due."""
        wait = None if due_at is None else (due_at - self._now()) / _SECOND
        if wait is not None and wait <= 0:
            # Due already, so its chat is being served, or all places are taken: whoever ends wakes us, and a
            # postponed row of another chat is looked for now and then.
            wait = 0.5 if self._busy else 0.0
        try:
            async with asyncio.timeout(wait):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _start_due(self) -> None:
        # A chat that was being served while we read may be through by now, and the row read be its last one.
        served = set(self._busy)
        for row in await self._database.read(outbox.due, self._now()):
            if len(self._busy) >= AT_ONCE:
                return
            if row.chat_id not in served:
                self._busy[row.chat_id] = asyncio.create_task(self._serve(row))

    async def _serve(self, row: OutboxRow) -> None:
        try:
            await self._deliver(row)
        finally:
            del self._busy[row.chat_id]
            self._idle.set()
            self._woken.set()

    async def _deliver(self, row: OutboxRow) -> None:
        """One attempt, and what came of it recorded."""
        try:
            message_id = await self._send(row)
        except InvalidToken:
            # No fault of this row, nor of its chat: it goes out when the token is mended.
            self._refused = True
        except RetryAfter as error:
            await self._postpone(row, seconds(error), "Telegram asked to wait")
        except (Forbidden, BadRequest) as error:
            # Blocked by the person, or a message that Telegram will never take: the chat goes on with the next.
            level = logging.WARNING if isinstance(error, Forbidden) else logging.ERROR
            log.log(level, "message %s was not taken: %s", row.id, error)
            await self._give_up(row, str(error))
        except (TelegramError, StorageError) as error:
            log.warning("message %s waits (%s: %s)", row.id, type(error).__name__, error)
            await self._postpone(row, pause(row.attempts), type(error).__name__)
        except Exception as error:
            # A body or an answer that we don't understand: sending it again would only send it again.
            log.exception("message %s was given up", row.id)
            await self._give_up(row, str(error))
        else:
            await self._write(lambda tx: self._sent(tx, row, message_id))

    def _sent(self, tx: Transaction, row: OutboxRow, message_id: int) -> None:
        outbox.sent(tx, row.id, message_id, self._now())
        if row.edits is not None:
            # What it edits may have been gone, and is said anew: later edits are for the message that is there now.
            outbox.moved(tx, row.edits, message_id, self._now())

    async def _postpone(self, row: OutboxRow, wait: float, why: str) -> None:
        await self._write(lambda tx: outbox.postpone(tx, row.id, self._now() + int(wait * _SECOND), why))

    async def _give_up(self, row: OutboxRow, why: str) -> None:
        def fail_and_tell(tx: Transaction) -> None:
            outbox.fail(tx, row.id, why, self._now())
            if self._undeliverable is not None:
                self._undeliverable(tx, row, why)

        try:
            await self._write(fail_and_tell)
        except Exception:
            # Else the row would be tried again and again.
            log.exception("nobody could be told that message %s was not taken", row.id)
            await self._write(lambda tx: outbox.fail(tx, row.id, why, self._now()))

    async def _write(self, record: _Record) -> None:
        """Until storage takes it: a message that Telegram took must not go again because storage fails for a moment."""
        for attempt in range(10**9):
            try:
                await self._database.run(record)
            except AlreadyStored:
                raise
            except StorageError as error:
                log.warning("what became of a message could not be recorded; trying again: %s", error)
                await asyncio.sleep(pause(attempt))
            else:
                return

    async def _send(self, row: OutboxRow) -> int:
        """Send or edit; returns the id of the message. Raises TelegramError."""
        try:
            return await self._put(row, row.chat_id)
        except ChatMigrated as error:
            # A group that became a supergroup has another id now.
            return await self._put(row, error.new_chat_id)

    async def _put(self, row: OutboxRow, chat_id: int) -> int:
        body = json.loads(row.body)
        html, rows, target = body["html"], body["rows"], body["message_id"]
        if target is None and row.edits is not None:
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


def _is_gone(error: BadRequest) -> bool:
    """The message was deleted, or is too old to be edited: what it should say is said in a new one."""
    text = str(error).lower()
    return "message to edit not found" in text or "message can't be edited" in text or "message_id_invalid" in text
