"""`orderbot run`: the bot itself."""

from bot.commands.starting import FAILED, Config, end, finish, settings_from
from bot.logs import start_logging


def run(config: Config = None) -> None:
    """Run the bot until it is told to stop (SIGTERM or Ctrl-C)."""
    settings = settings_from(config)
    start_logging()
    # Only here: the other commands do without Telegram's library.
    from bot.app import serve  # noqa: PLC0415  as above
    from bot.telegram.client import TelegramRefusedError  # noqa: PLC0415  as above

    try:
        finish(serve(settings))
    except TelegramRefusedError as error:
        end(FAILED, str(error))
