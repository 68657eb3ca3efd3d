"""The buttons of batches: `batch:verb:id`. They fit in any phase, as a batch belongs to no draft."""

from typing import Final

from bot.conversation import events

_KIND: Final = "batch"


def steer(batch: str, steering: events.Steering) -> str:
    """Let a batch wait, go on or end."""
    return f"{_KIND}:{steering}:{batch}"


def read(data: str) -> events.Event | None:
    """The event of a batch's button; None for one that is none, `TapUnreadable` for one that was never written."""
    kind, _, rest = data.partition(":")
    if kind != _KIND:
        return None
    verb, _, batch = rest.partition(":")
    if not batch or verb not in set(events.Steering):
        return events.TapUnreadable()
    return events.BatchTapped(batch, events.Steering(verb))
