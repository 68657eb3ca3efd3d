"""Places as people write them, and as suppliers want them."""

import re
from collections.abc import Iterator
from importlib import resources

import pytest

from bot.reading.places import FoundPlace, Place, Places

PLACES = Places.load()
FILE = resources.files("bot.reading").joinpath("places.txt").read_text("utf-8")


def found(text: str, *, labelled: bool = False) -> FoundPlace:
    one = PLACES.find(text, labelled=labelled)
    assert one is not None, text
    return one


def levels(text: str, *, labelled: bool = False) -> str:
    one = found(text, labelled=labelled)
    return "/".join(name for name in (one.province, one.city, one.district) if name)


def rest(text: str) -> str:
    return text[found(text).span[1] :]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("浙江省杭州市余杭区文一西路969号", "浙江省/杭州市/余杭区"),
        ("浙江杭州余杭文一西路969号", "浙江省/杭州市/余杭区"),
        ("浙江 杭州 余杭区 五常街道", "浙江省/杭州市/余杭区"),
        ("浙江省，杭州市，余杭区，文一西路", "浙江省/杭州市/余杭区"),
        ("浙江省/杭州市/余杭区", "浙江省/杭州市/余杭区"),
        ("浙江省（杭州市）余杭区", "浙江省/杭州市/余杭区"),
        ("浙江省\t杭州市\t余杭区\t文一西路", "浙江省/杭州市/余杭区"),
        ("浙江省\n杭州市\n余杭区\n文一西路", "浙江省/杭州市/余杭区"),
        ("杭州余杭区梦想大道108号", "浙江省/杭州市/余杭区"),
        ("余杭区文一西路", "浙江省/杭州市/余杭区"),
        ("浙江省 杭州市 余杭区 浙江省杭州市余杭区文一西路", "浙江省/杭州市/余杭区"),
        ("中国浙江省宁波市鄞州区", "浙江省/宁波市/鄞州区"),
        ("濟南市中區", "山东省/济南市/市中区"),
        ("枣庄市市中区", "山东省/枣庄市/市中区"),
        ("浙江台州路桥区", "浙江省/台州市/路桥区"),
        ("长春二道区", "吉林省/长春市/二道区"),
        ("鞍山市立山区", "辽宁省/鞍山市/立山区"),
        ("秦皇岛北戴河", "河北省/秦皇岛市/北戴河区"),
        ("吉林吉林船营区", "吉林省/吉林市/船营区"),
        ("天津河北区", "天津市/天津市/河北区"),
        ("恩施州利川市", "湖北省/恩施土家族苗族自治州/利川市"),
        ("青海海南州共和县", "青海省/海南藏族自治州/共和县"),
        ("义乌北苑街道1号", "浙江省/金华市/义乌市"),
        ("武汉武昌中南路1号", "湖北省/武汉市/武昌区"),
        ("景宁县", "浙江省/丽水市/景宁畲族自治县"),
        ("新疆伊犁州伊宁市", "新疆维吾尔自治区/伊犁哈萨克自治州/伊宁市"),
        ("廣東省廣州市天河區天河路", "广东省/广州市/天河区"),
    ],
)
def test_a_place_of_the_mainland_is_read_however_it_is_written(text: str, place: str) -> None:
    assert levels(text) == place
    assert found(text).region == "cn"
    assert found(text).sure


