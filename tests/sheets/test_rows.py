"""Rows of sheets as orders, at each supplier: whole ones, all that is wrong with others, and what they are known by."""

import datetime as dt
import io
from typing import Any

import pytest
import xlsxwriter

from bot.conversation.filled import Filled
from bot.sheets.headings import HeadingWords
from bot.sheets.read import read
from bot.sheets.rows import RowOrder
from tests.reading.goods import reader_of
from tests.sheets.orders import GIFT, PARCEL, PARCELS, columns_of, orders_of, row_reader, sheet_of

BAG = "123450001"
THEME = "188"


def parcel(**changed: Any) -> tuple[Any, ...]:
    return tuple({**dict(zip(PARCELS, PARCEL, strict=True)), **changed}.values())


def faults(row: RowOrder) -> dict[str, str]:
    """The codes of a row's faults by the last step of their paths."""
    return {str(fault.path[-1]) if fault.path else "": fault.code for fault in row.faults}


def is_whole(row: RowOrder, provider: str) -> bool:
    return not row.faults and Filled.of(reader_of(provider).form, row.row.answers).finished is not None


# Whole rows


def test_a_row_with_an_address_in_one_cell_is_an_order() -> None:
    (row,) = orders_of([PARCELS, PARCEL])
    assert is_whole(row, "damaijia")
    assert row.row.answers["recipients"][0] == {
        "consignee": "王小明",
        "mobile": "13800000001",
        "province": "浙江省",
        "city": "杭州市",
        "district": "余杭区",
        "address": "文一路1号",
        "platform_order_sn": None,
    }
    assert (row.row.answers["product_id"], row.row.answers["source"], row.row.answers["sender"]) == (
        GIFT,
        "taobao",
        None,
    )


def test_levels_in_cells_of_their_own_are_taken_as_they_were_written() -> None:
    headings = ("收件人", "手机", "省", "市", "区", "地址", "礼品", "数量", "备注", "来源")
    cells = ("王小明", "13800000001", "浙江", "杭州", "余杭", "文一路1号", GIFT, "1", "轻放", "jd")
    (row,) = orders_of([headings, cells])
    person = row.row.answers["recipients"][0]
    assert (person["province"], person["city"], person["district"]) == ("浙江", "杭州", "余杭")


def test_a_street_that_says_the_city_again_loses_it() -> None:
    headings = ("收件人", "手机", "省", "市", "区", "地址", "礼品", "数量", "备注", "来源")
    whole = "浙江省杭州市余杭区文一路1号"
    (row,) = orders_of([headings, ("王小明", "13800000001", "浙江", "杭州", "余杭", whole, GIFT, "1", "轻放", "jd")])
    person = row.row.answers["recipients"][0]
    assert (person["province"], person["city"], person["district"], person["address"]) == (
        *("浙江省", "杭州市", "余杭区", "文一路1号"),
    )


def test_a_name_in_one_cell_is_parted_and_a_postcode_follows_from_its_place() -> None:
    headings = ("商品", "數量", "收件人", "稱呼", "電話", "Email", "地址", "金額", "商品2", "數量2")
    place = "台北市中正區八德路一段1號"
    (row,) = orders_of(
        [headings, (BAG, 1, "王小明", "先生", "0912345678", "staff@example.com", place, 30, "Tea set", 3)],
        "citiesocial",
    )
    assert is_whole(row, "citiesocial")
    said = row.row.answers
    assert (said["last_name"], said["first_name"], said["zip"], said["address1"]) == ("王", "小明", "100", "中正區")
    assert [(item["variant_id"], item["quantity"]) for item in said["items"]] == [(BAG, "1"), ("36698431250", "3")]


def test_a_service_by_its_title_is_a_product_that_nobody_has_to_look_up() -> None:
    headings = ("service", "link", "quantity")
    (row,) = orders_of([headings, ("Instagram likes", "https://www.instagram.com/p/abc/", 1000)], "guoguo")
    assert is_whole(row, "guoguo")
    assert row.row.answers["product"] == {"title": "Instagram likes", "category": "instagram_likes"}


