"""Sheets that we write: results beside the rows, empty ones to fill in, and previews; all of it safe to open."""

import io
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.filled import Filled
from bot.sheets.columns import KEY, REFERENCE
from bot.sheets.headings import HeadingWords
from bot.sheets.match import match
from bot.sheets.preview import Previewed, preview
from bot.sheets.read import read
from bot.sheets.rows import RowOrder, RowReader
from bot.sheets.sheet import Sheet
from bot.sheets.template import TemplateWords, template
from bot.sheets.write import RESULTS, listed, roles_of_results, written
from bot.words.catalogue import catalogues
from bot.words.spellings import titles_of
from providers.cleaning import has_visible
from tests.reading.goods import KEPT, reader_of
from tests.sheets.making import FILES, ods, xlsx
from tests.sheets.orders import PARCEL, PARCELS, facts_of

HEADINGS = {one: f"Result · {one}" for one in RESULTS}
OURS = {**roles_of_results(HEADINGS), "自訂編號": KEY, "Your number": KEY}
DONE = ("L1", "placed", "", "SF123", "260901001")


def opened(data: bytes, name: str = "a.xlsx") -> Sheet:
    labels = reader_of("damaijia").labels
    return read(data, name, HeadingWords(labels, HEADINGS.values()).is_heading)


def returned(sheet: Sheet, results: dict[int, tuple[str, ...]], provider: str = "damaijia") -> bytes:
    reader = reader_of(provider)
    columns = match(sheet, reader, titles_of(reader.form), OURS)
    return written(sheet, columns, list(HEADINGS.values()), results, "Orders")


def cells_of(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


# What comes back


def test_the_same_sheet_comes_back_with_what_became_of_each_row() -> None:
    sheet = opened(xlsx([("九月寄样",), PARCELS, PARCEL, (), PARCEL]))
    back = opened(returned(sheet, {3: DONE, 5: ("", "not placed", "手机：太短", "", "")}))
    assert (back.heading, back.headings) == (2, (*PARCELS, *HEADINGS.values()))
    assert [row.cells[0] for row in back.above] == ["九月寄样"]
    assert [(row.number, row.cells[:8]) for row in back.rows] == [(3, PARCEL), (5, PARCEL)]
    assert [row.cells[8:] for row in back.rows] == [DONE, ("", "not placed", "手机：太短", "", "")]


def test_a_sheet_that_comes_back_again_has_its_results_once() -> None:
    sheet = opened(xlsx([PARCELS, PARCEL]))
    once = opened(returned(sheet, {2: ("", "sending", "", "", "260901001")}))
    twice = opened(returned(once, {2: DONE}))
    assert twice.headings == (*PARCELS, *HEADINGS.values())
    assert twice.rows[0].cells == (*PARCEL, *DONE)


def test_a_sheet_without_headings_is_known_again_with_its_results() -> None:
    sheet = opened(xlsx([PARCEL, PARCEL]))
    back = opened(returned(sheet, {1: DONE}))
    assert [row.cells[:7] for row in back.rows] == [PARCEL[:7], PARCEL[:7]]
    reader = reader_of("damaijia")
    columns = match(back, reader, titles_of(reader.form), OURS)
    assert (columns.having("recipients.mobile"), columns.having(REFERENCE)) == (1, 11)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xls", (FILES / "parcels.xls").read_bytes()),
        ("a.ods", ods([PARCELS, PARCEL])),
        ("a.csv", "\n".join(map(",".join, (PARCELS, PARCEL))).encode("gb18030")),
    ],
)
def test_every_kind_of_file_comes_back_as_a_workbook(name: str, data: bytes) -> None:
    sheet = opened(data, name)
    back = opened(returned(sheet, {}))
    assert [row.cells[: sheet.width] for row in back.rows] == [row.cells for row in sheet.rows]


HOSTILE = ("=1+1", "+86 138", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x.example","y")', "0912345678", "1e5",
           "http://x.example/", "mailto:x", "{=1}", "13800000001")  # fmt: skip


def test_nothing_that_is_written_is_a_formula_a_link_or_a_number() -> None:
    sheet = opened(xlsx([("收件人", "手机", "备注"), *[("王小明", "13800000001", one) for one in HOSTILE]]))
    data = returned(sheet, {n: (one, one, one, one, one) for n, one in enumerate(HOSTILE, 2)})
    assert "<f>" not in cells_of(data)
    assert "hyperlink" not in cells_of(data).lower()
    # Every cell is text, and is kept as text when somebody edits it.
    assert set(re.findall(r'<c r="[A-Z]+[0-9]+"[^>]*?( t="\w+")?>', cells_of(data))) == {' t="s"'}
    back = opened(data)
    assert [row.cells[3] for row in back.rows] == list(HOSTILE)
    assert not any(row.marks for row in back.rows)


