"""One row of the supplier's lists against what we sent.

Which keys a row has is not documented. It is compared in those that it shares with the create; a key that is missing,
empty or masked says nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from providers.damaijia.answer import text
from providers.damaijia.form import DamaijiaForm
from providers.damaijia.lists import OFFICE_TIME, Row
from providers.damaijia.request import order_body
from providers.orders import Sending, Status

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
    """What a create carried, made ready for comparing."""

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
            number=text(row.get("order_sn")),
            own=own,
            agrees=frozenset(FACT_OF[key] for key in agreeing),
            differs=frozenset({FACT_OF[key] for key in differing} | ({TIME} if elsewhen else set())),
            values=_values(row, of_parcel=of_parcel),
            at=at,
        )

    def _in_question(self, start: datetime, end: datetime) -> bool:
        return start <= self._sending.until and end >= self._sending.since


def _comparable(row: Mapping[str, Any]) -> dict[str, str]:
    """What can be compared, as text: white space evened out, and without the zeros that a number loses."""
    found = {}
    for key in FACT_OF:
        value = " ".join(text(row.get(key)).split())
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
