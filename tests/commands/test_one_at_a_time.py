"""Two bots on one database would get in each other's way: the second doesn't begin, and all else works beside it."""

from pathlib import Path

from bot.sandbox.standin import StandIn
from tests.commands.program import orderbot
from tests.commands.running import config, up


def called(telegram: StandIn) -> list[str]:
    """The methods that were called, but for the menus that the first one goes on to give to each of the staff."""
    return [call.method for call in telegram.calls if call.method != "setMyCommands"]


async def test_a_second_bot_is_refused_in_one_line_until_the_first_is_killed(tmp_path: Path) -> None:
    async with StandIn() as telegram:
        path = config(tmp_path, telegram)
        async with up(path, telegram) as first:
            before = called(telegram)
            refused = await orderbot("run", cwd=tmp_path)
            line = f"another orderbot is running on the database {tmp_path}/orders.db (process {first.process.pid})\n"
            assert (refused.code, refused.out, refused.err) == (1, "", line)
            assert called(telegram) == before
            await first.kill()
        async with up(path, telegram) as second:
            assert await second.stop() == 0, second.log.read_text()


async def test_beside_a_bot_everything_works_but_migrate(tmp_path: Path) -> None:
    async with StandIn() as telegram:
        path = config(tmp_path, telegram)
        async with up(path, telegram) as program:
            refused = await orderbot("migrate", cwd=tmp_path)
            line = f"another orderbot is running on the database {tmp_path}/orders.db (process {program.process.pid})\n"
            assert (refused.code, refused.out, refused.err) == (1, "", line)
            listed = await orderbot("orders", cwd=tmp_path)
            assert (listed.code, listed.err) == (0, "")
            saved = await orderbot("backup", "copy.db", cwd=tmp_path)
            assert (saved.code, saved.out, saved.err) == (0, "backup: copy.db, 0 orders\n", "")
            checked = await orderbot("check", cwd=tmp_path)
            assert "database: ok" in checked.out.splitlines()
            assert await program.stop() == 0
    done = await orderbot("migrate", cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, "up to date\n", "")
