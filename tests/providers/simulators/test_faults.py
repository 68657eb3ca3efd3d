"""Each fault: what the client sees, whether the ledger has the order, and that the next create goes well."""

import asyncio

import httpx
import pytest

from providers.simulators.base import Fault, Simulator
from tests.providers.simulators.samples import a_body, send

LOST = (httpx.RemoteProtocolError, httpx.ReadError)


async def give_up(waiting: asyncio.Task[httpx.Response]) -> None:
    """Close the line from the client's side."""
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def give_up_within_the_delay(simulator: Simulator) -> None:
    """A client that goes after its create has come in and before it is taken."""
    simulator.fail(Fault.DELAY, seconds=60)
    waiting = asyncio.create_task(send(simulator, a_body(simulator.name), patience=60))
    while simulator.failing:  # noqa: ASYNC110  a supplier announces what it has decided, not what it waits for
        await asyncio.sleep(0.001)
    await give_up(waiting)
    assert simulator.ledger == []


async def assert_next_is_taken(simulator: Simulator, place: int = 9) -> None:
    before = len(simulator.ledger)
    answer = await send(simulator, a_body(simulator.name, place))
    assert answer.is_success
    assert simulator.ledger[-1].number in answer.text
    assert len(simulator.ledger) == before + 1
    assert simulator.received[-1].outcome == "placed"


async def test_a_refusal_is_answered_once_and_takes_nothing(simulator: Simulator) -> None:
    simulator.fail(Fault.REFUSE)
    answer = await send(simulator, a_body(simulator.name))
    assert answer.json()
    assert simulator.ledger == []
    assert simulator.received[-1].outcome == f"refused {simulator.refusals[0]}"
    await assert_next_is_taken(simulator)


async def test_every_refusal_that_it_knows_can_be_asked_for(simulator: Simulator) -> None:
    for code in simulator.refusals:
        simulator.fail(Fault.REFUSE, code=code)
        await send(simulator, a_body(simulator.name))
        assert simulator.received[-1].outcome == f"refused {code}"
    assert simulator.ledger == []
    await assert_next_is_taken(simulator)


async def test_a_refusal_that_no_document_knows_cannot_be_asked_for(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="no refusal 'nonsense'"):
        simulator.fail(Fault.REFUSE, code="nonsense")
    await assert_next_is_taken(simulator)


@pytest.mark.parametrize(("fault", "taken"), [(Fault.ERROR_BEFORE, 0), (Fault.ERROR_AFTER, 1)])
async def test_an_error_500_comes_before_or_after_taking_the_order(
    simulator: Simulator, fault: Fault, taken: int
) -> None:
    simulator.fail(fault)
    answer = await send(simulator, a_body(simulator.name))
    assert answer.status_code == 500
    assert len(simulator.ledger) == taken
    assert simulator.received[-1].outcome == f"fault {fault}"
    await assert_next_is_taken(simulator)


@pytest.mark.parametrize(("fault", "taken"), [(Fault.DROP_BEFORE, 0), (Fault.DROP_AFTER, 1)])
async def test_the_line_is_cut_before_or_after_taking_the_order(simulator: Simulator, fault: Fault, taken: int) -> None:
    simulator.fail(fault)
    with pytest.raises(LOST):
        await send(simulator, a_body(simulator.name))
    assert len(simulator.ledger) == taken
    assert simulator.received[-1].outcome == f"fault {fault}"
    await assert_next_is_taken(simulator)


async def test_a_truncated_answer_ends_in_its_middle_and_the_order_is_taken(simulator: Simulator) -> None:
    simulator.fail(Fault.TRUNCATED)
    with pytest.raises(LOST, match=r"incomplete|closed"):
        await send(simulator, a_body(simulator.name))
    assert len(simulator.ledger) == 1
    await assert_next_is_taken(simulator)


async def test_garbage_is_a_200_that_is_not_json_and_the_order_is_taken(simulator: Simulator) -> None:
    simulator.fail(Fault.GARBAGE)
    answer = await send(simulator, a_body(simulator.name))
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"."):
        answer.json()
    assert len(simulator.ledger) == 1
    await assert_next_is_taken(simulator)


async def test_an_empty_answer_is_a_200_and_the_order_is_taken(simulator: Simulator) -> None:
    simulator.fail(Fault.EMPTY)
    answer = await send(simulator, a_body(simulator.name))
    assert (answer.status_code, answer.content) == (200, b"")
    assert len(simulator.ledger) == 1
    await assert_next_is_taken(simulator)


async def test_a_success_without_a_number_is_otherwise_the_usual_one(simulator: Simulator) -> None:
    simulator.fail(Fault.NO_NUMBER)
    answer = await send(simulator, a_body(simulator.name))
    assert answer.is_success
    assert answer.json()
    assert simulator.ledger[0].number not in answer.text
    await assert_next_is_taken(simulator)


