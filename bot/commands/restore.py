"""`orderbot restore`: a copy takes the database's place, and it is said what that means for the orders since then."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.commands.starting import Config, finish, settings_from
from bot.commands.terminal import show
from bot.settings.model import Settings
from storage.opening import restore as put_in_place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `orderbot backup` made.")],
    config: Config = None,
) -> None:
    """Put the copy FILE in the database's place and keep what was there. A running bot has to be stopped before."""
    finish(_restore(settings_from(config), file))


async def _restore(settings: Settings, file: Path) -> None:
    restored = await put_in_place(settings.storage.url, file, time.time_ns() // 1000)
    held, zone = restored.held, settings.zone
    newest = "" if held.newest is None else f", the newest confirmed {_when(held.newest, zone)}"
    show(f"restored: {file}, {held.orders} orders{newest}")
    source = "the copy was made" if held.marked else "the copy doesn't say when it was made; by its file's time"
    show(f"{source} {_when(held.made_at, zone)}")
    if restored.kept is not None:
        show(f"kept the database as it was before in {restored.kept}")
    show("nothing that waits in it is sent by itself: the bot asks about each such order when it starts")
    show("orders confirmed after the copy was made are not in it: look for them in the suppliers' panels")


def _when(microseconds: int, zone: ZoneInfo) -> str:
    return (_EPOCH + timedelta(microseconds=microseconds)).astimezone(zone).isoformat(sep=" ", timespec="seconds")
