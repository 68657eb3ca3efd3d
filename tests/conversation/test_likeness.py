"""Orders that ask for the same are known as such however they are typed, and others never are."""

from collections.abc import Mapping
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from bot.conversation.likeness import LIKENESS_VERSION, likeness_of
from providers.anqicms.form import AnqicmsForm
from providers.citiesocial.form import CitiesocialOrder
from providers.damaijia.form import DamaijiaForm
from providers.fields import AskWhen, Form, NotCompared, Phone, PlainId, Text, Times, WebAddress, WholeNumber
from providers.guoguo.form import DefaultOrder
from providers.guoguo.kinds import Kind
from tests.providers.anqicms.samples import ADDRESS
from tests.providers.guoguo.kinds import ANSWERS as KINDS

LINK = "https://www.instagram.com/p/AbC1x/"
VIDEO = "https://www.youtube.com/watch?v=dQw4w9"
WANG: dict[str, Any] = {
    "consignee": "王小明",
    "mobile": "13800000000",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "address": "文一路1号",
}
LI = WANG | {"consignee": "李小红", "mobile": "13900000000", "address": "文一路12号"}
GUOGUO: dict[str, Any] = KINDS[Kind.DEFAULT] | {"link": LINK, "runs": None, "interval_minutes": None}
MALL: dict[str, Any] = {
    "product_id": "614",
    "product_number": "1",
    "remark": "Please pack well",
    "source": "taobao",
    "recipients": [WANG, LI],
}
LINES: list[dict[str, Any]] = [{"variant_id": "1", "quantity": "2"}, {"variant_id": "2", "quantity": "1"}]
CITY: dict[str, Any] = {
    "items": LINES,
    "email": "Staff@Example.com",
    "first_name": "小明",
    "last_name": "王",
    "title": "先生",
    "zip": "100",
    "city": "台北市",
    "address1": "中正區",
    "address2": "八德路一段1-2號",
    "phone": "0912345678",
    "transaction_amount": "30",
}
GOODS: list[dict[str, Any]] = [{"goods_id": "188", "quantity": "1"}, {"goods_id": "189", "quantity": "3"}]
SHOP: dict[str, Any] = {"type": "goods", "items": GOODS, "remark": "quick please", "address": ADDRESS}
FORMS: Mapping[str, tuple[type[BaseModel], dict[str, Any]]] = {
    "guoguo": (DefaultOrder, GUOGUO),
    "mall": (DamaijiaForm, MALL),
    "city": (CitiesocialOrder, CITY),
    "shop": (AnqicmsForm, SHOP),
}


def likeness(name: str, changes: Mapping[str, Any]) -> str:
    form, answers = FORMS[name]
    return likeness_of(form.model_validate(answers | dict(changes)))


def link(to: str) -> dict[str, Any]:
    return {"link": to}


def to(**changes: Any) -> dict[str, Any]:
    return {"recipients": [WANG | changes, LI]}


