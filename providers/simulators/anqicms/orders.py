"""The orders of a simulated AnqiCMS shop, which somebody pays and ships in time, by the shop's own clock.

Source: the product's public pages Order Detail and Order List. How long a shop takes is nowhere documented: the times
here are ours, long enough not to pass unnoticed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

PAID_AFTER = timedelta(minutes=10)
SHIPPED_AFTER = timedelta(hours=1)
COMPLETED_AFTER = timedelta(days=1)
"""Since the order was made."""
EXPRESS_COMPANY = "顺丰速运"

CANCELLED, WAITING, PAID, SHIPPED, COMPLETED, REFUNDING, REFUNDED = -1, 0, 1, 2, 3, 8, 9
STATUS_WORDS = {
    "": None,
    "waiting": WAITING,
    "paid": PAID,
    "delivery": SHIPPED,
    "finished": COMPLETED,
    "refunding": REFUNDING,
    "closed": CANCELLED,
}
"""The words that the list can be asked for; the empty word is for all."""
_STEPS = (
    (PAID, "paid_time", PAID_AFTER),
    (SHIPPED, "deliver_time", SHIPPED_AFTER),
    (COMPLETED, "finished_time", COMPLETED_AFTER),
)


class OrderBook:
    """Orders go on by themselves while `moves`, save those whose status was set by hand.

    `orders` are as the detail shows them, oldest first, and up to date once they are read. A number that no order has
    raises KeyError.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        """`now` gives aware datetimes."""
        self._now = now
        self.orders: list[dict[str, Any]] = []
        self._by_hand: set[int] = set()
        self.moves = True

    def keep(self, order: dict[str, Any]) -> None:
        """`order` as the detail shows it."""
        self.orders.append(order)

    def found(self, number: str) -> dict[str, Any] | None:
        """Anybody's order as it is now, or None."""
        return next((self._by_number(number) for order in self.orders if order["order_id"] == number), None)

    def of(self, user_id: int) -> list[dict[str, Any]]:
        """A user's orders as they are now, newest first."""
        own = [order for order in reversed(self.orders) if order["user_id"] == user_id]
        for order in own:
            self._bring_up_to_date(order)
        return own

    def pay(self, number: str) -> None:
        self._set(number, status=PAID, paid_time=self._seconds())

    def ship(self, number: str, company: str = EXPRESS_COMPANY, tracking: str = "") -> None:
        """Without a tracking number the parcel gets one of ours."""
        parcel = _parcel(self._by_number(number)) | {"express_company": company}
        parcel |= {"tracking_number": tracking} if tracking else {}
        self._set(number, status=SHIPPED, deliver_time=self._seconds(), **parcel)

    def complete(self, number: str) -> None:
        self._set(number, status=COMPLETED, finished_time=self._seconds())

    def cancel(self, number: str) -> None:
        """As a buyer or the office does; the shop notes the time as that of any ending."""
        self._set(number, status=CANCELLED, finished_time=self._seconds())

    def close(self, number: str) -> None:
        """As the shop itself does with an order that nobody pays."""
        self._set(number, status=CANCELLED)

    def delete(self, number: str) -> None:
        """As the office does; nothing is left of the order."""
        self.orders.remove(self._by_number(number))

    def ask_refund(self, number: str) -> None:
        """As a buyer does: the status stays what it is."""
        self._set(number, refund_status=8)

    def refund(self, number: str, *, granted: bool = True) -> None:
        """As an administrator decides: what was asked for stays noted once it is granted, and is taken back if not."""
        if granted:
            self._set(number, status=REFUNDED)
        else:
            self._set(number, status=PAID, refund_status=0, finished_time=self._seconds())

    def _by_number(self, number: str) -> dict[str, Any]:
        order = {order["order_id"]: order for order in self.orders}[number]
        self._bring_up_to_date(order)
        return order

    def _set(self, number: str, **values: Any) -> None:
        order = self._by_number(number)
        order.update(values, updated_time=self._seconds())
        self._by_hand.add(order["id"])

    def _bring_up_to_date(self, order: dict[str, Any]) -> None:
        if not self.moves or order["id"] in self._by_hand:
            return
        for status, key, after in _STEPS:
            at = order["created_time"] + int(after.total_seconds())
            if order["status"] < status and at <= self._seconds():
                order.update({"status": status, key: at, "updated_time": at})
                order.update(_parcel(order) if status == SHIPPED else {})

    def _seconds(self) -> int:
        return int(self._now().timestamp())


def _parcel(order: dict[str, Any]) -> dict[str, str]:
    return {"express_company": EXPRESS_COMPANY, "tracking_number": f"SF{1_000_000_000 + order['id']}"}
