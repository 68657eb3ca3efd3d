"""`orderbot migrate`: what it says it would do is what it does, and trying it changes nothing."""

import re
from pathlib import Path

from bot.sandbox.standin import StandIn
from storage.migrate import migrate, shipped
from storage.opening import open_database
from tests.commands.program import orderbot, settings, write
from tests.commands.running import config, up
from tests.storage.test_restore import names
from tests.storage.test_upgrade import ROWS, fill, up_to

NAMES = [migration.name for migration in shipped()]


async def older(folder: Path, version: str) -> None:
    """A database as a program of this version left it."""
    database = await open_database(f"sqlite:///{folder}/orders.db")
    try:
        await migrate(database, 1, up_to(version, folder / "migrations"))
        fill(database, version)
    finally:
        await database.close()


async def test_it_is_tried_on_a_copy_done_and_then_there_is_nothing_to_do(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    await older(tmp_path, NAMES[-3])
    before = (tmp_path / "orders.db").read_bytes()
    tried = await orderbot("migrate", "--dry-run", cwd=tmp_path)
    assert (tried.code, tried.err) == (0, "")
    *would, said = tried.out.splitlines()
    assert would == [f"would apply {name}" for name in NAMES[-2:]]
    orders = f"{len(ROWS)} orders before and after, nothing lost or damaged"
    assert re.fullmatch(rf"tried on a copy: 2 migrations in \d+\.\d s, {orders}", said)
    assert (tmp_path / "orders.db").read_bytes() == before
    done = await orderbot("migrate", cwd=tmp_path)
    kept = f"kept the database as it was before in {tmp_path}/orders.db.before-{NAMES[-2]}"
    assert done.out.splitlines() == [kept, *(f"applied {name}" for name in NAMES[-2:])]
    assert (await orderbot("migrate", cwd=tmp_path)).out == "up to date\n"
    again = await orderbot("migrate", "--dry-run", cwd=tmp_path)
    assert again.out == f"up to date, {len(ROWS)} orders, nothing damaged\n"


async def test_without_a_database_it_says_that_one_would_be_made(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    tried = await orderbot("migrate", "--dry-run", cwd=tmp_path)
    assert (tried.code, tried.err) == (0, "")
    assert tried.out.splitlines()[-1] == "there is no database yet: it would be made"
    assert names(tmp_path) == {"orderbot.toml"}


async def test_what_cannot_be_migrated_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    (tmp_path / "orders.db").write_text("no database, and long enough to be taken for one " * 20)
    tried = await orderbot("migrate", "--dry-run", cwd=tmp_path)
    assert (tried.code, tried.out, tried.err) == (1, "", f"the database {tmp_path}/orders.db is not a database\n")
    (tmp_path / "orders.db").unlink()
    assert (await orderbot("migrate", "--dry-run", cwd=tmp_path)).code == 0


async def test_a_running_bot_goes_on_meanwhile(tmp_path: Path) -> None:
    async with StandIn() as telegram:
        path = config(tmp_path, telegram)
        async with up(path, telegram) as program:
            tried = await orderbot("migrate", "--dry-run", cwd=tmp_path)
            assert (tried.code, tried.out, tried.err) == (0, "up to date, 0 orders, nothing damaged\n", "")
            assert await program.stop() == 0
