import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.errors import StorageError
from storage.migrate import migrate, pending, shipped
from storage.opening import open_database
from tests.storage.direct import reading

FIRST = "-- Why; and how.\nCREATE TABLE things (name TEXT NOT NULL);\nINSERT INTO things VALUES ('a;b');\n"
BROKEN_END = "INSERT INTO no_such_table VALUES (1);\n"
SECOND = "ALTER TABLE things ADD COLUMN weight BIGINT; -- grams\nUPDATE things SET weight = 1;\n"


@pytest.fixture
async def empty(url: str) -> AsyncIterator[Database]:
    database = await open_database(url)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_things.sql").write_text(FIRST)
    (folder / "notes.txt").write_text("no migration")
    return folder


async def test_an_empty_file_gets_every_table_and_a_second_run_does_nothing(empty: Database) -> None:
    names = [migration.name for migration in shipped()]
    assert names[0] == "0001_first"
    assert await pending(empty) == names
    assert await migrate(empty, 5) == names
    assert await pending(empty) == []
    assert await migrate(empty, 6) == []
    assert reading(empty).fetch("SELECT DISTINCT applied_at FROM migrations") == [{"applied_at": 5}]


COLUMNS = {
    "sqlite": "SELECT t.name AS tab, c.name AS col, c.type AS type FROM sqlite_master t, pragma_table_info(t.name) c"
    " WHERE t.type = 'table'",
    "postgresql": "SELECT table_name AS tab, column_name AS col, UPPER(data_type) AS type"
    " FROM information_schema.columns WHERE table_schema = current_schema()"
    " AND COALESCE(collation_name, 'C') = 'C'",
}


def test_every_column_is_text_or_bigint(database: Database, kind: str) -> None:
    columns = reading(database).fetch(COLUMNS[kind])
    assert len({row["tab"] for row in columns}) >= 9
    assert {row["type"] for row in columns} == {"TEXT", "BIGINT"}


async def test_an_older_database_with_rows_in_it_is_brought_up_to_date(empty: Database, folder: Path) -> None:
    assert await migrate(empty, 1, folder) == ["0001_things"]
    (folder / "0002_weight.sql").write_text(SECOND)
    assert await pending(empty, folder) == ["0002_weight"]
    assert await migrate(empty, 2, folder) == ["0002_weight"]
    assert reading(empty).fetch("SELECT * FROM things") == [{"name": "a;b", "weight": 1}]


async def test_a_file_that_fails_half_way_leaves_nothing_and_works_once_mended(empty: Database, folder: Path) -> None:
    (folder / "0002_weight.sql").write_text(SECOND + BROKEN_END)
    with pytest.raises(StorageError, match="migration 0002_weight failed"):
        await migrate(empty, 1, folder)
    assert reading(empty).fetch("SELECT * FROM things") == [{"name": "a;b"}]
    assert await pending(empty, folder) == ["0002_weight"]
    (folder / "0002_weight.sql").write_text(SECOND)
    assert await migrate(empty, 2, folder) == ["0002_weight"]


async def test_a_file_edited_after_it_was_applied_is_refused(empty: Database, folder: Path) -> None:
    await migrate(empty, 1, folder)
    (folder / "0001_things.sql").write_text(FIRST + "-- a harmless word\n")
    for run in (pending(empty, folder), migrate(empty, 2, folder)):
        with pytest.raises(StorageError, match="0001_things was edited"):
            await run
    (folder / "0001_things.sql").write_text(FIRST)
    assert await migrate(empty, 2, folder) == []


async def test_a_database_newer_than_the_program_is_refused(empty: Database, folder: Path) -> None:
    newer = folder / "0002_weight.sql"
    newer.write_text(SECOND)
    await migrate(empty, 1, folder)
    newer.unlink()
    for run in (pending(empty, folder), migrate(empty, 2, folder)):
        with pytest.raises(StorageError, match="newer than this program: it has migration 0002_weight"):
            await run
    newer.write_text(SECOND)
    assert await migrate(empty, 2, folder) == []


async def test_a_database_with_another_history_is_refused(empty: Database, folder: Path) -> None:
    await migrate(empty, 1, folder)
    with pytest.raises(StorageError, match="0001_things where this program has 0001_first"):
        await migrate(empty, 2)


async def test_two_programs_that_migrate_at_once_apply_each_file_once(url: str, folder: Path) -> None:
    (folder / "0002_weight.sql").write_text(SECOND)
    one, two = await open_database(url), await open_database(url)
    try:
        applied = await asyncio.gather(migrate(one, 1, folder), migrate(two, 1, folder))
        assert sorted([*applied[0], *applied[1]]) == ["0001_things", "0002_weight"]
    finally:
        await one.close()
        await two.close()