@given(st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cn", "Co")), max_size=30), min_size=5, max_size=5))
@settings(max_examples=80, deadline=None)
def test_text_in_is_text_out(cells: list[str]) -> None:
    visible = [one for one in cells if "_x" not in one and "\r" not in one]
    data = listed("p", ("收件人", "手机", "备注", "数量", "地址"), [["x", *visible]])
    (row,) = opened(data).rows
    assert [one for one in row.cells[1:] if has_visible(one)] == [one for one in visible if has_visible(one)]


def test_the_same_content_is_the_same_file() -> None:
    sheet = opened(xlsx([PARCELS, PARCEL]))
    assert returned(sheet, {2: DONE}) == returned(sheet, {2: DONE})


def test_a_name_that_no_page_can_have_is_made_one() -> None:
    sheet = replace(opened(xlsx([PARCELS, PARCEL])), page="a/b:[c]?*'" + "x" * 40)
    assert opened(returned(sheet, {})).rows[0].cells[:8] == PARCEL


# Empty ones


def words(language: str = "zh-hant") -> TemplateWords:
    said = catalogues()[language]
    return TemplateWords(
        page="訂單",
        products="商品",
        product_headings=("商品", "分類"),
        key="自訂編號",
        key_note="可不填",
        example="範例",
        text=said.text,
        choice=lambda choice: said.find(f"choice.{choice}") or choice,
    )


def filled(provider: str, sheet: Sheet) -> tuple[RowOrder, ...]:
    reader = reader_of(provider)
    columns = match(sheet, reader, titles_of(reader.form), OURS)
    return RowReader(provider, reader, columns, lambda one: facts_of(provider, one), ("範例",)).read(sheet)


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
@pytest.mark.parametrize("provider", sorted(KEPT))
def test_an_empty_sheet_is_read_as_it_is_meant_and_its_example_is_no_order(provider: str, language: str) -> None:
    sheet = opened(template(reader_of(provider).takes, KEPT[provider], words(language)))
    (example,) = filled(provider, sheet)
    assert example.example
    assert not example.row.keys
    # With a number of its own in its first cell it would be an order, so all columns are known.
    (row,) = sheet.rows
    (order,) = filled(provider, replace(sheet, rows=(replace(row, cells=("A20260901", *row.cells[1:])),)))
    assert not order.faults
    assert Filled.of(reader_of(provider).form, order.row.answers).finished is not None


def test_an_empty_sheet_offers_what_may_be_answered() -> None:
    data = template(reader_of("damaijia").takes, KEPT["damaijia"], words())
    validations = re.findall(r'<dataValidation type="list"[^>]*sqref="([^"]+)"><formula1>([^<]+)<', cells_of(data))
    assert validations == [
        ("B2:B1001", f"'商品'!$A$2:$A${len(KEPT['damaijia']) + 1}"),
        ("E2:E1001", '"淘寶,天貓,京東,拼多多,其他"'),
    ]


def test_an_account_whose_list_is_not_known_has_an_empty_sheet_all_the_same() -> None:
    sheet = opened(template(reader_of("guoguo").takes, (), words("en")))
    assert sheet.headings[:2] == ("自訂編號", "Product")
    assert "Link" in sheet.headings


# Previews


def test_a_preview_has_the_rows_as_they_will_be_sent() -> None:
    sheet = opened(xlsx([PARCELS, (*PARCEL[:4], "2 件", *PARCEL[5:])]))
    (row,) = filled("damaijia", sheet)
    form = reader_of("damaijia").form
    data = preview(
        form, [Previewed(2, row.row.answers, "ordered before")], "Orders", ("Row", "Remark"), lambda one: one
    )
    shown = opened(data)
    said = dict(zip(shown.headings, shown.rows[0].cells, strict=True))
    assert said == {
        "Row": "2",
        "Product": "614 Tissues",
        "Quantity": "2",
        "Note": "请包好",
        "Source": "taobao",
        "Recipient": "王小明",
        "Phone": "13800000001",
        "Province": "浙江省",
        "City": "杭州市",
        "District": "余杭区",
        "Address": "文一路1号",
        "Remark": "ordered before",
    }


def test_a_preview_shows_every_item_and_every_row() -> None:
    headings = ("商品", "数量", "商品2", "数量2")
    reader = reader_of("anqicms")
    rows = filled("anqicms", opened(xlsx([headings, ("188", 1, "189", 2), ("189", 3, "", "")])))
    data = preview(
        reader.form,
        [Previewed(one.number, one.row.answers) for one in rows],
        "Orders",
        ("Row", "Remark"),
        lambda one: one,
    )
    sheet = opened(data)
    assert sheet.headings == ("Row", "Order type", "Product", "Quantity", "Product 2", "Quantity 2", "Remark")
    assert [row.cells[3] for row in sheet.rows] == ["1", "3"]
    assert [row.cells[5] for row in sheet.rows] == ["2", ""]
