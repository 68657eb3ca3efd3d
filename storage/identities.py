"""The identities of accounts at their suppliers beyond their names in the settings, under which orders are kept.

Evidence, numbers and guards are keyed by it: the same account with other settings is another customer, and two accounts
of one customer are one.
"""

from dataclasses import dataclass

from storage.database import Reader, Transaction

BEFORE = "before:"
"""Begins the identity of orders from before there were identities, and of an account that was never said to be any."""
of_account = "COALESCE((SELECT accounts.identity FROM accounts WHERE accounts.account = $1), 'before:' || $1)"
"""The identity under which the orders of the account `$1` are kept, as a part of statements."""

GET = "SELECT * FROM identities WHERE id = $1"
SEEN = """
INSERT INTO identities (id, same_as, provider, base_url, customer, seen_at, user_name)
VALUES ($1, $1, $2, $3, $4, $5, '') ON CONFLICT (id) DO NOTHING
"""
ACCOUNT = "SELECT * FROM accounts WHERE account = $1"
ACCOUNTS = "SELECT * FROM accounts ORDER BY account"
CURRENT = f"SELECT {of_account} AS identity"
SET = """
INSERT INTO accounts (account, own, identity, asks) VALUES ($1, $2, $3, $4)
ON CONFLICT (account) DO UPDATE SET own = excluded.own, identity = excluded.identity, asks = excluded.asks
"""
FORGET = "DELETE FROM accounts WHERE account = $1"
LINK = """
UPDATE identities SET same_as = $2, decided_at = $3, user_id = $4, user_name = $5 WHERE id = $1 AND same_as = id
"""
LINK_OTHERS = "UPDATE identities SET same_as = $2 WHERE same_as = $1"
MERGE_ACCOUNTS = "UPDATE accounts SET identity = $2 WHERE identity = $1"
ANSWERED = "UPDATE accounts SET asks = '' WHERE own = $1"
MERGE_ORDERS = "UPDATE orders SET identity = $2 WHERE identity = $1"
# A number that the other one has too stays with it; of two guards the one that holds longer does.
MERGE_NUMBERS = """
UPDATE order_numbers SET identity = $2 WHERE identity = $1
AND number NOT IN (SELECT number FROM order_numbers WHERE identity = $2)
"""
SURPASSED_GUARDS = """
DELETE FROM order_guards WHERE identity = $2 AND EXISTS (SELECT 1 FROM order_guards AS other WHERE other.identity = $1
    AND other.fingerprint = order_guards.fingerprint AND other.until > order_guards.until)
"""
MERGE_GUARDS = """
UPDATE order_guards SET identity = $2 WHERE identity = $1
AND fingerprint NOT IN (SELECT fingerprint FROM order_guards WHERE identity = $2)
"""
# A person of both stays as the other one has them.
SURPASSED_PARTS = """
DELETE FROM contact_parts WHERE identity = $1 AND EXISTS (SELECT 1 FROM contacts AS other WHERE other.identity = $2
    AND other.place = contact_parts.place AND other.id = contact_parts.id)
"""
SURPASSED_CONTACTS = """
DELETE FROM contacts WHERE identity = $1 AND EXISTS (SELECT 1 FROM contacts AS other WHERE other.identity = $2
    AND other.place = contacts.place AND other.id = contacts.id)
"""
MERGE_PARTS = "UPDATE contact_parts SET identity = $2 WHERE identity = $1"
MERGE_CONTACTS = "UPDATE contacts SET identity = $2 WHERE identity = $1"
RENAME = "UPDATE orders SET account = $2 WHERE account = $1 AND identity = $3"
FOLLOW = """
UPDATE orders SET account = $2 WHERE account = $1 AND identity = $3
AND (stage = 'sending' OR outcome IN ('placed', 'unknown') OR (stage = 'settled' AND inferred = 1))
"""
FIRST_SENDINGS = """
UPDATE orders SET identity = $2 WHERE account = $1 AND stage = 'confirmed' AND identity = 'before:' || $1
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """A row of the table. `customer` is what names the customer, as far as that is no secret; times in microseconds."""

    id: str
    same_as: str
    provider: str
    base_url: str
    customer: str
    seen_at: int
    decided_at: int | None
    user_id: int | None
    user_name: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A row of the table: `own` is the id of its settings, `identity` the one its orders are kept under.

    `asks` is an earlier identity of the same address that it may be with a new key; empty when nobody is asked.
    """

    account: str
    own: str
    identity: str
    asks: str


