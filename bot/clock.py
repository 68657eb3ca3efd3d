"""The time that the whole house goes by: the system's, until somebody moves it on to see what later brings."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.ids import now_us

SECOND = 1_000_000
"""Microseconds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """Called, it gives UTC microseconds since 1970. `system` gives what it counts from, in the same unit.

    `elapsed` gives microseconds that only rise; without it a `system` that was given is followed as far as it rises.
    """

    def __init__(self, system: Callable[[], int] = now_us, elapsed: Callable[[], int] | None = None) -> None:
        self._system = system
        self._elapsed = _monotonic if elapsed is None and system is now_us else elapsed
        self._start = system() - (self._elapsed() if self._elapsed is not None else 0)
        self._latest = 0
        self._ahead = 0
        self._told: dict[object, Callable[[], None]] = {}

    def __call__(self) -> int:
        return self._system() + self._ahead

    def forward(self) -> int:
        """UTC microseconds as they were at the start, and what has gone by since: setting the time changes nothing."""
        if self._elapsed is not None:
            return self._start + self._elapsed() + self._ahead
        self._latest = max(self._latest, self())
        return self._latest

    def seconds(self) -> float:
        """Seconds since 1970."""
        return self() / SECOND

    def moment(self) -> datetime:
        """The aware datetime, in UTC."""
        return _EPOCH + timedelta(microseconds=self())

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds, and call all who asked for it. Raises ValueError when it would go back."""
        if not seconds > 0:
            raise ValueError("a clock goes forward only")
        self._ahead += round(seconds * SECOND)
        for tell in list(self._told.values()):
            tell()

    def on_move(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Have `tell` called after each move. Returns what ends that."""
        key = object()
        self._told[key] = tell

        def no_longer() -> None:
            self._told.pop(key, None)

        return no_longer


def _monotonic() -> int:
    return time.monotonic_ns() // 1000
