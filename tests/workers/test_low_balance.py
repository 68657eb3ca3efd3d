"""Admins hear of a balance that falls below its floor: once each time, whoever reads it."""

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from providers.guoguo.provider import GuoGuoSettings
from tests.bench import working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.workers.in_points import InPoints, known
from tests.workers.priced import filled_in, newest, placed, tap
from tests.workers.supplied import Supplied, supplied

LOW = "The balance of Priced is {} points, which is below 500 points."


async def test_admins_are_told_once_each_time_that_a_balance_falls_below_its_floor(tmp_path: Path) -> None:
    provider = InPoints(500, floor=500)

    async def read(house: Supplied, left: int) -> list[str]:
        provider.left = Decimal(left)
        await house.balances._read("priced")
        assert house.outbox(ADMIN) == house.outbox(COLLEAGUE)
        return house.outbox(ADMIN)

    async with supplied(tmp_path, priced=provider) as house:
        assert await read(house, 500) == []
        assert await read(house, 499) == [LOW.format(499)]
        assert house.workers.messages == 1
        assert await read(house, 400) == [LOW.format(499)]
    async with supplied(tmp_path, priced=provider) as house:
        assert await read(house, 300) == [LOW.format(499)]
        assert await read(house, 501) == [LOW.format(499)]
        assert await read(house, 200) == [LOW.format(499), LOW.format(200)]


async def test_admins_are_told_also_when_it_is_an_order_that_reads_the_balance(tmp_path: Path) -> None:
    provider = InPoints(600, floor=500)
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        await filled_in(house)
        await known(house, "600")
        provider.left = Decimal(450)
        await tap(house, "Confirm")
        await placed(house)
        assert house.outbox(COLLEAGUE) == [LOW.format(450)]
        assert LOW.format(450) in house.outbox(ADMIN)
        assert newest(house).outcome == "placed"


async def test_without_a_floor_nobody_is_told(tmp_path: Path) -> None:
    async with supplied(tmp_path, priced=InPoints(0)) as house:
        await house.balances._read("priced")
        assert house.outbox(COLLEAGUE) == []


def test_a_floor_is_a_number_of_points_in_the_settings_of_guoguo() -> None:
    account = {"provider": "guoguo", "api_key": "k"}
    assert GuoGuoSettings.model_validate(account).balance_floor is None
    for written in ("500.5", 500.5):
        assert GuoGuoSettings.model_validate(account | {"balance_floor": written}).balance_floor == Decimal("500.5")
    with pytest.raises(ValidationError):
        GuoGuoSettings.model_validate(account | {"balance_floor": -1})
