from typing import Any

import pytest
from pydantic import ValidationError

from providers.fields import AskWhen
from providers.guoguo.form import DefaultOrder
from providers.products import Batches

ID = "9c07a89a-0994-4f35-98a7-1b922b5c8331"
LINK = "https://example.com/posts/abc123"
BOUNDED = {"category": "instagram_fans", "minimum": 100, "maximum": 1000, "title": "Fans"}
STORY = {"category": "instagram_story", "minimum": None, "maximum": None, "title": "Views"}
NO_CATEGORY = {"category": "", "minimum": None, "maximum": None, "title": "Fans"}


def asked(known: dict[str, Any]) -> list[str]:
    titles = []
    for name, field in DefaultOrder.model_fields.items():
        markers = [marker for marker in field.metadata if isinstance(marker, AskWhen)]
        if name != "product" and all(marker.condition(known) for marker in markers):
            titles.append(field.title or name)
    return titles


def faults(**answers: Any) -> list[tuple[Any, ...]]:
    """The fields and kinds of what is wrong with an order of these answers."""
    try:
        DefaultOrder.model_validate({"product_id": ID, "link": LINK, "quantity": "10"} | answers)
    except ValidationError as error:
        return [(*fault["loc"], fault["type"]) for fault in error.errors()]
    return []


@pytest.mark.parametrize(
    ("known", "targets"),
    [
        ({}, ["Link"]),
        ({"product_id": ID}, ["Link"]),
        ({"product": BOUNDED}, ["Link"]),
        ({"product": STORY}, ["Username"]),
        ({"product": BOUNDED | {"category": "brand_new"}}, ["Link"]),
        ({"product": None}, ["Target", "Link"]),
        ({"product": None, "target": "Link"}, ["Target", "Link"]),
        ({"product": None, "target": "Username"}, ["Target", "Username"]),
        ({"product": NO_CATEGORY}, ["Target", "Link"]),
        ({"product": NO_CATEGORY, "target": "Username"}, ["Target", "Username"]),
        ({"product": STORY, "target": "Link"}, ["Username"]),
    ],
)
def test_the_category_decides_and_a_person_is_asked_only_without_one(known: dict[str, Any], targets: list[str]) -> None:
    assert asked(known) == ["Product", *targets, "Quantity", "Runs"]


@pytest.mark.parametrize(("known", "is_asked"), [({}, False), ({"runs": None}, False), ({"runs": "2"}, True)])
def test_an_interval_is_asked_only_between_runs(known: dict[str, Any], is_asked: bool) -> None:  # noqa: FBT001  a table
    assert ("Interval (minutes)" in asked(known)) is is_asked


@pytest.mark.parametrize(
    ("quantity", "product", "fault"),
    [
        ("0", None, "greater_than_equal"),
        ("10000001", None, "less_than_equal"),
        ("99", BOUNDED, "greater_than_equal"),
        ("1,001", BOUNDED, "less_than_equal"),
        ("10.0", None, "int_parsing"),
        ("1_000", None, "int_parsing"),
    ],
)
def test_a_quantity_outside_the_documents_or_the_products_bounds_is_not_accepted(
    quantity: str, product: dict[str, Any] | None, fault: str
) -> None:
    assert faults(quantity=quantity, product=product) == [("quantity", fault)]


@pytest.mark.parametrize(
    ("quantity", "product"),
    [("1", None), ("10,000,000", None), ("100", BOUNDED), ("１０００", BOUNDED), ("1", STORY | {"category": "other"})],
)
def test_a_quantity_at_the_bound_is_accepted(quantity: str, product: dict[str, Any] | None) -> None:
    assert faults(quantity=quantity, product=product) == []


def test_the_products_bound_is_named() -> None:
    with pytest.raises(ValidationError) as caught:
        DefaultOrder.model_validate({"product_id": ID, "product": BOUNDED, "link": LINK, "quantity": "5"})
    assert caught.value.errors()[0]["ctx"] == {"ge": 100}


@pytest.mark.parametrize("number", ["0", "10000001", "-1", "two"])
@pytest.mark.parametrize("field", ["runs", "interval_minutes"])
def test_batches_keep_to_the_documents_bounds(field: str, number: str) -> None:
    assert [fault[0] for fault in faults(**{field: number})] == [field]
    assert faults(**{field: "10000000"}) == []


@pytest.mark.parametrize(
    ("typed", "sent"), [("@sample_user", "sample_user"), (" sample.user ", "sample.user"), ("＠abc", "abc")]
)
def test_a_username_loses_its_at_sign(typed: str, sent: str) -> None:
    form = DefaultOrder.model_validate({"product_id": ID, "username": typed, "quantity": "10"})
    assert form.username == sent


@pytest.mark.parametrize(
    ("typed", "fault"), [("two words", "username"), ("@", "string_too_short"), ("a" * 101, "string_too_long")]
)
def test_a_username_is_one_word(typed: str, fault: str) -> None:
    assert faults(link=None, username=typed) == [("username", fault)]


@pytest.mark.parametrize("targets", [{"link": None}, {"username": "sample_user"}])
def test_a_finished_order_has_exactly_one_target(targets: dict[str, Any]) -> None:
    assert faults(**targets) == [("one_target",)]


def test_a_link_is_sent_as_typed() -> None:
    link = "https://Example.com/posts/%E4%B8%AD?a=1#x"
    assert DefaultOrder.model_validate({"product_id": ID, "link": link, "quantity": "10"}).link == link
    assert faults(link="/posts") == [("link", "link")]


def test_a_product_is_a_uuid() -> None:
    assert faults(product_id="12") == [("product_id", "uuid")]


@pytest.mark.parametrize(
    ("runs", "minutes", "batches"),
    [
        (None, None, None),
        ("1", None, None),
        ("5", None, Batches(1000, 5)),
        ("5", "30", Batches(1000, 5, 30)),
    ],
)
def test_several_runs_say_how_much_and_how_long(runs: str | None, minutes: str | None, batches: Batches | None) -> None:
    answers = {"product_id": ID, "link": LINK} | {"quantity": "1000", "runs": runs, "interval_minutes": minutes}
    form = DefaultOrder.model_validate({key: value for key, value in answers.items() if value is not None})
    assert form.batches() == batches


def test_all_runs_together_last_from_the_first_to_the_last() -> None:
    assert (Batches(1000, 5, 30).together, Batches(1000, 5, 30).lasts, Batches(10, 2).lasts) == (5000, 120, 0)
