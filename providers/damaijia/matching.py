"""Rows of the supplier's lists against what we sent, to see which may be the order whose answer was lost.

The rows are not documented. They are compared in the keys that they share with the create; one that is missing, empty
or masked says nothing. A number is certain only where a row carries our own id and everything that can be compared
agrees; whatever else agrees is evidence for a person, and the lists never prove that there is no order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from providers.cleaning import compared_phone, kept_number
from providers.damaijia.answer import text
from providers.damaijia.create import order_body
from providers.damaijia.form import DamaijiaForm
from providers.damaijia.orders import OFFICE_TIME, Read, Row
from providers.errors import OrderNotFound, ReadingFailed
from providers.orders import Findings, Match, PlacedOrder, Remark, Sending, Status

FACT_OF: Mapping[str, str] = {
    "product_id": "product",
    "product_number": "quantity",
    "consignee": "recipients",
    "mobile": "mobile",
    "province": "address",
    "city": "address",
    "district": "address",
    "address": "address",
    "platform_order_sn": "platform_number",
    "source": "source",
    "remark": "remark",
    "site_order_id": "our_id",
    "site_order_consignee_id": "our_id",
}
"""A row's key -> the fact that it is shown as."""
TIME, STATUS = "time", "status"
_TIME_KEYS = ("create_time", "created_at", "create_at", "add_time")
_PARCEL_STATUS = {"f": Status.AWAITING_PAYMENT, "p": Status.PLACED, "s": Status.SHIPPED, "c": Status.CANCELLED}
_SECONDS, _MILLISECONDS = 10, 13
"""Digits of a Unix time of our days."""

_FACTS = (*dict.fromkeys(FACT_OF.values()), TIME, STATUS)
_WHEN_DIFFERENT = frozenset({"address", "platform_number", "source", "remark", TIME})
"""Facts that tell a person nothing new as long as they are as sent."""
_MOST_VALUES = 5
_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """A row in our words. `number` is "" where the row has none; `own`: it carries an id that only we can have given.

    `agrees` and `differs` are facts' keys; `values` is what the row says for each fact.
    """

    number: str
    own: bool
    agrees: frozenset[str]
    differs: frozenset[str]
    values: Mapping[str, str]
    at: datetime | None


class Sent:
    """A create as it was sent, made ready for comparing."""

    def __init__(self, form: DamaijiaForm, sending: Sending) -> None:
        body = order_body(form, sending.reference)
        order = _comparable(body)
        self._parcels = [order | _comparable(parcel) for parcel in body["consignees"]]
        self._by_id = {parcel["site_order_consignee_id"]: parcel for parcel in self._parcels}
        self._order_id = order["site_order_id"]
        self._sending = sending

    def compare(self, row: Row, *, of_parcel: bool) -> Entry:
        """`of_parcel`: the row is from the list of parcels, whose statuses are documented."""
        theirs = _comparable(row)
        own_parcel = self._by_id.get(theirs.get("site_order_consignee_id", ""))
        candidates = self._parcels if own_parcel is None else [own_parcel]
        ours = min(candidates, key=lambda parcel: len(_differing(theirs, parcel)))
        differing = _differing(theirs, ours)
        if len(self._parcels) > 1:
            # Whether the number is one parcel's or the order's is not documented.
            differing.discard("product_number")
        agreeing = {key for key in theirs if theirs[key] == ours.get(key)}
        own = (
            own_parcel is not None
            or theirs.get("site_order_id") == self._order_id
            or theirs.get("platform_order_sn") in self._by_id
        )
        start, end, at = _made(row)
        elsewhen = start is not None and end is not None and not self._in_question(start, end)
        return Entry(
            number=kept_number(text(row.get("order_sn"))),
            own=own,
            agrees=frozenset(FACT_OF[key] for key in agreeing),
            differs=frozenset({FACT_OF[key] for key in differing} | ({TIME} if elsewhen else set())),
            values=_values(row, of_parcel=of_parcel),
            at=at,
        )

    def _in_question(self, start: datetime, end: datetime) -> bool:
        return start <= self._sending.until and end >= self._sending.since


def _comparable(row: Mapping[str, Any]) -> dict[str, str]:
    """The values that can be compared, as text: white space evened out, and without the zeros that a number loses.

    A phone is compared by what is dialled: how it is spelled depends on who wrote it, and on the day it was sent.
    """
    found = {}
    for key in FACT_OF:
        value = " ".join(text(row.get(key)).split())
        value = compared_phone(value) if key == "mobile" else value
        if value and "*" not in value:
            found[key] = (value.lstrip("0") or "0") if value.isdigit() else value
    return found


def _differing(theirs: Mapping[str, str], ours: Mapping[str, str]) -> set[str]:
    return {key for key in theirs if key in ours and theirs[key] != ours[key]}


def _values(row: Row, *, of_parcel: bool) -> dict[str, str]:
    values: dict[str, str] = {}
    for key, fact in FACT_OF.items():
        if value := text(row.get(key)):
            values[fact] = f"{values[fact]} {value}" if fact == "address" and fact in values else value
    values[TIME] = _time_text(row)
    if of_parcel:
        letter = text(row.get("status"))
        values[STATUS] = f"{_PARCEL_STATUS[letter]} ({letter})" if letter in _PARCEL_STATUS else letter
    return {fact: value for fact, value in values.items() if value}


def _time_text(row: Row) -> str:
    return next(filter(None, (text(row.get(key)) for key in _TIME_KEYS)), "")


def _made(row: Row) -> tuple[datetime | None, datetime | None, datetime | None]:
    """From when to when the row's order may have been made, and that moment where it is exact; aware, UTC."""
    written = _time_text(row)
    try:
        if written.isdigit() and len(written) in {_SECONDS, _MILLISECONDS}:
            start = datetime.fromtimestamp(int(written[:_SECONDS]), UTC)
            return start, start + timedelta(seconds=1), start
        start = datetime.fromisoformat(written.replace("/", "-"))
        start = (start if start.tzinfo else start.replace(tzinfo=OFFICE_TIME)).astimezone(UTC)
        if ":" in written:
            return start, start + timedelta(seconds=1), start
        return start, start + timedelta(days=1), None
    except (ValueError, OverflowError):
        return None, None, None


class Signal(StrEnum):
    """A thing to say to a person beside the matches (`signal.damaijia.<code>`)."""

    PARCELS_NOT_READ = "parcels_not_read"
    ORDERS_NOT_READ = "orders_not_read"
    LISTS_CUT = "lists_cut"
    OUR_ID_WITHOUT_NUMBER = "our_id_without_number"
    NOT_COMPARABLE = "not_comparable"


def find(sent: Sent, orders: Read, parcels: Read) -> Findings:
    """The findings of both lists together; an order's rows in them are one match.

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
    error of reading or ReadingFailed.
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
        raise ReadingFailed("other_orders")
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
