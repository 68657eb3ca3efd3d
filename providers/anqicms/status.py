"""The progress of an order, as the shop's detail of it has it.

Source: the page Order Detail. A refund has a word of its own beside the status: it is asked for while the order stays
paid or shipped, and 0 there means that there is none as well as that one is under way, so it says nothing. A shop
leaves the word for "asked for" standing once it has paid back, and notes the time of any ending as that of completion.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from providers.anqicms.answer import STATUSES, in_units, text, user_remarks, whole
from providers.anqicms.orders import moment
from providers.orders import Money, Progress, Remark, Status, Tracking

FINAL = frozenset({Status.COMPLETED, Status.CANCELLED, Status.REFUNDED})
TIMES = {
    "created": "created_time",
    "paid": "paid_time",
    "shipped": "deliver_time",
    "completed": "finished_time",
}
"""Our words for times and the shop's; its `end_time` means different things before and after payment."""


def progress(order: Mapping[str, Any], currency: str, our_user: int | None, now: datetime) -> Progress:
    """`order` is the shop's detail of an order, `our_user` its id of our account, when we know it."""
    status = text(order.get("status"))
    amount = whole(order.get("amount"))
    tracking = text(order.get("tracking_number"))
    return Progress(
        number=text(order.get("order_id")),
        status=STATUSES.get(status, Status.PLACED),
        supplier_status=status,
        amount=None if amount is None else Money(in_units(amount), currency),
        times=_times(order, now),
        tracking=(Tracking(tracking, text(order.get("express_company"))),) if tracking else (),
        remarks=(*_refund(order), *user_remarks(order, our_user)),
    )


def _times(order: Mapping[str, Any], now: datetime) -> dict[str, datetime]:
    times = {word: at for word, key in TIMES.items() if (at := moment(order, key, now)) is not None}
    if STATUSES.get(text(order.get("status"))) is not Status.COMPLETED:
        times.pop("completed", None)
    return times


def _refund(order: Mapping[str, Any]) -> tuple[Remark, ...]:
    """The state of the refund, unless the order's status says it already."""
    match whole(order.get("refund_status")), STATUSES.get(text(order.get("status"))):
        case (None | 0, _) | (1, Status.REFUNDED) | (8, Status.REFUNDING | Status.REFUNDED | Status.CANCELLED):
            return ()
        case (-1, _):
            return (Remark("refund_failed"),)
        case (1, _):
            return (Remark("refund_done"),)
        case (8, _):
            return (Remark("refund_requested"),)
        case (other, _):
            return (Remark("refund_unknown", {"status": str(other)}),)
