"""The way out: what the outbox holds goes to Telegram, per chat in order, chats side by side.

A row is done when Telegram has taken it. After a crash what was not taken is sent, so a message whose answer was lost
may come twice; it never gets lost.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.telegram.client import Client, pause, seconds
from storage import outbox
from storage.database import Database
from storage.outbox import OutboxRow

log = logging.getLogger(__name__)

AT_ONCE = 16
"""Chats that are served at the same time."""
_SECOND = 1_000_000
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Delivery:
    """Sends what waits in the outbox."""

    def __init__(self, client: Client, database: Database, now: Callable[[], int]) -> None:
        self._client = client
        self._database = database
        self._now = now
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Something new is in the outbox."""
        self._woken.set()

    async def run(self) -> None:
        """Run until cancelled."""
        try:
            while True:
                self._woken.clear()
                await self._start_due()
                due_at = await outbox.next_due_at(self._database)
                await self._wait(due_at)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def flush(self) -> None:
        """Return when nothing is due any more; what has to wait for a later time keeps waiting."""
        while await outbox.due(self._database, self._now()):
            self._idle.clear()
            await self._idle.wait()

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
        for row in await outbox.due(self._database, self._now()):
            if len(self._busy) >= AT_ONCE:
                return
            if row.chat_id not in self._busy:
                self._busy[row.chat_id] = asyncio.create_task(self._serve(row))

    async def _serve(self, row: OutboxRow) -> None:
        try:
            await self._deliver(row)
        except Exception:
            # The row still waits; the storage is at fault, and the outbox is read again after a pause.
            log.exception("a message could not be taken out of the outbox")
            await asyncio.sleep(pause(1))
        finally:
            del self._busy[row.chat_id]
            self._idle.set()
            self._woken.set()

    async def _deliver(self, row: OutboxRow) -> None:
        try:
            message_id = await self._send(row)
        except RetryAfter as error:
            await self._postpone(row, seconds(error), "Telegram asked to wait")
        except (Forbidden, BadRequest) as error:
            # Blocked by the person, or a message that Telegram will never take: the chat goes on with the next.
            level = logging.WARNING if isinstance(error, Forbidden) else logging.ERROR
            log.log(level, "message %s was not taken: %s", row.id, error)
            async with self._database.transaction() as tx:
                await outbox.fail(tx, row.id, str(error), self._now())
        except TelegramError as error:
            log.warning("message %s waits: %s", row.id, type(error).__name__)
            await self._postpone(row, pause(row.attempts), type(error).__name__)
        else:
            async with self._database.transaction() as tx:
                await outbox.sent(tx, row.id, message_id, self._now())

    async def _postpone(self, row: OutboxRow, wait: float, why: str) -> None:
        async with self._database.transaction() as tx:
            await outbox.postpone(tx, row.id, self._now() + int(wait * _SECOND), why)

    async def _send(self, row: OutboxRow) -> int | None:
        """Send or edit; returns the id of the message. Raises TelegramError."""
        body = json.loads(row.body)
        markup = _markup(body["rows"])
        target = body["message_id"]
        if target is None and row.edits is not None:
            target = await outbox.message_id(self._database, row.edits)
        if target is not None:
            try:
                return await self._edit(row.chat_id, target, body["html"], markup)
            except BadRequest as error:
                if not _is_gone(error):
                    raise
        sent = await self._client.send_message(
            row.chat_id, body["html"], parse_mode="HTML", reply_markup=markup, link_preview_options=_NO_PREVIEW
        )
        return sent.message_id

    async def _edit(self, chat_id: int, message_id: int, html: str, markup: InlineKeyboardMarkup | None) -> int:
        try:
            edited = await self._client.edit_message_text(
                html,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode="HTML",
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as error:
            if "message is not modified" in str(error).lower():
                return message_id
            raise
        return edited.message_id if isinstance(edited, Message) else message_id


def _is_gone(error: BadRequest) -> bool:
    """The message was deleted, or is too old to be edited: what it should say is said in a new one."""
    text = str(error).lower()
    return "message to edit not found" in text or "message can't be edited" in text or "message_id_invalid" in text


def _markup(rows: list[list[Any]]) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in rows]
    )
