"""A shop in trouble was seen to say less than is so, and to give a number that leads nowhere; neither is believed."""

from dataclasses import replace
from typing import Any

import pytest

from providers.anqicms.provider import Anqicms
from providers.errors import AccessDenied, OrderNotFound, ProviderError, ReadingFailed
from providers.orders import Findings, Sending, Status
from providers.simulators.anqicms.bodies import Booked
from providers.simulators.base import Fault
from tests.providers.anqicms.samples import REFERENCE, a_form
from tests.providers.anqicms.shop import GOODS, Shop, looked, numbers, signals
from tests.providers.contract import sentence_of

NULL: dict[str, Any] = {"code": 0, "data": None, "msg": "", "total": 0}
NUMBER = "202211232209080046"


async def error_of(provider: Anqicms, sending: Sending, number: str) -> ProviderError:
    """The same error is told of a number's status and of what a person says it is."""
    with pytest.raises(ProviderError) as status:
        await provider.read_status(number)
    with pytest.raises(ProviderError) as order:
        await provider.read_order(a_form(), sending, number)
    assert (type(status.value), status.value.code) == (type(order.value), order.value.code)
    assert sentence_of("anqicms", order.value)
    return order.value


async def test_a_shop_that_cannot_read_its_orders_has_not_lost_ours(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        shop.orders_unreadable = True
        with pytest.raises(ReadingFailed) as caught:
            await looked(shop, provider, sending)
        assert caught.value.code == "list_not_read"
        number = shop.ledger[0].number
        assert isinstance(await error_of(provider, sending, number), ReadingFailed)
        with pytest.raises(ReadingFailed) as caught:
            await provider.check_credentials()
        assert sentence_of("anqicms", caught.value)
        shop.heal()
        assert numbers(await looked(shop, provider, sending)) == [number]
        assert (await provider.read_status(number)).status is Status.AWAITING_PAYMENT
        await provider.check_credentials()


@pytest.mark.parametrize("page", [1, 2])
async def test_one_page_without_a_list_spoils_the_reading(shop: Shop, page: int) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider)
        for _ in range(60):
            shop.ordered_elsewhere(quantity=2)

        def before(current: int) -> None:
            shop.orders_unreadable = current == page

        shop.before_page = before
        with pytest.raises(ReadingFailed):
            await looked(shop, provider, sending)
        shop.before_page = lambda _: None
        shop.heal()
        assert len((await looked(shop, provider, sending)).matches) == 1


