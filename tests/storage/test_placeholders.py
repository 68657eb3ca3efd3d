from pathlib import Path

import pytest

from storage.opening import open_database
from storage.sqlite.placeholders import numbered
from tests.storage.direct import reading

KINDS = ("sqlite",)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT $2, $1", "SELECT ?2, ?1"),
        ("SELECT $1 || $10", "SELECT ?1 || ?10"),
        ("SELECT 'costs $1'", "SELECT 'costs $1'"),
        ("SELECT 'it''s $1', $1", "SELECT 'it''s $1', ?1"),
        ('SELECT "a$1" FROM t WHERE x=$1', 'SELECT "a$1" FROM t WHERE x=?1'),
        ("SELECT $1 -- not $2\n, $3", "SELECT ?1 -- not $2\n, ?3"),
        ("SELECT /* $1 '\n */ $2", "SELECT /* $1 '\n */ ?2"),
        ("SELECT a$1 FROM t", "SELECT a$1 FROM t"),
    ],
)
def test_only_real_placeholders_are_rewritten(sql: str, expected: str) -> None:
    assert numbered(sql) == expected


async def test_parameters_are_bound_by_their_numbers(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path}/a.db")
    try:
        assert reading(database).fetchrow("SELECT $2 AS a, $1 AS b, $2 AS c", "one", "two") == {
            "a": "two",
            "b": "one",
            "c": "two",
        }
    finally:
        await database.close()
