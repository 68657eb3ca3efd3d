"""The journal of orders. A row is written before anything is sent, so that no crash can make us send it twice.

    confirmed --claim--> sending --settle--> settled: placed, refused, not_sent or unknown
        ^                                       |
        +------------- retry (not_sent) --------+      unknown --settle--> the truth, once it is known

`placed` is final. A refused order that is ordered anew is a new row, and `replaced_by` names it.
"""

from dataclasses import dataclass

from storage.database import Reader, Transaction

INSERT = """
INSERT INTO orders (reference, draft_id, account, provider, form, form_version, answers, chat_id, user_id, user_name,
    confirmed_at, stage, status, supplier_status, details, attempts)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'confirmed', '', '', '{}', 0)
"""
RETRY = """
UPDATE orders SET stage = 'confirmed', draft_id = $2, form_version = $3, answers = $4, outcome = NULL, details = '{}',
    supplier_status = '', sending_at = NULL, settled_at = NULL, claimed_by = NULL
WHERE reference = $1 AND stage = 'settled' AND outcome = 'not_sent' AND replaced_by IS NULL
"""
CLAIM = """
UPDATE orders SET stage = 'sending', sending_at = $3, claimed_by = $2, attempts = attempts + 1
WHERE reference IN (SELECT reference FROM orders WHERE stage = 'confirmed' AND account = $1
    ORDER BY confirmed_at, reference LIMIT $4)
RETURNING *
"""
SETTLE = """
UPDATE orders SET stage = 'settled', outcome = $2, number = $3, status = $4, supplier_status = $5, details = $6,
    settled_at = $7
WHERE reference = $1 AND (stage = 'sending' OR (stage = 'settled' AND outcome = 'unknown' AND $2 <> 'unknown'))
"""
ADD_NAME = "INSERT INTO order_names (name, reference) VALUES ($1, $2) ON CONFLICT (name, reference) DO NOTHING"
CONFIRMED_ACCOUNTS = "SELECT DISTINCT account FROM orders WHERE stage = 'confirmed' ORDER BY account"
ABANDONED = "SELECT * FROM orders WHERE stage = 'sending' ORDER BY sending_at"
GET = "SELECT * FROM orders WHERE reference = $1"
BY_DRAFT = "SELECT * FROM orders WHERE draft_id = $1"
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
ALL_ROWS = """
SELECT * FROM orders WHERE (confirmed_at, reference) > ($1, $2) ORDER BY confirmed_at, reference LIMIT $3
"""
SET_CARD = "UPDATE orders SET card = $2 WHERE reference = $1"
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
    """What a person confirmed. `answers` is JSON text, `confirmed_at` in UTC microseconds."""

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

    `stage` is confirmed, sending or settled, and only a settled order has an `outcome`. `details` is JSON text. `card`
    is the outbox id of the message that is edited when the order is settled.
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

    @property
    def place(self) -> Place:
        return (self.confirmed_at, self.reference)


async def insert(tx: Transaction, order: NewOrder) -> None:
    """Write a confirmed order. Raises AlreadyStored when its reference or its draft is in the journal."""
    await tx.execute(
        INSERT,
        order.reference,
        order.draft_id,
        order.account,
        order.provider,
        order.form,
        order.form_version,
        order.answers,
        order.chat_id,
        order.user_id,
        order.user_name,
        order.confirmed_at,
    )


async def retry(tx: Transaction, reference: str, draft_id: str, form_version: str, answers: str) -> bool:
    """Confirm again what certainly was not sent, under the same reference; False when that is not so (any more).

    `confirmed_at` stays, so that an order keeps its place in every list.
    """
    return await tx.execute(RETRY, reference, draft_id, form_version, answers) == 1


async def claim(tx: Transaction, account: str, claimed_by: str, now: int, limit: int) -> list[Order]:
    """Take the oldest confirmed orders of an account for sending, at most `limit`; nobody else gets them."""
    rows = await tx.fetch(CLAIM, account, claimed_by, now, limit)
    return sorted((Order(**row) for row in rows), key=lambda order: order.place)


async def settle(
    tx: Transaction,
    reference: str,
    *,
    outcome: str,
    number: str | None,
    status: str,
    supplier_status: str,
    details: str,
    names: tuple[str, ...],
    now: int,
) -> bool:
    """Record what became of an order that is being sent, or the truth about one whose outcome was unknown.

    `names` are all names under which `find` shall find it. False, and nothing changed, in every other case.
    """
    if await tx.execute(SETTLE, reference, outcome, number, status, supplier_status, details, now) == 0:
        return False
    for name in names:
        await tx.execute(ADD_NAME, name, reference)
    return True


async def abandoned(reader: Reader) -> list[Order]:
    """Orders being sent. At start-up nobody is sending them, and nobody knows what became of them."""
    return [Order(**row) for row in await reader.fetch(ABANDONED)]


async def confirmed_accounts(reader: Reader) -> list[str]:
    """The accounts that have orders to be sent."""
    return [str(row["account"]) for row in await reader.fetch(CONFIRMED_ACCOUNTS)]


async def get(reader: Reader, reference: str) -> Order | None:
    row = await reader.fetchrow(GET, reference)
    return None if row is None else Order(**row)


async def by_draft(reader: Reader, draft_id: str) -> Order | None:
    """The order that a draft became."""
    row = await reader.fetchrow(BY_DRAFT, draft_id)
    return None if row is None else Order(**row)


async def find(reader: Reader, name: str) -> list[Order]:
    """Orders by reference or by any of their names, newest first: two suppliers may use the same number."""
    return [Order(**row) for row in await reader.fetch(FIND, name)]


async def recent(reader: Reader, user_id: int | None, limit: int, before: Place = NEWEST) -> list[Order]:
    """A page of orders, of one person or of everybody, newest first; `before` is the last order's place so far."""
    if user_id is None:
        rows = await reader.fetch(RECENT, *before, limit)
    else:
        rows = await reader.fetch(RECENT_OF_PERSON, *before, limit, user_id)
    return [Order(**row) for row in rows]


async def all_rows(reader: Reader, limit: int, after: Place = OLDEST) -> list[Order]:
    """A page of all orders, oldest first; `after` is the last order's place so far."""
    return [Order(**row) for row in await reader.fetch(ALL_ROWS, *after, limit)]


async def set_card(tx: Transaction, reference: str, card: int) -> bool:
    """Note the outbox id of the message that tells about this order; False for an unknown reference."""
    return await tx.execute(SET_CARD, reference, card) == 1


async def replace(tx: Transaction, reference: str, by: str) -> bool:
    """Note that an order which was not placed was ordered anew; False when that is not so, or was done already."""
    return await tx.execute(REPLACE, reference, by) == 1
