"""`orderbot restore`: what it says, and that it isn't done beside a bot."""

import re
from pathlib import Path

from bot.sandbox.standin import StandIn
from storage.migrate import migrate
from storage.opening import open_database
from storage.orders import insert
from tests.commands.program import orderbot, settings, write
from tests.commands.running import config, up
from tests.storage.direct import writing
from tests.storage.rows import new

CONFIRMED = 1_700_000_000_000_000  # 2023-11-14T22:13:20Z


async def add(folder: Path, *numbers: int) -> None:
    database = await open_database(f"sqlite:///{folder}/orders.db")
    try:
        await migrate(database, 1)
        with writing(database) as tx:
            for n in numbers:
                insert(tx, new(n, user_name=f"Ann {n}"))
                tx.execute("UPDATE orders SET confirmed_at = $1 WHERE reference = $2", CONFIRMED, str(n))
    finally:
        await database.close()


async def listed(folder: Path) -> list[str]:
    done = await orderbot("orders", "--csv", cwd=folder)
    assert (done.code, done.err) == (0, "")
    return [line.split(",")[0] for line in done.out.splitlines()[1:]]


async def test_it_says_what_the_copy_holds_what_was_kept_and_what_is_to_be_done(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path) | {"timezone": "Asia/Taipei"})
    await add(tmp_path, 1)
    assert (await orderbot("backup", "copy.db", cwd=tmp_path)).code == 0
    await add(tmp_path, 2)
    done = await orderbot("restore", "copy.db", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    first, made, *rest = done.out.splitlines()
    assert first == "restored: copy.db, 1 orders, the newest confirmed 2023-11-15 06:13:20+08:00"
    assert re.fullmatch(r"the copy was made \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+08:00", made)
    assert rest == [
        f"kept the database as it was before in {tmp_path}/orders.db.before-restore",
        "nothing that waits in it is sent by itself: the bot asks about each such order when it starts",
        "orders confirmed after the copy was made are not in it: look for them in the suppliers' panels",
    ]
    assert await listed(tmp_path) == ["1"]
    back = await orderbot("restore", "orders.db.before-restore", cwd=tmp_path)
    assert back.out.startswith("restored: orders.db.before-restore, 2 orders, ")
    assert await listed(tmp_path) == ["1", "2"]


async def test_a_file_that_is_no_copy_is_one_line_and_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    await add(tmp_path, 1)
    for name, line in (
        ("nothing.db", "there is no copy nothing.db"),
        ("orderbot.toml", "the copy orderbot.toml is not"),
    ):
        done = await orderbot("restore", name, cwd=tmp_path)
        assert (done.code, done.out) == (1, "")
        (said,) = done.err.splitlines()
        assert said.startswith(line)
    assert await listed(tmp_path) == ["1"]
    assert not (tmp_path / "orders.db.before-restore").exists()


async def test_beside_a_bot_it_is_refused_and_after_it_the_bot_starts_on_the_copy(tmp_path: Path) -> None:
    async with StandIn() as telegram:
        path = config(tmp_path, telegram)
        await add(tmp_path)
        assert (await orderbot("backup", "copy.db", cwd=tmp_path)).code == 0
        async with up(path, telegram) as program:
            refused = await orderbot("restore", "copy.db", cwd=tmp_path)
            line = f"another orderbot is running on the database {tmp_path}/orders.db (process {program.process.pid})\n"
            assert (refused.code, refused.out, refused.err) == (1, "", line)
            await program.kill()
        done = await orderbot("restore", "copy.db", cwd=tmp_path)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("restored: copy.db, 0 orders\n")
        async with up(path, telegram) as program:
            assert await program.stop() == 0