@pytest.mark.parametrize(
    "text",
    [
        "上海市浦东新区张江路1号",
        "上海浦东张江路1号",
        "上海市上海市浦东新区张江路1号",
        "上海市市辖区浦东新区张江路1号",
        "上海 上海市 浦东新区 张江路1号",
    ],
)
def test_a_municipality_is_a_city_of_its_own(text: str) -> None:
    assert levels(text) == "上海市/上海市/浦东新区"
    assert rest(text).strip() == "张江路1号"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("广东东莞南城街道鸿福路", "广东省/东莞市/东莞市"),
        ("广东省中山市小榄镇", "广东省/中山市/中山市"),
        ("中山小榄镇新市路1号", "广东省/中山市/中山市"),
        ("海南省儋州市那大镇", "海南省/儋州市/儋州市"),
        ("嘉峪关市雄关路", "甘肃省/嘉峪关市/嘉峪关市"),
        ("河南省济源市天坛路", "河南省/济源市/济源市"),
        ("河南省省直辖县级行政区划济源市天坛路", "河南省/济源市/济源市"),
        ("湖北仙桃市沔州大道", "湖北省/仙桃市/仙桃市"),
    ],
)
def test_a_city_without_districts_is_its_own_and_that_is_marked(text: str, place: str) -> None:
    assert levels(text) == place
    assert "district" in found(text).derived


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("台北市信義區信義路五段7號", "台北市/信義區", "110"),
        ("臺北市信義區信義路五段7號", "臺北市/信義區", "110"),
        ("110台北市信義區市府路45號", "台北市/信義區", "110"),
        ("台北市信义区市府路45号", "台北市/信義區", "110"),
        ("台中市東區復興路", "台中市/東區", "401"),
        ("台北市110信義區市府路45號", "台北市/信義區", "110"),
        ("台北市 11008 信義區市府路45號", "台北市/信義區", "110"),
        ("屏東市中正路1號", "屏東縣/屏東市", "900"),
        ("新竹市東區光復路", "新竹市/東區", "300"),
        ("新竹竹北光明六路", "新竹縣/竹北市", "302"),
        ("金門縣金城鎮", "金門縣/金城鎮", "893"),
        ("台灣台北市中正區", "台灣/台北市/中正區", "100"),
    ],
)
def test_a_place_in_taiwan_has_county_district_and_code(text: str, place: str, code: str) -> None:
    assert levels(text) == place
    assert found(text).region == "tw"
    assert PLACES.postcode_of(found(text)) == code


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("香港九龙油尖旺区弥敦道", "hk"),
        ("香港特別行政區沙田區", "hk"),
        ("Hong Kong, Nathan Road", "hk"),
        ("澳门 花地玛堂区", "mo"),
    ],
)
def test_hong_kong_and_macau_are_told_apart_from_the_mainland(text: str, region: str) -> None:
    assert found(text).region == region


@pytest.mark.parametrize(
    ("text", "place", "renamed"),
    [
        ("浙江省杭州市萧山市市心路", "浙江省/杭州市/萧山区", (("萧山市", "萧山区"),)),
        ("浙江余杭市临平街道", "浙江省/杭州市/余杭区", (("余杭市", "余杭区"),)),
        ("南昌市红谷滩新区", "江西省/南昌市/红谷滩区", (("红谷滩新区", "红谷滩区"),)),
        ("襄樊市樊城区", "湖北省/襄阳市/樊城区", (("襄樊市", "襄阳市"),)),
        ("上海闸北区天目路", "上海市/上海市/静安区", (("闸北区", "静安区"),)),
        ("北京市宣武区", "北京市/北京市/西城区", (("宣武区", "西城区"),)),
        ("桃園縣中壢市中山路", "桃園市/中壢區", (("桃園縣", "桃園市"), ("中壢市", "中壢區"))),
        ("臺南縣永康市", "臺南市/永康區", (("臺南縣", "台南市"), ("永康市", "永康區"))),
        ("台北縣板橋市文化路", "新北市/板橋區", (("台北縣", "新北市"), ("板橋市", "板橋區"))),
        ("高雄縣三民鄉", "高雄市/那瑪夏區", (("高雄縣", "高雄市"), ("三民鄉", "那瑪夏區"))),
    ],
)
def test_a_name_of_the_past_is_read_as_that_of_today_and_told(
    text: str, place: str, renamed: tuple[tuple[str, str], ...]
) -> None:
    assert levels(text) == place
    assert found(text).renamed == renamed


def test_a_district_that_was_divided_has_its_parts_to_choose_from() -> None:
    one = found("浙江省杭州市江干区庆春路")
    assert one.district == ""
    assert [place.district for place in one.alternatives] == ["上城区", "钱塘区"]


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("鼓楼区中山路", ["南京市", "徐州市", "福州市", "开封市"]),
        ("信義區松高路", ["台北市", "基隆市"]),
        ("中山區南京東路", ["台北市", "基隆市"]),
        ("中山区人民路", ["大连市"]),
        ("大安區和平東路", ["台北市", "台中市"]),
        ("新疆伊犁伊宁解放路", ["伊犁哈萨克自治州"] * 2),
    ],
)
def test_a_district_of_several_cities_has_them_to_choose_from(text: str, cities: list[str]) -> None:
    one = found(text)
    assert [place.city for place in one.alternatives or (one.place,)] == cities
    assert one.sure == (len(cities) == 1)