ALIKE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("guoguo", {}, link(LINK + "?utm_source=ig_web_copy_link&igsh=abc")),
    ("guoguo", {}, link(LINK + "?igshid=1&img_index=2")),
    ("guoguo", {}, link(LINK.rstrip("/"))),
    ("guoguo", {}, link(LINK.replace("www.instagram", "WWW.Instagram"))),
    ("guoguo", {}, link(LINK.replace("https", "http"))),
    ("guoguo", {}, link(LINK.replace("www.", ""))),
    ("guoguo", {}, link(LINK.replace(".com", ".com:443"))),
    ("guoguo", {}, link(LINK + "#comments")),
    ("guoguo", link(VIDEO), link(VIDEO + "&si=xyz&feature=share&t=30s")),
    ("guoguo", link(VIDEO), link("https://youtu.be/dQw4w9?si=xyz&t=30")),
    ("guoguo", link(VIDEO), link("https://m.youtube.com/shorts/dQw4w9?feature=share")),
    ("guoguo", link(VIDEO), link(VIDEO + "&list=PL1&index=2")),
    ("guoguo", {}, link("https://instagram.com/some.user/reel/AbC1x/?igsh=abc")),
    ("guoguo", link("https://x.com/A/status/1"), link("https://mobile.twitter.com/A/status/1?s=20")),
    ("guoguo", link("https://www.tiktok.com/@a/video/1"), link("https://tiktok.com/@a/video/1?lang=en&_r=1")),
    ("guoguo", link("https://example.com/?b=2&a=1"), link("https://example.com?a=1&b=2")),
    ("guoguo", link("https://example.com/%E4%B8%AD"), link("https://example.com/中")),
    ("guoguo", link("https://中文.tw/a"), link("https://xn--fiq228c.tw/a")),
    ("guoguo", link("https://例え.jp/a"), link("http://XN--R8JZ45G.JP./a/")),
    ("guoguo", {}, {"runs": "1"}),
    ("guoguo", {}, {"runs": "1", "interval_minutes": "30"}),
    ("guoguo", {}, {"quantity": "１０"}),
    ("guoguo", {"product": None}, {"product": {"kind": "unknown"}, "kind": "Default", "target": "Link"}),
    ("guoguo", {}, {"product": None, "target": "Link"}),
    ("guoguo", {}, {"product_id": GUOGUO["product_id"].upper()}),
    ("mall", {}, {"recipients": [LI, WANG]}),
    ("mall", {}, {"recipients": [WANG, LI, WANG]}),
    ("mall", {}, {"remark": "Please  pack well."}),
    ("mall", {}, {"remark": "ｐｌｅａｓｅ pack\nWELL"}),
    ("mall", {}, to(mobile="+86 138-0000-0000")),
    ("mall", {}, to(mobile="0086 13800000000")),
    ("mall", {}, to(province="浙江")),
    ("mall", {}, to(province=" 浙江 省", city="杭州", district="余杭")),
    ("mall", to(province="广西"), to(province="广西壮族自治区")),
    ("mall", to(province="內蒙古"), to(province="內蒙古自治區")),
    ("mall", to(province="新疆维吾尔自治区"), to(province="新疆")),
    ("mall", to(province="北京市", city="北京市"), to(province="北京", city="北京")),
    ("mall", to(city="阿克苏地区"), to(city="阿克苏")),
    ("mall", to(district="桐庐县"), to(district="桐庐")),
    ("mall", to(district="义乌市"), to(district="义乌")),
    ("mall", {}, to(address="文一路 １ 號。")),
    ("mall", {}, to(consignee="王 小明")),
    ("mall", {}, to(platform_order_sn="2021020411023208")),
    ("mall", {"sender": {"consigner": "李"}}, {"sender": {"consigner": "李", "mobile": None}}),
    ("mall", {}, {"gift": {"title": "Tissues"}}),
    ("city", {}, {"items": LINES[::-1]}),
    ("city", {}, {"items": [{"variant_id": "1", "quantity": "1"}, *LINES[1:], {"variant_id": "1", "quantity": "1"}]}),
    ("city", {}, {"city": "臺北市"}),
    ("city", {}, {"city": "台北", "address1": "中正"}),
    ("city", {}, {"email": "staff@example.com"}),
    ("city", {}, {"phone": "+886 912-345-678"}),
    ("city", {}, {"zip": "１００"}),
    ("city", {}, {"address2": "八德路1段 1－2 號"}),
    ("city", {}, {"address2": "八德路一段1之2號"}),
    ("city", {}, {"address2": "八德路１段一之二號"}),
    ("city", {}, {"transaction_amount": "31"}),
    ("shop", {}, {"items": GOODS[::-1]}),
    ("shop", {}, {"items": [GOODS[0], *[GOODS[1] | {"quantity": n} for n in ("1", "2")]]}),
    ("shop", {"remark": None}, {"remark": "."}),
    ("shop", {}, {"remark": "Quick, please!"}),
    ("shop", {}, {"address": ADDRESS | {"postcode": "450-000", "phone": "+8613800000000"}}),
    ("shop", {}, {"address": ADDRESS | {"province": "河南", "city": "郑州", "country": "中原"}}),
    ("shop", {}, {"items": [GOODS[0] | {"goods": {"title": "Theme", "price": "99.00"}}, GOODS[1]]}),
]

