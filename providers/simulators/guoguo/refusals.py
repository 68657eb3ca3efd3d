"""GuoGuo's way of saying no: one envelope for every error, in which single fields may be named.

Source: the supplier's public page Error Codes.
"""

from pydantic_core import ErrorDetails

from providers.simulators.base import Refusal

_FIELD_CODES = {
    "missing": "field_is_required",
    "string_too_short": "field_is_required",
    "greater_than_equal": "value_out_of_range",
    "less_than_equal": "value_out_of_range",
    "literal_error": "not_allowed_enum_values",
}
_STATUSES = {"token_validation_failed": 401, "un_handle_exception": 500}


def no(code: str, message: str = "", fields: list[dict[str, str]] | None = None, odata: str | None = None) -> Refusal:
    """The answer with a result code; `fields` are as `faulty` makes them."""
    answer = {
        "message": message or code.replace("_", " ").capitalize() + ".",
        "result_code": code,
        "validation_failed_responses": fields or [],
        "odata": odata,
    }
    return Refusal(code, _STATUSES.get(code, 400), answer)


def faulty(name: str, code: str, message: str) -> dict[str, str]:
    """One field that is not as it has to be."""
    return {"result_code": code, "message": message, "property_name": name}


def invalid(*fields: dict[str, str]) -> Refusal:
    """The answer to a body outside the contract."""
    return no("data_validation_failed", "Validation failed.", list(fields))


def field_error(error: ErrorDetails) -> dict[str, str]:
    """One of our checks' errors in the supplier's words."""
    name = str(error["loc"][0]) if error["loc"] else ""
    code = _FIELD_CODES.get(error["type"], "data_validation_failed")
    says = "is required" if code == "field_is_required" else f"is not valid: {error['msg']}"
    return faulty(name, code, f"{name} {says}.")
