"""One bot and several on one PostgreSQL: what an update costs each who has a part in it, and how long bots wait.

A second bot is worth its machine only where an update doesn't cost much more with it, and where neither keeps waiting
for chats that the other is at work in.
"""

import os
from collections.abc import Iterable
from statistics import median
from typing import Final

from tests.benchmarks.contestants import APART, ONE, REPLICAS, TWO, Contestant, available
from tests.benchmarks.dialogue import End
from tests.benchmarks.report import Goal, Run, Section, goals, machine, markdown, say
from tests.benchmarks.rounds import Round, Row, Runs, in_turn, measured, medians
from tests.benchmarks.stage import BenchmarkError

HEADING: Final = "Databases, webhook and replicas"
_ROUNDS: Final = tuple(Round(end, chats) for end in End for chats in (1, 40))
MOST: Final = 1.15
"""Times as much CPU as with one bot that an update may cost with two."""
LONGEST: Final = 0.05
"""The share of its time that a bot may wait for locks of other chats."""
_HEAD: Final = ("", "updates/s", "p50 ms", "p95 ms", "bots", "PostgreSQL", "together", "HAProxy", "waits", "again")
_APART_HEAD: Final = ("CPU of an update", "two apart, times one", "two that share, times two apart")
_PATIENT: Final = (7, 4.0)
_HASTY: Final = (1, 1.5)
"""Runs, and seconds of each round."""
_WORDS: Final = (
    "This bot alone, on {cores} cores that others use too, with each of its databases, and by webhook; the updates are "
    "those of the bots side by side. CPU is in ms of an update: `bots` that of all of them together, `HAProxy` that of "
    "the proxy with its TLS; the stand-ins and what looks for waits are in none. `together` is bots and PostgreSQL. "
    "`waits` is the share of their time that bots wait for locks, as seen 50 times a second, `again` the updates that "
    "had to be brought once more. Median of {runs} runs, all in turn. How much more two cost "
    "than one is told of each run by itself, in which they follow each other, and the median of that: from one run to "
    "the next a machine that others use too differs more than they do. Two with a database each share nothing but the "
    "machine: what those cost more than one is its part, as caches that the second core has to share with all else."
)


def part(run: Run) -> list[Section]:
    """Each way to run this bot, in turn; one that doesn't run fails the benchmark and takes nothing from the others."""
    runs, seconds = _HASTY if run.quick else _PATIENT
    bots: list[Contestant] = []
    faults: list[str] = []
    ready = available(REPLICAS)
    for bot in ready:
        try:
            measured([bot], say, _ROUNDS[:1], 1, 0.5)
            bots.append(bot)
        except BenchmarkError as error:
            faults.append(f"{bot.title} could not be measured: {error}")
            say(faults[-1])
    taken = in_turn(bots, say, _ROUNDS, runs, seconds)
    where = f"On {machine(run.folder)}."
    return [Section(HEADING, "\n\n".join([where, text(taken, bots, runs), *faults]), failed=bool(faults))]


def text(taken: Runs, bots: Iterable[Contestant], runs: int) -> str:
    bots, rows = list(bots), medians(taken)
    paragraphs = [_WORDS.format(cores=len(os.sched_getaffinity(0)), runs=runs)]
    for one in _ROUNDS:
        lines = [_line(bot.title, rows[bot.name, one]) for bot in bots if (bot.name, one) in rows]
        paragraphs.append(f"**{one.title.capitalize()}**\n\n{markdown(_HEAD, lines)}")
    if found := aims(taken):
        paragraphs.append(goals(found))
    if lines := [[one.title, *_apart(taken, one)] for one in _ROUNDS if _has_all(taken, one)]:
        paragraphs.append(markdown(_APART_HEAD, lines))
    return "\n\n".join(paragraphs)


def together(row: Row) -> float:
    """CPU of bots and database, ms of an update."""
    return row["cpu"] + row.get("postgresql", 0.0)


def _line(title: str, row: Row) -> list[str]:
    by_webhook = "waits" in row
    return [
        title,
        f"{row['per_second']:.0f}",
        *(f"{row[name]:.1f}" for name in ("p50", "p95")),
        f"{row['cpu']:.2f}",
        f"{row['postgresql']:.2f}" if "postgresql" in row else "",
        f"{together(row):.2f}",
        f"{row['proxy']:.2f}" if "proxy" in row else "",
        f"{row['waits']:.1%}" if by_webhook else "",
        f"{row['again']:.0f}" if by_webhook else "",
    ]


def aims(taken: Runs) -> list[Goal]:
    """What two bots may cost beside one, of the same run: the minutes differ more than they do."""
    found = []
    for one in _ROUNDS:
        if (ONE, one) in taken and (TWO, one) in taken:
            of_one, of_two = taken[ONE, one], taken[TWO, one]
            share = _times(of_two, of_one)
            waits = median(two["waits"] for two in of_two)
            found.append(Goal(f"CPU with two bots, times that with one: {one.title}", share, MOST))
            found.append(Goal(f"share of time spent waiting for locks: {one.title}", waits, LONGEST))
    return found


def _has_all(taken: Runs, one: Round) -> bool:
    """Check whether one bot, two and two apart could all be measured."""
    return all((name, one) in taken for name in (ONE, TWO, APART))


def _apart(taken: Runs, one: Round) -> list[str]:
    """How many times as much two cost that share nothing as one does, and two that share as those."""
    apart = taken[APART, one]
    return [f"{share:.2f}" for share in (_times(apart, taken[ONE, one]), _times(taken[TWO, one], apart))]


def _times(those: Iterable[Row], these: Iterable[Row]) -> float:
    """How many times as much CPU an update costs those as these, of each run by itself."""
    return median(together(one) / together(other) for one, other in zip(those, these, strict=True))