def get(reader: Reader, identity: str) -> Identity | None:
    row = reader.fetchrow(GET, identity)
    return None if row is None else Identity(**row)


def account(reader: Reader, name: str) -> AccountRow | None:
    """An account as it was found at the last start."""
    row = reader.fetchrow(ACCOUNT, name)
    return None if row is None else AccountRow(**row)


def accounts(reader: Reader) -> list[AccountRow]:
    return [AccountRow(**row) for row in reader.fetch(ACCOUNTS)]


def current(reader: Reader, name: str) -> str:
    """The identity under which the orders of an account are kept now."""
    row = reader.fetchrow(CURRENT, name)
    assert row is not None  # noqa: S101  a SELECT without FROM has one row
    return str(row["identity"])


def prefetch(tx: Transaction, account: str) -> None:
    """It will be asked for soon."""
    tx.prefetch(CURRENT, account)


def seen(tx: Transaction, identity: str, provider: str, base_url: str, customer: str, now: int) -> Identity:
    """Note an identity; what is known of it already stays."""
    tx.write(SEEN, identity, provider, base_url, customer, now)
    found = get(tx, identity)
    assert found is not None  # noqa: S101  it was written just now
    return found


def set_account(tx: Transaction, row: AccountRow) -> None:
    tx.write(SET, row.account, row.own, row.identity, row.asks)


def forget_account(tx: Transaction, name: str) -> None:
    """The account is no longer in the settings; its orders stay what they are."""
    tx.write(FORGET, name)


def link(tx: Transaction, own: str, same_as: str, *, now: int, user_id: int, name: str) -> bool:
    """Keep everything of the identity `own` under another one from now on; False when it is linked already."""
    if tx.execute(LINK, own, same_as, now, user_id, name) == 0:
        return False
    for statement in (
        *(LINK_OTHERS, MERGE_ORDERS, MERGE_NUMBERS, SURPASSED_GUARDS, MERGE_GUARDS, MERGE_ACCOUNTS),
        *(SURPASSED_PARTS, SURPASSED_CONTACTS, MERGE_PARTS, MERGE_CONTACTS),
    ):
        tx.write(statement, own, same_as)
    tx.write(ANSWERED, own)
    return True


def answered(tx: Transaction, own: str) -> bool:
    """Nobody is asked any more whether it is another one; False when nobody was."""
    return tx.execute(ANSWERED, own) > 0


def rename(tx: Transaction, before: str, name: str, identity: str) -> int:
    """Give the orders of an account that was renamed in the settings its new name; returns how many."""
    return tx.execute(RENAME, before, name, identity)


def follow(tx: Transaction, before: str, name: str, identity: str) -> int:
    """As `rename`, of the orders alone that are or may be there."""
    return tx.execute(FOLLOW, before, name, identity)


def take_guards(tx: Transaction, name: str, identity: str) -> None:
    """Guards from before there were identities hold where the account leads now: in doubt it is asked."""
    for statement in (SURPASSED_GUARDS, MERGE_GUARDS):
        tx.write(statement, BEFORE + name, identity)


def take_unsent(tx: Transaction, name: str, identity: str) -> int:
    """Orders confirmed before there were identities go where the account leads now; returns how many."""
    return tx.execute(FIRST_SENDINGS, name, identity)
