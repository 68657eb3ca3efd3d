"""The chats that this replica holds: it alone brings their messages to Telegram, until it gives them back.

Alone on a database a bot holds all chats for ever, and nothing is written down.
"""

from collections.abc import Callable, Iterable, Mapping

from bot.telegram.waiting import KEPT
from storage import chats, outbox
from storage.chats import Entered
from storage.database import Reader, Transaction
from storage.outbox import OutboxRow


class HeldChats:
    """Known in memory, so that only what has come to rest is given back. `me` is empty for a bot that is alone."""

    def __init__(self, me: str, at_rest: Callable[[int], bool]) -> None:
        """`at_rest`: nothing is on its way to a chat, and nothing is known that waits for it."""
        self._me = me
        self._at_rest = at_rest
        self._chats: dict[int, int] = {}
        """Each with the last number that was reserved there when this replica entered; 0 where it doesn't know."""

    def __bool__(self) -> bool:
        return bool(self._chats)

    def add(self, chat_ids: Iterable[int]) -> None:
        """These are held, as storage has it."""
        if self._me:
            self._chats.update({chat_id: self._chats.get(chat_id, 0) for chat_id in chat_ids})

    def note(self, entered: Mapping[int, Entered]) -> set[int]:
        """These were entered and are held; returns those in which something may wait that others have written."""
        strange = {
            chat_id
            for chat_id, one in entered.items()
            if one.since is not None and one.since != self._chats.get(chat_id)
        }
        self._chats.update({chat_id: one.last for chat_id, one in entered.items()})
        return strange

    def enter(self, tx: Transaction, chat_id: int) -> bool:
        """Hold a chat from the commit on, if nobody else does; True if it is ours then."""
        return not self._me or chats.enter(tx, chat_id, self._me, 0, 0).holder == self._me

    def resting(self) -> set[int]:
        """The chats that can be given back."""
        return {chat_id for chat_id in self._chats if self._at_rest(chat_id)}

    def give_back(self, tx: Transaction, chat_ids: Iterable[int]) -> set[int]:
        """Give them back with the commit; returns those that we hold on, since something waits in them."""
        return chats.give_back(tx, chat_ids, self._me) if self._me else set()

    def given_back(self, chat_ids: Iterable[int]) -> set[int]:
        """They are given back, as storage has it; returns them without those that were taken anew since."""
        gone = {chat_id for chat_id in chat_ids if self._at_rest(chat_id)}
        for chat_id in gone:
            self._chats.pop(chat_id, None)
        return gone

    def of(self, reader: Reader, chat_ids: Iterable[int] | None) -> list[int] | None:
        """All that we hold as storage has it, or those of the chats that we hold; None for all that there are."""
        if not self._me:
            return None if chat_ids is None else list(chat_ids)
        held = chats.held(reader, self._me)
        return held if chat_ids is None else sorted(set(chat_ids).intersection(held))

    def waiting(
        self, reader: Reader, chat_ids: Iterable[int] | None
    ) -> tuple[list[OutboxRow], set[int], list[int] | None]:
        """The rows that wait in storage, in some of our chats or in all; where something is kept; and our chats."""
        ours = self.of(reader, chat_ids)
        return outbox.waiting(reader, KEPT + 1, ours), outbox.kept_chats(reader), ours

    def inherit(self, tx: Transaction) -> tuple[list[int], set[int]]:
        """Hold the chats of the dead from the commit on; returns them, and the messages that wait there."""
        found = chats.inherit(tx, self._me)
        return found, chats.waiting(tx, found)
