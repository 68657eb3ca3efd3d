"""What a catalogue knows of a product bounds the quantity, and its prices add up or say nothing."""

from decimal import Decimal

import pytest
from pydantic_core import PydanticCustomError, PydanticKnownError

from providers.orders import Money
from providers.products import Chosen, Facts, fitting, total_of


def chosen(quantity: int, facts: Facts | None) -> Chosen:
    return Chosen(("product_id",), ("product",), "1", quantity, facts)


def test_nothing_known_bounds_nothing() -> None:
    assert [fitting(10**9, None), fitting(10**9, Facts())] == [10**9, 10**9]


@pytest.mark.parametrize(
    ("facts", "bad", "good", "kind"),
    [
        (Facts(minimum=10), 9, 10, "greater_than_equal"),
        (Facts(maximum=10), 11, 10, "less_than_equal"),
        (Facts(stock=3, maximum=10), 4, 3, "stock"),
    ],
)
def test_a_quantity_beyond_a_bound_is_told_which(facts: Facts, bad: int, good: int, kind: str) -> None:
    try:
        fitting(bad, facts)
    except (PydanticKnownError, PydanticCustomError) as error:
        told = error.type
    assert told == kind
    assert fitting(good, facts) == good


def test_what_is_sold_out_is_told_so() -> None:
    with pytest.raises(PydanticCustomError) as error:
        fitting(1, Facts(stock=0))
    assert error.value.type == "out_of_stock"


def test_prices_add_up_in_one_unit() -> None:
    dear, cheap = Facts(price=Decimal("9.90"), unit="CNY"), Facts(price=Decimal("0.05"), unit="CNY")
    assert total_of([chosen(2, dear), chosen(3, cheap)]) == Money(Decimal("19.95"), "CNY")


@pytest.mark.parametrize("other", [None, Facts(), Facts(price=Decimal(1), unit="TWD")])
def test_there_is_no_total_where_a_price_is_missing_or_in_another_unit(other: Facts | None) -> None:
    assert total_of([chosen(1, Facts(price=Decimal(1), unit="CNY")), chosen(1, other)]) is None
    assert total_of([]) is None
