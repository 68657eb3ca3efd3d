"""The feed of the chat page: the state of everything when it asks, and then each change as it happens."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.sandbox.changes import Subscription
from bot.sandbox.chats import BOT, ChatChange, ChatMessage, Json
from bot.sandbox.payloads import PAYLOADS
from bot.sandbox.seats import Seat
from bot.sandbox.standin import StandIn
from bot.sandbox.suppliers import SupplierCard
from bot.sandbox.troubles import Troubles

HEARTBEAT = 15.0
"""Seconds of silence after which the page is written to, so that a page which has gone is noticed."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_Queue = asyncio.Queue[tuple[str, Any] | None]


class Feed:
    """The chats as seen from the `seats`, one at a time, and what all see: suppliers and the clock."""

    def __init__(
        self,
        standin: StandIn,
        seats: Sequence[Seat],
        suppliers: Sequence[SupplierCard],
        troubles: Troubles,
        clock: Clock,
    ) -> None:
        self._standin = standin
        self._seats = seats
        self._suppliers = suppliers
        self._clock = clock
        self._troubles = troubles
        self._watchers: set[_Queue] = set()
        clock.on_move(self._clock_moved)
        troubles.on_change = self._telegram_changed
        for card in suppliers:
            card.on_change = self._supplier_changed

    def state(self, seat: Seat) -> Json:
        """All that the page shows from a seat, as JSON."""
        return {
            "person": seat.chat,
            "language": self._standin.language_of(seat.person),
            "people": [{"id": one.chat, "name": self._standin.title_of(one.chat)} for one in self._seats],
            "bot": self._standin.username,
            "clock": self._time(),
            "telegram": self._telegram(),
            "messages": [self._message(message, seat) for message in self._standin.messages(seat.chat)],
            "commands": self._standin.commands(self._standin.language_of(seat.person), seat.chat),
            "suppliers": [card.as_json() for card in self._suppliers],
        }

    async def stream(self, request: web.Request, seat: Seat) -> web.StreamResponse:
        """Server-sent events: first the whole state, then each change. It ends when the stand-in stops."""
        queue: _Queue = asyncio.Queue()
        response = web.StreamResponse(headers=HEADERS | {"Content-Type": "text/event-stream"})
        with self._standin.subscribe() as changes:
            # Nothing is awaited between subscribing and reading the state: no change is missed, none told twice.
            queue.put_nowait(("state", self.state(seat)))
            follower = asyncio.create_task(self._follow(seat, changes, len(self._standin.toasts), queue))
            self._watchers.add(queue)
            try:
                await response.prepare(request)
                while (event := await _next_or_silence(queue)) is not None:
                    name, content = event
                    await response.write(f"event: {name}\ndata: {json.dumps(content)}\n\n".encode())
            except ConnectionResetError:
                pass  # the page was closed
            finally:
                self._watchers.discard(queue)
                follower.cancel()
        return response

    async def _follow(self, seat: Seat, changes: Subscription, toasts: int, queue: _Queue) -> None:
        others = {one.chat for one in self._seats} - {seat.chat}
        async for change in changes:
            if change.kind == "toast":
                toast, toasts = self._standin.toasts[toasts], toasts + 1
                if toast.user_id == seat.person:
                    queue.put_nowait(("toast", {"text": toast.text, "alert": toast.alert}))
            elif change.kind == "commands":
                language = self._standin.language_of(seat.person)
                queue.put_nowait(("commands", self._standin.commands(language, seat.chat)))
            elif change.chat_id == seat.chat or (change.kind == "inline" and change.chat_id == seat.person):
                queue.put_nowait(self._event(change, seat))
            elif change.chat_id in others and change.kind == "message" and self._is_the_bots(change):
                queue.put_nowait(("elsewhere", {"person": change.chat_id}))
        queue.put_nowait(None)

    def _is_the_bots(self, change: ChatChange) -> bool:
        shown = self._shown(change)
        return shown is not None and shown.sender == BOT

    def _shown(self, change: ChatChange) -> ChatMessage | None:
        messages = self._standin.messages(change.chat_id)
        return next((message for message in messages if message.message_id == change.message_id), None)

    def _event(self, change: ChatChange, seat: Seat) -> tuple[str, Json]:
        if change.kind == "action":
            return "action", {"action": change.text}
        if change.kind == "inline":
            return "results", self._results(change.text)
        shown = self._shown(change)
        # A message may have gone again before its change was read.
        return ("deleted", {"id": change.message_id}) if shown is None else ("message", self._message(shown, seat))

    def _results(self, query_id: str) -> Json:
        query = self._standin.query(query_id)
        answer = query.answer
        return {
            "query_id": query_id,
            "query": query.query,
            "offset": query.offset,
            "results": [] if answer is None else [result.as_json() for result in answer.results.values()],
            "next_offset": "" if answer is None else answer.next_offset,
        }

    def _supplier_changed(self, card: SupplierCard) -> None:
        self._tell_all("supplier", card.as_json())

    def _clock_moved(self) -> None:
        self._tell_all("clock", self._time())
        for card in self._suppliers:
            self._supplier_changed(card)

    def _telegram_changed(self) -> None:
        self._tell_all("telegram", self._telegram())

    def _telegram(self) -> Json:
        return {"trouble": self._troubles.now}

    def _tell_all(self, name: str, content: Json) -> None:
        for queue in self._watchers:
            queue.put_nowait((name, content))

    def _time(self) -> Json:
        """The sandbox's time, in milliseconds since 1970; the page lets it go on."""
        return {"now": int(self._clock.seconds() * 1000)}

    def _message(self, message: ChatMessage, seat: Seat) -> Json:
        person, there = seat.person, self._standin.messages(message.chat_id)
        quoted = next((m for m in there if m.message_id == message.reply_to), None)
        return {
            "id": message.message_id,
            "mine": message.sender == person,
            "html": message.html,
            "text": message.text,
            "date": message.date,
            "edited": message.edited,
            "silent": message.is_silent,
            "via_bot": message.via_bot,
            "buttons": [[button.as_json() for button in row] for row in message.buttons],
            "file": shown_file(self._standin, message),
            "kind": next((kind for kind in PAYLOADS if kind in message.extra), "text"),
            "reply_to": None
            if quoted is None
            else {"id": quoted.message_id, "mine": quoted.sender == person, "text": quoted.text},
        }


def shown_file(standin: StandIn, message: ChatMessage) -> Json | None:
    """The file of a message as the page shows it; None where it has none."""
    found = standin.file_of(message)
    return None if found is None else {"name": found.name, "size": len(found.content)}


async def _next_or_silence(queue: _Queue) -> tuple[str, Any] | None:
    with suppress(TimeoutError):
        async with asyncio.timeout(HEARTBEAT):
            return await queue.get()
    return "silence", None
