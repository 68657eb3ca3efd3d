"""The patience with orders: the settings' `[orders]`, in seconds, so that no worker has a number of its own."""

from dataclasses import dataclass
from typing import Final

from bot.clock import SECOND, Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`retries`: how often an order that certainly was not sent is tried again by itself, first after `retry_wait`.

    `same_within`: how long the same order is asked about. `lag`: how long an order may take until the supplier's list
    has it. `absence`: how long the bot may be away until everything that it would send by itself becomes a question.
    `remind_every`: between two reminders of an order of unknown outcome. `watch_gap`: between two questions to
    one account about orders that are watched. `batch_rows`: how many orders may be confirmed at once.
    `batch_faults`: after how many of them in a row that were not placed the others wait for a person.
    """

    retries: int = 3
    retry_wait: float = 5
    same_within: float = 3600
    lag: float = 600
    absence: float = 120
    remind_every: float = 4 * 3600
    watch_gap: float = 2
    batch_rows: int = 500
    batch_faults: int = 3

    def wait_after(self, tries: int) -> float:
        """Seconds until the next try, three times as long after each."""
        return self.retry_wait * 3.0 ** (tries - 1)


PATIENT = Rules()
"""What the settings say when they say nothing."""
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_PAUSES: Final = (
    (10 * _MINUTE, _MINUTE),
    (_HOUR, 5 * _MINUTE),
    (_DAY, 15 * _MINUTE),
    (7 * _DAY, _HOUR),
    (30 * _DAY, 6 * _HOUR),
)
"""Until so many seconds after the last change, a question every so many seconds."""
WATCHED_FOR: Final = _PAUSES[-1][0] * SECOND
"""Microseconds after its last change in which an order is asked about by itself."""
_SOON: Final = 10
_LONGEST: Final = _HOUR
"""Seconds that failures alone can make a pause."""
_DOUBLINGS: Final = 10


LOOKED_FOR = 24 * _HOUR * SECOND
"""Microseconds for which an order is looked for that may be there although nobody has seen it."""


def first_watch(at: Instant) -> int:
    """The time to ask about an order that was placed just now: its supplier may not have kept what it answered.

    By `Clock.forward`, as the result of `next_watch`.
    """
    return at.forward + _SOON * SECOND


def next_watch(at: Instant, changed_at: int, failures: int = 0) -> int | None:
    """The time to ask again about an order whose status last changed at `changed_at`; None: no more by itself.

    `changed_at` is in UTC microseconds, the result by `Clock.forward`. Each failure in a row doubles the pause, up to
    an hour, or what it is without them.
    """
    age = (at.now - changed_at) / SECOND
    pause = next((every for until, every in _PAUSES if age < until), None)
    if pause is None:
        return None
    longer = min(pause << min(failures, _DOUBLINGS), _LONGEST)
    return at.forward + max(pause, longer) * SECOND


def account_pause(failures: int) -> float:
    """Seconds for which an account is left alone that has failed to answer so many times in a row."""
    return min(30.0 * 2.0 ** min(failures - 1, _DOUBLINGS), _LONGEST) if failures else 0.0
