"""The product's type picks the kind of order: its questions, and what its answers have to be."""

from typing import Any

import pytest
from pydantic import ValidationError

from providers.fields import AskWhen
from providers.guoguo.form import DefaultOrder
from providers.guoguo.kinds import KEYS, PATHS, Kind, resolved
from providers.guoguo.provider import GuoGuoSettings
from tests.providers.contract import WORDS
from tests.providers.guoguo import kinds
from tests.providers.guoguo.kinds import ANSWERS, OTHERS, an_order

BOUNDED = {"minimum": 20, "maximum": 50}
DEFAULT = ["Product", "Link", "Quantity", "Runs"]
OF = {
    Kind.CUSTOM_COMMENTS: ["Product", "Link", "Comments"],
    Kind.COMMENT_LIKES: ["Product", "Link", "Username", "Quantity"],
    Kind.SUBSCRIPTIONS: [
        "Product",
        "Username",
        "Min quantity",
        "Max quantity",
        "New posts",
        "Old posts",
        "Delay",
        "Expiry date",
    ],
}


def asked(product: object, **known: Any) -> list[str]:
    titles = []
    for name, field in DefaultOrder.model_fields.items():
        markers = [marker for marker in field.metadata if isinstance(marker, AskWhen)]
        if name != "product" and all(marker.condition({"product": product} | known) for marker in markers):
            titles.append(field.title or name)
    return titles


def faults(kind: Kind, **answers: Any) -> list[tuple[Any, ...]]:
    try:
        an_order(kind, **answers)
    except ValidationError as error:
        return [(*fault["loc"], fault["type"]) for fault in error.errors()]
    return []


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("category", ["", "instagram_story", "instagram_fans"])
def test_the_type_picks_the_questions_whatever_the_category(kind: Kind, category: str) -> None:
    assert asked({"kind": kind.value, "category": category}) == OF[kind]


@pytest.mark.parametrize(
    "product", [{"kind": "default", "category": "x"}, {"category": "x"}, {"kind": "", "category": "x"}]
)
def test_a_documented_type_or_none_is_a_default_order_and_no_kind_is_asked(product: dict[str, str]) -> None:
    assert asked(product) == DEFAULT


def test_a_product_that_was_not_read_is_a_default_order_with_a_target() -> None:
    assert asked(None) == ["Product", "Target", *DEFAULT[1:]]
    assert asked({"kind": "default", "category": ""}) == ["Product", "Target", *DEFAULT[1:]]


def test_an_unknown_type_asks_for_the_kind_right_after_the_product() -> None:
    unknown = {"kind": "unknown", "category": ""}
    assert asked(unknown) == ["Product", "Order kind", "Target", *DEFAULT[1:]]
    assert asked(unknown, kind="Default", target="Username") == [
        "Product",
        "Order kind",
        "Target",
        "Username",
        "Quantity",
        "Runs",
    ]
    assert asked(unknown | {"category": "instagram_story"}, kind="Default") == [
        "Product",
        "Order kind",
        "Username",
        "Quantity",
        "Runs",
    ]
    for kind, title in zip(OTHERS, ("Custom comments", "Comment likes", "Subscriptions"), strict=True):
        assert asked(unknown, kind=title) == ["Product", "Order kind", *OF[kind][1:]]


def test_a_choice_counts_only_while_the_type_is_unknown() -> None:
    answers = ANSWERS[Kind.DEFAULT] | {"kind": "Subscriptions"}
    assert DefaultOrder.model_validate(answers).order_kind is Kind.DEFAULT
    answers = ANSWERS[Kind.SUBSCRIPTIONS] | {"product": {"kind": "unknown"}, "kind": "Subscriptions"}
    assert DefaultOrder.model_validate(answers).order_kind is Kind.SUBSCRIPTIONS


@pytest.mark.parametrize("kind", Kind)
def test_an_order_has_the_answers_of_its_kind_and_no_others(kind: Kind) -> None:
    assert faults(kind) == []
    for other in Kind:
        foreign = {key: value for key, value in ANSWERS[other].items() if key not in (*KEYS[kind], "product")}
        for key, value in foreign.items():
            assert faults(kind, **{key: value}) == [("kind_of_order",)]
    skippable = {"runs", "interval_minutes", "old_post_count", "delay_minutes", "expiry_date"}
    for key in set(KEYS[kind]) & set(ANSWERS[kind]) - {"product_id"}:
        expected = "one_target" if (kind, key) == (Kind.DEFAULT, "link") else "kind_of_order"
        assert faults(kind, **{key: None}) == ([] if key in skippable else [(expected,)])
    assert WORDS["validation.kind_of_order"]


