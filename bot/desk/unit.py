"""One unit of work of the desk: its transaction, and what is handed over once that is committed.

It runs in the database's thread, so it touches no worker: it only notes what they will have to do.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.conversation.state import ConversationKey
from bot.conversation.step import Step
from bot.desk.chats import ChatsMark, SharedChats
from bot.ids import Ids
from storage.chats import Entered
from storage.database import Transaction
from storage.outbox import OutboxRow


class _AnyRow:
    """Contains every row: where nothing is known of the way out, any message may be there."""

    def __contains__(self, row_id: object) -> bool:
        return True


ANY_ROW: Final = _AnyRow()


HeldBy = Mapping[int, Entered]
"""Chats that a replica holds, each as it was when the replica entered it."""


@dataclass(frozen=True, slots=True)
class UnitMark:
    """A moment within a unit of work, by how much of everything there was."""

    rows: int
    steps: int
    orders_moved: bool
    groups_moved: bool
    chats: ChatsMark | None


@dataclass(slots=True)
class Unit:
    """`rows` are the messages that it says, `steps` those that conversations have made, in their order."""

    tx: Transaction
    rows: list[OutboxRow] = field(default_factory=list)
    steps: list[tuple[ConversationKey, Step]] = field(default_factory=list)
    orders_moved: bool = False
    """The outcome of an order became known: workers may have something to do that nobody has just confirmed."""
    groups_moved: bool = False
    """A group has another id: what is known of messages that were sent there holds no more."""
    on_the_way: Container[int] = ANY_ROW
    """The rows that may be on the screen although storage has them as waiting."""
    chats: SharedChats | None = None
    """The chats of this unit where replicas share them."""
    prompt: int = 0
    """The row of the question, menu or summary that the step under way has shown; 0 for none."""
    is_prompt_new: bool = False
    """That row is a message of its own, not a change of the one whose button was tapped."""
    hint: int = 0
    """The row in which it said which texts were not taken; 0 for none."""

    listed: int | None = None
    """The row of the numbered list that the step under way has shown; 0 where it changed a message to what is none."""
    is_list_in_place: bool = False
    """That row is a change of the message whose button was tapped."""

    @classmethod
    def of(cls, tx: Transaction, on_the_way: Container[int], ids: Ids, replica: str) -> "Unit":
        """A unit of work of a replica; `replica` is empty for a bot that is alone."""
        return cls(tx, on_the_way=on_the_way, chats=SharedChats(tx, ids, replica) if replica else None)

    def may_be_shown(self, row_id: int, chat_id: int) -> bool:
        """Check whether a row that storage has as waiting may be on the screen of a chat all the same."""
        if self.chats is not None and not self.chats.is_ours(chat_id):
            # Another replica is at it.
            return all(row.id != row_id for row in self.rows)
        return row_id in self.on_the_way and all(row.id != row_id for row in self.rows)

    def to_deliver(self) -> list[OutboxRow]:
        """The messages that this process is to bring to Telegram."""
        chats = self.chats
        return self.rows if chats is None else [row for row in self.rows if chats.is_ours(row.chat_id)]

    def mark(self) -> "UnitMark":
        """A moment to go back to."""
        chats = None if self.chats is None else self.chats.mark()
        return UnitMark(len(self.rows), len(self.steps), self.orders_moved, self.groups_moved, chats)

    def back_to(self, mark: "UnitMark") -> None:
        """Drop what came after a moment: it is undone in the database, so nothing of it is handed over."""
        del self.rows[mark.rows :]
        del self.steps[mark.steps :]
        self.orders_moved, self.groups_moved = mark.orders_moved, mark.groups_moved
        if self.chats is not None and mark.chats is not None:
            self.chats.back_to(mark.chats)
