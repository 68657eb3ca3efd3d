"""A spreadsheet as it was read: rows of text, each with its number in the file.

Ids and phone numbers are text all the way, so that none of their digits depends on how a program shows numbers. What
can't be known of a cell any more is marked and never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class SheetFault(StrEnum):
    """The reasons why a file is not read."""

    TOO_LARGE = "too_large"
    """More than `most` bytes, packed or unpacked."""
    NO_SHEET = "no_sheet"
    """It is of no kind that is read."""
    BROKEN = "broken"
    PASSWORD = "password"  # noqa: S105  a reason
    EMPTY = "empty"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    LONG_CELL = "long_cell"
    """More than `most` characters in the cell `cell`."""
    GONE = "gone"
    """Telegram has the file no longer."""
    UNREACHABLE = "unreachable"
    """Telegram didn't hand the file out for long."""
    NO_ACCOUNT = "no_account"
    """It fits no account."""


class SheetRefusedError(Exception):
    """A file that is not read: the code of the reason, and the gaps of its sentence."""

    def __init__(self, code: SheetFault, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class Mark(StrEnum):
    """The reasons why the text of a cell isn't what its writer meant."""

    FORMULA = "formula"
    """A formula whose value isn't kept in the file; formulas are never run."""
    ERROR = "error"
    """A formula that came to an error, such as #N/A."""
    DATE = "date"
    """A date: a program for spreadsheets makes one of `9-1`, whatever that was to be."""
    DIGITS_LOST = "digits_lost"
    """A number of more digits than a program for spreadsheets keeps: the last of them are gone."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The largest file that is read; whatever goes beyond is refused before any work is done on it."""

    size: int = 5_000_000
    unpacked: int = 50_000_000
    parts: int = 1_000
    pages: int = 50
    rows: int = 5_000
    """Rows down to the last one with anything in it."""
    columns: int = 200
    characters: int = 10_000
    """Characters of a cell."""


STRICT: Final = Bounds()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: its number in the file, from 1, and its cells, as many as the sheet has columns; `marks` by column from 0.

    `hidden`: whoever sent it doesn't see this row, because of a filter for instance.
    """

    number: int
    cells: tuple[str, ...]
    marks: Mapping[int, Mark] = field(default_factory=dict)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a file without its blank rows. `heading` is the number of the row of headings, 0 where it has none.

    `above` are the rows over the headings, which only say what the file is; `others` are further pages with anything
    in them, which are not read. `merged` are cells that reach over several rows, by their names (`D3:D5`): their value
    stands in the first of these rows only.
    """

    page: str
    headings: tuple[str, ...]
    heading: int
    rows: tuple[SheetRow, ...]
    above: tuple[SheetRow, ...] = ()
    others: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """The number of columns."""
        return max((len(row.cells) for row in (*self.above, *self.rows)), default=len(self.headings))


def name_of_cell(row: int, column: int) -> str:
    """The name of a cell as people see it: row 1, column 0 is A1."""
    return f"{letters(column)}{row}"


def letters(column: int) -> str:
    """The letters of a column, counted from 0: A, B, ... Z, AA."""
    found, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        found = chr(ord("A") + digit) + found
    return found