async def test_a_list_that_lacks_an_order_we_know_of_proves_nothing(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        placed = [
            (await provider.place(a_form(items=[{"goods_id": 189, "quantity": 1}]), str(n))).number for n in (1, 2)
        ]
        sending = replace(await shop.lose(provider, fault=Fault.DROP_BEFORE), known=tuple(placed))
        assert (await looked(shop, provider, sending)).complete
        whole, shop.book.orders = shop.book.orders, []
        for left, missing in (([], placed[1]), (whole[1:], placed[0])):
            shop.book.orders = left
            found = await looked(shop, provider, sending)
            assert (found.matches, found.complete, signals(found)) == ((), False, ["lacks_known", "not_whole"])
            assert found.signals[0].params == {"number": missing}
        shop.book.orders = whole
        assert (await looked(shop, provider, sending)).complete


async def absence(shop: Shop, provider: Anqicms, sending: Sending, then: Any) -> Findings:
    """The findings when `then()` happens between the two readings that are to prove an absence."""
    read: list[int] = []

    def before(page: int) -> None:
        read.append(page)
        if len(read) == 2:
            then()

    shop.before_page = before
    found = await looked(shop, provider, sending)
    shop.before_page = lambda _: None
    assert read == [1, 1]
    return found


async def test_an_absence_takes_two_readings(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.LATE)
        found = await absence(shop, provider, sending, lambda: None)
        assert (found.matches, found.complete) == ((), True)
        found = await absence(shop, provider, sending, shop.take_late)
        assert numbers(found) == [shop.ledger[0].number]


async def test_two_readings_that_do_not_agree_prove_no_absence(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        other = shop.ordered_elsewhere(quantity=2)
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        found = await absence(shop, provider, sending, lambda: shop.delete(other.number))
        assert (found.matches, found.complete, signals(found)) == ((), False, ["not_whole"])
        assert (await absence(shop, provider, sending, lambda: shop.ordered_elsewhere(quantity=3))).complete


async def test_a_second_reading_that_fails_proves_nothing(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)

        def fail() -> None:
            shop.orders_unreadable = True

        with pytest.raises(ReadingFailed):
            await absence(shop, provider, sending, fail)
        shop.before_page = lambda _: None
        shop.heal()
        assert (await looked(shop, provider, sending)).complete


async def test_the_two_readings_are_some_seconds_apart() -> None:
    assert 1 < Anqicms.second_look_after < Anqicms.longest_search / 2


async def test_a_no_is_not_believed_of_a_shop_that_shows_no_order_at_all(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = shop.sending()
        shop.requests.clear()
        assert isinstance(await error_of(provider, sending, NUMBER), ReadingFailed)
        shop.ordered_elsewhere()
        assert isinstance(await error_of(provider, sending, NUMBER), OrderNotFound)


async def test_a_no_is_not_believed_while_the_list_has_the_order(shop: Shop) -> None:
    number = shop.ordered_elsewhere().number
    async with shop.account_of_ours() as provider:
        shop.each_row(order_id=NUMBER)
        assert isinstance(await error_of(provider, shop.sending(), NUMBER), ReadingFailed)
        shop.twist = lambda answer: answer
        assert (await provider.read_status(number)).number == number


async def test_an_order_is_asked_for_again_after_a_new_login(shop: Shop) -> None:
    number = shop.ordered_elsewhere().number
    async with shop.account_of_ours("login") as provider:
        await provider.check_credentials()
        for read in (
            lambda: provider.read_status(number),
            lambda: provider.read_order(a_form(), shop.sending(), number),
        ):
            shop.revoke_tokens()
            shop.requests.clear()
            await read()
            detail, page = "GET /api/order/detail", "GET /api/orders"
            assert shop.requests == [detail, page, "POST /api/login", page, detail]
        shop.revoke_tokens()
        assert isinstance(await error_of(provider, shop.sending(), NUMBER), OrderNotFound)


async def test_a_token_that_is_renewed_meanwhile_is_asked_with_again(shop: Shop) -> None:
    number = shop.ordered_elsewhere().number
    async with shop.account_of_ours() as provider:
        await provider.check_credentials()
        shop.offer_token()
        assert (await provider.read_status(number)).number == number
        shop.offer_token()
        with pytest.raises(OrderNotFound):
            await provider.read_status(NUMBER)


@pytest.mark.parametrize("marker", [True, False])
async def test_a_guests_order_can_be_read_by_anybody_and_is_not_ours_for_that(shop: Shop, *, marker: bool) -> None:
    async with shop.account_of_ours(remark_marker=marker) as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        number = shop.take_elsewhere(Booked(GOODS | {"remark": f"[R{REFERENCE}]"}, 0)).number
        match = await provider.read_order(a_form(), sending, number)
        told = await provider.read_status(number)
    assert (match.certain, "guest" in match.differs, match.facts["guest"]) == (False, True, "0")
    assert [remark.code for remark in told.remarks] == ["guest_order"]


async def test_after_an_order_as_a_guest_the_next_one_logs_in(shop: Shop) -> None:
    shop.allows_guests = True
    async with shop.account_of_ours("login") as provider:
        await provider.check_credentials()
        shop.revoke_tokens()
        placed = [await provider.place(a_form(), str(n)) for n in (1, 2)]
    assert [[remark.code for remark in one.remarks] for one in placed] == [["amount", "guest_order"], ["amount"]]
    assert shop.requests.count("POST /api/login") == 2


@pytest.mark.parametrize("kind", ["token", "login"])
async def test_a_shop_without_its_database_places_nothing_and_nobody_is_blamed(shop: Shop, kind: Any) -> None:
    async with shop.account_of_ours(kind) as provider:
        sending = await shop.lose(provider)
        shop.database_down = True
        with pytest.raises(AccessDenied) as caught:
            await provider.place(a_form(), "2")
        assert "just now" in sentence_of("anqicms", caught.value)
        assert len(shop.ledger) == 1
        for read in (provider.find_order(a_form(), sending), provider.read_status(shop.ledger[0].number)):
            with pytest.raises(AccessDenied):
                await read
        shop.heal()
        assert len((await provider.find_order(a_form(), sending)).matches) == 1
        assert (await provider.place(a_form(), "2")).number


async def test_an_order_that_was_answered_and_never_stored_is_not_there(shop: Shop) -> None:
    shop.ordered_elsewhere()
    async with shop.account_of_ours() as provider:
        shop.loses_next = 1
        lost = await provider.place(a_form(), "1")
        with pytest.raises(OrderNotFound):
            await provider.read_status(lost.number)
        kept = await provider.place(a_form(), "2")
        assert (await provider.read_status(kept.number)).number == kept.number
        assert kept.number != lost.number
        assert Anqicms.knows_at_once


async def test_what_the_login_sets_beside_its_token_signs_nobody_in(shop: Shop) -> None:
    async with shop.account_of_ours("login") as provider:
        await provider.check_credentials()
        assert (await provider.list_products()).whole


async def test_a_total_other_than_the_one_shown_is_told(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        goods = (await provider.read_product(a_form().chosen()[0])).model_dump(mode="json")
        form = a_form(items=[{"goods_id": 188, "quantity": 3, "goods": goods}])
        assert [remark.code for remark in (await provider.place(form, "1")).remarks] == ["amount"]
        shop.goods[188] = (shop.goods[188][0], 10000)
        placed = await provider.place(form, "2")
        assert [(remark.code, remark.params["amount"]) for remark in placed.remarks] == [
            ("amount", "300.00"),
            ("total_shown", "297.00"),
        ]
        sending = await shop.lose(provider, form)
        for match in (await provider.find_order(form, sending)).matches:
            told = "total_shown" in [remark.code for remark in match.order.remarks]
            assert told == (match.facts["amount"] != "297.00 CNY")
        unlike = a_form(items=[{"goods_id": 188, "quantity": 3, "goods": goods | {"unit": "USD"}}])
        assert [remark.code for remark in (await provider.place(unlike, "3")).remarks] == ["amount"]
