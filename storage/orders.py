"""The journal of orders. A row is written before anything is sent, so that no crash can make us send it twice.

    confirmed --claim--> sending --settle--> settled: placed, refused, not_sent or unknown
        ^                   |                   |
        +----- postpone ----+                   |      unknown --settle--> the truth, once it is known
        +------- retry (not_sent), resend (unknown, where the supplier takes no second one)

`placed` is final. A refused order that is ordered anew is a new row, and `replaced_by` names it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from storage.database import Reader, Transaction
from storage.identities import of_account
from storage.portions import placeholders, portions

INSERT = f"""
INSERT INTO orders (reference, draft_id, account, provider, form, form_version, answers, chat_id, user_id, user_name,
    confirmed_at, stage, status, supplier_status, details, attempts, identity)
VALUES ($2, $3, $1, $4, $5, $6, $7, $8, $9, $10, $11, 'confirmed', '', '', '{{}}', 0, {of_account})
"""  # noqa: S608  a constant of ours
RETRY = """
UPDATE orders SET stage = 'confirmed', draft_id = $2, form_version = $3, answers = $4, outcome = NULL, details = '{}',
    supplier_status = '', sending_at = NULL, settled_at = NULL, claimed_by = NULL, claimed_until = NULL,
    not_before = 0, tries = 0, stop_asked = 0, looks = 0, look_at = NULL, evidence_card = NULL, inferred = 0,
    pruned_at = NULL, turn = 0, held = 0
WHERE reference = $1 AND stage = 'settled' AND outcome = 'not_sent' AND replaced_by IS NULL
    AND identity = COALESCE((SELECT accounts.identity FROM accounts WHERE accounts.account = orders.account),
        'before:' || orders.account)
"""
BY_CARD = "SELECT * FROM orders WHERE card = $1 UNION ALL SELECT * FROM orders WHERE evidence_card = $1"
NUMBER_OF = f"""
SELECT reference FROM order_numbers WHERE identity IN ({of_account}, 'before:' || $1) AND number = $2
UNION SELECT orders.reference FROM order_names JOIN orders ON orders.reference = order_names.reference
    WHERE order_names.name = $2 AND orders.identity IN ({of_account}, 'before:' || $1)
LIMIT 1
"""  # noqa: S608  a constant of ours
NUMBER_AT = "SELECT reference FROM order_numbers WHERE identity = $1 AND number = $2"
NUMBERS_SINCE = """
SELECT number FROM orders WHERE identity = $1 AND confirmed_at >= $2 AND number IS NOT NULL AND outcome = 'placed'
ORDER BY confirmed_at, reference LIMIT $3
"""
GET = "SELECT * FROM orders WHERE reference = $1"
FIND = """
SELECT * FROM orders
WHERE reference IN (SELECT CAST($1 AS TEXT) UNION SELECT reference FROM order_names WHERE name = $1)
ORDER BY confirmed_at DESC, reference DESC
"""
RECENT = """
SELECT * FROM orders WHERE (confirmed_at, reference) < ($1, $2)
ORDER BY confirmed_at DESC, reference DESC LIMIT $3
"""
RECENT_OF_PERSON = """
SELECT * FROM orders WHERE user_id = $4 AND (confirmed_at, reference) < ($1, $2)
ORDER BY confirmed_at DESC, reference DESC LIMIT $3
"""
ANSWERS_OF_PERSON = """
SELECT answers FROM orders WHERE (account || '') = $1 AND user_id = $2 AND pruned_at IS NULL
ORDER BY confirmed_at DESC, reference DESC LIMIT $3
"""
LAST_OF_PERSON = """
SELECT confirmed_at FROM orders WHERE (account || '') = $1 AND user_id = $2
ORDER BY confirmed_at DESC, reference DESC LIMIT 1
"""
LATEST_OF_ACCOUNT = """
SELECT * FROM orders WHERE (account || '') = $1
    AND (replaced_by IS NULL OR outcome IS NULL OR outcome IN ('placed', 'unknown'))
