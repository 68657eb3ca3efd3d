"""Words for what is wrong with an answer, and what is allowed.

Codes travel in code; each gets its sentence here, whichever screen it is shown on.
"""

from decimal import Decimal
from typing import Final

from bot.conversation.questions import Problem
from bot.words.amounts import number
from bot.words.catalogue import Catalogue
from bot.words.message import shortened

_MARK: Final = "mark"
_SEVERAL: Final = "others"
"""The gap that is several names, one a line."""
_NUMBERS: Final = frozenset({"ge", "gt", "le", "lt", "stock", "max_length", "min_length", "least", "longest"})
"""Gaps that are numbers."""
_SENT: Final = 200
"""Characters of an answer that is repeated."""


def reason(words: Catalogue, problem: Problem) -> str:
    """The fault of an answer, and what is allowed."""
    code = problem.code
    if code in {"too_long", "too_short"} and problem.params.get("field_type") != "List":
        # pydantic's word for a text whose bounds stand outside its kind.
        code = f"string_{code}"
    if code == "string_too_short" and problem.params.get("min_length") == "1":
        code = "nothing_to_see"
    gaps = {key: _gap(words, key, value) for key, value in problem.params.items()}
    return words.first(f"validation.{code}", "validation.other", gaps=gaps)


def doubt(words: Catalogue, problem: Problem) -> str:
    """The question about an answer that may mean something else."""
    gaps = {key: shortened(value, _SENT) for key, value in problem.params.items()}
    return words.say(f"doubt.{problem.code}", **gaps)


def _gap(words: Catalogue, key: str, value: str) -> str:
    if key == _MARK:
        return words.first(f"mark.{value}", "mark.other", gaps={})
    if key == _SEVERAL:
        return words.listed(*(shortened(one, _SENT) for one in value.splitlines()))
    return number(words, Decimal(value)) if key in _NUMBERS and value.isdigit() else shortened(value, _SENT)
