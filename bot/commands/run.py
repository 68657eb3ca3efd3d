"""`orderbot run`: the bot itself."""

import logging

from bot.commands.starting import FAILED, Config, end, finish, settings_from
from bot.logs import start_logging

log = logging.getLogger(__name__)


def run(config: Config = None) -> None:
    """Run the bot until it is told to stop (SIGTERM or Ctrl-C)."""
    settings = settings_from(config)
    start_logging(settings.logs.format)
    if not settings.staff.admins:
        log.warning(
            "nobody may order yet: write to the bot in private, put the id that it answers with under"
            " [staff] admins in the settings, and start it again"
        )
    # Only here: the other commands do without Telegram's library.
    from bot.app import serve  # noqa: PLC0415  as above
    from bot.monitoring.listener import ListenError  # noqa: PLC0415  as above
    from bot.telegram.client import TelegramRefusedError  # noqa: PLC0415  as above

    try:
        finish(serve(settings))
    except (ListenError, TelegramRefusedError) as error:
        end(FAILED, str(error))
