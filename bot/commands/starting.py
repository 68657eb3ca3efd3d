"""The start that all commands have in common. One that can't start ends in lines for people, without a trace.

Exit codes: 1 when something that was asked for failed, 2 when it could not be begun.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from bot.commands.terminal import show
from bot.settings.faults import SettingsError
from bot.settings.model import Settings, load_settings
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import pending
from storage.opening import expect_there, open_database

FAILED = 1
NOT_BEGUN = 2
INTERRUPTED = 130

Config = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Settings file. Default: what ORDERBOT_CONFIG names, else orderbot.toml."),
]


def end(code: int, *lines: str) -> NoReturn:
    """Exit with `lines` on stderr, each one a line whatever is in it."""
    for line in lines:
        show(line, fault=True)
    raise typer.Exit(code)


def settings_from(config: Path | None) -> Settings:
    """The settings, or the end of the command."""
    try:
        return load_settings(config)
    except SettingsError as error:
        end(NOT_BEGUN, *error.faults)


@asynccontextmanager
async def database_of(settings: Settings) -> AsyncIterator[Database]:
    """The database, opened and closed again. Raises StorageError."""
    database = await open_database(settings.storage.url)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def migrated_database_of(settings: Settings) -> AsyncIterator[Database]:
    """The database for a command that makes none and brings none up to date. Raises StorageError."""
    expect_there(settings.storage.url)
    async with database_of(settings) as database:
        if missing := await pending(database):
            end(FAILED, f"the database lacks {', '.join(missing)}: run orderbot migrate first")
        yield database


def finish(work: Coroutine[Any, Any, None]) -> None:
    """Run the work of a command to its end. A failing database and Ctrl-C are no faults of the program."""
    try:
        asyncio.run(work)
    except StorageError as error:
        end(FAILED, str(error))
    except KeyboardInterrupt:
        end(INTERRUPTED)
