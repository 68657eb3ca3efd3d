"""Makes docs/faults.md: for each supplier what the bot says and does at each fault point of a create.

`python -m tests.faults.table` plays everything and prints the page.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.end_to_end.dialogues import DIALOGUES
from tests.faults.play import Row, play
from tests.faults.points import POINTS, Point

AT_ONCE = 8
"""Orders; most of the time they wait until the supplier's list may show them."""
HEADER = """# What happens when something fails

Made by `make faults`, not by hand: each row is an order that the real bot sent over a real line to a supplier that was
made to fail there, and then what a person did about it.

- **Tries** is how often the bot tried to send it, **Requests** are the creates that reached the supplier's address.
- **At the supplier** is how many orders it had when the bot had said all this.
- **Told** is what the order's message says: its first line, and the reason or what the supplier calls the order.
  Where a price could not be read again before sending, the person first confirms without comparing it.
- **Then** is what the bot does next: further messages, with their buttons.
  `X` stands for the order's number, `Y` for that of an earlier order, `T` for a time, `N` for a record's number.
- **In the end** is what the person does, who can look at the supplier's own pages, and how many orders there are then.
"""
COLUMNS = ("Fault", "Tries", "Requests", "At the supplier", "Outcome", "Told", "Then", "In the end")


async def rows(account: str, points: Sequence[Point] = POINTS) -> list[Row]:
    """All rows of an account's table, in order; some are played side by side."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(point: Point) -> Row:
        async with free:
            with tempfile.TemporaryDirectory() as folder:
                return await play(account, point, Path(folder))

    return list(await asyncio.gather(*(one(point) for point in points)))


def table(account: str, played: Sequence[Row]) -> str:
    """One section of the page."""
    lines = [f"## {DIALOGUES[account].title}", "", _line(COLUMNS), _line(["---"] * len(COLUMNS))]
    return "\n".join([*lines, *(_line(_cells(row)) for row in played)]) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    follows = [" ".join(["<br>".join(text), *(f"`{label}`" for label in labels)]) for text, labels in row.follows]
    return (
        row.point,
        str(row.tries),
        str(row.requests),
        str(row.orders),
        row.outcome.replace("_", " "),
        "<br>".join([*row.meanwhile, *row.said]),
        "<br>".join(follows) or "nothing more",
        "<br>".join([*row.does, _orders(row.in_the_end)]),
    )


def _orders(count: int) -> str:
    return f"{count} order" if count == 1 else f"{count} orders"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


async def page() -> str:
    """The whole page, as Markdown."""
    tables = [table(account, await rows(account)) for account in DIALOGUES]
    return "\n".join([HEADER, *tables])


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(page()))
