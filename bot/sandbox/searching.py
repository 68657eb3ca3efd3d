"""People who type the bot's name and a few words, and choose from what it offers for them (Bot API, "Inline mode")."""

import asyncio

from bot.sandbox.chats import ChatChange
from bot.sandbox.formatted import utf16_length
from bot.sandbox.people import People
from bot.sandbox.results import InlineAnswer, TypedQuery

FIRST_QUERY_ID = 7_000_000_000_000_001
LONGEST_QUERY = 256
"""UTF-16 code units that an app sends. Source: Bot API, "InlineQuery"."""


class Searching(People):
    """People who also use inline mode."""

    def inline(self, user_id: int, query: str, offset: str = "") -> str:
        """Type `query` after the bot's name and return the id of the inline query.

        The bot gets an `inline_query` update, unless an answer to the same still holds: Telegram gives that again,
        to everybody when it wasn't personal.
        """
        chat = self._chat(user_id, None)
        if utf16_length(query) > LONGEST_QUERY:
            raise ValueError(f"an app sends at most {LONGEST_QUERY} characters after the bot's name")
        known = self._cached(user_id, query, offset)
        query_id = str(FIRST_QUERY_ID + len(self._chats.queries))
        self._chats.queries[query_id] = TypedQuery(query_id, user_id, query, offset, self._chats.date, known)
        if known is not None:
            self._chats.changed(ChatChange("inline", user_id, text=query_id))
            return query_id
        asked = {
            "id": query_id,
            "from": self._chats.people[user_id].as_json(),
            "query": query,
            "offset": offset,
            "chat_type": "sender" if chat.is_private else "group",
        }
        self._updates.put("inline_query", asked)
        return query_id

    def query(self, query_id: str) -> TypedQuery:
        """The query and, once the bot has answered, what it offered. ValueError: there was no such query."""
        if query_id not in self._chats.queries:
            raise ValueError(f"no inline query {query_id}")
        return self._chats.queries[query_id]

    def choose(self, user_id: int, query_id: str, result_id: str, *, chat_id: int | None = None) -> int:
        """Send one of the offered results as one's own message, marked `via_bot`."""
        query = self.query(query_id)
        if query.user_id != user_id:
            raise ValueError(f"inline query {query_id} was not made by {user_id}")
        if query.answer is None or result_id not in query.answer.results:
            raise ValueError(f"inline query {query_id} has no result {result_id!r}")
        content = query.answer.results[result_id].content
        return self._send(user_id, chat_id, content, extra={"via_bot": self._chats.bot})

    async def wait_for_results(self, query_id: str, timeout: float = 5.0) -> InlineAnswer:  # noqa: ASYNC109  as wait_for
        """Wait until the bot has answered an inline query. Raises TimeoutError."""
        query = self.query(query_id)
        with self.subscribe() as changes:
            async with asyncio.timeout(timeout):
                while query.answer is None:
                    await anext(changes)
        return query.answer

    def _cached(self, user_id: int, query: str, offset: str) -> InlineAnswer | None:
        for earlier in reversed(self._chats.queries.values()):
            answer = earlier.answer
            if (earlier.query, earlier.offset) != (query, offset) or answer is None:
                continue
            if answer.cached_until > self._chats.date and (not answer.is_personal or earlier.user_id == user_id):
                return answer
        return None
