"""Takes note of what the bot does, for whoever watches it. This one takes none, for a bot that nobody watches.

What is noted is how often and how long, by kinds that the settings and the program name. Nothing of what people write,
and nobody's name or id, is ever handed over here.
"""

from collections.abc import Iterable
from typing import Final


class Measures:
    """Every note that is taken; seconds are those of a clock that only goes forward, but for `delivered`."""

    def updates(self, kinds: Iterable[str], seconds: float) -> None:
        """Updates of these kinds were committed, so many seconds after they had come."""

    def put_aside(self) -> None:
        """An update could not be handled."""

    def delivered(self, seconds: float) -> None:
        """Telegram took a message, so many seconds after it was written, by the wall's time."""

    def settled(self, account: str, outcome: str) -> None:
        """The outcome of an order was written down."""

    def requested(self, account: str, operation: str, result: str, seconds: float) -> None:
        """A supplier was asked, or got an order. `result` is the class of its answer, or why there was none."""

    def transacted(self, kind: str, seconds: float) -> None:
        """A transaction to `read` or to `write` has ended, so many seconds after it was wanted."""


UNMEASURED: Final = Measures()
