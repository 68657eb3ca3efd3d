"""The whole bot asks a supplier how far an order is: when a person asks, and by itself; a tap orders it again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bot import app as app_module
from bot.ids import now_us
from bot.orders.rules import SECOND
from providers.anqicms.provider import Anqicms
from providers.orders import Progress, Status
from providers.registry import provider_class
from tests.end_to_end.house import ADMIN, World, world
from tests.test_app import fill_shop, running


class Telling(Anqicms):
    """The shop, with an answer about every order that can be told beforehand."""

    final: ClassVar[frozenset[Status]] = frozenset({Status.COMPLETED})
    says: ClassVar[Status] = Status.PAID

    async def read_status(self, number: str) -> Progress:
        return Progress(number, self.says, "1", times={"paid": datetime(2026, 9, 21, 14, tzinfo=UTC)})


def made(name: str) -> Any:
    return Telling if name == "anqicms" else provider_class(name)


@pytest.fixture
async def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(app_module, "LAST_MESSAGES", 0.05)
    monkeypatch.setattr(app_module, "provider_class", made)
    async with world(tmp_path) as standing:
        yield standing


async def test_an_order_is_asked_about_watched_and_ordered_again(
    outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = [0]
    monkeypatch.setattr(app_module, "now_us", lambda: now_us() + ahead[0] * SECOND)
    async with running(outside) as app:
        await fill_shop(outside)
        outside.tap("Confirm")
        card = await outside.card("Placed")
        number = card.text.split("\n")[1].removeprefix("Order number: ")
        outside.say(number)
        answer = await outside.reads("Order · ")
        assert "Status: paid (1)" in answer.text
        assert "was asked just now." in answer.text
        monkeypatch.setattr(Telling, "says", Status.SHIPPED)
        ahead[0] = 120
        app.watching.wake()
        notice = await outside.reads("Status changed · ")
        assert "paid (1) → shipped (1)" in notice.text
        app.delivery.wake()
        await outside.until(lambda: any("Status: shipped (1)" in shown.text for shown in outside.history[ADMIN]))
        outside.tap("Order again")
        await outside.reads("Summary")
