"""A clock that stands still until it is told to go on, kept in a file: a bot in another process follows it too.

Only what an order's times depend on follows it. Ids keep the real time, since a restarted bot must not give one twice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bot.app
from bot.clock import SECOND, Clock
from bot.ids import Ids


@dataclass(frozen=True, slots=True)
class StandingClock:
    path: Path

    @classmethod
    def beside(cls, config: Path) -> "StandingClock":
        """The clock of the bot with these settings."""
        return cls(config.with_suffix(".clock"))

    def set(self, time: datetime) -> None:
        self.path.write_text(time.isoformat())

    def advance(self, seconds: float) -> None:
        self.set(self.time() + timedelta(seconds=seconds))

    def time(self) -> datetime:
        return datetime.fromisoformat(self.path.read_text()).astimezone(UTC)

    def __call__(self) -> int:
        """Microseconds."""
        return int(self.time().timestamp() * SECOND)


def follow(clock: StandingClock) -> None:
    """From now on, a bot that is built in this process tells the time by this clock."""
    vars(bot.app).update(
        Clock=lambda: Clock(clock, clock), Ids=lambda *, last_outbox, **_: Ids(last_outbox=last_outbox)
    )


@contextmanager
def followed(clock: StandingClock) -> Iterator[None]:
    """`follow`, and afterwards as it was."""
    kept = {name: vars(bot.app)[name] for name in ("Clock", "Ids")}
    follow(clock)
    try:
        yield
    finally:
        vars(bot.app).update(kept)
