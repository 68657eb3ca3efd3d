"""What the bot has to say of balances, before it is put into words."""

from dataclasses import dataclass

from bot.conversation.replies import Reply
from bot.conversation.views import BalanceView


@dataclass(frozen=True, slots=True)
class BalancesShown(Reply):
    """A line for each account that has a balance, and the titles of those that have none."""

    found: tuple[BalanceView, ...]
    silent: tuple[str, ...] = ()
