from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from providers.anqicms.form import Address, AnqicmsForm, Goods, Item
from providers.fields import Found
from providers.products import Chosen, total_of
from tests.providers.anqicms.samples import ADDRESS, a_form

KNOWN = {"title": "Theme", "price": "99.00", "unit": "CNY", "in_stock": 3}
LINES: list[dict[str, Any]] = [
    {"goods_id": "188", "goods": KNOWN, "quantity": "5"},
    {"goods_id": "189", "quantity": "1"},
]


def asked(model: type[BaseModel]) -> list[FieldInfo]:
    return [
        field
        for field in model.model_fields.values()
        if not any(isinstance(marker, Found) for marker in field.metadata)
    ]


def titles(model: type[BaseModel]) -> list[str | None]:
    return [field.title for field in asked(model)]


def test_the_questions_stand_in_their_order() -> None:
    assert titles(AnqicmsForm) == ["Order type", "Items", "Note", "Delivery address"]
    assert titles(Item) == ["Product", "Quantity"]
    assert titles(Address) == ["Recipient", "Phone", "Province", "City", "District", "Address", "Postcode"]


def test_only_the_remark_and_the_whole_address_can_be_skipped() -> None:
    skippable = {
        field.title for model in (AnqicmsForm, Item, Address) for field in asked(model) if not field.is_required()
    }
    assert skippable == {"Note", "Delivery address"}


@pytest.mark.parametrize("missing", ADDRESS)
def test_an_address_is_whole_or_absent(missing: str) -> None:
    with pytest.raises(ValidationError):
        a_form(address={key: value for key, value in ADDRESS.items() if key != missing})
    assert a_form(address=ADDRESS).address is not None
    assert a_form(address=None).address is None


@pytest.mark.parametrize(
    ("question", "longest"),
    [
        ("name", 64),
        ("phone", 20),
        ("province", 100),
        ("city", 100),
        ("country", 100),
        ("address_info", 255),
        ("postcode", 36),
    ],
)
def test_a_text_is_as_long_as_the_shops_column(question: str, longest: int) -> None:
    taken = a_form(address=ADDRESS | {question: "1" * longest}).address
    assert taken is not None
    assert getattr(taken, question) == "1" * longest
    with pytest.raises(ValidationError) as caught:
        a_form(address=ADDRESS | {question: "1" * (longest + 1)})
    assert caught.value.errors()[0]["loc"] == ("address", question)


def test_the_longest_that_is_told_is_the_shops_column_however_long_the_answer() -> None:
    with pytest.raises(ValidationError) as caught:
        a_form(remark="x" * 4096, address=dict.fromkeys(ADDRESS, "1" * 4096))
    told = {error["loc"][-1]: error["ctx"]["max_length"] for error in caught.value.errors()}
    columns = {"name": 64, "phone": 20, "province": 100, "city": 100, "country": 100, "address_info": 255}
    assert told == columns | {"postcode": 36, "remark": 220}


@pytest.mark.parametrize(
    ("question", "bad", "good"),
    [
        ("type", "Goods", "vip"),
        ("items", [], [{"goods_id": "１，８８８", "quantity": "10,000"}]),
        ("items", [{"goods_id": "188", "quantity": "0"}], [{"goods_id": "188", "quantity": "1"}]),
        ("items", [{"goods_id": "188", "quantity": "10001"}], [{"goods_id": "188", "quantity": "10000"}]),
        ("items", [{"goods_id": "9223372036854775808", "quantity": "1"}], [{"goods_id": "1", "quantity": "1"}]),
        ("remark", "x" * 221, "x" * 220),
        ("remark", " ", "two\nlines"),
    ],
)
def test_a_bad_answer_is_refused_and_a_good_one_taken(question: str, bad: Any, good: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        a_form(**{question: bad})
    assert {error["loc"][0] for error in caught.value.errors()} == {question}
    a_form(**{question: good})


def test_the_chosen_products_are_told_with_where_they_stand_and_what_was_known() -> None:
    assert a_form(items=LINES).chosen() == (
        Chosen(
            ("items", 0, "goods_id"),
            ("items", 0, "goods"),
            "188",
            5,
            Goods(title="Theme", price=Decimal(99), unit="CNY", in_stock=3),
            ("items", 0, "quantity"),
        ),
        Chosen(("items", 1, "goods_id"), ("items", 1, "goods"), "189", 1, None, ("items", 1, "quantity")),
    )


def test_a_total_is_known_once_all_prices_are() -> None:
    assert total_of(a_form(items=LINES).chosen()) is None
    total = total_of(a_form(items=LINES[:1]).chosen())
    assert total is not None
    assert (str(total.amount), total.unit) == ("495.00", "CNY")


def test_a_membership_is_no_product_of_the_catalogue() -> None:
    assert a_form(type="vip").chosen() == ()


def test_what_is_in_stock_bounds_nothing_and_a_bound_that_is_known_does() -> None:
    assert a_form(items=LINES).items[0].quantity == 5
    with pytest.raises(ValidationError) as caught:
        a_form(items=[LINES[0] | {"goods": KNOWN | {"maximum": 4}}])
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [
        (("items", 0, "quantity"), "less_than_equal")
    ]
