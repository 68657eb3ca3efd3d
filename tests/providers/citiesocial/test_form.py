from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from providers.citiesocial.form import CitiesocialOrder, Item, Variant, suggested_amount
from providers.fields import Found, InCatalogue, Suggested
from providers.products import Chosen
from tests.providers.citiesocial.test_provider import answers


def faults(**changes: Any) -> list[tuple[Any, ...]]:
    """The fields and kinds of what is wrong with an order of these answers."""
    try:
        CitiesocialOrder.model_validate(answers(**changes))
    except ValidationError as error:
        return [(*fault["loc"], fault["type"]) for fault in error.errors()]
    return []


def sent(field: str, typed: str) -> object:
    return getattr(CitiesocialOrder.model_validate(answers(**{field: typed})), field)


def test_the_questions_are_asked_in_the_agreed_order() -> None:
    assert [field.title for field in Item.model_fields.values() if field.title] == ["Product", "Quantity"]
    assert [field.title for field in CitiesocialOrder.model_fields.values()] == [
        "Items",
        "Email",
        "First name",
        "Last name",
        "Title",
        "Postcode",
        "City",
        "District",
        "Address",
        "Phone",
        "Amount",
    ]


def test_a_variant_can_be_picked_and_what_is_known_of_it_stands_right_after() -> None:
    (pick,) = [mark for mark in Item.model_fields["variant_id"].metadata if isinstance(mark, InCatalogue)]
    assert list(Item.model_fields) == ["variant_id", pick.into, "quantity"]
    assert Found() in Item.model_fields[pick.into].metadata


def test_only_the_title_can_be_skipped() -> None:
    skippable = [name for name, field in CitiesocialOrder.model_fields.items() if not field.is_required()]
    assert skippable == ["title"]
    assert CitiesocialOrder.model_validate({k: v for k, v in answers().items() if k != "title"}).title == ""


@pytest.mark.parametrize("title", ["Mr", "先生 ", "女士"])
def test_a_title_is_one_of_the_documents(title: str) -> None:
    assert faults(title=title) == [("title", "literal_error")]


@pytest.mark.parametrize(
    ("typed", "zip_code"),
    [
        ("100", "100"),
        (" 10058 ", "10058"),
        ("１００", "100"),
        ("007", "007"),
        ("100588", "100"),
        ("100-588", "100"),
        ("100–58", "10058"),
    ],
)
def test_a_zip_is_text_of_3_or_5_digits(typed: str, zip_code: str) -> None:
    assert sent("zip", typed) == zip_code


@pytest.mark.parametrize("typed", ["", "1", "10", "1000", "1005888", "10O", "1 00", "١٠٠", "-10"])
def test_no_other_zip_is_accepted(typed: str) -> None:
    assert faults(zip=typed) == [("zip", "taiwan_zip")]


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912-345-678",
        " 0912 345 678 ",
        "０９１２３４５６７８",
        "\u202a0912345678\u202c",
        "+886912345678",
        "+886 912 345 678",
        "+886 (0)912-345-678",
        "886912345678",
        "00886912345678",
    ],
)
def test_a_phone_is_sent_as_ten_digits(typed: str) -> None:
    assert sent("phone", typed) == "0912345678"


@pytest.mark.parametrize(
    "typed",
    ["", "912345678", "09123456789", "+8860912", "+85212345678", "+0912345678", "0912345678 ext 1", "091234567八"],
)
def test_no_other_phone_is_accepted(typed: str) -> None:
    assert faults(phone=typed) == [("phone", "taiwan_phone")]


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        ("variant_id", "0", "greater_than_equal"),
        ("variant_id", str(2**63), "less_than_equal"),
        ("variant_id", "A-1", "digits_only"),
        ("quantity", "0", "greater_than_equal"),
        ("quantity", "10001", "less_than_equal"),
        ("quantity", "-1", "greater_than_equal"),
    ],
)
def test_an_item_keeps_to_its_bounds(field: str, typed: str, fault: str) -> None:
    item = {"variant_id": "123450001", "quantity": "2"}
    assert faults(items=[item, item | {field: typed}]) == [("items", 1, field, fault)]
    assert faults(items=[item, item]) == []


