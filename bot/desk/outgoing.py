"""Puts what the conversation says into words and into the outbox, inside the transaction that caused it.

So nothing is said that did not happen, and nothing happens unsaid.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo

from bot.conversation.replies import (
    Asked,
    CardShown,
    EvidenceClosed,
    EvidenceShown,
    NumberWanted,
    OutcomeShown,
    Reply,
    RetryingShown,
    RetryShown,
    SendingShown,
    Showing,
)
from bot.conversation.state import Conversation
from bot.desk.unit import Unit
from bot.ids import Ids
from bot.words.catalogue import Catalogue, catalogue_for
from bot.words.message import Message, escaped
from bot.words.render import IN_PASSING, render
from storage import orders, outbox, people, unknown
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`language` is for people whose own we don't have; times are shown in `zone`."""

    ids: Ids
    now: Callable[[], int]
    language: str
    zone: tzinfo = UTC

    def words(self, tx: Transaction, user_id: int) -> Catalogue:
        """The language chosen in the chat, else Telegram's, else the default."""
        return catalogue_for(*people.languages(tx, user_id), self.language).within(self.zone)

    def say(
        self,
        unit: Unit,
        chat_id: int,
        words: Catalogue,
        step: tuple[Conversation, tuple[Reply, ...]],
        in_place: int | None,
    ) -> None:
        """All replies of a step, given with its new state. `in_place`: the message to change instead of a new one."""
        state, replies = step
        tx = unit.tx
        for reply in replies:
            if isinstance(reply, IN_PASSING):
                continue
            edits = _edited(tx, reply)
            if isinstance(reply, EvidenceShown) and reply.showing is Showing.REMINDER:
                self._close_earlier(unit, chat_id, words, reply.order.reference)
            if isinstance(reply, EvidenceClosed | CardShown) and edits is None:
                continue
            first, *more = render(words, reply, state)
            if chat_id < 0 and isinstance(reply, Asked | NumberWanted):
                # In a group a bot is only told of replies to its own messages; a negative id is a group's.
                first = Message(f"{first.html}\n{escaped(words.say('question.reply'))}", first.rows)
            paced = isinstance(reply, CardShown)
            row = self.post(unit, chat_id, first, edits=edits, message_id=in_place, paced=paced)
            for message in more:
                self.post(unit, chat_id, message)
            if isinstance(reply, SendingShown):
                orders.set_card(tx, reply.reference, row)
            elif isinstance(reply, EvidenceShown) and reply.showing is not Showing.COPY and edits is None:
                unknown.set_card(tx, reply.order.reference, row)

    def _close_earlier(self, unit: Unit, chat_id: int, words: Catalogue, reference: str) -> None:
        """One message takes decisions at a time: the earlier one only says where."""
        order = orders.get(unit.tx, reference)
        if order is not None and order.evidence_card is not None:
            moved = Message(escaped(words.say("unknown.moved", reference=reference)))
            self.post(unit, chat_id, moved, edits=order.evidence_card)

    def plain(self, unit: Unit, chat_id: int, text: str) -> None:
        """One sentence without buttons."""
        self.post(unit, chat_id, Message(escaped(text)))

    def post(
        self,
        unit: Unit,
        chat_id: int,
        message: Message,
        *,
        edits: int | None = None,
        message_id: int | None = None,
        paced: bool = False,
    ) -> int:
        """A message into the outbox; returns its row. `edits` is the row, `message_id` the message that it replaces.

        A `paced` edit waits until its message has not been changed for a moment.
        """
        rows = [
            [[button.text, button.data, *([button.copy] if button.copy else [])] for button in row]
            for row in message.rows
        ]
        body = {"html": message.html, "rows": rows, "message_id": message_id}
        text, row_id = json.dumps(body, ensure_ascii=False), self.ids.outbox()
        unit.rows.append(outbox.add(unit.tx, row_id, chat_id, text, edits=edits, now=self.now(), paced=paced))
        return row_id


def _edited(tx: Transaction, reply: Reply) -> int | None:
    """The outbox row of the message that a reply changes: an order's card, or what shows the evidence about it."""
    if isinstance(reply, OutcomeShown | RetryShown | RetryingShown | CardShown):
        order = orders.get(tx, reply.order.reference)
        return None if order is None else order.card
    if isinstance(reply, EvidenceClosed) or (isinstance(reply, EvidenceShown) and reply.showing is Showing.CARD):
        order = orders.get(tx, reply.order.reference)
        return None if order is None else order.evidence_card
    return None
