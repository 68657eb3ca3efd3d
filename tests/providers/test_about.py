"""The line that says what an order is about and for whom, by the answers of any age."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from providers.anqicms.form import AnqicmsForm
from providers.citiesocial.form import CitiesocialOrder
from providers.damaijia.form import DamaijiaForm
from providers.fields import LONGEST_TARGET, Form, about_of, link_in_short
from providers.guoguo.form import DefaultOrder

FORMS: tuple[type[Form], ...] = (AnqicmsForm, CitiesocialOrder, DamaijiaForm, DefaultOrder)
LIKES = {"product_id": "9c07a89a", "product": {"title": "Instagram likes"}}
POST = {"link": "https://instagram.com/p/Cx123", "quantity": "1,000"}
TISSUES = {"product_id": "614", "gift": {"title": "Tissues"}, "product_number": "1"}


def parcels(*names: str, city: str = "杭州市") -> dict[str, Any]:
    return {"recipients": [{"consignee": name, "city": city} for name in names]}


def tea(**address: str) -> dict[str, Any]:
    item = {"goods_id": "188", "goods": {"title": "西湖龙井"}, "quantity": "2"}
    return {"type": "goods", "items": [item], "address": address or None}


CUPS = [
    {"variant_id": "1", "variant": {"title": "Cup"}, "quantity": "2"},
    {"variant_id": "123450001", "variant": None, "quantity": "1"},
]
TO_WANG = {"last_name": "王", "first_name": "小明", "city": "台北市"}


@pytest.mark.parametrize(
    ("form", "answers", "line"),
    [
        (DefaultOrder, LIKES | POST, "Instagram likes ×1,000 → instagram.com/p/Cx123"),
        (DefaultOrder, {"product_id": "9c07a89a", "product": None} | POST, "9c07a89a ×1,000 → instagram.com/p/Cx123"),
        (DefaultOrder, LIKES | {"username": "@wang", "quantity": "１０"}, "Instagram likes ×10 → @wang"),
        (DefaultOrder, LIKES | POST | {"runs": "2"}, "Instagram likes ×1,000 ↻2 → instagram.com/p/Cx123"),
        (DefaultOrder, LIKES | {"link": "http://a.b/c", "comments": "one\n\ntwo"}, "Instagram likes ×2 → a.b/c"),
        (
            DefaultOrder,
            LIKES | {"username": "wang", "min_quantity": "10", "max_quantity": "100"},
            "Instagram likes ×10–100 → @wang",
        ),
        (
            DefaultOrder,
            LIKES | {"username": "wang", "link": "http://a.b/c", "quantity": "5"},
            "Instagram likes ×5 → a.b/c · @wang",
        ),
        (DamaijiaForm, TISSUES | parcels("王小明"), "Tissues ×1 → 王小明 · 杭州市"),
        (DamaijiaForm, TISSUES | parcels(*"王李張陳林"), "Tissues ×1 → 王, 李 +3 · 杭州市"),
        (DamaijiaForm, TISSUES | parcels("王", "王", "王"), "Tissues ×1 → 王, 王 +1 · 杭州市"),
        (
            DamaijiaForm,
            TISSUES | {"recipients": parcels("王")["recipients"] + parcels("李", city="北京市")["recipients"]},
            "Tissues ×1 → 王, 李 · 杭州市, 北京市",
        ),
        (CitiesocialOrder, {"items": CUPS} | TO_WANG, "Cup ×2, 123450001 ×1 → 王小明 · 台北市"),
        (CitiesocialOrder, {"items": CUPS * 2} | TO_WANG, "Cup ×2, 123450001 ×1 +2 → 王小明 · 台北市"),
        (
            CitiesocialOrder,
            {"items": CUPS[:1], "first_name": "Ann", "last_name": "Lee", "city": "Taipei"},
            "Cup ×2 → Ann Lee · Taipei",
        ),
        (AnqicmsForm, tea(name="王小明", city="郑州市"), "西湖龙井 ×2 → 王小明 · 郑州市"),
        (AnqicmsForm, tea(), "西湖龙井 ×2"),
        (AnqicmsForm, {"type": "vip", "items": [{"goods_id": "3", "quantity": "1"}]}, "VIP 3 ×1"),
    ],
)
def test_an_order_says_in_one_line_what_it_is_about_and_for_whom(
    form: type[Form], answers: dict[str, Any], line: str
) -> None:
    assert about_of(form, answers) == line


@pytest.mark.parametrize("form", FORMS)
def test_where_nothing_is_left_of_an_order_there_is_no_line(form: type[Form]) -> None:
    nothing: tuple[Any, ...] = ({}, None, [], "x")
    assert [about_of(form, answers) for answers in nothing] == [""] * len(nothing)
    assert about_of(BaseModel, {"items": CUPS}) == ""


def test_a_long_link_loses_its_middle_and_keeps_both_ends() -> None:
    short = link_in_short("https://example.com/" + "a" * 200 + "/end")
    assert len(short) == LONGEST_TARGET
    assert short.startswith("example.com/a")
    assert short.endswith("a/end")
    assert link_in_short(f"https://{'x' * LONGEST_TARGET}") == "x" * LONGEST_TARGET


def test_line_breaks_and_long_titles_keep_it_one_short_line() -> None:
    told = about_of(DamaijiaForm, TISSUES | {"gift": {"title": "Two\nlines " + "x" * 300}} | parcels("王\n小明"))
    assert "\n" not in told
    assert len(told) < 100


NAMES = sorted({name for form in FORMS for name in form.model_fields} | {"consignee", "city", "name", "title"})
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=20,
)


@given(st.sampled_from(FORMS), ANYTHING)
def test_whatever_stands_in_old_answers_it_is_a_line_or_none(form: type[Form], answers: Any) -> None:
    assert isinstance(about_of(form, answers), str)
