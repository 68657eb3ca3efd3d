"""Files that people drop as sheets: what is read of them, what is marked, and what is refused before any work."""

import io
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reading.labels import Labels
from bot.sheets.headings import HeadingWords
from bot.sheets.read import read
from bot.sheets.sheet import Bounds, Mark, Sheet, SheetFault, SheetRefusedError
from tests.sheets.making import FILES, ods, page, with_page, xlsx

HEADINGS = ("收件人", "手机", "地址", "数量")
ROW = ("王小明", "13800000001", "浙江省杭州市余杭区文一路1号", "2")
is_heading = HeadingWords(Labels({})).is_heading


def opened(data: bytes, name: str = "orders.xlsx", bounds: Bounds | None = None) -> Sheet:
    return read(data, name, is_heading, bounds or Bounds())


def refused(data: bytes, name: str = "orders.xlsx", bounds: Bounds | None = None) -> SheetRefusedError:
    with pytest.raises(SheetRefusedError) as error:
        opened(data, name, bounds)
    return error.value


def csv(*rows: tuple[str, ...], sign: str = ",", encoding: str = "utf-8") -> bytes:
    return "\r\n".join(sign.join(row) for row in rows).encode(encoding)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", xlsx([HEADINGS, ROW])),
        ("a.ods", ods([HEADINGS, ROW])),
        ("a.csv", csv(HEADINGS, ROW)),
        ("a.csv", csv(HEADINGS, ROW, encoding="utf-8-sig")),
        ("a.csv", csv(HEADINGS, ROW, encoding="gb18030")),
        ("a.csv", csv(HEADINGS, ROW, sign=";")),
        ("a.tsv", csv(HEADINGS, ROW, sign="\t")),
        ("a.txt", csv(HEADINGS, ROW, sign="\t", encoding="utf-16")),
    ],
)
def test_each_kind_of_file_gives_the_same_rows(name: str, data: bytes) -> None:
    sheet = opened(data, name)
    assert sheet.headings == HEADINGS
    assert sheet.heading == 1
    (row,) = sheet.rows
    assert (row.number, row.cells, row.marks, row.hidden) == (2, ROW, {}, False)


def test_a_traditional_file_of_commas_is_told_from_a_simplified_one() -> None:
    headings, row = ("收件人", "電話", "地址", "數量"), ("王小明", "0912345678", "台北市中正區八德路一段1號", "2")
    for encoding in ("big5", "gb18030"):
        sheet = opened(csv(headings, row, encoding=encoding), "a.csv")
        assert (sheet.headings, sheet.rows[0].cells) == (headings, row)


def test_an_encoding_is_told_without_any_heading_that_is_known() -> None:
    rows = (("王小明", "中正區八德路一段1號"), ("陳美玲", "信義區松仁路100號"))
    sheet = opened(csv(*rows, encoding="big5"), "a.csv")
    assert [row.cells for row in sheet.rows] == list(rows)


def test_an_old_workbook_is_read_with_its_title_its_gap_and_its_numbers() -> None:
    sheet = opened((FILES / "parcels.xls").read_bytes(), "parcels.xls")
    assert sheet.headings == HEADINGS
    assert [row.cells[0] for row in sheet.above] == ["九月寄样"]
    assert [(row.number, row.cells[:2]) for row in sheet.rows] == [
        (4, ("王小明", "13800000001")),
        (6, ("李小红", "0138-0000-0002")),
    ]


def test_the_kind_of_a_file_is_told_by_its_content() -> None:
    assert opened(xlsx([HEADINGS, ROW]), "orders.xls").rows[0].cells == ROW
    assert opened(xlsx([HEADINGS, ROW]), "").rows[0].cells == ROW


# Cells


def test_numbers_that_name_something_are_their_digits() -> None:
    sheet = opened(xlsx([HEADINGS, ("王", 13800000001.0, "x", 2), ("李", "0912345678", "y", 2.5)]))
    assert [row.cells[1] for row in sheet.rows] == ["13800000001", "0912345678"]
    assert [row.cells[3] for row in sheet.rows] == ["2", "2.5"]


def test_digits_that_a_spreadsheet_has_lost_are_marked_and_not_guessed() -> None:
    sheet = opened(xlsx([("订单号", "数量"), (2021020411023208, 1), (202102041102320, 1)]))
    assert [dict(row.marks) for row in sheet.rows] == [{0: Mark.DIGITS_LOST}, {}]
    assert sheet.rows[1].cells[0] == "202102041102320"
    sheet = opened(csv(("手机", "数量"), ("1.38E+10", "1"), ("13800000001", "1")), "a.csv")
    assert [dict(row.marks) for row in sheet.rows] == [{0: Mark.DIGITS_LOST}, {}]


