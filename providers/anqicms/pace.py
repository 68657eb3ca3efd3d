"""The pace at which a shop is asked, so that its limiter never locks us out.

Where a shop has its limiter on, it takes 100 requests in five minutes from one address; then it answers 429, and 403
for an hour or more, each in plain text. Orders and logins are never held back, so what is only read leaves room for
them, and what nobody waits for leaves room for the rest.

Source: seen at a shop that runs the product; its documents name no limit.
"""

import asyncio
from collections import deque
from math import ceil

from providers.anqicms.answer import whole
from providers.errors import NotAsked
from providers.http import Answer

WINDOW = 300.0
"""Seconds over which requests are counted."""
PAUSES = {429: 300.0, 403: 3600.0}
"""Seconds for which nothing is read, by the HTTP status with which a limiter turned us away."""
PATIENT_SHARE = 0.75
"""Of all readings, those that may be such as nobody waits for."""
WATCH_SHARE = 0.5
"""The same for asking by and by how far orders are."""


class Pace:
    """Lets `most` readings go in any `window` seconds, by the running loop's clock."""

    def __init__(self, most: int, window: float = WINDOW) -> None:
        self._most = most
        self._window = window
        self._gone: deque[float] = deque()
        self._paused_until = 0.0
        self._status = 0

    @property
    def watch_gap(self) -> float:
        """Seconds between two questions of those that come by and by."""
        return self._window / (self._most * WATCH_SHARE)

    async def turn(self, *, patient: bool = False) -> None:
        """Wait until a reading may go; a `patient` one leaves room for others.

        Raises NotAsked at once while the shop turns us away.
        """
        room = max(1, int(self._most * (PATIENT_SHARE if patient else 1)))
        while True:
            now = asyncio.get_running_loop().time()
            if now < self._paused_until:
                minutes = ceil((self._paused_until - now) / 60)
                raise NotAsked("paused", params={"status": str(self._status), "minutes": str(minutes)})
            while self._gone and self._gone[0] <= now - self._window:
                self._gone.popleft()
            if len(self._gone) < room:
                self._gone.append(now)
                return
            await asyncio.sleep(self._gone[len(self._gone) - room] + self._window - now)

    def heed(self, answer: Answer) -> None:
        """Take note of an answer to any request: a limiter's is in plain text, the shop's own is its envelope."""
        pause = PAUSES.get(answer.status)
        if pause is not None and whole(answer.json_object().get("code")) is None:
            self._paused_until = asyncio.get_running_loop().time() + pause
            self._status = answer.status
