"""A create: the body that is sent, and what its answer says became of the order.

Our ids are always in the body: without them the supplier makes its own and could take it twice. Keys and types are
those of the sample: the order's id a number, a parcel's id a string.

Source: the supplier's page 创建订单, its sample and its tables of `status` and `msg_code`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from providers.cleaning import kept_number, other_spellings
from providers.damaijia.answer import DENIED, HTTP_SUCCESS, LONGEST_SAID, SUCCESS, number, said, text
from providers.damaijia.form import DamaijiaForm
from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown
from providers.http import Answer
from providers.orders import PlacedOrder, Remark, Status

ALREADY_EXISTS = 234
POINTS = "points"
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
_HTTP_REFUSED = frozenset(range(400, 500)) - {408, 409, 425, 429}
"""HTTP statuses with which the body's word still counts; with any other nobody knows whether it does."""


def parcel_ids(form: DamaijiaForm, reference: str) -> list[str]:
    """Our id of each recipient's parcel, in the form's order: the reference and three digits, counted from 001."""
    return [f"{reference}{n:03}" for n in range(1, len(form.recipients) + 1)]


def order_body(form: DamaijiaForm, reference: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "product_id": form.product_id,
        "site_order_id": int(reference),
        "product_number": form.product_number,
        "remark": form.remark,
        "source": form.source,
        "consignees": [
            {
                "site_order_consignee_id": parcel,
                "consignee": recipient.consignee,
                "mobile": recipient.mobile,
                "province": recipient.province,
                "city": recipient.city,
                "district": recipient.district,
                "address": recipient.address,
                "platform_order_sn": recipient.platform_order_sn or parcel,
            }
            for parcel, recipient in zip(parcel_ids(form, reference), form.recipients, strict=True)
        ],
    }
    if form.sender is not None:
        body["consigners"] = [form.sender.model_dump(exclude_none=True)]
    return body


def read_created(answer: Answer, recipients: Mapping[str, str]) -> PlacedOrder:
    """The outcome of a create. `recipients`: our parcel ids and the names of those who get them, in the order sent.

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
    said_number = text(facts.get("order_sn"))
    order_sn = kept_number(said_number)
    if not order_sn:
        raise OutcomeUnknown("no_number")
    parcels = facts.get("consignees")
    parcels = [p for p in parcels if isinstance(p, dict)] if isinstance(parcels, list) else []
    order = list(recipients)
    refused: set[str] = set()
    spent = _spent(facts, parcels)
    remarks = [] if spent is None else [Remark("amount", {"amount": str(spent), "currency": POINTS})]
    for parcel in parcels:
        ours = _our_id(parcel, order, alone=len(parcels) == 1)
        code = parcel.get("msg_code")
        if number(code) == PARCEL_REFUSED:
            refused.add(ours)
        if code not in (None, "") and number(code) != PARCEL_ACCEPTED:
            remarks.append(_remark(parcel, ours, order, recipients))
    status = Status.NO_PARCEL_ACCEPTED if refused.issuperset(order) else Status.PLACED
    return PlacedOrder(order_sn, status, also_known_as=other_spellings(said_number), remarks=tuple(remarks))


def _spent(facts: Mapping[str, Any], parcels: Sequence[Mapping[str, Any]]) -> int | None:
    """The points that the order took, where the answer says so.

    The sample has none, and by the table's indents it may be of the order or of each parcel.
    """
    whole = number(facts.get("amount"))
    each = [number(parcel.get("amount")) for parcel in parcels]
    told = [amount for amount in each if amount is not None]
    return sum(told) if whole is None and told and len(told) == len(each) else whole


def _our_id(parcel: Mapping[str, Any], order: Sequence[str], *, alone: bool) -> str:
    """Ours of the ids sent, compared as text; an order of one parcel can mean no other. Else the empty string."""
    given = text(parcel.get("site_order_consignee_id"))
    if not given and alone and len(order) == 1:
        return order[0]
    return given if given in order else ""


def _remark(parcel: Mapping[str, Any], ours: str, order: Sequence[str], recipients: Mapping[str, str]) -> Remark:
    code, why = text(parcel["msg_code"]) or json.dumps(parcel["msg_code"]), text(parcel.get("msg"))
    kind = "refused" if number(parcel["msg_code"]) == PARCEL_REFUSED else "unclear"
    # The code of a refusal says nothing that its words don't; one that isn't documented may say more than they do.
    reason = why if kind == "refused" and why else f"{code} {why}".rstrip()
    zone = text(parcel.get("forbidden_zone"))
    params = {"reason": (f"{reason} ({zone})" if zone else reason)[:LONGEST_SAID]}
    if ours:
        where = {"number": str(order.index(ours) + 1), "recipient": recipients[ours]}
        return Remark(f"recipient_{kind}", params | where)
    return Remark(f"parcel_{kind}", params | {"parcel": text(parcel.get("site_order_consignee_id"))[:64] or "?"})
