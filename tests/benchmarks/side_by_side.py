"""The bots side by side as a section of the paper: tables, ratios to ours, goals, and the plot."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from tests.benchmarks.contestants import OURS, ROOT, Contestant, available, install
from tests.benchmarks.dialogue import STEPS, End
from tests.benchmarks.report import Goal, Run, Section, goals, machine, markdown, say
from tests.benchmarks.rounds import CHATS, ROUNDS, Round, Row, Rows, as_json, commit_milliseconds, measured

HEADING: Final = "Bots side by side"
PLOT: Final = ROOT / "docs" / "benchmark.png"
_PLOTTER: Final = Path(__file__).parent / "plot.py"
_PLOT_PINS: Final = ("matplotlib==3.11.2",)
_HEAD: Final = (
    *("", "updates/s", "p50 ms", "p95 ms", "p99 ms", "CPU ms", "core", "memory MB", "stand-in"),
    *("ours, updates/s", "ours, CPU"),
)
_PATIENT: Final = (3, 3.0)
_HASTY: Final = (1, 1.5)
"""Runs, and seconds of each round."""
_WORDS: Final = (
    "An update is a message or a tap. Every bot is sent the same {steps} of them for an order: ten typed, four tapped. "
    "In a form round the last one cancels at the summary, in an order round it confirms and is answered by `Placed`. A "
    "person sends the next as soon as the last one is answered; times are from their message to the answer. CPU is "
    "what the bot's process and its children took for an update, `core` the share of a core that this comes to, memory "
    "their peak, `stand-in` the share of its core that the stand-in for Telegram took. Median of {runs} runs, the bots "
    "in turn. The last columns say how many times its own figure ours is. Redis's own time is not counted."
)
BUSIEST: Final = 0.25
"""The share of its core that the stand-in may take without being in the way."""


def part(run: Run) -> list[Section]:
    """Every bot in every round."""
    bots = available()
    for bot in bots:
        if bot.venv:
            install(bot.venv, bot.pins)
    runs, seconds = _HASTY if run.quick else _PATIENT
    rows = measured(bots, say, ROUNDS, runs, seconds)
    commit = commit_milliseconds(run.folder)
    if not run.quick:
        _plot(rows, bots)
    return [Section(HEADING, text(rows, bots, commit, runs, machine(run.folder)))]


def text(rows: Rows, bots: Iterable[Contestant], commit: float, runs: int, where: str) -> str:
    bots = list(bots)
    paragraphs = [
        f"On {where}. The bot has one core to itself and the stand-ins have another, where there are two.",
        _WORDS.format(steps=STEPS, runs=runs),
        f"One commit on that disk (SQLite, synchronous=FULL, one row): {commit:.2f} ms.",
        "![Updates per second](benchmark.png)",
    ]
    for one in ROUNDS:
        table = markdown(_HEAD, [_row(rows, bot, one) for bot in bots if (bot.name, one) in rows])
        paragraphs.append(f"**{one.title.capitalize()}**\n\n{table}")
    paragraphs.append(goals(aims(rows, commit)))
    return "\n\n".join(paragraphs)


def _row(rows: Rows, bot: Contestant, one: Round) -> list[str]:
    row = rows[bot.name, one]
    ours = rows.get((OURS, one))
    return [
        bot.title,
        f"{row['per_second']:.0f}",
        *(f"{row[name]:.1f}" for name in ("p50", "p95", "p99")),
        f"{row['cpu']:.2f}",
        f"{row['cpu'] * row['per_second'] / 1000:.0%}",
        f"{row['memory']:.0f}",
        f"{row['standin']:.0%}",
        *(("" if ours is None else f"{ours[name] / row[name]:.2f}") for name in ("per_second", "cpu")),
    ]


def aims(rows: Mapping[tuple[str, Round], Row], commit: float) -> list[Goal]:
    """What our bot is meant to reach beside the others."""
    found = []
    for chats in CHATS[1:]:
        form, order = Round(End.CANCEL, chats), Round(End.CONFIRM, chats)
        for other, one, bound in (("ptb", form, 2.0), ("aiogram", form, 1.25), ("ptb", order, 1.2)):
            share = rows[OURS, one]["per_second"] / rows[other, one]["per_second"]
            found.append(Goal(f"updates/s, times those of {other}: {one.title}", share, bound, at_least=True))
    alone, many = Round(End.CANCEL, CHATS[0]), Round(End.CONFIRM, CHATS[-1])
    bound = rows["ptb", alone]["p50"] + commit
    found.append(Goal("p50 ms with one chat, against ptb's and a commit", rows[OURS, alone]["p50"], round(bound, 2)))
    found.append(Goal(f"memory MB: {many.title}", rows[OURS, many]["memory"], 90))
    found.append(Goal("stand-in's share of its core, the highest", max(r["standin"] for r in rows.values()), BUSIEST))
    return found


def _plot(rows: Rows, bots: Iterable[Contestant]) -> None:
    told = {"rows": as_json(rows), "titles": {bot.name: bot.title for bot in bots}, "file": str(PLOT)}
    python = install("plot", _PLOT_PINS)
    subprocess.run([str(python), str(_PLOTTER)], input=json.dumps(told).encode(), check=True)
