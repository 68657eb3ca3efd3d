"""Columns of sheets matched to a form's questions: by headings, by content, by people, and as they are remembered."""

import pytest

from bot.sheets.columns import IGNORED, KEY, REFERENCE, RESULT, Column, Columns, item_of, roles_of
from tests.reading.goods import reader_of
from tests.sheets.orders import PARCEL, PARCELS, columns_of, sheet_of

ADDRESS = "浙江省杭州市余杭区文一路1号"


def roles(*headings: str, provider: str = "damaijia", rows: tuple[tuple[str, ...], ...] = ()) -> list[str]:
    filled = rows or (tuple("x" for _ in headings),)
    return [one.role for one in columns_of(sheet_of([headings, *filled], provider), provider).all]


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            ("Recipient", "Phone", "Province", "City", "District", "Address"),
            ("consignee", "mobile", "province", "city", "district", "address"),
        ),
        (
            ("收件人", "电话", "省份", "城市", "区县", "地址"),
            ("consignee", "mobile", "province", "city", "district", "address"),
        ),
        (
            ("收件人", "電話", "省份", "城市", "區", "地址"),
            ("consignee", "mobile", "province", "city", "district", "address"),
        ),
        (
            ("收件人姓名*", "手机号码（必填）", "收件人省份", "收货城市", "Recipient district", "客户收件地址"),
            ("consignee", "mobile", "province", "city", "district", "address"),
        ),
        (("收货人/收件人", "手机 电话"), ("consignee", "mobile")),
    ],
)
def test_headings_are_known_however_people_write_them(headings: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert roles(*headings) == [f"recipients.{name}" for name in expected]


def test_what_is_about_the_order_is_told_from_what_is_about_its_people() -> None:
    assert roles("礼品编号", "数量", "备注", "来源", "寄件人", "寄件电话", "发货城市", "平台订单编号") == [
        *("product_id", "product_number", "remark", "source"),
        *("sender.consigner", "sender.mobile", "sender.city", "recipients.platform_order_sn"),
    ]


def test_a_whole_name_is_taken_where_a_form_asks_for_its_parts() -> None:
    assert roles("商品", "數量", "收件人", "稱呼", "電話", "Email", provider="citiesocial") == [
        *("items.variant_id", "items.quantity", "@name", "title", "phone", "email")
    ]


def test_numbered_headings_are_items_of_a_list() -> None:
    assert roles("商品1", "数量1", "商品2", "数量2", "Product 3", provider="anqicms") == [
        *("items.goods_id", "items.quantity", "items.goods_id#2", "items.quantity#2", "items.goods_id#3")
    ]
    assert (item_of("items.goods_id"), item_of("items.goods_id#3")) == (0, 2)


def test_what_nobody_asks_for_is_ignored_and_said_to_be() -> None:
    columns = columns_of(sheet_of([(*PARCELS, "颜色", "付款人"), (*PARCEL, "红", "李四")]))
    assert [(one.role, one.sure) for one in columns.all[-2:]] == [(IGNORED, False), (IGNORED, True)]


def test_of_two_columns_for_the_same_the_plainer_one_is_taken() -> None:
    columns = columns_of(sheet_of([("联系电话备用", "手机", "收件人"), ("010-88880000", "13800000001", "王小明")]))
    assert [(one.role, one.sure) for one in columns.all] == [
        (IGNORED, False),
        ("recipients.mobile", True),
        ("recipients.consignee", True),
    ]


def test_the_numbers_of_rows_are_no_products_and_no_keys() -> None:
    rows = [(str(n), *PARCEL) for n in range(1, 4)]
    for heading in ("编号", "序号", "No.", "id"):
        assert columns_of(sheet_of([(heading, *PARCELS), *rows])).all[0].role == IGNORED


def test_a_number_of_their_own_is_a_key_where_it_tells_rows_apart() -> None:
    def first(*numbers: str) -> str:
        rows = [(number, "Instagram likes", "https://instagram.com/p/x", "100") for number in numbers]
        return columns_of(sheet_of([("單號", "service", "link", "quantity"), *rows], "guoguo"), "guoguo").all[0].role

    assert first("A20260901", "A20260902") == KEY
    assert first("A20260901", "A20260901") == IGNORED
    assert first("1", "2") == IGNORED


def test_columns_without_headings_are_told_by_their_content() -> None:
    rows = [PARCEL, ("李小红", "13800000002", "浙江省杭州市西湖区文三路2号", "615", "2", "轻放", "天猫", "")]
    columns = columns_of(sheet_of(rows))
    assert [one.role for one in columns.all] == [
        *("recipients.consignee", "recipients.mobile", "recipients.address", "product_id", "product_number"),
        *(IGNORED, "source"),
    ]
    assert not any(one.sure for one in columns.all)


def test_headings_that_nobody_knows_do_not_hide_the_content() -> None:
    rows = [("Wer", "Rufnummer", "Wohin"), PARCEL[:3], ("李小红", "13800000002", ADDRESS)]
    assert [one.role for one in columns_of(sheet_of(rows)).all] == [
        f"recipients.{name}" for name in ("consignee", "mobile", "address")
    ]


def test_columns_that_we_have_written_are_no_answers() -> None:
    columns = columns_of(sheet_of([(*PARCELS, "Result · reference", "Result · status"), (*PARCEL, "123", "placed")]))
    assert [one.role for one in columns.all[-2:]] == [REFERENCE, RESULT]


# What people correct and what is remembered


def test_a_person_says_what_a_column_is_and_another_one_is_that_no_longer() -> None:
    columns = columns_of(sheet_of([PARCELS, PARCEL]))
    note, source = columns.having("remark"), columns.having("source")
    assert note is not None
    assert source is not None
    changed = columns.with_column(source, "remark")
    assert (changed.all[source].role, changed.all[note].role) == ("remark", IGNORED)
    assert changed.with_column(note, IGNORED).all[source].role == "remark"


def test_the_same_headings_are_known_again_in_any_order_and_with_our_results_beside_them() -> None:
    columns = columns_of(sheet_of([PARCELS, PARCEL]))
    turned = columns_of(sheet_of([PARCELS[::-1], PARCEL[::-1]]))
    back = columns_of(sheet_of([(*PARCELS, "Result · status"), (*PARCEL, "placed")]))
    assert columns.headings == turned.headings == back.headings
    assert columns.headings != columns_of(sheet_of([PARCELS[:-1], PARCEL[:-1]])).headings


def test_what_a_person_has_said_is_remembered_by_heading() -> None:
    takes = reader_of("damaijia").takes
    said = columns_of(sheet_of([PARCELS, PARCEL])).with_column(5, IGNORED).with_column(6, "remark")
    turned = columns_of(sheet_of([PARCELS[::-1], PARCEL[::-1]])).recalled(said.remembered(), takes)
    assert {one.heading: one.role for one in turned.all} == {one.heading: one.role for one in said.all}
    assert all(one.sure for one in turned.all)


def test_a_role_that_a_form_has_no_longer_is_not_recalled() -> None:
    takes = reader_of("damaijia").takes
    columns = Columns((Column("收件人", "recipients.consignee"), Column("x", IGNORED, sure=False)))
    kept = {"收件人": "recipients.gone", "x": "remark"}
    assert [one.role for one in columns.recalled(kept, takes).all] == ["recipients.consignee", "remark"]


def test_columns_of_one_heading_are_remembered_each_by_itself() -> None:
    columns = Columns((Column("电话", "recipients.mobile"), Column("电话", "sender.mobile"), Column("", IGNORED)))
    again = Columns(tuple(Column(one.heading, IGNORED, sure=False) for one in columns.all))
    assert again.recalled(columns.remembered(), reader_of("damaijia").takes) == columns


def test_the_roles_that_a_person_can_choose_are_the_questions_of_the_form() -> None:
    titles = [title for _, title in roles_of(reader_of("citiesocial").takes)]
    assert titles[:4] == ["Product", "Quantity", "Email", "First name"]
    assert [role for role, title in roles_of(reader_of("citiesocial").takes) if not title] == [
        *("@name", "@person", KEY, IGNORED)
    ]