@pytest.mark.parametrize(("fault", "taken"), [(Fault.ANOTHER_BEFORE, 0), (Fault.ANOTHER_AFTER, 1)])
async def test_the_answer_of_the_order_before_comes_with_or_without_taking_the_order(
    simulator: Simulator, fault: Fault, taken: int
) -> None:
    before = await send(simulator, a_body(simulator.name))
    simulator.fail(fault)
    answer = await send(simulator, a_body(simulator.name, 1))
    assert (answer.status_code, answer.json()) == (before.status_code, before.json())
    assert len(simulator.ledger) == 1 + taken
    assert simulator.received[-1].outcome == f"fault {fault}"
    await assert_next_is_taken(simulator)


async def test_an_answer_of_the_order_before_waits_until_there_is_one(simulator: Simulator) -> None:
    simulator.fail(Fault.ANOTHER_AFTER)
    first = await send(simulator, a_body(simulator.name))
    assert simulator.received[-1].outcome == "placed"
    assert simulator.failing is Fault.ANOTHER_AFTER
    assert (await send(simulator, a_body(simulator.name, 1))).json() == first.json()
    await assert_next_is_taken(simulator)


async def test_a_hanging_create_is_taken_and_answered_when_healed(simulator: Simulator) -> None:
    heard = asyncio.Event()
    simulator.on_change = heard.set
    simulator.fail(Fault.HANG)
    waiting = asyncio.create_task(send(simulator, a_body(simulator.name)))
    await heard.wait()
    assert len(simulator.ledger) == 1
    assert not waiting.done()
    simulator.heal()
    assert simulator.ledger[0].number in (await waiting).text
    await assert_next_is_taken(simulator)


async def test_stopping_cuts_a_hanging_create_at_once(simulator: Simulator) -> None:
    heard = asyncio.Event()
    simulator.on_change = heard.set
    simulator.fail(Fault.HANG)
    waiting = asyncio.create_task(send(simulator, a_body(simulator.name), patience=60))
    await heard.wait()
    async with asyncio.timeout(20):
        await simulator.stop()
        with pytest.raises(LOST):
            await waiting
    await simulator.start()
    assert len(simulator.ledger) == 1
    await assert_next_is_taken(simulator)


async def test_a_client_that_gives_up_leaves_the_order_with_the_supplier(simulator: Simulator) -> None:
    heard = asyncio.Event()
    simulator.on_change = heard.set
    simulator.fail(Fault.HANG)
    waiting = asyncio.create_task(send(simulator, a_body(simulator.name), patience=60))
    await heard.wait()
    await give_up(waiting)
    assert len(simulator.ledger) == 1
    await assert_next_is_taken(simulator)


async def test_a_delayed_create_is_taken_late_also_when_the_client_has_given_up(simulator: Simulator) -> None:
    heard = asyncio.Event()
    simulator.on_change = heard.set
    await give_up_within_the_delay(simulator)
    simulator.heal()
    await heard.wait()
    assert len(simulator.ledger) == 1
    await assert_next_is_taken(simulator)


async def test_a_short_delay_ends_in_the_usual_answer(simulator: Simulator) -> None:
    simulator.fail(Fault.DELAY, seconds=0.01)
    answer = await send(simulator, a_body(simulator.name))
    assert simulator.ledger[0].number in answer.text


async def test_a_create_that_is_delayed_at_the_stop_is_not_taken(simulator: Simulator) -> None:
    await give_up_within_the_delay(simulator)
    await simulator.stop()
    assert simulator.ledger == []
    assert simulator.received[-1].outcome == "fault delay"
    await simulator.start()
    await assert_next_is_taken(simulator)


async def test_a_fault_lasts_for_as_many_creates_as_it_was_told(simulator: Simulator) -> None:
    simulator.fail(Fault.ERROR_BEFORE, times=2)
    codes = [(await send(simulator, a_body(simulator.name, place))).status_code for place in range(3)]
    assert codes[:2] == [500, 500]
    assert len(simulator.ledger) == 1


async def test_a_fault_without_end_lasts_until_it_is_healed(simulator: Simulator) -> None:
    simulator.fail(Fault.ERROR_BEFORE, times=None)
    for place in range(3):
        assert (await send(simulator, a_body(simulator.name, place))).status_code == 500
    simulator.heal()
    await assert_next_is_taken(simulator)


async def test_a_fault_after_taking_passes_over_what_is_refused_anyway(simulator: Simulator) -> None:
    simulator.fail(Fault.DROP_AFTER)
    await send(simulator, b"{")
    assert simulator.received[-1].outcome.startswith("refused")
    assert simulator.ledger == []
    with pytest.raises(LOST):
        await send(simulator, a_body(simulator.name))
    assert len(simulator.ledger) == 1
    await assert_next_is_taken(simulator)


async def test_a_fault_before_taking_also_meets_what_would_be_refused(simulator: Simulator) -> None:
    simulator.fail(Fault.ERROR_BEFORE)
    assert (await send(simulator, b"{")).status_code == 500
    await assert_next_is_taken(simulator)
