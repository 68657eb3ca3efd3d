"""The world that a step may use beside state and event: the accounts, ids made outside, and the time as told there."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel

from bot.conversation.views import OrderView
from providers.orders import Outcome, Status


@dataclass(frozen=True, slots=True)
class Account:
    """A configured supplier as the conversation sees it: its name in the settings, its button, its form.

    `reconciles`: it can be asked for an order whose answer was lost. `idempotent_create`: it takes no second order
    under a reference.
    `reads_status`: it can be asked how far an order is, until that is one of the statuses `final`.
    `reads_balance`: what is left there can be read; below `balance_floor` the admins are told.
    """

    name: str
    title: str
    form: type[BaseModel]
    reconciles: bool = False
    idempotent_create: bool = False
    reads_status: bool = False
    final: frozenset[Status] = frozenset()
    reads_balance: bool = False
    balance_floor: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The accounts by name, and ids from outside, fresh for each event, used or not.

    `now` is in UTC microseconds, only to tell how old something is; 0 when that doesn't matter.
    """

    accounts: Mapping[str, Account]
    draft_id: str
    reference: str
    now: int = 0

    def title_of(self, order: OrderView) -> str:
        """The button of an order's account, or the account's name when it is no longer in the settings."""
        account = self.accounts.get(order.account)
        return account.title if account else order.account

    def reads_status(self, order: OrderView) -> bool:
        """Check whether the supplier of an order can be asked how far it is."""
        account = self.accounts.get(order.account)
        return order.outcome is Outcome.PLACED and bool(order.number) and account is not None and account.reads_status

    def repeats(self, order: OrderView) -> bool:
        """Check whether an order can be ordered again."""
        known = bool(order.reference) and not order.pruned
        return order.outcome is Outcome.PLACED and known and order.account in self.accounts

    def reopens(self, order: OrderView) -> bool:
        """Check whether the draft of an order that was not placed can be opened again."""
        return order.outcome in (Outcome.REFUSED, Outcome.NOT_SENT) and order.account in self.accounts
