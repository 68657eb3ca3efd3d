"""Tells if updates come in, for whoever watches the bot: one that has gone deaf looks like one that nobody writes to.

It asks nobody and waits for nothing, so that it can be asked as often as anybody likes.
"""

from typing import Final

from bot.telegram.registration import WebhookState

HEARD_WITHIN: Final = 90.0
"""Seconds in which a poll must have been answered: Telegram holds one open for 25, and three in a row may get lost."""
TROUBLE_FOR: Final = 180
"""Seconds for which a failure to bring updates counts while some of them wait; three looks at what Telegram says."""


def by_polling(silence: float | None) -> str:
    """The fault of polls of which the last was answered so many seconds ago; None before the first was."""
    if silence is None:
        return "Telegram has not been heard yet"
    return "" if silence <= HEARD_WITHIN else f"Telegram has not been heard for {silence:.0f} s"


def by_webhook(state: WebhookState | None, url: str, now: int) -> str:
    """The fault of a webhook that is to be at `url`, as Telegram had it at the last look; None before the first.

    `now`: seconds since 1970.
    """
    if state is None:
        return "Telegram has not been heard yet"
    if state.url != url:
        return "Telegram brings updates elsewhere"
    if state.pending and state.error and now - state.error_at <= TROUBLE_FOR:
        return f"Telegram can't bring {state.pending} updates: {state.error}"
    return ""
