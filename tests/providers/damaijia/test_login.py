import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr, ValidationError

from providers.damaijia.access import read_check, read_token
from providers.damaijia.provider import LOGIN, Damaijia, DamaijiaSettings
from providers.errors import AccessDenied, OutcomeUnknown, ProviderError, ProviderUnavailable, ReadingFailed
from providers.http import Answer
from providers.simulators.base import Fault
from providers.simulators.damaijia.simulator import DamaijiaSimulator
from tests.providers.contract import sentence_of
from tests.providers.damaijia.samples import a_form
from tests.providers.stranger import answering, http_answer

URL = {"provider": "damaijia", "base_url": "http://127.0.0.1:1"}
PAIR = {"app_id": "id", "app_secret": "very-secret"}


class Counting(DamaijiaSimulator):
    """Counts logins, each of which gives other clients the time to want one too."""

    logins = 0

    async def dispatch(self, request: web.Request) -> web.StreamResponse:
        if request.path == LOGIN:
            self.logins += 1
            await asyncio.sleep(0)
        return await super().dispatch(request)


@pytest.fixture
async def simulator() -> AsyncIterator[Counting]:
    async with Counting() as simulator:
        yield simulator


def with_login(simulator: Counting, **changes: Any) -> Damaijia:
    return Damaijia(DamaijiaSettings.model_validate(simulator.account("login") | changes))


def answer(body: Any, status: int = 200) -> Answer:
    return Answer(status, {}, json.dumps(body).encode())


async def test_one_login_serves_many_orders_at_once(simulator: Counting) -> None:
    async with with_login(simulator) as provider:
        await asyncio.gather(*(provider.place(a_form(), str(n)) for n in range(1, 9)))
        await provider.check_credentials()
    assert (simulator.logins, len(simulator.ledger)) == (1, 8)


async def test_an_expired_token_is_renewed_once_and_every_order_placed_once(simulator: Counting) -> None:
    async with with_login(simulator) as provider:
        await provider.place(a_form(), "1")
        simulator.revoke_tokens()
        await asyncio.gather(*(provider.place(a_form(), str(n)) for n in range(2, 9)))
    assert simulator.logins == 2
    assert sorted(order.body["site_order_id"] for order in simulator.ledger) == list(range(1, 9))


async def test_a_fresh_token_that_is_denied_too_ends_the_order(simulator: Counting) -> None:
    simulator.fail(Fault.REFUSE, code="200", times=2)
    async with with_login(simulator) as provider:
        with pytest.raises(AccessDenied):
            await provider.place(a_form(), "1")
        assert (simulator.logins, len(simulator.received), simulator.ledger) == (2, 2, [])
        await provider.place(a_form(), "1")
    assert len(simulator.ledger) == 1


async def test_a_lost_answer_never_leads_to_a_second_create(simulator: Counting) -> None:
    simulator.fail(Fault.DROP_AFTER)
    async with with_login(simulator) as provider:
        with pytest.raises(OutcomeUnknown):
            await provider.place(a_form(), "1")
        assert (simulator.logins, len(simulator.received), len(simulator.ledger)) == (1, 1, 1)
        await provider.place(a_form(), "2")
    assert len(simulator.ledger) == 2


async def test_a_given_token_is_never_exchanged(simulator: Counting) -> None:
    async with Damaijia(DamaijiaSettings.model_validate(simulator.account())) as provider:
        simulator.revoke_tokens()
        with pytest.raises(AccessDenied):
            await provider.place(a_form(), "1")
        assert (simulator.logins, len(simulator.received)) == (0, 1)
        simulator.heal()
        await provider.place(a_form(), "1")


async def test_a_refused_login_sends_no_order(simulator: Counting) -> None:
    async with with_login(simulator, app_secret="very-wrong-secret") as provider:
        with pytest.raises(AccessDenied) as caught:
            await provider.place(a_form(), "1")
        with pytest.raises(AccessDenied):
            await provider.check_credentials()
    assert caught.value.code == "login"
    assert sentence_of("damaijia", caught.value)
    assert "very-wrong-secret" not in repr(caught.value)
    assert simulator.received == []


