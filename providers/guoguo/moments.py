"""A day, or a day and a time, as people write them, in the form that GuoGuo takes.

A day that may be read in two ways is asked about: the seventh of January and the first of July are written alike.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from pydantic_core import PydanticCustomError

from providers.cleaning.doubts import Doubt
from providers.cleaning.send import plain

OFFSET: Final = "+08:00"
"""The offset of a time that is written without one: all times in GuoGuo's documents have this one."""

_DAY: Final = r"([0-9]{4})(?:[-/.]|年 ?)([0-9]{1,2})(?:[-/.]|月 ?)([0-9]{1,2})日?"
_TIME: Final = r"(?:(?:[T ] ?)([0-9]{1,2}:[0-9]{2})(:[0-9]{2})?(?: ?(Z|[+-][0-9]{2}:[0-9]{2}))?)?"
_WRITTEN: Final = re.compile(_DAY + _TIME, re.IGNORECASE)
_COMPACT: Final = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})")
_YEAR_LAST: Final = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})" + _TIME, re.IGNORECASE)


def moment(value: str) -> str:
    """A time with seconds and an offset; a day alone is its beginning. Raises for what is none, or may be two."""
    found = [one for one in _readings(value) if one]
    if len(found) != 1:
        raise PydanticCustomError("moment", "not a date, or a date and a time")
    return found[0]


def of_moment(text: str) -> Doubt | None:
    """The doubt about a day whose month may stand first or second."""
    found = list(_readings(str(plain(text))))
    return Doubt("day_two_ways", tuple(found), as_sent=False) if len(found) > 1 else None


def same_moment(value: str) -> str:
    """The form in which two times are compared."""
    try:
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return value


def _readings(text: str) -> Iterator[str]:
    """The times that a text may mean, each once."""
    if found := _WRITTEN.fullmatch(text):
        year, month, day, *time = found.groups()
        written = [_written(year, month, day, time)]
    elif found := _COMPACT.fullmatch(text):
        year, month, day = found.groups()
        written = [_written(year, month, day, [])]
    elif found := _YEAR_LAST.fullmatch(text):
        one, other, year, *time = found.groups()
        written = [_written(year, one, other, time), _written(year, other, one, time)]
    else:
        written = []
    yield from dict.fromkeys(filter(None, written))


def _written(year: str, month: str, day: str, time: list[str | None]) -> str:
    """The whole form of a time; empty for one that is not in the calendar."""
    clock, seconds, offset = time or (None, None, None)
    hour = (clock or "00:00").rjust(5, "0")
    whole = f"{year}-{month:0>2}-{day:0>2}T{hour}{seconds or ':00'}{(offset or OFFSET).upper()}"
    try:
        datetime.fromisoformat(whole)
    except ValueError:
        return ""
    return whole
