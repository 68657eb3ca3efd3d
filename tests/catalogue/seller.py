"""Suppliers with a catalogue that a test writes, and a desk that knows them."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

from bot.catalogue.pinyin import transcribe
from bot.workers.catalogues import CatalogueRefresh, Transcribe
from providers.fields import Form
from providers.products import Catalogue, Product
from tests.bench import Bench, Clock, Noted, desk_on, opened
from tests.conversation.goods import CUP, TEA, Basket, Fans, Gift
from tests.workers.scripted import Scripted

GOODS = (
    Product("614", "Green tea", "Drinks", "https://img.example/tea.jpg", TEA),
    Product("615", "维达 纸巾", "日用品", "", {"title": "维达 纸巾", "price": "2", "unit": "CNY"}),
    Product("700", "Tea cup", "Dishes", "http://img.example/cup.jpg", CUP),
)


_TRANSCRIBED: dict[str, str] = {}


async def transcribed(texts: Collection[str]) -> dict[str, str]:
    """As the bot has it done, but each text once in all tests, since starting the process takes half a second."""
    _TRANSCRIBED.update(await transcribe([text for text in texts if text not in _TRANSCRIBED]))
    return {text: _TRANSCRIBED[text] for text in texts}


class Seller(Scripted):
    """Lists what `listed` holds at the time; an exception is raised."""

    name: ClassVar[str] = "seller"
    form: ClassVar[type[Form]] = Gift

    def __init__(self, *listed: Product) -> None:
        super().__init__()
        self.listed: Catalogue | Exception = Catalogue(listed or GOODS, whole=True)
        self.readings = 0

    async def list_products(self) -> Catalogue:
        self.readings += 1
        if isinstance(self.listed, Exception):
            raise self.listed
        return self.listed


class FansSeller(Seller):
    form: ClassVar[type[Form]] = Fans


class BasketSeller(Seller):
    form: ClassVar[type[Form]] = Basket


class Market(Bench):
    """A bench with the accounts `gifts`, `fans` and `basket`."""

    catalogues: CatalogueRefresh
    gifts: Seller

    async def refreshed(self) -> None:
        for account in ("gifts", "fans", "basket"):
            await self.catalogues.refresh(account)


@asynccontextmanager
async def market(folder: Path, every: float = 3600, transcribe: Transcribe = transcribed) -> AsyncIterator[Market]:
    """Nothing is read yet."""
    async with opened(folder) as database:
        clock, workers = Clock(), Noted()
        providers: dict[str, Any] = {"gifts": Seller(), "fans": FansSeller(), "basket": BasketSeller()}
        desk = desk_on(database, clock, workers, providers)
        made = Market(folder / "orderbot.db", database, clock, workers, desk)
        made.catalogues = CatalogueRefresh(database, providers, clock, every, transcribe)
        made.gifts = providers["gifts"]
        yield made
