"""The envelope of a shop's answers, and the values in it.

HTTP 200 is its word for refusals too: the integer `code` in the body decides. `msg` is text in the shop's language and
is shown, never branched on.

Source: the seed's tables of answers and codes.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from providers.cleaning import kept_number, other_spellings
from providers.orders import PlacedOrder, Remark, Status

LONGEST_SAID = 300

SUCCESS = frozenset({0, 200})
REFUSED = -1
DENIED = frozenset({1001, 1002})

STATUSES: Mapping[str, Status] = {
    "-1": Status.CANCELLED,
    "0": Status.AWAITING_PAYMENT,
    "1": Status.PAID,
    "2": Status.SHIPPED,
    "3": Status.COMPLETED,
    "8": Status.REFUNDING,
    "9": Status.REFUNDED,
}

HTTP_SUCCESS = range(200, 300)

GUEST = 0
"""The user of orders that a shop books under nobody; no list of an account's orders shows them."""


def whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text(value: object) -> str:
    """Text or a whole number as text; anything else is the empty string."""
    return value.strip() if isinstance(value, str) else str(value) if whole(value) is not None else ""


def said(body: Mapping[str, Any]) -> str:
    return (text(body.get("msg")) or text(body.get("message")))[:LONGEST_SAID]


def placed_order(data: Mapping[str, Any], currency: str, our_user: int | None) -> PlacedOrder:
    """An order as a create, the list and the detail have it; the number is empty where `data` has none."""
    remarks = []
    if (amount := whole(data.get("amount"))) is not None:
        remarks.append(Remark("amount", {"amount": money(amount), "currency": currency}))
    status, number = text(data.get("status")), text(data.get("order_id"))
    return PlacedOrder(
        number=kept_number(number),
        status=STATUSES.get(status, Status.PLACED),
        supplier_status=status,
        also_known_as=other_spellings(number),
        remarks=(*remarks, *user_remarks(data, our_user)),
    )


def user_remarks(data: Mapping[str, Any], our_user: int | None) -> tuple[Remark, ...]:
    """A remark when the order is booked under nobody, or under another user than our account, where that is known."""
    user = whole(data.get("user_id"))
    if user == GUEST:
        return (Remark("guest_order"),)
    if our_user is None or user is None or user == our_user:
        return ()
    return (Remark("other_user", {"user": str(user), "ours": str(our_user)}),)


def money(hundredths: int) -> str:
    """Amounts are whole hundredths: 9900 is "99.00"."""
    units, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{units}.{rest:02}"


def in_units(hundredths: int) -> Decimal:
    """The same as a number: 9900 is 99.00."""
    return Decimal(hundredths).scaleb(-2)
