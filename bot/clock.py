"""The time that the whole house goes by: the system's, until somebody moves it on to see what later brings."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.ids import now_us

SECOND = 1_000_000
"""Microseconds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """Called, it gives UTC microseconds since 1970. `system` gives what it counts from, in the same unit."""

    def __init__(self, system: Callable[[], int] = now_us) -> None:
        self._system = system
        self._ahead = 0
        self._told: dict[object, Callable[[], None]] = {}

    def __call__(self) -> int:
        return self._system() + self._ahead

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
