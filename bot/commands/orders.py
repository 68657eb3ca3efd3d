"""`orderbot orders`: the journal for people and for spreadsheets, read beside a running bot."""

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from bot.commands.starting import Config, finish, migrated_database_of, settings_from
from bot.commands.tables import CSV_COLUMNS, csv_line, csv_row, table
from bot.commands.terminal import show
from bot.settings.model import Settings
from storage.database import Reader
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
    async with migrated_database_of(settings) as database:
        if as_csv:
            await database.read(_write_csv, settings)
        else:
            for line in table(await database.read(recent, None, NEWEST_SHOWN), settings.zone):
                show(line)


def _write_csv(reader: Reader, settings: Settings) -> None:
    # Bytes, because UTF-8 and CRLF are promised whatever the terminal's encoding is.
    out = sys.stdout.buffer
    out.write(csv_line(CSV_COLUMNS))
    for order in _every_order(reader):
        out.write(csv_line(csv_row(order, settings.zone)))
    out.flush()


def _every_order(reader: Reader) -> Iterator[Order]:
    place = OLDEST
    while page := all_rows(reader, PAGE, place):
        yield from page
        place = page[-1].place
