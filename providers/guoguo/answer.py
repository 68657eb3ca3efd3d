"""The envelope of GuoGuo's answers, and the values in it.

All values of enums are read as an open set, and nothing but the order number is needed for an order to count as placed.

Source: the create pages and the page Error Codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from providers.cleaning import kept_number, other_spellings
from providers.guoguo.form import DefaultOrder
from providers.http import Answer
from providers.orders import Money, PlacedOrder, Remark

LONGEST_SAID = 300
MOST_DIGITS = 30
"""Before or after the point; a number beyond it is a mistake and would fill a message."""
POINTS = "points"
"""The unit of credit (as `Money.unit`): what GuoGuo calls 信用點數."""
CREDIT = "credit"
UNAUTHORIZED = 401
DENIED = "token_validation_failed"

# Somebody between us and the supplier may answer with these, whatever the supplier did.
_NEVER_BELIEVED = frozenset({408, 409, 425, 429})


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One entry of `validation_failed_responses`; `field` is the form's field or empty, `name` is for people."""

    code: str
    field: str
    name: str
    message: str


def text(value: object) -> str:
    """Text, or a whole number as text; anything else is the empty string."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip() if isinstance(value, str) else ""


def whole_number(value: object) -> int | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def amount(value: object) -> Decimal | None:
    """A number of points or pieces, also one written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() and abs(number.adjusted()) < MOST_DIGITS else None


def total_of(row: Mapping[str, Any]) -> Money | None:
    """The total of an OrderResponse, in points where it was paid by credit; None where it says none."""
    total = amount(row.get("total"))
    return None if total is None else Money(total, POINTS if text(row.get("payment_type")).lower() == CREDIT else "")


def placed_order(row: Mapping[str, Any]) -> PlacedOrder:
    """The order of an OrderResponse; its number is empty where there is nothing to see of an `order_number`."""
    said, order_id, total = text(row.get("order_number")), text(row.get("order_id")), total_of(row)
    told = {} if total is None else {"amount": f"{total.amount:f}", "currency": total.unit}
    return PlacedOrder(
        number=kept_number(said),
        supplier_status=text(row.get("order_status")),
        also_known_as=(*other_spellings(said), *((order_id,) if order_id else ())),
        remarks=(Remark("amount", told),) if told else (),
    )


def is_believed(answer: Answer) -> bool:
    """True when a result code in the body counts: every documented one comes with 400 or 401, or perhaps with a 2xx."""
    return 200 <= answer.status < 300 or (  # noqa: PLR2004  the classes of statuses
        400 <= answer.status < 500 and answer.status not in _NEVER_BELIEVED  # noqa: PLR2004  as above
    )


def said(body: Mapping[str, Any]) -> str:
    """The envelope's words, of the whole and of each field; at most 300 characters."""
    words = [text(body.get("message")), *(fault.message for fault in field_faults(body)), text(body.get("odata"))]
    return " ".join(dict.fromkeys(word for word in words if word))[:LONGEST_SAID]


def field_faults(body: Mapping[str, Any]) -> list[FieldFault]:
    entries = body.get("validation_failed_responses")
    return [_fault(entry) for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _fault(entry: Mapping[str, Any]) -> FieldFault:
    given = text(entry.get("property_name"))
    # The sample says `product_id`; other spellings of the same name are read too.
    spelled = given.removeprefix("$.").replace("_", "").lower()
    field = next((name for name in DefaultOrder.model_fields if name.replace("_", "") == spelled), "")
    name = DefaultOrder.model_fields[field].title if field else None
    return FieldFault(text(entry.get("result_code")), field, name or given[:60], text(entry.get("message")))
