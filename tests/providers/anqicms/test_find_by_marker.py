"""With our marker in the remark an order is ours or it is not."""

from typing import Any

import pytest

from providers.base import ReconcilesOrders
from providers.orders import Remark, Status
from providers.simulators.anqicms.bodies import Booked
from providers.simulators.anqicms.simulator import USER_ID
from providers.simulators.base import Fault
from tests.providers.anqicms.samples import REFERENCE, a_form
from tests.providers.anqicms.shop import GOODS, Shop, numbers, signals

MARKER = f"[R{REFERENCE}]"


async def test_an_order_with_our_marker_is_certain_and_told_like_a_placed_one(shop: Shop) -> None:
    async with shop.account_of_ours(remark_marker=True) as provider:
        assert isinstance(provider, ReconcilesOrders)
        sending = await shop.lose(provider, a_form(remark="quick"))
        shop.ordered_elsewhere()
        found = await provider.find_order(a_form(remark="quick"), sending)
        placed = await provider.place(a_form(remark="quick"), "2")
    (match,) = found.matches
    assert (match.certain, found.complete, found.signals) == (True, True, ())
    assert match.order.number == shop.ledger[0].number
    assert match.order.remarks == placed.remarks == (Remark("amount", {"amount": "99.00", "currency": "CNY"}),)
    assert (match.order.status, match.order.supplier_status) == (Status.AWAITING_PAYMENT, "0")
    assert match.at == shop.ledger[0].taken_at
    assert match.facts == {
        "type": "goods",
        "items": "188 × 1",
        "remark": f"quick {MARKER}",
        "amount": "99.00 CNY",
    }
    assert match.differs == ()


async def test_looking_for_an_order_only_reads(shop: Shop) -> None:
    async with shop.account_of_ours(remark_marker=True) as provider:
        sending = await shop.lose(provider)
        await provider.find_order(a_form(), sending)
    shop.assert_only_read()
    assert len(shop.ledger) == 1


@pytest.mark.parametrize(
    "remark",
    [f"[R{REFERENCE}0]", f"[R{REFERENCE[:-1]}]", f"R{REFERENCE}", REFERENCE, f"redo of {MARKER} [R77]", "quick"],
)
async def test_a_remark_with_anything_but_our_marker_is_another_orders(shop: Shop, remark: str) -> None:
    async with shop.account_of_ours(remark_marker=True) as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        shop.ordered_elsewhere(remark=remark)
        found = await provider.find_order(a_form(), sending)
        assert (found.matches, found.complete, found.signals) == ((), True, ())
        placed = await provider.place(a_form(), REFERENCE)
        assert numbers(await provider.find_order(a_form(), sending)) == [placed.number]


async def test_two_orders_with_our_marker_are_both_told(shop: Shop) -> None:
    async with shop.account_of_ours(remark_marker=True) as provider:
        sending = await shop.lose(provider)
        again = shop.ordered_elsewhere(remark=MARKER)
        found = await provider.find_order(a_form(), sending)
    assert numbers(found) == [again.number, shop.ledger[0].number]


async def test_an_order_taken_late_is_found_once_it_is_there(shop: Shop) -> None:
    async with shop.account_of_ours(remark_marker=True) as provider:
        sending = await shop.lose(provider, fault=Fault.LATE)
        assert (await provider.find_order(a_form(), sending)).matches == ()
        shop.clock.pass_by(minutes=10)
        shop.take_late()
        (match,) = (await provider.find_order(a_form(), sending)).matches
    assert match.at is not None
    assert (match.certain, match.differs) == (True, ())
    assert match.at > sending.until


async def test_our_marker_on_other_products_is_for_a_person(shop: Shop) -> None:
    async with shop.account_of_ours(remark_marker=True) as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        shop.ordered_elsewhere(remark=MARKER, quantity=2)
        (match,) = (await provider.find_order(a_form(), sending)).matches
    assert (match.certain, match.differs, match.facts["items"]) == (False, ("items",), "188 × 2")


async def test_our_marker_on_an_order_made_before_ours_is_for_a_person(shop: Shop) -> None:
    async with shop.account_of_ours(remark_marker=True) as provider:
        shop.ordered_elsewhere(remark=MARKER)
        shop.clock.pass_by(minutes=30)
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        (match,) = (await provider.find_order(a_form(), sending)).matches
    assert (match.certain, match.differs) == (False, ("time",))
    assert match.facts["time"] == "2026-06-01 13:00:00 UTC"


@pytest.mark.parametrize("marker", [True, False])
async def test_a_marker_is_found_after_a_restart_whatever_the_setting_is_then(shop: Shop, *, marker: bool) -> None:
    async with shop.account_of_ours(remark_marker=True) as provider:
        sending = await shop.lose(provider)
    shop.ordered_elsewhere()
    async with shop.account_of_ours(remark_marker=marker) as provider:
        found = await provider.find_order(a_form(), sending)
    assert (numbers(found), found.matches[0].certain) == ([shop.ledger[0].number], True)
    assert (found.complete, found.signals) == (False, ())
    assert "GET /api/order/detail" not in shop.requests


async def test_an_order_sent_before_the_setting_was_switched_on_stays_evidence(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
    async with shop.account_of_ours(remark_marker=True) as provider:
        found = await provider.find_order(a_form(), sending)
    assert [(match.certain, match.differs) for match in found.matches] == [(False, ())]
    assert not found.complete


async def test_a_marker_that_the_shop_cut_off_leaves_evidence(shop: Shop) -> None:
    async with shop.account_of_ours(remark_marker=True) as provider:
        sending = await shop.lose(provider, a_form(remark="quick"), Fault.DROP_BEFORE)
        shop.ordered_elsewhere(remark="quick [R12")
        found = await provider.find_order(a_form(remark="quick"), sending)
    assert [(match.certain, match.differs) for match in found.matches] == [(False, ("remark",))]


@pytest.mark.parametrize("hidden", [..., None])
async def test_without_remarks_in_the_list_nothing_is_certain(shop: Shop, hidden: Any) -> None:
    async with shop.account_of_ours(remark_marker=True) as provider:
        sending = await shop.lose(provider)
        shop.each_row(remark=hidden)
        found = await provider.find_order(a_form(), sending)
        assert (found.complete, signals(found)) == (False, ["not_whole"])
        assert numbers(found) == [shop.ledger[0].number]
        shop.each_row()
        (match,) = (await provider.find_order(a_form(), sending)).matches
    assert match.certain


@pytest.mark.parametrize("user", [0, 7])
async def test_our_marker_on_an_order_of_another_user_is_told_and_never_ours(shop: Shop, user: int) -> None:
    async with shop.account_of_ours("login", remark_marker=True) as provider:
        await provider.check_credentials()
        shop.clock.pass_by(hours=1)
        sending = await shop.lose(provider)
        shop.each_row(user_id=user)
        found = await provider.find_order(a_form(), sending)
        shop.each_row()
        healed = await provider.find_order(a_form(), sending)
    assert (found.matches, found.complete) == ((), False)
    number = shop.ledger[0].number
    assert found.signals[0] == Remark("order_of_other_user", {"number": number, "user": str(user)})
    assert (numbers(healed), healed.complete) == ([number], True)


async def test_an_order_of_another_user_is_in_no_list_of_ours(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        shop.take_elsewhere(Booked(GOODS, USER_ID + 1))
        found = await provider.find_order(a_form(), sending)
    assert (found.matches, found.complete) == ((), True)