DIFFERENT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("guoguo", {}, link(LINK.replace("AbC1x", "abC1x"))),
    ("guoguo", {}, link(LINK.replace("instagram", "threads"))),
    ("guoguo", {}, link(LINK.replace(".com", ".com:8080"))),
    ("guoguo", {}, link(LINK + "liked_by/")),
    ("guoguo", link(VIDEO), link(VIDEO + "2")),
    ("guoguo", link(VIDEO), link(VIDEO.replace("dQw", "dqw"))),
    ("guoguo", link("https://youtu.be/dQw4w9"), link(VIDEO.replace("dQw", "dqw"))),
    ("guoguo", link("https://youtube.com/shorts/A"), link("https://youtube.com/shorts/B")),
    ("guoguo", link("https://youtube.com/playlist?list=A"), link("https://youtube.com/playlist?list=B")),
    ("guoguo", link("https://youtube.com/@some/shorts"), link("https://youtube.com/@some")),
    ("guoguo", {}, link(LINK.replace("/p/", "/reel/").replace("AbC1x", "abC1x"))),
    ("guoguo", link("https://instagram.com/p"), link("https://instagram.com/reel")),
    ("guoguo", link("https://twitter.com.example.org/a"), link("https://x.com.example.org/a")),
    ("guoguo", link("https://m.co/a.b"), link("https://co/a.b")),
    ("guoguo", link("https://中文.tw/a"), link("https://中丈.tw/a")),
    ("guoguo", link("https://中文.tw/a"), link("https://xn--fiq228c.tw/b")),
    ("guoguo", link("https://example.com/t?lang=en"), link("https://example.com/t?lang=zh")),
    ("guoguo", link("https://example.com/?p=1"), link("https://example.com/?p=2")),
    ("guoguo", link("https://example.com/x?id=1"), link("https://example.com/x")),
    ("guoguo", link("https://example.com/t?t=1"), link("https://example.com/t?t=2")),
    ("guoguo", link("https://example.com/#/post/1"), link("https://example.com/#/post/2")),
    ("guoguo", {}, {"quantity": "11"}),
    ("guoguo", {}, {"runs": "2"}),
    ("guoguo", {"runs": "2", "interval_minutes": "30"}, {"runs": "2", "interval_minutes": "31"}),
    ("guoguo", {}, {"product_id": GUOGUO["product_id"][:-1] + "0"}),
    ("guoguo", {"product": None}, {"product": None, "target": "Username", "username": "a", "link": None}),
    (
        "guoguo",
        {"product": None, "target": "Username", "username": "a.b", "link": None},
        {"product": None, "target": "Username", "username": "a_b", "link": None},
    ),
    ("mall", {}, {"product_id": "615"}),
    ("mall", {}, {"product_number": "2"}),
    ("mall", {}, {"source": "jd"}),
    ("mall", {}, {"remark": "Please pack it"}),
    ("mall", {}, {"recipients": [WANG]}),
    ("mall", {}, to(province="浙南省")),
    ("mall", {}, to(province="江苏省")),
    ("mall", to(city="新竹市"), to(city="新竹縣")),
    ("mall", to(city="恩施市"), to(city="恩施土家族苗族自治州")),
    ("mall", to(district="伊宁市"), to(district="伊宁县")),
    ("mall", to(district="和田市"), to(district="和田县")),
    ("mall", to(district="臨夏市"), to(district="臨夏縣")),
    ("mall", to(district="城区"), to(district="城市")),
    ("mall", to(address="文一路1号"), to(address="文一路1号区")),
    ("mall", {}, to(consignee="王大明")),
    ("mall", {}, to(mobile="13800000001")),
    ("mall", {}, to(mobile="13800000000-1234")),
    ("mall", {}, to(address="文一路11号")),
    ("mall", {}, to(address="文一路1-1号")),
    ("mall", {}, {"sender": {"consigner": "李小红"}}),
    ("city", {}, {"items": LINES[:1]}),
    ("city", {}, {"items": [LINES[0] | {"quantity": "3"}, LINES[1]]}),
    ("city", {}, {"items": [LINES[0] | {"quantity": "1"}, LINES[1] | {"quantity": "2"}]}),
    ("city", {}, {"items": [LINES[0] | {"variant_id": "3"}, LINES[1]]}),
    ("city", {}, {"email": "staff@example.org"}),
    ("city", {}, {"phone": "0912345679"}),
    ("city", {}, {"address2": "八德路二段1-2號"}),
    ("city", {}, {"address2": "八德路一段12號"}),
    ("city", {}, {"zip": "10058"}),
    ("city", {"city": "嘉義市"}, {"city": "嘉義縣"}),
    ("city", {}, {"address1": "中山區"}),
    ("shop", {}, {"type": "vip"}),
    ("shop", {}, {"items": [GOODS[0], GOODS[1] | {"quantity": "2"}]}),
    ("shop", {}, {"items": [GOODS[0], *GOODS]}),
    ("shop", {}, {"remark": "slow please"}),
    ("shop", {}, {"address": None}),
    ("shop", {}, {"address": ADDRESS | {"name": "王小民"}}),
]


