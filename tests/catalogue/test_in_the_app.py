"""The program itself reads the lists, and ends in time while it does."""

import asyncio
from contextlib import suppress
from pathlib import Path

from bot.app import build
from bot.ids import now_us
from bot.settings.model import Settings
from bot.workers.catalogues import CatalogueRefresh
from providers.products import Catalogue
from storage import products
from tests.bench import until
from tests.catalogue.seller import Seller
from tests.end_to_end.house import PATIENCE, world
from tests.storage.direct import reading


class Slow(Seller):
    """Never comes to the end of its list."""

    async def list_products(self) -> Catalogue:
        self.readings += 1
        return await asyncio.Future()


async def test_lists_are_read_while_the_bot_runs_and_hold_up_neither_chats_nor_the_end(tmp_path: Path) -> None:
    async with world(tmp_path) as outside, build(Settings.model_validate(outside.settings())) as app:
        slow = Slow()
        app.catalogues = CatalogueRefresh(app.database, {"shop": Seller(), "gifts": slow}, now_us, 3600)
        running = asyncio.create_task(app.run())

        def read() -> bool:
            return slow.readings == 1 and products.get(reading(app.database), "shop", "614") is not None

        await until(read)
        outside.say("/help")
        await outside.reads("What I can do")
        running.cancel()
        async with asyncio.timeout(PATIENCE):
            with suppress(asyncio.CancelledError):
                await running
        assert products.listing(reading(app.database), "gifts") is None