@pytest.mark.parametrize(
    ("text", "against", "cities"),
    [
        ("浙江省杭州市浦东新区世纪大道", "浦东新区", ["杭州市", "上海市"]),
        ("江苏省余杭区文一路", "余杭区", ["", "杭州市"]),
        ("浙江省深圳市南山区", "深圳市南山区", ["深圳市", ""]),
        ("台北市余杭区", "余杭区", ["台北市", "杭州市"]),
    ],
)
def test_a_district_that_lies_elsewhere_is_a_contradiction(text: str, against: str, cities: list[str]) -> None:
    one = found(text)
    assert one.contradictions == (against,)
    assert [place.city for place in one.alternatives] == cities
    assert not one.sure


@pytest.mark.parametrize(
    ("text", "place", "street"),
    [
        ("上海南京东路100号", "上海市/上海市", "南京东路100号"),
        ("上海市南京东路100号", "上海市/上海市", "南京东路100号"),
        ("北京长安街1号", "北京市/北京市", "长安街1号"),
        ("台北中山北路二段", "台北市", "中山北路二段"),
        ("台北市信義路五段7號", "台北市", "信義路五段7號"),
        ("台北市民大道三段1號", "台北市", "市民大道三段1號"),
        ("台中市政路100號", "台中市", "市政路100號"),
        ("天津和平路", "天津市/天津市", "和平路"),
        ("杭州余杭街道1号", "浙江省/杭州市", "余杭街道1号"),
        ("天津南开大学1号楼", "天津市/天津市", "南开大学1号楼"),
    ],
)
def test_a_street_named_after_a_place_stays_in_the_street(text: str, place: str, street: str) -> None:
    assert levels(text) == place
    assert rest(text) == street


@pytest.mark.parametrize(
    "text",
    [
        "中山路5号",
        "北京路5号",
        "长安街1号",
        "信義路五段7號",
        "南京东路",
        "王海南 13800000000",
        "高雄 0912345678",
        "高雄",
        "江苏",
        "我在北京，明天回来",
        "北京烤鸭来两份",
        "上海那个订单号是多少",
        "台北的客人說地址錯了，號碼是多少",
        "沙县小吃",
        "你好",
        "",
    ],
)
def test_a_street_a_name_or_chatter_is_no_place(text: str) -> None:
    assert PLACES.find(text) is None


@pytest.mark.parametrize(
    ("text", "place", "before"),
    [
        ("王海南 13800000000 浙江省杭州市西湖区文三路", "浙江省/杭州市/西湖区", "王海南 13800000000 "),
        ("高雄 0912345678 台北市大安區忠孝東路四段", "台北市/大安區", "高雄 0912345678 "),
        ("李杭州 余杭区文一西路", "浙江省/杭州市/余杭区", "李杭州 "),
        ("江苏 13800000000 上海市静安区", "上海市/上海市/静安区", "江苏 13800000000 "),
    ],
)
def test_a_name_like_a_place_is_not_eaten(text: str, place: str, before: str) -> None:
    assert levels(text) == place
    assert text[: found(text).span[0]] == before


@pytest.mark.parametrize(
    "name", ["高雄", "海南", "江苏", "海宁", "常熟", "王海南", "李杭州", "武昌", "大同", "和平", "张江", "安吉"]
)
@pytest.mark.parametrize("between", [" ", "\n", "，", ",", "\t", " 13800000000 ", "：", "; "])
def test_no_name_is_eaten_before_or_behind_an_address(name: str, between: str) -> None:
    address = "上海市静安区南京西路1号"
    for text in (f"{name}{between}{address}", f"{address}{between}{name}", f"收{name}{between}{address}"):
        one = found(text)
        assert text[slice(*one.span)] == "上海市静安区"
        assert one.sure


def test_a_town_of_the_mainland_is_none_of_taiwan() -> None:
    assert levels("温岭大溪镇中心大道1号") == "浙江省/台州市/温岭市"
    assert levels("杭州市大林镇") == "浙江省/杭州市"
    assert levels("大林鎮中山路1號") == "嘉義縣/大林鎮"


def test_a_city_alone_is_a_place_where_an_address_was_asked_for() -> None:
    assert levels("高雄", labelled=True) == "高雄市"
    assert levels("深圳", labelled=True) == "广东省/深圳市"
    assert levels("余杭", labelled=True) == "浙江省/杭州市/余杭区"


def test_a_short_name_alone_that_is_as_well_known_for_several_places_is_not_decided() -> None:
    assert {place.city for place in found("朝阳", labelled=True).alternatives} == {"朝阳市", "北京市", "长春市"}
    assert len(found("鼓楼", labelled=True).alternatives) == 4
    assert found("中山", labelled=True).sure


