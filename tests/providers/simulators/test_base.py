"""What a simulator keeps, shows and hides, whichever supplier it is."""

from datetime import UTC, datetime

import httpx
import pytest

from providers.simulators.base import MASK, Simulator
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from providers.simulators.registry import SIMULATORS
from tests.providers.simulators.samples import CREDENTIALS, a_body, client, send


async def test_the_ledger_has_number_body_and_time(simulator: Simulator) -> None:
    moment = datetime(2026, 6, 2, 4, 30, tzinfo=UTC)
    simulator.now = lambda: moment
    body = a_body(simulator.name)
    answer = await send(simulator, body)
    (order,) = simulator.ledger
    assert (order.body, order.taken_at) == (body, moment)
    assert order.number in answer.text


async def test_every_order_has_a_number_of_its_own(simulator: Simulator) -> None:
    for place in range(3):
        await send(simulator, a_body(simulator.name, place))
    assert len({order.number for order in simulator.ledger}) == 3


async def test_what_was_received_is_kept_without_credentials(simulator: Simulator) -> None:
    await send(simulator, a_body(simulator.name))
    (received,) = simulator.received
    assert (received.method, received.path, received.outcome) == ("POST", simulator.create_path, "placed")
    assert received.body == a_body(simulator.name)
    assert received.headers["content-type"] == "application/json"
    for name, secret in CREDENTIALS[simulator.name].items():
        assert received.headers[name.lower()] == MASK
        assert secret not in repr(received)


async def test_a_body_that_is_not_json_is_kept_as_text_and_refused(simulator: Simulator) -> None:
    await send(simulator, b"goods_id=188")
    assert simulator.received[-1].body == "goods_id=188"
    assert simulator.ledger == []


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"1", b"null", b'"{}"', b"\xff\xfe", b"[" * 100_000, b'{"quantity": NaN}'], ids=repr
)
async def test_only_a_json_object_is_an_order(simulator: Simulator, raw: bytes) -> None:
    await send(simulator, raw, {"Content-Type": "application/json"})
    assert simulator.received[-1].outcome.startswith("refused")
    assert simulator.ledger == []


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
async def test_a_body_that_is_not_declared_as_json_is_refused(simulator: Simulator, kind: str) -> None:
    raw = httpx.Request("POST", "http://x", json=a_body(simulator.name)).content
    await send(simulator, raw, {"Content-Type": kind})
    assert simulator.received[-1].outcome.startswith("refused")
    assert simulator.ledger == []
    await send(simulator, raw, {"Content-Type": "application/json; charset=utf-8"})
    assert len(simulator.ledger) == 1


async def test_a_key_that_no_document_has_is_refused(simulator: Simulator) -> None:
    await send(simulator, a_body(simulator.name, reference="100000000000001"))
    assert simulator.received[-1].outcome.startswith("refused")
    assert simulator.ledger == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_another_method_than_post_is_405(simulator: Simulator, method: str) -> None:
    async with client() as line:
        answer = await line.request(method, simulator.url + simulator.create_path)
    assert answer.status_code == 405
    assert simulator.received[-1].outcome == "refused wrong_method"


async def test_an_address_that_no_document_has_is_404(simulator: Simulator) -> None:
    async with client() as line:
        answers = [await line.post(simulator.url + path, json={}) for path in ("/", simulator.create_path + "x")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert simulator.received == []


async def test_each_received_create_is_announced(simulator: Simulator) -> None:
    seen: list[int] = []
    simulator.on_change = lambda: seen.append(len(simulator.received))
    await send(simulator, a_body(simulator.name))
    await send(simulator, b"{")
    assert seen == [1, 2]


async def test_the_ledger_survives_a_restart_at_the_same_address(simulator: Simulator) -> None:
    await send(simulator, a_body(simulator.name))
    address = simulator.url
    await simulator.stop()
    with pytest.raises(RuntimeError, match="not running"):
        _ = simulator.url
    await simulator.stop()
    await simulator.start(port=int(address.rsplit(":", 1)[1]))
    assert simulator.url == address
    await send(simulator, a_body(simulator.name, 1))
    assert len(simulator.ledger) == 2


async def test_a_taken_address_is_an_error_that_leaves_nothing_running() -> None:
    async with GuoGuoSimulator() as first:
        second = GuoGuoSimulator()
        with pytest.raises(OSError, match="address already in use"):
            await second.start(port=int(first.url.rsplit(":", 1)[1]))
        with pytest.raises(RuntimeError):
            _ = second.url


@pytest.mark.parametrize("kind", SIMULATORS, ids=lambda kind: kind.name)
async def test_an_account_names_its_provider_and_address(kind: type[Simulator]) -> None:
    async with kind() as simulator:
        account = simulator.account()
        assert account["provider"] == kind.name
        assert account["base_url"] == simulator.url
        assert len(set(account) - {"collections", "currency", "kinds"}) == 3
