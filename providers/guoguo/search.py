"""Finding an order again in GuoGuo's list, whose create was not answered.

An order carries nothing of ours. What is left is its time, and what its row happens to tell; unless that is product
and target, a row is evidence for a person. Comparison operators are not documented, so times are compared here.

Source: the pages OData Query and List Credit Records. The order list's own page is not known.
"""

import asyncio
from datetime import datetime

from providers.errors import OrderNotFound, ProviderError, ProviderUnavailable
from providers.guoguo.answer import placed_order
from providers.guoguo.credit import exceed_orders, read_debits
from providers.guoguo.form import DefaultOrder
from providers.guoguo.matching import compare
from providers.guoguo.paging import Entry, Listing, Reading, newest_first
from providers.http import Http
from providers.orders import Findings, Match, Remark, Sending

ORDERS = Listing("/platform/order", "order_number", "list_not_read")
RECORDS_NOT_READ = "records_not_read"
DEBIT_WITHOUT_ORDER = "debit_without_order"


async def find_order(http: Http, form: DefaultOrder, sending: Sending, seconds: float) -> Findings:
    """All orders of the time in question that may be ours, and the debits of that time as signals.

    It ends within `seconds`. Raises AccessDenied or ProviderUnavailable when the list of orders was not read.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    orders = await _read(http, deadline, since=sending.since)
    within = [entry for entry in orders.entries if _is_within(sending, entry.at)]
    found = [(entry, compare(form, entry.row)) for entry in within]
    ours = [(entry, compared) for entry, compared in found if not compared.foreign]
    matches = tuple(
        Match(placed_order(entry.row), compared.certain, entry.at, compared.facts, compared.differs)
        for entry, compared in ours
    )
    try:
        async with asyncio.timeout_at(deadline):
            debits, all_debits = await read_debits(http, sending)
    except (ProviderError, TimeoutError):
        debits, all_debits = [], False
    numbers = {entry.number for entry, _ in ours}
    foreign = [entry for entry in orders.entries if entry.number not in numbers]
    signals = [debit.signal() for debit in debits if not any(map(debit.is_for, foreign))]
    elsewhen = [entry for entry in orders.entries if not _is_within(sending, entry.at)]
    unexplained = exceed_orders([debit for debit in debits if not any(map(debit.is_for, elsewhen))], within)
    if unexplained:
        signals.append(Remark(DEBIT_WITHOUT_ORDER))
    if not all_debits:
        signals.append(Remark(RECORDS_NOT_READ))
    return Findings(matches, orders.whole and all_debits and not unexplained, tuple(signals))


async def read_order(http: Http, form: DefaultOrder, sending: Sending, number: str, seconds: float) -> Match:
    """The order under `number`, in any case of its letters; `differs` has `time` for one of another time.

    It ends within `seconds`. Raises OrderNotFound when a list that could be read doesn't have it, else AccessDenied or
    ProviderUnavailable.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    wanted = number.strip()
    # The documents don't say whether contains() tells small letters from capitals.
    for spelled in dict.fromkeys((wanted, wanted.upper())):
        quoted = spelled.replace("'", "''")
        listed = await _read(http, deadline, where=f"contains(order_number,'{quoted}')")
        for entry in listed.entries:
            if entry.number.casefold() == wanted.casefold():
                return _compared(form, sending, entry)
        if not listed.whole:
            raise ProviderUnavailable("list_not_read")
    raise OrderNotFound("order_not_found", params={"number": wanted[:60]})


def _compared(form: DefaultOrder, sending: Sending, entry: Entry) -> Match:
    compared = compare(form, entry.row)
    in_time = _is_within(sending, entry.at)
    differs = compared.differs if in_time or entry.at is None else (*compared.differs, "time")
    return Match(placed_order(entry.row), compared.certain and in_time, entry.at, compared.facts, differs)


async def _read(http: Http, deadline: float, *, since: datetime | None = None, where: str = "") -> Reading:
    try:
        async with asyncio.timeout_at(deadline):
            return await newest_first(http, ORDERS, since=since, where=where)
    except TimeoutError:
        raise ProviderUnavailable("list_not_read") from None


def _is_within(sending: Sending, at: datetime | None) -> bool:
    return at is not None and sending.since <= at <= sending.until
