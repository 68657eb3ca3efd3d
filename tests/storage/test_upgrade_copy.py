"""Before the first migration runs there is a copy of the database: one step back, whatever the migrations do."""

import os
import resource
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from storage import orders
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import migrate, pending, shipped
from storage.opening import Upgrade, bring_up_to_date, open_database
from tests.storage.direct import reading, writing
from tests.storage.rows import new
from tests.storage.test_upgrade import ROWS, fill, up_to

KINDS = ("sqlite",)

NAMES = [migration.name for migration in shipped()]
FAILS = "INSERT INTO no_such_table VALUES (1);\n"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = await open_database(url)
    try:
        yield database
    finally:
        await database.close()


async def upgrade(url: str, folder: Path | None = None) -> Upgrade:
    async with opened(url) as database:
        return await bring_up_to_date(url, database, 2, folder)


def copies(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.before-*"))


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may become longer than a third of what the copy needs."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("version", NAMES[:-1])
async def test_the_copy_is_the_database_of_before_and_can_be_upgraded_in_its_place(
    url: str, tmp_path: Path, version: str
) -> None:
    before = up_to(version, tmp_path / "migrations")
    async with opened(url) as database:
        await migrate(database, 1, before)
        fill(database, version)
    missing = NAMES[NAMES.index(version) + 1 :]
    copy = tmp_path / f"orderbot.db.before-{missing[0]}"
    assert await upgrade(url) == Upgrade(missing, copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert copies(tmp_path) == [copy.name]
    # One step back, and forward again.
    (tmp_path / "orderbot.db").unlink()
    copy.rename(tmp_path / "orderbot.db")
    async with opened(url) as database:
        assert await pending(database, before) == []
        assert await pending(database) == missing
    assert await upgrade(url) == Upgrade(missing, copy)
    async with opened(url) as database:
        assert {order.reference for order in orders.all_rows(reading(database), 100)} == ROWS.keys()


async def test_where_there_is_nothing_to_lose_or_to_do_nothing_is_copied(url: str, tmp_path: Path) -> None:
    assert await upgrade(url, up_to(NAMES[0], tmp_path / "first")) == Upgrade(NAMES[:1], None)
    assert await upgrade(url) == Upgrade(NAMES[1:], None)
    async with opened(url) as database:
        with writing(database) as tx:
            orders.insert(tx, new(1))
    assert await upgrade(url) == Upgrade([], None)
    assert copies(tmp_path) == []


async def test_after_a_migration_that_failed_the_next_copy_has_what_was_ordered_meanwhile(
    url: str, tmp_path: Path
) -> None:
    folder = up_to(NAMES[-1], tmp_path / "migrations")
    async with opened(url) as database:
        await migrate(database, 1, folder)
        fill(database, NAMES[-1])
    (folder / "9999_fails.sql").write_text(FAILS)
    with pytest.raises(StorageError, match="9999_fails failed"):
        await upgrade(url, folder)
    assert copies(tmp_path) == ["orderbot.db.before-9999_fails"]
    async with opened(url) as database:
        with writing(database) as tx:
            orders.insert(tx, new(77))
    (folder / "9999_fails.sql").write_text("UPDATE orders SET looks = looks;\n")
    copy = tmp_path / "orderbot.db.before-9999_fails"
    assert await upgrade(url, folder) == Upgrade(["9999_fails"], copy)
    async with opened(f"sqlite:///{copy}") as database:
        # A copy has the columns of its day.
        assert reading(database).fetch("SELECT reference FROM orders WHERE reference = $1", "77")


async def test_without_room_for_the_copy_nothing_is_migrated_and_with_room_it_is(url: str, tmp_path: Path) -> None:
    async with opened(url) as database:
        await migrate(database, 1, up_to(NAMES[-2], tmp_path / "migrations"))
        fill(database, NAMES[-2])
    async with opened(url) as database:
        with full_disk(), pytest.raises(StorageError, match=r"before-.* the disk is full") as caught:
            await bring_up_to_date(url, database, 2)
        assert "\n" not in str(caught.value)
        assert await pending(database) == NAMES[-1:]
    assert copies(tmp_path) == []
    assert [name for name in os.listdir(tmp_path) if name.startswith(".")] == []  # noqa: PTH208  nothing is left
    assert (await upgrade(url)).applied == NAMES[-1:]
    assert len(copies(tmp_path)) == 1
