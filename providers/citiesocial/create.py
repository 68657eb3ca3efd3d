"""A create: the body that is sent, and what its answer says became of the order.

The answer has one entry per piece in `items`, so what it confirms has to be counted.

Source: the page Create Order.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from providers.citiesocial.answer import BAD_REQUEST, UNAUTHORIZED, WRONG_METHOD, said_in, text
from providers.citiesocial.form import CitiesocialOrder
from providers.cleaning import kept_number, other_spellings
from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown
from providers.http import Answer
from providers.orders import RECKONED, PlacedOrder, Remark, Status

_PRICE_MISMATCH = re.compile(r"total_price:\s*([0-9.]+) does not equal transaction_amount:\s*[0-9.]+")


def order_body(form: CitiesocialOrder, reference: str) -> dict[str, Any]:
    """The documented body, every key of it; our reference is kept by the supplier and comes back in its answer."""
    return {
        "line_items": [{"variant_id": item.variant_id, "quantity": item.quantity} for item in form.items],
        "email": form.email,
        "shipping_address": {
            "first_name": form.first_name,
            "last_name": form.last_name,
            "title": form.title,
            "zip": form.zip,
            "city": form.city,
            "address1": form.address1,
            "address2": form.address2,
            "phone": form.phone,
        },
        "transaction_amount": form.transaction_amount,
        "channel_order_reference": reference,
    }


def read_created(answer: Answer, form: CitiesocialOrder, currency: str = "") -> PlacedOrder:
    """The placed order of an answer to the create of `form`; its number is the order's name, such as `#1207`.

    `currency` is that of the amounts in a refusal, empty where nobody has named one.

    Raises OrderRefused for a documented refusal, AccessDenied for 401, OutcomeUnknown for all else.
    """
    if 200 <= answer.status < 300:  # noqa: PLR2004  the class of statuses that say yes
        return _placed(answer, form)
    said = said_in(answer)
    match answer.status:
        case status if status == UNAUTHORIZED:
            raise AccessDenied("unauthorized", said=said)
        case status if status == BAD_REQUEST and text(answer.json_object().get("errors")):
            raise _refusal(said, form, currency)
        case status if status == WRONG_METHOD and said.startswith("POST is required"):
            raise OrderRefused("post_required", said=said)
    raise OutcomeUnknown("http_status", said=said, params={"status": str(answer.status)})


def _refusal(said: str, form: CitiesocialOrder, currency: str) -> OrderRefused | OutcomeUnknown:
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
        params = {RECKONED: mismatch[1], "amount": str(form.transaction_amount)}
        if currency:
            params["currency"] = currency
        return OrderRefused("price_mismatch", said=said, params=params, fields=("transaction_amount",))
    # No document says that such an order was not taken.
    return OutcomeUnknown("unclear_error", said=said)


def _placed(answer: Answer, form: CitiesocialOrder) -> PlacedOrder:
    body = answer.json_object()
    given = body.get("order")
    order: dict[str, Any] = given if isinstance(given, dict) else {}
    said = text(order.get("name")) if kept_number(text(order.get("name"))) else text(order.get("id"))
    number, order_id = kept_number(said), kept_number(text(order.get("id")))
    if not number:
        raise OutcomeUnknown("no_number" if body else "strange_answer", said=said_in(answer))
    other_names = dict.fromkeys((number.removeprefix("#"), *other_spellings(said), order_id))
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
