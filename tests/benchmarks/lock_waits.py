"""The share of their time that bots on one PostgreSQL wait for locks which others hold, by looking again and again.

A person in a round waits for an answer before they go on, so the locks are nearly always those of other people's chats,
which were handled in one unit of work with theirs.
"""

import threading
from time import monotonic
from types import TracebackType
from typing import Final, Self

import psycopg

_EVERY: Final = 0.02
"""Seconds between two looks."""
_WAITING: Final = """
SELECT count(*) FILTER (WHERE wait_event_type = 'Lock') FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class LockWaits:
    """Looks while the block runs, in a thread and a session of its own."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._looks: list[tuple[float, int]] = []
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._session = psycopg.connect(self._address, autocommit=True)
        self.process = self._session.info.backend_pid
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._enough.set()
        self._thread.join()
        self._session.close()

    def _look(self) -> None:
        while not self._enough.wait(_EVERY):
            row = self._session.execute(_WAITING).fetchone()
            self._looks.append((monotonic(), row[0] if row else 0))

    def share(self, began: float, ended: float, bots: int) -> float:
        """Sessions that waited on the average of a time by the monotonic clock, for each bot."""
        waiting = [count for at, count in self._looks if began <= at <= ended]
        return sum(waiting) / len(waiting) / bots if waiting else 0.0
