"""Puts what the conversation says into words and into the outbox, inside the transaction that caused it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from bot.conversation import replies as r
from bot.conversation.state import Conversation
from bot.ids import Ids
from bot.words.catalogue import Catalogue, catalogue_for
from bot.words.message import Message, escaped
from bot.words.render import render
from storage import orders, outbox, people
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`language` is for people whose own we don't have."""

    ids: Ids
    now: Callable[[], int]
    language: str

    async def words(self, tx: Transaction, user_id: int) -> Catalogue:
        """The language chosen in the chat, else Telegram's, else the default."""
        return catalogue_for(*await people.languages(tx, user_id), self.language)

    async def say(
        self,
        tx: Transaction,
        chat_id: int,
        words: Catalogue,
        step: tuple[Conversation, tuple[r.Reply, ...]],
        in_place: int | None,
    ) -> None:
        """All replies of a step, given with its new state. `in_place`: the message to change instead of a new one."""
        state, replies = step
        for reply in replies:
            if isinstance(reply, r.Stale):
                continue
            edits = None
            if isinstance(reply, r.OutcomeShown):
                order = await orders.get(tx, reply.order.reference)
                edits = order.card if order is not None else None
            first, *more = render(words, reply, state)
            if chat_id < 0 and isinstance(reply, r.Asked):
                # In a group a bot is only told of replies to its own messages; a negative id is a group's.
                first = Message(f"{first.html}\n{escaped(words.say('question.reply'))}", first.rows)
            row = await self.post(tx, chat_id, first, edits=edits, message_id=in_place)
            for message in more:
                await self.post(tx, chat_id, message)
            if isinstance(reply, r.SendingShown):
                await orders.set_card(tx, reply.reference, row)

    async def plain(self, tx: Transaction, chat_id: int, text: str) -> None:
        """One sentence without buttons."""
        await self.post(tx, chat_id, Message(escaped(text)))

    async def post(
        self,
        tx: Transaction,
        chat_id: int,
        message: Message,
        *,
        edits: int | None = None,
        message_id: int | None = None,
    ) -> int:
        """A message into the outbox; returns its row. `edits` is the row, `message_id` the message that it replaces."""
        rows = [[[button.text, button.data] for button in row] for row in message.rows]
        body = {"html": message.html, "rows": rows, "message_id": message_id}
        row = self.ids.outbox()
        await outbox.add(tx, row, chat_id, json.dumps(body, ensure_ascii=False), edits=edits, now=self.now())
        return row
