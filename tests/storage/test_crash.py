"""A killed process: what was committed is all there, what was not is not there at all."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from storage.database import Database
from storage.opening import open_database

ROOT = Path(__file__).parents[2]

PROGRAM = """
import asyncio, sys
from storage.opening import open_database

async def main(url, when):
    database = await open_database(url)
    async with database.transaction() as tx:
        for user_id in range(200):
            await tx.execute("INSERT INTO strangers (user_id, told_at) VALUES ($1, 1)", user_id)
        if when == "before":
            print("ready", flush=True)
            await asyncio.Event().wait()
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


def run_until_ready_and_kill(url: str, when: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, url, when], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "ready\n"
        finally:
            process.kill()


@pytest.mark.parametrize(("when", "rows"), [("before", 0), ("after", 200)])
async def test_a_process_killed_around_its_commit(database: Database, url: str, when: str, rows: int) -> None:
    await database.close()
    await asyncio.to_thread(run_until_ready_and_kill, url, when)
    again = await open_database(url)
    try:
        assert await again.fetchrow("SELECT count(*) AS n FROM strangers") == {"n": rows}
        async with again.transaction() as tx:
            assert await tx.execute("INSERT INTO strangers (user_id, told_at) VALUES (1000, 1)") == 1
        assert await again.fetchrow("SELECT count(*) AS n FROM strangers") == {"n": rows + 1}
    finally:
        await again.close()
