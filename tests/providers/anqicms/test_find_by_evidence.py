"""Without a marker whatever agrees is evidence for a person, and never more than that."""

from typing import Any

import pytest

from providers.simulators.base import Fault
from tests.providers.anqicms.samples import ADDRESS, REFERENCE, a_form
from tests.providers.anqicms.shop import Shop, numbers

TITLE = "英文外贸响应式通用主题wzl-008"
TWO_LINES = [{"goods_id": "188", "quantity": "1"}, {"goods_id": "189", "quantity": "3"}]


@pytest.mark.parametrize("in_list", [True, False])
async def test_an_order_that_agrees_is_evidence_with_all_that_can_be_compared(shop: Shop, *, in_list: bool) -> None:
    shop.list_has_details = in_list
    form = a_form(items=TWO_LINES, remark="quick\nplease", address=ADDRESS)
    async with shop.account_of_ours(currency="TWD") as provider:
        sending = await shop.lose(provider, form)
        found = await provider.find_order(form, sending)
    (match,) = found.matches
    assert (match.certain, match.differs, found.complete) == (False, (), True)
    assert match.facts == {
        "type": "goods",
        "items": "188 × 1, 189 × 3",
        "remark": "quick please",
        "amount": "234.00 TWD",
        "address": "王小明 13800000000 河南省 郑州市 中原区 建设路1号 450000",
    }
    shop.assert_only_read()


async def test_two_alike_are_two_pieces_of_evidence(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        other = shop.ordered_elsewhere()
        found = await provider.find_order(a_form(), sending)
    assert numbers(found) == [other.number, shop.ledger[0].number]
    assert not any(match.certain for match in found.matches)


@pytest.mark.parametrize("in_list", [True, False])
@pytest.mark.parametrize(
    "another", [{"quantity": 2}, {"goods_id": 189}, {"type": "vip"}, {"remark": "[R77]"}, {"remark": "same [R77]"}]
)
async def test_an_order_of_something_else_is_left_out(shop: Shop, another: dict[str, Any], *, in_list: bool) -> None:
    shop.list_has_details = in_list
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        shop.ordered_elsewhere(**another)
        found = await provider.find_order(a_form(), sending)
        assert (found.matches, found.complete) == ((), True)
        placed = await provider.place(a_form(), REFERENCE)
        assert numbers(await provider.find_order(a_form(), sending)) == [placed.number]


@pytest.mark.parametrize(
    ("ours", "theirs", "differs"),
    [
        (None, {}, ()),
        (None, {"remark": TITLE + "等"}, ()),
        (None, {"remark": TITLE + "..."}, ()),
        (None, {"remark": TITLE + "…"}, ()),
        (None, {"remark": TITLE + "!"}, ("remark",)),
        (None, {"remark": "quick"}, ("remark",)),
        ("quick", {"remark": "slow"}, ("remark",)),
        ("quick", {"remark": "quick"}, ()),
        ("see [R77]", {"remark": "see [R77]"}, ()),
    ],
)
async def test_a_remark_that_differs_is_told(
    shop: Shop, ours: str | None, theirs: dict[str, Any], differs: tuple[str, ...]
) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        shop.ordered_elsewhere(**theirs)
        (match,) = (await provider.find_order(a_form(remark=ours), sending)).matches
    assert match.differs == differs


@pytest.mark.parametrize(
    ("ours", "theirs", "differs"),
    [
        (ADDRESS, ADDRESS | {"phone": "13900000000"}, ("address",)),
        (None, ADDRESS, ("address",)),
        (ADDRESS, None, ()),
        (ADDRESS, ADDRESS, ()),
        # A landline that an earlier program has sent without its dash.
        (ADDRESS | {"phone": "0571-88886666"}, ADDRESS | {"phone": "057188886666"}, ()),
        (ADDRESS | {"phone": "0571-88886666"}, ADDRESS | {"phone": "057188886667"}, ("address",)),
    ],
)
async def test_an_address_that_differs_is_told(shop: Shop, ours: Any, theirs: Any, differs: tuple[str, ...]) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        shop.ordered_elsewhere(**({"address": theirs} if theirs else {}))
        (match,) = (await provider.find_order(a_form(address=ours), sending)).matches
    assert match.differs == differs


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
async def test_details_that_cannot_be_read_leave_fewer_facts(shop: Shop, fault: Fault) -> None:
    shop.list_has_details = False
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        shop.ordered_elsewhere()
        shop.fail_reads(fault, "/api/order/detail")
        found = await provider.find_order(a_form(), sending)
        assert [list(match.facts) for match in found.matches] == [["type", "remark", "amount"]] * 2
        assert shop.requests.count("GET /api/order/detail") == 1
        shop.heal()
        found = await provider.find_order(a_form(), sending)
    assert [match.facts["items"] for match in found.matches] == ["188 × 1"] * 2


async def test_the_details_of_five_orders_are_read_and_the_rest_is_told_all_the_same(shop: Shop) -> None:
    shop.list_has_details = False
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        for _ in range(6):
            shop.ordered_elsewhere()
        found = await provider.find_order(a_form(), sending)
    assert ["items" in match.facts for match in found.matches] == [True] * 5 + [False] * 2
    assert shop.requests.count("GET /api/order/detail") == 5


@pytest.mark.parametrize(
    "details", [[], [{"goods_id": 188}], [{"goods_id": "188", "quantity": 1}], ["188"], "188", None, ...]
)
async def test_lines_that_cannot_be_read_leave_an_order_out_of_nothing(shop: Shop, details: Any) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        shop.fail_reads(Fault.GARBAGE, "/api/order/detail")
        shop.each_row(details=details, type="of another edition")
        (match,) = (await provider.find_order(a_form(), sending)).matches
    assert "items" not in match.facts
    assert match.differs == ()


async def test_two_lines_of_one_product_may_have_been_joined(shop: Shop) -> None:
    form = a_form(items=[{"goods_id": "188", "quantity": "1"}, {"goods_id": "188", "quantity": "2"}])
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        shop.ordered_elsewhere(quantity=3)
        (match,) = (await provider.find_order(form, sending)).matches
    assert match.differs == ()


async def test_the_lines_of_a_membership_are_told_but_decide_nothing(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        shop.ordered_elsewhere(type="vip")
        form = a_form(type="vip", items=[{"goods_id": "188", "quantity": "3"}])
        (match,) = (await provider.find_order(form, sending)).matches
    assert (match.certain, match.differs) == (False, ("items",))


async def test_a_long_order_is_shown_in_short(shop: Shop) -> None:
    form = a_form(items=[{"goods_id": "188", "quantity": "1"}] * 12, remark="字" * 220)
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, form)
        (match,) = (await provider.find_order(form, sending)).matches
    assert match.facts["items"] == "188 × 1, " * 10 + "…"
    assert match.facts["remark"] == "字" * 199 + "…"
    assert match.differs == ()


@pytest.mark.parametrize("user", [0, 7])
async def test_rows_of_other_users_are_passed_over(shop: Shop, user: int) -> None:
    async with shop.account_of_ours("login") as provider:
        await provider.check_credentials()
        shop.clock.pass_by(hours=1)
        sending = await shop.lose(provider)
        shop.each_row(user_id=user)
        assert (await provider.find_order(a_form(), sending)).matches == ()
        shop.each_row(user_id=...)
        assert len((await provider.find_order(a_form(), sending)).matches) == 1
