"""What happens around the balances of the accounts."""

from dataclasses import dataclass

from bot.conversation.events import Event
from bot.conversation.views import BalanceView


@dataclass(frozen=True, slots=True)
class BalanceRequested(Event):
    """`/balance`."""


@dataclass(frozen=True, slots=True)
class BalancesRead(Event):
    """The balances as they are now; `silent` are the titles of the accounts whose suppliers tell none."""

    found: tuple[BalanceView, ...]
    silent: tuple[str, ...] = ()
