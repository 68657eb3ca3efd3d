"""The echo in citiesocial's answer to a create, against what was sent.

The answer repeats nearly all: our reference, e-mail, address, total, and an entry for each piece. It has no time.

Source: the page Create Order.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from providers.citiesocial.answer import text
from providers.citiesocial.create import order_body
from providers.citiesocial.form import CitiesocialOrder
from providers.cleaning import compared_email, compared_id, compared_phone
from providers.echo import Difference, believed, is_as_sent
from providers.orders import PlacedOrder

REFERENCE = "channel_order_reference"
_FACTS: Mapping[str, str] = {
    "first_name": "recipients",
    "last_name": "recipients",
    "zip": "address",
    "city": "address",
    "address1": "address",
    "address2": "address",
    "phone": "mobile",
}


def check_echo(placed: PlacedOrder, body: Mapping[str, Any], form: CitiesocialOrder, reference: str) -> PlacedOrder:
    """`placed`, which the answer `body` gave to the create of `form` under our `reference`.

    Raises OutcomeUnknown when the answer contradicts what was sent.
    """
    given = body.get("order")
    order: dict[str, Any] = given if isinstance(given, dict) else {}
    is_ours = compared_id(text(order.get(REFERENCE))) == compared_id(reference)
    return believed(placed, _differences(order, form, reference), is_ours=is_ours)


def _differences(order: Mapping[str, Any], form: CitiesocialOrder, reference: str) -> Iterator[Difference]:
    named, email = text(order.get(REFERENCE)), text(order.get("email"))
    if named and compared_id(named) != compared_id(reference):
        yield Difference("our_id", REFERENCE, named)
    if "@" in email and "*" not in email and compared_email(email) != compared_email(form.email):
        yield Difference("email", "email", email)
    total = _amount(order.get("total_price"))
    if total is not None and total != form.transaction_amount:
        yield Difference("amount", "total_price", f"{total:f}")
    address = order.get("shipping_address")
    yield from _in_address(address if isinstance(address, dict) else {}, order_body(form, reference))
    yield from _in_items(order.get("items"), form, ours=bool(named))


def _in_address(address: Mapping[str, Any], sent: Mapping[str, Any]) -> Iterator[Difference]:
    ours = sent["shipping_address"]
    for key, fact in _FACTS.items():
        told = text(address.get(key))
        if key == "phone":
            agrees = not told or "*" in told or compared_phone(told) == compared_phone(ours[key])
        else:
            agrees = is_as_sent(told, ours[key])
        if not agrees:
            yield Difference(fact, key, told)


def _in_items(pieces: object, form: CitiesocialOrder, *, ours: bool) -> Iterator[Difference]:
    """`ours`: the answer carries our reference.

    The documents' own sample names other variants than its request, as many of each: under our reference that is told
    with the placed order, and no contradiction.
    """
    confirmed = Counter(
        text(piece.get("variant_id")) if isinstance(piece, dict) else ""
        for piece in (pieces if isinstance(pieces, list) else [])
    )
    ordered = Counter[str]()
    for item in form.items:
        ordered[str(item.variant_id)] += item.quantity
    if not confirmed or confirmed == ordered or not all(variant.isdigit() for variant in confirmed):
        return
    if not ours or sorted(confirmed.values()) != sorted(ordered.values()):
        shown = ", ".join(f"{variant} × {number}" for variant, number in confirmed.items())
        yield Difference("items", "items", shown)


def _amount(value: object) -> Decimal | None:
    try:
        amount = Decimal(text(value) or str(value)) if isinstance(value, int | float | str) else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and not isinstance(value, bool) else None
