"""The inbox: updates are fetched, handled, and only then acknowledged, so that a crash loses nothing."""

import asyncio
import json
import logging
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.desk import Desk
from bot.place import Place
from bot.telegram.client import Client, TelegramRefusedError, pause, seconds
from bot.telegram.read import UnreadableUpdateError, chat_of, cleaned, person_of, read

log = logging.getLogger(__name__)

TRIES = 3
"""How often an update is tried before it is put aside."""
ANSWER_WITHIN = 5.0
"""Seconds in which Telegram has to take the answer to a tap."""


class Inbox:
    """Polls Telegram and brings every update to the desk: chats side by side, the updates of one chat in turn."""

    def __init__(self, client: Client, desk: Desk) -> None:
        self._client = client
        self._desk = desk
        self._answers: set[asyncio.Task[None]] = set()

    async def poll(self) -> None:
        """Run until cancelled. Raises TelegramRefusedError when the token is no longer accepted."""
        try:
            await self._poll()
        finally:
            for answer in self._answers:
                answer.cancel()
            await asyncio.gather(*self._answers, return_exceptions=True)

    async def _poll(self) -> None:
        # The offset is never stored: without one Telegram sends all that is unacknowledged, and seen ids are known.
        offset: int | None = None
        failures = 0
        while True:
            try:
                batch = await self._client.raw_updates(offset)
                await self.handle(batch)
                # After an empty answer all is acknowledged, and the next id may be lower: they start anew after a
                # quiet week.
                offset = max(update["update_id"] for update in batch) + 1 if batch else None
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
        # A chat that fails lets the others end first: the batch comes again, and must not run twice at once.
        ended = await asyncio.gather(*(self._in_turn(found) for found in by_chat.values()), return_exceptions=True)
        for failure in ended:
            if failure is not None:
                raise failure

    async def _in_turn(self, found: list[dict[str, Any]]) -> None:
        for raw in found:
            self._answer_tap(raw, await self._one(raw))

    async def _one(self, raw: dict[str, Any]) -> str:
        """Bring an update to the desk; returns what its tapped button shall say."""
        try:
            incoming = read(raw, self._client)
        except UnreadableUpdateError as error:
            await self._put_aside(raw, str(error))
            return ""
        if incoming is None:
            return ""
        for tries_left in range(TRIES - 1, -1, -1):
            try:
                return await self._desk.handle(incoming)
            except Exception as error:
                log.exception("update %s could not be handled", incoming.update_id)
                if tries_left == 0:
                    await self._put_aside(raw, f"{type(error).__name__}: {error}")
        return ""

    async def _put_aside(self, raw: dict[str, Any], error: str) -> None:
        update_id, chat, person = int(raw["update_id"]), chat_of(raw), person_of(raw)
        place = None if chat is None or person is None else Place(chat, person)
        await self._desk.put_aside(update_id, json.dumps(raw, ensure_ascii=True), str(cleaned(error)), place)
        log.error("update %s was put aside", update_id)

    def _answer_tap(self, raw: dict[str, Any], said: str) -> None:
        """Not awaited: a Telegram that is slow to take an answer must hold up no update."""
        query = raw.get("callback_query")
        if isinstance(query, dict) and isinstance(query.get("id"), str):
            answer = asyncio.create_task(self._answer(query["id"], said))
            self._answers.add(answer)
            answer.add_done_callback(self._answers.discard)

    async def _answer(self, query_id: str, said: str) -> None:
        """Stop the tapped button's spinner. Not in the outbox: an answer that comes late is worth nothing."""
        try:
            await self._client.answer_callback_query(query_id, text=said or None, read_timeout=ANSWER_WITHIN)
        except TelegramError as error:
            log.info("a tap could not be answered: %s", error)
