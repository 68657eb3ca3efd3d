"""A follower confirms an order and its line to PostgreSQL is lost with the signal: whoever leads sends the order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import run
from bot.settings.model import Settings
from tests import postgres
from tests.end_to_end.dialogues import ANQICMS, fill_in, order, reference_in
from tests.end_to_end.house import ADMIN, PATIENCE, SECRET, World, free_port, world
from tests.storage.line import Proxy, ended

PRESENT = "SELECT leads FROM replicas ORDER BY leads"


class Losing(Proxy):
    """A line that is lost with the next signal that is to go over it, once `loses` is set; `lost` is what it held."""

    loses = False
    lost = b""

    def _is_its_turn(self, data: bytes) -> bool:
        # Those that go along with a transaction are not lost without it.
        if not self.loses or not all(word in data for word in (b"pg_notify", b"unnest")):
            return False
        self.loses, self.lost = False, data
        return True


@asynccontextmanager
async def running(settings: dict[str, Any]) -> AsyncIterator[None]:
    """The bot in this process."""
    bot = asyncio.create_task(run(Settings.model_validate(settings)))
    try:
        yield
        assert not bot.done(), bot
    finally:
        bot.cancel()
        await asyncio.gather(bot, return_exceptions=True)


async def present(house: World, *leads: int) -> None:
    """Wait until these are all replicas that there are."""
    async with asyncio.timeout(PATIENCE):
        while house.rows(PRESENT) != [(one,) for one in leads]:  # noqa: ASYNC110  a database rings no bell
            await asyncio.sleep(0.02)


async def test_an_order_of_which_whoever_leads_did_not_hear_is_sent_once_the_line_is_back(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(world(tmp_path, database="postgresql"))
        line = stack.enter_context(ended(Losing(postgres.shared().port)))
        ports = [stack.enter_context(free_port()) for _ in range(2)]
        settings, server = house.settings(), house.server
        assert server is not None
        by_line = server.replace(f":{line.server}/", f":{line.port}/")
        for count, port in enumerate(ports):
            # Telegram brings everything to the second.
            where = {"mode": "webhook", "webhook_url": f"http://127.0.0.1:{ports[1]}/hook", "webhook_secret": SECRET}
            telegram = settings["telegram"] | where | {"listen": f"127.0.0.1:{port}"}
            bot = running(settings | {"telegram": telegram, "storage": {"url": by_line}})
            await stack.enter_async_context(bot)
            await house.telegram.wait_for_call("setWebhook")
            await present(house, *[0] * count, 1)
        await fill_in(house, ANQICMS)
        line.cut, line.loses = "before", True
        house.tap("Confirm")
        told = (await house.card("Placed")).text
        assert line.cuts == 1
        assert b"order" in line.lost
        assert len(house.gifts_and_shops.received) == 1

        await house.all_said()
        house.seen[ADMIN] = len(house.history[ADMIN])
        assert reference_in(told) != await order(house, ANQICMS)
        await house.reads("Placed")
        assert len(house.gifts_and_shops.received) == len(house.gifts_and_shops.ledger) == 2
