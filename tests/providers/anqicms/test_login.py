import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from providers.anqicms.access import read_check, read_login
from providers.anqicms.provider import LOGIN, Anqicms, AnqicmsSettings
from providers.errors import AccessDenied, ProviderError, ProviderUnavailable, ReadingFailed
from providers.http import Answer
from providers.simulators.anqicms.simulator import TOKEN, USER_ID, AnqiCmsSimulator
from providers.simulators.base import Fault, Taken
from tests.providers.anqicms.samples import a_form
from tests.providers.contract import sentence_of

URL = {"provider": "anqicms", "base_url": "http://127.0.0.1:1"}
PAIR = {"user_name": "staff", "password": "very-secret"}


class Watched(AnqiCmsSimulator):
    """Notes the logins and the token of every other request; `user_id` is whom it books orders under."""

    user_id = USER_ID

    def __init__(self) -> None:
        super().__init__()
        self.logins: list[Any] = []
        self.tokens: list[str] = []

    async def dispatch(self, request: web.Request) -> web.StreamResponse:
        if request.path == LOGIN:
            self.logins.append(await request.json())
        else:
            self.tokens.append(request.headers["Token"])
        return await super().dispatch(request)

    def take(self, body: dict[str, Any]) -> Taken:
        taken = super().take(body)
        taken.answer["data"]["user_id"] = self.user_id
        return taken


@pytest.fixture
async def simulator() -> AsyncIterator[Watched]:
    async with Watched() as simulator:
        yield simulator


def with_login(simulator: Watched, **changes: Any) -> Anqicms:
    return Anqicms(AnqicmsSettings.model_validate(simulator.account("login") | changes))


def answer(body: Any, status: int = 200) -> Answer:
    return Answer(status, {}, json.dumps(body).encode())


async def test_one_login_serves_many_orders_at_once(simulator: Watched) -> None:
    async with with_login(simulator) as provider:
        await asyncio.gather(*(provider.place(a_form(), str(n)) for n in range(1, 9)))
        await provider.check_credentials()
    assert simulator.logins == [{"platform": "website", "user_name": "sandbox", "password": "sandbox-password"}]
    assert len(simulator.ledger) == 8


async def test_an_expired_token_is_renewed_once_and_every_order_placed_once(simulator: Watched) -> None:
    async with with_login(simulator) as provider:
        await provider.place(a_form(), "1")
        simulator.revoke_tokens()
        await asyncio.gather(*(provider.place(a_form(remark=str(n)), str(n)) for n in range(2, 9)))
    assert len(simulator.logins) == 2
    assert sorted(order.body.get("remark", "1") for order in simulator.ledger) == list("12345678")


async def test_a_fresh_token_that_is_denied_too_ends_the_order(simulator: Watched) -> None:
    simulator.fail(Fault.REFUSE, code="1001", times=2)
    async with with_login(simulator) as provider:
        with pytest.raises(AccessDenied):
            await provider.place(a_form(), "1")
        assert (len(simulator.logins), len(simulator.received), simulator.ledger) == (2, 2, [])
        await provider.place(a_form(), "1")
    assert len(simulator.ledger) == 1


@pytest.mark.parametrize("kind", ["token", "login"])
async def test_an_offered_token_replaces_the_one_before(simulator: Watched, kind: Any) -> None:
    async with Anqicms(AnqicmsSettings.model_validate(simulator.account(kind))) as provider:
        await provider.check_credentials()
        offered = simulator.offer_token()
        await provider.place(a_form(), "1")
        assert simulator.tokens[-1] != offered
        await provider.place(a_form(), "2")
        assert simulator.tokens[-1] == offered
        offered_by_a_read = simulator.offer_token()
        await provider.check_credentials()
        await provider.place(a_form(), "3")
        assert simulator.tokens[-1] == offered_by_a_read
    assert (len(simulator.logins), len(simulator.ledger)) == (int(kind == "login"), 3)


