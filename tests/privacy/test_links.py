"""A link that somebody answers with is only passed on: nobody here opens it, and Telegram is told not to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from providers.simulators.base import Fault
from tests.end_to_end.dialogues import GUOGUO, fill_in, order
from tests.end_to_end.house import world
from tests.end_to_end.undisturbed import undisturbed


@dataclass
class Post:
    """Something that a link may lead to."""

    url: str = ""
    connections: int = 0


@asynccontextmanager
async def post() -> AsyncIterator[Post]:
    standing = Post()

    async def count(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        standing.connections += 1
        writer.close()

    async with await asyncio.start_server(count, "127.0.0.1", 0) as server:
        standing.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/posts/1"
        yield standing


async def test_a_link_is_passed_on_and_never_opened(tmp_path: Path) -> None:
    async with world(tmp_path) as house, post() as linked:
        turns = (replace(turn, does=linked.url if "://" in turn.does else turn.does) for turn in GUOGUO.turns)
        dialogue = replace(GUOGUO, turns=tuple(turns))
        async with undisturbed(house):
            house.guoguo.fail(Fault.REFUSE, code="create_order_failed")
            await order(house, dialogue)
            await house.reads("Not placed")
            await house.reads("Summary")
            house.tap("Confirm")
            await house.reads("Placed")
            await fill_in(house, dialogue)
            house.guoguo.fail(Fault.DROP_AFTER)
            house.tap("Confirm")
            await house.reads("Please check an order")
            await house.all_said()
        assert [taken.body["link"] for taken in house.guoguo.ledger] == [linked.url] * 2
        assert linked.connections == 0
        texts = [call for call in house.telegram.calls if call.method in {"sendMessage", "editMessageText"}]
        assert any(linked.url in call.params["text"] for call in texts)
        assert [call for call in texts if call.params.get("link_preview_options") != {"is_disabled": True}] == []
        # The server counts: one that does open it is noticed.
        _, writer = await asyncio.open_connection("127.0.0.1", int(linked.url.split(":")[2].split("/")[0]))
        writer.close()
        await writer.wait_closed()
        assert linked.connections == 1
