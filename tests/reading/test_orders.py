"""Goods in a text: products, how many of them, links and accounts, and which orders of a text are the same."""

import pytest

from bot.reading.read_answers import ReadOrder
from providers.simulators.guoguo.products import FANS, LIKES, STORY_VIEWS
from tests.reading.goods import reader_of
from tests.reading.test_reader import WHOLE, only, read, said

PERSON = "王小明 13800000000 浙江省杭州市余杭区文一路1号"


def test_one_line_is_a_whole_order() -> None:
    assert only("guoguo", "likes instagram.com/p/x 1k", sure=True) == {
        "Product": LIKES,
        "Link": "https://instagram.com/p/x",
        "Quantity": "1000",
    }


@pytest.mark.parametrize(
    ("number", "read_as"),
    [("1k", "1000"), ("1.5k", "1500"), ("2 萬", "20000"), ("2千", "2000"), ("1,000", "1000"), ("一千", "1000")],
)
def test_numbers_are_read_as_people_write_them(number: str, read_as: str) -> None:
    text = f"https://instagram.com/p/x {number} likes"
    assert only("guoguo", text, sure=True)["Quantity"] == read_as


def test_a_number_of_two_meanings_is_asked_about() -> None:
    (order,) = read("guoguo", "1.000 likes instagram.com/p/x").orders
    (quantity,) = (one for one in order.answers if one.path == ("quantity",))
    assert (quantity.sure, quantity.options) == (False, ("1000", "1"))


def test_a_number_beside_another_is_asked_about() -> None:
    (order,) = read("guoguo", "1234|https://www.instagram.com/p/a/|100").orders
    (quantity,) = (one for one in order.answers if one.path == ("quantity",))
    assert (quantity.answer, quantity.sure) == ("100", False)


@pytest.mark.parametrize("separator", ["|", "\t", " ", ", ", " - "])
def test_twenty_lines_are_twenty_orders(separator: str) -> None:
    lines = [separator.join(("Instagram likes", f"https://www.instagram.com/p/{n}/", str(100 + n))) for n in range(20)]
    orders = read("guoguo", "\n".join(lines)).orders
    assert [said("guoguo", order, sure=True) for order in orders] == [
        {"Product": LIKES, "Link": f"https://www.instagram.com/p/{n}/", "Quantity": str(100 + n)} for n in range(20)
    ]


def test_a_product_above_a_list_is_of_each_line() -> None:
    found = read("guoguo", "fans\nhttps://instagram.com/a 100\nhttps://instagram.com/b 200").orders
    assert [said("guoguo", order, sure=True)["Product"] for order in found] == [FANS, FANS]


def test_a_number_for_a_whole_list_is_asked_about_unless_it_is_said_of_each() -> None:
    links = "https://instagram.com/p/a\nhttps://instagram.com/p/b"
    for text, sure in (
        (f"likes 100\n{links}", False),
        (f"likes\n{links}\n100", False),
        (f"likes 各100\n{links}", True),
    ):
        found = read("guoguo", text).orders
        assert [said("guoguo", order, sure=sure).get("Quantity") for order in found] == ["100", "100"]


def test_an_account_is_taken_where_the_product_takes_one() -> None:
    assert only("guoguo", "story views 1k @some_user", sure=True) == {
        "Product": STORY_VIEWS,
        "Username": "some_user",
        "Quantity": "1000",
    }


def test_an_account_for_a_product_that_takes_a_link_is_asked_about() -> None:
    assert only("guoguo", "2 萬 Instagram 粉絲 @name", sure=False)["Link"] == "https://www.instagram.com/name/"


def test_words_of_several_products_are_asked_about() -> None:
    (order,) = read("guoguo", "粉絲 100 https://example.com/a").orders
    (product,) = (one for one in order.answers if one.path == ("product_id",))
    assert not product.sure
    assert FANS in product.options


def test_an_order_that_repeats_another_says_which() -> None:
    line = "likes https://www.instagram.com/p/{}/ 100\n"
    found = read("guoguo", line.format("a") + line.format("b") + line.format("a"))
    assert [order.repeats for order in found.orders] == [None, None, 1]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("123450001 x2\n36698431250 ×1", [("123450001", "2"), ("36698431250", "1")]),
        ("Canvas tote - Black 3件, Tea set x1", [("123450002", "3"), ("36698431250", "1")]),
        ("Tea set 兩份", [("36698431250", "2")]),
        ("2 個 Tea set", [("36698431250", "2")]),
        ("商品: Tea set\n數量: 2", [("36698431250", "2")]),
        ("水煙筒 原木 x1", [("1793693507", "1")]),
    ],
)
def test_products_are_found_by_id_title_or_words(text: str, items: list[tuple[str, str]]) -> None:
    (order,) = read("citiesocial", f"{text}\n王小明 0912345678 台北市信義區市府路1號").orders
    for item, (product, quantity) in enumerate(items, 1):
        assert said("citiesocial", order, item, sure=True) == {"Product": product, "Quantity": quantity}
    assert said("citiesocial", order, len(items) + 1) == {}


