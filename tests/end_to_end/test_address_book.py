"""Somebody who was ordered for is found by pinyin and chosen in Telegram's list: the whole program is at work."""

import asyncio
from contextlib import suppress
from pathlib import Path

from bot.app import build
from bot.settings.model import Settings
from storage import contacts
from tests.bench import until
from tests.end_to_end.dialogues import DAMAIJIA, order
from tests.end_to_end.house import ADMIN, COLLEAGUE, STRANGER, World, world
from tests.storage.direct import reading


async def to_recipient(house: World, who: int) -> None:
    for text, question in (
        ("/order gifts", "Product"),
        ("614", "Quantity"),
        ("2", "Note"),
        ("易碎", "Source"),
        ("taobao", "Recipient"),
    ):
        house.say(text, who)
        await house.reads(question, who)


async def test_a_colleagues_recipient_is_found_by_pinyin_and_ordered_for_again(tmp_path: Path) -> None:
    async with world(tmp_path) as house, build(Settings.model_validate(house.settings())) as app:
        running = asyncio.create_task(app.run())
        await order(house, DAMAIJIA)
        await house.reads("Placed")
        unread = reading(app.database)
        # The next names get theirs with the next turn, which need not be waited for.
        await app.address_book.read_names()
        await until(lambda: contacts.unread(unread, 1) == [])
        await to_recipient(house, COLLEAGUE)
        for who in (STRANGER, ADMIN):
            others = await house.telegram.wait_for_results(house.telegram.inline(who, "ceshi"))
            assert not others.results
        query = house.telegram.inline(COLLEAGUE, "ceshi")
        (chosen,) = (await house.telegram.wait_for_results(query)).results
        house.telegram.choose(COLLEAGUE, query, chosen)
        await house.reads("Filled in", COLLEAGUE)
        await house.reads("Platform order number", COLLEAGUE)
        for label in ("Skip", "Done", "Same sender as last time · 李小红", "Confirm"):
            await house.offers(label, COLLEAGUE)
            house.tap(label, COLLEAGUE)
        await house.reads("Placed", COLLEAGUE)
        first, second = (sent.body["consignees"] for sent in house.suppliers["gifts"].ledger)
        assert first[0]["mobile"] == second[0]["mobile"]
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
