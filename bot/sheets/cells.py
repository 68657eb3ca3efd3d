"""The values of cells as text, as whoever typed them would read them out.

A number that names something is its digits and nothing else: no `.0`, no `E+10`.
"""

import datetime as dt
import re
from decimal import Decimal
from typing import Final

from bot.sheets.sheet import Mark

Value = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""The values that python-calamine gives."""
_KEPT: Final = 10**15
"""A program for spreadsheets keeps 15 digits of a number (IEEE 754); of a longer one the rest are zeros."""
_SHORTENED: Final = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}")
"""A long number as a spreadsheet shows and saves it: `1.38E+10`."""
_AS_TEXT: Final = re.compile(r'="((?:[^"]|"")*)"')
"""Text that a file of commas has as a formula, so that its zeros stay: `="0912345678"`."""
_QUOTED: Final = re.compile("^'(?=[0-9=+@-])")
"""An apostrophe in front, which keeps programs from taking digits for a number; files of commas have a tab too."""
_MIDNIGHT: Final = dt.time()


def text_of(value: Value) -> tuple[str, Mark | None]:
    """The text of a workbook's cell, and what is wrong with it."""
    match value:
        case str():
            return _QUOTED.sub("", value.replace("_x000D_", "")), None
        case bool():
            return str(value).upper(), None
        case int():
            return str(value), Mark.DIGITS_LOST if abs(value) >= _KEPT else None
        case float():
            return _number(value)
        case dt.datetime():
            day, moment = value.date().isoformat(), value.time()
            return (day if moment == _MIDNIGHT else f"{day} {moment.isoformat('seconds')}"), Mark.DATE
        case dt.time():
            return value.isoformat("seconds"), None
        case dt.date():
            return value.isoformat(), Mark.DATE
        case _:
            return str(value), None


def _number(value: float) -> tuple[str, Mark | None]:
    if abs(value) >= _KEPT:
        return format(Decimal(value).to_integral_value(), "f") if value - value == 0 else "", Mark.DIGITS_LOST
    if value == int(value):
        return str(int(value)), None
    return format(Decimal(format(value, ".15g")), "f"), None


def text_in_csv(said: str) -> tuple[str, Mark | None]:
    """The text of a cell of a file of commas, and what is wrong with it."""
    as_text = _AS_TEXT.fullmatch(said.strip())
    if as_text is not None:
        return as_text[1].replace('""', '"'), None
    if _SHORTENED.fullmatch(said.strip()):
        return said.strip(), Mark.DIGITS_LOST
    if said.startswith("="):
        return said, Mark.FORMULA
    return _QUOTED.sub("", said.removeprefix("\t")), None
