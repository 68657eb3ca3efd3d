"""Remembers since when suppliers have been out of reach, from the requests that the bot makes anyway.

A supplier is out of reach while nothing comes back, or only word of its server's own trouble: neither says anything
about an order or a product. A refusal is an answer.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

_SECOND: Final = 1_000_000


def is_reached(status: int) -> bool:
    """True for the status of an answer; 0 stands for none."""
    return 0 < status < HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """Requests of an account that came to nothing since the last that was answered: since when, and how many."""

    since: int
    failures: int


class Reach:
    """The state of each account. `forward` gives microseconds that only rise."""

    def __init__(self, accounts: Collection[str], forward: Callable[[], int]) -> None:
        self._accounts = accounts
        self._forward = forward
        self._out: dict[str, OutOfReach] = {}
        self._answering: set[str] = set()

    def note(self, account: str, status: int) -> None:
        """A request has ended with this status, 0 where nothing came back."""
        if is_reached(status):
            self._out.pop(account, None)
            self._answering.add(account)
            return
        self._answering.discard(account)
        if (known := self._out.get(account)) is not None:
            self._out[account] = OutOfReach(known.since, known.failures + 1)
        else:
            self._out[account] = OutOfReach(self._forward(), 1)

    def out(self) -> dict[str, OutOfReach]:
        """The accounts of which the last request came to nothing."""
        return dict(self._out)

    def answering(self) -> frozenset[str]:
        """The accounts whose last request was answered; of one that was not asked since the start nothing is known."""
        return frozenset(self._answering)

    def seconds(self) -> dict[str, float]:
        """The seconds for which each account has been out of reach; 0 where it is not known to be."""
        now = self._forward()
        gone = {account: (now - one.since) / _SECOND for account, one in self._out.items()}
        return dict.fromkeys(self._accounts, 0.0) | gone
