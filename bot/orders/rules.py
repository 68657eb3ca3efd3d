"""How patiently orders are pursued; the settings' `[orders]`, in seconds."""

from dataclasses import dataclass

SECOND = 1_000_000
"""Microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`retries`: how often an order that certainly was not sent is tried again by itself, first after `retry_wait`.

    `same_within`: how long the same order is asked about. `lag`: how long an order may take until the supplier's list
    has it. `remind_every`: between two reminders of an order of unknown outcome. `watch_gap`: between two questions to
    one account about orders that are watched.
    """

    retries: int = 3
    retry_wait: float = 5
    same_within: float = 3600
    lag: float = 600
    remind_every: float = 4 * 3600
    watch_gap: float = 2

    def wait_after(self, tries: int) -> float:
        """Seconds until the next try, three times as long after each."""
        return self.retry_wait * 3.0 ** (tries - 1)


PATIENT = Rules()
"""What the settings say when they say nothing."""
