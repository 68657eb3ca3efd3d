"""The promises, held against everything that was said and everything that suppliers have."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from bot.sandbox.chats import ChatMessage
from providers.orders import Outcome
from storage.orders import Order
from tests.chaos.books import Books, possible
from tests.chaos.drafts import token_of

PLACED, NOT_PLACED, UNKNOWN = "Placed", "Not placed", "Outcome unknown"
SAID_OF = {
    Outcome.PLACED: PLACED,
    Outcome.REFUSED: NOT_PLACED,
    Outcome.NOT_SENT: NOT_PLACED,
    Outcome.UNKNOWN: UNKNOWN,
}
NEVER_TAKEN = "blocked by the user"
"""In the one reason for which Telegram may refuse a message for good."""


@dataclass
class Audit:
    """What is wrong, by promise: `doubled`, `lost`, `untold` and `untrue`."""

    books: Books
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    knowingly: Counter[str] = field(default_factory=Counter)
    """By token: how often somebody confirmed an order although he was told that the same had been ordered."""
    _told: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    _refused: Counter[str] = field(default_factory=Counter)

    @property
    def wrong(self) -> list[str]:
        kinds = {"doubled": self.doubled, "lost": self.lost, "untold": self.untold, "untrue": self.untrue}
        return [f"{kind}: {what}" for kind, found in kinds.items() for what in dict.fromkeys(found)]

    def heard(self, message: ChatMessage) -> None:
        """Telegram has taken a message, or an edit of one, this very moment."""
        said = message.text.split(" · ")[0].split("\n")[0]
        reference = _line(message.text, "Reference: ")
        if said not in SAID_OF.values() or not reference:
            return
        before = self._told[reference]
        number = _line(message.text, "Order number: ")
        repeated = (said, number) in before
        before.append((said, number))
        order = next((o for o in self.books.journal.orders() if o.reference == reference), None)
        if order is None:
            self.untrue.append(f"an order is told of that is in no journal: {message.text!r}")
        elif said == PLACED and number not in {entry.number for entry in self.books.taken(order)}:
            self.untrue.append(f"{reference} is told as placed under {number!r}, which the supplier doesn't have")
        elif said == NOT_PLACED and not repeated and len(self.books.free(order)) > len(self._others(order)):
            self.untrue.append(f"{reference} is told as not placed, and the supplier has it")

    def last_told(self, reference: str) -> str:
        """The word for the outcome that was said last, or none."""
        told = self._told.get(reference)
        return told[-1][0] if told else ""

    def _others(self, order: Order) -> list[Order]:
        others = [other for other in self.books.alike(order) if other.reference != order.reference]
        return [other for other in possible(others) if other.number is None]

    def check(self) -> None:
        """What must hold at every moment."""
        self._check_guard()
        for order, group, taken in self.books.groups():
            supplier = self.books.suppliers[order.account]
            if len(taken) > len(possible(group)):
                self.doubled.append(f"{order.account} has {len(taken)} orders for {_names(group)}")
            received = sum(self.books.belongs(order, one.body) for one in supplier.received)
            allowed = sum(map(self._sendings, group))
            if received > allowed:
                self.doubled.append(f"{_names(group)} was sent {received} times, and decided on {allowed} times")
            numbers = sorted(o.number for o in group if o.number)
            if any(one == other for one, other in pairwise(numbers)):
                self.doubled.append(f"one number for several orders: {numbers}")
            for one in group:
                if one.outcome == Outcome.PLACED and one.number not in {entry.number for entry in taken}:
                    self.untrue.append(f"{one.reference} is recorded as {one.number}, which the supplier doesn't have")

    def _check_guard(self) -> None:
        """Nobody orders the same twice without knowing it."""
        ordered = Counter(token_of(one.answers) for one in possible(self.books.journal.orders()))
        for token, times in ordered.items():
            if times > 1 + self.knowingly[token]:
                self.doubled.append(f"{token} is ordered {times} times, and nobody was asked")

    def _sendings(self, order: Order) -> int:
        """How often this order may have been sent: once, and after each time that it was told as not placed."""
        rows = self.books.journal.rows(
            "SELECT (SELECT count(*) FROM outbox WHERE body LIKE ?1) AS told, "
            "(SELECT count(*) FROM order_history WHERE reference = ?2 AND body LIKE '%\"resend\"%') AS decided",
            f"%{NOT_PLACED}%{order.reference}%",
            order.reference,
        )
        # What was said long ago may be pruned.
        self._refused[order.reference] = max(self._refused[order.reference], int(rows[0]["told"]))
        return 1 + self._refused[order.reference] + int(rows[0]["decided"])

    def check_in_the_end(self) -> None:
        """What must hold when everything was healed, delivered and decided."""
        self.check()
        for order, group, taken in self.books.groups():
            for one in group:
                if one.outcome not in {Outcome.PLACED, Outcome.REFUSED, Outcome.NOT_SENT}:
                    self.untold.append(f"{one.reference} has no outcome: {one.stage} {one.outcome}")
                elif not self._was_told(one):
                    self.untold.append(f"{one.reference} is {one.outcome}, and told were {self._told[one.reference]}")
            placed = {one.number for one in group if one.outcome == Outcome.PLACED}
            if missing := {entry.number for entry in taken} - placed:
                self.lost.append(f"{order.account} has {sorted(missing)}, and nobody knows")
        for row in self.books.journal.rows("SELECT chat_id, state, error, body FROM outbox WHERE state <> 'sent'"):
            if row["state"] != "failed" or NEVER_TAKEN not in (row["error"] or ""):
                self.untold.append(f"a message to {row['chat_id']} is {row['state']} ({row['error']}): {row['body']}")

    def _was_told(self, order: Order) -> bool:
        told = self._told[order.reference]
        if told and told[-1] == (SAID_OF[Outcome(order.outcome or "")], order.number or ""):
            return True
        given_up = self.books.journal.rows(
            "SELECT id FROM outbox WHERE state = 'failed' AND body LIKE ?1", f"%{order.reference}%"
        )
        return bool(given_up)


def _line(text: str, start: str) -> str:
    return next((line.removeprefix(start) for line in text.splitlines() if line.startswith(start)), "")


def _names(orders: list[Order]) -> str:
    return ", ".join(order.reference for order in orders)
