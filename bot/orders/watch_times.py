"""How often an order is asked about: often while it is young, seldom later, and not for ever."""

from typing import Final

from bot.orders.rules import SECOND

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_PAUSES: Final = (
    (10 * _MINUTE, _MINUTE),
    (_HOUR, 5 * _MINUTE),
    (_DAY, 15 * _MINUTE),
    (7 * _DAY, _HOUR),
    (30 * _DAY, 6 * _HOUR),
)
"""Until so many seconds after the last change, a question every so many seconds."""
_LONGEST: Final = _HOUR
"""Seconds that failures alone can make a pause."""
_DOUBLINGS: Final = 10


def next_watch(now: int, changed_at: int, failures: int = 0) -> int | None:
    """When to ask again about an order whose status last changed at `changed_at`; None: no more by itself.

    Times are UTC microseconds. Each failure in a row doubles the pause, up to an hour, or what it is without them.
    """
    age = (now - changed_at) / SECOND
    pause = next((every for until, every in _PAUSES if age < until), None)
    if pause is None:
        return None
    longer = min(pause << min(failures, _DOUBLINGS), _LONGEST)
    return now + max(pause, longer) * SECOND


def account_pause(failures: int) -> float:
    """Seconds for which an account is left alone that has failed to answer so many times in a row."""
    return min(30.0 * 2.0 ** min(failures - 1, _DOUBLINGS), _LONGEST) if failures else 0.0
