"""`orderbot restore`: what it says, and that it isn't done beside a bot."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.conversation.state import Draft, KeptDraft, Phase
from bot.sandbox.standin import StandIn
from storage.migrate import migrate
from storage.opening import open_database
from storage.orders import insert
from tests.commands.program import orderbot, settings, write
from tests.commands.running import config, up
from tests.storage.direct import writing
from tests.storage.rows import new

CONFIRMED = 1_700_000_000_000_000  # 2023-11-14T22:13:20Z

PARK = "INSERT INTO parked_drafts (chat_id, user_id, draft, kept, parked_at) VALUES (7, 7, 'd', ?, 1)"


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
    assert first == "copy.db has 1 orders, the newest confirmed 2023-11-15 06:13:20+08:00"
    assert re.fullmatch(r"the copy was made \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+08:00", made)
    assert rest == [
        "open in it: 0 orders of unknown outcome, 1 under way, 0 drafts",
        "1 orders of the present database are not in it: 2",
        "restored: copy.db, 1 orders",
        f"kept the database as it was before in {tmp_path}/orders.db.before-restore",
        "nothing that waits in it is sent by itself: the bot asks about each such order when it starts",
        "orders confirmed after the copy was made are not in it: look for them in the suppliers' panels",
    ]
    assert await listed(tmp_path) == ["1"]
    back = await orderbot("restore", "orders.db.before-restore", cwd=tmp_path)
    assert "restored: orders.db.before-restore, 2 orders\n" in back.out
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


async def test_a_rehearsal_says_the_same_and_does_nothing(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path) | {"timezone": "Asia/Taipei"})
    await add(tmp_path, 1, 3, 4)
    assert (await orderbot("backup", "copy.db", cwd=tmp_path)).code == 0
    await add(tmp_path, 2)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection, connection:
        connection.execute("UPDATE orders SET stage = 'settled', outcome = 'unknown' WHERE reference = '1'")
        # Once restored nobody knows what became of it either.
        connection.execute("UPDATE orders SET stage = 'sending' WHERE reference = '3'")
        kept = KeptDraft(phase=Phase.ASKING, draft=Draft(id="d", account="guoguo", form_version="1"))
        connection.execute(PARK, (kept.model_dump_json(),))
    done = await orderbot("restore", "copy.db", "--dry-run", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[2:] == [
        "open in it: 1 orders of unknown outcome, 2 under way, 1 drafts",
        "1 orders of the present database are not in it: 2",
        "only rehearsed: nothing is changed",
    ]
    assert await listed(tmp_path) == ["1", "2", "3", "4"]


async def test_a_copy_without_orders_takes_the_place_of_some_only_when_told_so(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    await add(tmp_path)
    assert (await orderbot("backup", "copy.db", cwd=tmp_path)).code == 0
    await add(tmp_path, 1, 2)
    refused = await orderbot("restore", "copy.db", cwd=tmp_path)
    line = "the copy copy.db has no orders, and the database has 2: with --even-empty it takes its place\n"
    assert (refused.code, refused.err) == (1, line)
    assert await listed(tmp_path) == ["1", "2"]
    assert (await orderbot("restore", "copy.db", "--even-empty", cwd=tmp_path)).code == 0
    assert await listed(tmp_path) == []


async def test_conversations_that_this_program_cannot_read_are_found_before(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    await add(tmp_path, 1)
    assert (await orderbot("backup", "copy.db", cwd=tmp_path)).code == 0
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection, connection:
        connection.execute(PARK, ("{",))
    done = await orderbot("restore", "copy.db", cwd=tmp_path)
    assert (done.code, done.err) == (1, "this program can't read the conversations in the copy\n")
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
        assert "restored: copy.db, 0 orders\n" in done.out
        async with up(path, telegram) as program:
            assert await program.stop() == 0