def test_an_order_without_anybody_to_send_it_to_has_no_address() -> None:
    headings = ("商品", "数量", "收货人", "电话", "地址")
    with_address, without = orders_of(
        [headings, (THEME, 1, "王小明", "13800000001", "河南省郑州市中原区建设路1号"), (THEME, 1, "", "", "")],
        "anqicms",
    )
    assert is_whole(with_address, "anqicms")
    assert is_whole(without, "anqicms")
    assert (with_address.row.answers["address"]["postcode"], without.row.answers["address"]) == ("450000", None)


def test_a_sender_is_taken_where_the_row_has_one() -> None:
    first, second = orders_of(
        [
            (*PARCELS, "寄件人地址"),
            (*PARCEL[:-1], "李小红", "浙江省杭州市西湖区文三路2号"),
            (*PARCEL, ""),
        ]
    )
    assert first.row.answers["sender"] == {
        "consigner": "李小红",
        "mobile": None,
        "province": "浙江省",
        "city": "杭州市",
        "district": "西湖区",
        "address": "文三路2号",
    }
    assert second.row.answers["sender"] is None


def test_a_note_keeps_its_lines_and_its_signs() -> None:
    (row,) = orders_of([PARCELS, parcel(备注="=轻放\n@门口 +1")])
    assert row.row.answers["remark"] == "=轻放\n@门口 +1"


# Faults


def test_all_faults_of_a_row_are_told_at_once() -> None:
    (row,) = orders_of([PARCELS, parcel(收件人="", 手机="123", 数量="x", 备注="", 来源="ebay")])
    assert faults(row) == {
        "consignee": "missing",
        "mobile": "phone_digits",
        "product_number": "int_parsing",
        "remark": "missing",
        "source": "literal_error",
    }
    (whole,) = orders_of([PARCELS, PARCEL])
    assert not whole.faults


def test_a_fault_says_where_it_is_and_what_stands_there() -> None:
    (row,) = orders_of([PARCELS, parcel(手机="123")])
    (fault,) = row.faults
    assert (row.number, fault.column, fault.said, dict(fault.params)) == (2, 1, "123", {"least": "5"})


def test_a_product_that_may_be_several_is_asked_about() -> None:
    headings = ("service", "link", "quantity")
    (row,) = orders_of([headings, ("likes", "https://www.instagram.com/p/abc/", 100)], "guoguo")
    fault = next(fault for fault in row.faults if fault.path == ("product_id",))
    assert (fault.code, fault.said, len(fault.options) > 1) == ("unsure", "likes", True)


def test_a_product_that_is_not_sold_is_not_ordered() -> None:
    (row,) = orders_of([PARCELS, parcel(礼品="99999")])
    assert faults(row) == {"product_id": "unsure"}
    (row,) = orders_of([PARCELS, parcel(礼品="没有的东西")])
    assert faults(row) == {"product_id": "product_unknown"}


def test_an_address_where_the_supplier_does_not_deliver_is_one_fault() -> None:
    (row,) = orders_of([PARCELS, parcel(收货地址="台北市中正區八德路一段1號")])
    (fault,) = row.faults
    assert (fault.code, dict(fault.params), fault.column) == ("other_region", {"region": "tw"}, 2)


def test_a_zero_that_a_spreadsheet_has_eaten_is_asked_about() -> None:
    headings = ("商品", "數量", "收件人", "電話", "Email", "地址", "金額")
    place = "台北市中正區八德路一段1號"
    (row,) = orders_of([headings, (BAG, 1, "王小明", 912345678, "staff@example.com", place, 30)], "citiesocial")
    (fault,) = row.faults
    assert (fault.code, fault.said, fault.options) == ("unsure", "912345678", ("0912345678",))


