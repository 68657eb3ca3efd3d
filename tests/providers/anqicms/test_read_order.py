"""A number that a person gives is checked against what was sent."""

import json
from typing import Any

import pytest

from providers.anqicms.provider import Anqicms
from providers.base import ReadsOrders
from providers.errors import AccessDenied, OrderNotFound, ProviderError, ReadingFailed
from providers.orders import Match, Remark, Sending, Status
from providers.simulators.anqicms.bodies import Booked
from providers.simulators.anqicms.simulator import USER_ID
from providers.simulators.base import Fault
from tests.providers.anqicms.samples import ADDRESS, PLACED, a_form
from tests.providers.anqicms.shop import GOODS, Shop
from tests.providers.contract import sentence_of, with_extra_keys
from tests.providers.stranger import answering, http_answer

NUMBER = "202211232209080046"


async def error_of(provider: Anqicms, sending: Sending, number: str) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await provider.read_order(a_form(), sending, number)
    assert sentence_of("anqicms", caught.value)
    return caught.value


async def test_an_order_that_agrees_in_all_is_told_so(shop: Shop) -> None:
    form = a_form(remark="quick", address=ADDRESS)
    async with shop.account_of_ours() as provider:
        assert isinstance(provider, ReadsOrders)
        sending = await shop.lose(provider, form)
        match = await provider.read_order(form, sending, f" {shop.ledger[0].number} ")
    assert (match.certain, match.differs) == (False, ())
    assert set(match.facts) == {"type", "items", "remark", "amount", "address"}
    assert (match.order.number, match.at) == (shop.ledger[0].number, shop.ledger[0].taken_at)
    assert match.order.status is Status.AWAITING_PAYMENT
    assert shop.requests == ["GET /api/order/detail"]


async def test_an_order_with_our_marker_is_certain(shop: Shop) -> None:
    async with shop.account_of_ours(remark_marker=True) as provider:
        sending = await shop.lose(provider)
        match = await provider.read_order(a_form(), sending, shop.ledger[0].number)
    assert (match.certain, match.differs) == (True, ())


@pytest.mark.parametrize("marker", [True, False])
async def test_what_differs_is_told(shop: Shop, *, marker: bool) -> None:
    async with shop.account_of_ours(remark_marker=marker) as provider:
        other = shop.ordered_elsewhere(goods_id=189, type="vip", remark="slow", address=ADDRESS)
        shop.clock.pass_by(days=1)
        sending = await shop.lose(provider)
        match = await provider.read_order(a_form(), sending, other.number)
    assert (match.certain, match.differs) == (False, ("time", "type", "items", "remark", "address"))
    assert match.facts["amount"] == "45.00 CNY"


async def test_an_order_made_long_after_ours_differs_in_time(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        shop.clock.pass_by(hours=2)
        match = await provider.read_order(a_form(), sending, shop.ordered_elsewhere().number)
    assert match.differs == ("time",)


@pytest.mark.parametrize("number", [NUMBER, "", "x" * 500, "46&order_id=1"])
async def test_a_number_that_the_shop_does_not_know_is_not_found(shop: Shop, number: str) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        error = await error_of(provider, sending, number)
        await provider.read_order(a_form(), sending, shop.ledger[0].number)
    assert (type(error), error.code, error.params) == (OrderNotFound, "order_not_found", {"number": number})
    shop.assert_only_read()


async def test_an_order_of_another_user_is_not_found(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        theirs = shop.take_elsewhere(Booked(GOODS, USER_ID + 1))
        assert isinstance(await error_of(provider, sending, theirs.number), OrderNotFound)


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
async def test_a_no_of_a_shop_that_cannot_read_orders_is_not_believed(shop: Shop, fault: Fault) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        shop.fail_reads(fault, "/api/orders")
        assert isinstance(await error_of(provider, sending, NUMBER), ReadingFailed)
        shop.heal()
        assert isinstance(await error_of(provider, sending, NUMBER), OrderNotFound)


async def test_a_no_of_a_shop_that_says_no_to_everything_is_not_believed(shop: Shop) -> None:
    no = {"code": -1, "msg": "database is locked", "data": None}
    shop.twist = lambda _: no
    async with shop.account_of_ours() as provider:
        assert isinstance(await error_of(provider, shop.sending(), NUMBER), ReadingFailed)


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
async def test_an_order_that_cannot_be_read_is_read_later(shop: Shop, fault: Fault) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        shop.fail_reads(fault)
        error = await error_of(provider, sending, shop.ledger[0].number)
        assert isinstance(error, ReadingFailed)
        assert error.code == ("orders_not_reached" if fault is Fault.DROP_BEFORE else "order_not_read")
        shop.heal()
        assert (await provider.read_order(a_form(), sending, shop.ledger[0].number)).differs == ()


async def test_an_expired_token_is_denied_or_renewed_by_a_login(shop: Shop) -> None:
    async with shop.account_of_ours() as provider, shop.account_of_ours("login") as with_login:
        sending = await shop.lose(provider)
        await with_login.check_credentials()
        shop.revoke_tokens()
        assert isinstance(await error_of(provider, sending, shop.ledger[0].number), AccessDenied)
        await with_login.read_order(a_form(), sending, shop.ledger[0].number)
        shop.heal()
        await provider.read_order(a_form(), sending, shop.ledger[0].number)


async def read_from(shop: Shop, answer: Any) -> Match:
    """The order as a shop tells it that gives this answer to everything."""
    raw = json.dumps(with_extra_keys(answer)).encode()
    async with (
        answering(http_answer(200, raw)) as stranger,
        shop.account_of_ours(base_url=stranger.url) as provider,
    ):
        return await provider.read_order(a_form(), shop.sending(), NUMBER)


async def test_the_documents_sample_is_read(shop: Shop) -> None:
    match = await read_from(shop, PLACED)
    assert match.order.remarks == (Remark("amount", {"amount": "99.00", "currency": "CNY"}),)
    assert match.facts["time"] == "2022-11-23 14:09:08 UTC"
    assert match.differs == ("time",)


async def test_an_order_booked_for_a_guest_differs_in_its_user(shop: Shop) -> None:
    match = await read_from(shop, PLACED | {"data": PLACED["data"] | {"user_id": 0}})
    assert (match.facts["guest"], match.differs) == ("0", ("guest", "time"))
    assert "guest_order" in [remark.code for remark in match.order.remarks]


@pytest.mark.parametrize(
    "answer",
    [
        PLACED | {"data": PLACED["data"] | {"order_id": "202211232209080047"}},
        PLACED | {"data": PLACED["data"] | {"order_id": ""}},
        PLACED | {"data": [PLACED["data"]]},
        PLACED | {"data": None},
        PLACED | {"code": 4001},
        {},
    ],
)
async def test_an_answer_about_no_order_or_another_one_proves_nothing(shop: Shop, answer: Any) -> None:
    with pytest.raises(ReadingFailed) as caught:
        await read_from(shop, answer)
    assert caught.value.code == "order_not_read"
