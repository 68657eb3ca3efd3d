"""JSON that a supplier sent, read within bounds: one answer may hold a million values, or take a second to be walked.

The bound is on what a parser makes of a body: each value of JSON takes many times the memory of its few bytes, and
whoever reads a list does something with each entry.
"""

import json
import math
import re
from typing import Any

from providers.allowance import values_in

MOST_VALUES = 200_000
"""Values of one document, as they are counted for the room that it takes."""
MOST_ENTRIES = 10_000
"""Entries of one list; no supplier is asked for more than some hundred at once."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read_document(body: bytes) -> Any:
    """The value of JSON, or None where there is none: no JSON, too many values or entries, too deep, or `null`.

    Without U+0000 and lone surrogates, which neither a database nor a message can hold; a number that isn't finite, or
    no number at all, is None.
    """
    if values_in(body) > MOST_VALUES:
        return None
    try:
        return _storable(json.loads(body, parse_constant=_no_number))
    except (ValueError, RecursionError):
        return None


def _no_number(_: str) -> None:
    return None


def _storable(value: Any) -> Any:
    match value:
        case str():
            return _UNSTORABLE.sub("", value)
        case dict():
            return {_storable(key): _storable(inner) for key, inner in value.items()}
        case list():
            if len(value) > MOST_ENTRIES:
                raise ValueError("a list that nobody asked for")
            return [_storable(inner) for inner in value]
        case float() if not math.isfinite(value):
            return None
        case _:
            return value