def test_a_cell_whose_digits_are_lost_is_a_fault_where_it_is_used_and_nowhere_else() -> None:
    headings = (*PARCELS, "订单号", "内部编码")
    used, unused = orders_of([headings, (*PARCEL, 2021020411023208, ""), (*PARCEL, "", 2021020411023208)])
    assert faults(used) == {"platform_order_sn": "digits_lost"}
    assert not unused.faults


def test_a_row_that_its_sender_does_not_see_is_not_ordered() -> None:
    hidden, shown = orders_of([PARCELS, PARCEL, PARCEL], hidden=[1])
    assert (hidden.hidden, hidden.row.answers, hidden.row.keys) == (True, {}, ())
    assert (shown.hidden, shown.faults) == (False, ())


def test_a_line_of_sums_below_the_rows_is_no_order() -> None:
    for label in ("合计", "總計：", "共计 2 单", "Total", "Grand total", "小计："):
        first, row = orders_of([PARCELS, PARCEL, (label, "", "", "", 1, "", "¥99.50")])
        assert (first.is_order, row.is_order, row.aside, row.row.keys) == (True, False, True, ())


@pytest.mark.parametrize(
    "cells", [("合计", "13800000002"), ("Total Chen", "13800000002", PARCEL[2]), ("", "", "", "", 3)]
)
def test_a_line_that_may_be_an_order_is_not_taken_for_sums(cells: tuple[Any, ...]) -> None:
    _, row = orders_of([PARCELS, PARCEL, (*cells, *PARCEL[len(cells) :])])
    assert row.is_order


def test_headings_that_come_again_amid_the_rows_are_no_order() -> None:
    read = orders_of([PARCELS, PARCEL, PARCELS, PARCEL])
    assert [row.aside for row in read] == [False, True, False]
    assert [row.faults for row in read] == [(), (), ()]


def test_a_date_where_a_number_was_meant_is_a_fault_and_in_a_note_it_is_none() -> None:
    headings, day = (*PARCELS, "平台订单号"), dt.date(2026, 9, 1)
    (row,) = orders_of([headings, (*PARCEL[:5], day, *PARCEL[6:], day)])
    assert [(fault.code, fault.said) for fault in row.faults] == [("date", "2026-09-01")]
    assert row.faults[0].path == ("recipients", 0, "platform_order_sn")
    assert row.row.answers["remark"] == "2026-09-01"
    (row,) = orders_of([PARCELS, (*PARCEL[:3], day, *PARCEL[4:])])
    assert [fault.code for fault in row.faults] == ["date"]


def test_an_apostrophe_that_kept_digits_text_is_none_of_them() -> None:
    (row,) = orders_of([PARCELS, ("王小明", "'13800000001", PARCEL[2], "'614", "'1", *PARCEL[5:])])
    assert row.faults == ()
    assert row.row.answers["product_number"] == "1"


def test_a_sheet_tells_which_cells_reach_over_several_rows() -> None:
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as book:
        page, plain = book.add_worksheet(), book.add_format()
        page.merge_range(0, 0, 1, 7, "九月订单", plain)
        for number, cells in enumerate([PARCELS, PARCEL, PARCEL], 2):
            for column, cell in enumerate(cells):
                page.write_string(number, column, cell)
        page.merge_range(3, 3, 4, 3, GIFT, plain)
    sheet = read(into.getvalue(), "orders.xlsx", HeadingWords(reader_of("damaijia").labels).is_heading)
    assert sheet.merged == ("D4:D5",)
    first, second = row_reader("damaijia", columns_of(sheet)).read(sheet)
    assert (first.faults, [fault.code for fault in second.faults]) == ((), ["missing"])


def test_an_example_that_was_left_in_is_no_order() -> None:
    headings = ("Key", *PARCELS)
    rows = [headings, ("Example", *PARCEL), ("A20260901", *PARCEL), ("示例", *PARCEL)]
    sheet = sheet_of(rows)
    columns = columns_of(sheet).with_column(0, "key")
    read = row_reader("damaijia", columns).read(sheet)
    assert [row.example for row in read] == [True, False, True]
    assert [bool(row.row.keys) for row in read] == [False, True, False]


