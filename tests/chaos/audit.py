"""The promises, held against everything that was said and everything that suppliers have."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from bot.ids import now_us
from bot.sandbox.chats import ChatMessage
from providers.orders import Outcome
from providers.simulators.base import Fault, Simulator
from providers.simulators.base import Order as Taken
from storage.orders import Order
from tests.chaos.books import Books, may_be_there
from tests.chaos.drafts import token_of

PROMISES = ("doubled", "lost", "untold", "untrue", "outsiders", "disordered")
PLACED, NOT_PLACED, UNKNOWN = "Placed", "Not placed", "Outcome unknown"
SAID_OF = {
    Outcome.PLACED: PLACED,
    Outcome.REFUSED: NOT_PLACED,
    Outcome.NOT_SENT: NOT_PLACED,
    Outcome.UNKNOWN: UNKNOWN,
}
NEVER_TAKEN = "blocked by the user"
"""In the one reason for which Telegram may refuse a message for good."""
NEEDLESS = {"withheld", "outdated", "not closed"}
"""Reasons for which a message is not said: its news went to others, the chat has a newer edit of it, or it only closes
a question that is answered."""
LIST_LACKS_IT, A_PERSON_SAID_SO = "list did not have it on", "said it was not placed"
"""In the words of an order that is held to be not placed, though its supplier has not said so."""
INSISTS, LISTED = "others", "found"
"""The verb of the button that calls an order not placed in spite of what is seen; the end of a look-up that saw it."""
_IN_SPITE_OF = """
SELECT body FROM order_history WHERE reference = ? AND kind = 'confirmed in spite of' ORDER BY at
"""
_DECIDED = """
SELECT reference, attempt, body FROM order_history WHERE kind = 'decision' AND body LIKE '%"not_placed"%'
"""
LOOKED_FOR = 24 * 3600 * 1_000_000
"""Microseconds of being there for which such an order is looked for, and the same is asked about."""


@dataclass(frozen=True)
class Waiting:
    """An order that waited to be sent when the bot was away: by whose confirmations, and how often it had been sent.

    `let_go` are the taps that had let its batch go on before.
    """

    confirmed: frozenset[tuple[str, str, int]]
    received: int
    let_go: frozenset[int]


@dataclass
class Audit:
    """What is wrong, by promise: `doubled`, `lost`, `untold`, `untrue`, `outsiders` and `disordered`.

    `staff` are the people who may hear of orders, None for everybody. `now` is the right time in microseconds, and
    `lag` how many of them a supplier may take.
    """

    books: Books
    staff: set[int] | None = None
    now: Callable[[], int] = now_us
    lag: int = 0
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    outsiders: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    knowingly: Counter[tuple[int, str]] = field(default_factory=Counter)
    """By place and token: how often somebody confirmed an order although told that the same had been ordered."""
    misled: set[str] = field(default_factory=set)
    """Tokens of orders that somebody has called not placed although they are there."""
    insisted: set[str] = field(default_factory=set)
    """Sendings, as `reference:attempt`, of which somebody has said that what is seen is something else."""
    tell_nothing: set[int] = field(default_factory=set)
    """Places whose orders carry nothing of ours."""
    going_on: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By batch the taps, as updates, that let it go on."""
    forgotten: set[str] = field(default_factory=set)
    """Tokens of what was done after a copy that was put back: the journal doesn't know, and can't."""
    _told: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    _refused: Counter[str] = field(default_factory=Counter)
    _decided: Counter[str] = field(default_factory=Counter)
    _late_since: dict[tuple[int, str], int] = field(default_factory=dict)
    _inferred_at: dict[tuple[str, int], int] = field(default_factory=dict)
    _lapsed: set[str] = field(default_factory=set)
    _waiting: dict[str, Waiting] = field(default_factory=dict)
    _heads: dict[tuple[int, int], str] = field(default_factory=dict)
    """The first words of each message as it is now, by chat and message."""

    @property
    def wrong(self) -> list[str]:
        kinds = {kind: getattr(self, kind) for kind in PROMISES}
        return [f"{kind}: {what}" for kind, found in kinds.items() for what in dict.fromkeys(found)]

    def heard(self, message: ChatMessage, chat_id: int) -> None:
        """Telegram has taken a message, or an edit of one, this very moment."""
        said = message.text.split(" · ")[0].split("\n")[0]
        reference = _line(message.text, "Reference: ")
        self._heads[chat_id, message.message_id] = said
        if self.staff is not None and chat_id not in self.staff and (reference or token_of(message.text)):
            self.outsiders.append(f"{chat_id} is no staff, and reads {message.text!r}")
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
        elif said == NOT_PLACED and not repeated and token_of(order.answers) not in self.forgotten:
            self._heard_not_placed(order, message.text)

    def _heard_not_placed(self, order: Order, text: str) -> None:
        there, others = self.books.free(order), len(self._others(order))
        if LIST_LACKS_IT in text:
            self._note_inferred(order)
            known = self._inferred_at.get((order.reference, order.attempts), self.now())
            there = [entry for entry in there if _microseconds(entry.taken_at) <= known]
            since = self._late_since.get((id(self.books.place_of(order)), token_of(order.answers)), 0)
            if self.books.may_come(order) and known - since < self.lag:
                self.untrue.append(f"{order.reference} is told as not placed while its supplier may still take it")
        if A_PERSON_SAID_SO in text and token_of(order.answers) in self.misled:
            return
        if len(there) > others:
            self.untrue.append(f"{order.reference} is told as not placed, and the supplier has it")

    def received(self, place: Simulator, had: int, *, beside: bool = False) -> None:
        """A supplier has received a create just now; it `had` so many orders when that came.

        `beside`: it has another one that it has not answered.
        """
        create = place.received[-1]
        if beside and id(place) in self.tell_nothing:
            both = f"{token_of(create.body)} was sent to {place.title} beside another order"
            self.untrue.append(f"{both}, and nothing tells the two apart")
        if create.outcome == f"fault {Fault.LATE}":
            self._late_since[id(place), token_of(create.body)] = self.now()
        if place._failing_reads or token_of(create.body) in self.misled | self.forgotten:
            return
        listed = {entry.number for entry in place.ledger[:had]}
        for order in self.books.journal.orders():
            if (
                order.stage == "sending"
                and self.books.place_of(order) is place
                and self.books.belongs(order, create.body)
            ):
                self._check_looked_before(order, listed)

    def _check_looked_before(self, order: Order, listed: set[str]) -> None:
        """What a list once lacked, and an order was confirmed in spite of, isn't there when that is sent."""
        orders = {one.reference: one for one in self.books.alike(order)}
        before = self.books.journal.rows(_IN_SPITE_OF, order.reference)
        earlier = orders.get(json.loads(before[-1]["body"])["alike"]) if before else None
        if earlier is None or not earlier.inferred:
            return
        there = {entry.number for entry in self.books.free(earlier)} & listed
        others = [one for one in self._others(earlier) if one.reference != order.reference]
        if len(there) > len(others):
            self.doubled.append(f"{order.reference} was sent while {earlier.reference} was there to be seen")

    def _note_inferred(self, *orders: Order) -> None:
        for order in orders:
            if order.inferred and order.outcome == Outcome.NOT_SENT:
                self._inferred_at.setdefault((order.reference, order.attempts), self.now())

    def last_told(self, reference: str) -> str:
        """The word for the outcome that was said last, or none."""
        told = self._told.get(reference)
        return told[-1][0] if told else ""

    def _others(self, order: Order) -> list[Order]:
        others = [other for other in self.books.alike(order) if other.reference != order.reference]
        return [other for other in may_be_there(others) if other.number is None]

    def tapped(self, data: str) -> None:
        """Somebody taps a button with this data."""
        verb, _, of_it = data.partition(":")
        if verb == INSISTS:
            self.insisted.add(":".join(of_it.split(":")[:2]))

    def was_away(self) -> None:
        """From now on nothing that waits is to be sent before somebody confirms it again."""
        orders = self.books.journal.orders()
        seen = (
            {row["update_id"] for row in self.books.journal.rows("SELECT update_id FROM updates")} if orders else set()
        )
        for order in orders:
            if order.stage == "confirmed":
                let_go = frozenset(self.going_on.get(order.batch or "", set()) & seen)
                self._waiting[order.reference] = Waiting(self._confirmed(order), self.books.received(order), let_go)

    def was_put_back(self, before: list[Order]) -> None:
        """A copy has taken the place of a journal that had these orders."""
        now = {order.reference: order for order in self.books.journal.orders()}
        for order in before:
            copied = now.get(order.reference)
            if copied is None or (
                copied.outcome in {Outcome.REFUSED, Outcome.NOT_SENT}
                and (copied.draft_id, copied.attempts, copied.outcome)
                != (order.draft_id, order.attempts, order.outcome)
            ):
                self.forgotten.add(token_of(order.answers))

    def _confirmed(self, order: Order) -> frozenset[tuple[str, str, int]]:
        return frozenset((one.reference, one.draft_id, self._resent(one)) for one in self.books.alike(order))

    def check(self) -> None:
        """What must hold at every moment."""
        self._note_inferred(*self.books.journal.orders())
        self._check_guard()
        self._check_absences()
        self._check_decisions()
        for place, token in self.books.strays():
            if token not in self.forgotten:
                self.doubled.append(f"{token} was sent to {place.title} at {place.url}, and no order is for that place")
        for order, group, taken in self.books.groups():
            if token_of(order.answers) in self.forgotten:
                continue
            if len(taken) > len(may_be_there(group)):
                self.doubled.append(f"{order.account} has {len(taken)} orders for {_names(group)}")
            received, allowed = self.books.received(order), sum(map(self._sendings, group))
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
        orders = self.books.journal.orders()
        up = self.books.journal.rows("SELECT value FROM program WHERE name = 'up'") if orders else []
        for order in orders:
            if order.inferred and up and int(up[0]["value"]) - order.settled_up > LOOKED_FOR:
                self._lapsed.add(order.reference)
        there = [order for order in may_be_there(orders) if order.reference not in self._lapsed]
        ordered = Counter((id(self.books.place_of(one)), token_of(one.answers)) for one in there)
        for (place, token), times in ordered.items():
            if token not in self.forgotten and times > 1 + self.knowingly[place, token]:
                self.doubled.append(f"{token} is ordered {times} times, and nobody was asked")

    def _check_absences(self) -> None:
        orders = {order.reference: order for order in self.books.journal.orders()}
        for reference, waiting in list(self._waiting.items()):
            order = orders.get(reference)
            is_let_go = order is not None and self.going_on.get(order.batch or "", set()) - waiting.let_go
            if order is None or is_let_go or self._confirmed(order) != waiting.confirmed:
                del self._waiting[reference]
            elif self.books.received(order) > waiting.received:
                self.doubled.append(f"{reference} was sent by itself after an absence")

    def _check_decisions(self) -> None:
        """What seems to be there isn't called not placed by the first tap."""
        for row in self.books.journal.rows(_DECIDED) if self.books.journal.orders() else []:
            seen, of_it = json.loads(row["body"])["seen"], f"{row['reference']}:{row['attempt']}"
            if seen["look"] == LISTED and seen["numbers"] and of_it not in self.insisted:
                self.untrue.append(
                    f"{row['reference']} was called not placed by one tap, with {seen['numbers']} in view"
                )

    def _sendings(self, order: Order) -> int:
        """How often this order may have been sent: once, and after each time that it was told as not placed."""
        rows = self.books.journal.rows(
            "SELECT count(*) AS told FROM outbox WHERE body LIKE ?", f"%{NOT_PLACED}%{order.reference}%"
        )
        # What was said long ago may be pruned, or be missing in a copy that was put back.
        self._refused[order.reference] = max(self._refused[order.reference], int(rows[0]["told"]))
        self._decided[order.reference] = max(self._decided[order.reference], self._resent(order))
        return 1 + self._refused[order.reference] + self._decided[order.reference]

    def _resent(self, order: Order) -> int:
        """How often somebody had it sent again though nobody knew what had become of it."""
        rows = self.books.journal.rows(
            "SELECT count(*) AS n FROM order_history WHERE reference = ? AND body LIKE '%\"resend\"%'", order.reference
        )
        return int(rows[0]["n"])

    def check_in_the_end(self) -> None:
        """What must hold when everything was healed, delivered and decided."""
        self.check()
        for place, token in self.books.strays():
            if token not in self.forgotten:
                self.lost.append(f"{place.title} at {place.url} was sent {token}, and nobody knows")
        for order, group, taken in self.books.groups():
            if token_of(order.answers) not in self.forgotten:
                self._check_group_in_the_end(order, group, taken)
        for row in self.books.journal.rows("SELECT chat_id, state, error, body FROM outbox WHERE state <> 'sent'"):
            error = row["error"] or ""
            if row["state"] != "failed" or not (NEVER_TAKEN in error or error in NEEDLESS):
                self.untold.append(f"a message to {row['chat_id']} is {row['state']} ({row['error']}): {row['body']}")

    def _check_group_in_the_end(self, order: Order, group: list[Order], taken: list[Taken]) -> None:
        for one in group:
            if one.outcome not in {Outcome.PLACED, Outcome.REFUSED, Outcome.NOT_SENT}:
                self.untold.append(f"{one.reference} has no outcome: {one.stage} {one.outcome}")
            elif not self._was_told(one):
                self.untold.append(f"{one.reference} is {one.outcome}, and told were {self._told[one.reference]}")
        missing = {entry.number for entry in taken} - {one.number for one in group if one.outcome == Outcome.PLACED}
        if missing and token_of(order.answers) not in self.misled:
            self.lost.append(f"{order.account} has {sorted(missing)}, and nobody knows")

    def _was_told(self, order: Order) -> bool:
        told = self._told[order.reference]
        if not told and order.batch is not None:
            return self._is_counted(order)
        if told and told[-1] == (SAID_OF[Outcome(order.outcome or "")], order.number or ""):
            return True
        given_up = self.books.journal.rows(
            "SELECT id FROM outbox WHERE state = 'failed' AND body LIKE ? AND error LIKE ?",
            *(f"%{order.reference}%", f"%{NEVER_TAKEN}%"),
        )
        return bool(given_up)

    def _is_counted(self, order: Order) -> bool:
        """Check whether the message of a batch, which tells of its rows, says how many were placed."""
        rows = [one for one in self.books.journal.orders() if one.batch == order.batch]
        placed, size = sum(one.outcome == Outcome.PLACED for one in rows), len(rows)
        every = f"All {size} placed" if size > 1 else f"{size} placed"
        counted = every if placed == size else f"{placed} of {size} placed"
        shown = self.books.journal.rows(
            "SELECT DISTINCT chat_id, message_id FROM outbox WHERE about = ?", f"batch:{order.batch}"
        )
        return any(self._heads.get((row["chat_id"], row["message_id"])) == counted for row in shown)


def _microseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)


def _line(text: str, start: str) -> str:
    return next((line.removeprefix(start) for line in text.splitlines() if line.startswith(start)), "")


def _names(orders: list[Order]) -> str:
    return ", ".join(order.reference for order in orders)
