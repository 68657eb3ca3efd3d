"""The envelope of the supplier's answers, and the values in it.

The body's own `status` decides, since the documents say nothing of HTTP statuses. Of an answer that isn't a success
only the `err` of status 422 is documented; the rest is read leniently.
"""

import json
from collections.abc import Mapping
from typing import Any

LONGEST_SAID = 300

SUCCESS = 0
DENIED = 200

HTTP_SUCCESS = range(200, 300)


def number(value: object) -> int | None:
    """A code that the document types as int in one place and string in another."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004  a code
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text(value: object) -> str:
    """Text or a whole number as text, for people and as ids; anything else is the empty string."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip() if isinstance(value, str) else ""


def said(body: Mapping[str, Any]) -> str:
    """The supplier's own words: `err` as text or JSON, else `msg`; at most 300 characters."""
    err = body.get("err")
    words = text(err) or (json.dumps(err, ensure_ascii=False) if err else "") or text(body.get("msg"))
    return words[:LONGEST_SAID]
