"""Alive is who answers; ready is who can serve. What is at fault is named, and is over when it is mended."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.monitoring.health import FAILS, Health
from bot.monitoring.listener import ListenError, health_routes, listening
from bot.telegram.hearing import HEARD_WITHIN, by_polling
from storage.database import Database
from storage.opening import open_database
from tests.monitoring.asked import Told, ask, free_port

WITHIN = 0.3


@dataclass
class Ear:
    fault: str = ""

    async def heard(self) -> str:
        return self.fault


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    found = await open_database(f"sqlite:///{tmp_path / 'a.db'}", patience=0)
    yield found
    await found.close()


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
async def port(database: Database, ear: Ear) -> AsyncIterator[int]:
    free = free_port()
    health = Health(database, ear.heard, within=WITHIN)
    async with listening("127.0.0.1", free, health_routes(health), "metrics.listen"):
        yield free


async def test_who_is_well_says_so_part_by_part(port: int) -> None:
    assert await ask(port, "/healthz") == Told(200, "loop: ok\ndatabase: ok\n")
    assert await ask(port, "/readyz") == Told(200, "database: ok\ntelegram: ok\n")


@pytest.mark.parametrize("thread", ["read", "run"])
async def test_a_database_thread_that_hangs_is_neither_alive_nor_ready_until_it_goes_on(
    port: int, database: Database, thread: str
) -> None:
    lets_go = threading.Event()
    hangs = asyncio.create_task(getattr(database, thread)(lambda _: lets_go.wait()))
    silent = f"database: doesn't answer within {WITHIN} s\n"
    # Also when it is asked again and again, and side by side.
    for told in await asyncio.gather(*(ask(port, "/healthz") for _ in range(3))):
        assert told == Told(503, f"loop: ok\n{silent}")
    assert await ask(port, "/readyz") == Told(503, f"{silent}telegram: ok\n")

    lets_go.set()
    await hangs
    assert (await ask(port, "/healthz")).status == 200
    assert (await ask(port, "/readyz")).status == 200


async def test_a_database_that_another_process_holds_is_alive_and_not_ready_until_it_is_free(
    port: int, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert (await ask(port, "/healthz")).status == 200
    assert await ask(port, "/readyz") == Told(503, f"database: {FAILS}\ntelegram: ok\n")
    other.execute("ROLLBACK")
    other.close()
    assert (await ask(port, "/readyz")).status == 200


async def test_a_closed_database_is_not_ready_and_nothing_of_it_is_quoted(port: int, database: Database) -> None:
    await database.close()
    assert await ask(port, "/readyz") == Told(503, "database: fails (ValueError)\ntelegram: ok\n")


async def test_a_telegram_that_is_not_heard_is_named_and_kills_nobody(port: int, ear: Ear) -> None:
    ear.fault = by_polling(HEARD_WITHIN + 1)
    assert await ask(port, "/readyz") == Told(503, "database: ok\ntelegram: Telegram has not been heard for 91 s\n")
    assert (await ask(port, "/healthz")).status == 200
    ear.fault = by_polling(HEARD_WITHIN)
    assert (await ask(port, "/readyz")).status == 200


def test_before_the_first_poll_was_answered_nothing_was_heard() -> None:
    assert by_polling(None) == "Telegram has not been heard yet"


async def test_it_tells_and_takes_nothing(port: int) -> None:
    assert (await ask(port, "/healthz", "POST")).status == 405
    assert (await ask(port, "/")).status == 404


async def test_a_port_that_is_taken_is_one_line_with_the_setting(port: int) -> None:
    with pytest.raises(ListenError, match=r"^metrics\.listen: can't listen there: address already in use$"):
        async with listening("127.0.0.1", port, [], "metrics.listen"):
            pass
    # Who has it goes on.
    assert (await ask(port, "/healthz")).status == 200
