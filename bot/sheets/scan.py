"""The parts of a workbook looked over before it is read: how far its pages reach, and what reading alone doesn't show.

The library that reads workbooks makes room for every cell from the first to the last one, so that two cells far apart
cost gigabytes; and it gives the same nothing for an empty cell, for a formula without a value and for an error.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from bot.sheets.sheet import Bounds, Mark, SheetFault, SheetRefusedError

WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
ODS_CONTENT: Final = "content.xml"
_ODS_MANIFEST: Final = "META-INF/manifest.xml"
_PLACE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_TRUE: Final = frozenset({"1", "true", "on"})


@dataclass(slots=True)
class PageScan:
    """A page's last row and column with anything in it, counted from 1, its hidden rows, and marks by row and column.

    Rows count from 1, columns from 0.
    """

    rows: int = 0
    columns: int = 0
    hidden: set[int] = field(default_factory=set)
    marks: dict[tuple[int, int], Mark] = field(default_factory=dict)

    def reach(self, row: int, column: int) -> None:
        """Note a cell with something in it; both count from 1."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)


class _Stop(Exception):  # noqa: N818  it never leaves this module
    """The document has what none of ours needs."""


def _stop(*_: object) -> None:
    raise _Stop


def _read(xml: bytes, reader: "_Cells | _OdsCells | _Names") -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.said
    # With a document type every entity goes too.
    parser.StartDoctypeDeclHandler = _stop
    parser.buffer_text = True
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, _Stop, ValueError) as error:
        raise SheetRefusedError(SheetFault.BROKEN) from error


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Names:
    """The elements of a small document with their attributes, by their names without a prefix."""

    def __init__(self) -> None:
        self.found: list[tuple[str, Mapping[str, str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.found.append((_local(name), {_local(key): value for key, value in attributes.items()}))

    def end(self, name: str) -> None:
        """Nothing is done at an element's end."""

    def said(self, text: str) -> None:
        """Nothing is done with text."""


class _Cells:
    """The cells of a page of an .xlsx file. Source: ECMA-376 part 1, 18.3.1.4 (`c`) and 18.3.1.73 (`row`)."""

    def __init__(self) -> None:
        self.page = PageScan()
        self._row = self._column = 0
        self._kind = self._text = ""
        self._formula = self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _number_of(place[1]) if place else self._column + 1
            self._row = int(place[2]) if place else self._row
            self._kind, self._text, self._formula = attributes.get("t", ""), "", False
        elif local == "row":
            said = attributes.get("r", "")
            self._row, self._column = int(said) if said.isdecimal() else self._row + 1, 0
            if attributes.get("hidden", "").lower() in _TRUE:
                self.page.hidden.add(self._row)
        elif local == "f":
            self._formula = True
        self._inside = local in {"v", "t"}

    def said(self, text: str) -> None:
        if self._inside:
            self._text += text

    def end(self, name: str) -> None:
        self._inside = False
        if _local(name) != "c" or not (self._text or self._formula):
            return
        self.page.reach(self._row, self._column)
        at = (self._row, self._column - 1)
        if self._kind == "e":
            self.page.marks[at] = Mark.ERROR
        elif self._formula and not self._text and self._kind != "str":
            self.page.marks[at] = Mark.FORMULA


class _OdsCells:
    """The cells of all pages of an .ods file. Source: OpenDocument 1.3 part 3, 9.1.3 and 9.1.4."""

    def __init__(self) -> None:
        self.pages: dict[str, PageScan] = {}
        self._page = PageScan()
        self._row = self._column = 0
        self._rows = self._columns = 1
        self._cell = self._said = self._formula = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "table":
            self._page = self.pages.setdefault(attributes.get("table:name", ""), PageScan())
            self._row = 0
        elif local == "table-row":
            self._rows = _times(attributes, "table:number-rows-repeated")
            self._column = 0
            if attributes.get("table:visibility", "visible") != "visible" and self._rows < 1 << 16:
                self._page.hidden.update(range(self._row + 1, self._row + self._rows + 1))
        elif local in {"table-cell", "covered-table-cell"}:
            self._columns = _times(attributes, "table:number-columns-repeated")
            self._cell, self._said = True, bool(attributes.keys() & _ODS_VALUES)
            self._formula = "table:formula" in attributes

    def said(self, text: str) -> None:
        if self._cell and text.strip():
            self._said = True

    def end(self, name: str) -> None:
        local = _local(name)
        if local in {"table-cell", "covered-table-cell"}:
            if self._said or self._formula:
                self._page.reach(self._row + self._rows, self._column + self._columns)
                if self._formula and not self._said:
                    self._page.marks[self._row + 1, self._column] = Mark.FORMULA
            self._column += self._columns
            self._cell = False
        elif local == "table-row":
            self._row += self._rows


_ODS_VALUES: Final = frozenset(
    f"office:{name}" for name in ("value", "date-value", "time-value", "string-value", "boolean-value")
)


def _times(attributes: Mapping[str, str], name: str) -> int:
    said = attributes.get(name, "1")
    return int(said) if said.isdecimal() and len(said) < 10 else 1 << 40  # noqa: PLR2004  more than any page has


def _number_of(letters: str) -> int:
    number = 0
    for one in letters.upper():
        number = number * 26 + ord(one) - ord("A") + 1
    return number


def scanned(parts: Mapping[str, bytes], bounds: Bounds) -> dict[str, PageScan]:
    """The pages of an unpacked workbook by name. Raises SheetRefusedError."""
    if WORKBOOK in parts:
        pages = dict(_pages_of(parts))
    elif ODS_CONTENT in parts:
        if b"encryption-data" in parts.get(_ODS_MANIFEST, b""):
            raise SheetRefusedError(SheetFault.PASSWORD)
        reader = _OdsCells()
        _read(parts[ODS_CONTENT], reader)
        pages = reader.pages
    else:
        raise SheetRefusedError(SheetFault.NO_SHEET)
    for page in pages.values():
        if page.columns > bounds.columns:
            raise SheetRefusedError(SheetFault.TOO_MANY_COLUMNS, most=str(bounds.columns))
        if page.rows > bounds.rows:
            raise SheetRefusedError(SheetFault.TOO_MANY_ROWS, most=str(bounds.rows))
    return pages


def _pages_of(parts: Mapping[str, bytes]) -> Iterator[tuple[str, PageScan]]:
    relations, names = _Names(), _Names()
    _read(parts.get(_RELATIONS, b"<none/>"), relations)
    _read(parts[WORKBOOK], names)
    targets = {one.get("Id", ""): one.get("Target", "") for name, one in relations.found if name == "Relationship"}
    for name, one in names.found:
        if name != "sheet":
            continue
        target = targets.get(one.get("id", ""), "")
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if path not in parts:
            raise SheetRefusedError(SheetFault.BROKEN)
        if not path.startswith("xl/worksheets/"):
            # A page of charts or dialogues has no rows.
            continue
        cells = _Cells()
        _read(parts[path], cells)
        yield one.get("name", ""), cells.page
