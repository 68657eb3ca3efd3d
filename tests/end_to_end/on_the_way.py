"""Whether orders are on their way to a supplier at this moment, as the journal sees it."""

from bot.ids import now_us
from tests.end_to_end.clock import StandingClock
from tests.end_to_end.house import World


def on_the_way(house: World) -> bool:
    """An order is being sent, or is due to be; one that waits to be tried again is not."""
    clock = StandingClock.beside(house.config_file)
    now = clock() if clock.path.exists() else now_us()
    due = f"stage = 'sending' OR (stage = 'confirmed' AND not_before <= {now:d})"
    return bool(house.rows(f"SELECT reference FROM orders WHERE {due}"))  # noqa: S608  a number
