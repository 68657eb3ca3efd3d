"""Reads a file that somebody dropped as a sheet: its kind by its content, its page, and its row of headings.

People's files begin with a title, end with blank rows and have pages that are about something else.
"""

from collections.abc import Callable, Sequence
from typing import Final

from bot.sheets.cells import text_in_csv
from bot.sheets.delimited import rows_of
from bot.sheets.sheet import STRICT, Bounds, Mark, Sheet, SheetFault, SheetRefusedError, SheetRow, name_of_cell
from bot.sheets.workbooks import OLD, ZIPPED, SheetPage, pages_of
from providers.cleaning import has_visible

DELIMITED: Final = (".csv", ".tsv", ".txt")
"""The endings of names of files without any mark of what they are."""
_HEADING_WITHIN: Final = 30
"""Rows with anything in them among which the headings are looked for."""
_FEWEST: Final = 2


def read(data: bytes, name: str, is_heading: Callable[[str], bool], bounds: Bounds = STRICT) -> Sheet:
    """The sheet in a file of that name. `is_heading` knows words that head columns. Raises SheetRefusedError."""
    if len(data) > bounds.size:
        raise SheetRefusedError(SheetFault.TOO_LARGE, most=str(bounds.size // 1_000_000))
    if data.startswith((ZIPPED, OLD)):
        pages = pages_of(data, bounds)
    elif name.lower().endswith(DELIMITED):
        pages = [_delimited(data, bounds, is_heading)]
    else:
        raise SheetRefusedError(SheetFault.NO_SHEET)
    filled = [(page, rows) for page in pages if (rows := _rows(page, bounds))]
    if not filled:
        raise SheetRefusedError(SheetFault.EMPTY)
    headed = [(page, rows, _heading_in(rows, is_heading)) for page, rows in filled]
    page, rows, place = next((one for one in headed if one[2] is not None), headed[0])
    if place is None:
        place = _words_alone(rows)
    others = tuple(one.name for one, _ in filled if one is not page)
    heading = None if place is None else rows[place]
    below = rows if place is None else rows[place + 1 :]
    return Sheet(
        page.name,
        heading.cells if heading else ("",) * len(rows[0].cells),
        heading.number if heading else 0,
        tuple(below),
        tuple(rows[: place or 0]),
        others,
        tuple(name for row, name in page.merged if row > (heading.number if heading else 0)),
    )


def _delimited(data: bytes, bounds: Bounds, is_heading: Callable[[str], bool]) -> SheetPage:
    marks: dict[tuple[int, int], Mark] = {}
    rows = []
    for number, said in enumerate(rows_of(data, bounds, is_heading), 1):
        cells = []
        for column, cell in enumerate(said):
            text, mark = text_in_csv(cell)
            cells.append(text)
            if mark is not None:
                marks[number, column] = mark
        rows.append(cells)
    return SheetPage("", rows, marks=marks)


def _rows(page: SheetPage, bounds: Bounds) -> list[SheetRow]:
    """The rows of a page with anything in them, all of one width."""
    marked: dict[int, dict[int, Mark]] = {}
    for (number, column), mark in page.marks.items():
        marked.setdefault(number, {})[column] = mark
    kept = []
    width = 0
    for number, cells in enumerate(page.rows, 1):
        used = max((n for n, cell in enumerate(cells, 1) if has_visible(cell)), default=0)
        used = max(used, *(column + 1 for column in marked.get(number, ())), 0)
        if not used:
            continue
        for column, cell in enumerate(cells):
            if len(cell) > bounds.characters:
                most, place = str(bounds.characters), name_of_cell(number, column)
                raise SheetRefusedError(SheetFault.LONG_CELL, most=most, cell=place)
        width = max(width, used)
        kept.append((number, cells))
    return [
        SheetRow(
            number,
            (*cells[:width], *[""] * (width - len(cells))),
            marked.get(number, {}),
            number in page.hidden,
        )
        for number, cells in kept
    ]


def _heading_in(rows: Sequence[SheetRow], is_heading: Callable[[str], bool]) -> int | None:
    """The place of the row that has the most headings, where half of its cells are some; None for none."""
    best, most = None, 1
    for place, row in enumerate(rows[:_HEADING_WITHIN]):
        said = [cell for cell in row.cells if has_visible(cell)]
        known = len({cell.strip() for cell in said if is_heading(cell)})
        if known > most and known * 2 >= len(said):
            best, most = place, known
    return best


def _words_alone(rows: Sequence[SheetRow]) -> int | None:
    """The place of a first row that has words in its columns and no digit, unlike those below it; None for none."""
    if len(rows) < _FEWEST:
        return None
    cells = [cell for cell in rows[0].cells if has_visible(cell)]
    if len(cells) < max(_FEWEST, len(rows[0].cells) - 1) or len(set(cells)) < len(cells):
        return None
    plain = not any(one.isdigit() for cell in cells for one in cell)
    return 0 if plain and any(one.isdigit() for cell in rows[1].cells for one in cell) else None
