"""Reading a shop's answers. HTTP 200 is its word for refusals too: the integer `code` in the body decides.

Source: the seed's tables of answers and codes. `msg` is text in the shop's language and is shown, never branched on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown, ProviderUnavailable
from providers.http import Answer
from providers.login import usable_token
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
_HTTP_REFUSED = frozenset(range(400, 500)) - {408, 409, 425, 429}
"""Where the body's word still counts; with any other HTTP status nobody knows whether it does."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A token, and the shop's id of our user where the answer has it."""

    token: str = field(repr=False)
    user_id: int | None


def whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text(value: object) -> str:
    """Text or a whole number as text; anything else is the empty string."""
    return value.strip() if isinstance(value, str) else str(value) if whole(value) is not None else ""


def said(body: Mapping[str, Any]) -> str:
    return (text(body.get("msg")) or text(body.get("message")))[:LONGEST_SAID]


def read_created(answer: Answer, currency: str, our_user: int | None = None) -> PlacedOrder:
    """What became of a create. `our_user`: the shop's id of our account, when we know it.

    Raises OrderRefused, AccessDenied, OutcomeUnknown.
    """
    body = answer.json_object()
    code = whole(body.get("code"))
    if answer.status in HTTP_SUCCESS and code in SUCCESS:
        return _placed(body, currency, our_user)
    if answer.status in HTTP_SUCCESS or answer.status in _HTTP_REFUSED:
        if code == REFUSED:
            raise OrderRefused("refused", said=said(body))
        if code in DENIED:
            raise AccessDenied("credentials", said=said(body))
    if answer.status not in HTTP_SUCCESS:
        raise OutcomeUnknown("http_status", said=answer.text(LONGEST_SAID), params={"status": str(answer.status)})
    if code is None:
        raise OutcomeUnknown("strange_answer", said=answer.text(LONGEST_SAID))
    raise OutcomeUnknown("undocumented", said=said(body), params={"code": str(code)})


def _placed(body: Mapping[str, Any], currency: str, our_user: int | None) -> PlacedOrder:
    data = body.get("data")
    data = data if isinstance(data, dict) else {}
    placed = placed_order(data, currency, our_user)
    if not placed.number:
        raise OutcomeUnknown("no_number")
    return placed


def booked_under(answer: Answer) -> int | None:
    """The shop's id of the user under whom an order was placed; None where the answer doesn't tell, or a guest's."""
    data = answer.json_object().get("data")
    return (whole(data.get("user_id")) or None) if isinstance(data, dict) else None


def placed_order(data: Mapping[str, Any], currency: str, our_user: int | None) -> PlacedOrder:
    """An order as a create, the list and the detail have it; the number is empty where `data` has none."""
    remarks = []
    if (amount := whole(data.get("amount"))) is not None:
        remarks.append(Remark("amount", {"amount": money(amount), "currency": currency}))
    status = text(data.get("status"))
    return PlacedOrder(
        number=text(data.get("order_id")),
        status=STATUSES.get(status, Status.PLACED),
        supplier_status=status,
        remarks=(*remarks, *user_remarks(data, our_user)),
    )


def user_remarks(data: Mapping[str, Any], our_user: int | None) -> tuple[Remark, ...]:
    """That the order is booked under another user than our account, where both are known."""
    user = whole(data.get("user_id"))
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


def read_login(answer: Answer) -> LoggedIn:
    """Raises AccessDenied when the login was refused, ProviderUnavailable for every other answer without a token."""
    body = answer.json_object()
    code = whole(body.get("code"))
    if answer.status not in HTTP_SUCCESS or code is None:
        raise ProviderUnavailable("login_failed", params={"status": str(answer.status)})
    if code not in SUCCESS:
        raise AccessDenied("login", said=said(body))
    data = body.get("data")
    data = data if isinstance(data, dict) else {}
    if not (token := usable_token(data.get("token"))):
        raise ProviderUnavailable("login_without_token")
    return LoggedIn(token, whole(data.get("id")))


def read_check(answer: Answer) -> None:
    """Our own orders, whose content is not looked at.

    Raises AccessDenied, ProviderUnavailable (HTTP 5xx or 429), or OutcomeUnknown for an answer that says nothing.
    """
    body = answer.json_object()
    code = whole(body.get("code"))
    if answer.status >= 500 or answer.status == 429:  # noqa: PLR2004  HTTP's "not now"
        raise ProviderUnavailable("check_failed", params={"status": str(answer.status)})
    if code in DENIED:
        raise AccessDenied("credentials", said=said(body))
    if answer.status not in HTTP_SUCCESS or code not in SUCCESS:
        raise OutcomeUnknown("check_strange", said=answer.text(LONGEST_SAID))
