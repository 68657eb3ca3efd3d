"""Finding an order again in GuoGuo's list, whose create was not answered.

An order carries nothing of ours. What is left is its time, and what its row happens to tell: each row is evidence for a
person. Comparison operators are not documented, so times are compared here.

Source: the pages OData Query and List Credit Records. The order list's own page is not known.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from providers.cleaning import kept_number
from providers.errors import OrderNotFound, ProviderError, ReadingFailed
from providers.guoguo.answer import placed_order
from providers.guoguo.credit import leave_open, names_of, read_debits
from providers.guoguo.form import DefaultOrder
from providers.guoguo.matching import compare
from providers.guoguo.paging import Entry, Listing, Reading, newest_first
from providers.http import Http, reading_until
from providers.orders import Findings, Match, Remark, Sending

ORDERS = Listing("/platform/order", "order_number", "list_not_read")
RECORDS_NOT_READ = "records_not_read"
DEBIT_WITHOUT_ORDER = "debit_without_order"
OTHER_CLOCK = "other_clock"


@dataclass(frozen=True, slots=True)
class Search:
    """The means of a search: `now` is our clock (aware), `seconds` is the time by which a search ends."""

    http: Http
    now: Callable[[], datetime]
    seconds: float


async def find_order(search: Search, form: DefaultOrder, sending: Sending) -> Findings:
    """All orders since the sending's horizon that may be ours, and debits as signals.

    An order carries no reference of ours, so none is certain. One of another time than the one in question is ours only
    if a clock was wrong.
    Raises AccessDenied or ReadingFailed when the list of orders was not read.
    """
    deadline = _deadline(search)
    orders = await _read(search, deadline, since=sending.horizon)
    found = [
        (_compared(form, sending, entry), entry)
        for entry in orders.entries
        if entry.at and entry.at >= sending.horizon and not compare(form, entry.row).foreign
    ]
    # People see the first few only.
    found.sort(key=lambda pair: "time" in pair[0].differs)
    try:
        async with reading_until(deadline, RECORDS_NOT_READ):
            debits, all_debits = await read_debits(search.http, sending, search.now)
    except ProviderError:
        debits, all_debits = [], False
    unexplained = leave_open(debits, orders.entries, sending.covers) or leave_open(
        debits, orders.entries, lambda at: at >= sending.horizon
    )
    numbers = {entry.number for _, entry in found}
    foreign = names_of([entry for entry in orders.entries if entry.number not in numbers])
    known = names_of(orders.entries)
    signals = [
        debit.signal()
        for debit in debits
        if (not debit.names_any(foreign) if sending.covers(debit.at) else unexplained and not debit.names_any(known))
    ]
    if unexplained:
        signals.append(Remark(DEBIT_WITHOUT_ORDER))
    if not all_debits:
        signals.append(Remark(RECORDS_NOT_READ))
    if not orders.same_clock:
        signals.append(Remark(OTHER_CLOCK))
    listed = {entry.number.casefold() for entry in orders.entries}
    missing = [number for number in sending.known if number.casefold() not in listed]
    if missing:
        signals.append(Remark("lacks_known", {"number": missing[-1]}))
    complete = orders.whole and orders.same_clock and all_debits and not unexplained and not missing
    return Findings(tuple(match for match, _ in found), complete, tuple(signals))


async def read_order(search: Search, form: DefaultOrder, sending: Sending, number: str) -> Match:
    """The order under `number`, in any case of its letters; `differs` has `time` for one of another time.

    Raises OrderNotFound when a list that could be read doesn't have it, else AccessDenied or ReadingFailed.
    """
    return _compared(form, sending, await find_row(search, number))


async def find_row(search: Search, number: str) -> Entry:
    """The row of the order under `number`, in any case of its letters. Raises as `read_order` does."""
    deadline = _deadline(search)
    wanted = kept_number(number)
    # The documents don't say whether contains() tells small letters from capitals.
    for spelled in dict.fromkeys((wanted, wanted.upper())):
        quoted = spelled.replace("'", "''")
        listed = await _read(search, deadline, where=f"contains(order_number,'{quoted}')")
        for entry in listed.entries:
            if entry.number.casefold() == wanted.casefold():
                return entry
        if not listed.whole:
            raise ReadingFailed("list_not_read")
    raise OrderNotFound("order_not_found", params={"number": wanted[:60]})


def _compared(form: DefaultOrder, sending: Sending, entry: Entry) -> Match:
    compared = compare(form, entry.row)
    in_time = entry.at is not None and sending.covers(entry.at)
    differs = compared.differs if in_time or entry.at is None else (*compared.differs, "time")
    return Match(placed_order(entry.row), at=entry.at, facts=compared.facts, differs=differs)


def _deadline(search: Search) -> float:
    return asyncio.get_running_loop().time() + search.seconds


async def _read(search: Search, deadline: float, *, since: datetime | None = None, where: str = "") -> Reading:
    async with reading_until(deadline, "list_not_read"):
        return await newest_first(search.http, ORDERS, search.now, since=since, where=where)
