"""`make bench`: what looking orders up costs among few and among very many, and that it is the same.

Times differ from machine to machine and from minute to minute; what is compared is the middle of five runs of either
journal, taken in turn in one process.
"""

import asyncio
import random
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.journal.pages import MOST_FOUND
from storage.opening import open_database
from tests.benchmarks import products
from tests.benchmarks.journal import build
from tests.benchmarks.questions import LOOK_UP, Journalist, questions

SIZES = (1_000, 1_000_000)
RUNS = 5
TIMES = 2_000
"""Look-ups of a run."""
WORST = 1.2
"""How many times as much a look-up may cost among the most orders."""

Figures = dict[str, tuple[float, ...]]
"""Of each question the seconds of one answer, in the order of the sizes."""


async def measured(folder: Path, sizes: Sequence[int] = SIZES, runs: int = RUNS, times: int = TIMES) -> Figures:
    """Build the journals and ask."""
    async with AsyncExitStack() as stack:
        asking: list[Journalist] = []
        for size in sizes:
            begun = perf_counter()
            path = await build(folder, size)
            megabytes = path.stat().st_size / 1e6
            say(f"{size:,} orders: {megabytes:,.0f} MB, made in {perf_counter() - begun:.0f} s")
            database = await open_database(f"sqlite:///{path}")
            stack.push_async_callback(database.close)
            asking.append(Journalist(database, size, random.Random(size)))  # noqa: S311  no secrets
        taken: dict[str, list[list[float]]] = {}
        for _ in range(runs):
            # The same question to one after the other: a busy machine is busy for all of them.
            for same in zip(*[await questions(who, times) for who in asking], strict=True):
                for n, (who, question) in enumerate(zip(asking, same, strict=True)):
                    taken.setdefault(question.name, [[] for _ in sizes])[n].append(await who.seconds(question))
    return {name: tuple(median(of_size) for of_size in of_sizes) for name, of_sizes in taken.items()}


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def table(figures: Figures, sizes: Sequence[int]) -> str:
    """Milliseconds of one answer among each number of orders, and how many times as much the last is as the first."""
    width = max(map(len, figures))
    lines = [f"{'ms of one answer':{width}}" + "".join(f"{f'{size:,}':>12}" for size in sizes) + f"{'ratio':>10}"]
    for name, seconds in figures.items():
        cells = "".join(f"{one * 1000:12.3f}" for one in seconds)
        lines.append(f"{name:{width}}{cells}{ratio(seconds):10.2f}")
    return "\n".join(lines)


def ratio(seconds: Sequence[float]) -> float:
    return seconds[-1] / seconds[0]


def verdict(figures: Figures) -> int:
    """The exit status: 1 when a look-up costs too much more among the most orders."""
    return int(ratio(figures[LOOK_UP]) > WORST)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="orderbot-bench-") as folder:
        figures = asyncio.run(measured(Path(folder)))
        selling = asyncio.run(products.measured(Path(folder)))
    say(f"\n{table(figures, SIZES)}\n")
    say(f"Middle of {RUNS} runs. A look-up may cost {WORST} times as much; a search reads at most {MOST_FOUND} orders.")
    say(f"\nProducts in the list; a whole update each.\n{table(selling, products.SIZES)}")
    return verdict(figures)


if __name__ == "__main__":
    sys.exit(main())
