"""Storage fails under the running program: nothing is acknowledged, each failure is a line, and then all goes on."""

import asyncio
import resource
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from providers.simulators.base import Fault
from tests.end_to_end.dialogues import ANQICMS, fill_in, reference_in
from tests.end_to_end.house import PATIENCE, World, world
from tests.end_to_end.program import STOPPING, environment


@dataclass
class Logging:
    """A running `orderbot run` whose log comes through a pipe, so that a full disk doesn't silence it."""

    process: asyncio.subprocess.Process
    lines: list[str]

    async def says(self, words: str) -> None:
        """Wait for the next line of its log with these words."""
        assert self.process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            async for line in self.process.stderr:
                self.lines.append(line.decode())
                if words in self.lines[-1]:
                    return
        raise AssertionError("it has ended: " + "".join(self.lines))

    async def stop(self) -> int:
        self.process.terminate()
        async with asyncio.timeout(STOPPING):
            _, rest = await self.process.communicate()
        self.lines += rest.decode().splitlines(keepends=True)
        assert self.process.returncode is not None
        return self.process.returncode


@asynccontextmanager
async def logging(config: Path) -> AsyncIterator[Logging]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(config)),
        cwd=config.parent,
        env=environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Logging(process, [])
    finally:
        if process.returncode is None:
            process.kill()
        # Also what it said last, so that its pipe is closed before the loop is.
        await process.communicate()


Fails = Callable[[Logging, World], AbstractAsyncContextManager[str]]
"""Storage fails while the block runs, with these words in the log."""


@asynccontextmanager
async def full_disk(program: Logging, _house: World) -> AsyncIterator[str]:
    """No byte can be written to any file: as with a full disk, but for this process only, and without being root."""
    pid = program.process.pid
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    yield "cannot be written: the disk is full, read-only or broken"
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))


@asynccontextmanager
async def locked(_program: Logging, house: World) -> AsyncIterator[str]:
    """Another process, which is this one, keeps the database to itself for longer than the bot waits."""
    with closing(sqlite3.connect(house.database, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield "is locked by another process"
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("fault", [full_disk, locked])
async def test_an_order_confirmed_while_storage_fails_is_placed_once_when_it_works_again(
    fault: Fails, tmp_path: Path
) -> None:
    async with world(tmp_path) as house, logging(house.config()) as program:
        await fill_in(house, ANQICMS)
        async with fault(program, house) as why:
            house.tap("Confirm")
            await program.says(why)
            assert house.telegram.pending == 1
            assert house.unread() == []
            assert house.gifts_and_shops.received == []
        reference = reference_in((await house.reads("Placed")).text)
        assert [taken.body for taken in house.gifts_and_shops.ledger] == [ANQICMS.body(reference)]
        assert len(house.gifts_and_shops.received) == 1
        await house.taken_in()
        assert house.rows("SELECT count(*) FROM failed_updates") == [(0,)]
        assert await program.stop() == 0
        log = "".join(program.lines)
        assert "Traceback" not in log
        assert all(line.startswith("20") for line in program.lines), log


async def test_an_answer_that_comes_while_the_disk_is_full_is_recorded_when_there_is_room(tmp_path: Path) -> None:
    async with world(tmp_path) as house, logging(house.config()) as program:
        await fill_in(house, ANQICMS)
        shop = house.gifts_and_shops
        shop.fail(Fault.HANG)
        house.tap("Confirm")
        await house.reads("Sending")
        await house.reaches(shop)
        async with full_disk(program, house) as why:
            shop.heal()
            await program.says(why)
            assert house.rows("SELECT stage FROM orders") == [("sending",)]
        reference = reference_in((await house.reads("Placed")).text)
        assert house.rows("SELECT reference, outcome FROM orders") == [(reference, "placed")]
        assert len(shop.received) == 1
        assert await program.stop() == 0
        assert "Traceback" not in "".join(program.lines)
