"""Form rounds and order rounds of every bot, side by side in one run, and what a commit costs on that disk."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from tests.benchmarks import stage
from tests.benchmarks.contestants import Contestant
from tests.benchmarks.dialogue import STEPS, End
from tests.benchmarks.team import team

CHATS: Final = (1, 40, 200)
_FIRST: Final = 1_000
_COMMITS: Final = 200

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Round:
    """So many chats that all play forms or orders."""

    end: End
    chats: int

    @property
    def title(self) -> str:
        return f"{'form' if self.end is End.CANCEL else 'order'}, {self.chats} chat{'s' if self.chats > 1 else ''}"


ROUNDS: Final = tuple(Round(end, chats) for end in End for chats in CHATS)
Row = Mapping[str, float]
"""What was measured of one bot in one round: the keys of `tests.benchmarks.telegram.play`."""
Rows = dict[tuple[str, Round], Row]
"""By the bot's name and the round."""
Runs = dict[tuple[str, Round], list[Row]]
"""The same, each run by itself, in the order in which they were made."""


def measured(
    bots: Iterable[Contestant], say: Say, rounds: Iterable[Round] = ROUNDS, runs: int = 3, seconds: float = 3.0
) -> Rows:
    """The median of the runs of every figure."""
    return medians(in_turn(bots, say, rounds, runs, seconds))


def in_turn(bots: Iterable[Contestant], say: Say, rounds: Iterable[Round], runs: int, seconds: float) -> Runs:
    """What each run has measured. The bots take turns, so that a busy minute is busy for all of them."""
    bots, rounds = list(bots), list(rounds)
    taken: Runs = {}
    for run in range(runs):
        for bot in bots:
            found = played(bot, rounds, seconds)
            for one in rounds:
                row = found[one]
                taken.setdefault((bot.name, one), []).append(row)
                say(f"run {run + 1}/{runs}  {bot.title:40} {one.title:18} {row['per_second']:8.0f} updates/s")
    return taken


def medians(taken: Runs) -> Rows:
    """The median of the runs of every figure."""
    return {key: {name: median(row[name] for row in rows) for name in rows[0]} for key, rows in taken.items()}


def played(bot: Contestant, rounds: Iterable[Round], seconds: float) -> dict[Round, Row]:
    """All rounds by one process of the bot, by the number of chats; those of one number have the same people."""
    rounds = sorted(rounds, key=lambda one: one.chats)
    ids = _people(one.chats for one in rounds)
    found: dict[Round, Row] = {}
    with team(bot, [one for group in ids.values() for one in group]) as they:
        for one in rounds:
            goes_on = any(other.chats == one.chats for other in found)
            row = play(they.standin, they.bots, one, ids[one.chats][0], seconds, they.beside, goes_on=goes_on)
            if they.waits is not None:
                waits = they.waits.share(row["began"], row["ended"], len(they.bots))
                row = {**row, "waits": waits, "postgresql": row["postgresql"] - row["looks"]}
            found[one] = row
    return found


def play(
    standin: stage.Standin,
    bots: Sequence[int],
    one: Round,
    first: int,
    seconds: float,
    beside: Mapping[str, int] | None = None,
    *,
    goes_on: bool = False,
) -> Row:
    """One round; where it `goes_on`, the people of the round before stay."""
    return standin.do(
        "play",
        end=one.end.value,
        people=one.chats,
        first=first,
        bots=list(bots),
        beside=dict(beside or {}),
        seconds=seconds,
        enough=2 * STEPS,
        account="shop",
        goes_on=goes_on,
    )


def _people(numbers: Iterable[int]) -> dict[int, range]:
    """Ids for each number of chats."""
    ids: dict[int, range] = {}
    for number in numbers:
        if number not in ids:
            first = _FIRST + sum(ids)
            ids[number] = range(first, first + number)
    return ids


def commit_milliseconds(folder: Path) -> float:
    """A transaction of one row in a database like the bot's: with a log beside it, and synchronous=FULL."""
    taken = []
    with closing(sqlite3.connect(folder / "commit.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE rows (key INTEGER PRIMARY KEY, value TEXT NOT NULL)")
        for _ in range(_COMMITS):
            began = perf_counter()
            connection.execute("INSERT INTO rows (value) VALUES (?)", ("x" * 400,))
            taken.append(perf_counter() - began)
    return median(taken) * 1000


def as_json(rows: Rows) -> list[dict[str, Any]]:
    return [{"bot": name, "end": one.end.value, "chats": one.chats, **row} for (name, one), row in rows.items()]
