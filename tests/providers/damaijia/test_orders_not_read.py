"""A list that can't be read proves nothing: what was seen stays evidence, and nothing seen is told as a failure."""

import asyncio

import pytest

from providers.damaijia.matching import Signal
from providers.damaijia.orders import ORDERS, PARCELS
from providers.damaijia.provider import LOGIN, Damaijia
from providers.errors import AccessDenied, ProviderError, ReadingFailed
from providers.orders import Findings
from providers.simulators.base import OF_READS, Fault
from tests.providers.contract import sentence_of
from tests.providers.damaijia.looking import look, lose, numbers, told
from tests.providers.damaijia.recording import Recording
from tests.providers.damaijia.samples import a_form, a_sending


async def look_through(supplier: Recording, account: Damaijia) -> Findings:
    """Look while reads fail; one that hangs is cut as soon as it has arrived."""

    async def cut() -> None:
        while True:
            await supplier.arrived.wait()
            supplier.arrived.clear()
            supplier.release()

    cutting = asyncio.create_task(cut())
    try:
        return await look(account)
    finally:
        cutting.cancel()


@pytest.mark.parametrize("fault", sorted(OF_READS))
@pytest.mark.parametrize(
    ("path", "signal"),
    [(PARCELS, Signal.PARCELS_NOT_READ), (ORDERS, Signal.ORDERS_NOT_READ)],
    ids=["parcels", "orders"],
)
async def test_one_list_that_fails_leaves_the_others_word(
    supplier: Recording, account: Damaijia, path: str, signal: Signal, fault: Fault
) -> None:
    await lose(supplier, account)
    supplier.fail_reads(fault, path)
    findings = await look_through(supplier, account)
    assert told(findings) == [(numbers(supplier)[0], False, ())]
    assert [signal.code for signal in findings.signals] == [signal]
    supplier.heal()
    assert (await look(account)).signals == ()


@pytest.mark.parametrize("fault", sorted(OF_READS))
async def test_when_both_lists_fail_nothing_is_known(supplier: Recording, account: Damaijia, fault: Fault) -> None:
    await lose(supplier, account)
    supplier.fail_reads(fault)
    with pytest.raises(ReadingFailed) as caught:
        await look_through(supplier, account)
    assert "nothing was sent" not in sentence_of("damaijia", caught.value)
    assert "says nothing about the order" in sentence_of("damaijia", caught.value)
    supplier.heal()
    assert told(await look(account)) == [(numbers(supplier)[0], False, ())]


async def test_a_supplier_that_does_not_answer_ends_the_search_in_time(supplier: Recording, account: Damaijia) -> None:
    await lose(supplier, account)
    supplier.fail_reads(Fault.HANG)
    account.longest_search = 0.3
    with pytest.raises(ReadingFailed) as caught:
        await look(account)
    assert caught.value.code == "list_not_read"
    assert sentence_of("damaijia", caught.value)
    with pytest.raises(ReadingFailed):
        await account.read_order(a_form(), a_sending(), numbers(supplier)[0])
    account.longest_search = 30
    supplier.heal()
    assert told(await look(account)) == [(numbers(supplier)[0], False, ())]


async def test_what_was_read_in_time_stays_evidence(supplier: Recording, account: Damaijia) -> None:
    await lose(supplier, account)
    supplier.fail_reads(Fault.HANG, ORDERS)
    account.longest_search = 0.5
    findings = await look(account)
    assert told(findings) == [(numbers(supplier)[0], False, ())]
    assert [signal.code for signal in findings.signals] == [Signal.ORDERS_NOT_READ]
    account.longest_search = 30
    supplier.heal()
    assert (await look(account)).signals == ()


async def test_an_expired_token_is_renewed_once(supplier: Recording) -> None:
    async with supplier.client_with_login() as account:
        await lose(supplier, account)
        supplier.revoke_tokens()
        findings = await look(account)
    assert (told(findings), supplier.logins) == ([(numbers(supplier)[0], False, ())], 1)


async def test_a_given_token_that_is_denied_denies_access(supplier: Recording, account: Damaijia) -> None:
    await lose(supplier, account)
    supplier.revoke_tokens()
    with pytest.raises(AccessDenied):
        await look(account)
    supplier.heal()
    assert told(await look(account)) == [(numbers(supplier)[0], False, ())]


async def test_a_login_that_fails_proves_nothing(supplier: Recording) -> None:
    supplier.fail_reads(Fault.DROP_BEFORE, LOGIN)
    async with supplier.client_with_login() as account:
        with pytest.raises(ProviderError) as caught:
            await look(account)
        assert "nothing was sent" not in sentence_of("damaijia", caught.value)
        supplier.heal()
        assert await look(account) == Findings()
