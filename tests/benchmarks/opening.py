"""Times the start of the bot: on an empty database, among very many orders, and after a crash amid many sendings."""

import asyncio
import shutil
import signal
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from os import kill
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks import stage
from tests.benchmarks.contestants import Site, our_command
from tests.benchmarks.dialogue import End
from tests.benchmarks.journal import build
from tests.benchmarks.report import Run, Section, markdown, say

HEADING: Final = "Starting"
ORDERS: Final = 1_000_000
QUICK_ORDERS: Final = 10_000
DRAFTS: Final = 1_000
INTERRUPTED: Final = 1_000
_ANSWERS: Final = 3
"""Answers that each open draft has got: the next one is the quantity."""
_FIRST: Final = 10_000


def part(run: Run) -> list[Section]:
    """All starts, the median of those that leave no traces."""
    runs, orders = (1, QUICK_ORDERS) if run.quick else (3, ORDERS)
    drafts, interrupted = (100, 100) if run.quick else (DRAFTS, INTERRUPTED)
    rows = []
    with tempfile.TemporaryDirectory(prefix="orderbot-bench-") as name:
        folder = Path(name)
        empty = [_until_polled(_fresh(folder / f"empty{number}")) for number in range(runs)]
        rows.append(("an empty database, until it fetches updates", f"{median(empty):.2f}"))
        say(f"an empty database: {median(empty):.2f} s")
        many = _fresh(folder / "many", range(_FIRST, _FIRST + drafts))
        _with_orders(run.folder, many, orders)
        _with_drafts(many, drafts)
        full = [_until_polled(many) for _ in range(runs)]
        rows.append((f"{orders:,} orders and {drafts:,} open drafts, until it fetches updates", f"{median(full):.2f}"))
        say(f"{orders:,} orders and {drafts:,} open drafts: {median(full):.2f} s")
        crashed = _fresh(folder / "crashed", range(_FIRST, _FIRST + interrupted))
        _crash(crashed, interrupted)
        polled, told = _recovery(crashed, interrupted)
        rows.append((f"{interrupted:,} interrupted orders, until it fetches updates", f"{polled:.2f}"))
        rows.append((f"{interrupted:,} interrupted orders, until all who ordered were told", f"{told:.2f}"))
        say(f"{interrupted:,} interrupted orders: {polled:.2f} s, {told:.2f} s")
    words = "From the start of the process; the interpreter and its imports are in it."
    return [Section(HEADING, f"{words}\n\n{markdown(('', 'seconds'), rows)}")]


def _fresh(folder: Path, people: range = range(_FIRST, _FIRST + 1)) -> Site:
    folder.mkdir()
    return Site("", "", folder, people)


@contextmanager
def _running(site: Site, *, hangs: bool = False) -> Iterator[tuple[stage.Standin, int, float]]:
    """Stand-ins and a bot at `site`, and when it was started."""
    with ExitStack() as stack:
        standin = stack.enter_context(stage.telegram(site.folder))
        there = replace(site, telegram=standin.url, supplier=stack.enter_context(stage.supplier(hangs=hangs)))
        command, began = our_command(there), time.monotonic()
        yield standin, stack.enter_context(stage.bot(command, site.folder)), began


def _until_polled(site: Site) -> float:
    with _running(site) as (standin, pid, began):
        return float(standin.do("polled", pid=pid)["at"]) - began


def _with_orders(common: Path, site: Site, orders: int) -> None:
    """The journal is moved away from where the look-ups had it, or made anew."""
    path = common / f"{orders}.db"
    if not path.exists():
        asyncio.run(build(common, orders))
    for file in common.glob(f"{path.name}*"):
        shutil.move(file, site.folder / file.name.replace(path.name, "orderbot.db"))


def _with_drafts(site: Site, drafts: int) -> None:
    """People begin an order each, as people do."""
    with _running(site) as (standin, pid, _):
        standin.do("polled", pid=pid)
        standin.do("fill", first=_FIRST, people=drafts, answers=_ANSWERS, end=End.CANCEL.value, account="shop")


def _crash(site: Site, orders: int) -> None:
    """Kill a bot whose order was never answered, then let its row in the journal be so many, each of another person."""
    with _running(site, hangs=True) as (standin, pid, _):
        standin.do("polled", pid=pid)
        standin.do("confirm", first=_FIRST, people=1, account="shop")
        _await_sending(site)
        kill(pid, signal.SIGKILL)
    with closing(sqlite3.connect(site.folder / "orderbot.db")) as database, database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(orders)")]
        changed = {
            "reference": "CAST(CAST(reference AS INTEGER) + n.i AS TEXT)",
            "draft_id": "draft_id || '-' || n.i",
            "chat_id": "chat_id + n.i",
            "user_id": "user_id + n.i",
            "card": "NULL",
        }
        database.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) "  # noqa: S608  its own
            f"INSERT INTO orders ({', '.join(columns)}) "
            f"SELECT {', '.join(changed.get(column, column) for column in columns)} FROM orders, n",
            (orders,),
        )


def _await_sending(site: Site) -> None:
    """Wait until the order is on the wire."""
    with closing(sqlite3.connect(site.folder / "orderbot.db")) as database:
        while database.execute("SELECT count(*) FROM orders WHERE stage = 'sending'").fetchone() != (1,):
            time.sleep(0.05)


def _recovery(site: Site, orders: int) -> tuple[float, float]:
    """Seconds until the bot fetches updates, and until everybody knows that the outcome of their order is unknown."""
    with _running(site) as (standin, pid, began):
        polled = float(standin.do("polled", pid=pid)["at"])
        told = float(standin.do("told", begins="Outcome unknown", chats=orders)["at"])
        return polled - began, told - began
