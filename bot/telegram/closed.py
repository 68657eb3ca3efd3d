"""The chats to which the bot may not write for now. What they miss is kept, and goes out when it may again."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from bot.telegram.held import HeldChats
from bot.telegram.taken import TakenMessages
from bot.telegram.under_way import UnderWay
from storage import outbox
from storage.database import Database, Transaction
from storage.errors import StorageError
from storage.outbox import OutboxRow

log = logging.getLogger(__name__)


class ChatSignals(Protocol):
    """The signals to other replicas."""

    def send(self, signal: tuple[str | int, ...]) -> None: ...


class ClosedChats:
    """Known in memory, so that a message to an open chat reads nothing. `now` is UTC in microseconds."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], int],
        send: Callable[[Sequence[OutboxRow]], None],
        taken: TakenMessages,
        under_way: UnderWay,
        held: HeldChats,
        signals: ChatSignals | None = None,
    ) -> None:
        self._database = database
        self._now = now
        self._send = send
        self._taken = taken
        self._under_way = under_way
        self._held = held
        self._signals = signals
        self._closed: set[int] = set()
        self._is_known = False
        self._opened: set[int] = set()

    def __contains__(self, chat_id: int) -> bool:
        return chat_id in self._closed

    def note(self, chats: Iterable[int]) -> None:
        """Something is kept for these chats."""
        self._closed.update(chats)

    def close(self, chat_id: int) -> None:
        """Telegram has refused to write there; whoever hears that it may be written to again has to know."""
        self._closed.add(chat_id)
        if self._signals is not None:
            self._signals.send(("closed", chat_id))

    def read(self, chats: Iterable[int]) -> None:
        """Storage was read: for these chats something is kept, and for those of which we knew."""
        self._closed.update(chats)
        self._is_known = True

    def forget(self) -> None:
        """Others may have closed chats that we don't know of."""
        self._is_known = False

    def begin(self, chat_id: int) -> None:
        """An attempt to write there begins."""
        self._opened.discard(chat_id)

    def was_opened(self, chat_id: int) -> bool:
        """True if the chat was said to be open since the last attempt has begun."""
        return chat_id in self._opened

    async def reopen(self, chats: Iterable[int]) -> None:
        """The bot may write to these chats, perhaps again: what they have missed goes out. Raises StorageError."""
        wanted = set(chats)
        # What is on its way there may still be refused.
        self._opened |= wanted & self._under_way.serving.keys()
        if wanted and not self._is_known:
            self.read(await self._database.read(outbox.kept_chats))
        wanted &= self._closed
        if not wanted:
            return
        self._closed -= wanted
        taken = self._taken.unstored()

        def revive(tx: Transaction) -> list[OutboxRow]:
            # What was taken meanwhile may surpass what is kept.
            outbox.record(tx, taken)
            rows: list[OutboxRow] = []
            for chat_id in sorted(wanted):
                found = outbox.revive(tx, chat_id, self._now())
                if found and self._held.enter(tx, chat_id):
                    rows += found
            return rows

        def revived(rows: list[OutboxRow]) -> None:
            self._taken.stored(taken)
            self._send(rows)

        try:
            await self._database.run(revive, revived)
        except BaseException:
            self._closed |= wanted
            raise

    async def reopen_by(self, row: OutboxRow) -> None:
        """A message was taken: should its chat have been closed, it isn't any more, although nobody has said so."""
        if row.chat_id in self._closed and not row.closes:
            try:
                await self.reopen([row.chat_id])
            except StorageError as error:
                log.warning("what chat %s has missed has to wait: %s", row.chat_id, error)
