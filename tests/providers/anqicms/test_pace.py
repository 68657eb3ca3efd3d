"""A shop whose limiter is on is never asked so often that it locks us out; one that did is left alone."""

import asyncio
from time import monotonic
from typing import Any

import pytest

from providers.anqicms.pace import WINDOW, Pace
from providers.anqicms.provider import AnqicmsSettings
from providers.errors import OutcomeUnknown, ReadingFailed
from providers.http import Answer
from tests.providers.anqicms.samples import REFERENCE, a_form
from tests.providers.anqicms.shop import Shop
from tests.providers.contract import sentence_of

LIMIT = 100
"""Requests in five minutes, as seen at a shop."""


async def turns(pace: Pace, count: int, *, patient: bool = False) -> float:
    """Seconds that so many readings have to wait."""
    began = monotonic()
    for _ in range(count):
        await pace.turn(patient=patient)
    return monotonic() - began


async def test_so_many_readings_go_at_once_and_the_next_waits() -> None:
    pace = Pace(4, window=0.3)
    assert await turns(pace, 4) < 0.2
    assert await turns(pace, 1) > 0.1
    assert await turns(pace, 3) < 0.2


async def test_a_patient_reading_leaves_room_for_others() -> None:
    pace = Pace(4, window=0.3)
    assert await turns(pace, 3, patient=True) < 0.1
    waiting = asyncio.create_task(turns(pace, 1, patient=True))
    await asyncio.sleep(0)
    assert await turns(pace, 1) < 0.1
    assert await waiting > 0.1


async def test_by_itself_the_bot_asks_a_shop_less_often_than_its_limiter_allows(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        assert provider.settings.reads_in_5_minutes < LIMIT
        assert WINDOW / provider.watch_gap <= provider.settings.reads_in_5_minutes / 2


@pytest.mark.parametrize(("status", "minutes"), [(429, "5"), (403, "60")])
async def test_a_shop_that_turned_us_away_is_left_alone(status: int, minutes: str) -> None:
    pace = Pace(4)
    pace.heed(Answer(status, {}, b"Too many requests from this IP."))
    for patient in (False, True):
        with pytest.raises(ReadingFailed) as caught:
            await pace.turn(patient=patient)
        assert (caught.value.code, caught.value.params) == ("paused", {"status": str(status), "minutes": minutes})
        assert sentence_of("anqicms", caught.value)


@pytest.mark.parametrize(
    ("status", "body"), [(200, b""), (500, b"x"), (404, b"x"), (403, b'{"code": 1002}'), (429, b'{"code": -1}')]
)
async def test_no_other_answer_is_a_limiters(status: int, body: bytes) -> None:
    pace = Pace(4)
    pace.heed(Answer(status, {}, body))
    assert await turns(pace, 4) < 0.2


async def test_after_the_first_turning_away_nothing_more_is_read(shop: Shop) -> None:
    number = shop.ordered_elsewhere().number
    async with shop.account_of_ours() as provider:
        shop.limit = 2
        for _ in range(2):
            await provider.read_status(number)
        for read in (provider.read_status(number), provider.list_products(), provider.check_credentials()):
            with pytest.raises(ReadingFailed):
                await read
        with pytest.raises(ReadingFailed) as caught:
            await provider.find_order(a_form(), shop.sending())
        assert caught.value.code == "paused"
    assert len(shop.requests) == 3


async def test_an_order_that_was_turned_away_stops_the_readings_too_and_no_order_waits(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        shop.limit = 0
        with pytest.raises(OutcomeUnknown):
            await provider.place(a_form(), REFERENCE)
        with pytest.raises(ReadingFailed) as caught:
            await provider.read_status("1")
        assert caught.value.code == "paused"
        shop.limit = None
        assert (await provider.place(a_form(), REFERENCE)).number
    assert shop.requests == ["POST /api/order/create"] * 2


@pytest.mark.parametrize("wrong", [0, 9, 100_001, "many"])
def test_the_most_times_to_ask_is_a_number_that_makes_sense(wrong: Any) -> None:
    given = {"provider": "anqicms", "base_url": "https://shop.example", "token": "t"}
    with pytest.raises(ValueError, match="reads_in_5_minutes"):
        AnqicmsSettings.model_validate(given | {"reads_in_5_minutes": wrong})
    assert AnqicmsSettings.model_validate(given).reads_in_5_minutes == 80
