"""The order of each chat: messages come as they stand in the outbox, and none is overtaken by a later one.

A message may come twice, when the bot dies between Telegram's taking it and recording that; then all that was said
since may come once more too, in order. So what a chat reads is the outbox with steps back and no step left out.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence as Series
from dataclasses import dataclass, field
from itertools import pairwise

from bot.sandbox.chats import BOT, ChatMessage
from bot.sandbox.messages import formatted
from tests.chaos.books import Journal

_SENT = "SELECT id, chat_id, body, edits, message_id FROM outbox WHERE state = 'sent' ORDER BY id"


@dataclass(frozen=True, slots=True)
class SentRow:
    """A row that Telegram took, as the text that people read, and as the message that shows it."""

    row_id: int
    message_id: int | None
    text: str
    is_new: bool
    """It didn't change a message that was there."""


@dataclass
class Sequence:
    """What came into each chat, in order. `journal` is the bot's."""

    journal: Journal
    _came: dict[int, list[ChatMessage]] = field(default_factory=lambda: defaultdict(list))
    _now: dict[int, dict[int, ChatMessage]] = field(default_factory=lambda: defaultdict(dict))

    def came(self, message: ChatMessage) -> None:
        """Telegram has taken a message, or a change of one, this very moment."""
        if message.sender == BOT:
            if message.message_id not in self._now[message.chat_id]:
                self._came[message.chat_id].append(message)
            self._now[message.chat_id][message.message_id] = message

    def faults(self) -> list[str]:
        """Everything that is out of order, in words, once all was said."""
        rows: dict[int, list[SentRow]] = defaultdict(list)
        for row in self.journal.rows(_SENT):
            body = json.loads(row["body"])
            text = formatted(body["html"], "HTML").text
            is_new = row["edits"] is None and body["message_id"] is None
            rows[row["chat_id"]].append(SentRow(row["id"], row["message_id"], text, is_new))
        return [
            f"in {chat}, {fault}"
            for chat in sorted({*rows, *self._came})
            for fault in [
                *overtaken(rows[chat], {one.message_id: one.text for one in self._came[chat]}),
                *skipped(rows[chat], [one.text for one in self._came[chat]]),
                *outdated(rows[chat], {number: one.text for number, one in self._now[chat].items()}),
            ]
        ]


def overtaken(rows: Series[SentRow], came: Mapping[int, str]) -> list[str]:
    """Rows whose message stands above that of an earlier row; `came` are messages as they were first.

    A row that is shown by a later message by now, since a change of it came as a message of its own, is no such row.
    """
    stand = [row for row in rows if row.is_new and row.message_id is not None and came.get(row.message_id) == row.text]
    return [
        f"{later.row_id} ({later.text[:60]!r}) stands above {row.row_id} ({row.text[:60]!r})"
        for row, later in pairwise(stand)
        if (later.message_id or 0) <= (row.message_id or 0)
    ]


def skipped(rows: Series[SentRow], came: Series[str]) -> list[str]:
    """The first message that came before one that should have come before it, or after which the rest is missing.

    A change of a message whose number Telegram didn't name comes as a new one.
    """
    new = [row for row in rows if row.is_new]
    changes = {row.text for row in rows if not row.is_new}
    places: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(new):
        places[row.text].append(place)
    # Texts are alike, so the chat may be at any of these rows.
    at = {-1}
    for text in came:
        following = {place for place in places[text] if place <= max(at) + 1} | (at if text in changes else set())
        if not following:
            due = new[max(at) + 1].text if max(at) + 1 < len(new) else ""
            return [f"{text[:60]!r} came where {due[:60]!r} was due"]
        at = following
    return [] if len(new) - 1 in at else [f"{new[max(at) + 1].text[:60]!r} is missing in the end"]


def outdated(rows: Series[SentRow], now: Mapping[int, str]) -> list[str]:
    """Messages that show something else than the newest row that changed them."""
    newest = {row.message_id: row for row in rows if row.message_id is not None}
    return [
        f"message {number} shows {now.get(number)!r} in place of {row.text!r} of row {row.row_id}"
        for number, row in newest.items()
        if now.get(number) != row.text
    ]
