"""Signals between replicas that no transaction sends along: what one has brought about, for whoever has to do with it.

They go out together, since each text costs the database a transaction of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic import TypeAdapter

from bot.conversation.requests import Request
from bot.conversation.state import ConversationKey
from storage.signals import Signal, as_texts


class Signals:
    """Sends what has come up meanwhile as one text; what is lost on a line on its way is asked for by `Replica`."""

    def __init__(self, publish: Callable[[str], Awaitable[None]]) -> None:
        self._publish = publish
        self._waiting: list[Signal] = []
        self._came_up = asyncio.Event()

    def send(self, signal: Signal) -> None:
        """Tell the other replicas, soon."""
        if signal not in self._waiting:
            self._waiting.append(signal)
        self._came_up.set()

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            await self._came_up.wait()
            self._came_up.clear()
            waiting, self._waiting = self._waiting, []
            for text in as_texts(waiting):
                await self._publish(text)


def as_signal(key: ConversationKey, request: Request) -> Signal:
    """The signal that a conversation asks this of a worker."""
    kind = type(request)
    return "do", key.chat_id, key.user_id, kind.__name__, TypeAdapter(kind).dump_json(request).decode()


def from_signal(signal: Signal, kinds: Mapping[str, type[Request]]) -> tuple[ConversationKey, Request]:
    """The conversation and what it asks for; `kinds` by their names. Raises ValueError for what isn't one of them."""
    match signal:
        case ("do", int(chat_id), int(user_id), str(name), str(text)) if name in kinds:
            request: Any = TypeAdapter(kinds[name]).validate_json(text)
            return ConversationKey(chat_id, user_id), request
        case _:
            raise ValueError("no such request")
