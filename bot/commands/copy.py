"""`orderbot copy`: a deployment on SQLite moves to PostgreSQL, with everything that is under way in it."""

import time
from typing import Annotated

import typer

from bot.commands.starting import NOT_BEGUN, Config, end, finish, settings_from
from bot.commands.terminal import show
from bot.settings.model import Settings
from storage.opening import is_server, move


def copy(
    to: Annotated[str, typer.Option(metavar="URL", help="An empty PostgreSQL database.")],
    config: Config = None,
) -> None:
    """Copy the database of the settings, an SQLite file, into the empty PostgreSQL database URL.

    The bot has to be stopped before, and is to be started with the new URL in its settings.
    """
    settings = settings_from(config)
    if not is_server(to):
        end(NOT_BEGUN, "--to must look like postgresql://user:password@host/database")
    if is_server(settings.storage.url):
        end(NOT_BEGUN, "storage.url: is PostgreSQL already; orderbot copy takes what is in an SQLite file")
    finish(_copy(settings, to))


async def _copy(settings: Settings, to: str) -> None:
    moved = await move(settings.storage.url, to, time.time_ns() // 1000)
    show(f"copied {moved.orders} orders, {moved.rows} rows of {moved.tables} tables, and counted them on both sides")
    show("put the new address into storage.url before the bot is started")
    show("the file stays as it is; a bot that is started on it all the same asks before it sends what waits in it")
