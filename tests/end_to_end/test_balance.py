"""Balances in the real program: `/balance`, and the admins hear of a low one without asking."""

from pathlib import Path

from tests.end_to_end.house import ADMIN, COLLEAGUE, world
from tests.end_to_end.program import running


async def test_a_low_balance_is_told_to_the_admins_and_balance_tells_it(tmp_path: Path) -> None:
    async with world(tmp_path) as house:
        house.guoguo.balance = 880
        for admin in (ADMIN, COLLEAGUE):
            # Telegram takes messages only for people who have written first.
            house.say("/start", admin)
        async with running(house.config(guoguo={"balance_floor": 1000})) as program:
            for admin in (ADMIN, COLLEAGUE):
                assert "which is below 1,000 points" in (await house.reads("The balance of GuoGuo is 880", admin)).text
            house.say("/balance")
            told = (await house.reads("GuoGuo: 880")).text.splitlines()
            assert told[1].startswith("Balance not told: ")
            assert await program.stop() == 0
