"""A create: the body that is sent, and what its answer says became of the order.

The body has the documented keys of its kind of order and nothing else.

Source: the create pages and the page Error Codes.
"""

from collections.abc import Mapping
from typing import Any

from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown
from providers.guoguo.answer import (
    DENIED,
    LONGEST_SAID,
    UNAUTHORIZED,
    field_faults,
    is_believed,
    placed_order,
    said,
    text,
)
from providers.guoguo.form import DefaultOrder
from providers.guoguo.kinds import KEYS, SKIPPABLE, Kind, needed
from providers.http import Answer
from providers.orders import PlacedOrder

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


def order_body(form: DefaultOrder) -> dict[str, Any]:
    """The documented keys of a create; what was skipped is left out."""
    asked = {key: getattr(form, key) for key in KEYS[form.order_kind]}
    if form.runs is None:
        asked["interval_minutes"] = None
    return {key: value for key, value in asked.items() if value is not None}


def read_created(answer: Answer, sent: Mapping[str, Any], kind: Kind = Kind.DEFAULT) -> PlacedOrder:
    """The placed order of an answer to the create of a `kind` of order with the body `sent`.

    Raises OrderRefused for a documented result code, AccessDenied for a refused key, OutcomeUnknown for all else.
    """
    body = answer.json_object()
    accepted = 200 <= answer.status < 300  # noqa: PLR2004  the class of statuses that say yes
    if accepted and (placed := placed_order(body)).number:
        return placed
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


def _refusal(code: str, body: Mapping[str, Any], asked: frozenset[str]) -> OrderRefused:
    faults = field_faults(body)
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
