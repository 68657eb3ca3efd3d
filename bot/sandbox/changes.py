"""The changes of the chats, handed to all who watch them at once, so that nobody has to ask again and again."""

import asyncio
from types import TracebackType
from typing import Self

from bot.sandbox.chats import ChatChange


class Subscription:
    """Changes from the moment it was made, as an async iterator; it ends when the stand-in stops or on `close`."""

    def __init__(self, all_open: "set[Subscription]") -> None:
        self._all_open = all_open
        self._queue: asyncio.Queue[ChatChange | None] = asyncio.Queue()
        all_open.add(self)

    def put(self, change: ChatChange | None) -> None:
        """Hand over a change; None ends the iteration."""
        self._queue.put_nowait(change)

    def close(self) -> None:
        self._all_open.discard(self)
        self.put(None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ChatChange:
        change = await self._queue.get()
        if change is None:
            raise StopAsyncIteration
        return change

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Changes:
    """Everybody who watches."""

    def __init__(self) -> None:
        self._open: set[Subscription] = set()

    def publish(self, change: ChatChange) -> None:
        for subscription in self._open:
            subscription.put(change)

    def subscribe(self) -> Subscription:
        return Subscription(self._open)

    def end(self) -> None:
        """End every subscription."""
        for subscription in list(self._open):
            subscription.close()
