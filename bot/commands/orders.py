"""`orderbot orders`: the journal for people and for spreadsheets, read beside a running bot."""

import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import typer

from bot.commands.starting import FAILED, Config, database_of, end, finish, settings_from
from bot.commands.tables import CSV_COLUMNS, csv_line, csv_row, table
from bot.settings.model import Settings
from storage.database import Reader
from storage.migrate import pending
from storage.orders import OLDEST, Order, all_rows, recent

NEWEST_SHOWN = 50
PAGE = 500


def orders(
    *,
    csv: Annotated[bool, typer.Option("--csv", help="All orders, oldest first, as CSV in UTF-8.")] = False,
    config: Config = None,
) -> None:
    """List the 50 newest orders, or with --csv all of them."""
    finish(_orders(settings_from(config), as_csv=csv))


async def _orders(settings: Settings, *, as_csv: bool) -> None:
    async with database_of(settings) as database:
        if missing := await pending(database):
            end(FAILED, f"the database lacks {', '.join(missing)}: run orderbot migrate first")
        if as_csv:
            await _write_csv(database, settings)
        else:
            typer.echo(table(await recent(database, None, NEWEST_SHOWN), settings.zone))


async def _write_csv(reader: Reader, settings: Settings) -> None:
    # Bytes, because UTF-8 and CRLF are promised whatever the terminal's encoding is.
    out = sys.stdout.buffer
    out.write(csv_line(CSV_COLUMNS))
    async with aclosing(_every_order(reader)) as every:
        async for order in every:
            out.write(csv_line(csv_row(order, settings.zone)))
    out.flush()


async def _every_order(reader: Reader) -> AsyncGenerator[Order, None]:
    place = OLDEST
    while page := await all_rows(reader, PAGE, place):
        for order in page:
            yield order
        place = page[-1].place
