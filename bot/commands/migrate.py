"""`orderbot migrate`: bring the database to the shape that this program wants, or try that on a copy first."""

import time
from typing import Annotated

import typer

from bot.commands.starting import Config, database_of, finish, settings_from
from bot.commands.terminal import show
from bot.settings.model import Settings
from storage.opening import alone, bring_up_to_date, examine, is_there, rehearse_migrations


def migrate(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Try it on a copy, also beside a running bot; nothing is changed.")
    ] = False,
    config: Config = None,
) -> None:
    """Apply the migrations that the database lacks, and name them. A running bot has to be stopped before."""
    settings = settings_from(config)
    finish(_rehearse(settings) if dry_run else _migrate(settings))


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


async def _rehearse(settings: Settings) -> None:
    there = is_there(settings.storage.url)
    rehearsal = await rehearse_migrations(settings.storage.url, time.time_ns() // 1000)
    for name in rehearsal.tried:
        show(f"would apply {name}")
    if not there:
        show("there is no database yet: it would be made")
    elif rehearsal.tried:
        took = f"{len(rehearsal.tried)} migrations in {rehearsal.seconds:.1f} s"
        show(f"tried on a copy: {took}, {rehearsal.orders} orders before and after, nothing lost or damaged")
    else:
        show(f"up to date, {rehearsal.orders} orders, nothing damaged")
