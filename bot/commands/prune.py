"""`orderbot prune`: personal data goes when it is no longer needed; what the books need stays.

Meant for a timer, beside a running bot, which does the same by itself where the settings say so (`orders.prune_every`).
"""

import time
from typing import Annotated

import typer

from bot.commands.starting import Config, finish, migrated_database_of, settings_from
from bot.commands.terminal import show
from bot.settings.model import Settings
from bot.workers import personal_data
from storage.opening import scrub_deleted

_DAY = 86400 * 1_000_000


def prune(
    *,
    older_than: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS", min=1, max=36500, help="1 to 36500. Default: orders.keep_days of the settings, or 365."
        ),
    ] = None,
    config: Config = None,
) -> None:
    """Remove personal data of orders that were finished long ago, also while the bot runs.

    Numbers, references, outcomes, times and who ordered stay. Orders of unknown outcome are left alone.
    """
    settings = settings_from(config)
    finish(_prune(settings, older_than or settings.orders.keep_days, time.time_ns() // 1000))


async def _prune(settings: Settings, days: int, now: int) -> None:
    async with migrated_database_of(settings) as database:
        pruned = await personal_data.remove(database, now - days * _DAY, now)
    show(f"pruned {pruned} orders older than {days} days")
    scrubbed = await scrub_deleted(settings.storage.url)
    if not scrubbed.journal_emptied:
        show("the database is being read: what was removed may be in the file beside it until the next prune")