ORDER BY confirmed_at DESC, reference DESC LIMIT $2
"""
ALL_ROWS = """
SELECT * FROM orders WHERE (confirmed_at, reference) > ($1, $2) ORDER BY confirmed_at, reference LIMIT $3
"""
SET_CARD = "UPDATE orders SET card = $2 WHERE reference = $1"
ATTEMPT_BEFORE = "SELECT * FROM orders WHERE replaced_by = $1"
REPLACE = """
UPDATE orders SET replaced_by = $2
WHERE reference = $1 AND stage = 'settled' AND outcome IN ('refused', 'not_sent') AND replaced_by IS NULL
"""

Place = tuple[int, str]
"""Where a page of orders ends: `confirmed_at` and `reference` of its last order (`Order.place`)."""
NEWEST: Place = (2**63 - 1, "")
OLDEST: Place = (-1, "")


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A draft that a person confirmed. `answers` is JSON text, `confirmed_at` in UTC microseconds."""

    reference: str
    draft_id: str
    account: str
    provider: str
    form: str
    form_version: str
    answers: str
    chat_id: int
    user_id: int
    user_name: str
    confirmed_at: int


@dataclass(frozen=True, slots=True)
class Order(NewOrder):
    """A row of the table.

    `stage` is confirmed, sending or settled, and only a settled order has an `outcome`. `details` and `progress` are
    JSON text. `card` is the outbox id of the message that is edited when the order is settled. `identity` is where it
    is to be sent, or went. `settled_up` is how long the bot had been up by then, in microseconds. `inferred` is 1 where
    the supplier has not said that there is no such order. Of a `batch` it is the row `batch_row`, from 1; what waits is
    sent by `turn`, and not at all while it is `held`.
    """

    stage: str
    outcome: str | None
    number: str | None
    status: str
    supplier_status: str
    details: str
    attempts: int
    sending_at: int | None
    settled_at: int | None
    claimed_by: str | None
    card: int | None
    replaced_by: str | None
    not_before: int
    tries: int
    stop_asked: int
    looks: int
    look_at: int | None
    remind_at: int | None
    evidence_card: int | None
    pruned_at: int | None
    progress: str
    asked_at: int | None
    status_at: int | None
    watch_at: int | None
    watch_failures: int
    claimed_until: int | None
    identity: str
    settled_up: int
    inferred: int
    batch: str | None = None
    batch_row: int = 0
    turn: int = 0
    held: int = 0

    @property
    def place(self) -> Place:
        return (self.confirmed_at, self.reference)

    @property
    def is_replaced(self) -> bool:
        """True for an attempt that was not placed and has been confirmed anew since, unless it is sent once more."""
        return self.replaced_by is not None and self.outcome not in {None, "placed", "unknown"}

    @property
    def state(self) -> str:
        """The state in one word: open, unknown, not placed, or the status of a placed order."""
        match self.outcome:
            case "placed":
                return self.status or "placed"
            case "refused" | "not_sent":
                return "not placed"
            case other:
                return other or "open"


def insert(tx: Transaction, order: NewOrder) -> None:
    """Write a confirmed order. Raises AlreadyStored when its reference or its draft is in the journal."""
    tx.execute(
        INSERT,
        order.account,
        order.reference,
        order.draft_id,
        order.provider,
        order.form,
        order.form_version,
        order.answers,
        order.chat_id,
        order.user_id,
        order.user_name,
        order.confirmed_at,
    )


def retry(tx: Transaction, reference: str, draft_id: str, form_version: str, answers: str) -> bool:
    """Confirm again what was not sent, under the same reference; False when that is not so (any more).

    It goes where it was to go before: what the account has become since gets an order of its own. `confirmed_at` stays,
    so that an order keeps its place in every list.
    """
    return tx.execute(RETRY, reference, draft_id, form_version, answers) == 1


def number_of(reader: Reader, account: str, number: str) -> str | None:
    """The reference of the order that goes by this number, or another name, at what this account is.

    One from before there were identities may be meant too.
    """
    row = reader.fetchrow(NUMBER_OF, account, number)
    return None if row is None else str(row["reference"])


def number_beside(reader: Reader, reference: str, spellings: Collection[str]) -> str | None:
    """Another order that goes by a number in any of these spellings where the order `reference` went.

    As `number_of`, whatever the account of that one is now.
    """
    row = reader.fetchrow(numbering_beside(len(spellings)), reference, *spellings)
    return None if row is None else str(row["reference"])


