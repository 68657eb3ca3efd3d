"""Times looking orders up among few and among very many, which has to cost the same.

Times differ from machine to machine and from minute to minute; what is compared is the middle of five runs of each
journal of one database, taken in turn in one process.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from bot.journal.pages import MOST_FOUND
from storage.opening import open_database
from tests.benchmarks import products, stage
from tests.benchmarks.journal import build, build_at
from tests.benchmarks.questions import LOOK_UP, PAGE, Journalist, questions
from tests.benchmarks.report import Run, Section, markdown, say
from tests.postgres import Server, programs

HEADING: Final = "Looking orders up"
PRODUCTS: Final = "Answers at the question for a product"
POSTGRESQL: Final = "Looking orders up on PostgreSQL"
SIZES: Final = (10_000, 100_000, 1_000_000)
"""Among fewer some lists are shorter than what is counted to number their pages, and cost less for that alone."""
QUICK_SIZES: Final = (10_000, 100_000)
RUNS: Final = 5
TIMES: Final = 2_000
"""Look-ups of a run."""
BUFFERS: Final = "4GB"
"""What PostgreSQL keeps in its memory, so that no journal of these is read from the disk's cache and another not."""
WORST: Final = 1.2
"""How many times as much a look-up may cost among the most orders, and a page of a list in the middle of all lists."""

Figures = dict[str, tuple[float, ...]]
"""Of each question the seconds of one answer, in the order of the sizes."""


Maker = Callable[[int], Awaitable[tuple[str, int]]]
"""Makes a journal with so many orders; returns its address and its bytes."""


def part(run: Run) -> list[Section]:
    """What looking up, listing and searching cost on either database, and answers at the question for a product."""
    sizes = QUICK_SIZES if run.quick else SIZES
    notes = (
        f"Middle of {RUNS} runs, in one process. A look-up may cost {WORST} times as much among the most orders, and "
        f"so may a page in the middle of all lists, else the benchmark fails; a search reads at most {MOST_FOUND} "
        "orders."
    )
    figures = {HEADING: asyncio.run(measured(in_files(run.folder), sizes))}
    if programs() is not None:
        with stage.postgresql({"shared_buffers": BUFFERS}) as server:
            figures[POSTGRESQL] = asyncio.run(measured(at_server(server), sizes))
    selling = asyncio.run(products.measured(run.folder))
    server_notes = {POSTGRESQL: f"{notes} PostgreSQL keeps up to {BUFFERS} in its memory."}
    return [
        *(
            Section(name, f"{server_notes.get(name, notes)}\n\n{table(of, sizes)}", failed=is_too_dear(of))
            for name, of in figures.items()
        ),
        Section(
            PRODUCTS,
            f"By the number of products in the list; a whole update each.\n\n{table(selling, products.SIZES)}",
        ),
    ]


def in_files(folder: Path) -> Maker:
    """Journals on SQLite."""

    async def make(orders: int) -> tuple[str, int]:
        path = await build(folder, orders)
        return f"sqlite:///{path}", path.stat().st_size

    return make


def at_server(server: Server) -> Maker:
    """Journals on PostgreSQL."""

    async def make(orders: int) -> tuple[str, int]:
        address = server.address(server.create())
        return address, await build_at(address, orders)

    return make


async def measured(make: Maker, sizes: Sequence[int] = SIZES, runs: int = RUNS, times: int = TIMES) -> Figures:
    """Build the journals and ask."""
    async with AsyncExitStack() as stack:
        asking: list[Journalist] = []
        for size in sizes:
            begun = perf_counter()
            address, taken_up = await make(size)
            kind = address.partition(":")[0]
            say(f"{kind}: {size:,} orders: {taken_up / 1e6:,.0f} MB, made in {perf_counter() - begun:.0f} s")
            database = await open_database(address)
            stack.push_async_callback(database.close)
            asking.append(Journalist(database, size, random.Random(size)))  # noqa: S311  no secrets
        taken: dict[str, list[list[float]]] = {}
        for _ in range(runs):
            # The same question to one after the other: a busy machine is busy for all of them.
            for same in zip(*[await questions(who, times) for who in asking], strict=True):
                for n, (who, question) in enumerate(zip(asking, same, strict=True)):
                    taken.setdefault(question.name, [[] for _ in sizes])[n].append(await who.seconds(question))
    return {name: tuple(median(of_size) for of_size in of_sizes) for name, of_sizes in taken.items()}


def table(figures: Figures, sizes: Sequence[int]) -> str:
    """Milliseconds of one answer among each number of orders, and how many times as much the last is as the first."""
    head = ("ms of one answer", *(f"{size:,}" for size in sizes), "ratio")
    rows = [(name, *(f"{one * 1000:.3f}" for one in of), f"{ratio(of):.2f}") for name, of in figures.items()]
    return markdown(head, rows)


def ratio(seconds: Sequence[float]) -> float:
    return seconds[-1] / seconds[0]


def is_too_dear(figures: Figures) -> bool:
    """Whether a look-up or the pages of lists cost too much more among the most orders."""
    pages = [ratio(seconds) for name, seconds in figures.items() if name.startswith(PAGE)]
    return ratio(figures[LOOK_UP]) > WORST or median(pages) > WORST
