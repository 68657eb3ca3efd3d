"""How far an order is, as the shop tells it by its number."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from providers.anqicms.provider import Anqicms
from providers.base import ReadsStatus
from providers.errors import AccessDenied, OrderNotFound, ProviderError, ReadingFailed
from providers.orders import Money, Progress, Remark, Status, Tracking
from providers.simulators.anqicms.bodies import Booked
from providers.simulators.anqicms.orders import COMPLETED_AFTER, EXPRESS_COMPANY, PAID_AFTER, SHIPPED_AFTER
from providers.simulators.anqicms.simulator import USER_ID
from providers.simulators.base import Fault
from tests.providers.anqicms.samples import PLACED, REFERENCE, a_form
from tests.providers.anqicms.shop import GOODS, Shop
from tests.providers.contract import WORDS, sentence_of, with_extra_keys
from tests.providers.stranger import answering, http_answer

NUMBER = "202211232209080046"
MADE = datetime(2022, 11, 23, 14, 9, 8, tzinfo=UTC)


async def error_of(provider: Anqicms, number: str) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await provider.read_status(number)
    assert sentence_of("anqicms", caught.value)
    return caught.value


async def told(shop: Shop, **data: Any) -> Progress:
    """What is read from the documents' sample with these values."""
    raw = json.dumps(with_extra_keys(PLACED | {"data": PLACED["data"] | data})).encode()
    async with answering(http_answer(200, raw)) as stranger, shop.account_of_ours(base_url=stranger.url) as provider:
        return await provider.read_status(NUMBER)


async def test_an_order_is_followed_from_payment_to_the_end(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        assert isinstance(provider, ReadsStatus)
        made = shop.clock.at
        number = (await provider.place(a_form(), REFERENCE)).number
        seen = [await provider.read_status(f" {number} ")]
        for after in (PAID_AFTER, SHIPPED_AFTER, COMPLETED_AFTER):
            shop.clock.at = made + after
            seen.append(await provider.read_status(number))
    statuses = [Status.AWAITING_PAYMENT, Status.PAID, Status.SHIPPED, Status.COMPLETED]
    assert [(each.number, each.status, each.supplier_status) for each in seen] == [
        (number, status, str(word)) for word, status in enumerate(statuses)
    ]
    assert [each.status in provider.final for each in seen] == [False, False, False, True]
    times = {
        "created": made,
        "paid": made + PAID_AFTER,
        "shipped": made + SHIPPED_AFTER,
        "completed": made + COMPLETED_AFTER,
    }
    assert [dict(each.times) for each in seen] == [dict(list(times.items())[: n + 1]) for n in range(4)]
    parcel = (Tracking("SF1000000046", EXPRESS_COMPANY),)
    assert [each.tracking for each in seen] == [(), (), parcel, parcel]
    assert {each.amount for each in seen} == {Money(Decimal("99.00"), "CNY")}
    assert {each.remarks for each in seen} == {()}


async def test_the_documents_sample_is_read(shop: Shop) -> None:
    progress = await told(shop)
    assert progress == Progress(
        NUMBER, Status.AWAITING_PAYMENT, "0", Money(Decimal("99.00"), "CNY"), {"created": MADE}, (), (), ()
    )
    assert str((await told(shop, amount=-5)).amount) == str(Money(Decimal("-0.05"), "CNY"))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        (-1, Status.CANCELLED),
        (8, Status.REFUNDING),
        (9, Status.REFUNDED),
        (5, Status.PLACED),
        ("open", Status.PLACED),
        (None, Status.PLACED),
    ],
)
async def test_a_status_is_shown_as_it_is_and_in_our_word_where_there_is_one(
    shop: Shop, word: Any, status: Status
) -> None:
    progress = await told(shop, status=word)
    assert (progress.status, progress.supplier_status) == (status, "" if word is None else str(word))
    assert (progress.status in Anqicms.final) == (word in {-1, 9})


@pytest.mark.parametrize(
    ("status", "refund", "remarks"),
    [
        (1, 8, (Remark("refund_requested"),)),
        (1, -1, (Remark("refund_failed"),)),
        (2, 1, (Remark("refund_done"),)),
        (1, 4, (Remark("refund_unknown", {"status": "4"}),)),
        (1, 0, ()),
        (1, None, ()),
        (8, 8, ()),
        (9, 1, ()),
        (9, 8, ()),
        (-1, 8, ()),
    ],
)
async def test_a_refund_is_told_beside_the_status(
    shop: Shop, status: int, refund: int | None, remarks: tuple[Remark, ...]
) -> None:
    progress = await told(shop, status=status, refund_status=refund)
    assert progress.remarks == remarks
    assert all(
        WORDS[f"remark.anqicms.{one.code}"].format_map({"account": "AnqiCMS"} | one.params) for one in progress.remarks
    )


