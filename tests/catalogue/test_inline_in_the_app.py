"""From `@bot tea` in a chat to a draft with the product answered: the whole program between both stand-ins."""

import asyncio
from contextlib import suppress
from pathlib import Path

from bot.app import build
from bot.settings.model import Settings
from storage import products
from tests.bench import until
from tests.end_to_end.house import ADMIN, STRANGER, world
from tests.storage.direct import reading


async def test_a_product_that_is_chosen_inline_starts_its_order_or_answers_its_question(tmp_path: Path) -> None:
    async with world(tmp_path) as outside:
        settings = outside.settings() | {"catalogue": {"refresh_every": 3600}}
        async with build(Settings.model_validate(settings)) as app:
            running = asyncio.create_task(app.run())

            def read() -> bool:
                known = products.listing(reading(app.database), "shop")
                return known is not None and known.size > 0

            await until(read)
            for began, question in ((False, "Order type"), (True, "Quantity")):
                if began:
                    outside.say("goods")
                    await outside.reads("Product")
                query = outside.telegram.inline(ADMIN, "yingwen")
                answer = await outside.telegram.wait_for_results(query)
                (result,) = answer.results
                outside.telegram.choose(ADMIN, query, result)
                await outside.reads(question)
            strangers = await outside.telegram.wait_for_results(outside.telegram.inline(STRANGER, "yingwen"))
            assert not strangers.results
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
