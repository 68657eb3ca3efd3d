"""People who order: each sends the next message as soon as the last one was answered, and keeps the time that took."""

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from time import perf_counter, time
from typing import Any

from tests.benchmarks.dialogue import STEPS, End, Step, order

_TAG = re.compile(r"<[^>]*>")
FIRST = 80
"""Characters of a message in which its first word has to be, tags and all."""


class PlayError(Exception):
    """A bot said something that the dialogue has no place for."""


@dataclass(slots=True)
class Person:
    """`quota`: answers until they pause; None for no end."""

    id: int
    number: int
    steps: tuple[Step, ...] = ()
    at: int = 0
    sent_at: float = 0.0
    is_waiting: bool = False
    quota: int | None = None
    seen: bytes = b"{}"
    buttons: list[list[dict[str, Any]]] = field(default_factory=list)


class Crowd:
    """The people of one round. `send` takes an update's body, everything in it but its id, for the bot to fetch.

    `message_ids` are given to messages of people and bot alike, as Telegram does. `taken` holds the seconds from each
    message to its answer. `unasked` counts messages that nobody waited for.
    """

    def __init__(
        self,
        ids: Iterable[int],
        end: End,
        send: Callable[[bytes], None],
        message_ids: Iterator[int],
        account: str = "shop",
    ) -> None:
        self.people = {one: Person(one, number) for number, one in enumerate(ids)}
        self._next_number = len(self.people)
        self._end = end
        self._account = account
        self._send = send
        self._message_ids = message_ids
        self.taken: list[float] = []
        self.unasked = 0
        self.stopped = False
        self.idle: Callable[[], None] = lambda: None

    def begin(self, quotas: Callable[[int], int | None]) -> None:
        """Let everybody go on; `quotas` gives the n-th person's number of answers before they pause."""
        for place, person in enumerate(self.people.values()):
            person.quota = quotas(place)
        for person in list(self.people.values()):
            if not person.is_waiting:
                self._go_on(person)

    def turn_to(self, end: End) -> None:
        """Let the orders that people are in the middle of end like this too."""
        self._end, self.stopped = end, False
        self.taken.clear()
        for person in self.people.values():
            person.steps = order(person.number, end, self._account)

    @property
    def waiting(self) -> int:
        return sum(person.is_waiting for person in self.people.values())

    def hear(self, chat_id: int, text: str, markup: str, message: bytes) -> None:
        """A message, new or edited; `message` is what Telegram makes of it. Raises PlayError."""
        person = self.people.get(chat_id)
        if person is None or not person.is_waiting:
            self.unasked += 1
            return
        step = person.steps[person.at]
        if step.until and not _TAG.sub("", text[:FIRST]).lstrip().startswith(step.until):
            if "Not accepted" in text or step.until not in {"Placed", "Cancelled"}:
                raise PlayError(f"after {step} the bot said: {text[:300]}")
            return
        self.taken.append(perf_counter() - person.sent_at)
        person.is_waiting = False
        person.seen = message
        person.buttons = json.loads(markup)["inline_keyboard"] if markup else []
        person.at += 1
        if person.quota is not None:
            person.quota -= 1
        self._go_on(person)

    def _go_on(self, person: Person) -> None:
        if self.stopped or person.quota == 0:
            if not self.waiting:
                self.idle()
            return
        if person.at >= len(person.steps):
            self._next_number += 1
            person.number, person.at = self._next_number, 0
        if person.at == 0:
            person.steps = order(person.number, self._end, self._account)
        person.is_waiting = True
        person.sent_at = perf_counter()
        self._send(self._update(person, person.steps[person.at]))

    def _update(self, person: Person, step: Step) -> bytes:
        message_id = next(self._message_ids)
        who = b'{"id":%d,"is_bot":false,"first_name":"Person","language_code":"en"}' % person.id
        if step.tap:
            return b'"callback_query":{"id":"%d","from":%b,"message":%b,"chat_instance":"%d","data":%b}' % (
                message_id,
                who,
                person.seen,
                person.id,
                json.dumps(_data(person, step)).encode(),
            )
        entities = b""
        if step.say.startswith("/"):
            length = len(step.say.split(" ", 1)[0])
            entities = b',"entities":[{"type":"bot_command","offset":0,"length":%d}]' % length
        return b'"message":{"message_id":%d,"from":%b,"chat":%b,"date":%d,"text":%b%b}' % (
            message_id,
            who,
            chat(person.id),
            time(),
            json.dumps(step.say).encode(),
            entities,
        )


def _data(person: Person, step: Step) -> str:
    for row in person.buttons:
        for button in row:
            if button["text"].startswith(step.tap):
                data: str = button["callback_data"]
                return data
    raise PlayError(f"there is no button {step.tap} under: {person.seen.decode()[:600]}")


def chat(chat_id: int) -> bytes:
    return b'{"id":%d,"first_name":"Person","type":"private"}' % chat_id


class Updates:
    """What the bot can fetch: kept until it is acknowledged, in the order of its ids."""

    def __init__(self) -> None:
        self._kept: deque[tuple[int, bytes]] = deque()
        self._last = 0

    def numbered(self, body: bytes) -> bytes:
        """An update with an id of its own, for whoever brings it."""
        self._last += 1
        return b'{"update_id":%d,%b}' % (self._last, body)

    def add(self, body: bytes) -> None:
        update = self.numbered(body)
        self._kept.append((self._last, update))

    def fetch(self, offset: int, limit: int) -> bytes | None:
        """The answer to a poll; None where it has to wait. What is below `offset` is acknowledged."""
        while self._kept and self._kept[0][0] < offset:
            self._kept.popleft()
        if not self._kept:
            return None
        found = [self._kept[place][1] for place in range(min(limit, len(self._kept)))]
        return b'{"ok":true,"result":[%b]}' % b",".join(found)


def staggered(place: int, people: int) -> int:
    """How many answers the n-th person gets before the measuring, so that people are at all steps when it begins.

    Few people are given some whole orders more: a bot is slower in its first moments.
    """
    return place % STEPS + STEPS * (2 if people < STEPS else 1 if people < 4 * STEPS else 0) + 1
