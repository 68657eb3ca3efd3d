"""An order whose answer was lost is found again, against a supplier that is really asked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from providers.base import ReadsBalance, ReadsOrders, ReconcilesOrders
from providers.errors import AccessDenied, OutcomeUnknown, ReadingFailed
from providers.orders import Balance
from providers.simulators.base import Fault
from providers.simulators.guoguo.products import LIKES, STORY_VIEWS
from tests.providers.contract import sentence_of
from tests.providers.guoguo.lists import BODY, FORM, ORDERS, RECORDS, SENDING, SENT, Watched, guoguo, sentence


@pytest.fixture
async def simulator() -> AsyncIterator[Watched]:
    async with Watched() as simulator:
        yield simulator


async def lose_an_order(simulator: Watched, fault: Fault = Fault.DROP_AFTER) -> None:
    """Send the form and get no answer."""
    simulator.fail(fault)
    async with guoguo(simulator) as provider:
        with pytest.raises(OutcomeUnknown):
            await provider.place(FORM, SENDING.reference)


def take_one_a_second(simulator: Watched, count: int) -> None:
    moments = [SENT + timedelta(seconds=place + 1) for place in range(count)]
    for moment in moments:
        simulator.now = partial(lambda moment: moment, moment)
        simulator.take_elsewhere(BODY)


async def test_a_row_that_agrees_in_everything_is_still_not_certain(simulator: Watched) -> None:
    simulator.rows_tell = True
    await lose_an_order(simulator)
    async with guoguo(simulator) as provider:
        assert isinstance(provider, ReconcilesOrders)
        findings = await provider.find_order(FORM, SENDING)
    [match] = findings.matches
    [taken] = simulator.ledger
    assert (match.order.number, match.order.supplier_status) == (taken.number, "establish")
    assert match.order.also_known_as == (taken.answer["order_id"],)
    assert (match.certain, match.at, match.differs, findings.complete) == (False, SENT, (), True)
    assert match.facts == {
        "total": "120",
        "status": "establish",
        "product": BODY["product_id"],
        "target": BODY["link"],
        "quantity": "10",
    }


async def test_a_row_that_tells_nothing_is_evidence_only(simulator: Watched) -> None:
    await lose_an_order(simulator)
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(FORM, SENDING)
    [match] = findings.matches
    assert (match.order.number, match.certain) == (simulator.ledger[0].number, False)
    assert (match.facts, match.differs) == ({"total": "120", "status": "establish"}, ())
    assert findings.complete
    assert [sentence(signal) for signal in findings.signals] == [
        "120 points were taken from the account on 2026-06-02T12:30:00+08:00, record CR-202606020001."
    ]


async def test_somebody_elses_order_is_left_out_where_rows_tell(simulator: Watched) -> None:
    simulator.rows_tell = True
    simulator.take_elsewhere(BODY | {"product_id": LIKES, "quantity": 100})
    simulator.take_elsewhere({"product_id": STORY_VIEWS, "quantity": 10, "username": "someone"})
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(FORM, SENDING)
        assert (findings.matches, findings.complete) == ((), True)
        await lose_an_order(simulator)
        matches = (await provider.find_order(FORM, SENDING)).matches
    assert [match.order.number for match in matches] == [simulator.ledger[-1].number]


async def test_somebody_elses_order_stays_evidence_where_rows_do_not_tell(simulator: Watched) -> None:
    simulator.take_elsewhere(BODY | {"product_id": LIKES, "quantity": 100})
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(FORM, SENDING)
    assert [(match.order.number, match.differs) for match in findings.matches] == [(simulator.ledger[0].number, ())]


async def test_an_order_for_another_link_stays_evidence_since_a_link_has_many_spellings(simulator: Watched) -> None:
    simulator.rows_tell = True
    simulator.take_elsewhere(BODY | {"link": "https://example.com/posts/xyz"})
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(FORM, SENDING)
    assert [match.differs for match in findings.matches] == [("target",)]


@pytest.mark.parametrize("tells", [True, False])
async def test_two_orders_alike_are_both_given(simulator: Watched, tells: bool) -> None:  # noqa: FBT001  a table
    simulator.rows_tell = tells
    await lose_an_order(simulator)
    simulator.take_elsewhere(BODY)
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(FORM, SENDING)
    assert {match.order.number for match in findings.matches} == {order.number for order in simulator.ledger}
    assert [(match.certain, match.differs) for match in findings.matches] == [(False, ())] * 2
    assert [signal.code for signal in findings.signals] == ["debit", "debit"]


async def test_another_quantity_is_shown_and_decides_nothing(simulator: Watched) -> None:
    simulator.rows_tell = True
    simulator.take_elsewhere(BODY | {"quantity": 20})
    async with guoguo(simulator) as provider:
        [match] = (await provider.find_order(FORM, SENDING)).matches
    assert (match.differs, match.facts["quantity"]) == (("quantity",), "20")


async def test_an_order_that_is_taken_late_is_not_there_and_then_it_is(simulator: Watched) -> None:
    simulator.rows_tell = True
    await lose_an_order(simulator, Fault.LATE)
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(FORM, SENDING)
        assert (findings.matches, findings.complete, findings.signals) == ((), True, ())
        simulator.take_late()
        [match] = (await provider.find_order(FORM, SENDING)).matches
    assert (match.order.number, match.differs) == (simulator.ledger[0].number, ())


async def test_a_list_of_several_pages_is_read_down_to_the_time_in_question(simulator: Watched) -> None:
    await lose_an_order(simulator)
    take_one_a_second(simulator, 250)
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(FORM, SENDING)
    assert [match.order.number for match in findings.matches[-2:]] == ["ORD-202606020002", "ORD-202606020001"]
    assert (len(findings.matches), findings.complete) == (251, True)


@pytest.mark.parametrize("minutes", [5, 20])
async def test_orders_that_come_in_while_pages_are_turned_hide_none(simulator: Watched, minutes: int) -> None:
    await lose_an_order(simulator)
    take_one_a_second(simulator, 150)
    simulator.now = lambda: SENT + timedelta(minutes=minutes)
    simulator.after_orders = lambda: [simulator.take_elsewhere(BODY) for _ in range(3)]
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(FORM, SENDING)
        numbers = [match.order.number for match in findings.matches]
        assert len(numbers) == len(set(numbers)) == 151
        assert "ORD-202606020001" in numbers
        # Those that came in meanwhile left debits, and their rows were not read.
        assert not findings.complete
        simulator.after_orders = lambda: None
        assert (await provider.find_order(FORM, SENDING)).complete


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.HANG, Fault.GARBAGE, Fault.EMPTY])
async def test_a_list_that_was_not_read_proves_nothing_and_is_read_the_next_time(
    simulator: Watched, fault: Fault
) -> None:
    await lose_an_order(simulator)
    simulator.fail_reads(fault, ORDERS)
    async with guoguo(simulator) as provider:
        provider.longest_search = 0.3 if fault is Fault.HANG else 30
        with pytest.raises(ReadingFailed) as caught:
            await provider.find_order(FORM, SENDING)
        assert sentence_of("guoguo", caught.value)
        with pytest.raises(ReadingFailed):
            await provider.read_order(FORM, SENDING, "ORD-202606020001")
        simulator.heal()
        assert len((await provider.find_order(FORM, SENDING)).matches) == 1


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.HANG, Fault.GARBAGE, Fault.EMPTY])
async def test_without_the_credit_records_the_orders_are_told_and_nothing_is_complete(
    simulator: Watched, fault: Fault
) -> None:
    await lose_an_order(simulator)
    simulator.fail_reads(fault, RECORDS)
    async with guoguo(simulator) as provider:
        provider.longest_search = 0.5 if fault is Fault.HANG else 30
        findings = await provider.find_order(FORM, SENDING)
        assert (len(findings.matches), findings.complete) == (1, False)
        assert [sentence(signal) for signal in findings.signals] == [
            "GuoGuo's records of what was taken from the account could not be read whole."
        ]
        simulator.heal()
        assert (await provider.find_order(FORM, SENDING)).complete


async def test_a_debit_without_an_order_says_that_the_list_does_not_tell_everything(simulator: Watched) -> None:
    await lose_an_order(simulator)
    [hidden], simulator.ledger = simulator.ledger, []
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(FORM, SENDING)
        assert (findings.matches, findings.complete) == ((), False)
        assert [signal.code for signal in findings.signals] == ["debit", "debit_without_order"]
        assert all(sentence(signal) for signal in findings.signals)
        simulator.ledger = [hidden]
        assert (await provider.find_order(FORM, SENDING)).complete


async def test_a_wrong_key_is_denied_every_reading(simulator: Watched) -> None:
    async with guoguo(simulator, api_key="a-wrong-key") as provider:
        for reading in (
            provider.find_order(FORM, SENDING),
            provider.read_order(FORM, SENDING, "ORD-202606020001"),
            provider.balance(),
        ):
            with pytest.raises(AccessDenied):
                await reading


async def test_finding_an_order_only_reads(simulator: Watched) -> None:
    await lose_an_order(simulator)
    simulator.asked.clear()
    before = (list(simulator.received), list(simulator.ledger), simulator.balance)
    async with guoguo(simulator) as provider:
        assert isinstance(provider, ReadsOrders)
        assert isinstance(provider, ReadsBalance)
        await provider.find_order(FORM, SENDING)
        await provider.read_order(FORM, SENDING, "ORD-202606020001")
        assert await provider.balance() == Balance(Decimal(1_000_000_000 - 120), "points")
    assert {method for method, _ in simulator.asked} == {"GET"}
    assert (simulator.received, simulator.ledger, simulator.balance) == before


async def test_a_list_that_lacks_an_order_we_know_of_proves_nothing(simulator: Watched) -> None:
    simulator.rows_tell = True
    await lose_an_order(simulator, Fault.DROP_BEFORE)
    known = simulator.take_elsewhere(BODY | {"product_id": LIKES, "quantity": 100}).number
    async with guoguo(simulator) as provider:
        for numbers, missing in (((known.lower(),), ""), ((known, "ORD-1"), "ORD-1")):
            findings = await provider.find_order(FORM, replace(SENDING, known=numbers))
            assert (findings.matches, findings.complete) == ((), not missing)
            lacked = [signal for signal in findings.signals if signal.code == "lacks_known"]
            assert [signal.params["number"] for signal in lacked] == ([missing] if missing else [])
            assert all(sentence(signal) for signal in findings.signals)
