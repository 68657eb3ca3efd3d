"""Looking answers up while their conversation waits."""

from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.workers import look_ups, loop
from providers.guoguo.provider import GuoGuo
from providers.simulators.base import Fault
from providers.simulators.guoguo.products import FANS
from tests.bench import locked, until
from tests.workers.supplied import Supplied, supplied

UNKNOWN = "00000000-0000-4000-8000-000000000000"


async def ask(house: Supplied, product: str) -> None:
    await house.does(events.OrderRequested("guoguo"))
    await house.does(events.Answered(product))


async def says(house: Supplied, start: str) -> None:
    def said() -> bool:
        return any(start in html for html in house.outbox())

    await until(said)


@pytest.mark.parametrize(
    ("product", "fault", "then"),
    [
        (FANS, None, "<b>Link"),
        (UNKNOWN, None, "Not accepted"),
        (FANS, Fault.ERROR_BEFORE, "The product list"),
        (FANS, Fault.DROP_BEFORE, "The product list"),
    ],
)
async def test_what_was_found_decides_the_next_question(
    tmp_path: Path, product: str, fault: Fault | None, then: str
) -> None:
    async with supplied(tmp_path) as house:
        house.guoguo.product_fault = fault
        await ask(house, product)

        def told() -> bool:
            return len(house.outbox()) == 3

        await until(told)
        assert then in house.outbox()[-1]


async def test_a_catalogue_that_hangs_ends_in_one_more_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GuoGuo, "longest_look_up", 0.05)
    async with supplied(tmp_path) as house:
        house.guoguo.product_fault = Fault.HANG
        await ask(house, FANS)
        await says(house, "The product list couldn't be read")
        house.guoguo.heal()


async def test_an_answer_that_comes_after_the_person_went_back_is_dropped(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        house.guoguo.product_fault = Fault.HANG
        await ask(house, FANS)
        await house.does(read(house.button("Back")), tapped=1)
        before = house.outbox()
        house.guoguo.heal()
        await until(lambda: _idle(house))
        assert house.outbox() == before
        await house.does(events.Answered(FANS))
        await says(house, "<b>Link")


async def test_a_look_up_that_a_restart_interrupted_is_asked_again(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        house.guoguo.product_fault = Fault.HANG
        await ask(house, FANS)
    async with supplied(tmp_path) as house:
        await house.desk.resume()
        await says(house, "<b>Link")


async def test_an_account_that_is_gone_fails_the_look_up(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        await ask(house, FANS)
        ((place, request),) = house.workers.wanted_look_ups
        await says(house, "<b>Link")
        no_guoguo = look_ups.LookUps(house.desk, {})
        no_guoguo.start(place, request)
        await no_guoguo.stop()
        assert house.outbox()[-1].startswith("<b>Link")


async def test_a_report_is_kept_until_storage_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loop, "AGAIN", 0)
    async with supplied(tmp_path, busy_timeout=0) as house:
        house.guoguo.product_fault = Fault.HANG
        await ask(house, FANS)
        async with locked(house.path):
            house.guoguo.heal()

            async def logged() -> bool:
                return "could not be reported" in caplog.text

            await until(logged)
        await says(house, "<b>Link")


async def _idle(house: Supplied) -> bool:
    return house.look_ups._under_way.idle
