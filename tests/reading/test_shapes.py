"""Shapes that the same order is written in: brackets, glued words, several of them in one line, and odd signs."""

import pytest

from providers.simulators.guoguo.products import FANS, LIKES
from tests.reading.test_reader import WHOLE, only, read, said

PERSON = "王小明 13800000000 浙江省杭州市余杭区文一路1号"
OTHER = "李小红 13700000000 浙江省杭州市余杭区文一路2号"
POST, SHOP = "https://instagram.com/p/x", "https://instagram.com/shop"


@pytest.mark.parametrize(
    "text",
    [
        "【王小明】【13800000000】【浙江省杭州市余杭区文一路1号】",
        "收件人=王小明&电话=13800000000&地址=浙江省杭州市余杭区文一路1号",
        "收：王小明\n电：13800000000\n址：浙江省杭州市余杭区文一路1号",
        "买家姓名\t买家手机\t省\t市\t区/县\t街道地址\n王小明\t13800000000\t浙江省\t杭州市\t余杭区\t文一路1号",
    ],
)
def test_a_recipient_is_read_between_signs_of_any_kind(text: str) -> None:
    assert only("damaijia", text, 1, sure=True) == WHOLE


@pytest.mark.parametrize(
    "text", [f"{PERSON}；{OTHER}", f"①{PERSON}②{OTHER}", f"1.{PERSON} 2.{OTHER}", f"{PERSON}，{OTHER}"]
)
def test_several_people_in_one_line_are_each_one(text: str) -> None:
    assert only("damaijia", text, 1, sure=True) == WHOLE
    assert only("damaijia", text, 2, sure=True)["Recipient"] == "李小红"


def test_names_that_are_words_too_stay_with_their_numbers_in_one_line() -> None:
    text = "乐乐 13800000000 浙江省杭州市余杭区文一路1号；于洋 13700000000 浙江省杭州市余杭区文一路2号"
    assert [only("damaijia", text, item)["Recipient"] for item in (1, 2)] == ["乐乐", "于洋"]


def test_two_products_for_two_people_in_one_line_are_two_orders() -> None:
    orders = read("damaijia", f"614一份给{PERSON}，615两份给{OTHER}").orders
    assert [said("damaijia", order, sure=True) for order in orders] == [
        {"Product": "614", "Quantity": "1"},
        {"Product": "615", "Quantity": "2"},
    ]


@pytest.mark.parametrize("aside", ["（放门口即可）", "(请按2楼门铃)", "（614×1）"])
def test_brackets_behind_an_address_that_hold_something_else_are_no_part_of_it(aside: str) -> None:
    assert only("damaijia", PERSON + aside, 1)["Address"] == "文一路1号"


def test_brackets_behind_an_address_that_hold_more_of_it_are_a_part_of_it() -> None:
    assert only("damaijia", f"{PERSON}（文一大厦3楼）", 1)["Address"] == "文一路1号（文一大厦3楼）"


def test_a_postcode_between_the_place_and_its_street_is_no_house() -> None:
    found = only("citiesocial", "王小明 0912345678 台北市信義區110松仁路100號", sure=True)
    assert (found["Postcode"], found["Address"]) == ("110", "松仁路100號")


def test_a_dot_within_a_name_is_one_however_it_is_typed() -> None:
    text = "古丽娜尔•阿不都 13800000000 新疆伊犁州伊宁市解放西路1号"
    assert only("damaijia", text, 1, sure=True)["Recipient"] == "古丽娜尔•阿不都"


def test_a_family_name_behind_a_latin_one_is_asked_about() -> None:
    found = only("citiesocial", "Amy林 0912345678 台北市信義區松仁路100號", sure=False)
    assert (found["First name"], found["Last name"]) == ("Amy", "林")


def test_who_receives_is_no_part_of_a_name() -> None:
    text = "刘先生收 13800000000 浙江省杭州市余杭区文一路1号"
    assert only("damaijia", text, 1, sure=True)["Recipient"] == "刘先生"


@pytest.mark.parametrize("text", ["礼品编号614 数量壹份 来源天猫", "品项：614 购买数量：1 来源：天猫"])
def test_words_for_parts_stand_right_before_them(text: str) -> None:
    assert only("damaijia", text, sure=True) == {"Product": "614", "Quantity": "1", "Source": "tmall"}


def test_a_number_for_each_person_is_that_of_the_product_behind_it() -> None:
    assert only("damaijia", f"每人两份 615\n{PERSON}\n{OTHER}", sure=True) == {"Product": "615", "Quantity": "2"}


def test_a_note_ends_where_another_question_is_answered() -> None:
    found = only("damaijia", f"614×1，备注谢谢，来源拼多多，尽快\n{PERSON}", sure=True)
    assert (found["Note"], found["Source"]) == ("谢谢", "pdd")


@pytest.mark.parametrize("text", ["牛皮笔记本A5×100", "牛皮笔记本A5 100本", "100本牛皮笔记本A5"])
def test_a_title_is_known_without_its_spaces(text: str) -> None:
    assert only("anqicms", text, 1, sure=True) == {"Product": "212", "Quantity": "100"}


def test_a_sum_that_no_word_names_is_asked_about() -> None:
    assert only("citiesocial", "Tea set 一組，共 NT$ 1,190 元", sure=False) == {"Amount": "1190"}
    assert "Amount" not in only("citiesocial", "Tea set 一組，共2件 王小明 0912345678")


def test_each_of_two_links_in_a_line_has_its_own_service_and_number() -> None:
    for text in (f"500 likes for {POST} and 1000 fans for {SHOP}", f"{POST} 500 likes, {SHOP} 1000 fans"):
        assert [said("guoguo", order, sure=True) for order in read("guoguo", text).orders] == [
            {"Product": LIKES, "Link": POST, "Quantity": "500"},
            {"Product": FANS, "Link": SHOP, "Quantity": "1000"},
        ]


def test_a_number_behind_a_colon_is_no_part_of_the_link_before_it() -> None:
    assert only("guoguo", f"likes:{POST}:600", sure=True) == {"Product": LIKES, "Link": POST, "Quantity": "600"}


def test_what_is_counted_may_be_part_of_the_number() -> None:
    assert only("guoguo", f"2w粉 {SHOP}", sure=True) == {"Product": FANS, "Link": SHOP, "Quantity": "20000"}


@pytest.mark.parametrize("text", ["@sample.friend 你看一下", "张三说电话13800000003打不通"])
def test_talk_with_a_name_or_a_number_in_it_is_no_order(text: str) -> None:
    assert read("damaijia", text).orders == ()
    assert read("guoguo", text).orders == ()
