"""Which orders of the supplier's lists may be the one whose answer was lost.

The rows are not documented, so a number is certain only where a row carries our own id and everything that can be
compared agrees. Whatever else agrees is evidence for a person, and the lists never prove that there is no order.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from providers.damaijia.answer import text
from providers.damaijia.comparing import FACT_OF, STATUS, TIME, Entry, Sent
from providers.damaijia.lists import Read, Row
from providers.errors import OrderNotFound, ProviderUnavailable
from providers.orders import Findings, Match, PlacedOrder, Remark

_FACTS = (*dict.fromkeys(FACT_OF.values()), TIME, STATUS)
_WHEN_DIFFERENT = frozenset({"address", "platform_number", "source", "remark", TIME})
"""Facts that tell a person nothing new as long as they are as sent."""
_MOST_VALUES = 5
_LONGEST_VALUE = 60


class Signal(StrEnum):
    """What a person is told beside the matches (`signal.damaijia.<code>`)."""

    PARCELS_NOT_READ = "parcels_not_read"
    ORDERS_NOT_READ = "orders_not_read"
    LISTS_CUT = "lists_cut"
    OUR_ID_WITHOUT_NUMBER = "our_id_without_number"
    NOT_COMPARABLE = "not_comparable"


def find(sent: Sent, orders: Read, parcels: Read) -> Findings:
    """What both lists say together; an order's rows in them are one match.

    Never complete: neither the rows nor whether a list is whole is documented.
    Raises the error of reading when neither list was read to its end and nothing came of it.
    """
    groups: dict[str, list[Entry]] = {}
    for entry in _entries(sent, orders, parcels):
        groups.setdefault(entry.number, []).append(entry)
    without_number = groups.pop("", [])
    known = [_united(number, group) for number, group in groups.items() if _may_be_ours(group)]
    ours = any(entry.own for group in groups.values() for entry in group)
    silent = sum(not any(entry.own or entry.agrees or entry.differs for entry in group) for group in groups.values())
    silent += sum(not entry.own and not entry.differs for entry in without_number)
    signals = {
        Signal.PARCELS_NOT_READ: parcels.error is not None,
        Signal.ORDERS_NOT_READ: orders.error is not None,
        Signal.LISTS_CUT: orders.cut or parcels.cut,
        Signal.OUR_ID_WITHOUT_NUMBER: not ours and any(entry.own for entry in without_number),
        Signal.NOT_COMPARABLE: silent > 0,
    }
    gaps = {Signal.NOT_COMPARABLE: {"count": str(silent)}}
    if orders.error and parcels.error and not known and not signals[Signal.OUR_ID_WITHOUT_NUMBER]:
        raise parcels.error
    return Findings(
        matches=tuple(sorted(known, key=lambda match: not match.certain)),
        complete=False,
        signals=tuple(Remark(signal, gaps.get(signal, {})) for signal, given in signals.items() if given),
    )


def check(sent: Sent, number: str, orders: Read, parcels: Read) -> Match:
    """The order under `number`, of lists that were asked for it alone.

    Raises OrderNotFound when both lists were read and are empty, and otherwise, without a row that can be meant, the
    error of reading or ProviderUnavailable.
    """
    entries = list(_entries(sent, orders, parcels))
    if named := [entry for entry in entries if entry.number == number]:
        return _united(number, named)
    if nameless := [entry for entry in entries if not entry.number]:
        # We asked for this number and can't see whose rows came.
        return _united(number, nameless, certain=False)
    if error := orders.error or parcels.error:
        raise error
    if entries:
        raise ProviderUnavailable("other_orders")
    raise OrderNotFound("order_not_found")


def _entries(sent: Sent, orders: Read, parcels: Read) -> Iterable[Entry]:
    for read in (orders, parcels):
        for row in read.rows:
            for flat in _flat(row):
                yield sent.compare(flat, of_parcel=read is parcels)


def _flat(row: Row) -> list[Row]:
    """An order that holds its recipients, as the create does, is a row for each of them."""
    inner: Any = row.get("consignees")
    recipients = [recipient for recipient in inner if isinstance(recipient, dict)] if isinstance(inner, list) else []
    return [{**row, **recipient, "order_sn": text(row.get("order_sn"))} for recipient in recipients] or [row]


def _may_be_ours(group: Sequence[Entry]) -> bool:
    if any(entry.own for entry in group):
        return True
    return any(entry.agrees for entry in group) and not any(entry.differs for entry in group)


def _united(number: str, group: Sequence[Entry], *, certain: bool = True) -> Match:
    differs = frozenset().union(*(entry.differs for entry in group))
    at = min((entry.at for entry in group if entry.at), default=None)
    hidden = _WHEN_DIFFERENT - differs - (frozenset() if at else {TIME})
    values = {fact: _joined(entry.values.get(fact, "") for entry in group) for fact in _FACTS if fact not in hidden}
    return Match(
        # Which recipients were refused is told in the answer to the create alone.
        order=PlacedOrder(number, remarks=(Remark("recipients_not_told"),)),
        certain=certain and not differs and any(entry.own for entry in group),
        at=at,
        facts={fact: value for fact, value in values.items() if value},
        differs=tuple(fact for fact in _FACTS if fact in differs),
    )


def _joined(values: Iterable[str]) -> str:
    distinct = [value[:_LONGEST_VALUE] for value in dict.fromkeys(values) if value]
    more = ["…"] if len(distinct) > _MOST_VALUES else []
    return ", ".join(distinct[:_MOST_VALUES] + more)