def test_levels_that_nobody_wrote_are_marked() -> None:
    assert found("余杭区文一西路").derived == {"province", "city"}
    assert found("浙江省杭州市余杭区").derived == frozenset()


def test_every_place_of_a_text_is_found_in_its_order() -> None:
    text = "收 浙江省杭州市余杭区文一路 寄 台北市信義區松高路"
    assert [(one.region, one.district) for one in PLACES.find_all(text)] == [("cn", "余杭区"), ("tw", "信義區")]


def test_the_search_begins_where_it_is_told_to() -> None:
    text = "浙江省杭州市余杭区，上海市静安区"
    second = PLACES.find(text, 9)
    assert second is not None
    assert text[slice(*second.span)] == "上海市静安区"


@pytest.mark.parametrize(
    ("code", "region", "districts"),
    [
        ("110", "tw", ["信義區"]),
        ("11049", "tw", ["信義區"]),
        ("110-204", "tw", ["信義區"]),
        ("300", "tw", ["東區", "北區", "香山區"]),
        ("322000", "cn", ["义乌市"]),
        ("523000", "cn", ["东莞市"]),
        ("201499", "cn", ["奉贤区"]),
        ("999999", "cn", []),
        ("999", "tw", []),
    ],
)
def test_a_postcode_names_its_places(code: str, region: str, districts: list[str]) -> None:
    assert [place.district for place in PLACES.by_postcode(code, region)] == districts


def test_a_mainland_code_of_no_district_names_the_city_that_has_the_codes_around_it() -> None:
    assert PLACES.by_postcode("311109", "cn") == (Place("cn", "浙江省", "杭州市"),)


def test_a_code_that_may_be_a_whole_citys_or_a_split_districts_names_the_city_alone() -> None:
    assert PLACES.by_postcode("518000", "cn") == (Place("cn", "广东省", "深圳市"),)
    # 余杭区 had it when 临平区 was a part of it.
    assert PLACES.by_postcode("311100", "cn") == (Place("cn", "浙江省", "杭州市"),)


def test_a_place_that_is_not_decided_has_no_postcode() -> None:
    assert PLACES.postcode_of(found("鼓楼区中山路")) == ""
    assert PLACES.postcode_of(found("浙江省杭州市余杭区")) == "311100"


def test_the_file_has_as_many_divisions_as_it_says() -> None:
    said = {
        line.split()[1]: [*map(int, line.split()[2:])] for line in FILE.splitlines() if re.match(r"# \w\w \d", line)
    }
    assert set(said) == {"cn", "hk", "mo", "tw"}
    for region, counts in said.items():
        lines = FILE.partition(f"[{region}]\n")[2].partition("\n[")[0].splitlines()
        depths = [len(line) - len(line.lstrip()) for line in lines]
        assert [depths.count(depth) for depth in range(3)] == counts[:3]
        assert sum(bool(re.search(r" \d+$", line)) for line in lines) == counts[3]
    assert said["cn"][:3] == [31, 369, 2977]
    assert said["tw"] == [1, 22, 368, 368]


def districts(region: str) -> Iterator[tuple[str, str, str]]:
    province = city = ""
    for line in FILE.partition(f"[{region}]\n")[2].partition("\n[")[0].splitlines():
        depth, name = len(line) - len(line.lstrip()), line.split()[0]
        province, city = (name if depth == 0 else province), (name if depth == 1 else city)
        if depth == 2:
            yield province, city, name


def test_every_district_is_found_by_its_full_address_and_nothing_more() -> None:
    for province, city, name in districts("cn"):
        one = found(f"{province}{city}{name}幸福路1号")
        assert (one.province, one.city, one.district, one.sure) == (province, city, name, True)
        assert rest(f"{province}{city}{name}幸福路1号") == "幸福路1号"
    for _, city, name in districts("tw"):
        one = found(f"{city}{name}幸福路1號")
        assert (one.city, one.district, one.sure) == (city, name, True)
        assert rest(f"{city}{name}幸福路1號") == "幸福路1號"


def test_every_district_is_found_by_its_city_without_a_last_character() -> None:
    for _, city, name in [*districts("cn"), *districts("tw")]:
        if city[-1] in "市縣" and city != name and not name.startswith(city):
            one = found(f"{city[:-1]}{name} 幸福路1号")
            assert name in {place.district for place in (one.place, *one.alternatives)}, (city, name)