def test_an_order_has_an_item() -> None:
    assert faults(items=[]) == [("items", "too_short")]


@pytest.mark.parametrize(
    ("typed", "fault"), [("-1", "greater_than_equal"), ("30.5", "int_parsing"), (str(10**9 + 1), "less_than_equal")]
)
def test_an_amount_is_a_whole_number(typed: str, fault: str) -> None:
    assert faults(transaction_amount=typed) == [("transaction_amount", fault)]
    assert sent("transaction_amount", "0") == 0
    assert {sent("transaction_amount", typed) for typed in ("1,190", "NT$1,190", "1190 元", "1,190.00")} == {1190}


@pytest.mark.parametrize("typed", ["", "staff", "staff@", "a b@example.com", "<b>@example.com"])
def test_an_email_is_an_address(typed: str) -> None:
    assert [fault[0] for fault in faults(email=typed)] == ["email"]


def test_names_and_addresses_are_only_trimmed() -> None:
    assert sent("address2", " 八德路一段１號３Ｆ ") == "八德路一段１號３Ｆ"
    assert [fault[0] for fault in faults(first_name=" ", city="台北\n市")] == ["first_name", "city"]


def line(quantity: str, variant_id: str = "1", **known: Any) -> dict[str, Any]:
    """An item as its answers are kept; `known` are the facts of its variant."""
    return {"variant_id": variant_id, "variant": known or None, "quantity": quantity}


def test_a_quantity_is_bounded_by_the_stock_that_is_known() -> None:
    assert faults(items=[line("4", stock=3)]) == [("items", 0, "quantity", "stock")]
    assert faults(items=[line("1", stock=0)]) == [("items", 0, "quantity", "out_of_stock")]
    assert faults(items=[line("3", stock=3)]) == []
    assert faults(items=[line("10000", title="Canvas tote")]) == []


def test_lines_of_one_variant_are_bounded_together_at_the_line_that_asks_for_too_much() -> None:
    lines = [line("2", stock=3), line("2", "2", stock=3), line("1", stock=3), line("1", stock=3)]
    assert faults(items=lines) == [("items", 3, "quantity", "stock")]
    assert faults(items=lines[:3]) == []
    assert faults(items=[line("2", stock=3), line("2")]) == []


def test_the_amount_that_the_prices_make_is_suggested_and_any_other_may_be_given() -> None:
    (suggested,) = [
        mark for mark in CitiesocialOrder.model_fields["transaction_amount"].metadata if isinstance(mark, Suggested)
    ]
    items = [line("2", price="1190"), line("1,000", "2", price=10)]
    assert suggested.answer(answers(items=items)) == "12380"
    assert faults(items=items, transaction_amount="12380") == faults(items=items, transaction_amount="1") == []


@pytest.mark.parametrize(
    "items",
    [
        None,
        [],
        [line("1")],
        [line("1", price="10"), line("1", "2")],
        [line("1", price="10.5")],
        [line("1", price="NaN")],
        [line("10000", price="1000000")],
        [line("1", price="-5")],
        [line("x", price="10")],
        [line("4", price="10", stock=3)],
        [{"variant_id": "1", "variant": {"price": "10"}}],
        "1",
    ],
)
def test_nothing_is_suggested_without_every_price(items: Any) -> None:
    assert suggested_amount({"items": items}) is None
    assert suggested_amount({}) is None
    assert suggested_amount({"items": [line("2", price="10")]}) == "20"


def test_the_chosen_variants_are_told_with_their_places() -> None:
    form = CitiesocialOrder.model_validate(answers(items=[line("2", price="10", product_id="7"), line("1", "2")]))
    known, unknown = form.chosen()
    at = ("items", 0, "variant_id"), ("items", 0, "variant")
    assert known == Chosen(*at, "1", 2, Variant(price=Decimal(10), product_id="7"), ("items", 0, "quantity"))
    assert (unknown.at, unknown.id, unknown.quantity, unknown.facts) == (("items", 1, "variant_id"), "2", 1, None)
