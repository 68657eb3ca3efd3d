"""Traps in a text: what looks like a part of an order and may be another thing, which is asked about or left out."""

import pytest

from bot.conversation.questions import field_at
from providers.registry import provider_class
from providers.simulators.guoguo.products import LIKES
from tests.reading.test_reader import WHOLE, only, read, said

PERSON = "王小明 13800000000 浙江省杭州市余杭区文一路1号"
AT = "13800000000 浙江省杭州市余杭区文一路1号"
TAIWANESE = "王小明 0912345678 台北市信義區松仁路100號"


def doubts(account: str, text: str) -> dict[str, str]:
    """The answers that are asked about, by title, each with its doubt."""
    form = provider_class(account).form
    return {
        str(field_at(form, one.path).title): one.doubt
        for order in read(account, text).orders
        for one in order.answers
        if not one.sure
    }


@pytest.mark.parametrize("name", ["江苏", "海南", "郑州", "南京张伟"])
def test_a_name_that_is_a_place_is_asked_about(name: str) -> None:
    assert doubts("damaijia", f"{name} {AT}") == {"Recipient": "name_of_place"}
    assert doubts("damaijia", f"收件人：{name} {AT}") == {}


def test_a_name_behind_a_school_that_is_left_out_is_asked_about() -> None:
    assert doubts("damaijia", f"杭州第二中学 图书馆 吴老师 {AT}")["Recipient"] == "name_beside"


def test_a_measure_at_the_beginning_of_a_name_is_asked_about() -> None:
    assert doubts("damaijia", f"一只小熊 {AT}") == {"Recipient": "name_unsure", "Quantity": "number_two_ways"}


def test_a_name_glued_to_the_end_of_an_address_is_asked_about_with_it() -> None:
    text = "福建省福州市鼓楼区八一七北路268号大洋百货林秀英13800000000"
    assert doubts("damaijia", text) == {"Recipient": "name_unsure", "Address": "name_in_address"}
    assert only("damaijia", text, 1)["Address"] == "八一七北路268号大洋百货"


def test_the_quantity_of_what_the_list_has_not_is_asked_about() -> None:
    assert doubts("damaijia", f"宝贝：手机壳 透明 1件\n{PERSON}") == {"Quantity": "product_unknown"}


def test_a_wish_behind_an_address_is_a_note_to_be_asked_about() -> None:
    text = f"{PERSON}，周末才有人"
    assert only("damaijia", text) == {"Note": "周末才有人"}
    assert only("damaijia", text, 1, sure=True) == WHOLE
    assert doubts("damaijia", text) == {"Note": "note_unnamed"}


def test_a_wish_in_brackets_leaves_the_address_to_be_asked_about() -> None:
    assert doubts("citiesocial", f"{TAIWANESE}（請按2樓電鈴）") == {"Address": "aside"}


def test_a_note_before_somebody_in_the_same_line_ends_before_them() -> None:
    text = f"ps:轻拿轻放 {PERSON}"
    assert only("damaijia", text) == {"Note": "轻拿轻放"}
    assert only("damaijia", text, 1) == WHOLE


@pytest.mark.parametrize("behind", [" 1", "：2楼", " 共¥25："])
def test_an_address_with_more_behind_it_is_asked_about_or_without_it(behind: str) -> None:
    address = only("damaijia", PERSON + behind, 1)["Address"]
    assert address == "文一路1号" or doubts("damaijia", PERSON + behind)["Address"] == "address_odd"


def test_a_word_that_labels_what_follows_is_no_part_of_an_address() -> None:
    for label in ("物品", "要求", "配件", "颜色"):
        assert only("damaijia", f"{PERSON} {label}：红", 1)["Address"] == "文一路1号"


def test_an_address_in_english_whose_place_is_not_told_apart_is_asked_about() -> None:
    text = "Name: Zhang Wei\nMobile: 13800000000\nAddress: Room 301, No. 200 Zhongshan Road, Nanjing"
    assert doubts("damaijia", text) == {"Address": "place_unknown"}


def test_a_zone_is_proposed_for_a_district_and_stays_in_the_address() -> None:
    text = "王小明 13800000000 四川省成都市高新区天府大道1号"
    found = only("damaijia", text, 1)
    assert (found["District"], found["Address"]) == ("高新区", "高新区天府大道1号")
    assert doubts("damaijia", text) == {"District": "district_zone", "Address": "district_zone"}