async def test_a_token_offered_with_a_refusal_is_kept_too(simulator: Watched) -> None:
    async with Anqicms(AnqicmsSettings.model_validate(simulator.account())) as provider:
        offered = simulator.offer_token()
        simulator.fail(Fault.REFUSE, code="-1")
        with pytest.raises(ProviderError):
            await provider.place(a_form(), "1")
        await provider.place(a_form(), "1")
    assert simulator.tokens == [TOKEN, offered]


async def test_a_given_token_is_never_exchanged_for_a_login(simulator: Watched) -> None:
    async with Anqicms(AnqicmsSettings.model_validate(simulator.account())) as provider:
        simulator.revoke_tokens()
        with pytest.raises(AccessDenied):
            await provider.place(a_form(), "1")
        assert (simulator.logins, len(simulator.received)) == ([], 1)
        simulator.heal()
        await provider.place(a_form(), "1")


async def test_an_order_booked_under_another_user_is_told(simulator: Watched) -> None:
    async with with_login(simulator) as provider:
        own = await provider.place(a_form(), "1")
        simulator.user_id = 7
        other = await provider.place(a_form(), "2")
    assert [remark.code for remark in own.remarks] == ["amount"]
    assert {remark.code: remark.params for remark in other.remarks}["other_user"] == {"user": "7", "ours": "1000"}


async def test_a_refused_login_sends_no_order(simulator: Watched) -> None:
    async with with_login(simulator, password="very-wrong-secret") as provider:
        with pytest.raises(AccessDenied) as caught:
            await provider.place(a_form(), "1")
        with pytest.raises(AccessDenied):
            await provider.check_credentials()
    assert (caught.value.code, caught.value.said) == ("login", "登录失败")
    assert sentence_of("anqicms", caught.value)
    assert "very-wrong-secret" not in repr(caught.value)
    assert simulator.received == []


@pytest.mark.parametrize(
    ("body", "status"),
    [(None, 503), (None, 200), ({}, 200), ({"code": 0}, 200), ({"code": "0"}, 200), ({"code": 0, "data": []}, 200)]
    + [({"code": 0, "data": {"token": token}}, 200) for token in ("", "a b", "ä", 5, None)],
)
def test_a_login_without_a_usable_token_is_unavailable(body: Any, status: int) -> None:
    with pytest.raises(ProviderUnavailable) as caught:
        read_login(answer(body, status))
    assert sentence_of("anqicms", caught.value)


@pytest.mark.parametrize("own_id", [1000, None, "1000"])
def test_a_login_gives_a_token_that_is_not_shown(own_id: Any) -> None:
    logged_in = read_login(answer({"code": 0, "data": {"token": " abc.def ", "id": own_id}}))
    assert (logged_in.token, logged_in.user_id) == ("abc.def", 1000 if own_id == 1000 else None)
    assert "abc.def" not in repr(logged_in)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"code": 1001}, 200, AccessDenied),
        ({"code": 1002}, 403, AccessDenied),
        (None, 503, ReadingFailed),
        (None, 429, ReadingFailed),
        ({"code": -1, "msg": "?"}, 200, ReadingFailed),
        (None, 200, ReadingFailed),
        ({"code": 0}, 404, ReadingFailed),
        ({"code": 0, "data": None, "msg": "", "total": 0}, 200, ReadingFailed),
    ],
)
def test_any_other_answer_fails_the_check(body: Any, status: int, error: type[ProviderError]) -> None:
    with pytest.raises(error) as caught:
        read_check(answer(body, status))
    assert sentence_of("anqicms", caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"user_name": "staff"},
        {"password": "very-secret"},
        {"token": "very-secret"} | PAIR,
        {"token": "very-secret", "user_name": "staff"},
        {"token": "very secret"},
        {"user_name": "staff", "password": ""},
        PAIR | {"currency": "cny"},
        PAIR | {"currency": "CNYY"},
    ],
)
def test_wrong_settings_are_refused_without_showing_a_secret(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        AnqicmsSettings.model_validate(URL | wrong)
    assert any(key in str(caught.value) for key in ("token", "password", "currency"))
    assert "secret'" not in str(caught.value)
    assert AnqicmsSettings.model_validate(URL | PAIR).currency == "CNY"
