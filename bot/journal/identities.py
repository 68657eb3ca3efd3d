"""The identities of accounts at their suppliers, as the settings of this start have them, and where each order went.

Settings change between two moments: what is seen at one place proves nothing about what was sent to another. A secret
never gets into the database: where only a secret names the customer, an identity is made of it with a salt.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from providers.base import Customer
from storage import identities, program
from storage.database import Reader, Transaction
from storage.identities import BEFORE, AccountRow, Identity
from storage.orders import Order

_LENGTH: Final = 16
"""Hexadecimal digits: a button has to carry them."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """An account whose secret is another one: only a person can say whether it is the same customer.

    `own` is the identity that its settings mean now.
    """

    account: str
    own: str


def settle_accounts(tx: Transaction, customers: Mapping[str, Customer], now: int) -> list[NewKey]:
    """Note at a start what every account of the settings is; returns those about which an admin has to be asked.

    Orders of an account that only has another name in the settings get that name, and so do those of one that leads
    elsewhere now, where another account leads to where they went. `now` is in UTC microseconds.
    """
    before = {row.account: row for row in identities.accounts(tx)}
    salt = program.salt(tx)
    for name, customer in customers.items():
        identities.set_account(tx, _found(tx, name, customer, before.get(name), salt, now))
    now_there = {row.account: row for row in identities.accounts(tx) if row.account in customers}
    for name, row in before.items():
        _followed(tx, row, now_there)
        if name not in customers:
            identities.forget_account(tx, name)
        elif _is_swapped(before, now_there, name):
            identities.answered(tx, now_there[name].own)
    now_there = {row.account: row for row in identities.accounts(tx)}
    for name, row in now_there.items():
        identities.take_unsent(tx, name, row.identity)
        identities.take_guards(tx, name, row.identity)
    return [NewKey(row.account, row.own) for row in now_there.values() if row.asks]


def _found(
    tx: Transaction, name: str, customer: Customer, before: AccountRow | None, salt: str, now: int
) -> AccountRow:
    own = _id(customer, salt)
    seen = identities.seen(tx, own, customer.provider, customer.base_url, customer.name, now)
    asks = ""
    if before is not None:
        # An answer that is still out stays so; else it is asked when there is another key at the same address.
        was = before.asks or before.identity
        asks = was if before.own != own or before.asks else ""
    earlier = identities.get(tx, asks) if asks else None
    asked = earlier is not None and _may_be(earlier, customer) and seen.same_as not in {asks, earlier.same_as}
    return AccountRow(name, own, seen.same_as, asks if asked else "")


def _may_be(earlier: Identity, customer: Customer) -> bool:
    """True if only a secret tells the two apart."""
    same_place = (earlier.provider, earlier.base_url) == (customer.provider, customer.base_url)
    return same_place and earlier.customer == customer.name == ""


def _followed(tx: Transaction, was: AccountRow, there: Mapping[str, AccountRow]) -> None:
    """Have the orders of an account follow the customer that it was before to the account that it is now.

    Of one that is still there, but for another customer, those that wait to be sent or to be confirmed anew stay: a
    person was shown its name with them.
    """
    names = [row.account for row in there.values() if row.identity == was.identity]
    if not names or was.account in names:
        return
    follow = identities.follow if was.account in there else identities.rename
    follow(tx, was.account, names[0], was.identity)


def _is_swapped(before: Mapping[str, AccountRow], there: Mapping[str, AccountRow], name: str) -> bool:
    """True of an account that has the key of another one, which is in the settings with this one's: no new key."""
    had, has = before[name].own, there[name].own
    others = [row.own for other, row in before.items() if other != name]
    return had != has and has in others and had in [row.own for other, row in there.items() if other != name]


def _id(customer: Customer, salt: str) -> str:
    text = json.dumps([customer.provider, customer.base_url, customer.name, *customer.key], ensure_ascii=False)
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()[:_LENGTH]


def is_elsewhere(reader: Reader, order: Order, account: str = "") -> bool:
    """Check whether an order went to another customer or address than its account is now, or the `account` named.

    So does one from before there were identities: nobody knows where it went.
    """
    return order.identity != identities.current(reader, account or order.account)


def went_elsewhere(reader: Reader, order: Order) -> bool:
    """Check whether an order is known to have gone to another customer or address than its account is now."""
    return not order.identity.startswith(BEFORE) and is_elsewhere(reader, order)


def address_of(reader: Reader, order: Order) -> str:
    """The address that an order went to, for people; empty where nobody knows."""
    if order.identity.startswith(BEFORE):
        return ""
    found = identities.get(reader, order.identity)
    if found is None:
        return ""
    return f"{found.base_url} ({found.customer})" if found.customer else found.base_url


def same_customer(tx: Transaction, account: str, own: str, *, now: int, user_id: int, name: str) -> bool:
    """An admin says that an account is the customer that it was, with a new key: evidence counts again.

    False when that was said already, or the settings have changed since.
    """
    row = identities.account(tx, account)
    if row is None or row.own != own or not row.asks:
        return False
    earlier = identities.get(tx, row.asks)
    return earlier is not None and identities.link(tx, own, earlier.same_as, now=now, user_id=user_id, name=name)


def another_customer(tx: Transaction, account: str, own: str) -> bool:
    """An admin says that it is another customer; False when that was said already, or the settings have changed."""
    row = identities.account(tx, account)
    return row is not None and row.own == own and bool(row.asks) and identities.answered(tx, own)
