"""The answers that only GuoGuo's orders have: numbers of pieces, usernames, comments and times, as it wants them."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from providers.fields import Lines, WholeNumber, plain

LARGEST_NUMBER = 10_000_000
"""The document's bound of every number in the order."""
LONGEST_COMMENTS = 4096
"""All comments of an order; their longest is not documented, and a message has no more."""
OFFSET = "+08:00"
"""What a time without an offset is taken to mean: all times in GuoGuo's documents have this one."""

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?", re.IGNORECASE)


def _without_at(value: object) -> object:
    value = plain(value)
    return value.removeprefix("@") if isinstance(value, str) else value


def _one_word(value: str) -> str:
    if re.search(r"[\s\x00-\x1f\x7f]", value):
        raise PydanticCustomError("username", "more than one word")
    return value


def _without_blank_lines(value: object) -> object:
    if not isinstance(value, str):
        return value
    return "\n".join(line for typed in value.splitlines() if (line := typed.strip()))


def _moment(value: str) -> str:
    found = _MOMENT.fullmatch(value)
    day, time, seconds, offset = found.groups() if found else ("", "", "", "")
    written = f"{day}T{time or '00:00'}{seconds or ':00'}{(offset or OFFSET).upper()}"
    try:
        datetime.fromisoformat(written)
    except ValueError:
        raise PydanticCustomError("moment", "not a date, or a date and a time") from None
    return written


Count = Annotated[WholeNumber, Field(ge=1, le=LARGEST_NUMBER)]
"""A number of pieces, batches, minutes or posts."""

Username = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(_without_at), AfterValidator(_one_word)]
"""The name of an account, without @."""

Comments = Annotated[Lines, Field(max_length=LONGEST_COMMENTS), BeforeValidator(_without_blank_lines)]
"""One comment a line, as the sample of Create Ch02 Custom Comments Order has it; blank lines are no comments."""

Moment = Annotated[str, BeforeValidator(plain), AfterValidator(_moment)]
"""A time with seconds and an offset as in `2026-07-01T00:00:00+08:00`; a day alone is its beginning."""
