"""An order number that a person has found, held against what was sent."""

import json
from typing import Any

import pytest

from providers.damaijia.create import order_body
from providers.damaijia.orders import ORDERS, PARCELS
from providers.damaijia.provider import Damaijia, DamaijiaSettings
from providers.errors import AccessDenied, OrderNotFound, ProviderError, ReadingFailed
from providers.orders import Match
from providers.simulators.base import Fault
from providers.simulators.damaijia.orders import POOR, RICH
from tests.providers.contract import sentence_of
from tests.providers.damaijia.recording import Recording
from tests.providers.damaijia.samples import RECIPIENT, REFERENCE, a_form, a_sending
from tests.providers.stranger import answering, http_answer

NUMBER = "2021020411023208680132"
EMPTY = {"status": 0, "data": []}


async def check(account: Damaijia, number: str) -> Match:
    return await account.read_order(a_form(), a_sending(), number)


async def error_of(account: Damaijia, number: str) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await check(account, number)
    assert sentence_of("damaijia", caught.value)
    return caught.value


def taken(supplier: Recording, **changes: Any) -> str:
    return supplier.take_elsewhere(order_body(a_form(**changes), REFERENCE)).number


async def test_an_order_with_our_id_is_ours(supplier: Recording, account: Damaijia) -> None:
    supplier.rows_carry = RICH
    number = taken(supplier)
    match = await check(account, f" {number} ")
    assert (match.order.number, match.certain, match.differs) == (number, True, ())
    assert supplier.filters(PARCELS) == supplier.filters(ORDERS) == [{"order_sn": number}]


async def test_an_order_without_our_id_may_be_ours(supplier: Recording, account: Damaijia) -> None:
    number = taken(supplier)
    match = await check(account, number)
    assert (match.order.number, match.certain, match.differs) == (number, False, ())
    assert match.facts["mobile"] == "15000000007"


async def test_an_order_that_differs_says_where(supplier: Recording, account: Damaijia) -> None:
    number = taken(supplier, product_number="2", recipients=[RECIPIENT | {"consignee": "李小红"}])
    match = await check(account, number)
    assert (match.certain, match.differs) == (False, ("quantity", "recipients"))
    assert match.facts.items() >= {"quantity": "2", "recipients": "李小红"}.items()


async def test_a_number_that_both_lists_miss_is_not_found(supplier: Recording, account: Damaijia) -> None:
    assert isinstance(await error_of(account, NUMBER), OrderNotFound)
    assert (await check(account, taken(supplier))).order.number


@pytest.mark.parametrize("path", [ORDERS, PARCELS])
@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
async def test_one_list_is_enough_to_find_and_not_enough_to_miss(
    supplier: Recording, account: Damaijia, path: str, fault: Fault
) -> None:
    supplier.fail_reads(fault, path)
    assert isinstance(await error_of(account, NUMBER), ReadingFailed)
    number = taken(supplier)
    assert (await check(account, number)).order.number == number
    supplier.heal()
    assert isinstance(await error_of(account, NUMBER), OrderNotFound)


async def test_lists_that_fail_prove_nothing(supplier: Recording, account: Damaijia) -> None:
    number = taken(supplier)
    supplier.fail_reads(Fault.GARBAGE)
    assert isinstance(await error_of(account, number), ReadingFailed)
    supplier.heal()
    assert (await check(account, number)).order.number == number


async def test_a_denied_token_is_no_answer(supplier: Recording, account: Damaijia) -> None:
    number = taken(supplier)
    supplier.revoke_tokens()
    assert isinstance(await error_of(account, number), AccessDenied)
    async with supplier.client_with_login() as other:
        await check(other, number)
        supplier.revoke_tokens()
        assert (await check(other, number)).order.number == number
    assert supplier.logins == 2


async def test_rows_without_numbers_are_evidence_whatever_they_carry(supplier: Recording, account: Damaijia) -> None:
    supplier.rows_carry = RICH - {"order_sn"}
    number = taken(supplier)
    match = await check(account, number)
    assert (match.order.number, match.certain, match.differs) == (number, False, ())
    assert "1000111" in match.facts["our_id"]
    supplier.rows_carry = POOR
    assert (await check(account, number)).order.number == number


@pytest.mark.parametrize("other", [{"order_sn": "1"}, {"order_sn": NUMBER[:-1]}])
async def test_rows_of_other_orders_do_not_say_that_there_is_none(other: dict[str, Any]) -> None:
    row = other | {"site_order_id": int(REFERENCE)}
    async with answering(http_answer(200, json.dumps({"status": 0, "data": [row]}).encode())) as stranger:
        error = await error_at(stranger.url)
    assert (type(error), error.code) == (ReadingFailed, "other_orders")
    async with answering(http_answer(200, json.dumps(EMPTY).encode())) as stranger:
        assert isinstance(await error_at(stranger.url), OrderNotFound)


async def error_at(url: str) -> ProviderError:
    settings = DamaijiaSettings.model_validate({"provider": "damaijia", "base_url": url, "access_token": "abc"})
    async with Damaijia(settings) as account:
        return await error_of(account, NUMBER)
