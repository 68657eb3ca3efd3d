"""Reading GuoGuo's answers: its error envelope, its values, and the answer to a create.

Source: the create pages and the page Error Codes. All values of enums are read as an open set, and nothing
but the order number is needed for an order to count as placed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown
from providers.guoguo.form import DefaultOrder
from providers.guoguo.kinds import KEYS, SKIPPABLE, Kind, needed
from providers.http import Answer
from providers.orders import PlacedOrder

LONGEST_SAID = 300
MOST_DIGITS = 30
"""Before or after the point; a number beyond it is a mistake and would fill a message."""
UNAUTHORIZED = 401
DENIED = "token_validation_failed"
UNFORESEEN = "un_handle_exception"
NOT_VALID = "data_validation_failed"
REFUSALS: Mapping[str, tuple[str, ...]] = {
    NOT_VALID: (),
    "o_data_failed": (),
    "data_not_exist": (),
    "organization_disable": (),
    "credit_not_enough": (),
    "create_order_failed": (),
    "conflicting_parameters": (),
    "below_minimum_quantity": ("quantity",),
    "exceeds_maximum_quantity": ("quantity",),
    "contact_customer_service": (),
    "robot_validation_failed": (),
    "not_allowed_enum_values": (),
    "value_out_of_range": (),
    "failed_to_upload_file": (),
    "organization_id_incorrect": (),
    "sequence_at_least_one_element": (),
    "field_is_required": (),
    # Both are on the page of one kind of order only, which has one question that they can be about.
    "string_length_out_of_range": ("comments",),
    "invalid_expiry_date": ("expiry_date",),
}
"""Documented result codes that say no, with the question each is about, where that is certain and it was asked.

`UNFORESEEN` is documented too and left out: nobody knows what the supplier had done before it.
"""
PER_FIELD = (
    NOT_VALID,
    "field_is_required",
    "value_out_of_range",
    "string_length_out_of_range",
    "not_allowed_enum_values",
    "sequence_at_least_one_element",
    "invalid_expiry_date",
)
"""Result codes seen or to be expected about one field; each has a sentence `<code>_in` that names the field."""

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


def placed_order(row: Mapping[str, Any]) -> PlacedOrder:
    """The order of an OrderResponse, which has an `order_number`."""
    order_id = text(row.get("order_id"))
    return PlacedOrder(
        number=text(row.get("order_number")),
        supplier_status=text(row.get("order_status")),
        also_known_as=(order_id,) if order_id else (),
    )


def read_created(answer: Answer, sent: Mapping[str, Any], kind: Kind = Kind.DEFAULT) -> PlacedOrder:
    """The placed order of an answer to the create of a `kind` of order with the body `sent`.

    Raises OrderRefused for a documented result code, AccessDenied for a refused key, OutcomeUnknown for all else.
    """
    body = answer.json_object()
    accepted = 200 <= answer.status < 300  # noqa: PLR2004  the class of statuses that say yes
    if accepted and text(body.get("order_number")):
        return placed_order(body)
    code = text(body.get("result_code"))
    if answer.status == UNAUTHORIZED or (code == DENIED and is_believed(answer)):
        raise AccessDenied(DENIED, said=said(body))
    if code in REFUSALS and is_believed(answer):
        raise _refusal(code, body, _asked(sent, kind))
    evidence = said(body) or answer.text()
    if code == UNFORESEEN:
        raise OutcomeUnknown("un_handle_exception", said=evidence)
    if code:
        raise OutcomeUnknown("unclear_result_code", said=evidence, params={"result_code": code[:60]})
    if not accepted:
        raise OutcomeUnknown("http_status", said=evidence, params={"status": str(answer.status)})
    raise OutcomeUnknown("no_number" if body else "strange_answer", said=evidence)


def is_believed(answer: Answer) -> bool:
    """Whether a result code in the body counts: every documented one comes with 400 or 401, or perhaps with a 2xx."""
    return 200 <= answer.status < 300 or (  # noqa: PLR2004  the classes of statuses
        400 <= answer.status < 500 and answer.status not in _NEVER_BELIEVED  # noqa: PLR2004  as above
    )


def said(body: Mapping[str, Any]) -> str:
    """What the envelope says in words, of the whole and of each field; at most 300 characters."""
    words = [text(body.get("message")), *(fault.message for fault in _faults(body)), text(body.get("odata"))]
    return " ".join(dict.fromkeys(word for word in words if word))[:LONGEST_SAID]


def _faults(body: Mapping[str, Any]) -> list[FieldFault]:
    entries = body.get("validation_failed_responses")
    return [_fault(entry) for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _fault(entry: Mapping[str, Any]) -> FieldFault:
    given = text(entry.get("property_name"))
    # The sample says `product_id`; other spellings of the same name are read too.
    spelled = given.removeprefix("$.").replace("_", "").lower()
    field = next((name for name in DefaultOrder.model_fields if name.replace("_", "") == spelled), "")
    name = DefaultOrder.model_fields[field].title if field else None
    return FieldFault(text(entry.get("result_code")), field, name or given[:60], text(entry.get("message")))


def _refusal(code: str, body: Mapping[str, Any], asked: frozenset[str]) -> OrderRefused:
    faults = _faults(body)
    fields = tuple(dict.fromkeys(fault.field for fault in faults if fault.field in asked))
    certain = tuple(field for field in REFUSALS[code] if field in asked)
    params: dict[str, str] = {}
    if code == NOT_VALID and faults:
        if len(faults) == 1 and faults[0].code in PER_FIELD and faults[0].name:
            code, params = f"{faults[0].code}_in", {"field": faults[0].name}
        else:
            named = (f"{fault.name or '?'} ({fault.code.replace('_', ' ') or '?'})" for fault in faults)
            code, params = "fields_not_valid", {"fields": ", ".join(named)[:LONGEST_SAID]}
    return OrderRefused(code, said=said(body), params=params, fields=fields or certain)


def _asked(sent: Mapping[str, Any], kind: Kind) -> frozenset[str]:
    """The keys that the person was asked for, also those that were skipped."""
    skipped = SKIPPABLE.intersection(KEYS[kind])
    if "runs" not in sent:
        skipped -= {"interval_minutes"}
    return needed(kind) | skipped | (sent.keys() & set(KEYS[kind]))
