"""Without a program its tests are left out, and it is said what to install."""

from pathlib import Path

from tests.deploy.programs import PROGRAMS, missing, what_to_install

HERE = Path(__file__).parent


def test_every_program_is_for_a_file_of_tests() -> None:
    assert [program.tests for program in PROGRAMS if not (HERE / program.tests).is_file()] == []


def test_where_nothing_is_installed_everything_is_missed_and_named(tmp_path: Path) -> None:
    missed = missing(str(tmp_path))
    assert missed == list(PROGRAMS)
    assert all(program.package in what_to_install(missed) for program in PROGRAMS)


def test_where_all_is_installed_nothing_is_said(tmp_path: Path) -> None:
    for program in PROGRAMS:
        (tmp_path / program.name).touch(mode=0o755)
    assert what_to_install(missing(str(tmp_path))) == ""


def test_ci_installs_what_is_needed() -> None:
    ci = (HERE.parents[1] / ".ci" / "run").read_text("utf-8")
    wanted = next(line for line in ci.splitlines() if line.startswith("for package in"))
    assert {program.package for program in PROGRAMS} <= set(wanted.removesuffix("; do").split())
