"""The real program tells how it is on the address of the settings, and listens nowhere without them."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.end_to_end.config import as_toml
from tests.end_to_end.house import World, world
from tests.end_to_end.program import Program, running
from tests.monitoring.asked import Told, ask, free_port

PATIENCE = 20.0


def config(house: World, listen: str, **tables: Any) -> Path:
    settings = house.settings() | {"metrics": {"listen": listen}} | tables
    house.config_file.write_text(as_toml(settings), encoding="utf-8")
    return house.config_file


async def until(port: int, path: str, status: int) -> Told:
    """Ask until it answers so, which a test waits for and no clock decides."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                if (told := await ask(port, path)).status == status:
                    return told
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.02)


async def test_a_bot_is_alive_before_telegram_answers_and_ready_after_it(tmp_path: Path) -> None:
    async with world(tmp_path) as house:
        house.telegram.fail("getMe", "error", None, status=502)
        port = free_port()
        async with running(config(house, f"127.0.0.1:{port}")) as program:
            assert await until(port, "/healthz", 200) == Told(200, "loop: ok\ndatabase: ok\n")
            told = await ask(port, "/readyz")
            assert told == Told(503, "database: ok\ntelegram: Telegram has not been heard yet\n")

            house.telegram.heal()
            assert await until(port, "/readyz", 200) == Told(200, "database: ok\ntelegram: ok\n")
            assert await program.stop() == 0, program.log.read_text()
        with pytest.raises(aiohttp.ClientConnectionError):
            await ask(port, "/healthz")


async def test_a_second_bot_on_the_same_port_ends_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    port = free_port()
    async with world(tmp_path / "a") as house, running(config(house, f"127.0.0.1:{port}")):
        await until(port, "/healthz", 200)
        async with world(tmp_path / "b") as other, running(config(other, f"127.0.0.1:{port}")) as second:
            assert await ends(second) == 1
            assert second.log.read_text().splitlines()[-1] == (
                f"metrics.listen 127.0.0.1:{port}: can't listen there: address already in use"
            )
        assert (await ask(port, "/healthz")).status == 200


async def ends(program: Program) -> int:
    return await program.ends()