@pytest.mark.parametrize("raw", [http_answer(503, b""), http_answer(200, b"<html>"), http_answer(200, b"{}"), b""])
async def test_a_login_that_fails_otherwise_sends_no_order(raw: bytes) -> None:
    async with (
        answering(raw) as stranger,
        Damaijia(DamaijiaSettings.model_validate(URL | PAIR | {"base_url": stranger.url})) as provider,
    ):
        with pytest.raises(ProviderUnavailable):
            await provider.place(a_form(), "1")
        assert stranger.requests == 1


@pytest.mark.parametrize(
    "body",
    [
        {"status": 0, "data": {"access_token": "abc"}},
        {"status": "0", "data": {"access_token": "", "token": " abc "}},
        {"access_token": "abc", "data": "a text"},
        {"data": {"access_token": None}, "token": "abc"},
    ],
)
def test_the_token_is_found_where_it_may_be(body: Any) -> None:
    assert read_token(answer(body)) == "abc"


@pytest.mark.parametrize("token", ["", " ", "a b", "a\r\nb", "ä", 5, None, ["abc"]])
def test_what_cannot_be_a_header_is_no_token(token: Any) -> None:
    with pytest.raises(ProviderUnavailable) as caught:
        read_token(answer({"status": 0, "data": {"access_token": token}}))
    assert sentence_of("damaijia", caught.value)


@pytest.mark.parametrize(("body", "status"), [({"status": 200}, 200), ({"status": 422}, 200), (None, 401), ("?", 403)])
def test_a_no_to_a_login_is_a_denied_access(body: Any, status: int) -> None:
    with pytest.raises(AccessDenied):
        read_token(answer(body, status))


@pytest.mark.parametrize("body", [{"status": 0}, {"data": []}, {"status": "0", "data": None}])
def test_a_list_of_warehouses_passes_the_check(body: Any) -> None:
    read_check(answer(body))


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"status": 200}, 200, AccessDenied),
        (None, 401, AccessDenied),
        (None, 503, ReadingFailed),
        (None, 429, ReadingFailed),
        ({"status": 1}, 200, ReadingFailed),
        ({"data": {}}, 200, ReadingFailed),
        (None, 200, ReadingFailed),
        ({"status": 0}, 404, ReadingFailed),
    ],
)
def test_any_other_answer_fails_the_check(body: Any, status: int, error: type[ProviderError]) -> None:
    with pytest.raises(error) as caught:
        read_check(answer(body, status))
    assert sentence_of("damaijia", caught.value)


@pytest.mark.parametrize("way_in", [{"access_token": "abc"}, PAIR])
def test_one_way_in_is_enough(way_in: dict[str, str]) -> None:
    settings = DamaijiaSettings.model_validate({"provider": "damaijia"} | way_in)
    assert settings.base_url == "http://www.damaijia168.com"
    assert isinstance(settings.access_token or settings.app_secret, SecretStr)


@pytest.mark.parametrize(
    "ways_in",
    [
        {},
        {"app_id": "very-secret"},
        {"app_secret": "very-secret"},
        {"access_token": "very-secret"} | PAIR,
        {"access_token": "very-secret", "app_id": "id"},
        {"access_token": ""},
        {"access_token": "very secret"},
        {"app_id": "id", "app_secret": ""},
    ],
)
def test_no_way_in_or_two_are_refused_without_showing_a_secret(ways_in: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        DamaijiaSettings.model_validate(URL | ways_in)
    assert "access_token" in str(caught.value) or "app_secret" in str(caught.value)
    assert "secret'" not in str(caught.value)
    assert DamaijiaSettings.model_validate(URL | PAIR)
