"""Tells if updates come in, for whoever watches the bot: one that has gone deaf looks like one that nobody writes to.

It asks nobody and waits for nothing, so that it can be asked as often as anybody likes.
"""

from typing import Final

HEARD_WITHIN: Final = 90.0
"""Seconds in which a poll must have been answered: Telegram holds one open for 25, and three in a row may get lost."""


def by_polling(silence: float | None) -> str:
    """The fault of polls of which the last was answered so many seconds ago; None before the first was."""
    if silence is None:
        return "Telegram has not been heard yet"
    return "" if silence <= HEARD_WITHIN else f"Telegram has not been heard for {silence:.0f} s"