def test_each_recipient_of_a_form_that_takes_one_is_an_order() -> None:
    head = "商品\t數量\t收件人\t電話\t地址\n"
    row = "Tea set\t{}\t{}\t0912345678\t台北市信義區市府路1號\n"
    found = read("citiesocial", head + row.format(1, "王小明") + row.format(2, "陳美麗")).orders
    assert [said("citiesocial", order, 1)["Quantity"] for order in found] == ["1", "2"]
    assert [said("citiesocial", order)["Last name"] for order in found] == ["王", "陳"]


def test_a_product_said_again_for_each_person_is_an_order_each() -> None:
    orders = read("damaijia", f"Tissues x1 {PERSON}\nStorage box x2 {PERSON.replace('1号', '2号')}").orders
    assert [said("damaijia", order)["Product"] for order in orders] == ["614", "615"]


def test_the_kind_of_order_follows_from_a_product_of_the_list() -> None:
    assert only("anqicms", "188 x2", sure=True)["Order type"] == "goods"
    assert only("anqicms", "vip 188 x2", sure=True)["Order type"] == "vip"


def test_a_house_number_is_no_product() -> None:
    assert only("anqicms", "王小明 13800000000 浙江省杭州市余杭区文一路188号 201室") == {
        **{key: value for key, value in WHOLE.items() if key != "Address"},
        "Address": "文一路188号 201室",
        "Postcode": "311100",
    }


def test_who_pays_and_who_writes_get_no_parcel() -> None:
    text = "訂購人：陳大文\n訂購人電話：0911111111\n收件人：林小美\n電話：0922222222\n地址：台北市信義區市府路1號"
    found = only("citiesocial", text, sure=True)
    assert (found["Last name"], found["Phone"]) == ("林", "0922222222")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("分3次 間隔30分鐘", {"Runs": "3", "Interval (minutes)": "30"}),
        ("runs 2 interval 1 hour", {"Runs": "2", "Interval (minutes)": "60"}),
        ("跑 2 批", {"Runs": "2"}),
    ],
)
def test_runs_are_no_quantity(text: str, expected: dict[str, str]) -> None:
    found = only("guoguo", f"likes 300 https://www.instagram.com/p/a/ {text}", sure=True)
    assert {title: found.get(title) for title in ("Quantity", *expected)} == {"Quantity": "300", **expected}


def test_a_product_above_several_people_is_asked_about_for_each() -> None:
    text = "Tea set x1\n王小明 0912345678 台北市信義區市府路1號\n陳美麗 0922345678 台北市信義區市府路2號"
    orders = read("citiesocial", text).orders
    products = [said("citiesocial", order, 1, sure=False) for order in orders]
    assert products == [{"Product": "36698431250", "Quantity": "1"}] * 2


def test_two_products_where_an_order_has_one_are_asked_about() -> None:
    assert only("damaijia", f"614x2，615x1 {PERSON}", sure=False) == {"Product": "614", "Quantity": "2"}


def test_a_postcode_of_another_place_is_asked_about() -> None:
    assert only("anqicms", f"{PERSON} 200000", sure=False) == {"Postcode": "200000"}
    assert only("anqicms", f"{PERSON} 311100", sure=True)["Postcode"] == "311100"


def test_a_firm_and_somebody_there_are_asked_about() -> None:
    text = "收件人：某某科技有限公司 王小明\n电话：13800000000\n地址：浙江省杭州市余杭区文一路1号"
    (order,) = read("damaijia", text).orders
    (name,) = (one for one in order.answers if one.path[-1] == "consignee")
    assert (name.sure, name.options) == (False, ("某某科技有限公司", "王小明"))


def test_levels_may_stand_from_the_lowest_to_the_highest() -> None:
    text = "收件人：王小明\n电话：13800000000\n地址：文一路1号，余杭区，杭州市，浙江省"
    assert only("damaijia", text, 1) == WHOLE


def test_a_town_stands_for_the_district_where_a_city_has_none() -> None:
    found = only("damaijia", "王小明 13800000000 广东省东莞市长安镇锦厦路3号", 1, sure=True)
    assert (found["City"], found["District"], found["Address"]) == ("东莞市", "长安镇", "锦厦路3号")


