"""What an answer to the question for a product costs with few and with very many products in the list."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from bot.conversation import events
from providers.products import Catalogue
from tests.catalogue.seller import market
from tests.workers.test_catalogues import many

SIZES: Final = (100, 10_000)
ASKED: Final = {
    "search that finds one product": "tea {last}",
    "search that finds nothing": "no such thing",
    "product typed by its id": "{id}",
}
"""Each is sent at the question for a product; the id comes last, because it answers it."""


async def measured(folder: Path, sizes: Sequence[int] = SIZES, runs: int = 5) -> dict[str, tuple[float, ...]]:
    """Of each kind of answer the seconds of its whole update, the middle of the runs, in the order of the sizes."""
    figures: dict[str, tuple[float, ...]] = {}
    for size in sizes:
        place = folder / str(size)
        place.mkdir()
        taken: dict[str, list[float]] = {name: [] for name in ASKED}
        async with market(place) as house:
            house.gifts.listed = Catalogue(tuple(many(size)), whole=True)
            await house.refreshed()
            for _ in range(runs):
                await house.does(events.OrderRequested("gifts"))
                for name, text in ASKED.items():
                    began = perf_counter()
                    await house.does(events.Answered(text.format(last=size - 1, id=999 + size)))
                    taken[name].append(perf_counter() - began)
                await house.does(events.CancelRequested())
        figures |= {name: (*figures.get(name, ()), median(seconds)) for name, seconds in taken.items()}
    return figures
