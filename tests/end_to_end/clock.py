"""A clock that stands still until it is told to go on, kept in a file: a bot in another process follows it too.

Only what an order's times depend on follows it. Ids keep the real time, since a restarted bot must not give one twice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import bot.app
from bot.orders.rules import SECOND
from providers.anqicms.provider import Anqicms
from providers.guoguo.provider import GuoGuo
from providers.registry import provider_class


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
    vars(bot.app).update(now_us=clock, provider_class=lambda name: _timed(provider_class(name), clock))


@contextmanager
def followed(clock: StandingClock) -> Iterator[None]:
    """`follow`, and afterwards as it was."""
    kept = {name: vars(bot.app)[name] for name in ("now_us", "provider_class")}
    follow(clock)
    try:
        yield
    finally:
        vars(bot.app).update(kept)


def _timed(kind: Callable[..., Any], clock: StandingClock) -> Callable[..., Any]:
    # Those that compare the supplier's clock with ours.
    return partial(kind, now=clock.time) if kind in {Anqicms, GuoGuo} else kind
