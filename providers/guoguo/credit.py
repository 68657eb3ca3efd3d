"""The debits of our credit, which are a second witness of orders, and the balance.

A debit without an order in the list says that the list doesn't tell everything. How a record names its order is not
documented; where it does, it can only take a debit from the evidence, never add an order to it.

Source: the pages List Credit Records and Get Credit Balance.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from providers.errors import AccessDenied, ReadingFailed
from providers.guoguo.answer import CREDIT, DENIED, POINTS, UNAUTHORIZED, amount, said, text
from providers.guoguo.paging import Entry, Listing, newest_first
from providers.http import Http
from providers.orders import Balance, Remark, Sending

RECORDS = Listing(
    "/platform/organization/credit/record", "organization_credit_record_number", "credit_records_not_read"
)
BALANCE = "/platform/organization/credit/balance"
DECREASE = "decrease"
BY_CREDIT = frozenset({"", CREDIT})
DEBIT = "debit"


@dataclass(frozen=True, slots=True)
class Debit:
    """`points` taken from the account; `order` are the numbers and ids by which the record names its order, if any."""

    record: str
    points: Decimal
    at: datetime
    order: frozenset[str]

    def names_any(self, names: Collection[str]) -> bool:
        """True when it is for one of the orders with these `names_of`."""
        return not self.order.isdisjoint(names)

    def signal(self) -> Remark:
        facts = {"quantity": f"{self.points.normalize():f}", "at": self.at.isoformat(), "record": self.record}
        return Remark(DEBIT, facts)


async def read_debits(http: Http, sending: Sending, now: Callable[[], datetime]) -> tuple[list[Debit], bool]:
    """The debits since the sending's horizon, newest first, and whether none can be missing.

    Raises AccessDenied or ReadingFailed.
    """
    reading = await newest_first(http, RECORDS, now, since=sending.horizon)
    readable = [
        (entry, points) for entry in reading.entries if (points := amount(entry.row.get("quantity"))) is not None
    ]
    debits = [
        Debit(entry.number, abs(points), entry.at, frozenset(_named(entry.row.get("order"))))
        for entry, points in readable
        if entry.at and entry.at >= sending.horizon
        if points < 0 or text(entry.row.get("type")).lower() == DECREASE
    ]
    return debits, reading.whole and len(readable) == len(reading.entries)


def leave_open(debits: Collection[Debit], orders: Collection[Entry], is_meant: Callable[[datetime], bool]) -> bool:
    """True when the debits of the times that are meant need more orders than the list has of these times.

    A debit needs one unless it names an order that is known; an order answers for one debit, unless it is named by one
    or was paid otherwise.
    """
    meant = [order for order in orders if order.at and is_meant(order.at)]
    known = names_of(orders)
    named = frozenset[str]().union(*(debit.order for debit in debits))
    alone = [debit for debit in debits if is_meant(debit.at) and not debit.names_any(known)]
    unnamed = [
        order
        for order in meant
        if text(order.row.get("payment_type")).lower() in BY_CREDIT and named.isdisjoint(names_of([order]))
    ]
    return len(alone) > len(unnamed)


def names_of(orders: Collection[Entry]) -> frozenset[str]:
    """The numbers and ids by which a debit may name one of the orders."""
    return frozenset(name for order in orders for name in _names(order.number, order.row.get("order_id")))


async def read_balance(http: Http) -> Balance:
    """The points left. Raises AccessDenied or ReadingFailed."""
    answer = await http.read("GET", BALANCE)
    body = answer.json_object()
    if answer.status == UNAUTHORIZED:
        raise AccessDenied(DENIED, said=said(body))
    points = amount(body.get("balance"))
    if not 200 <= answer.status < 300 or points is None:  # noqa: PLR2004  the class that says yes
        raise ReadingFailed("balance_not_read", said=said(body))
    return Balance(points, POINTS)


def _named(order: object) -> Iterator[str]:
    if isinstance(order, dict):
        yield from _names(*(order.get(key) for key in ("order_number", "order_id", "id")))


def _names(*values: object) -> list[str]:
    return [name.casefold() for value in values if (name := text(value))]