async def test_an_order_that_ends_another_way_was_not_completed(shop: Shop) -> None:
    closed, cancelled, back, kept = (shop.ordered_elsewhere().number for _ in range(4))
    async with shop.account_of_ours() as provider:
        shop.close(closed)
        shop.cancel(cancelled)
        for number, granted in ((back, True), (kept, False)):
            shop.pay(number)
            shop.ask_refund(number)
            assert [remark.code for remark in (await provider.read_status(number)).remarks] == ["refund_requested"]
            shop.refund(number, granted=granted)
        seen = [await provider.read_status(number) for number in (closed, cancelled, back, kept)]
        assert [each.status for each in seen] == [Status.CANCELLED, Status.CANCELLED, Status.REFUNDED, Status.PAID]
        assert [("completed" in each.times, each.remarks) for each in seen] == [(False, ())] * 4
        shop.complete(kept)
        assert "completed" in (await provider.read_status(kept)).times


@pytest.mark.parametrize("value", [0, -1, None, "1669212548", 1.5, True, 1669212548000])
async def test_what_is_no_time_is_left_out(shop: Shop, value: Any) -> None:
    progress = await told(shop, status=3, paid_time=value, deliver_time=value, finished_time=value)
    assert dict(progress.times) == {"created": MADE}


async def test_a_carrier_without_a_number_is_no_parcel(shop: Shop) -> None:
    assert (await told(shop, express_company="顺丰速运", tracking_number=" ")).tracking == ()
    assert (await told(shop, tracking_number=" SF1 ")).tracking == (Tracking("SF1"),)


@pytest.mark.parametrize("amount", [None, "9900", 99.5])
async def test_an_amount_that_is_no_whole_number_is_left_out(shop: Shop, amount: Any) -> None:
    assert (await told(shop, amount=amount)).amount is None


async def test_an_order_of_another_user_is_told_so(shop: Shop) -> None:
    ours, theirs = (PLACED | {"data": PLACED["data"] | {"user_id": user}} for user in (USER_ID, USER_ID + 1))
    answers = [http_answer(200, json.dumps(answer).encode()) for answer in (ours, theirs, ours)]
    async with answering(*answers) as stranger, shop.account_of_ours(base_url=stranger.url) as provider:
        provider.now = lambda: datetime(2022, 11, 23, 14, 9, 8, tzinfo=UTC)
        await provider.place(a_form(), REFERENCE)
        assert (await provider.read_status(NUMBER)).remarks == (
            Remark("other_user", {"user": str(USER_ID + 1), "ours": str(USER_ID)}),
        )
        assert (await provider.read_status(NUMBER)).remarks == ()


async def test_a_number_that_the_shop_does_not_know_is_not_found(shop: Shop) -> None:
    theirs = shop.take_elsewhere(Booked(GOODS, USER_ID + 1)).number
    shop.ordered_elsewhere()
    async with shop.account_of_ours() as provider:
        for number in (NUMBER, theirs, "ORD-202606010001", ""):
            error = await error_of(provider, number)
            assert (type(error), error.code, error.params) == (OrderNotFound, "order_not_found", {"number": number})


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
async def test_a_no_of_a_shop_that_cannot_read_orders_is_not_believed(shop: Shop, fault: Fault) -> None:
    shop.ordered_elsewhere()
    async with shop.account_of_ours() as provider:
        shop.fail_reads(fault, "/api/orders")
        assert isinstance(await error_of(provider, NUMBER), ReadingFailed)
        shop.heal()
        assert isinstance(await error_of(provider, NUMBER), OrderNotFound)


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
async def test_a_status_that_cannot_be_read_is_read_later(shop: Shop, fault: Fault) -> None:
    number = shop.ordered_elsewhere().number
    async with shop.account_of_ours() as provider:
        shop.clock.at -= timedelta(hours=1)
        shop.fail_reads(fault)
        assert isinstance(await error_of(provider, number), ReadingFailed)
        shop.heal()
        assert (await provider.read_status(number)).status is Status.AWAITING_PAYMENT


async def test_an_expired_token_is_denied_until_it_is_valid(shop: Shop) -> None:
    number = shop.ordered_elsewhere().number
    async with shop.account_of_ours() as provider:
        shop.revoke_tokens()
        assert isinstance(await error_of(provider, number), AccessDenied)
        shop.heal()
        assert (await provider.read_status(number)).number == number
