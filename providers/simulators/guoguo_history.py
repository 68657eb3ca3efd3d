"""What GuoGuo's simulator remembers of orders: the rows of its order list and of its credit records.

Source: the supplier's public pages OData Query, Create Ch02 Default Order and List Credit Records. The order list's own
page is not known: its rows are taken to be what a create answers.
"""

import uuid
from typing import Any

from providers.simulators.base import Order
from providers.simulators.guoguo_odata import Columns

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

_TOLD = ("product_id", "quantity", "link", "username")


def order_row(order: Order, *, tells: bool) -> dict[str, Any]:
    """An order in the list. If it `tells`, `order_detail` has what was ordered, a shape that no document shows."""
    if not tells:
        return order.answer
    return order.answer | {"order_detail": [{key: order.body[key] for key in _TOLD if key in order.body}]}


def debit_row(place: int, order: dict[str, Any]) -> dict[str, Any]:
    """What the order with this answer cost, as the record number `place`; it names no order, as in the document."""
    number = f"CR-{order['order_number'].removeprefix('ORD-')[:8]}{place:04}"
    return {
        "organization_credit_record_id": str(uuid.uuid5(uuid.NAMESPACE_URL, number)),
        "organization_credit_record_number": number,
        "quantity": -order["total"],
        "type": "decrease",
        "order": None,
        "create_date_time": order["create_date_time"],
    }
