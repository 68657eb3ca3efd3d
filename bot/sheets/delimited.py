"""Rows out of a file of commas, semicolons or tabs, in the encodings that such files have where our staff work.

Neither the encoding nor the sign between cells is written in the file: that one is taken by which it makes most sense.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable
from typing import Final

from bot.sheets.sheet import Bounds, SheetFault, SheetRefusedError, name_of_cell

_SIGNS: Final = (",", "\t", ";")
_LOOKED_AT: Final = 20
"""Rows by which the sign between cells is told."""
_TOLD_BY: Final = 20_000
"""Characters by which the encoding is told."""
_COMMON: Final = {"gb2312": 0xD7, "big5": 0xC6}
"""The first byte of the last of the common characters; the rarer ones stand behind them in both encodings."""
_BOMS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def rows_of(data: bytes, bounds: Bounds, is_heading: Callable[[str], bool]) -> list[list[str]]:
    """The rows of a file. Raises SheetRefusedError."""
    text = _text_of(data, is_heading)
    if "\0" in text:
        raise SheetRefusedError(SheetFault.NO_SHEET)
    sign = _sign_of(text)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=False):
            rows.append(row)
            if len(rows) > bounds.rows:
                raise SheetRefusedError(SheetFault.TOO_MANY_ROWS, most=str(bounds.rows))
            if len(row) > bounds.columns:
                raise SheetRefusedError(SheetFault.TOO_MANY_COLUMNS, most=str(bounds.columns))
    except csv.Error as error:
        # It refuses cells that are far too long, as after a quotation mark that is never closed.
        most, place = str(bounds.characters), name_of_cell(len(rows) + 1, 0)
        raise SheetRefusedError(SheetFault.LONG_CELL, most=most, cell=place) from error
    return rows


def _text_of(data: bytes, is_heading: Callable[[str], bool]) -> str:
    for mark, name in _BOMS.items():
        if data.startswith(mark):
            return _decoded(data, name) or ""
    text = _decoded(data, "utf-8")
    if text is not None:
        return text
    found = [text for name in ("gb18030", "big5hkscs") if (text := _decoded(data, name)) is not None]
    if not found:
        raise SheetRefusedError(SheetFault.NO_SHEET)
    return max(found, key=lambda text: (_headings_in(text, is_heading), _sense_of(text)))


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _headings_in(text: str, is_heading: Callable[[str], bool]) -> int:
    lines = text[:_TOLD_BY].splitlines()[:_LOOKED_AT]
    cells = (cell.strip('" ') for line in lines for sign in _SIGNS if sign in line for cell in line.split(sign))
    return sum(map(is_heading, cells))


def _sense_of(text: str) -> float:
    """The share of characters that are common in one of the two ways of writing."""
    said = [one for one in text[:_TOLD_BY] if not one.isascii()]
    return sum(map(_is_common, said)) / len(said) if said else 1.0


def _is_common(one: str) -> bool:
    for encoding, last in _COMMON.items():
        try:
            if one.encode(encoding)[0] <= last:
                return True
        except UnicodeEncodeError:
            continue
    return False


def _sign_of(text: str) -> str:
    """The sign that parts most rows into the same number of cells, the more the better."""
    best, most = ",", (0, 0)
    beginning = text[: _TOLD_BY * 2]
    for sign in _SIGNS:
        rows = []
        try:
            for row in csv.reader(io.StringIO(beginning, newline=""), delimiter=sign):
                rows.append(len(row))
                if len(rows) == _LOOKED_AT:
                    break
        except csv.Error:
            # Said where all of it is read.
            continue
        width, times = Counter(rows).most_common(1)[0] if rows else (1, 0)
        if width > 1 and (times, width) > most:
            best, most = sign, (times, width)
    return best
