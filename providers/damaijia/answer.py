"""Reading the supplier's answers. The body's own `status` decides, since the documents say nothing of HTTP statuses.

Source: the supplier's page 创建订单, its tables of `status` and `msg_code`. Of an answer that isn't a success only the
`err` of status 422 is documented; the rest is read leniently.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown
from providers.http import Answer
from providers.orders import PlacedOrder, Remark, Status

LONGEST_SAID = 300

SUCCESS = 0
DENIED = 200
ALREADY_EXISTS = 234
REFUSALS: Mapping[int, tuple[str, tuple[str, ...]]] = {
    132: ("not_json", ()),
    422: ("invalid", ()),
    209: ("balance", ()),
    226: ("off_sale", ("product_id",)),
    228: ("source_not_supported", ("source",)),
    235: ("no_shipping", ()),
}
"""Status -> our code and the question that it is about, where that is certain."""

PARCEL_ACCEPTED = 2000
PARCEL_REFUSED = 2001

HTTP_SUCCESS = range(200, 300)
_HTTP_REFUSED = frozenset(range(400, 500)) - {408, 409, 425, 429}
"""Where the body's word still counts; with any other HTTP status nobody knows whether it does."""


def number(value: object) -> int | None:
    """A code that the document types as int in one place and string in another."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004  a code
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text(value: object) -> str:
    """Text or a whole number as text, for people and as ids; anything else is the empty string."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip() if isinstance(value, str) else ""


def said(body: Mapping[str, Any]) -> str:
    """The supplier's own words: `err` as text or JSON, else `msg`; at most 300 characters."""
    err = body.get("err")
    words = text(err) or (json.dumps(err, ensure_ascii=False) if err else "") or text(body.get("msg"))
    return words[:LONGEST_SAID]


def read_created(answer: Answer, recipients: Mapping[str, str]) -> PlacedOrder:
    """What became of a create. `recipients`: our parcel ids and the names of those who get them, in the order sent.

    Raises OrderRefused, AccessDenied, OutcomeUnknown.
    """
    body = answer.json_object()
    status = number(body.get("status"))
    if answer.status in HTTP_SUCCESS and status == SUCCESS:
        return _placed(body, recipients)
    if answer.status in HTTP_SUCCESS or answer.status in _HTTP_REFUSED:
        _raise_documented(status, body)
    if answer.status not in HTTP_SUCCESS:
        raise OutcomeUnknown("http_status", said=answer.text(LONGEST_SAID), params={"status": str(answer.status)})
    if status is None:
        raise OutcomeUnknown("strange_answer", said=answer.text(LONGEST_SAID))
    raise OutcomeUnknown("undocumented", said=said(body), params={"status": str(status)})


def _raise_documented(status: int | None, body: Mapping[str, Any]) -> None:
    if status == DENIED:
        raise AccessDenied("credentials", said=said(body))
    if status == ALREADY_EXISTS:
        raise OutcomeUnknown("exists", said=said(body))
    if status is not None and status in REFUSALS:
        code, fields = REFUSALS[status]
        raise OrderRefused(code, said=said(body), fields=fields)


def _placed(body: Mapping[str, Any], recipients: Mapping[str, str]) -> PlacedOrder:
    data = body.get("data")
    # The sample has them inside `data`, the table beside it.
    facts = {**body, **data} if isinstance(data, dict) else body
    order_sn = text(facts.get("order_sn"))
    if not order_sn:
        raise OutcomeUnknown("no_number")
    parcels = facts.get("consignees")
    parcels = [p for p in parcels if isinstance(p, dict)] if isinstance(parcels, list) else []
    order = list(recipients)
    refused: set[str] = set()
    remarks: list[Remark] = []
    for parcel in parcels:
        ours = _our_id(parcel, order, alone=len(parcels) == 1)
        code = parcel.get("msg_code")
        if number(code) == PARCEL_REFUSED:
            refused.add(ours)
        if code not in (None, "") and number(code) != PARCEL_ACCEPTED:
            remarks.append(_remark(parcel, ours, order, recipients))
    status = Status.NO_PARCEL_ACCEPTED if refused.issuperset(order) else Status.PLACED
    return PlacedOrder(number=order_sn, status=status, remarks=tuple(remarks))


def _our_id(parcel: Mapping[str, Any], order: Sequence[str], *, alone: bool) -> str:
    """Ours of the ids sent, compared as text; an order of one parcel can mean no other. Else the empty string."""
    given = text(parcel.get("site_order_consignee_id"))
    if not given and alone and len(order) == 1:
        return order[0]
    return given if given in order else ""


def _remark(parcel: Mapping[str, Any], ours: str, order: Sequence[str], recipients: Mapping[str, str]) -> Remark:
    code = parcel["msg_code"]
    kind = "refused" if number(code) == PARCEL_REFUSED else "unclear"
    reason = " ".join(filter(None, (text(code) or json.dumps(code), text(parcel.get("msg")))))
    zone = text(parcel.get("forbidden_zone"))
    params = {"reason": (f"{reason} ({zone})" if zone else reason)[:LONGEST_SAID]}
    if ours:
        where = {"number": str(order.index(ours) + 1), "recipient": recipients[ours]}
        return Remark(f"recipient_{kind}", params | where)
    return Remark(f"parcel_{kind}", params | {"parcel": text(parcel.get("site_order_consignee_id"))[:64] or "?"})
