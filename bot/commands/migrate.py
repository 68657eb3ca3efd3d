"""`orderbot migrate`: bring the database to the shape that this program wants."""

import time

from bot.commands.starting import Config, database_of, finish, settings_from
from bot.commands.terminal import show
from bot.settings.model import Settings
from storage.opening import alone, bring_up_to_date, examine


def migrate(config: Config = None) -> None:
    """Apply the migrations that the database lacks, and name them. A running bot has to be stopped before."""
    finish(_migrate(settings_from(config)))


async def _migrate(settings: Settings) -> None:
    async with alone(settings.storage.url), database_of(settings) as database:
        await examine(settings.storage.url)
        upgrade = await bring_up_to_date(settings.storage.url, database, time.time_ns() // 1000)
    if upgrade.copy is not None:
        show(f"kept the database as it was before in {upgrade.copy}")
    for name in upgrade.applied:
        show(f"applied {name}")
    if not upgrade.applied:
        show("up to date")
