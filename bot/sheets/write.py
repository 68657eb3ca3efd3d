"""A sheet as it goes back: all that was in it where it was, with what became of each row beside it.

Dropped again, it is the same sheet: what we wrote is known as ours.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.sheets.book import Book
from bot.sheets.columns import REFERENCE, RESULT, Columns
from bot.sheets.sheet import Sheet, SheetRow

RESULTS: Final = ("number", "status", "reason", "tracking", "reference")
"""The columns that we add, by the ends of the keys of their headings: `sheet.result.number`."""


def roles_of_results(headings: Mapping[str, str]) -> dict[str, str]:
    """The roles of our columns by their headings, which are given by the words of `RESULTS`."""
    return {said: REFERENCE if result == "reference" else RESULT for result, said in headings.items()}


def written(
    sheet: Sheet, columns: Columns, headings: Sequence[str], results: Mapping[int, Sequence[str]], page: str = ""
) -> bytes:
    """The .xlsx file of a sheet with further columns: their `headings`, and the cells of each row by its number.

    Those that we have written into it before are written anew. `page` is the page's name where the file had none.
    """
    kept = [place for place, one in enumerate(columns.all) if one.role not in {REFERENCE, RESULT}]
    # Without headings of its own the sheet gets a row for ours, so that they are known again.
    down = 0 if sheet.heading else 1
    book = Book()
    into = book.page(sheet.page or page)
    for row in sheet.above:
        into.write(row.number - 1 + down, _cells(row, kept))
    top = sheet.heading - 1 if sheet.heading else 0
    own = [sheet.headings[place] if place < len(sheet.headings) else "" for place in kept]
    into.write(
        top,
        [*own, *headings] if sheet.heading else {len(kept) + n: one for n, one in enumerate(headings)},
        heading=True,
    )
    for row in sheet.rows:
        told = dict(enumerate(results.get(row.number, ()), len(kept)))
        into.write(row.number - 1 + down, {**_cells(row, kept), **told})
    into.finish(len(kept) + len(headings), below=top + 1)
    return book.done()


def _cells(row: SheetRow, kept: Sequence[int]) -> dict[int, str]:
    return {n: row.cells[place] for n, place in enumerate(kept) if place < len(row.cells)}


def listed(page: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """The .xlsx file of a plain list with headings."""
    book = Book()
    into = book.page(page)
    into.write(0, headings, heading=True)
    for number, row in enumerate(rows, 1):
        into.write(number, row)
    into.finish(len(headings), below=1)
    return book.done()
