from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.opening import open_database
from tests import postgres
from tests.storage.line import Proxy, address_of, proxy
from tests.storage.template import emptied_at_server, lay

KINDS = ("sqlite", "postgresql") if postgres.programs() else ("sqlite",)
"""A test runs on both, unless it names one, or its module has a KINDS of its own."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    named = (mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "kind" in metafunc.fixturenames and "kind" not in named:
        metafunc.parametrize("kind", getattr(metafunc.module, "KINDS", KINDS))


@pytest.fixture
def url(kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database that is still to be made."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path}/orderbot.db"
        return
    server = postgres.shared()
    name = server.create()
    yield server.address(name)
    server.drop(name)


@pytest.fixture
async def database(kind: str, tmp_path: Path) -> AsyncIterator[Database]:
    if kind == "sqlite":
        await lay(tmp_path / "orderbot.db")
        address = f"sqlite:///{tmp_path}/orderbot.db"
    else:
        address = await emptied_at_server()
    database = await open_database(address)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def line(database: Database) -> AsyncIterator[tuple[Database, Proxy]]:
    """A database at PostgreSQL by a line that can be cut."""
    with proxy() as made:
        found = await open_database(address_of(database, made.port))
        try:
            yield found, made
        finally:
            await found.close()
