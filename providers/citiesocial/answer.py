"""The values in citiesocial's answers, and its own words in whichever shape they come.

It has no error codes: its texts are told apart by how they begin.

Source: the page Create Order.
"""

from providers.http import Answer

LONGEST_SAID = 300
BAD_REQUEST, UNAUTHORIZED, WRONG_METHOD = 400, 401, 405


def text(value: object) -> str:
    """Text, or a whole number as text; anything else is the empty string."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip() if isinstance(value, str) else ""


def said_in(answer: Answer) -> str:
    """The supplier's own words in any of its three shapes: `errors`, `message`, or a bare text."""
    body = answer.json()
    shapes = (body.get("errors"), body.get("message")) if isinstance(body, dict) else (body,)
    words = next((words for words in map(text, shapes) if words), answer.text())
    return words[:LONGEST_SAID]
