"""`orderbot backup`: a copy of the database to keep elsewhere, made beside a running bot."""

import time
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.starting import Config, finish, settings_from
from bot.commands.terminal import show
from bot.settings.model import Settings
from storage.opening import backup as copy_database


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy; there must be no such file yet.")],
    config: Config = None,
) -> None:
    """Copy the database to FILE, whole and checked, also while the bot runs."""
    finish(_backup(settings_from(config), file))


async def _backup(settings: Settings, file: Path) -> None:
    orders = await copy_database(settings.storage.url, file, time.time_ns() // 1000)
    show(f"backup: {file}, {orders} orders")