def numbering_beside(count: int) -> str:
    """The statement that looks for a number in so many spellings."""
    spellings = placeholders(count, first=2)
    return f"""
    SELECT there.reference FROM orders AS one JOIN order_numbers AS there
        ON there.identity IN (one.identity, 'before:' || one.account) AND there.number IN ({spellings})
        WHERE one.reference = $1 AND there.reference <> one.reference
    UNION SELECT there.reference FROM orders AS one JOIN order_names ON order_names.name IN ({spellings})
        JOIN orders AS there ON there.reference = order_names.reference
        AND there.identity IN (one.identity, 'before:' || one.account)
        WHERE one.reference = $1 AND there.reference <> one.reference
    LIMIT 1
    """  # noqa: S608  placeholders only


def number_at(reader: Reader, identity: str, number: str) -> str | None:
    """The reference of the order that has this number, in this spelling, at an identity."""
    row = reader.fetchrow(NUMBER_AT, identity, number)
    return None if row is None else str(row["reference"])


def numbers_since(reader: Reader, identity: str, since: int, limit: int) -> list[str]:
    """Numbers of placed orders of an identity that were confirmed at a time (UTC microseconds) or later."""
    return [str(row["number"]) for row in reader.fetch(NUMBERS_SINCE, identity, since, limit)]


def get(reader: Reader, reference: str) -> Order | None:
    row = reader.fetchrow(GET, reference)
    return None if row is None else Order(**row)


def several(reader: Reader, references: Collection[str]) -> dict[str, Order]:
    """The orders with these references, as far as there are any."""
    return {
        str(row["reference"]): Order(**row)
        for some in portions(references)
        for row in reader.fetch(getting(len(some)), *some)
    }


def getting(count: int) -> str:
    """The statement that reads so many orders."""
    return f"SELECT * FROM orders WHERE reference IN ({placeholders(count)})"  # noqa: S608  placeholders only


def by_card(reader: Reader, row_id: int) -> Order | None:
    """The order that a row of the outbox is about."""
    row = reader.fetchrow(BY_CARD, row_id)
    return None if row is None else Order(**row)


def find(reader: Reader, name: str) -> list[Order]:
    """Orders by reference or by any of their names, newest first: two suppliers may use the same number."""
    return [Order(**row) for row in reader.fetch(FIND, name)]


def recent(reader: Reader, user_id: int | None, limit: int, before: Place = NEWEST) -> list[Order]:
    """A page of orders, of one person or of everybody, newest first; `before` is the last order's place so far."""
    if user_id is None:
        rows = reader.fetch(RECENT, *before, limit)
    else:
        rows = reader.fetch(RECENT_OF_PERSON, *before, limit, user_id)
    return [Order(**row) for row in rows]


def answers_of_person(reader: Reader, account: str, user_id: int, limit: int) -> list[str]:
    """The answers of a person's newest orders of an account, as JSON text, as far as they are not pruned."""
    return [str(row["answers"]) for row in reader.fetch(ANSWERS_OF_PERSON, account, user_id, limit)]


def last_confirmed(reader: Reader, account: str, user_id: int) -> int:
    """The time of a person's newest order of an account, in UTC microseconds; 0 for none."""
    row = reader.fetchrow(LAST_OF_PERSON, account, user_id)
    return 0 if row is None else int(row["confirmed_at"])


def latest_of(reader: Reader, account: str, limit: int) -> list[Order]:
    """The newest orders of an account, without attempts that another order took the place of."""
    return [Order(**row) for row in reader.fetch(LATEST_OF_ACCOUNT, account, limit)]


def all_rows(reader: Reader, limit: int, after: Place = OLDEST) -> list[Order]:
    """A page of all orders, oldest first; `after` is the last order's place so far."""
    return [Order(**row) for row in reader.fetch(ALL_ROWS, *after, limit)]


def attempt_before(reader: Reader, reference: str) -> Order | None:
    """The order that was not placed and was confirmed anew as this one; None for a first attempt."""
    row = reader.fetchrow(ATTEMPT_BEFORE, reference)
    return None if row is None else Order(**row)


def set_card(tx: Transaction, reference: str, card: int) -> bool:
    """Note the outbox id of the message that is about this order; False for an unknown reference."""
    return tx.execute(SET_CARD, reference, card) == 1


def replace(tx: Transaction, reference: str, by: str) -> bool:
    """Note that an order which was not placed was ordered anew; False when that is not so, or was done already."""
    return tx.execute(REPLACE, reference, by) == 1
