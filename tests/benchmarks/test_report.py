"""Tables, goals and the paper say what was measured, and a process's cost is read from the system."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks import replicas
from tests.benchmarks.__main__ import HEADINGS, PAPER, PARTS, main
from tests.benchmarks.contestants import APART, CONTESTANTS, ONE, OURS, REPLICAS, TWO, Site, settings
from tests.benchmarks.dialogue import End
from tests.benchmarks.processes import cores, cpu_seconds, family, is_alive, peak_megabytes
from tests.benchmarks.report import Goal, Section, goals, machine, markdown, renewed
from tests.benchmarks.rounds import ROUNDS, Round, Row, Rows, Runs, commit_milliseconds
from tests.benchmarks.side_by_side import aims, text

SPEED = {
    OURS: 300.0,
    "orderbot-postgresql": 200.0,
    "ptb": 150.0,
    "ptb-pickle": 100.0,
    "aiogram": 400.0,
    "aiogram-redis": 200.0,
}


def rows() -> Rows:
    return {
        (bot, one): {
            "per_second": speed,
            "p50": 1000 / speed,
            "p95": 20.0,
            "p99": 30.0,
            "cpu": 1000 / speed,
            "memory": 80.0,
            "standin": 0.2,
        }
        for bot, speed in SPEED.items()
        for one in ROUNDS
    }


def test_a_row_says_how_many_times_its_own_figure_ours_is() -> None:
    lines = text(rows(), CONTESTANTS, 0.5, 3, "a machine").splitlines()
    (ptb,) = {line for line in lines if "python-telegram-bot, defaults" in line}
    assert [cell.strip() for cell in ptb.split("|")[2:]] == [
        *("150", "6.7", "20.0", "30.0", "6.67", "100%", "80", "20%"),
        *("2.00", "0.50", ""),
    ]
    assert sum(line.startswith("**") for line in lines) == len(ROUNDS)


def test_goals_are_reached_or_not_by_what_was_measured() -> None:
    found = {goal.name: goal for goal in aims(rows(), 0.5)}
    form = Round(End.CANCEL, 40).title
    assert found[f"updates/s, times those of ptb: {form}"].is_reached
    assert not found[f"updates/s, times those of aiogram: {form}"].is_reached
    assert found["p50 ms with one chat, against ptb's and a commit"].bound == 7.17


@pytest.mark.parametrize(
    ("figure", "at_least", "reached"), [(1.0, True, "no"), (1.0, False, "yes"), (3.0, True, "yes")]
)
def test_a_goal_is_a_least_or_a_most(figure: float, at_least: bool, reached: str) -> None:  # noqa: FBT001  a column of the table above
    assert f" {reached} |" in goals([Goal("speed", figure, 2.0, at_least=at_least)])


def test_two_bots_may_cost_little_more_than_one_and_hardly_wait() -> None:
    """The cost of the database counts with that of the bots, and the proxy's doesn't."""
    of_one = {"per_second": 100.0, "p50": 1.0, "p95": 2.0, "cpu": 2.0, "postgresql": 1.0, "waits": 0.0, "again": 0.0}
    of_two = of_one | {"cpu": 2.2, "postgresql": 1.2, "proxy": 9.0, "waits": 0.06}
    one = Round(End.CANCEL, 40)
    found: Runs = {(ONE, one): [of_one] * 3, (TWO, one): [of_two] * 3}
    cost, waiting = replicas.aims(found)
    assert (round(cost.figure, 2), cost.is_reached, waiting.is_reached) == (1.13, True, False)
    written = replicas.text(found, REPLICAS, 3)
    (line,) = [line for line in written.splitlines() if line.startswith("| two orderbots")]
    assert [cell.strip() for cell in line.split("|")[5:]] == ["2.20", "1.20", "3.40", "9.00", "6.0%", "0", ""]


def test_two_bots_are_compared_with_one_of_the_same_run() -> None:
    """A run on a busy machine costs both of them more; their medians need not be of one run."""
    one = Round(End.CONFIRM, 40)

    def of(*cpu: float) -> list[Row]:
        return [{"cpu": each, "postgresql": 0.0, "waits": 0.0} for each in cpu]

    taken: Runs = {(ONE, one): of(1.0, 2.0, 4.0), (TWO, one): of(1.1, 3.0, 4.4), (APART, one): of(1.0, 2.4, 4.8)}
    cost, _ = replicas.aims(taken)
    assert round(cost.figure, 2) == 1.1
    *_, last = replicas.text(taken, (), 3).splitlines()
    assert [cell.strip() for cell in last.split("|")[1:-1]] == [one.title, "1.20", "1.10"]
    del taken[ONE, one]
    assert "two apart" not in replicas.text(taken, (), 3)


def test_a_table_has_its_numbers_to_the_right() -> None:
    assert markdown(("bot", "ms"), [("ours", "1"), ("a", "10.25")]) == (
        "| bot  |    ms |\n| ---- | ----: |\n| ours |     1 |\n| a    | 10.25 |"
    )


def test_a_part_that_is_run_alone_renews_its_own_section_only() -> None:
    before = renewed("", [Section("B", "old b"), Section("A", "old a")], ("A", "B"))
    after = renewed(before, [Section("B", "new b")], ("A", "B"))
    assert after.index("## A") < after.index("## B")
    assert ("old a" in after, "new b" in after, "old b" in after) == (True, True, False)
    assert renewed(after, [], ("A", "B")) == after


def test_the_machine_is_told(tmp_path: Path) -> None:
    assert "cores of" in machine(tmp_path)
    assert "Python 3." in machine(tmp_path)


def test_a_commit_takes_time(tmp_path: Path) -> None:
    assert commit_milliseconds(tmp_path) > 0


def test_a_process_costs_what_it_and_its_children_cost() -> None:
    code = "x = 0\nwhile True: x += 1"
    starts = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"
    with subprocess.Popen([sys.executable, "-c", starts], start_new_session=True) as process:
        try:
            while cpu_seconds(process.pid) < 0.3 or len(family(process.pid)) < 2:
                assert is_alive(process.pid)
            assert peak_megabytes(process.pid) > 5
        finally:
            os.killpg(process.pid, 9)
    assert not is_alive(process.pid)


def test_everything_has_a_core() -> None:
    bot, others = cores()
    assert bot
    assert others
    assert bot | others <= os.sched_getaffinity(0)


def test_our_settings_name_everybody_and_every_shop(tmp_path: Path) -> None:
    site = Site("http://127.0.0.1:1", "http://127.0.0.1:2", tmp_path, range(5, 7))
    written = settings(site, other="http://127.0.0.1:3").read_text("utf-8")
    assert "admins = [5, 6]" in written
    assert "[accounts.other]" in written
    assert "webhook" not in written
    by_webhook = replace(site, listen="127.0.0.1:4", webhook="http://127.0.0.1:4/telegram")
    assert 'mode = "webhook"' in settings(by_webhook).read_text("utf-8")


def test_a_part_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nonsense"])
    assert "there is no part nonsense" in capsys.readouterr().err


def test_every_section_has_its_place() -> None:
    assert len(set(HEADINGS)) == len(HEADINGS) >= len(PARTS)
    assert PAPER.parent.is_dir()
