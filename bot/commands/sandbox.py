"""`orderbot sandbox`: the whole house on this machine, with stand-ins for Telegram and the suppliers."""

import errno
from typing import Annotated

import typer

from bot.commands.starting import FAILED, Config, end, finish, settings_from
from bot.logs import start_logging

DEFAULT_PORT = 8765


def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the chat page on 127.0.0.1; 0 takes a free one.")
    ] = DEFAULT_PORT,
    config: Config = None,
) -> None:
    """Try the bot in a browser, without a token and without suppliers.

    It brings its own settings; a FILE that is named is checked and then left alone.
    """
    if config is not None:
        settings_from(config)
    start_logging()
    from bot.sandbox.launcher import launch  # noqa: PLC0415  no other command loads the stand-ins

    try:
        finish(launch(port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        end(FAILED, f"port {port} is taken: choose another with --port")
