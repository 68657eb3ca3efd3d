"""A killed process: what was committed is all there, what was not is not there at all."""

import asyncio

import pytest

from storage.database import Database
from storage.opening import open_database
from tests.storage.direct import reading, writing
from tests.storage.processes import process

KINDS = ("sqlite",)

PROGRAM = """
import asyncio
import threading
from storage.opening import open_database

async def main(url, when):
    database = await open_database(url)
    def work(tx):
        for user_id in range(200):
            tx.execute("INSERT INTO strangers (user_id, told_at) VALUES ($1, 1)", user_id)
        if when == "before":
            print("ready", flush=True)
            threading.Event().wait()
    await database.run(work)
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


def run_until_ready_and_kill(url: str, when: str) -> None:
    with process(PROGRAM, url, when):
        pass


@pytest.mark.parametrize(("when", "rows"), [("before", 0), ("after", 200)])
async def test_a_process_killed_around_its_commit(database: Database, url: str, when: str, rows: int) -> None:
    await database.close()
    await asyncio.to_thread(run_until_ready_and_kill, url, when)
    again = await open_database(url)
    try:
        assert reading(again).fetchrow("SELECT count(*) AS n FROM strangers") == {"n": rows}
        with writing(again) as tx:
            assert tx.execute("INSERT INTO strangers (user_id, told_at) VALUES (1000, 1)") == 1
        assert reading(again).fetchrow("SELECT count(*) AS n FROM strangers") == {"n": rows + 1}
    finally:
        await again.close()
