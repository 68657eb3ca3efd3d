"""The faults of the settings, one line for each.

A line names the setting and never holds its value: what stands in the wrong place may be a secret.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

_SAID = {
    "missing": "is missing",
    "extra_forbidden": "is not a setting",
    "string_type": "must be text",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "tuple_type": "must be a list, such as [1, 2]",
    "int_type": "must be a whole number",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "literal_error": "must be {expected}",
    "value_error": "{error}",
}


class SettingsError(Exception):
    """The settings can't be used; `faults` has one line for each reason, without any secret in it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


def fault_lines(error: ValidationError) -> list[str]:
    """Such as `accounts.guoguo.api_key: is missing`."""
    return [_line(one["loc"], one["type"], one["msg"], one.get("ctx", {})) for one in error.errors(include_input=False)]


def one_line(text: str) -> str:
    """`text` fit for a line: a quoted key of the file may hold anything."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _line(location: tuple[int | str, ...], kind: str, message: str, gaps: dict[str, Any]) -> str:
    # pydantic marks an error in a table's key, as against its value, by a last part of its own.
    name = ".".join(str(part) for part in location if part != "[key]")
    said = _SAID[kind].format_map(gaps) if kind in _SAID else message.replace("Input should", "should")
    return one_line(f"{name or 'settings'}: {said}")