def test_a_city_said_again_in_the_name_of_a_zone_stays_there() -> None:
    found = only("damaijia", "王小明 13800000000 浙江省杭州市杭州经济技术开发区6号大街1号", 1)
    assert found["Address"] == "杭州经济技术开发区6号大街1号"


def test_a_new_area_between_a_province_and_its_county_is_passed_over() -> None:
    found = only("damaijia", "王小明 13800000000 河北省雄安新区容城县奥威路1号", 1, sure=True)
    assert (found["City"], found["District"], found["Address"]) == ("保定市", "容城县", "奥威路1号")


def test_a_postcode_of_another_city_is_asked_about() -> None:
    text = "手工钢笔 黑色 1支 王小明 13800000000 浙江省湖州市德清县武康街道千秋街1号 310000"
    assert doubts("anqicms", text) == {"Postcode": "postcode_differs"}


def test_a_phone_number_that_a_sheet_took_the_0_from_has_it_again_and_is_asked_about() -> None:
    text = "王小明 912345678 台北市信義區松仁路100號"
    assert only("citiesocial", text)["Phone"] == "0912345678"
    assert doubts("citiesocial", text) == {"Phone": "phone_digits"}


def test_a_number_in_brackets_is_without_them() -> None:
    assert only("citiesocial", "王小明（0912345678）台北市信義區松仁路100號", sure=True)["Phone"] == "0912345678"


def test_whoever_orders_for_another_is_nobody_who_gets_it() -> None:
    assert only("citiesocial", f"訂購人 李大同 0987654321 收件人 {TAIWANESE}", sure=True)["First name"] == "小明"


@pytest.mark.parametrize(
    "head",
    [
        "张三(13900001111) 10:22:31",
        "李雷(8613900000009) 11-20 10:22",
        "阿强 2026/11/20 周五 10:22:01",
        "Forwarded message\nFrom: 阿强\nDate: 2026-11-20",
        "On Fri, Nov 20, 2026 at 10:22 AM Bob <bob@example.com> wrote:",
    ],
)
def test_whoever_wrote_a_copied_line_is_nobody_who_gets_it(head: str) -> None:
    assert only("damaijia", f"{head}\n{PERSON}", 1, sure=True) == WHOLE
    assert only("damaijia", f"{head}\n{PERSON}", 2) == {}
    assert only("damaijia", f"{head}\n{PERSON}") == {}


def test_the_number_behind_the_word_for_runs_is_theirs() -> None:
    found = only("guoguo", "https://www.instagram.com/p/a/ likes 100 runs 5 interval 30", sure=True)
    assert (found["Quantity"], found["Runs"], found["Interval (minutes)"]) == ("100", "5", "30")


def test_an_answer_to_a_question_that_the_product_does_not_ask_is_left_out() -> None:
    assert "Comments" not in only("guoguo", "https://www.instagram.com/p/a/ 讚500 留言50")


def test_a_number_behind_a_house_that_is_a_products_or_a_postcode_is_asked_about() -> None:
    assert doubts("damaijia", f"{PERSON} 614 615")["Address"] == "address_odd"
    assert doubts("citiesocial", f"{TAIWANESE} 300")["Address"] == "address_odd"
    assert doubts("damaijia", f"{PERSON} 1203") == {}


def test_an_address_or_another_is_asked_about() -> None:
    assert doubts("damaijia", f"{PERSON}或文二路2号") == {"Address": "address_odd"}


def test_a_short_name_of_a_district_within_another_word_is_none() -> None:
    assert only("damaijia", "王小明 13800000000 湖南长沙望城坡1号", 1)["Address"] == "望城坡1号"


def test_a_double_family_name_before_a_way_to_address_somebody_is_whole() -> None:
    for name in ("歐陽小姐", "范姜小姐"):
        found = only("citiesocial", f"{name} 0912345678 台北市信義區松仁路100號", sure=True)
        assert (found["Last name"], found.get("First name")) == (name[:2], None)


