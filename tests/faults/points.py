"""The moments of a create at which something can fail, in the order in which they come, and how each is made to happen.

What happens below HTTP is done by a wire, what the supplier does by its simulator.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from providers.http import LARGEST_ANSWER
from providers.simulators.base import Fault, Simulator
from providers.simulators.wire import Wire
from tests.end_to_end.dialogues import Dialogue
from tests.providers.simulators.samples import a_body

SOON = 1.0
"""Seconds that are waited for an answer which never comes."""
A_WHILE = 5.0
"""Seconds until the next try: long enough for a slow machine to notice that there will be one."""
SHORT_DELAY = 0.05

LONG_ANSWERS = {
    "Link · ●●○": "https://example.com/" + "x" * 2000,
    "Address · ●●○": "路" * 1000,
    "Note · ●●○○": "易" * 1000,
    "Address · ●●●": "建" * 255,
    "Note · ●●○": "慢" * 220,
}
"""By question; the longest that the forms take, so that a request is longer than what the wire reads of it."""

Fails = Callable[[Simulator, Wire], None]


def _as_it_is(url: str) -> str:
    return url


def _nothing(supplier: Simulator, wire: Wire) -> None:
    del supplier, wire


@dataclass(frozen=True, slots=True)
class Point:
    """One row of a table.

    `fails` sets the fault, `address` changes the supplier's in the settings. `listens`: whether anybody does there, and
    `returns`: whether somebody does again once the bot has said that it will try again, after `retry_wait` seconds.
    `long` asks for a request that is longer than what the other side reads of it. `timeout` is the account's, in
    seconds. `late`: the supplier takes the order when everything was said. `earlier` is how many orders it has had from
    others before.
    """

    name: str
    fails: Fails = _nothing
    address: Callable[[str], str] = _as_it_is
    listens: bool = True
    returns: bool = False
    retry_wait: float = 0.1
    long: bool = False
    timeout: float = 60
    late: bool = False
    earlier: int = 0


def _by(fault: Fault) -> Fails:
    return lambda supplier, _: supplier.fail(fault, seconds=SHORT_DELAY)


def _answers(status: int, body: bytes = b"", *, taken: bool, head: str = "") -> Fails:
    start = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Length: {len(body)}\r\n{head}"
    return lambda _, wire: wire.answer_instead(f"{start}Connection: close\r\n\r\n".encode() + body, taken=taken)


def _another(name: str) -> dict[str, Any]:
    """The body of another order, with ids such as ours."""
    body = a_body(name)
    if "site_order_id" in body:
        body["site_order_id"] = 100_000_000_000
        for parcel in body["consignees"]:
            parcel["site_order_consignee_id"] = "100000000000001"
    return body


def _answers_for_another(fault: Fault) -> Fails:
    """The answer is that of an order which somebody else made two hours before."""

    def fails(supplier: Simulator, wire: Wire) -> None:
        clock = supplier.now
        supplier.now = lambda: clock() - timedelta(hours=2)
        supplier.take_elsewhere(_another(supplier.name))
        supplier.now = clock
        _by(fault)(supplier, wire)

    return fails


def _sends_elsewhere(supplier: Simulator, wire: Wire) -> None:
    # To the same place with the same method: whoever follows orders twice.
    there = f"Location: {wire.url}{supplier.create_path}\r\n"
    _answers(HTTPStatus.TEMPORARY_REDIRECT, taken=True, head=there)(supplier, wire)


POINTS = (
    Point("its name has no address (DNS)", address=lambda _: "http://supplier.invalid"),
    Point("nobody listens there (connect)", listens=False),
    Point("nobody listens there for a moment", listens=False, returns=True, retry_wait=A_WHILE),
    Point("the TLS handshake fails (before writing)", address=lambda url: url.replace("http:", "https:")),
    Point("the line breaks in the middle of writing", lambda _, wire: wire.cut_within(), long=True),
    Point("the line drops before the order is taken", _by(Fault.DROP_BEFORE)),
    Point("the line drops, the order is taken later", _by(Fault.LATE), late=True),
    Point("the line drops after the order was taken", _by(Fault.DROP_AFTER)),
    Point("taken, and no answer", _by(Fault.HANG), timeout=SOON),
    Point("taken, and an answer that is slow but in time", _by(Fault.DELAY)),
    Point("500 before the order is taken", _by(Fault.ERROR_BEFORE)),
    Point("500 after the order was taken", _by(Fault.ERROR_AFTER)),
    Point("429, not taken", _answers(HTTPStatus.TOO_MANY_REQUESTS, taken=False, head="Retry-After: 0\r\n")),
    Point("taken, and sent elsewhere (307)", _sends_elsewhere),
    Point("taken, and garbage", _by(Fault.GARBAGE)),
    Point("taken, and an answer that is not HTTP", lambda _, wire: wire.answer_instead(b"SSH-2.0-x\r\n", taken=True)),
    Point("taken, and an empty answer", _by(Fault.EMPTY)),
    Point("taken, and a truncated answer", _by(Fault.TRUNCATED)),
    Point("taken, and an oversized answer", _answers(HTTPStatus.OK, b" " * (LARGEST_ANSWER + 1), taken=True)),
    Point("taken, and a 2xx without a number", _by(Fault.NO_NUMBER)),
    Point("taken, and the answer of an earlier order", _answers_for_another(Fault.ANOTHER_AFTER), earlier=1),
    Point("not taken, and the answer of an earlier order", _answers_for_another(Fault.ANOTHER_BEFORE), earlier=1),
    Point("a documented refusal", _by(Fault.REFUSE)),
    Point("no fault", _nothing),
)


def longer(dialogue: Dialogue) -> Dialogue:
    """The dialogue with the longest answers."""
    turns = list(dialogue.turns)
    for place, asked in enumerate(dialogue.turns[:-1]):
        if asked.first in LONG_ANSWERS:
            turns[place + 1] = replace(turns[place + 1], does=LONG_ANSWERS[asked.first])
    return replace(dialogue, turns=tuple(turns))
