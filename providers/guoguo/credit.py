"""What GuoGuo took from our credit: a second witness of orders, and the balance.

A debit without an order in the list says that the list doesn't tell everything. How a record names its order is not
documented; where it does, it can only take a debit from the evidence, never add an order to it.

Source: the pages List Credit Records and Get Credit Balance.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from providers.errors import AccessDenied, ProviderUnavailable
from providers.guoguo.answer import DENIED, UNAUTHORIZED, amount, said, text
from providers.guoguo.paging import Entry, Listing, newest_first
from providers.http import Http
from providers.orders import Balance, Remark, Sending

RECORDS = Listing(
    "/platform/organization/credit/record", "organization_credit_record_number", "credit_records_not_read"
)
BALANCE = "/platform/organization/credit/balance"
DECREASE = "decrease"
BY_CREDIT = frozenset({"", "credit"})
DEBIT = "debit"


@dataclass(frozen=True, slots=True)
class Debit:
    """`points` taken from the account; `order` are the numbers and ids by which the record names its order, if any."""

    record: str
    points: Decimal
    at: datetime
    order: frozenset[str]

    def is_for(self, entry: Entry) -> bool:
        return not self.order.isdisjoint(_names(entry.number, entry.row.get("order_id")))

    def signal(self) -> Remark:
        facts = {"quantity": f"{self.points.normalize():f}", "at": self.at.isoformat(), "record": self.record}
        return Remark(DEBIT, facts)


async def read_debits(http: Http, sending: Sending) -> tuple[list[Debit], bool]:
    """The debits of the time in question, newest first, and whether none can be missing.

    Raises AccessDenied or ProviderUnavailable.
    """
    reading = await newest_first(http, RECORDS, since=sending.since)
    readable = [
        (entry, points) for entry in reading.entries if (points := amount(entry.row.get("quantity"))) is not None
    ]
    debits = [
        Debit(entry.number, abs(points), entry.at, frozenset(_named(entry.row.get("order"))))
        for entry, points in readable
        if entry.at and sending.since <= entry.at <= sending.until
        if points < 0 or text(entry.row.get("type")).lower() == DECREASE
    ]
    return debits, reading.whole and len(readable) == len(reading.entries)


def exceed_orders(debits: Iterable[Debit], orders: Iterable[Entry]) -> bool:
    """Whether there are more debits that name none of these orders than orders that none of these debits names."""
    debits, orders = list(debits), list(orders)
    alone = [debit for debit in debits if not any(map(debit.is_for, orders))]
    open_orders = [
        order
        for order in orders
        if text(order.row.get("payment_type")).lower() in BY_CREDIT and not any(debit.is_for(order) for debit in debits)
    ]
    return len(alone) > len(open_orders)


async def read_balance(http: Http) -> Balance:
    """The points left. Raises AccessDenied or ProviderUnavailable."""
    answer = await http.read("GET", BALANCE)
    body = answer.json_object()
    if answer.status == UNAUTHORIZED:
        raise AccessDenied(DENIED, said=said(body))
    points = amount(body.get("balance"))
    if not 200 <= answer.status < 300 or points is None:  # noqa: PLR2004  the class that says yes
        raise ProviderUnavailable("balance_not_read", said=said(body))
    return Balance(points)


def _named(order: object) -> Iterator[str]:
    if isinstance(order, dict):
        yield from _names(*(order.get(key) for key in ("order_number", "order_id", "id")))


def _names(*values: object) -> list[str]:
    return [name.casefold() for value in values if (name := text(value))]
