"""Whole deployments between a file and PostgreSQL: moving there, backups, and the way back, with every row counted."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from storage.database import Database
from storage.errors import StorageError
from storage.location import Moved
from storage.migrate import migrate, pending, shipped
from storage.opening import (
    alone,
    backup,
    bring_up_to_date,
    move,
    open_database,
    rehearse_migrations,
    rehearse_restore,
    restore,
)
from storage.orders import insert
from storage.postgres import transfer
from tests import postgres
from tests.storage.direct import reading, url_of, writing
from tests.storage.line import proxy
from tests.storage.rows import new
from tests.storage.test_upgrade import fill, up_to

KINDS = ("postgresql",) if postgres.programs() else ()
NOW = 2_000_000_000_000_000
PERSON = "INSERT INTO people (user_id, name, language, telegram_language, seen_at) VALUES ($1, $2, '', '', 1)"
ODD = ("\N{GRINNING FACE}", "a\tb\nc\\N\\.", "", "訂單", "'; DROP TABLE orders; --", "\0")


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where copies that nobody named are kept."""
    monkeypatch.chdir(tmp_path)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = await open_database(url)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A deployment on SQLite with orders of every kind, in its last shape."""
    path = tmp_path / "orderbot.db"
    async with opened(f"sqlite:///{path}") as database:
        await migrate(database, 1, up_to("0001_first", tmp_path / "first"))
        fill(database, "0001_first")
        await migrate(database, 2)
        with writing(database) as tx:
            for n, text in enumerate(ODD):
                tx.execute(PERSON, n, text)
    return path


def rows_in_file(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in sorted(tables)}  # noqa: S608  our tables


def rows_at(url: str, like: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    with closing(psycopg.connect(url)) as connection:
        return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in like}  # noqa: S608  our tables


def without_mark(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """All but the mark of a copy; U+0000 is the sign for it on the other side."""
    pictured = {
        table: sorted(
            (tuple(v.replace("\0", "\N{SYMBOL FOR NULL}") if isinstance(v, str) else v for v in row) for row in found),
            key=repr,
        )
        for table, found in rows.items()
    }
    return {table: found for table, found in pictured.items() if table != "copied"}


async def test_a_deployment_moves_with_every_row_and_the_file_then_says_that_it_is_a_copy(file: Path, url: str) -> None:
    before = rows_in_file(file)
    moved = await move(f"sqlite:///{file}", url, NOW)
    assert moved == Moved(len(before["orders"]), sum(map(len, before.values())), len(before))
    assert without_mark(rows_at(url, before)) == without_mark(before)
    assert rows_at(url, {"copied": []}) == {"copied": []}
    after = rows_in_file(file)
    assert after["copied"] == [(NOW,)]
    assert without_mark(after) == without_mark(before)
    async with opened(url) as database:
        assert await pending(database) == []


async def test_a_database_that_is_not_empty_is_left_alone(file: Path, database: Database) -> None:
    with writing(database) as tx:
        insert(tx, new(1001))
    with pytest.raises(StorageError, match="is not empty"):
        await move(f"sqlite:///{file}", url_of(database), NOW)
    assert reading(database).fetch("SELECT reference FROM orders") == [{"reference": "1001"}]
    assert rows_in_file(file)["copied"] == []


async def test_what_others_keep_in_the_same_database_is_left_alone(file: Path, url: str) -> None:
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute("CREATE TABLE theirs AS SELECT 1 AS n")
    await move(f"sqlite:///{file}", url, NOW)
    await restore(url, await _copy_of(url, file.parent), NOW)
    assert rows_at(url, {"theirs": []}) == {"theirs": [(1,)]}


async def _copy_of(url: str, folder: Path) -> Path:
    copy = folder / "copy.db"
    await backup(url, copy, 5)
    return copy


async def test_nothing_moves_while_a_bot_runs(file: Path, url: str) -> None:
    async with alone(f"sqlite:///{file}"):
        with pytest.raises(StorageError, match="another orderbot is running"):
            await move(f"sqlite:///{file}", url, NOW)
    async with alone(url):
        with pytest.raises(StorageError, match="another orderbot is running"):
            await move(f"sqlite:///{file}", url, NOW)
    assert rows_in_file(file)["copied"] == []


async def test_an_older_file_is_to_be_migrated_first(tmp_path: Path, url: str) -> None:
    path = tmp_path / "old.db"
    async with opened(f"sqlite:///{path}") as database:
        await migrate(database, 1, up_to("0003_progress", tmp_path / "old"))
    with pytest.raises(StorageError, match="run orderbot migrate first"):
        await move(f"sqlite:///{path}", url, NOW)


async def test_there_and_back_again_nothing_is_lost(file: Path, url: str, tmp_path: Path) -> None:
    before = without_mark(rows_in_file(file))
    await move(f"sqlite:///{file}", url, NOW)
    copy = await _copy_of(url, tmp_path)
    assert without_mark(rows_in_file(copy)) == before
    assert rows_in_file(copy)["copied"] == [(5,)]
    assert copy.stat().st_mode & 0o777 == 0o600
    back = tmp_path / "back.db"
    restored = await restore(f"sqlite:///{back}", copy, NOW)
    assert (restored.held.orders, restored.kept) == (len(before["orders"]), None)
    assert without_mark(rows_in_file(back)) == before


async def test_a_copy_takes_the_place_of_what_is_there_which_is_kept(file: Path, url: str, tmp_path: Path) -> None:
    await move(f"sqlite:///{file}", url, NOW)
    copy = await _copy_of(url, tmp_path)
    async with opened(url) as database:
        with writing(database) as tx:
            insert(tx, new(4711))
    looked = await rehearse_restore(url, copy, NOW, lambda reader: len(reader.fetch("SELECT reference FROM orders")))
    assert (looked.lacks, looked.rehearsal.seen) == ((1, ["4711"]), len(rows_in_file(file)["orders"]))
    restored = await restore(url, copy, NOW)
    assert restored.kept is not None
    assert "4711" in str(rows_in_file(restored.kept)["orders"])
    assert "4711" not in str(rows_at(url, {"orders": []}))
    assert rows_at(url, {"copied": []}) == {"copied": [(5,)]}


async def test_what_is_no_copy_changes_nothing(database: Database, tmp_path: Path) -> None:
    with writing(database) as tx:
        insert(tx, new(1001))
    copy = tmp_path / "no.db"
    copy.write_bytes(b"nothing of the kind")
    with pytest.raises(StorageError, match="is not a database"):
        await restore(url_of(database), copy, NOW)
    assert reading(database).fetch("SELECT reference FROM orders") == [{"reference": "1001"}]


async def test_an_upgrade_is_rehearsed_and_a_copy_is_kept_before_it(url: str, tmp_path: Path) -> None:
    older = shipped()[-2].name
    async with opened(url) as database:
        await migrate(database, 1, up_to(older, tmp_path / "older"))
        with writing(database) as tx:
            insert(tx, new(1001))
        rehearsal = await rehearse_migrations(url, NOW)
        assert (rehearsal.tried, rehearsal.orders) == ([shipped()[-1].name], 1)
        assert await pending(database) == [shipped()[-1].name]
        upgrade = await bring_up_to_date(url, database, NOW)
        assert upgrade.applied == [shipped()[-1].name]
        assert upgrade.copy is not None
        assert len(rows_in_file(upgrade.copy)["orders"]) == 1
        await restore(url, upgrade.copy, NOW)
    # A step back is that copy, in the shape of the older program.
    async with opened(url) as database:
        assert await pending(database) == [shipped()[-1].name]
        assert reading(database).fetch("SELECT reference FROM orders") == [{"reference": "1001"}]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_copy_whose_commit_gets_no_answer_is_there_or_is_made_anew(file: Path, url: str, when: str) -> None:
    before = without_mark(rows_in_file(file))
    with proxy() as wire:
        wire.cut = when
        by_the_line = url.replace(f":{postgres.shared().port}/", f":{wire.port}/")
        if when == "before":
            with pytest.raises(StorageError, match=r"the connection to the database .* is lost"):
                await move(f"sqlite:///{file}", by_the_line, NOW)
            assert rows_in_file(file)["copied"] == []
        assert (await move(f"sqlite:///{file}", by_the_line, NOW)).orders == len(before["orders"])
        assert wire.cuts == 1
    assert without_mark(rows_at(url, before)) == before


async def test_a_copy_of_whose_commit_the_server_knows_nothing_is_not_called_done(
    file: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when another server has taken the place of the one that was asked to commit."""
    monkeypatch.setattr(transfer, "_ITS_NUMBER", "SELECT '4611686018427387904' AS number")
    with proxy() as wire:
        wire.cut = "before"
        by_the_line = url.replace(f":{postgres.shared().port}/", f":{wire.port}/")
        with pytest.raises(StorageError, match="isn't known: all of it is there now or nothing has changed"):
            await move(f"sqlite:///{file}", by_the_line, NOW)
    monkeypatch.undo()
    await move(f"sqlite:///{file}", url, NOW)
    assert without_mark(rows_at(url, {"orders": []})) == {"orders": rows_in_file(file)["orders"]}
