"""The inbox: updates are fetched, handled, and only then acknowledged, so that a crash loses nothing."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.desk import Desk
from bot.place import Place
from bot.telegram.client import Client, TelegramRefusedError, pause, seconds
from bot.telegram.read import UnreadableUpdateError, chat_of, person_of, read
from storage import updates
from storage.database import Database

log = logging.getLogger(__name__)

TRIES = 3
"""How often an update is tried before it is put aside."""


class Inbox:
    """Polls Telegram and brings every update to the desk: chats side by side, the updates of one chat in turn."""

    def __init__(self, client: Client, desk: Desk, database: Database, now: Callable[[], int]) -> None:
        self._client = client
        self._desk = desk
        self._database = database
        self._now = now

    async def poll(self) -> None:
        """Run until cancelled. Raises TelegramRefusedError when the token is no longer accepted."""
        # The offset is never stored: without one Telegram sends all that is unacknowledged, and seen ids are known.
        offset: int | None = None
        failures = 0
        while True:
            try:
                batch = await self._client.raw_updates(offset)
                if batch:
                    await self.handle(batch)
                    offset = max(update["update_id"] for update in batch) + 1
                failures = 0
            except InvalidToken:
                raise TelegramRefusedError("telegram.token: Telegram does not accept this token any more") from None
            except RetryAfter as error:
                await asyncio.sleep(seconds(error))
            except Conflict:
                log.warning("another program is fetching this bot's updates; only one may run")
                failures += 1
                await asyncio.sleep(pause(failures + 2))
            except TelegramError as error:
                log.warning("fetching updates failed (%s: %s); trying again", type(error).__name__, error)
                await asyncio.sleep(pause(failures))
                failures += 1
            except Exception:
                # For instance a full disk: nothing was acknowledged, so nothing is lost; it all comes again.
                log.exception("updates could not be handled; trying again")
                await asyncio.sleep(pause(failures))
                failures += 1

    async def handle(self, batch: list[dict[str, Any]]) -> None:
        """One batch. When it returns, each update is committed, or put aside with its error."""
        by_chat: dict[object, list[dict[str, Any]]] = {}
        for raw in batch:
            by_chat.setdefault(chat_of(raw), []).append(raw)
        await asyncio.gather(*(self._in_turn(found) for found in by_chat.values()))

    async def _in_turn(self, found: list[dict[str, Any]]) -> None:
        for raw in found:
            await self._one(raw)

    async def _one(self, raw: dict[str, Any]) -> None:
        try:
            incoming = read(raw, self._client)
        except UnreadableUpdateError as error:
            await self._put_aside(raw, error)
            return
        if incoming is None:
            return
        query = raw.get("callback_query")
        for tries_left in range(TRIES - 1, -1, -1):
            try:
                said = await self._desk.handle(incoming)
            except Exception as error:
                log.exception("update %s could not be handled", incoming.update_id)
                if tries_left == 0:
                    await self._put_aside(raw, error)
                    said = ""
                    break
            else:
                break
        if isinstance(query, dict):
            await self._answer(str(query.get("id", "")), said)

    async def _put_aside(self, raw: dict[str, Any], error: Exception) -> None:
        """Keep the update with its error and tell the person that nothing changed, as far as he can be told."""
        async with self._database.transaction() as tx:
            described = f"{type(error).__name__}: {error}"
            text = json.dumps(raw, ensure_ascii=True)
            await updates.note_failure(tx, int(raw["update_id"]), described, text, self._now())
        chat, person = chat_of(raw), person_of(raw)
        if chat is not None and person is not None:
            await self._desk.apologise(Place(chat, person))

    async def _answer(self, query_id: str, said: str) -> None:
        """Stop the tapped button's spinner. Not in the outbox: an answer that comes late is worth nothing."""
        try:
            await self._client.answer_callback_query(query_id, text=said or None)
        except TelegramError as error:
            log.info("a tap could not be answered: %s", error)
