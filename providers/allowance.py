"""The room that the answers of one account may take at a time, since a list has as many pages as its supplier says.

Each answer is bounded by itself, and that bounds no list: a hundred pages of a few megabytes are gigabytes. Whatever is
read of several answers shares one room with all else that is being read at the account, and gives it back when it ends.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final

MOST_AT_ONCE: Final = 16 * 1024 * 1024
"""Bytes for one account; some thousands of orders or products as suppliers tell of them."""
OF_A_VALUE: Final = 64
"""Bytes that a value of JSON takes beside its text, about."""
_VALUES: Final = (b",", b"[", b"{")


def values_in(body: bytes) -> int:
    """The values of JSON in a body, each counted by the sign before it; such signs within texts count too."""
    return sum(map(body.count, _VALUES))


class Allowance:
    """The room of one account. What isn't part of a reading takes none of it: it is gone when it was looked at."""

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._left = most

    @property
    def left(self) -> int:
        """Bytes that may still be taken."""
        return self._left

    def take(self, body: bytes) -> bool:
        """Take room for an answer, until the reading that it is for ends; False when there isn't enough."""
        reading = _under_way.get()
        if reading is None:
            return True
        size = len(body) + OF_A_VALUE * values_in(body)
        if size > self._left:
            return False
        self._left -= size
        reading[self] = reading.get(self, 0) + size
        return True

    def give_back(self, size: int) -> None:
        """Give back room: the answers that took it are kept in another shape now, or not at all."""
        self._left += size


_under_way: ContextVar[dict[Allowance, int] | None] = ContextVar("reading", default=None)


@contextmanager
def _reading() -> Iterator[None]:
    """Count all answers within as one reading; within another one they are part of that."""
    if _under_way.get() is not None:
        yield
        return
    taken: dict[Allowance, int] = {}
    before = _under_way.set(taken)
    try:
        yield
    finally:
        _under_way.reset(before)
        for allowance, size in taken.items():
            allowance.give_back(size)


def one_reading(ability: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """An ability all of whose answers share the room of their account."""

    @wraps(ability)
    async def bounded(*args: Any, **kwargs: Any) -> Any:
        with _reading():
            return await ability(*args, **kwargs)

    return bounded
