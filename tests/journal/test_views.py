"""What a supplier's yes or no becomes in the journal, and how it is read back."""

from pathlib import Path

import pytest

from bot.journal.views import Result, failed, placed, view
from providers.errors import (
    AccessDenied,
    NotPlaced,
    OrderNotFound,
    OrderRefused,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
)
from providers.orders import Outcome, PlacedOrder, Remark, Status
from tests.bench import SHOP_ANSWERS, bench


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (OrderRefused("x"), Outcome.REFUSED),
        (ProviderUnavailable("x"), Outcome.NOT_SENT),
        (AccessDenied("x"), Outcome.NOT_SENT),
        (NotPlaced("x"), Outcome.NOT_SENT),
        (OutcomeUnknown("x"), Outcome.UNKNOWN),
        (OrderNotFound("x"), Outcome.UNKNOWN),
        (ProviderError("x"), Outcome.UNKNOWN),
        (ValueError("x"), Outcome.UNKNOWN),
        (TimeoutError(), Outcome.UNKNOWN),
    ],
)
def test_only_what_is_certainly_not_placed_is_not_unknown(error: Exception, outcome: Outcome) -> None:
    assert failed(error).outcome is outcome


def test_only_our_credentials_are_a_matter_for_the_admins() -> None:
    assert failed(AccessDenied("x")).denied
    assert not failed(ProviderUnavailable("x")).denied
    assert not failed(OrderRefused("x")).denied


def test_an_unforeseen_error_tells_nothing_of_itself() -> None:
    assert failed(ValueError("secret")) == Result(Outcome.UNKNOWN, code="unforeseen")


def test_an_order_is_found_with_and_without_its_hash() -> None:
    result = placed(PlacedOrder("#1207", also_known_as=("98765", "")))
    assert result.names == ("#1207", "1207", "98765")


async def test_what_was_recorded_is_read_back_the_same(tmp_path: Path) -> None:
    remarks = (Remark("amount", {"amount": "2.00"}), Remark("other_user"))
    async with bench(tmp_path) as house:
        house.sending("1000")
        await house.settle("1000", placed(PlacedOrder("1207", Status.PAID, "3", remarks=remarks)))
        yes = view(house.order("1000"))
        house.sending("1001")
        error = OrderRefused("code", said="“no”", params={"n": "1"}, fields=("items.0.quantity",))
        await house.settle("1001", failed(error))
        no = view(house.order("1001"))
    assert (yes.outcome, yes.number, yes.status, yes.supplier_status) == (Outcome.PLACED, "1207", "paid", "3")
    assert yes.remarks == remarks
    assert yes.answers == SHOP_ANSWERS
    assert (no.outcome, no.code, no.said, no.params) == (Outcome.REFUSED, "code", "“no”", {"n": "1"})
    assert no.fields == ("items.0.quantity",)


async def test_an_order_on_its_way_has_no_outcome(tmp_path: Path) -> None:
    async with bench(tmp_path) as house:
        house.confirmed("1000")
        found = view(house.order("1000"))
    assert (found.outcome, found.number, found.code, found.remarks) == (None, "", "", ())
