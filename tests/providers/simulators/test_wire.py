"""A wire passes on what comes, fails once when told, and is as good as new afterwards."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from providers.simulators.base import Fault, Simulator
from providers.simulators.wire import Wire
from tests.providers.simulators.samples import CREDENTIALS, NO_TLS, a_body

TEAPOT = b"HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.fixture
async def wire(simulator: Simulator) -> AsyncIterator[Wire]:
    async with Wire(simulator.url, simulator.create_path) as standing:
        yield standing


async def through(wire: Wire, simulator: Simulator, **more: str) -> httpx.Response:
    """One create over a line of its own; `more` are further keys of its body."""
    async with httpx.AsyncClient(base_url=wire.url, verify=NO_TLS, trust_env=False) as client:
        body = a_body(simulator.name, len(simulator.ledger) + 1) | more
        headers = CREDENTIALS[simulator.name] | {"Connection": "close"}
        return await client.post(simulator.create_path, json=body, headers=headers)


async def assert_next_is_taken(wire: Wire, simulator: Simulator) -> None:
    before = len(simulator.ledger)
    answer = await through(wire, simulator)
    assert simulator.ledger[-1].number in answer.text
    assert len(simulator.ledger) == before + 1


async def test_what_nothing_was_told_about_is_passed_on(wire: Wire, simulator: Simulator) -> None:
    for _ in range(2):
        await assert_next_is_taken(wire, simulator)
    assert (wire.connections, wire.creates) == (2, 2)


async def test_a_faulty_answer_of_the_simulator_comes_through_as_it_is(wire: Wire, simulator: Simulator) -> None:
    simulator.fail(Fault.TRUNCATED)
    with pytest.raises(httpx.TransportError):
        await through(wire, simulator)
    simulator.fail(Fault.ERROR_AFTER)
    assert (await through(wire, simulator)).status_code == 500
    assert len(simulator.ledger) == 2
    await assert_next_is_taken(wire, simulator)


async def test_a_shut_wire_is_no_longer_listened_at_until_it_is_opened_again(wire: Wire, simulator: Simulator) -> None:
    url = wire.url
    await wire.shut()
    with pytest.raises(httpx.ConnectError):
        await through(wire, simulator)
    assert wire.connections == 0
    await wire.open()
    assert wire.url == url
    await assert_next_is_taken(wire, simulator)


async def test_a_handshake_for_tls_fails_and_reaches_nobody(wire: Wire, simulator: Simulator) -> None:
    async with httpx.AsyncClient(verify=NO_TLS, trust_env=False) as client:
        with pytest.raises(httpx.ConnectError, match="SSL"):
            await client.post(wire.url.replace("http:", "https:") + simulator.create_path)
    assert (wire.connections, wire.creates, simulator.received) == (1, 0, [])
    await assert_next_is_taken(wire, simulator)


async def test_a_line_that_is_cut_within_has_not_brought_the_whole_body(wire: Wire, simulator: Simulator) -> None:
    wire.cut_within()
    with pytest.raises(httpx.ReadError):
        await through(wire, simulator, padding="x" * 10_000)
    (cut,) = wire.cuts
    assert 0 < cut.arrived < cut.announced
    assert cut.announced > 10_000
    assert simulator.received == []
    await assert_next_is_taken(wire, simulator)


@pytest.mark.parametrize("taken", [False, True])
async def test_another_answer_is_given_with_or_without_taking_the_order(
    wire: Wire, simulator: Simulator, *, taken: bool
) -> None:
    wire.answer_instead(TEAPOT, taken=taken)
    assert (await through(wire, simulator)).status_code == 418
    assert len(simulator.ledger) == taken
    await assert_next_is_taken(wire, simulator)


async def test_a_read_is_passed_on_while_a_create_is_to_fail(wire: Wire, simulator: Simulator) -> None:
    wire.answer_instead(TEAPOT, taken=False)
    async with httpx.AsyncClient(base_url=wire.url, verify=NO_TLS, trust_env=False) as client:
        assert (await client.get("/nowhere")).status_code != 418
        assert (await client.get(simulator.create_path)).status_code != 418
    assert (await through(wire, simulator)).status_code == 418
    await assert_next_is_taken(wire, simulator)


async def test_shutting_cuts_the_lines_that_wait_for_an_answer(wire: Wire, simulator: Simulator) -> None:
    heard = asyncio.Event()
    simulator.on_change = heard.set
    simulator.fail(Fault.HANG)
    waiting = asyncio.create_task(through(wire, simulator))
    await heard.wait()
    await wire.shut()
    with pytest.raises(httpx.TransportError):
        await waiting
    assert len(simulator.ledger) == 1
    await wire.open()
    await assert_next_is_taken(wire, simulator)