@pytest.mark.parametrize(("form", "one", "other"), ALIKE)
def test_the_same_order_is_alike_in_another_spelling(form: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    assert likeness(form, one) == likeness(form, other)


@pytest.mark.parametrize(("form", "one", "other"), DIFFERENT)
def test_another_order_is_not_alike(form: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    assert likeness(form, one) != likeness(form, other)


def test_comments_are_alike_in_any_order_and_others_are_not() -> None:
    answers = KINDS[Kind.CUSTOM_COMMENTS]
    same, other = ({"comments": text} for text in ("Thanks for sharing\n\nGreat post!", "Great post!"))
    likenesses = [likeness_of(DefaultOrder.model_validate(answers | change)) for change in ({}, same, other)]
    assert likenesses[0] == likenesses[1] != likenesses[2]


def test_a_moment_is_the_same_at_any_offset() -> None:
    answers = KINDS[Kind.SUBSCRIPTIONS]
    one, same, other = (
        likeness_of(DefaultOrder.model_validate(answers | {"expiry_date": at}))
        for at in ("2026-07-01", "2026-06-30T16:00:00Z", "2026-07-02")
    )
    assert one == same != other


def test_a_likeness_is_64_digits_and_has_a_version() -> None:
    assert LIKENESS_VERSION == 4
    assert len(likeness("shop", {})) == 64
    assert int(likeness("shop", {}), 16)


ITEMS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 20)), min_size=1, max_size=8)


def of_lines(lines: list[tuple[int, int]]) -> str:
    return likeness("city", {"items": [{"variant_id": variant, "quantity": number} for variant, number in lines]})


@given(ITEMS, st.randoms(use_true_random=False))
def test_the_order_of_items_is_no_part_of_it(lines: list[tuple[int, int]], chance: Any) -> None:
    shuffled = lines[:]
    chance.shuffle(shuffled)
    assert of_lines(shuffled) == of_lines(lines)


@given(ITEMS, st.data())
def test_how_many_is_part_of_it(lines: list[tuple[int, int]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(lines) - 1))
    variant, number = lines[place]
    more = [*lines[:place], (variant, number + data.draw(st.integers(1, 5))), *lines[place + 1 :]]
    assert of_lines(more) != of_lines(lines)


def test_a_form_of_no_supplier_is_compared_by_its_kinds_alone() -> None:
    class Piece(BaseModel):
        code: PlainId = Field(title="Code")
        pieces: Annotated[WholeNumber, Times()] = Field(title="Pieces")

    class Fifth(Form):
        pieces: list[Piece] = Field(title="Pieces")
        where: WebAddress | None = Field(None, title="Where")
        call: Annotated[Phone | None, AskWhen(lambda _: True, skippable=True)] = Field(None, title="Call")
        note: Text | None = Field(None, title="Note")
        again: Annotated[bool, NotCompared()] = False

    def fifth(*pieces: tuple[str, int], **more: Any) -> str:
        listed = [{"code": code, "pieces": number} for code, number in pieces]
        return likeness_of(Fifth.model_validate({"pieces": listed} | more))

    one = fifth(("A-1", 2), ("B", 1), where="https://example.com/A", call="+86 138-0000-0000", note="Now.")
    lines = (("B", 1), ("a1", 1), ("A1", 1))
    assert one == fifth(*lines, where="http://EXAMPLE.com/A/?si=1", call="13800000000", note="now", again=True)
    assert one != fifth(("A-1", 2), ("B", 1), where="https://example.com/a", call="13800000000", note="now")
