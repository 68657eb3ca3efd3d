"""What a row of the order list tells, in whatever shape, is compared; what it doesn't tell decides nothing."""

from typing import Any

import pytest

from providers.guoguo.form import DefaultOrder
from providers.guoguo.matching import LONGEST_FACT, Compared, compare
from providers.simulators.guoguo.products import FANS, LIKES
from tests.providers.guoguo.lists import FORM, LINK

STORY = DefaultOrder.model_validate({"product_id": FANS, "username": "sample_user", "quantity": "10"})


def compared(detail: Any, form: DefaultOrder = FORM, **top: Any) -> Compared:
    return compare(form, {"order_number": "O-1", "order_detail": detail} | top)


def ours(**changes: Any) -> dict[str, Any]:
    return {"product_id": FANS, "link": LINK, "quantity": 10} | changes


@pytest.mark.parametrize(
    "detail",
    [
        [ours()],
        ours(),
        [ours(), ours()],
        [{"productId": FANS.upper(), "Link": LINK, "Quantity": "10"}],
        [{"product_id": FANS, "link": LINK}],
        [{"product_id": FANS}, {"link": LINK}],
        [ours(quantity=10.0, username=None)],
        [ours(username="")],
    ],
)
def test_product_and_target_as_sent_differ_in_nothing(detail: object) -> None:
    row = compared(detail)
    assert (row.facts["product"].casefold(), row.facts["target"]) == (FANS, LINK)
    assert (row.differs, row.foreign) == ((), False)


def test_a_row_may_tell_at_its_top() -> None:
    assert compared([], **ours()) == Compared({"product": FANS, "target": LINK, "quantity": "10"}, (), foreign=False)
    assert compared([], **ours(product_id=LIKES)).foreign


@pytest.mark.parametrize(
    "detail", [None, [], {}, "?", [None], [{"link": LINK}], [{"product_id": FANS}], [ours(link="")], [{"quantity": 10}]]
)
def test_less_than_product_and_target_contradicts_nothing(detail: object) -> None:
    assert (compared(detail).differs, compared(detail).foreign) == ((), False)


@pytest.mark.parametrize(
    "detail",
    [
        [ours(product_id=LIKES)],
        [{"product_id": LIKES}],
        [ours(product_id=LIKES), ours(product_id="00000000-0000-4000-8000-000000000000")],
    ],
)
def test_another_product_is_certainly_not_ours(detail: object) -> None:
    assert (compared(detail).differs, compared(detail).foreign) == (("product",), True)


@pytest.mark.parametrize(
    ("detail", "differs"),
    [
        ([ours(product_id="Instagram fans")], ("product",)),
        ([ours(product_id=5)], ("product",)),
        ([ours(), ours(product_id=LIKES)], ("product",)),
        ([ours(link="http://EXAMPLE.com/posts/abc123/?igsh=1")], ("target",)),
        ([ours(link="https://example.com/reel/ABC123")], ("target",)),
        ([ours(link="https://example.com/posts/another")], ("target",)),
        ([{"link": "https://example.com/"}], ("target",)),
        ([ours(link="example.com/another")], ("target",)),
        ([ours(link="https://[broken")], ("target",)),
        ([ours(username="sample_user")], ("target",)),
        ([ours(quantity=5)], ("quantity",)),
        ([ours(quantity="ten")], ("quantity",)),
    ],
)
def test_what_may_be_ours_in_another_spelling_is_left_to_a_person(detail: object, differs: tuple[str, ...]) -> None:
    assert compared(detail) == Compared(compared(detail).facts, differs, foreign=False)


def test_a_link_or_a_name_beside_the_number_alone_may_be_about_something_else() -> None:
    row = compared([], link="https://example.com/orders/1", username="the_person_who_ordered")
    assert row == Compared({}, (), foreign=False)


@pytest.mark.parametrize(
    ("told", "differs", "foreign"),
    [
        ("sample_user", (), False),
        ("@Sample_User", (), False),
        ("someone.else", ("target",), True),
        ("https://example.com/sample_user", ("target",), False),
        ("@someone.else", ("target",), True),
        ("https://example.com/someone.else", ("target",), False),
        ("someone-else", ("target",), False),
        ("Sample User", ("target",), False),
    ],
)
def test_a_username_is_compared_as_the_one_account_that_it_names(
    told: str,
    differs: tuple[str, ...],
    foreign: bool,  # noqa: FBT001  a table
) -> None:
    row = compared([{"product_id": FANS, "username": told}], STORY)
    assert (row.differs, row.foreign) == (differs, foreign)


@pytest.mark.parametrize("told", ["sample_user", "someone.else", "https://example.com/someone.else"])
def test_a_username_that_was_sent_as_an_address_is_comparable_with_nothing(told: str) -> None:
    sent = STORY.model_copy(update={"username": "https://example.com/sample_user"})
    row = compared([{"product_id": FANS, "username": told}], sent)
    assert (row.differs, row.foreign) == (("target",), False)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("https://youtu.be/abc123", "https://www.youtube.com/watch?v=abc123"),
        ("https://www.youtube.com/watch?v=abc123", "https://youtu.be/abc123"),
        ("https://vt.tiktok.com/ZS123/", "https://www.tiktok.com/@u/video/1"),
        ("https://www.instagram.com/share/p/BAxyz", "https://www.instagram.com/p/abc123/"),
    ],
)
def test_a_link_in_another_spelling_may_be_ours(sent: str, told: str) -> None:
    form = FORM.model_copy(update={"link": sent})
    row = compared([ours(link=told)], form)
    assert (row.facts["target"], row.differs, row.foreign) == (told, ("target",), False)
    assert compared([ours(link=sent)], form).differs == ()


def test_a_target_of_the_other_kind_proves_nothing() -> None:
    row = compared([{"product_id": FANS, "link": LINK}], STORY)
    assert row == Compared({"product": FANS, "target": LINK}, ("target",), foreign=False)


@pytest.mark.parametrize(("total", "shown"), [(120, "120"), (120.0, "120"), (12.5, "12.5"), ("120.50", "120.50")])
def test_the_total_is_shown_as_the_supplier_tells_it(total: object, shown: str) -> None:
    assert compared([], total=total, order_status="brand_new").facts == {"total": shown, "status": "brand_new"}


@pytest.mark.parametrize("total", [None, [], {}, True, float("nan"), float("inf"), 1e300])
def test_a_total_that_is_none_is_not_shown(total: object) -> None:
    assert compared([], total=total).facts == {}


def test_several_details_are_shown_together_and_not_without_end() -> None:
    assert compared([ours(), ours(quantity=5), ours()]).facts["quantity"] == "10, 5"
    assert len(compared([ours(link="x" * 5000)]).facts["target"]) == LONGEST_FACT
