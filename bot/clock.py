"""The time that the whole house goes by, read in three ways, because a clock can be set and a machine can sleep.

    clock()             the wall's time, for what is shown and what suppliers' times are compared with
    clock.forward()     never goes back and is never set: what waits is measured by it
    clock.up()          how long the bot has been there in all: what decides about money is measured by it

`advance` moves all of them, to see what later brings; `set` moves the wall's time alone, as an operator does.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.ids import now_us

SECOND = 1_000_000
"""Microseconds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Instant:
    """One reading of a clock in microseconds: `now` since 1970 in UTC, `forward` and `up` as `Clock` has them."""

    now: int
    forward: int
    up: int


class Watch(Protocol):
    """A clock that can be read."""

    def __call__(self) -> int: ...
    def forward(self) -> int: ...
    def up(self) -> int: ...
    def drift(self) -> int: ...


def read(watch: Watch) -> Instant:
    """All that a clock shows at one time."""
    return Instant(watch(), watch.forward(), watch.up())


def steady_us() -> int:
    """Microseconds of a clock that nobody can set; it may stand still while the machine sleeps."""
    return time.monotonic_ns() // 1000


def _rising(system: Callable[[], int]) -> Callable[[], int]:
    latest = [system()]

    def steady() -> int:
        latest[0] = max(latest[0], system())
        return latest[0]

    return steady


class Clock:
    """Called, it gives UTC microseconds since 1970. `system` and `steady` give what it counts from, in that unit.

    `steady` only rises; without it a `system` that was given is followed as far as that does.
    """

    def __init__(self, system: Callable[[], int] = now_us, steady: Callable[[], int] | None = None) -> None:
        self._system = system
        if steady is None:
            steady = steady_us if system is now_us else _rising(system)
        self._steady = steady
        self._ahead = 0
        self._set = 0
        self._begun = steady()
        self._started = self._forward = system()
        self._up = 0
        self._told: dict[object, Callable[[], None]] = {}

    def __call__(self) -> int:
        return self._system() + self._ahead + self._set

    def forward(self) -> int:
        """Microseconds near those since 1970 that only rise: the wall's time at the start, and what has gone by."""
        return self._forward + self._gone()

    def up(self) -> int:
        """Microseconds that the bot has been there in all, this time and before."""
        return self._up + self._gone()

    def _gone(self) -> int:
        return self._steady() - self._begun + self._ahead

    def resume(self, *, forward: int, up: int) -> None:
        """Go on from what was noted when the bot was last there, in microseconds; never back."""
        self._forward = max(self._forward, forward - self._gone())
        self._up = up - self._gone()

    def drift(self) -> int:
        """Microseconds by which the wall's time has gone on more than time has gone by; `advance` is none."""
        return self() - self._started - self._gone()

    def unaided(self) -> int:
        """Microseconds that have gone by since the start, without what `advance` has skipped."""
        return self._steady() - self._begun

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
        self._moved()

    def set(self, seconds: float) -> None:
        """Set the wall's time by so many seconds, either way; no time goes by."""
        self._set += round(seconds * SECOND)
        self._moved()

    def _moved(self) -> None:
        for tell in list(self._told.values()):
            tell()

    def on_move(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Have `tell` called after each move. Returns what ends that."""
        key = object()
        self._told[key] = tell

        def no_longer() -> None:
            self._told.pop(key, None)

        return no_longer