def test_what_follows_a_sender_is_the_senders_until_somebody_else_is_named() -> None:
    text = (
        "寄件人：李小红\n电话：13900000000\n地址：上海市黄浦区南京东路1号\n"
        "收件人：王小明\n电话：13800000000\n地址：浙江省杭州市余杭区文一路1号"
    )
    (order,) = read("damaijia", text).orders
    assert said("damaijia", order, 1) == WHOLE
    assert said("damaijia", order)["Sender phone"] == "13900000000"


def test_a_digit_too_few_is_asked_about() -> None:
    assert only("damaijia", PERSON.replace("13800000000", "1380000000"), 1, sure=False)["Phone"] == "1380000000"


def test_places_that_contradict_each_other_are_asked_about() -> None:
    found = only("damaijia", "王小明 13800000000 浙江省上海市浦东新区世纪大道1号", 1, sure=False)
    assert found.keys() == {"Province", "City", "District"}


def test_a_text_of_any_length_and_any_signs_is_read() -> None:
    reader = reader_of("damaijia")
    for text in (
        "\x00\x01\x02",
        "：" * 500,
        "1" * 5000,
        "收件人：" * 300,
        "😀" * 300,
        "[" * 2000,
        " ".join("@#$%|\t" * 200),
    ):
        assert reader.read(text).refused is None


def whole(account: str, order: ReadOrder) -> dict[str, str]:
    """The answers outside lists and of the first item."""
    return said(account, order) | said(account, order, 1)


ABOVE = """礼品：614 数量：1 备注：请尽快
王小明 13800000001 浙江省杭州市余杭区文一路1号
礼品：615 数量：2 备注：易碎
李小红 13800000002
上海市浦东新区世纪大道100号"""
IN_LINES = """123450001 x2
王小明 0912345678
100台北市中正區八德路一段1號
staff@example.com
123450002 x1
李小華 0912345679
100台北市中正區八德路一段2號
staff@example.com"""
BELOW = """王小明 13800000001 浙江省杭州市余杭区文一路1号
礼品：614 数量：1
李小红 13800000002 上海市浦东新区世纪大道100号
礼品：615 数量：2"""


THIRD = """赵小兰 13800000004 江苏省苏州市吴江区鲈乡南路1号
礼品：614 数量：3""".splitlines()


def test_goods_above_each_person_are_theirs_without_an_empty_line_too() -> None:
    first, second = (whole("damaijia", order) for order in read("damaijia", ABOVE).orders)
    assert [(one["Product"], one["Quantity"], one["Note"], one["Recipient"]) for one in (first, second)] == [
        ("614", "1", "请尽快", "王小明"),
        ("615", "2", "易碎", "李小红"),
    ]


def test_the_same_where_a_person_takes_several_lines() -> None:
    first, second = (whole("citiesocial", order) for order in read("citiesocial", IN_LINES).orders)
    assert [(one["Product"], one["Quantity"], one["Address"]) for one in (first, second)] == [
        ("123450001", "2", "八德路一段1號"),
        ("123450002", "1", "八德路一段2號"),
    ]


def test_goods_below_each_person_are_theirs() -> None:
    first, second = (whole("damaijia", order) for order in read("damaijia", BELOW).orders)
    assert [(one["Product"], one["Quantity"], one["Recipient"]) for one in (first, second)] == [
        ("614", "1", "王小明"),
        ("615", "2", "李小红"),
    ]


def test_goods_below_each_of_three_whose_addresses_take_several_lines_are_theirs() -> None:
    people = [
        ("王小明", "13800000001", "浙江省杭州市余杭区\n文一路1号", "614 x2"),
        ("李小红", "13800000002", "上海市浦东新区世纪大道100号", "614 x1"),
        ("赵小兰", "13800000004", "江苏省苏州市吴江区鲈乡南路1号", "615 x3\n备注：易碎"),
    ]
    orders = read("damaijia", "\n".join("\n".join(one) for one in people)).orders
    found = [whole("damaijia", order) for order in orders]
    assert [(one["Recipient"], one["Product"], one["Quantity"], one["Address"]) for one in found] == [
        ("王小明", "614", "2", "文一路1号"),
        ("李小红", "614", "1", "世纪大道100号"),
        ("赵小兰", "615", "3", "鲈乡南路1号"),
    ]


@pytest.mark.parametrize("left_out", [1, 3])
def test_goods_between_people_of_whom_one_has_none_are_asked_about(left_out: int) -> None:
    lines = BELOW.splitlines()
    del lines[left_out]
    for order in read("damaijia", "\n".join([*lines, *THIRD])).orders:
        assert "Product" not in said("damaijia", order, sure=True)


def test_whoever_signs_below_the_goods_takes_none_of_them() -> None:
    text = "\n".join([*BELOW.splitlines()[:2], "联系人 陈小姐 13900000009"])
    assert whole("damaijia", read("damaijia", text).orders[0])["Product"] == "614"
