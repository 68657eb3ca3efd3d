"""Answers that may be meant otherwise: they are proposed, and a person is asked about each of them."""

import pytest

from bot.reading.labels import Label
from providers.fields import Part
from tests.reading.goods import reader_of
from tests.reading.test_reader import only, read, said

PLACE = "浙江省杭州市余杭区文一路1号"
PERSON = f"王小明 13800000000 {PLACE}"


@pytest.mark.parametrize(
    ("text", "title", "value"),
    [
        (f"王** 13800000000 {PLACE}", "Recipient", "王**"),
        (f"收件人：孙 小 美\n电话：13800000000\n地址：{PLACE}", "Recipient", "孙小美"),
        (f"黄山路 13800000000 {PLACE}", "Recipient", "黄山路"),
        (f"王小明（李小红代收） 13800000000 {PLACE}", "Recipient", "王小明"),
        (f"收件人：王小明 / 李小红 电话 13800000000 地址 {PLACE}", "Recipient", "王小明"),
        (f"王小明 1380000l000 {PLACE}", "Phone", "13800001000"),
        (f"王小明 1380000000 {PLACE}", "Phone", "1380000000"),
        (f"王小明 13800000000,1234 {PLACE}", "Phone", "13800000000,1234"),
        (f"{PERSON} 2021020411023208", "Platform order number", "2021020411023208"),
        ("王小明 13800000000 杭州市余航区文一路1号", "District", "余杭区"),
        ("王小明 13800000000 杭州市余航区文一路1号", "Address", "文一路1号"),
        ("王小明 13800000000 深圳市宝安中心区新湖路1号", "District", "宝安区"),
        ("王小明 13800000000 深圳市宝安中心区新湖路1号", "Address", "宝安中心区新湖路1号"),
        ("王小明 13800000000 湖北省仙桃市沔阳大道1号", "District", "仙桃市"),
        ("王小明 13800000000 山东省莱芜市莱城区鲁中东大街1号", "District", "莱芜区"),
        (f"{PLACE} 1单元 高楼 13800000000", "Address", "文一路1号 1单元 高楼"),
        ("王小明 13800000000 湖北省武昌市洪山区珞瑜路1号", "District", "洪山区"),
        ("王小明 13800000000 浙江省抗州市余杭区文一路1号", "Address", "抗州市余杭区文一路1号"),
        ("王小明 13800000000 海南省文昌市文城镇文清大道1号", "District", "文城镇"),
    ],
)
def test_what_may_be_meant_otherwise_is_asked_about(text: str, title: str, value: str) -> None:
    assert only("damaijia", text, 1, sure=False).get(title) == value
    assert title not in only("damaijia", text, 1, sure=True)


@pytest.mark.parametrize("text", [f"Tissues x2，三份\n{PERSON}", f"614 两件，不对，三件\n{PERSON}"])
def test_two_numbers_of_one_thing_are_asked_about(text: str) -> None:
    assert "Quantity" in only("damaijia", text, sure=False)


def test_the_same_number_said_twice_is_one() -> None:
    assert only("damaijia", f"614 Tissues 各1份\n{PERSON}", sure=True)["Quantity"] == "1"


@pytest.mark.parametrize("text", [f"发三个人\n{PERSON}", f"今天两个包裹\n{PERSON}", f"共2单\n{PERSON}"])
def test_a_number_of_people_or_parcels_is_no_quantity(text: str) -> None:
    assert "Quantity" not in only("damaijia", text)


def test_the_usual_postcode_of_a_district_is_asked_about_but_in_rows() -> None:
    """Nobody answers the same question for each row of a sheet, which is shown before it is sent."""
    assert list(only("anqicms", PERSON, sure=False)) == ["Postcode"]
    (order,) = reader_of("anqicms").read_cells([("王小明", Label(Part.NAME)), (PLACE, Label(Part.STREET))]).orders
    assert "Postcode" in said("anqicms", order, sure=True)


def test_where_somebody_has_no_name_the_names_in_lines_of_their_own_are_asked_about() -> None:
    """Each may be that of whoever stands above or below."""
    text = f"13800000000\n{PLACE}\n王小明\n13900000000\n上海市黄浦区南京东路1号"
    (order,) = read("damaijia", text).orders
    assert all("Recipient" not in said("damaijia", order, item, sure=True) for item in (1, 2))


@pytest.mark.parametrize("name", ["周杰", "祝敏", "卓玛", "小熊"])
def test_names_in_lines_of_their_own_stay_with_their_numbers(name: str) -> None:
    """周杰 is no day of the week, and rare names are names beside numbers."""
    text = f"Tissues x1\n{name}\n13800000000\n{PLACE}\n李小红\n13900000000\n上海市黄浦区南京东路1号"
    (order,) = read("damaijia", text).orders
    assert [said("damaijia", order, item)["Recipient"] for item in (1, 2)] == [name, "李小红"]
    assert said("damaijia", order, 2)["Phone"] == "13900000000"


def test_who_writes_in_a_chat_is_nobody_who_gets_a_parcel() -> None:
    text = f"阿宝：{PERSON}\n阿宝：李小红 13900000000 上海市黄浦区南京东路1号"
    (order,) = read("damaijia", text).orders
    assert [said("damaijia", order, item)["Recipient"] for item in (1, 2)] == ["王小明", "李小红"]


@pytest.mark.parametrize("mark", ["--", "Best regards,", "敬上"])
def test_a_signature_is_about_nobody(mark: str) -> None:
    text = f"Tea set x1\n王小明 0912345678 台北市信義區市府路1號\n\n{mark}\n李小紅\n02-2345-6789\n台北市大同區承德路1號"
    found = read("citiesocial", text)
    (order,) = found.orders
    assert said("citiesocial", order)["Last name"] == "王"
    assert any("李小紅" in text[start:end] for start, end in found.unread)