def test_a_formula_is_never_run_and_its_kept_value_is_taken() -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>手机</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>数量</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"1"&amp;"2"</f><v>0912</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
        '<row r="3"><c r="A3"><f>B2</f></c><c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="4"><c r="A4" t="str"><f>""</f><v></v></c><c r="B4"><v>7</v></c></row>'
    )
    sheet = opened(with_page(xlsx([HEADINGS]), page(rows)))
    assert [row.cells for row in sheet.rows] == [("0912", "2"), ("", ""), ("", "7")]
    assert [dict(row.marks) for row in sheet.rows] == [{}, {0: Mark.FORMULA, 1: Mark.ERROR}, {}]


def test_a_formula_in_a_file_of_commas_is_marked_unless_it_only_keeps_text() -> None:
    sheet = opened(csv(("手机", "备注"), ('="0912345678"', '=HYPERLINK("http://x.example")'), ("'0912", "@x")), "a.csv")
    assert [row.cells[0] for row in sheet.rows] == ["0912345678", "0912"]
    assert [dict(row.marks) for row in sheet.rows] == [{1: Mark.FORMULA}, {}]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(blacklist_categories=("Cc", "Cs", "Co", "Cn")), max_size=20),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None)
def test_text_comes_out_as_it_was_put_in(rows: list[list[str]]) -> None:
    headed = [["收件人", "手机", "备注"], *([f"x{cells[0]}", *cells[1:]] for cells in rows)]
    sheet = opened(xlsx(headed))
    assert [list(row.cells) for row in sheet.rows] == headed[1:]


@given(st.integers(min_value=0, max_value=10**15 - 1))
@settings(max_examples=60, deadline=None)
def test_whole_numbers_keep_all_their_digits(number: int) -> None:
    (row,) = opened(xlsx([("订单号", "数量"), (float(number), 1)])).rows
    assert (row.cells[0], dict(row.marks)) == (str(number), {})


# Pages, headings and rows


def test_blank_rows_are_dropped_and_the_others_keep_their_numbers() -> None:
    sheet = opened(xlsx([HEADINGS, (), ROW, ("", " ", "", ""), (), ROW]))
    assert [row.number for row in sheet.rows] == [3, 6]


def test_headings_are_found_below_a_title_that_is_merged() -> None:
    sheet = opened(xlsx([("2026年9月 寄样表",), ("", "收件人信息", "", ""), HEADINGS, ROW]))
    assert (sheet.heading, sheet.headings, len(sheet.above)) == (3, HEADINGS, 2)


def test_a_sheet_without_headings_has_none() -> None:
    sheet = opened(xlsx([ROW, ("李小红", "13800000002", "浙江省杭州市西湖区文三路2号", "1")]))
    assert (sheet.heading, set(sheet.headings), len(sheet.rows)) == (0, {""}, 2)


def test_headings_of_words_that_nobody_knows_are_headings_all_the_same() -> None:
    sheet = opened(xlsx([("Wer", "Rufnummer", "Wohin"), ROW[:3]]))
    assert (sheet.heading, sheet.headings) == (1, ("Wer", "Rufnummer", "Wohin"))


def test_a_row_that_its_sender_does_not_see_is_marked() -> None:
    sheet = opened(xlsx([HEADINGS, ROW, ROW, ROW], hidden=[2]))
    assert [row.hidden for row in sheet.rows] == [False, True, False]


def test_the_page_with_headings_is_read_and_the_others_are_named() -> None:
    book = xlsx([("see the other page",)], more={"九月": [HEADINGS, ROW], "old": [("x",)], "_hidden": [HEADINGS, ROW]})
    sheet = opened(book)
    assert (sheet.page, sheet.others) == ("九月", ("Orders", "old"))


# What is refused


