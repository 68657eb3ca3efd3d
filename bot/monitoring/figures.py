"""Figures that stand in storage, read when somebody asks: orders of unknown outcome, messages that wait, ages.

To count them as they change would be wrong after a crash, and cost something with every update.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from storage import balances, outbox, products, replicas, unknown
from storage.database import Reader

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class UnknownOrders:
    """Orders of one account whose outcome nobody knows: how many, and for how many seconds the first has been so."""

    count: int = 0
    oldest: float = 0.0


@dataclass(frozen=True, slots=True)
class StoredFigures:
    """All of them at one moment; ages are in seconds, and what was never read is left out."""

    unknown: Mapping[str, UnknownOrders] = field(default_factory=dict)
    messages: int = 0
    oldest_message: float = 0.0
    catalogue_ages: Mapping[str, float] = field(default_factory=dict)
    balances: Mapping[str, float] = field(default_factory=dict)
    replicas: int = 0
    """How many bots share the database; 0 where one is alone on it."""


def read_figures(reader: Reader, accounts: Collection[str], now: int, shared: bool = False) -> StoredFigures:  # noqa: FBT001, FBT002  handed on by position
    """The figures of these accounts, and of all that have orders of unknown outcome. `now`: UTC microseconds.

    `shared`: this bot is one of several replicas, which are counted.
    """

    def age(at: int | None) -> float:
        # A clock that was set back makes nothing younger than new.
        return 0.0 if at is None else max(now - at, 0) / _SECOND

    open_orders = dict.fromkeys(accounts, UnknownOrders())
    open_orders |= {one.account: UnknownOrders(one.count, age(one.since)) for one in unknown.open_by_account(reader)}
    messages, written_at = outbox.backlog(reader)
    living = len(replicas.names(reader)) if shared else 0
    ages, amounts = {}, {}
    for account in accounts:
        listing = products.listing(reader, account)
        if listing is not None and listing.read_at:
            ages[account] = age(listing.read_at)
        known = balances.get(reader, account)
        if known is not None and (amount := _number(known.amount)) is not None:
            amounts[account] = amount
    return StoredFigures(open_orders, messages, age(written_at), ages, amounts, living)


def _number(amount: str) -> float | None:
    try:
        return float(Decimal(amount))
    except (InvalidOperation, ValueError, OverflowError):
        return None
