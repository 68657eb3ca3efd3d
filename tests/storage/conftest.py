from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.opening import open_database
from tests.storage.template import lay


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/orderbot.db"


@pytest.fixture
async def database(url: str, tmp_path: Path) -> AsyncIterator[Database]:
    await lay(tmp_path / "orderbot.db")
    database = await open_database(url)
    try:
        yield database
    finally:
        await database.close()