@pytest.mark.parametrize(
    ("kind", "answers", "fault"),
    [
        (Kind.COMMENT_LIKES, {"quantity": "19"}, ("quantity", "greater_than_equal")),
        (Kind.COMMENT_LIKES, {"quantity": "51"}, ("quantity", "less_than_equal")),
        (Kind.SUBSCRIPTIONS, {"min_quantity": "19", "max_quantity": "50"}, ("min_quantity", "greater_than_equal")),
        (Kind.SUBSCRIPTIONS, {"min_quantity": "20", "max_quantity": "51"}, ("max_quantity", "less_than_equal")),
    ],
)
def test_the_products_bounds_hold_for_every_quantity(
    kind: Kind, answers: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert faults(kind, product=ANSWERS[kind]["product"] | BOUNDED, **answers) == [fault]


def test_an_upper_bound_is_not_below_the_lower_one() -> None:
    assert faults(Kind.SUBSCRIPTIONS, min_quantity="10", max_quantity="9") == [("max_quantity", "greater_than_equal")]
    assert faults(Kind.SUBSCRIPTIONS, min_quantity="10", max_quantity="10") == []


@pytest.mark.parametrize("key", ["min_quantity", "max_quantity", "new_post_count", "old_post_count"])
@pytest.mark.parametrize("number", ["0", "10000001", "-1", "two"])
def test_numbers_of_a_subscription_keep_to_the_documents_bounds(key: str, number: str) -> None:
    assert faults(Kind.SUBSCRIPTIONS, **{key: number})[0][0] == key


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Great post!", "Great post!"),
        (" One \r\n\n  \n two\n", "One\ntwo"),
        ("讚！\n　好看　", "讚！\n好看"),
    ],
)
def test_comments_are_sent_one_a_line_without_blank_lines(typed: str, sent: str) -> None:
    assert an_order(Kind.CUSTOM_COMMENTS, comments=typed).comments == sent


@pytest.mark.parametrize(
    ("typed", "fault"),
    [(" \n ", "nothing_to_see"), ("x" * 4097, "too_long"), ("\u200b\n", "nothing_to_see")],
)
def test_comments_are_not_empty_and_not_endless(typed: str, fault: str) -> None:
    assert faults(Kind.CUSTOM_COMMENTS, comments=typed) == [("comments", fault)]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("2026-07-01", "2026-07-01T00:00:00+08:00"),
        ("２０２６-07-01", "2026-07-01T00:00:00+08:00"),
        ("2026-07-01 18:00", "2026-07-01T18:00:00+08:00"),
        ("2026-07-01t18:00:30", "2026-07-01T18:00:30+08:00"),
        ("2026-07-01T18:00:30Z", "2026-07-01T18:00:30Z"),
        ("2026-07-01T18:00-05:00", "2026-07-01T18:00:00-05:00"),
        ("2020-01-01", "2020-01-01T00:00:00+08:00"),
    ],
)
def test_a_moment_without_an_offset_is_in_guoguos_time_and_stays_as_it_is(typed: str, sent: str) -> None:
    assert an_order(Kind.SUBSCRIPTIONS, expiry_date=typed).expiry_date == sent
    assert an_order(Kind.SUBSCRIPTIONS, expiry_date=sent).expiry_date == sent


@pytest.mark.parametrize(
    "typed", ["", "soon", "7-1", "2026-13-01", "2026-02-30", "2026-07-01 25:00", "01.07.2026", "2026-07-01T18"]
)
def test_what_is_no_moment_is_not_accepted(typed: str) -> None:
    assert faults(Kind.SUBSCRIPTIONS, expiry_date=typed) == [("expiry_date", "moment")]
    assert WORDS["validation.moment"]


def test_another_delay_than_the_documented_one_may_be_typed() -> None:
    assert an_order(Kind.SUBSCRIPTIONS, delay_minutes="min60").delay_minutes == "min60"


@pytest.mark.parametrize(
    ("kind", "quantity", "at"),
    [
        (Kind.DEFAULT, 10, "quantity"),
        (Kind.CUSTOM_COMMENTS, 2, "comments"),
        (Kind.COMMENT_LIKES, 10, "quantity"),
        (Kind.SUBSCRIPTIONS, 100, "max_quantity"),
    ],
)
def test_an_order_names_the_product_that_was_chosen(kind: Kind, quantity: int, at: str) -> None:
    order = an_order(kind)
    (chosen,) = order.chosen()
    assert (chosen.at, chosen.into, chosen.quantity_at) == (("product_id",), ("product",), (at,))
    assert (chosen.id, chosen.quantity, chosen.facts) == (ANSWERS[kind]["product_id"], quantity, order.product)
    assert not DefaultOrder.priced_per_piece


def test_the_settings_name_types_in_any_case_and_add_to_the_documented_one() -> None:
    given = {"provider": "guoguo", "api_key": "k", "kinds": {"CH2_New ": "subscriptions"}}
    settings = GuoGuoSettings.model_validate(given)
    assert settings.kinds == {"ch2_new": Kind.SUBSCRIPTIONS}
    with pytest.raises(ValidationError):
        GuoGuoSettings.model_validate(given | {"kinds": {"ch2_new": "brand_new"}})


@pytest.mark.parametrize(
    ("told", "kind"), [("ch2_new", "subscriptions"), ("CH2_NEW", "subscriptions"), ("ch1", "unknown"), ("", "")]
)
def test_a_type_that_is_not_named_is_unknown_and_none_is_none(told: str, kind: str) -> None:
    assert resolved(told, {"ch2_new": Kind.SUBSCRIPTIONS}) == kind


def test_each_kind_has_its_own_address() -> None:
    assert dict(PATHS) == kinds.PATHS
