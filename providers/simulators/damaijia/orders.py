"""Damaijia's lists of orders and of parcels: strict about what is asked, and free in what they answer.

Source: the supplier's pages 1-6 (orders) and 1-7 (parcels), of which only the requests are public. The rows here are
made up from the keys of the create, as many as `carry` says; a client must not rely on any of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, StringConstraints, TypeAdapter, with_config
from typing_extensions import TypedDict

from providers.simulators.base import Order
from providers.simulators.server import STRICT

OFFICE_TIME = timezone(timedelta(hours=8))
UNASKED = 10
"""Rows for a request that passes no range."""
POOR: frozenset[str] = frozenset({"order_sn", "create_time", "mobile", "consignee", "product_id", "product_number"})
"""The keys of rows unless told otherwise: none of the client's own ids, since nothing documents that they come back."""
RICH: frozenset[str] = POOR | {
    "order_id",
    "site_order_id",
    "status",
    "remark",
    "source",
    "site_order_consignee_id",
    "province",
    "city",
    "district",
    "address",
    "platform_order_sn",
}
"""All keys that the create's request and answer have a word for."""
TRACKED: frozenset[str] = RICH | {"express_name", "express_number"}
"""With a tracking number once a parcel is shipped, as the page says nothing of."""
STATUS_WORDS = {"f": "not paid", "p": "not shipped", "s": "shipped", "c": "cancelled"}
"""The statuses of a parcel: its letter in the lists, and the word of the panel."""
LETTERS = tuple(STATUS_WORDS)

Dates = Annotated[list[Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]], Field(max_length=2)]
Range = Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=2, max_length=2)]


@with_config(STRICT)
class OrderFilter(TypedDict, total=False):
    create_time: Dates
    order_sn: str


@with_config(STRICT)
class ParcelFilter(TypedDict, total=False):
    create_time: Dates
    mobile: int
    order_sn: str
    status: Literal["", "f", "p", "s", "c"]


@with_config(STRICT)
class OrderQuery(TypedDict):
    filter: NotRequired[OrderFilter]
    range: NotRequired[Range]


@with_config(STRICT)
class ParcelQuery(TypedDict):
    filter: ParcelFilter
    range: Range


ORDER_QUERY: TypeAdapter[OrderQuery] = TypeAdapter(OrderQuery)
PARCEL_QUERY: TypeAdapter[ParcelQuery] = TypeAdapter(ParcelQuery)


def order_rows(ledger: Iterable[Order], query: Mapping[str, Any], carry: frozenset[str]) -> list[dict[str, Any]]:
    """One page of orders, newest first. Raises ValueError for dates that are none."""
    wanted = query.get("filter", {})
    rows = [_of_order(order) for order in ledger if _is_wanted(order, wanted)]
    return [_carried(row, carry) for row in _page(rows, query)]


def parcel_rows(
    ledger: Iterable[Order], query: Mapping[str, Any], carry: frozenset[str], *, letter: Callable[[Order, int], str]
) -> list[dict[str, Any]]:
    """One page of accepted parcels, newest first; `letter` tells the status of an order's parcel by its place.

    Raises ValueError for dates that are none.
    """
    wanted = query["filter"]
    rows = [row for order in ledger if _is_wanted(order, wanted) for row in _of_parcels(order, letter)]
    rows = [
        row
        for row in rows
        if wanted.get("mobile", row["mobile"]) in {row["mobile"], _as_number(row["mobile"])}
        and wanted.get("status") in {None, "", row["status"]}
    ]
    return [_carried(row, carry) for row in _page(rows, query)]


def _of_order(order: Order) -> dict[str, Any]:
    row = {key: order.body[key] for key in ("product_id", "product_number", "remark", "source")}
    made = f"{order.taken_at.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M:%S}"
    ids = {"order_sn": order.number, "order_id": order.answer["data"]["order_id"]}
    return ids | {"site_order_id": order.body.get("site_order_id"), "create_time": made} | row


def _of_parcels(order: Order, letter: Callable[[Order, int], str]) -> Iterator[dict[str, Any]]:
    pairs = zip(order.answer["data"]["consignees"], order.body["consignees"], strict=True)
    for place, (parcel, asked) in enumerate(pairs):
        if parcel["msg_code"] == 2000:
            ids = {"site_order_consignee_id": parcel["site_order_consignee_id"]}
            status = letter(order, place)
            express = {"express_name": "Courier 1", "express_number": f"YT{order.number[-10:]}{place:03}"}
            yield _of_order(order) | asked | ids | {"status": status} | (express if status == "s" else {})


def _as_number(mobile: str) -> int | None:
    return int(mobile) if mobile.isdigit() else None


def _is_wanted(order: Order, wanted: Mapping[str, Any]) -> bool:
    dates = [
        datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=OFFICE_TIME) for day in wanted.get("create_time", ()) if day
    ]
    if len(dates) == 1:
        raise ValueError("create_time: from and to are needed")
    # Of the two readings of an upper bound that is a day this is the harder one for a client: its midnight.
    in_time = not dates or dates[0] <= order.taken_at <= dates[1]
    return in_time and wanted.get("order_sn") in {None, "", order.number}


def _page(rows: list[dict[str, Any]], query: Mapping[str, Any]) -> list[dict[str, Any]]:
    number, size = query.get("range", (1, UNASKED))
    return rows[::-1][(number - 1) * size : number * size]


def _carried(row: Mapping[str, Any], carry: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key in carry and value is not None}
