"""The command line: what there is to call, one module per command in `bot.commands`."""

import sys
from importlib.metadata import PackageNotFoundError, version
from io import TextIOWrapper
from typing import Annotated

import typer

from bot.commands.backup import backup
from bot.commands.check import check
from bot.commands.copy import copy
from bot.commands.migrate import migrate
from bot.commands.orders import orders
from bot.commands.prune import prune
from bot.commands.read import read
from bot.commands.restore import restore
from bot.commands.run import run
from bot.commands.sandbox import sandbox

main = typer.Typer(
    name="orderbot",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its traces show local variables, and so secrets
    rich_markup_mode=None,
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001  typer calls it so
    if wanted:
        try:
            typer.echo(f"orderbot {version('orderbot')}")
        except PackageNotFoundError:
            typer.echo("orderbot, not installed")
        raise typer.Exit


@main.callback()
def _orderbot(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Staff order from several suppliers in a Telegram chat."""
    for stream in (sys.stdout, sys.stderr):
        # A letter that the terminal doesn't have is no reason to stop.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


for command in (run, sandbox, check, migrate, orders, backup, restore, prune, copy, read):
    main.command()(command)

if __name__ == "__main__":
    main(prog_name="orderbot")