def zipped(**parts: bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return into.getvalue()


def test_a_file_that_unpacks_to_too_much_is_refused_without_being_unpacked() -> None:
    bomb = with_page(xlsx([HEADINGS]), page("<row/>" * 20_000_000))
    assert len(bomb) < 5_000_000
    tracemalloc.start()
    assert refused(bomb).code is SheetFault.TOO_LARGE
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_part_that_is_larger_than_it_says_is_refused() -> None:
    book = bytearray(zipped(**{"content.xml": b"a" * 100_000}))
    said = (100_000).to_bytes(4, "little")
    while (at := book.find(said)) >= 0:
        book[at : at + 4] = (10).to_bytes(4, "little")
    assert refused(bytes(book)).code is SheetFault.BROKEN


def test_entities_of_xml_are_never_expanded() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    said = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row>'
    bomb = page(said).replace("<worksheet", f'<!DOCTYPE x [<!ENTITY e0 "ha">{levels}]><worksheet')
    assert refused(with_page(xlsx([HEADINGS]), bomb)).code is SheetFault.BROKEN


def test_rows_with_nothing_in_them_are_no_rows_however_many_they_are() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(3, 300_000))
    head = "".join(
        f'<row r="{n}">'
        + "".join(f'<c r="{"ABCD"[k]}{n}" t="inlineStr"><is><t>{cell}</t></is></c>' for k, cell in enumerate(cells))
        + "</row>"
        for n, cells in ((1, HEADINGS), (2, ROW))
    )
    sheet = opened(with_page(xlsx([HEADINGS]), page(head + rows)), bounds=Bounds(unpacked=100_000_000))
    assert [row.cells for row in sheet.rows] == [ROW]


@pytest.mark.parametrize("place", ["A1048576", "XFD2", "XFD1048576"])
def test_two_cells_far_apart_are_refused_before_room_is_made_for_all_between(place: str) -> None:
    number = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{number}"><c r="{place}"><v>1</v></c></row>'
    assert refused(with_page(xlsx([HEADINGS]), page(rows))).code in {
        SheetFault.TOO_MANY_ROWS,
        SheetFault.TOO_MANY_COLUMNS,
    }


def test_rows_that_are_repeated_a_million_times_are_refused() -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    wide = cell.replace("table-cell ", 'table-cell table:number-columns-repeated="9999" ')
    for row in (
        f'<table:table-row table:number-rows-repeated="100000000">{cell}</table:table-row>',
        f'<table:table-row table:number-rows-repeated="900000"/><table:table-row>{cell}</table:table-row>',
        f"<table:table-row>{wide}</table:table-row>",
    ):
        assert refused(ods([HEADINGS], trailing=row), "a.ods").code in {
            SheetFault.TOO_MANY_ROWS,
            SheetFault.TOO_MANY_COLUMNS,
        }


def test_empty_rows_at_the_end_of_an_ods_file_are_no_rows() -> None:
    trailing = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    assert [row.cells for row in opened(ods([HEADINGS, ROW], trailing=trailing), "a.ods").rows] == [ROW]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        ((FILES / "locked.xlsx").read_bytes(), "locked.xlsx", SheetFault.PASSWORD),
        (b"PK\x03\x04 and nothing more", "a.xlsx", SheetFault.BROKEN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "a.xls", SheetFault.BROKEN),
        (zipped(**{"word/document.xml": b"<w/>"}), "a.xlsx", SheetFault.NO_SHEET),
        (b"\x89PNG\r\n\x1a\n", "a.xlsx", SheetFault.NO_SHEET),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "a.csv", SheetFault.NO_SHEET),
        (b"%PDF-1.7", "a.pdf", SheetFault.NO_SHEET),
        (b"", "a.csv", SheetFault.EMPTY),
        (xlsx([]), "a.xlsx", SheetFault.EMPTY),
        (xlsx([("",)]), "a.xlsx", SheetFault.EMPTY),
    ],
)
def test_what_is_no_sheet_is_refused_by_a_name_of_the_reason(data: bytes, name: str, code: SheetFault) -> None:
    assert refused(data, name).code is code


def test_each_bound_is_told_by_what_it_is() -> None:
    many = [HEADINGS, *[ROW] * 30]
    assert refused(xlsx(many), bounds=Bounds(size=100)).code is SheetFault.TOO_LARGE
    assert refused(xlsx(many), bounds=Bounds(rows=30)).params == {"most": "30"}
    assert refused(csv(*many), "a.csv", bounds=Bounds(rows=30)).code is SheetFault.TOO_MANY_ROWS
    assert refused(xlsx(many), bounds=Bounds(columns=3)).code is SheetFault.TOO_MANY_COLUMNS
    assert refused(csv(*many), "a.csv", bounds=Bounds(columns=3)).code is SheetFault.TOO_MANY_COLUMNS
    book = xlsx([HEADINGS, ("王", "x" * 51)])
    assert refused(book, bounds=Bounds(characters=50)).params == {"most": "50", "cell": "B2"}
    assert refused(xlsx([HEADINGS], more={"b": [HEADINGS]}), bounds=Bounds(pages=1)).code is SheetFault.TOO_MANY_PAGES
    assert opened(xlsx(many)).rows[0].cells == ROW
