"""A shop and an account of ours with one clock for both, and orders whose answers are lost."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from providers.anqicms.provider import Anqicms, AnqicmsSettings
from providers.errors import OutcomeUnknown
from providers.orders import Findings, Sending
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from providers.simulators.base import Fault, Order
from tests.providers.anqicms.samples import REFERENCE, a_form
from tests.providers.contract import WORDS

ROOM = timedelta(minutes=2)
GOODS = {"goods_id": 188, "quantity": 1, "type": "goods"}
"""The body of an order like that of `a_form()`."""


@dataclass
class Clock:
    at: datetime = datetime(2026, 6, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


class Shop(AnqiCmsSimulator):
    """Notes every request. `twist` changes the list's answers; `before_page` is called when a page is asked for."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.clock = clock
        self.requests: list[str] = []
        self.twist: Callable[[dict[str, Any]], Any] = lambda answer: answer
        self.before_page: Callable[[int], object] = lambda _: None

    async def dispatch(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(f"{request.method} {request.path}")
        if request.path != "/api/orders":
            return await super().dispatch(request)
        self.before_page(int(request.query["current"]))
        response = await super().dispatch(request)
        if not isinstance(response, web.Response) or not isinstance(response.body, bytes) or response.status != 200:
            return response
        try:
            answer = json.loads(response.body)
        except ValueError:
            return response
        return self.reply(200, self.twist(answer))

    def each_row(self, **changes: Any) -> None:
        """Every row of the list has these values, or lacks the key where the value is `...`."""

        def twist(answer: dict[str, Any]) -> dict[str, Any]:
            rows = [
                {key: value for key, value in (row | changes).items() if value is not ...} for row in answer["data"]
            ]
            return answer | {"data": rows}

        self.twist = twist

    def account_of_ours(self, kind: Any = "token", **changes: Any) -> Anqicms:
        """An account that has been in use for a while."""
        provider = Anqicms(AnqicmsSettings.model_validate(self.account(kind) | changes), self.clock)
        provider.second_look_after = 0
        self.clock.pass_by(hours=1)
        return provider

    def sending(self, reference: str = REFERENCE) -> Sending:
        """A create of right now."""
        return Sending(reference, self.clock.at - ROOM, self.clock.at + ROOM)

    async def lose(
        self, provider: Anqicms, form: Any = None, fault: Fault = Fault.DROP_AFTER, reference: str = REFERENCE
    ) -> Sending:
        """Send an order whose answer is lost; it is looked for a minute later."""
        sending = self.sending(reference)
        self.fail(fault)
        with pytest.raises(OutcomeUnknown):
            await provider.place(form or a_form(), reference)
        self.clock.pass_by(minutes=1)
        self.requests.clear()
        return sending

    def ordered_elsewhere(self, **changes: Any) -> Order:
        return self.take_elsewhere(GOODS | changes)

    def assert_only_read(self) -> None:
        assert self.requests
        assert set(self.requests) <= {"GET /api/orders", "GET /api/order/detail", "POST /api/login"}


def numbers(findings: Findings) -> list[str]:
    return [match.order.number for match in findings.matches]


def signals(findings: Findings) -> list[str]:
    return [signal.code for signal in findings.signals]


async def looked(shop: Shop, provider: Anqicms, sending: Sending) -> Findings:
    """What the shop's list says about a form like `a_form()`; each signal has its sentence, and nothing is written."""
    found = await provider.find_order(a_form(), sending)
    assert all(
        WORDS[f"signal.anqicms.{signal.code}"].format_map({"account": "AnqiCMS"} | signal.params)
        for signal in found.signals
    )
    shop.assert_only_read()
    return found
