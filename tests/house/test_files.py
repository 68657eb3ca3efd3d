"""Every file keeps the house's rules, and a tree that breaks one is seen to break it."""

import subprocess
from pathlib import Path

import pytest

from tests.house.files import files, is_sentence, mentions, too_long, without_a_why

ROOT = Path(__file__).parents[2]


def put(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_no_source_file_is_over_500_lines() -> None:
    assert too_long(ROOT) == []


def test_every_module_opens_with_a_sentence() -> None:
    assert without_a_why(ROOT) == []


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    assert mentions(ROOT) == []


def test_the_checks_see_the_whole_repository() -> None:
    seen = {str(path.relative_to(ROOT)) for path in files(ROOT)}
    assert {"Makefile", "pyproject.toml", ".ci/run", "providers/orders.py", "tests/house/test_files.py"} <= seen


@pytest.mark.parametrize("name", ["bot/a.py", "page/a.js", "page/a.css", "page/a.html", "storage/1.sql", "a.sh"])
def test_a_file_of_501_lines_is_seen(tmp_path: Path, name: str) -> None:
    path = put(tmp_path, name, "x\n" * 500)
    assert too_long(tmp_path) == []

    path.write_text("x\n" * 501)

    assert too_long(tmp_path) == [f"{name} has 501 lines"]


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
