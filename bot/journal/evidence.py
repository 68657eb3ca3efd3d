"""The evidence about an order of unknown outcome: written line by line into its history, read back as a whole."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from bot.clock import SECOND, Instant
from bot.conversation.events import Decision
from bot.conversation.views import Candidate, Evidence, LookEnd
from bot.journal.identities import address_of, is_elsewhere
from providers.orders import Findings, Match, Remark
from storage import history, identities, unknown
from storage.database import Reader, Transaction
from storage.orders import Order


class HistoryKind(StrEnum):
    """The subject of a line of an order's history."""

    ENDED = "ended"
    BALANCE = "balance"
    LOOK = "look-up"
    DECISION = "decision"
    DUPLICATE = "confirmed in spite of"
    STOP = "stop"


AGAIN_NOT_SENT = "again_not_sent"
"""How a sending ended that was to be the same once more, and never left."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look-up at the supplier. `result` is how it ended.

    `early`: the list need not have had the order yet, by the clock or by how long we had been there.
    """

    result: LookEnd
    code: str = ""
    said: str = ""
    candidates: tuple[Candidate, ...] = ()
    signals: tuple[Remark, ...] = ()
    balance: str = ""
    early: bool = False

    @property
    def body(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def candidate(match: Match) -> Candidate:
    at = int(match.at.timestamp() * 1_000_000) if match.at is not None else 0
    return Candidate(match.order.number, at, dict(match.facts), match.differs)


def looked(
    result: LookEnd, findings: Findings, matches: tuple[Match, ...], balance: str, *, early: bool = False
) -> Look:
    """A look-up that was answered; `matches` are those that belong to no other order of ours."""
    found = tuple(map(candidate, matches))
    return Look(result, candidates=found, signals=findings.signals, balance=balance, early=early)


def note_ended(tx: Transaction, order: Order, at: Instant) -> None:
    """The outcome of a sending is unknown, or nobody knows whether there was one."""
    sent_at = order.sending_at or order.confirmed_at
    body = {"sent_at": sent_at, "identity": order.identity, "up": at.up, "outcome": json.loads(order.details)}
    _note(tx, order, HistoryKind.ENDED, body, at.now)


def note_balance(tx: Transaction, order: Order, amount: str, now: int) -> None:
    """Write down what was on the account just before a sending."""
    _note(tx, order, HistoryKind.BALANCE, {"amount": amount}, now)


def note_look(tx: Transaction, order: Order, look: Look, now: int) -> None:
    history.add(tx, order.reference, order.attempts, HistoryKind.LOOK, look.body, now=now)


def note_decision(
    tx: Transaction, order: Order, decision: Decision, number: str, *, now: int, user_id: int, name: str
) -> None:
    """Write down who decided what, and what was seen of the order by then."""
    known = evidence_of(tx, order)
    seen = {
        "look": known.look,
        "looked_at": known.looked_at,
        "numbers": [found.number for found in known.candidates],
        "signals": [signal.code for signal in known.signals],
        "balances": [known.balance_before, known.balance_after],
    }
    body = json.dumps({"decision": decision, "number": number, "seen": seen}, ensure_ascii=False)
    history.add(
        tx, order.reference, order.attempts, HistoryKind.DECISION, body, now=now, user_id=user_id, user_name=name
    )


def note_stop(tx: Transaction, order: Order, *, now: int, user_id: int, name: str) -> None:
    """Write down who doesn't want the order to be tried again."""
    history.add(tx, order.reference, order.attempts, HistoryKind.STOP, "{}", now=now, user_id=user_id, user_name=name)


def note_duplicate(tx: Transaction, order: Order, duplicate: str, *, held: bool) -> None:
    """Write down that the order `duplicate`, of the same answers, was shown to the person who confirmed.

    `held`: it was held to be not placed by then.
    """
    body = json.dumps({"alike": duplicate, "held": held})
    history.add(
        tx,
        order.reference,
        order.attempts,
        HistoryKind.DUPLICATE,
        body,
        now=order.confirmed_at,
        user_id=order.user_id,
        user_name=order.user_name,
    )


def confirmed_in_spite_of(reader: Reader, reference: str) -> str | None:
    """The order with the same answers that was shown to the person before this one was confirmed."""
    told = [entry for entry in history.of_order(reader, reference) if entry.kind == HistoryKind.DUPLICATE]
    return str(json.loads(told[-1].body)["alike"]) if told else None


def confirmed_in_spite_of_held(reader: Reader, order: Order) -> str | None:
    """The same, where that order was held to be not placed when this one was last confirmed."""
    noted = history.latest(reader, order.reference, order.attempts - order.tries, HistoryKind.DUPLICATE)
    told = {} if noted is None else json.loads(noted.body)
    return str(told["alike"]) if told.get("held") else None


def was_sent_again(reader: Reader, order: Order) -> bool:
    """True if a person had an order of unknown outcome sent again, and this sending or its retries are that."""
    before = history.latest(reader, order.reference, order.attempts - order.tries + 1, HistoryKind.DECISION)
    return before is not None and json.loads(before.body)["decision"] == Decision.RESEND


def _note(tx: Transaction, order: Order, kind: HistoryKind, body: Mapping[str, Any], now: int) -> None:
    history.add(tx, order.reference, order.attempts, kind, json.dumps(body, ensure_ascii=False), now=now)


@dataclass(slots=True)
class _Read:
    ever: list[int] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    before: str = ""
    last: Mapping[str, Any] = field(default_factory=dict)
    read: Mapping[str, Any] = field(default_factory=dict)
    at: int = 0
    ended_at: int = 0
    looks: int = 0

    def ended(self, body: Mapping[str, Any], at: int) -> None:
        self.ended_at = at
        if body["outcome"].get("code") != AGAIN_NOT_SENT:
            self.ever.append(int(body["sent_at"]))
            self.sent.append(int(body["sent_at"]))

    def looked(self, body: Mapping[str, Any], at: int) -> None:
        self.last, self.at, self.looks = body, at, self.looks + 1
        # What an earlier look-up found is not undone by one that could not be read.
        self.read = self.read if body["result"] == LookEnd.FAILED else body

    def begun_anew(self) -> None:
        """It was held to be not placed, and whoever confirmed it again has sent it anew."""
        self.sent, self.before, self.last, self.read, self.at = [], "", {}, {}, 0


def evidence_of(reader: Reader, order: Order) -> Evidence:
    """All evidence about the order as it was last sent, and when it was sent first."""
    read = _Read()
    for entry in history.of_order(reader, order.reference):
        body = json.loads(entry.body)
        match entry.kind:
            case HistoryKind.ENDED:
                read.ended(body, entry.at)
            case HistoryKind.BALANCE if not read.sent:
                read.before = str(body["amount"])
            case HistoryKind.LOOK if entry.attempt == order.attempts:
                read.looked(body, entry.at)
            case HistoryKind.DECISION if body["decision"] == Decision.NOT_PLACED:
                read.begun_anew()
            case HistoryKind.LOOK if body["result"] == LookEnd.NOTHING:
                read.begun_anew()
    return Evidence(
        sent_at=min(read.sent, default=order.sending_at or 0),
        first_sent_at=min(read.ever, default=order.sending_at or 0),
        ended_at=read.ended_at or order.settled_at or 0,
        # An order that was held to be not placed meanwhile counts anew.
        looks=max(order.looks, read.looks),
        looked_at=read.at,
        look=LookEnd(read.last.get("result", LookEnd.NONE)),
        look_code=read.last.get("code", ""),
        look_said=read.last.get("said", ""),
        look_early=bool(read.last.get("early")),
        candidates=tuple(_candidate(found) for found in read.read.get("candidates", ())),
        signals=tuple(Remark(**signal) for signal in read.read.get("signals", ())),
        balance_before=read.before,
        balance_after=read.read.get("balance", ""),
        sent_again=max(0, len(read.sent) - 1),
        other_identity=_other_identity(reader, order),
    )


def set_back_since(reader: Reader, order: Order, at: Instant) -> int:
    """Microseconds by which the clock has certainly been set back by `at` since the order's last sending ended.

    Less time has gone by on it than the bot has been up: when the order was sent, it was ahead by that. One that was
    put right while the bot was off for longer is not noticed.
    """
    ended = [entry for entry in history.of_order(reader, order.reference) if entry.kind == HistoryKind.ENDED]
    up = json.loads(ended[-1].body).get("up") if ended else None
    back = 0 if up is None else (at.up - int(up)) - (at.now - ended[-1].at)
    return back if back > SECOND else 0


def _other_identity(reader: Reader, order: Order) -> str:
    """The address that it went to, where its account leads elsewhere now; one that is gone leads nowhere."""
    is_there = identities.account(reader, order.account) is not None
    return address_of(reader, order) if is_there and is_elsewhere(reader, order) else ""


def was_listed_before(reader: Reader, order: Order, number: str) -> bool:
    """Check whether a look-up for another order had a number in the supplier's list before this order was sent."""
    others = unknown.of_identity(reader, order.identity) + unknown.held_of_identity(reader, order.identity)
    return any(
        entry.kind == HistoryKind.LOOK
        and entry.at < (order.sending_at or 0)
        and any(candidate["number"] == number for candidate in json.loads(entry.body)["candidates"])
        for other in others
        if other.reference != order.reference
        for entry in history.of_order(reader, other.reference)
    )


def candidates_decided_on(reader: Reader, order: Order) -> frozenset[str]:
    """Numbers that the supplier's list had when a person said that none of them is this order."""
    found: set[str] = set()
    decided: frozenset[str] = frozenset()
    for entry in history.of_order(reader, order.reference):
        body = json.loads(entry.body)
        if entry.kind == HistoryKind.LOOK:
            found |= {str(candidate["number"]) for candidate in body["candidates"]}
        elif entry.kind == HistoryKind.DECISION and body["decision"] == Decision.NOT_PLACED:
            decided = frozenset(found)
    return decided


def _candidate(found: Mapping[str, Any]) -> Candidate:
    return Candidate(found["number"], found["at"], found["facts"], tuple(found["differs"]))
