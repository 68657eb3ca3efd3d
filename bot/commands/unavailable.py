"""Commands whose names and options are promised, so that scripts can be written, and that can't do anything yet.

Each reads the settings like any other and ends in one line. It says so instead of being unknown: an unknown command
looks like a slip of the pen.
"""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.commands.starting import NOT_BEGUN, Config, end, settings_from


def copy(
    to: Annotated[str, typer.Option(metavar="URL", help="An empty PostgreSQL database.")],
    config: Config = None,
) -> None:
    """Copy the database into another kind of database. Not available yet."""
    del to  # it may hold a password
    _end("copy", config)


def _end(command: str, config: Path | None) -> NoReturn:
    settings_from(config)
    end(NOT_BEGUN, f"orderbot {command} is not available yet")
