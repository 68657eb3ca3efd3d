"""Files as people send them, made for a test: by XlsxWriter, by hand, and such as no program would write."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

FILES = Path(__file__).parent / "files"
_ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3">'
    "<office:body><office:spreadsheet>"
)
_ODS_FOOT = "</office:spreadsheet></office:body></office:document-content>"


def xlsx(rows: Sequence[Sequence[Any]], *, hidden: Iterable[int] = (), more: Mapping[str, Any] | None = None) -> bytes:
    """A workbook; `hidden` rows count from 0, `more` are further pages by name, hidden ones with an `_` in front."""
    into = io.BytesIO()
    book = xlsxwriter.Workbook(into, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for name, page_rows in {"Orders": rows, **(more or {})}.items():
        page = book.add_worksheet(name)
        for number, row in enumerate(page_rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(number, column, value)
                elif value is not None:
                    page.write(number, column, value)
        if name.startswith("_"):
            page.hide()
    for number in hidden:
        book.get_worksheet_by_name("Orders").set_row(number, None, None, {"hidden": True})
    book.close()
    return into.getvalue()


def with_page(book: bytes, xml: str, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook with the content of one part replaced."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == part else old.read(name))
    return into.getvalue()


def page(data: str) -> str:
    """The XML of a page around its rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{data}</sheetData></worksheet>'


def ods(rows: Sequence[Sequence[str | float]], *, trailing: str = "") -> bytes:
    """An .ods file; `trailing` is XML behind the rows."""
    made = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    content = f'{_ODS_HEAD}<table:table table:name="Orders">{made}{trailing}</table:table>{_ODS_FOOT}'
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return into.getvalue()


def _ods_cell(value: str | float) -> str:
    if value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        said = f"<text:p>{escape(value)}</text:p>"
        return f'<table:table-cell office:value-type="string" calcext:value-type="string">{said}</table:table-cell>'
    said = f"<text:p>{value}</text:p>"
    return f'<table:table-cell office:value-type="float" office:value="{value}">{said}</table:table-cell>'
