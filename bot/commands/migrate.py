"""`orderbot migrate`: bring the database to the shape that this program wants."""

import time

import typer

from bot.commands.starting import Config, database_of, finish, settings_from
from bot.settings.model import Settings
from storage.migrate import migrate as apply_missing
from storage.opening import alone, examine


def migrate(config: Config = None) -> None:
    """Apply the migrations that the database lacks, and name them. A running bot has to be stopped before."""
    finish(_migrate(settings_from(config)))


async def _migrate(settings: Settings) -> None:
    async with alone(settings.storage.url), database_of(settings) as database:
        await examine(settings.storage.url)
        applied = await apply_missing(database, time.time_ns() // 1000)
    for name in applied:
        typer.echo(f"applied {name}")
    if not applied:
        typer.echo("up to date")