@pytest.mark.parametrize(
    "text",
    [
        f"{PERSON} 这单签收了",
        f"{PERSON} 客户说没收到",
        f"{PERSON} 退货，不用发了",
        f"收件人：王小明\n电话：13800000000\n地址：{PLACE}\n取消",
        f"面试地址：{PLACE}，联系人王小姐 13800000000",
        "Tissues 多少钱",
        "614 库存 20个",
    ],
)
def test_earlier_orders_cancellations_and_notices_are_no_orders(text: str) -> None:
    assert read("damaijia", text).orders == ()


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f"{PERSON}\n备注：不要打电话 来源：京东", "不要打电话"),
        (f"{PERSON}\n备注：勿压，来源 其他", "勿压"),
        (f"{PERSON}\n备注：送给京东的朋友", "送给京东的朋友"),
    ],
)
def test_a_note_ends_where_another_question_is_answered(text: str, note: str) -> None:
    assert only("damaijia", text)["Note"] == note


@pytest.mark.parametrize("said_so", ["来源 其他", "来源其他", "其他平台的单", "来源：other"])
def test_a_source_is_known_by_its_question(said_so: str) -> None:
    found = only("damaijia", f"{said_so}\n{PERSON}")
    assert found.get("Source") == ("other" if "来源" in said_so else None)


@pytest.mark.parametrize(
    "text",
    ["台北市信義區市府路1號12樓", "12F, 市府路1號, 信義區, 台北市 110", "市府路1號，信義區，台北市，110"],
)
def test_an_address_may_begin_with_its_street(text: str) -> None:
    found = only("citiesocial", f"王小明 0912345678\n{text}", sure=True)
    assert (found["City"], found["District"], found["Postcode"]) == ("台北市", "信義區", "110")
    assert "市府路1號" in found["Address"]
    assert "110" not in found["Address"]


@pytest.mark.parametrize(
    ("account", "text"),
    [
        ("anqicms", "Could you please order 2 x Small theme for us?"),
        ("anqicms", "能帮我订 Small theme 2个吗？"),
        ("guoguo", "Can I get 1000 likes on https://www.instagram.com/p/a/ ?"),
        ("damaijia", f"能帮我发一下吗？{PERSON}"),
    ],
)
def test_who_asks_politely_orders(account: str, text: str) -> None:
    assert len(read(account, text).orders) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Placed\nTissues ×2 · 王小明 · 杭州市\nOrder number: 202611200001\nReference: 104512345678902",
        "已下单\nTissues ×2 · 王小明 · 杭州市\n我方编号：104512345678902",
        "Tissues 3.5元/包 100包起",
        "王小明 13800000000 让他回个电话",
        "营业执照地址：上海市奉贤区南桥镇1号",
    ],
)
def test_cards_prices_and_contacts_with_another_matter_are_no_orders(text: str) -> None:
    assert read("damaijia", text).orders == ()


@pytest.mark.parametrize("said_so", ["大概五百", "100-200", "500到800", "1000 或 2000"])
def test_a_number_that_is_about_so_many_is_asked_about(said_so: str) -> None:
    assert "Quantity" not in only("guoguo", f"likes {said_so} https://www.instagram.com/p/a/", sure=True)


@pytest.mark.parametrize(
    "text", ["大红袍和龙井各两盒", "201、202 各 2", "武夷山大红袍 100克、西湖龙井 特级 250克 各两盒"]
)
def test_a_number_of_each_is_that_of_all_before_it(text: str) -> None:
    (order,) = read("anqicms", text).orders
    assert [said("anqicms", order, item) for item in (1, 2)] == [
        {"Product": "201", "Quantity": "2"},
        {"Product": "202", "Quantity": "2"},
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [("story views 500 mori.cafe", "mori.cafe"), ("限時動態觀看 500 demo_nails", "demo_nails")],
)
def test_a_name_of_an_account_needs_no_sign_before_it(text: str, name: str) -> None:
    assert only("guoguo", text, sure=True)["Username"] == name


def test_cells_behind_a_link_are_no_part_of_it() -> None:
    assert only("guoguo", "likes,https://www.instagram.com/p/a/,100", sure=True) == {
        "Product": "3d0f7f5a-2a64-4b8e-8f0b-6c9f0a5e7d21",
        "Link": "https://www.instagram.com/p/a/",
        "Quantity": "100",
    }


def test_a_link_to_another_network_than_the_products_is_asked_about() -> None:
    assert "Link" in only("guoguo", "Threads fans 1000 https://www.instagram.com/abc.demo/", sure=False)


def test_a_number_of_somebodys_papers_is_nothing_of_an_order() -> None:
    found = only("damaijia", f"收件人：王小明 电话：13800000000 地址：{PLACE} 身份证 330101199001011234", 1)
    assert found["Address"] == "文一路1号"
    assert "Platform order number" not in found


@pytest.mark.parametrize(
    "text", [f"[图片]\n{PERSON}", f"> 发貨人：李老板 13900000000\n> 收貨人：{PERSON}", f"<media omitted>\n{PERSON}"]
)
def test_pictures_quotes_and_mixed_script_are_no_hindrance(text: str) -> None:
    found = only("damaijia", text, 1)
    assert (found["Recipient"], found["Phone"]) == ("王小明", "13800000000")


def test_a_district_in_simplified_characters_is_not_refused_where_the_number_is_taiwans() -> None:
    assert read("citiesocial", "林小美 0912345678 中山区中山北路二段1号").refused is None
