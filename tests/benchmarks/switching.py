"""Times form rounds at two settings of the interpreter's switch interval.

Storage works in a thread of its own; how long it waits for the interpreter is in the answer that a person waits for.
"""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks import stage
from tests.benchmarks.contestants import Site, our_command
from tests.benchmarks.dialogue import End
from tests.benchmarks.report import Run, Section, markdown, say
from tests.benchmarks.rounds import Round, Row, play

HEADING: Final = "The interpreter's switch interval"
INTERVALS: Final = (0.005, 0.0005)
"""Seconds; the first is Python's own."""
_ROUNDS: Final = (Round(End.CANCEL, 1), Round(End.CANCEL, 40))
_FIRST: Final = 1_000
_START: Final = "import sys; sys.setswitchinterval({}); from bot.__main__ import main; main()"


def part(run: Run) -> list[Section]:
    """Either setting in turn."""
    runs, seconds = (1, 1.5) if run.quick else (3, 3.0)
    taken: dict[tuple[float, Round], list[Row]] = {}
    for number in range(runs):
        for interval in INTERVALS:
            for one, row in measured(interval, seconds).items():
                taken.setdefault((interval, one), []).append(row)
            say(f"run {number + 1}/{runs}  switch interval {interval * 1000:g} ms")
    lines = []
    for one in _ROUNDS:
        for interval in INTERVALS:
            rows = taken[interval, one]
            figures = [median(row[name] for row in rows) for name in ("per_second", "p50", "p95", "p99", "cpu")]
            per_second, *others = figures
            title = f"{one.title}, {interval * 1000:g} ms"
            lines.append((title, f"{per_second:.0f}", *(f"{figure:.2f}" for figure in others)))
    table = markdown(("", "updates/s", "p50 ms", "p95 ms", "p99 ms", "CPU ms"), lines)
    return [Section(HEADING, f"Median of {runs} runs of this bot at each setting, in turn.\n\n{table}")]


def measured(interval: float, seconds: float) -> dict[Round, Row]:
    """One run of a bot of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="orderbot-bench-")))
        standin = stack.enter_context(stage.telegram(folder))
        people = sum(one.chats for one in _ROUNDS)
        site = Site(standin.url, stack.enter_context(stage.supplier()), folder, range(_FIRST, _FIRST + people))
        arguments = our_command(site)[3:]
        pid = stack.enter_context(stage.bot([sys.executable, "-c", _START.format(interval), *arguments], folder))
        standin.do("polled", pid=pid)
        found, first = {}, _FIRST
        for one in _ROUNDS:
            found[one] = play(standin, [pid], one, first, seconds)
            first += one.chats
        return found
