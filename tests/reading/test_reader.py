"""Texts that people paste, read as orders: what is found, where it stood, what is asked about, and what is no order."""

import pytest

from bot.conversation.questions import field_at
from bot.reading.read_answers import ReadOrder, TextRead
from providers.registry import provider_class
from tests.reading.goods import reader_of
from tests.reading.score import sent

WHOLE = {
    "Recipient": "王小明",
    "Phone": "13800000000",
    "Province": "浙江省",
    "City": "杭州市",
    "District": "余杭区",
    "Address": "文一路1号",
}


def read(account: str, text: str) -> TextRead:
    return reader_of(account).read(text)


def said(account: str, order: ReadOrder, item: int = 0, *, sure: bool | None = None) -> dict[str, str]:
    """The answers of one item of an order, or of what is outside lists, by title."""
    return {
        str(field_at(provider_class(account).form, one.path).title): sent(account, one)
        for one in order.answers
        if next((step + 1 for step in one.path if isinstance(step, int)), 0) == item
        and (sure is None or one.sure is sure)
    }


def only(account: str, text: str, item: int = 0, *, sure: bool | None = None) -> dict[str, str]:
    """The answers of the one order that a text holds."""
    (order,) = read(account, text).orders
    return said(account, order, item, sure=sure)


@pytest.mark.parametrize(
    "text",
    [
        "收件人: 王小明\n电话: 13800000000\n地址: 浙江省杭州市余杭区文一路1号",
        "收件人：王小明　手機：138-0000-0000　地址：浙江省杭州市余杭区文一路1号",
        "Recipient: 王小明\nPhone: 13800000000\nAddress: 浙江省杭州市余杭区文一路1号",
        "王小明,13800000000,浙江省杭州市余杭区文一路1号",
        "浙江省杭州市余杭区文一路1号 王小明 13800000000",
        "浙江省杭州市余杭区文一路1号王小明13800000000",
        "13800000000王小明浙江省杭州市余杭区文一路1号",
        "王小明/13800000000/浙江省/杭州市/余杭区/文一路1号",
        "王小明\t13800000000\t浙江省\t杭州市\t余杭区\t文一路1号",
        "王小明\n\n１３８００００００００\n\n浙江省 杭州市 余杭区\n文一路1号",
        "收件人\n王小明\n电话\n13800000000\n地址\n浙江省杭州市余杭区文一路1号",
        "省：浙江\n市：杭州\n区：余杭\n详细地址：文一路1号\n姓名：王小明\n联系电话：13800000000",
        "[12:03] 小王: 王小明 13800000000\n[12:04] 小王: 浙江杭州余杭文一路1号",
        "王小明（收） 13800000000 📦 浙江杭州余杭区文一路1号",
    ],
)
def test_a_recipient_is_read_in_any_order_and_with_any_signs_between(text: str) -> None:
    assert only("damaijia", text, 1, sure=True) == WHOLE


@pytest.mark.parametrize(
    "text",
    [
        "王小明 13800000000 浙江省杭州市余杭区文一路1号\n李小红 13900000000 上海市黄浦区南京东路1号",
        "1. 王小明 13800000000 浙江省杭州市余杭区文一路1号\n2. 李小红 13900000000 上海市黄浦区南京东路1号",
        "王小明\n13800000000\n浙江省杭州市余杭区文一路1号\n\n李小红\n13900000000\n上海市黄浦区南京东路1号",
        "王小明\n13800000000\n浙江省杭州市余杭区文一路1号\n李小红\n13900000000\n上海市黄浦区南京东路1号",
        "姓名\t电话\t地址\n王小明\t13800000000\t浙江省杭州市余杭区文一路1号\n李小红\t13900000000\t上海市黄浦区南京东路1号",
        "name,phone,address\n王小明,13800000000,浙江省杭州市余杭区文一路1号\n李小红,13900000000,上海市黄浦区南京东路1号",
        (
            "小王, [26.11.2026 12:03]\n王小明 13800000000 浙江省杭州市余杭区文一路1号\n\n"
            "小王, [26.11.2026 12:04]\n李小红 13900000000 上海市黄浦区南京东路1号"
        ),
        "王小明 13800000000 浙江省杭州市余杭区文一路1号；李小红 13900000000 上海市黄浦区南京东路1号",
    ],
)
def test_several_recipients_are_parcels_of_one_order(text: str) -> None:
    (order,) = read("damaijia", text).orders
    assert said("damaijia", order, 1) == WHOLE
    assert said("damaijia", order, 2) == {
        "Recipient": "李小红",
        "Phone": "13900000000",
        "Province": "上海市",
        "City": "上海市",
        "District": "黄浦区",
        "Address": "南京东路1号",
    }
    assert said("damaijia", order, 3) == {}


