"""Every file keeps the house's rules, and a tree that breaks one is seen to break it."""

import subprocess
from pathlib import Path

import pytest

from tests.conftest import LONGEST
from tests.house.files import (
    badly_opened,
    files,
    is_sentence,
    mentions,
    needlessly_excused,
    one_letter_aliases,
    too_long,
    too_short,
    without_a_why,
)

ROOT = Path(__file__).parents[2]


def put(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_no_source_file_is_over_500_lines() -> None:
    assert too_long(ROOT) == []


def test_no_file_is_excused_that_needs_no_excuse() -> None:
    assert needlessly_excused(ROOT) == []


def test_a_file_of_fewer_than_40_lines_has_a_reason() -> None:
    assert too_short(ROOT) == []


def test_docstrings_open_with_a_noun_phrase_or_an_imperative() -> None:
    assert badly_opened(ROOT) == []


def test_an_import_keeps_a_name_that_can_be_looked_for() -> None:
    assert one_letter_aliases(ROOT) == []


def test_every_module_opens_with_a_sentence() -> None:
    assert without_a_why(ROOT) == []


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    assert mentions(ROOT) == []


def test_the_checks_see_the_whole_repository() -> None:
    seen = {str(path.relative_to(ROOT)) for path in files(ROOT)}
    assert {"Makefile", "pyproject.toml", ".ci/run", "providers/orders.py", "tests/house/test_files.py"} <= seen


def test_every_test_file_that_is_to_begin_first_is_there() -> None:
    assert [name for name in LONGEST if not (ROOT / "tests" / name).exists()] == []


@pytest.mark.parametrize("name", ["bot/a.py", "page/a.js", "page/a.css", "page/a.html", "storage/1.sql", "a.sh"])
def test_a_file_of_501_lines_is_seen(tmp_path: Path, name: str) -> None:
    path = put(tmp_path, name, "x\n" * 500)
    assert too_long(tmp_path) == []

    path.write_text("x\n" * 501)

    assert too_long(tmp_path) == [f"{name} has 501 lines"]


def test_an_excuse_that_nothing_needs_is_seen(tmp_path: Path) -> None:
    put(tmp_path, "bot/long.py", "x\n" * 501)
    put(tmp_path, "bot/shrunk.py", "x\n" * 500)
    excused = ("bot/gone.py", "bot/long.py", "bot/shrunk.py")
    assert needlessly_excused(tmp_path, excused) == ["bot/gone.py", "bot/shrunk.py"]


def test_a_short_file_without_a_reason_and_a_reason_without_a_short_file_are_seen(tmp_path: Path) -> None:
    put(tmp_path, "bot/__init__.py", "")
    put(tmp_path, "bot/short.py", "x\n" * 39)
    put(tmp_path, "bot/grown.py", "x\n" * 40)
    put(tmp_path, "bot/page/short.js", "x\n")
    put(tmp_path, "storage/migrations/0001_short.sql", "x\n")
    put(tmp_path, "tests/short.py", "x\n")
    assert too_short(tmp_path, {"bot/page/short.js": "a value"}) == ["bot/short.py has 39 lines"]
    assert too_short(tmp_path, {"bot/page/short.js": "a value", "bot/short.py": ""}) == ["bot/short.py has 39 lines"]
    reasons = {"bot/page/short.js": "a value", "bot/short.py": "small", "bot/grown.py": "was small", "bot/gone.py": ""}
    assert too_short(tmp_path, reasons) == ["bot/grown.py needs no reason", "bot/gone.py needs no reason"]


@pytest.mark.parametrize(
    "opening",
    ["What", "Whether", "Whoever", "Who", "How", "Where", "When", "Why", "Whatever", "That", "Everything that"],
)
@pytest.mark.parametrize(
    "source",
    [
        '"""{} it is."""\n',
        'class A:\n    """{} it is."""\n',
        'class A:\n    async def a() -> None:\n        """{} it is."""\n',
    ],
)
def test_a_docstring_that_opens_with_a_clause_is_seen(tmp_path: Path, opening: str, source: str) -> None:
    put(tmp_path, "bot/good.py", '"""The whole of it, and everything that it is."""\n')
    put(tmp_path, "tests/not_ours.py", source.format(opening))
    assert badly_opened(tmp_path) == []

    put(tmp_path, "bot/bad.py", source.format(opening))

    assert [line.split(":")[0] for line in badly_opened(tmp_path)] == ["bot/bad.py"]


@pytest.mark.parametrize("source", ["import os as o\n", "from bot import a as b\n", "if 1:\n    import os as o\n"])
def test_an_alias_of_one_letter_is_seen(tmp_path: Path, source: str) -> None:
    put(tmp_path, "tests/good.py", "import os\nimport os as system\n")
    put(tmp_path, "tests/bad.py", source)
    assert [line.split(":")[0] for line in one_letter_aliases(tmp_path)] == ["tests/bad.py"]


@pytest.mark.parametrize("source", ["x = 1\n", '"""too small"""\n', '"""The orders module"""\nx = 1\n'])
def test_a_module_without_a_why_is_seen(tmp_path: Path, source: str) -> None:
    put(tmp_path, "bot/__init__.py", "")
    put(tmp_path, "bot/good.py", '"""One event from start to finish."""\n')
    put(tmp_path, "bot/bad.py", source)
    assert without_a_why(tmp_path) == ["bot/bad.py"]


def test_a_sentence_may_run_over_several_lines() -> None:
    assert is_sentence("The words for what became of an order,\nshared by every supplier.\n\nmore")
    assert not is_sentence("the words for what became of an order")


@pytest.mark.parametrize(
    "text",
    [
        "https://pypi.or" + "g/simple",
        "https://files.pythonhoste" + "d.org/x",
        "https://registry.npmj" + "s.org",
        "--extra-index-ur" + "l x",
        "cd /wor" + "k/main",
        '"/roo' + 't/.ssh"',
        "see /home/some" + "one/orderbot",
    ],
)
def test_a_registry_or_a_place_on_one_machine_is_seen(tmp_path: Path, text: str) -> None:
    put(tmp_path, "docs/a.md", f"fine\n{text}\n")
    assert [line.split(" ")[0] for line in mentions(tmp_path)] == ["docs/a.md:2"]


def test_an_address_with_such_a_word_in_it_is_fine(tmp_path: Path) -> None:
    put(tmp_path, "docs/a.md", "https://api.example.com/homework/root\nthe root/work of it\n")
    assert mentions(tmp_path) == []


def test_a_picture_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\xff\xfe")
    assert mentions(tmp_path) == []


def test_without_git_what_tools_made_is_left_out(tmp_path: Path) -> None:
    for name in ("a.py", ".venv/b.py", "bot/__pycache__/c.py", "orderbot.egg-info/d.py"):
        put(tmp_path, name, "")
    assert [path.name for path in files(tmp_path)] == ["a.py"]


def test_with_git_what_is_ignored_is_left_out_and_what_is_new_is_not(tmp_path: Path) -> None:
    init = ["git", "init", "--quiet", str(tmp_path)]
    subprocess.run(init, check=True)
    put(tmp_path, ".gitignore", "*.db\n")
    put(tmp_path, "orderbot.db", "")
    put(tmp_path, "new.py", "")
    assert [path.name for path in files(tmp_path)] == [".gitignore", "new.py"]
