"""A create: the body that is sent, and what its answer says became of the order.

Keys are in the lower case of the seed's own sample; its tables carry a translator's capitals.

Source: the seed's tables of answers and codes.
"""

import re
from collections.abc import Mapping
from typing import Any

from providers.anqicms.answer import DENIED, HTTP_SUCCESS, LONGEST_SAID, REFUSED, SUCCESS, placed_order, said, whole
from providers.anqicms.form import AnqicmsForm
from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown
from providers.http import Answer
from providers.orders import PlacedOrder

LONGEST_STORED_REMARK = 250
_MARKER = re.compile(r"\[R([0-9]+)\]")
_HTTP_REFUSED = frozenset(range(400, 500)) - {408, 409, 425, 429}
"""HTTP statuses with which the body's word still counts; with any other nobody knows whether it does."""


def order_body(form: AnqicmsForm, marker: str = "") -> dict[str, Any]:
    """`marker`: our reference, to be written into the remark for finding the order again; empty for none.

    One line goes as `goods_id` and `quantity`, more go as `details`. The address never has an `id`: with one, the shop
    would overwrite a saved address.
    """
    lines = [line.model_dump(include={"goods_id", "quantity"}) for line in form.items]
    body: dict[str, Any] = lines[0] if len(lines) == 1 else {"details": lines}
    if remark := _remark(form.remark or "", marker):
        body["remark"] = remark
    body["type"] = form.type
    if form.address is not None:
        body["address"] = form.address.model_dump()
    return body


def marker_of(remark: str) -> str:
    """The reference that a remark was marked with, or the empty string.

    The last one counts: ours ends what we send, and people may quote another order's in front of it.
    """
    found = _MARKER.findall(remark)
    return str(found[-1]) if found else ""


def _remark(remark: str, marker: str) -> str:
    end = f" [R{marker}]" if marker else ""
    return (remark[: LONGEST_STORED_REMARK - len(end)] + end).strip()


def read_created(answer: Answer, currency: str, our_user: int | None = None) -> PlacedOrder:
    """The outcome of a create. `our_user`: the shop's id of our account, when we know it.

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
    """The shop's id of the user under whom an order was placed, `GUEST` for nobody; None where it isn't told."""
    data = answer.json_object().get("data")
    return whole(data.get("user_id")) if isinstance(data, dict) else None