def test_what_is_said_once_is_about_the_whole_order() -> None:
    text = (
        "Tissues x2\n备注：请包装好\n来源：淘宝\n"
        "1、王小明 13800000000 浙江省杭州市余杭区文一路1号 订单号：2021020411023208001\n"
        "2、李小红 13900000000 上海市黄浦区南京东路1号 订单号：2021020411023208002"
    )
    (order,) = read("damaijia", text).orders
    assert said("damaijia", order) == {"Product": "614", "Quantity": "2", "Note": "请包装好", "Source": "taobao"}
    numbers = [said("damaijia", order, item)["Platform order number"] for item in (1, 2)]
    assert numbers == ["2021020411023208001", "2021020411023208002"]


def test_a_sender_is_found_only_where_it_is_called_so() -> None:
    text = "寄件人：李小红 13900000000 上海市黄浦区南京东路1号\n收件人：王小明 13800000000 浙江省杭州市余杭区文一路1号"
    (order,) = read("damaijia", text).orders
    assert said("damaijia", order, 1) == WHOLE
    assert said("damaijia", order)["Sender"] == "李小红"
    assert said("damaijia", order)["Sender city"] == "上海市"


@pytest.mark.parametrize(
    ("phone", "read_as"),
    [
        ("138-0000-0000", "13800000000"),
        ("+86 138 0000 0000", "+8613800000000"),
        ("13800000000-7804", "13800000000-7804"),
        ("13800000000转1234", "13800000000转1234"),
        ("138****0000", "138****0000"),
        ("0571-88888888转12", "0571-88888888转12"),
        ("17012345678,1234", "17012345678,1234"),
    ],
)
def test_a_phone_keeps_all_that_it_has(phone: str, read_as: str) -> None:
    found = only("damaijia", f"王小明 {phone} 浙江省杭州市余杭区文一路1号", 1)
    assert (found["Phone"], found["Address"]) == (read_as, "文一路1号")


def test_each_answer_knows_where_it_stood() -> None:
    text = "📦 收件人：王小明，电话：138 0000 0000，地址：浙江省杭州市余杭区文一路１号"
    (order,) = read("damaijia", text).orders
    found = {one.path[-1]: text[slice(*one.span)] for one in order.answers if one.span}
    assert found["consignee"] == "王小明"
    assert found["mobile"] == "138 0000 0000"
    assert found["address"] == "文一路１号"


def test_what_follows_from_something_else_stands_nowhere() -> None:
    (order,) = read("damaijia", "王小明 13800000000 余杭区文一路1号").orders
    assert {one.path[-1]: one.span for one in order.answers if one.path[-1] in {"province", "city"}} == {
        "province": None,
        "city": None,
    }


def test_a_district_of_several_cities_is_asked_about() -> None:
    (order,) = read("damaijia", "李雷 13800001111 鼓楼区中山路1号").orders
    doubtful = {one.path[-1]: one for one in order.answers if not one.sure}
    assert set(doubtful) == {"province", "city"}
    assert {"南京市", "福州市"} <= set(doubtful["city"].options)


def test_a_postcode_decides_between_districts_of_one_name() -> None:
    assert only("citiesocial", "李小華 0933444555 104中山區中山北路二段1號", sure=True)["City"] == "台北市"
    assert only("citiesocial", "李小華 0933444555 中山區中山北路二段1號", sure=False)["City"] == "台北市"


@pytest.mark.parametrize(
    ("account", "text"),
    [
        ("damaijia", "王小明 0912345678 台北市信義區信義路五段7號"),
        ("citiesocial", "王小明 13800000000 浙江省杭州市余杭区文一路1号"),
    ],
)
def test_an_address_that_the_supplier_does_not_deliver_to_is_said(account: str, text: str) -> None:
    found = read(account, text)
    assert found.orders == ()
    assert found.refused is not None
    assert found.refused.code == "other_region"


