"""The source of all ids. It is one place that uses clock and randomness, so that everything else is handed them."""

import os
import secrets
import time
from collections.abc import Callable
from threading import Lock

_EPOCH_2020 = 1_577_836_800_000_000
"""Microseconds. References count from here: 12 digits until the year 2051."""

SLOTS = 64
"""So many may make ids for one database at a time."""


def now_us() -> int:
    """UTC in microseconds since 1970."""
    return time.time_ns() // 1000


class Ids:
    """Fresh ids. Those that have an order rise strictly, also when the clock is set back while we run.

    Units of work take them in the database's thread, and the program at its start in its own: a lock keeps them apart.
    """

    def __init__(self, *, last_outbox: int = 0, now: Callable[[], int] = now_us, slot: int | None = None) -> None:
        """`last_outbox` is the highest outbox id that was ever given.

        With a `slot`, below SLOTS, the ids for the outbox are those that no other slot gives.
        """
        self._now = now
        self._slot = slot
        self._outbox = last_outbox
        self._reference = 0
        self._lock = Lock()

    def draft(self) -> str:
        """Eight characters: short enough for a button, too many to guess."""
        return secrets.token_hex(4)

    def process(self) -> str:
        """A name of this process among all that ever worked on the database: numbers of processes come again."""
        return f"pid {os.getpid()} {secrets.token_hex(4)}"

    def reference(self) -> str:
        """Our reference of an order: milliseconds since 2020, an integer of less than 15 digits."""
        with self._lock:
            self._reference = max(self._reference + 1, (self._now() - _EPOCH_2020) // 1000)
            return str(self._reference)

    def outbox(self) -> int:
        """The id of a row of the outbox."""
        return self.outbox_above(self._now() - 1)

    def outbox_above(self, number: int) -> int:
        """The id of a row of the outbox, above a number that others may have come to; no clock has a say in it."""
        with self._lock:
            self._outbox = max(self._outbox, number) + 1
            if self._slot is not None:
                self._outbox += (self._slot - self._outbox) % SLOTS
            return self._outbox

    def outbox_from(self) -> int:
        """A number that is below the next id for the outbox, and not far below it."""
        with self._lock:
            return max(self._outbox, self._now() - 1)
