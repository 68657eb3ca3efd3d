"""Workbooks as we write them: every cell is text and nothing else, so that opening one runs nothing.

A name that begins with `=` stays a name, and a phone number keeps its zeros even where somebody edits it.
"""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Final

import xlsxwriter

_WRITTEN: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001  the library wants it without a zone
"""The day that each file says it was made on: the same content is the same file."""
_NARROWEST, _WIDEST = 8, 42
_LISTED: Final = 2000
"""Values of a list beside a cell."""
_WIDE: Final = 0x2E80
"""From here on characters are twice as wide."""


class Book:
    """A workbook of text. `done` gives its bytes, once."""

    def __init__(self) -> None:
        self._into = io.BytesIO()
        plain = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(self._into, {"in_memory": True, **plain})
        self._book.set_properties({"created": _WRITTEN})
        self._text = self._book.add_format({"num_format": "@", "valign": "top"})
        self._heading = self._book.add_format(
            {"num_format": "@", "bold": True, "bg_color": "#E8EEF7", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self._optional = self._book.add_format(
            {"num_format": "@", "bg_color": "#F4F4F4", "bottom": 1, "text_wrap": True, "valign": "top"}
        )

    def page(self, name: str) -> "BookPage":
        """A further page; names that a workbook can't have are made such."""
        known = {page.get_name().casefold() for page in self._book.worksheets()}
        bare = "".join("-" if one in r"[]:*?/\\" else one for one in name).strip("' ")[:28] or "Sheet"
        unique, n = bare, 1
        while unique.casefold() in known or unique.casefold() == "history":
            n += 1
            unique = f"{bare} {n}"
        return BookPage(self._book.add_worksheet(unique), unique, self._text, self._heading, self._optional)

    def done(self) -> bytes:
        """The whole file."""
        self._book.close()
        return self._into.getvalue()


class BookPage:
    """A page of a workbook; rows and columns count from 0."""

    def __init__(
        self,
        page: xlsxwriter.worksheet.Worksheet,
        name: str,
        text: xlsxwriter.format.Format,
        heading: xlsxwriter.format.Format,
        optional: xlsxwriter.format.Format,
    ) -> None:
        self.name = name
        self._page = page
        self._text, self._heading, self._optional = text, heading, optional
        self._widths: dict[int, int] = {}

    def write(self, row: int, cells: Mapping[int, str] | Sequence[str], *, heading: bool = False) -> None:
        """The cells of a row; empty ones are left out, but for headings."""
        said = cells.items() if isinstance(cells, Mapping) else enumerate(cells)
        for column, text in said:
            if text or heading:
                self._page.write_string(row, column, _sendable(text), self._heading if heading else self._text)
                wide = max(map(_width, text.split("\n")), default=0)
                self._widths[column] = max(self._widths.get(column, _NARROWEST), min(wide + 2, _WIDEST))

    def write_optional(self, row: int, column: int, text: str) -> None:
        """A heading of a column that may be left empty."""
        self.write(row, {column: text}, heading=True)
        self._page.write_string(row, column, _sendable(text), self._optional)

    def note(self, row: int, column: int, text: str) -> None:
        """A note that shows when the cell is pointed at."""
        if text:
            self._page.write_comment(row, column, _sendable(text), {"x_scale": 2})

    def offer(self, column: int, first: int, last: int, source: Sequence[str] | str) -> None:
        """Offer values for the cells of a column; others can be written too. A text names cells that hold them."""
        self._page.data_validation(
            first,
            column,
            last,
            column,
            {
                "validate": "list",
                "source": source if isinstance(source, str) else list(source)[:_LISTED],
                "error_type": "information",
                "show_error": False,
            },
        )

    def finish(self, columns: int, *, below: int = 0) -> None:
        """Set widths, keep the rows down to `below` in sight, and make cells that are still empty text."""
        for column in range(columns):
            self._page.set_column(column, column, self._widths.get(column, _NARROWEST), self._text)
        if below:
            self._page.freeze_panes(below, 0)


def _width(text: str) -> int:
    return sum(2 if ord(one) >= _WIDE else 1 for one in text)


def _sendable(text: str) -> str:
    """The text without what no file can hold."""
    return text.encode("utf-8", errors="replace").decode()
