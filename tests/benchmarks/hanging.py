"""Times people at one supplier while orders at another are never answered: nobody should notice."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks import stage
from tests.benchmarks.contestants import Site, our_command
from tests.benchmarks.dialogue import End
from tests.benchmarks.report import Goal, Run, Section, goals, markdown, say
from tests.benchmarks.rounds import Round, Row, play

HEADING: Final = "While a supplier hangs"
MOST: Final = 1.05
_ROUND: Final = Round(End.CANCEL, 40)
_FIRST: Final = 1_000
_STUCK: Final = range(5_000, 5_010)
"""People whose orders wait for the supplier that doesn't answer: more than it is sent at once."""


def part(run: Run) -> list[Section]:
    """Form rounds with and without somebody waiting elsewhere, in turn."""
    runs, seconds = (1, 1.5) if run.quick else (5, 4.0)
    taken: dict[bool, list[Row]] = {False: [], True: []}
    for number in range(runs):
        for hangs, found in taken.items():
            found.append(measured(seconds, hangs=hangs))
            say(f"run {number + 1}/{runs}  supplier {'hangs' if hangs else 'answers'}  p95 {found[-1]['p95']:.1f} ms")
    middle = {hangs: {key: median(row[key] for row in rows) for key in rows[0]} for hangs, rows in taken.items()}
    table = markdown(
        ("the other supplier", "updates/s", "p50 ms", "p95 ms", "p99 ms"),
        [
            ("hangs" if hangs else "answers", f"{row['per_second']:.0f}", *(f"{row[p]:.1f}" for p in _PARTS_OF_TIME))
            for hangs, row in middle.items()
        ],
    )
    aim = Goal("others' p95, times that without", middle[True]["p95"] / middle[False]["p95"], MOST)
    words = (
        f"{len(_STUCK)} people have confirmed an order at an account whose supplier takes it and never answers; "
        f"{_ROUND.chats} others fill in forms of another account. Median of {runs} runs each, in turn."
    )
    return [Section(HEADING, f"{words}\n\n{table}\n\n{goals([aim])}")]


_PARTS_OF_TIME: Final = ("p50", "p95", "p99")


def measured(seconds: float, *, hangs: bool) -> Row:
    """One run of a bot of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="orderbot-bench-")))
        standin = stack.enter_context(stage.telegram(folder))
        shop, stuck = stack.enter_context(stage.supplier()), stack.enter_context(stage.supplier(hangs=True))
        site = Site(standin.url, shop, folder, [*range(_FIRST, _FIRST + _ROUND.chats), *_STUCK])
        pid = stack.enter_context(stage.bot(our_command(site, stuck=stuck), folder))
        standin.do("polled", pid=pid)
        if hangs:
            standin.do("confirm", first=_STUCK[0], people=len(_STUCK), account="stuck")
        return play(standin, [pid], _ROUND, _FIRST, seconds)
