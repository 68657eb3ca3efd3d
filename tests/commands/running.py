"""`orderbot run` as a process that is really up, on the Telegram stand-in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox.standin import StandIn
from tests.commands.program import settings, write
from tests.end_to_end.program import Program, running


def config(folder: Path, telegram: StandIn) -> Path:
    return write(folder, settings(folder, telegram={"token": telegram.token, "api_url": telegram.url}))


@asynccontextmanager
async def up(path: Path, telegram: StandIn) -> AsyncIterator[Program]:
    """A bot that has migrated its database and asks Telegram for updates."""
    polls = sum(call.method == "getUpdates" for call in telegram.calls)
    async with running(path) as program:
        polling = asyncio.ensure_future(telegram.wait_for_call("getUpdates", polls + 1, timeout=20))
        ended = asyncio.ensure_future(program.process.wait())
        try:
            await asyncio.wait({polling, ended}, return_when=asyncio.FIRST_COMPLETED)
            assert program.process.returncode is None, program.log.read_text()
            await polling
        finally:
            for task in (polling, ended):
                task.cancel()
            await asyncio.gather(polling, ended, return_exceptions=True)
        yield program
