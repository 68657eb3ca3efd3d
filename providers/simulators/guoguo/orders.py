"""The orders of GuoGuo's simulator as it shows them: the rows of its order list and of its credit records.

Source: the supplier's public pages OData Query, Create Ch02 Default Order and List Credit Records. The order list's own
page is not known: its rows are taken to be what a create answers. Of an order's statuses only `establish` is
documented; the others here are made up, as are the times after which they come.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from providers.simulators.base import Order
from providers.simulators.guoguo.odata import Columns

ORDERS = Columns(
    filters={
        "id": "order_id",
        "order_number": "order_number",
        "payment_type": "payment_type",
        "order_status": "order_status",
        "payment_status": "payment_status",
        "create_date_time": "create_date_time",
    },
    uncast=frozenset({"order_id", "create_date_time"}),
    sorts=frozenset({"payment_type", "order_status", "payment_status", "create_date_time"}),
)
RECORDS = Columns(
    filters={"quantity": "quantity", "type": "type", "create_date_time": "create_date_time"},
    uncast=frozenset({"quantity", "create_date_time"}),
    sorts=frozenset({"quantity", "type", "create_date_time"}),
)

LATER = ((timedelta(minutes=30), "processing"), (timedelta(days=1), "finish"))
"""An order's status so long after it was taken."""
_TOLD = ("product_id", "quantity", "link", "username", "comments")
_TOLD_OF_SUBSCRIPTIONS = (
    "min_quantity",
    "max_quantity",
    "new_post_count",
    "old_post_count",
    "delay_minutes",
    "expiry_date",
)


def order_row(order: Order, now: datetime, *, tells: bool) -> dict[str, Any]:
    """An order in the list as it is `now` (aware).

    If it `tells`, `order_detail` has what was ordered, a shape that no document shows.
    """
    row = dict(order.answer)
    for after, status in LATER:
        if now >= order.taken_at + after:
            # Told in the same zone as everything else.
            zone = datetime.fromisoformat(row["create_date_time"]).tzinfo
            changed = (order.taken_at + after).astimezone(zone).isoformat(timespec="seconds")
            row |= {"order_status": status, "update_date_time": changed}
    if not tells:
        return row
    told = (*_TOLD, *_TOLD_OF_SUBSCRIPTIONS)
    return row | {"order_detail": [{key: order.body[key] for key in told if key in order.body}]}


def debit_row(place: int, order: dict[str, Any]) -> dict[str, Any]:
    """The cost of the order with this answer, as the record number `place`; it names no order, as in the document."""
    number = f"CR-{order['order_number'].removeprefix('ORD-')[:8]}{place:04}"
    return {
        "organization_credit_record_id": str(uuid.uuid5(uuid.NAMESPACE_URL, number)),
        "organization_credit_record_number": number,
        "quantity": -order["total"],
        "type": "decrease",
        "order": None,
        "create_date_time": order["create_date_time"],
    }
