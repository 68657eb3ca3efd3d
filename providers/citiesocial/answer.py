"""Reading citiesocial's answer to a create. It has no error codes: its texts are told apart by how they begin.

Source: the page Create Order. Its answer has one entry per piece in `items`, so what it confirms has to be counted.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from providers.citiesocial.form import CitiesocialOrder
from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown
from providers.http import Answer
from providers.orders import PlacedOrder, Remark, Status

LONGEST_SAID = 300
BAD_REQUEST, UNAUTHORIZED, WRONG_METHOD = 400, 401, 405

_PRICE_MISMATCH = re.compile(r"total_price:\s*([0-9.]+) does not equal transaction_amount:\s*[0-9.]+")


def text(value: object) -> str:
    """Text, or a whole number as text; anything else is the empty string."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip() if isinstance(value, str) else ""


def read_created(answer: Answer, form: CitiesocialOrder) -> PlacedOrder:
    """The placed order of an answer to the create of `form`; its number is the order's name, such as `#1207`.

    Raises OrderRefused for a documented refusal, AccessDenied for 401, OutcomeUnknown for all else.
    """
    if 200 <= answer.status < 300:  # noqa: PLR2004  the class of statuses that say yes
        return _placed(answer, form)
    said = _said(answer)
    match answer.status:
        case status if status == UNAUTHORIZED:
            raise AccessDenied("unauthorized", said=said)
        case status if status == BAD_REQUEST and text(answer.json_object().get("errors")):
            raise _refusal(said, form)
        case status if status == WRONG_METHOD and said.startswith("POST is required"):
            raise OrderRefused("post_required", said=said)
    raise OutcomeUnknown("http_status", said=said, params={"status": str(answer.status)})


def _said(answer: Answer) -> str:
    """The supplier's own words in any of its three shapes: `errors`, `message`, or a bare text."""
    body = answer.json()
    shapes = (body.get("errors"), body.get("message")) if isinstance(body, dict) else (body,)
    words = next((words for words in map(text, shapes) if words), answer.text())
    return words[:LONGEST_SAID]


def _refusal(said: str, form: CitiesocialOrder) -> OrderRefused | OutcomeUnknown:
    if said.startswith("Invalid json format"):
        return OrderRefused("invalid_json", said=said)
    if said.startswith("variant_id is not valid"):
        # It doesn't say which one, so a field is only named where there is no choice.
        only_one = len({item.variant_id for item in form.items}) == 1 == len(form.items)
        return OrderRefused("variant_not_valid", said=said, fields=("items.0.variant_id",) if only_one else ())
    if said.startswith("Unable to claim inventory"):
        return OrderRefused("no_inventory", said=said)
    mismatch = _PRICE_MISMATCH.match(said)
    if mismatch:
        params = {"total": mismatch[1], "amount": str(form.transaction_amount)}
        return OrderRefused("price_mismatch", said=said, params=params, fields=("transaction_amount",))
    # No document says that such an order was not taken.
    return OutcomeUnknown("unclear_error", said=said)


def _placed(answer: Answer, form: CitiesocialOrder) -> PlacedOrder:
    body = answer.json_object()
    given = body.get("order")
    order: dict[str, Any] = given if isinstance(given, dict) else {}
    name, order_id = text(order.get("name")), text(order.get("id"))
    number = name or order_id
    if not number:
        raise OutcomeUnknown("no_number" if body else "strange_answer", said=_said(answer))
    other_names = dict.fromkeys((number.removeprefix("#"), order_id))
    return PlacedOrder(
        number=number,
        status=Status.CANCELLED if order.get("is_cancelled") is True else Status.PLACED,
        supplier_status=text(order.get("financial_status")),
        also_known_as=tuple(other for other in other_names if other and other != number),
        remarks=_differences(order, form),
    )


def _differences(order: Mapping[str, Any], form: CitiesocialOrder) -> tuple[Remark, ...]:
    """One remark per variant of which another number of pieces was confirmed than ordered."""
    pieces = order.get("items")
    if not isinstance(pieces, list):
        return ()
    confirmed = Counter(text(piece.get("variant_id")) if isinstance(piece, dict) else "" for piece in pieces)
    if confirmed[""]:
        return (Remark("pieces_not_counted"),)
    ordered: Counter[str] = Counter()
    for item in form.items:
        ordered[str(item.variant_id)] += item.quantity
    return tuple(
        Remark(
            "pieces_differ",
            {"variant": variant[:30], "ordered": str(ordered[variant]), "confirmed": str(confirmed[variant])},
        )
        for variant in dict.fromkeys([*ordered, *confirmed])
        if ordered[variant] != confirmed[variant]
    )
