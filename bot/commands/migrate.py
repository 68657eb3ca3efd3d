"""`orderbot migrate`: bring the database to the shape that this program wants."""

import time

import typer

from bot.commands.starting import Config, database_of, finish, settings_from
from bot.settings import Settings
from storage.migrate import migrate as apply_missing


def migrate(config: Config = None) -> None:
    """Apply the migrations that the database lacks, and name them."""
    finish(_migrate(settings_from(config)))


async def _migrate(settings: Settings) -> None:
    async with database_of(settings) as database:
        applied = await apply_missing(database, time.time_ns() // 1000)
    for name in applied:
        typer.echo(f"applied {name}")
    if not applied:
        typer.echo("up to date")
