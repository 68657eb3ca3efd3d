"""A stand-in for Telegram that costs little and plays the people too: `python -m tests.benchmarks.telegram [FILE]`.

It says nothing against a bot's mistakes; the strict one is the sandbox's. It is a process of its own, told what to do
in lines of JSON on its standard input, and it answers each with one line. The file is the certificate that it trusts
where a bot's webhook is called by https.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from itertools import count
from statistics import quantiles
from time import monotonic, perf_counter, time
from typing import Any, Final
from urllib.parse import parse_qs

from tests.benchmarks.bringing import Webhook
from tests.benchmarks.dialogue import STEPS, End
from tests.benchmarks.people import FIRST, Crowd, PlayError, Updates, chat, staggered
from tests.benchmarks.processes import cpu_seconds, forget_peak, is_alive, peak_megabytes
from tests.benchmarks.wire import Connection, fields, serve

LONGEST_SILENCE: Final = 60.0
"""Seconds without any answer until a bot counts as stuck."""
WATCHED: Final = ("Sending", "Outcome unknown")
_BOT: Final = b'{"id":1,"is_bot":true,"first_name":"Bench","username":"bench_bot"}'
_ME: Final = (
    b'{"ok":true,"result":%b,"can_join_groups":true,"can_read_all_group_messages":false,'
    b'"supports_inline_queries":false,"can_connect_to_business":false,"has_main_web_app":false}}'
) % _BOT[:-1]
_TRUE: Final = b'{"ok":true,"result":true}'
_NONE: Final = b'{"ok":true,"result":[]}'
_MESSAGE: Final = b'{"message_id":%d,"from":%b,"chat":%b,"date":%d,%b"text":%b%b}'


class Telegram:
    """Answers the bot, and brings its messages to the crowd."""

    def __init__(self, certificate: str = "") -> None:
        self._certificate = certificate
        self._webhook: tuple[tuple[str, ...], Webhook] | None = None
        """What was set, and whoever brings updates there."""
        self._updates = Updates()
        self._message_ids = count(1)
        self._poll: tuple[Connection, int, int, asyncio.TimerHandle] | None = None
        self._methods: dict[bytes, Callable[[Connection, bytes, bytes, bytes], None]] = {
            b"getme": lambda connection, *_: connection.answer(_ME),
            b"getupdates": self._get_updates,
            b"setwebhook": self._set_webhook,
            b"getwebhookinfo": self._tell_webhook,
            b"sendmessage": self._send_message,
            b"editmessagetext": self._edit_message,
        }
        self.crowd = self.gathered((), End.CANCEL)
        self.first_poll: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.fault = ""
        self.bot = 0
        self.heard_at = perf_counter()
        self.told: dict[str, set[int]] = {words: set() for words in WATCHED}
        """The chats that ever had a message beginning so."""

    def gathered(self, ids: Any, end: End, account: str = "shop") -> Crowd:
        return Crowd(ids, end, self._has_update, self._message_ids, account)

    def handle(self, connection: Connection, target: bytes, head: bytes, body: bytes) -> None:
        method = self._methods.get(target.rpartition(b"/")[2].partition(b"?")[0].lower())
        if method is None:
            connection.answer(_TRUE)
        else:
            method(connection, target, head, body)

    def _has_update(self, body: bytes) -> None:
        if self._webhook is not None:
            self._webhook[1].bring(self._updates.numbered(body))
            return
        self._updates.add(body)
        if self._poll is not None:
            connection, offset, limit, timer = self._poll
            if not connection.is_open:
                self._poll = None
                return
            found = self._updates.fetch(offset, limit)
            assert found is not None
            timer.cancel()
            self._poll = None
            connection.answer(found)

    def _get_updates(self, connection: Connection, target: bytes, head: bytes, body: bytes) -> None:
        asked = {name: values[0] for name, values in parse_qs(target.partition(b"?")[2].decode()).items()}
        asked |= fields(head, body) if body else {}
        offset, limit = int(asked.get("offset", 0)), int(asked.get("limit", 100))
        if not self.first_poll.done():
            self.first_poll.set_result(monotonic())
        if (found := self._updates.fetch(offset, limit)) is not None:
            connection.answer(found)
            return
        if self._poll is not None:
            self._poll[3].cancel()
        timer = asyncio.get_running_loop().call_later(float(asked.get("timeout", 0)), self._nothing_new, connection)
        self._poll = (connection, offset, limit, timer)

    def _nothing_new(self, connection: Connection) -> None:
        self._poll = None
        connection.answer(_NONE)

    def _set_webhook(self, connection: Connection, target: bytes, head: bytes, body: bytes) -> None:
        """Several bots set the same one."""
        del target
        asked = fields(head, body)
        wanted = tuple(asked[name] for name in ("url", "secret_token", "max_connections", "allowed_updates"))
        if self._webhook is None or self._webhook[0] != wanted:
            url, secret, connections, _ = wanted
            self._webhook = wanted, Webhook(url, secret, int(connections), self._certificate)
        connection.answer(_TRUE)
        if not self.first_poll.done():
            self.first_poll.set_result(monotonic())

    def _tell_webhook(self, connection: Connection, *_: bytes) -> None:
        url, _secret, connections, kinds = self._webhook[0] if self._webhook is not None else ("", "", "0", "[]")
        state = {
            "url": url,
            "has_custom_certificate": False,
            "pending_update_count": 0,
            "max_connections": int(connections),
        }
        told = json.dumps({"ok": True, "result": state | {"allowed_updates": json.loads(kinds)}})
        connection.answer(told.encode())

    @property
    def again(self) -> int:
        """Updates that had to be brought once more so far."""
        return 0 if self._webhook is None else self._webhook[1].again

    def _send_message(self, connection: Connection, target: bytes, head: bytes, body: bytes) -> None:
        del target
        self._message(connection, fields(head, body), next(self._message_ids), b"")

    def _edit_message(self, connection: Connection, target: bytes, head: bytes, body: bytes) -> None:
        del target
        asked = fields(head, body)
        self._message(connection, asked, int(asked["message_id"]), b'"edit_date":%d,' % time())

    def _message(self, connection: Connection, asked: dict[str, str], message_id: int, edited: bytes) -> None:
        chat_id, text, markup = int(asked["chat_id"]), asked["text"], asked.get("reply_markup", "")
        message = _MESSAGE % (
            message_id,
            _BOT,
            chat(chat_id),
            time(),
            edited,
            json.dumps(text).encode(),
            b',"reply_markup":%b' % markup.encode() if markup else b"",
        )
        # The answer first: a person writes after they have seen the message, and so after Telegram has taken it.
        connection.answer(b'{"ok":true,"result":%b}' % message)
        self.heard_at = perf_counter()
        for words in WATCHED:
            if words in text[:FIRST]:
                self.told[words].add(chat_id)
        if edited and not markup and not any(words in text[:FIRST] for words in (*WATCHED, "Placed", "Not placed")):
            # An answered question has lost its buttons: nobody waits for that.
            return
        try:
            self.crowd.hear(chat_id, text, markup, message)
        except PlayError as error:
            self.fault = str(error)


async def play(telegram: Telegram, order: dict[str, Any]) -> dict[str, Any]:
    """A round of `people`, whose ids begin with `first`, until `seconds` are over; what was measured meanwhile.

    Where it `goes_on` with the people of the round before, they are at all steps already.
    """
    people, bots, beside, own = order["people"], order["bots"], order["beside"], order["own"]
    first, end = order["first"], End(order["end"])
    if order["goes_on"]:
        crowd = telegram.crowd
        crowd.turn_to(end)
    else:
        crowd = telegram.crowd = telegram.gathered(range(first, first + people), end, order["account"])
        await _paused(telegram, lambda: crowd.begin(lambda place: staggered(place, people)))
        crowd.taken.clear()
    for bot in bots:
        forget_peak(bot)
    cost = _Cost({"cpu": bots, "standin": [own]} | {name: [pid] for name, pid in beside.items()})
    again, began, began_at = telegram.again, perf_counter(), monotonic()
    crowd.begin(lambda _: None)
    enough = order["enough"]
    while (passed := perf_counter() - began) < order["seconds"] or len(crowd.taken) < enough:
        await asyncio.sleep(max(0.01, min(order["seconds"] - passed, 0.25)))
        _alive(telegram)
    passed = perf_counter() - began
    spent, ended_at = cost.spent(), monotonic()
    taken = list(crowd.taken)
    peak = sum(peak_megabytes(bot) for bot in bots)
    crowd.stopped = True
    await _paused(telegram, lambda: None)
    at = quantiles(taken, n=100, method="inclusive")
    return {
        "updates": len(taken),
        "per_second": len(taken) / passed,
        "p50": at[49] * 1000,
        "p95": at[94] * 1000,
        "p99": at[98] * 1000,
        **{name: seconds / len(taken) * 1000 for name, seconds in spent.items()},
        "memory": peak,
        "standin": spent["standin"] / passed,
        "unasked": crowd.unasked,
        "again": telegram.again - again,
        "began": began_at,
        "ended": ended_at,
    }


class _Cost:
    """The CPU time that processes take from now on, by the name of what they are."""

    def __init__(self, processes: dict[str, list[int]]) -> None:
        self._processes = processes
        self._before = self._seconds()

    def _seconds(self) -> dict[str, float]:
        return {name: sum(map(cpu_seconds, pids)) for name, pids in self._processes.items()}

    def spent(self) -> dict[str, float]:
        """Seconds since then."""
        return {name: seconds - self._before[name] for name, seconds in self._seconds().items()}


async def fill(telegram: Telegram, order: dict[str, Any]) -> dict[str, Any]:
    """Let `people` give so many `answers` each, and leave their drafts open."""
    first, people = order["first"], order["people"]
    crowd = telegram.crowd = telegram.gathered(range(first, first + people), End(order["end"]), order["account"])
    await _paused(telegram, lambda: crowd.begin(lambda _: order["answers"]))
    return {"updates": len(crowd.taken)}


async def confirm(telegram: Telegram, order: dict[str, Any]) -> dict[str, Any]:
    """Let `people` confirm an order each whose supplier never answers; return when they have been told of sending."""
    first, people = order["first"], order["people"]
    crowd = telegram.crowd = telegram.gathered(range(first, first + people), End.CONFIRM, order["account"])
    await _paused(telegram, lambda: crowd.begin(lambda _: STEPS - 1))
    crowd.begin(lambda _: 1)
    await _until(telegram, lambda: len(telegram.told["Sending"]) >= people)
    return {}


async def polled(telegram: Telegram, order: dict[str, Any]) -> dict[str, Any]:
    """When the bot fetched updates for the first time, by the clock that all processes share."""
    telegram.bot, telegram.heard_at = order["pid"], perf_counter()
    await _until(telegram, telegram.first_poll.done)
    return {"at": telegram.first_poll.result()}


async def told(telegram: Telegram, order: dict[str, Any]) -> dict[str, Any]:
    """When so many chats had had a message that begins with these words, by the clock that all processes share."""
    await _until(telegram, lambda: len(telegram.told[order["begins"]]) >= order["chats"])
    return {"at": monotonic()}


async def _until(telegram: Telegram, holds: Callable[[], bool]) -> None:
    while not holds():
        _alive(telegram)
        await asyncio.sleep(0.005)


async def _paused(telegram: Telegram, begin: Callable[[], None]) -> None:
    """Begin, and wait until nobody waits for an answer any more."""
    idle = asyncio.Event()
    crowd = telegram.crowd
    crowd.idle = idle.set
    telegram.heard_at = perf_counter()
    begin()
    while crowd.waiting:
        try:
            async with asyncio.timeout(0.5):
                await idle.wait()
        except TimeoutError:
            _alive(telegram)


def _alive(telegram: Telegram) -> None:
    if telegram.fault:
        raise PlayError(telegram.fault)
    if telegram.bot and not is_alive(telegram.bot):
        raise PlayError("the bot ended by itself")
    if perf_counter() - telegram.heard_at > LONGEST_SILENCE:
        raise PlayError(f"the bot said nothing for {LONGEST_SILENCE:.0f} s; {telegram.crowd.waiting} people wait")


_ORDERS: Final[dict[str, Callable[[Telegram, dict[str, Any]], Awaitable[dict[str, Any]]]]] = {
    "play": play,
    "fill": fill,
    "confirm": confirm,
    "polled": polled,
    "told": told,
}


async def main() -> None:
    telegram = Telegram(*sys.argv[1:])
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    _say({"port": await serve(telegram.handle)})
    while line := await reader.readline():
        order = json.loads(line)
        try:
            _say(await _ORDERS[order["do"]](telegram, order))
        except PlayError as error:
            _say({"fault": str(error)})


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