def test_one_address_of_another_region_among_others_is_asked_about() -> None:
    text = "王小明 13800000000 浙江省杭州市余杭区文一路1号\n陳美麗 0912345678 台北市信義區松仁路1號"
    (order,) = read("damaijia", text).orders
    assert said("damaijia", order, 1, sure=True) == WHOLE
    assert said("damaijia", order, 2, sure=False).keys() >= {"City", "District"}


def test_the_same_recipient_twice_is_asked_about() -> None:
    text = "王小明 13800000000 浙江省杭州市余杭区文一路1号\n" * 2
    (order,) = read("damaijia", text).orders
    assert said("damaijia", order, 1, sure=True) == WHOLE
    assert said("damaijia", order, 2, sure=False) == WHOLE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王小明 先生 0912345678 台北市信義區市府路1號", ("王", "小明", "先生")),
        ("歐陽靖小姐 0912345678 台北市信義區市府路1號", ("歐陽", "靖", "小姐")),
        ("Amy Chen 0912345678 台北市信義區市府路1號", ("Chen", "Amy", None)),
        ("吳先生 0912345678 台北市信義區市府路1號", ("吳", None, "先生")),
    ],
)
def test_a_name_is_parted_as_the_form_asks_for_it(text: str, expected: tuple[str | None, ...]) -> None:
    found = only("citiesocial", text, sure=True)
    assert tuple(found.get(title) for title in ("Last name", "First name", "Title")) == expected


def test_a_name_whose_order_is_not_plain_is_asked_about() -> None:
    assert "First name" in only("citiesocial", "Chen Wang 0912345678 台北市信義區市府路1號", sure=False)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("110台北市信義區市府路1號", ("110", "台北市", "信義區", "市府路1號")),
        ("11008臺北市信義區市府路1號", ("11008", "台北市", "信義區", "市府路1號")),
        ("110204 台北市信義區市府路1號", ("110", "台北市", "信義區", "市府路1號")),
        ("台北市信義區市府路1號 (110)", ("110", "台北市", "信義區", "市府路1號")),
        ("台北市信義區市府路1號", ("110", "台北市", "信義區", "市府路1號")),
        ("桃園縣中壢市中正路100號3樓之1", ("320", "桃園市", "中壢區", "中正路100號3樓之1")),
    ],
)
def test_a_postcode_is_found_or_follows_from_the_place(address: str, expected: tuple[str, ...]) -> None:
    found = only("citiesocial", f"王小明 0912345678 {address}", sure=True)
    assert tuple(found[title] for title in ("Postcode", "City", "District", "Address")) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "你好", "谢谢老板", "在吗？", "👍", "ok", "好的收到", "hello, anybody there?"),
        *("请问614还有货吗？", "王小明的订单13800000000发货了吗?", "昨天去了杭州市西湖区文三路的那家店，真好吃"),
        *("我们店在杭州市西湖区文三路100号，电话0571-88888888，欢迎来", "李小红的电话改成13900000000", "2026-11-26"),
        *("昨天订的20份Tissues都到了，谢谢", "订单2021020411023208查一下物流", "王小明", "13800000000"),
    ],
)
def test_what_is_no_order_gives_none(text: str) -> None:
    for account in ("damaijia", "citiesocial", "anqicms", "guoguo"):
        assert read(account, text).orders == ()


def test_what_was_not_read_is_told() -> None:
    text = "王小明 13800000000 浙江省杭州市余杭区文一路1号 下周二之前到"
    found = read("damaijia", text)
    assert [text[slice(*span)] for span in found.unread] == ["下周二之前到"]


def test_a_note_is_what_is_called_one() -> None:
    text = "王小明 13800000000 浙江省杭州市余杭区文一路1号\n备注：放门口, 不要敲门"
    assert only("damaijia", text)["Note"] == "放门口, 不要敲门"


def test_a_text_read_twice_is_read_alike() -> None:
    text = "王小明 13800000000 浙江省杭州市余杭区文一路1号\n李小红 13900000000 上海市黄浦区南京东路1号"
    assert read("damaijia", text) == read("damaijia", text)


def test_while_a_form_is_filled_in_any_part_is_worth_proposing() -> None:
    reader = reader_of("damaijia")
    assert reader.read("浙江省杭州市余杭区文一路1号").orders == ()
    assert len(reader.read("浙江省杭州市余杭区文一路1号", begun=True).orders[0].answers) == 4