def test_a_number_that_ends_a_title_or_counts_it_is_asked_about() -> None:
    assert doubts("citiesocial", f"Desk lamp 2個 {TAIWANESE}") == {"Product": "product_several"}
    assert only("citiesocial", "Desk lamp 2 2個", 1, sure=True) == {"Product": "1435200002", "Quantity": "2"}


def test_labels_and_names_with_spaces_between_are_what_they_are_without() -> None:
    text = "姓 名：王 小 明\n电  话：13800000000\n地 址：浙江省杭州市余杭区文一路1号"
    assert only("damaijia", text, 1) == WHOLE


def test_the_quantity_below_what_the_list_has_not_is_asked_about() -> None:
    assert doubts("damaijia", f"{PERSON}\n商品：保温杯 蓝色\n数量：1") == {"Quantity": "product_unknown"}


@pytest.mark.parametrize(
    ("account", "text"),
    [
        ("damaijia", f"麻烦把 {PERSON} 这单拦截"),
        ("damaijia", f"{PERSON} 这个发了吗"),
        ("damaijia", f"帮忙改下地址 {PERSON}"),
        ("damaijia", f"{PERSON} 先别发"),
        ("damaijia", f"仓库：{PERSON} 上班时间9-18点"),
        ("damaijia", f"名片：{PERSON}"),
        ("damaijia", f"今晚聚餐 {PERSON} 订的位"),
        ("damaijia", "对账：10月 614 x 320"),
        ("damaijia", "Tissues 2元一包"),
        ("citiesocial", "收據 Tea set x2 合計2380"),
        ("citiesocial", "Tea set 兩組到貨了"),
        ("citiesocial", "請問 Tea set 兩組多少"),
        ("citiesocial", "活動：買 Tea set 2 組送 1 組"),
        ("guoguo", "500 likes 完成 https://www.instagram.com/p/a/"),
        ("guoguo", "https://www.instagram.com/p/a/ 讚只有300 少200"),
        ("guoguo", "退 500 讚 https://www.instagram.com/p/a/"),
        ("guoguo", "停掉 https://www.instagram.com/p/a/ likes 500"),
        ("anqicms", "188 主题 1套 已开通"),
        ("anqicms", "龙井2盒缺货"),
    ],
)
def test_what_is_said_of_an_order_or_to_everybody_orders_nothing(account: str, text: str) -> None:
    assert read(account, text).orders == ()


@pytest.mark.parametrize(
    ("account", "text", "code"),
    [
        ("damaijia", "fans 1000 https://www.instagram.com/shop/", "links"),
        ("citiesocial", "likes|https://www.instagram.com/p/a/|300", "links"),
        ("guoguo", PERSON, "parcels"),
        ("guoguo", TAIWANESE, "parcels"),
    ],
)
def test_an_order_of_another_kind_is_refused_for_that(account: str, text: str, code: str) -> None:
    found = read(account, text)
    assert (found.orders, found.refused and found.refused.code) == ((), code)


@pytest.mark.parametrize(
    "text", ["https://www.youtube.com/watch?v=a 好听", f"{PERSON} 到哪了？", "取消 https://instagram.com/p/a 300"]
)
def test_talk_about_another_kind_of_order_is_not_refused(text: str) -> None:
    assert [read(account, text).refused for account in ("damaijia", "guoguo")] == [None, None]


def test_two_choices_beside_each_other_are_asked_about() -> None:
    assert doubts("damaijia", f"{PERSON} 来源：京东/淘宝") == {"Source": "several"}
    assert only("damaijia", f"{PERSON} 来源：京东", sure=True) == {"Source": "jd"}


def test_a_service_and_a_number_of_each_below_links_are_of_all_of_them() -> None:
    text = "https://www.instagram.com/p/a/\nhttps://www.instagram.com/p/b/\n各500讚"
    orders = [said("guoguo", order, sure=True) for order in read("guoguo", text).orders]
    assert [(one["Product"], one["Quantity"]) for one in orders] == [(LIKES, "500")] * 2


def test_what_is_doubtful_of_a_name_is_so_of_its_parts() -> None:
    at = "0912345678 台北市信義區松仁路100號"
    for name, doubt in (("王 大 明", "name_spaced"), ("王大明(李小美代收)", "name_beside")):
        assert set(doubts("citiesocial", f"{name} {at}").values()) == {doubt}
