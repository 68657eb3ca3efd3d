"""Pages of workbooks, .xlsx, .xls and .ods, by python-calamine and only after the file was looked over.

Values are those that the file keeps; no formula is run.
"""

import io
from dataclasses import dataclass, field
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from bot.sheets.archives import packed, unpacked
from bot.sheets.cells import Value, text_of
from bot.sheets.scan import PageScan, scanned
from bot.sheets.sheet import Bounds, Mark, SheetFault, SheetRefusedError, name_of_cell

ZIPPED: Final = b"PK\x03\x04"
OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
"""The name of the part in which an .xlsx file with a password lies. Source: MS-OFFCRYPTO 2.3.4.4."""

_PANIC: Final = "PanicException"
"""The library gave up, which it says by an exception that has no name to be imported."""


@dataclass(slots=True)
class SheetPage:
    """The rows of a page from its first one on, whether blank or not; `hidden` rows and `marks` count rows from 1.

    `merged` are the cells that reach over several rows: the number of the first of these rows, and their name.
    """

    name: str
    rows: list[list[str]]
    hidden: frozenset[int] = frozenset()
    merged: tuple[tuple[int, str], ...] = ()
    marks: dict[tuple[int, int], Mark] = field(default_factory=dict)


def pages_of(data: bytes, bounds: Bounds) -> list[SheetPage]:
    """The visible pages of a workbook, in order. Raises SheetRefusedError."""
    scans: dict[str, PageScan] = {}
    if data.startswith(ZIPPED):
        parts = unpacked(data, bounds)
        scans = scanned(parts, bounds)
        data = packed(parts)
    elif _ENCRYPTED in data:
        raise SheetRefusedError(SheetFault.PASSWORD)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            return _pages(workbook, scans, bounds)
    except PasswordError as error:
        raise SheetRefusedError(SheetFault.PASSWORD) from error
    except (CalamineError, OSError, ValueError) as error:
        raise SheetRefusedError(SheetFault.BROKEN) from error
    except BaseException as error:
        if type(error).__name__ == _PANIC:
            raise SheetRefusedError(SheetFault.BROKEN) from error
        raise


def _pages(workbook: CalamineWorkbook, scans: dict[str, PageScan], bounds: Bounds) -> list[SheetPage]:
    seen = [
        one.name
        for one in workbook.sheets_metadata
        if one.visible is SheetVisibleEnum.Visible and one.typ is SheetTypeEnum.WorkSheet
    ]
    if len(seen) > bounds.pages:
        raise SheetRefusedError(SheetFault.TOO_MANY_PAGES, most=str(bounds.pages))
    return [_page(workbook, name, scans.get(name, PageScan()), bounds) for name in seen]


def _page(workbook: CalamineWorkbook, name: str, scan: PageScan, bounds: Bounds) -> SheetPage:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.start is None:
        return SheetPage(name, [])
    if sheet.total_width > bounds.columns:
        raise SheetRefusedError(SheetFault.TOO_MANY_COLUMNS, most=str(bounds.columns))
    if sheet.total_height > bounds.rows:
        raise SheetRefusedError(SheetFault.TOO_MANY_ROWS, most=str(bounds.rows))
    marks = dict(scan.marks)
    rows = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), 1):
        rows.append([_text(value, marks, (number, column)) for column, value in enumerate(values)])
    return SheetPage(name, rows, frozenset(scan.hidden), _merged(sheet), marks)


def _merged(sheet: CalamineSheet) -> tuple[tuple[int, str], ...]:
    """The cells that reach over several rows, as far as the file's kind tells of them."""
    return tuple(
        (top + 1, f"{name_of_cell(top + 1, left)}:{name_of_cell(bottom + 1, right)}")
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        if bottom > top
    )


def _text(value: Value, marks: dict[tuple[int, int], Mark], at: tuple[int, int]) -> str:
    text, mark = text_of(value)
    if mark is not None:
        marks[at] = mark
    return text