# What rows are known by


def test_equal_rows_of_one_file_stay_as_many_and_are_known_again() -> None:
    first = orders_of([PARCELS, PARCEL, PARCEL])
    assert not set(first[0].row.keys) & set(first[1].row.keys)
    again = orders_of([PARCELS[::-1], PARCEL[::-1], PARCEL[::-1], PARCEL[::-1]])
    assert [len(set(one.row.keys) & set(other.row.keys)) for one, other in zip(again, first, strict=False)] == [1, 1]
    assert not {key for row in first for key in row.row.keys} & set(again[2].row.keys)


def test_a_row_is_known_by_what_it_asks_for_and_not_by_how_it_was_typed() -> None:
    (one,) = orders_of([PARCELS, PARCEL])
    (other,) = orders_of([PARCELS, parcel(手机="138-0000-0001", 收货地址="浙江杭州余杭区文一路1号", 数量="1 件")])
    assert set(one.row.keys) & set(other.row.keys)
    (third,) = orders_of([PARCELS, parcel(数量="2")])
    assert not set(third.row.keys) & set(one.row.keys)


def test_a_row_that_is_not_whole_is_known_by_its_cells() -> None:
    (one,) = orders_of([PARCELS, parcel(手机="123")])
    (same,) = orders_of([PARCELS, parcel(手机="123")])
    (other,) = orders_of([PARCELS, parcel(手机="124")])
    assert one.row.keys == same.row.keys != other.row.keys
    assert one.row.keys


def test_a_row_is_known_by_its_own_key_even_when_it_is_corrected() -> None:
    def keys(*rows: tuple[Any, ...], account: str = "gifts") -> list[str]:
        sheet = sheet_of([("Key", *PARCELS), *rows])
        return [key for row in row_reader("damaijia", columns_of(sheet), account).read(sheet) for key in row.row.keys]

    first = keys(("A20260901", *PARCEL), ("A20260902", *parcel(收件人="李小红")))
    corrected = keys(("A20260901", *PARCEL), ("A20260902", *parcel(收件人="李小紅", 手机="13800000009")))
    assert corrected == first
    assert not set(keys(("A20260901", *PARCEL), ("A20260902", *PARCEL), account="other")) & set(first)


def test_what_we_have_written_beside_a_row_comes_back() -> None:
    (row,) = orders_of([(*PARCELS, "Result · reference", "Result · status"), (*PARCEL, "2609010001", "placed")])
    assert "ref:2609010001" in row.row.keys
    (bare,) = orders_of([PARCELS, PARCEL])
    assert set(bare.row.keys) < set(row.row.keys)


@pytest.mark.parametrize("provider", ["damaijia", "citiesocial", "guoguo", "anqicms"])
def test_five_hundred_rows_are_five_hundred_orders(provider: str) -> None:
    rows: dict[str, tuple[tuple[str, ...], Any]] = {
        "damaijia": (PARCELS, lambda n: parcel(手机=f"138{n:08}", 收货地址=f"浙江省杭州市余杭区文一路{n}号")),
        "citiesocial": (
            ("商品", "數量", "收件人", "電話", "Email", "地址", "金額"),
            lambda n: (BAG, 1, "王小明", f"09{n:08}", "staff@example.com", f"台北市中正區八德路一段{n + 1}號", 30),
        ),
        "guoguo": (
            ("service", "link", "quantity"),
            lambda n: ("Instagram likes", f"https://www.instagram.com/p/abc{n}/", 1000),
        ),
        "anqicms": (
            ("商品", "数量", "收货人", "电话", "地址"),
            lambda n: (THEME, 1, "王小明", f"138{n:08}", f"河南省郑州市中原区建设路{n + 1}号"),
        ),
    }
    headings, row = rows[provider]
    read = orders_of([headings, *map(row, range(500))], provider)
    assert len({one.row.keys for one in read if is_whole(one, provider)}) == 500
