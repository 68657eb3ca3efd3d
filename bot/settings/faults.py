"""The faults of the settings, one line for each.

A line names the setting and never holds its value: what stands in the wrong place may be a secret.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from bot.settings.placeholders import STILL_THE_EXAMPLES, Location

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

_OF_KEYS = frozenset({"missing", "extra_forbidden"})


class SettingsError(Exception):
    """The settings can't be used; `faults` has one line for each reason, without any secret in it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


def fault_lines(
    error: ValidationError | None,
    table: Mapping[str, Any],
    keys: Callable[[Location], Collection[str]],
    examples: Sequence[Location],
) -> list[str]:
    """Such as `accounts.guoguo.api_key: is missing`; a key that is misspelt is one line, with the right one.

    `table` is what was read, `keys` are those that a table of it may have, and `examples` is where a value is still the
    example's, of which nothing else is said.
    """
    found = error.errors(include_input=False) if error else []
    errors = [(one["loc"], one["type"], one["msg"], one.get("ctx", {})) for one in found]
    errors = [one for one in errors if not any(one[0][: len(where)] == where for where in examples)]
    meant = _meant([location for location, kind, *_ in errors if kind in _OF_KEYS], table, keys)
    lines = [f"{_name(location)}: {STILL_THE_EXAMPLES}" for location in examples]
    for location, kind, message, gaps in errors:
        wrong = next((wrong for wrong, right in meant.items() if location in (wrong, right)), None)
        if kind not in _OF_KEYS or wrong is None:
            lines.append(_line(location, kind, message, gaps))
        else:
            lines.append(f"{_name(wrong)}: {not_a_setting(str(meant[wrong][-1]))}")
    return [one_line(line) for line in dict.fromkeys(lines)]


def _meant(
    named: Sequence[Location], table: Mapping[str, Any], keys: Callable[[Location], Collection[str]]
) -> dict[Location, Location]:
    """Misspelt keys to those that were meant: each is as like the other as any that isn't there."""
    meant: dict[Location, Location] = {}
    for within in dict.fromkeys(location[:-1] for location in named):
        known, given = keys(within), _at(table, within)
        lacking = [key for key in known if key not in given]
        for key in (key for key in given if key not in known):
            if close := get_close_matches(key.lower(), lacking, 1):
                lacking.remove(close[0])
                meant[(*within, key)] = (*within, close[0])
    return meant


def _at(table: Mapping[str, Any], location: Location) -> list[str]:
    """The keys of the table that is there."""
    found: Any = table
    for part in location:
        found = found.get(part) if isinstance(found, Mapping) else None
    return [str(key) for key in found] if isinstance(found, Mapping) else []


def not_a_setting(meant: str = "") -> str:
    """The fault of a key that is none, with the one that was `meant`."""
    return f"is not a setting; did you mean {meant}?" if meant else "is not a setting"


def one_line(text: str) -> str:
    """`text` fit for a line: a quoted key of the file may hold anything."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _name(location: Location) -> str:
    # pydantic marks an error in a table's key, as against its value, by a last part of its own.
    return ".".join(str(part) for part in location if part != "[key]") or "settings"


def _line(location: Location, kind: str, message: str, gaps: dict[str, Any]) -> str:
    said = _SAID[kind].format_map(gaps) if kind in _SAID else message.replace("Input should", "should")
    return f"{_name(location)}: {said}"
