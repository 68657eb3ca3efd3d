"""Sending orders as the journal sees it: who takes an order, what became of it, and what happens to a number.

`attempt` counts the sendings of an order. Whoever reports on one names it, so that a late answer changes nothing.
A claim names who holds it and until when: only what nobody can be sending any more is taken over.
"""

from collections.abc import Collection
from dataclasses import dataclass

from storage import words
from storage.database import Reader, Transaction
from storage.identities import of_account
from storage.orders import Order

its_identity = """COALESCE((SELECT accounts.identity FROM accounts WHERE accounts.account = orders.account),
        'before:' || orders.account)"""

RESEND = f"""
UPDATE orders SET stage = 'confirmed', outcome = NULL, settled_at = NULL, claimed_by = NULL, claimed_until = NULL,
    not_before = 0, tries = 1, stop_asked = 0, looks = 0, look_at = NULL, remind_at = NULL, turn = 0, held = 0
WHERE reference = $1 AND attempts = $2 AND stage = 'settled' AND outcome = 'unknown' AND identity = {its_identity}
"""  # noqa: S608  a constant of ours
CLAIM = f"""
UPDATE orders SET stage = 'sending', sending_at = $3, claimed_by = $2, claimed_until = $4, attempts = attempts + 1,
    tries = tries + 1
WHERE reference IN (SELECT reference FROM orders WHERE stage = 'confirmed' AND held = 0 AND account = $1
    AND not_before <= $6 AND identity = {of_account} ORDER BY turn, confirmed_at, reference LIMIT $5)
RETURNING *
"""  # noqa: S608  a constant of ours
# Written so that the index of what waits is used, not that of all orders of an identity.
NEXT_CLAIM_AT = f"""
SELECT MIN(not_before) AS at FROM orders WHERE stage = 'confirmed' AND held = 0 AND account = $1
    AND turn >= 0 AND not_before > $2 AND (identity || '') = {of_account}
"""  # noqa: S608  a constant of ours
DUE = f"""
SELECT * FROM orders WHERE stage = 'confirmed' AND held = 0 AND account = $1 AND not_before <= $2
    AND identity = {of_account}
ORDER BY turn, confirmed_at, reference LIMIT $3
"""  # noqa: S608  a constant of ours
CLAIM_ONE = f"""
UPDATE orders SET stage = 'sending', sending_at = $5, claimed_by = $4, claimed_until = $6, attempts = attempts + 1,
    tries = tries + 1
WHERE reference = $1 AND draft_id = $2 AND attempts = $3 AND stage = 'confirmed' AND held = 0
    AND identity = {its_identity}
RETURNING *
"""  # noqa: S608  a constant of ours
HOLD_BACK = """
UPDATE orders SET stage = 'sending' WHERE reference = $1 AND draft_id = $2 AND attempts = $3 AND stage = 'confirmed'
"""
POSTPONE = """
UPDATE orders SET stage = 'confirmed', not_before = $3, details = $4, claimed_by = NULL, claimed_until = NULL
WHERE reference = $1 AND attempts = $2 AND stage = 'sending' AND stop_asked = 0
"""
STOP_WAITING = """
UPDATE orders SET stage = 'sending', not_before = 0
WHERE reference = $1 AND attempts = $2 AND stage = 'confirmed' AND tries > 0
"""
STOP_AFTER = "UPDATE orders SET stop_asked = 1 WHERE reference = $1 AND stage = 'sending'"
SETTLE = """
UPDATE orders SET stage = 'settled', outcome = $2, number = $3, status = $4, supplier_status = $5, details = $6,
    settled_at = $7, look_at = $9, remind_at = $10, watch_at = $11, settled_up = $12, inferred = $13,
    status_at = CASE WHEN $2 = 'placed' THEN CAST($7 AS BIGINT) END,
    evidence_card = CASE WHEN $2 = 'unknown' THEN NULL ELSE evidence_card END
WHERE reference = $1 AND attempts = $8
    AND (stage = 'sending' OR (stage = 'settled' AND outcome = 'unknown' AND $2 <> 'unknown'))
"""
CORRECT = """
UPDATE orders SET outcome = $2, number = $3, status = $4, supplier_status = $5, details = $6, settled_at = $7,
    status_at = CASE WHEN $2 = 'placed' THEN CAST($7 AS BIGINT) END, watch_at = $9, look_at = $10, remind_at = $11,
    settled_up = $12, inferred = 0, evidence_card = CASE WHEN $2 = 'unknown' THEN NULL ELSE evidence_card END
WHERE reference = $1 AND attempts = $8 AND stage = 'settled' AND outcome = 'not_sent' AND inferred = 1
"""
ADD_NUMBER = """
INSERT INTO order_numbers (identity, number, reference) SELECT identity, number, reference FROM orders
WHERE reference = $1 AND number IS NOT NULL
"""
OTHERS_SENDING = f"""
SELECT reference FROM orders WHERE stage = 'sending' AND reference <> $2
    AND (account = $1 OR identity = {of_account})
"""  # noqa: S608  a constant of ours
ADD_NAME = "INSERT INTO order_names (name, reference) VALUES ($1, $2) ON CONFLICT (name, reference) DO NOTHING"
CONFIRMED = "SELECT * FROM orders WHERE stage = 'confirmed' ORDER BY account, confirmed_at, reference LIMIT $1"
SENT_BY_ITSELF = """
SELECT * FROM orders WHERE stage = 'confirmed' AND held = 0 ORDER BY account, turn, confirmed_at, reference LIMIT $1
"""
ELSEWHERE = f"""
SELECT * FROM orders WHERE stage = 'confirmed' AND identity <> {its_identity}
ORDER BY account, confirmed_at, reference LIMIT $1
"""  # noqa: S608  a constant of ours
# Each by the index of its stage, which holds few: nearly all orders are settled.
COUNT = """
SELECT (SELECT COUNT(*) FROM orders WHERE stage = 'confirmed')
    + (SELECT COUNT(*) FROM orders WHERE stage = 'sending') AS n
"""
CONFIRMED_ACCOUNTS = "SELECT DISTINCT account FROM orders WHERE stage = 'confirmed' ORDER BY account"
WAITING = """
SELECT * FROM orders WHERE stage = 'confirmed' AND account = $1 ORDER BY confirmed_at, reference LIMIT $2
"""
ABANDONED = """
SELECT * FROM orders WHERE stage = 'sending' AND COALESCE(claimed_by, '') <> $1
    AND (claimed_until IS NULL OR claimed_until <= $2)
ORDER BY sending_at, reference
"""
DESERTED = """
SELECT * FROM orders WHERE stage = 'sending' AND claimed_by IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM replicas WHERE replicas.name = orders.claimed_by) ORDER BY sending_at, reference
"""
LAPSE = "UPDATE orders SET claimed_until = NULL WHERE stage = 'sending' AND claimed_until IS NOT NULL"


def resend(tx: Transaction, reference: str, attempt: int) -> bool:
    """Send an order of unknown outcome once more under the same reference; False when that is not so (any more).

    Only for a supplier that takes no second order under it.
    """
    return tx.execute(RESEND, reference, attempt) == 1


@dataclass(frozen=True, slots=True)
class Claim:
    """The mark of who sends an order: `holder` from `now` on, and nobody else before `until`.

    `now` is in UTC microseconds, `until` by `bot.clock.Clock.forward`.
    """

    holder: str
    now: int
    until: int


def claim(tx: Transaction, account: str, mark: Claim, limit: int, *, due: int | None = None) -> list[Order]:
    """Take the next confirmed orders of an account that are due, at most `limit`; nobody else gets them.

    Orders of their own go first, the oldest of them before the others; then rows of batches, by turns.

    `due`: those that are due until then, where it isn't now.
    """
    rows = tx.fetch(CLAIM, account, mark.holder, mark.now, mark.until, limit, mark.now if due is None else due)
    return sorted((Order(**row) for row in rows), key=lambda order: (order.turn, order.place))


def due(reader: Reader, account: str, now: int, limit: int) -> list[Order]:
    """The next confirmed orders of an account that are due, at most `limit`, left as they are."""
    return [Order(**row) for row in reader.fetch(DUE, account, now, limit)]


def claim_one(tx: Transaction, order: Order, mark: Claim) -> Order | None:
    """Take an order that was `due`; None when it isn't any more, or was confirmed anew meanwhile."""
    row = tx.fetchrow(CLAIM_ONE, order.reference, order.draft_id, order.attempts, mark.holder, mark.now, mark.until)
    return None if row is None else Order(**row)


def hold_back(tx: Transaction, order: Order) -> bool:
    """Make an order that was `due` ready to be settled in this transaction, though nobody sends it.

    False when it isn't due any more, or was confirmed anew meanwhile.
    """
    return tx.execute(HOLD_BACK, order.reference, order.draft_id, order.attempts) == 1


def next_claim_at(reader: Reader, account: str, after: int = -1) -> int | None:
    """The time of the next confirmed order of an account that is due (perhaps in the past); None without one.

    `after`: orders that were due then are left out.
    """
    row = reader.fetchrow(NEXT_CLAIM_AT, account, after)
    return None if row is None or row["at"] is None else int(row["at"])


def postpone(tx: Transaction, reference: str, attempt: int, not_before: int, details: str) -> bool:
    """Let what certainly was not sent wait to be sent again; False when asked to stop meanwhile, or settled."""
    return tx.execute(POSTPONE, reference, attempt, not_before, details) == 1


def stop(tx: Transaction, reference: str, attempt: int) -> bool:
    """No further try: this sending was the last. True when it has ended, so that it can be settled at once."""
    if tx.execute(STOP_WAITING, reference, attempt) == 1:
        return True
    tx.write(STOP_AFTER, reference)
    return False


@dataclass(frozen=True, slots=True)
class Settlement:
    """The outcome of an order and all that is known with it.

    `details` is JSON text; `names` are all under which `find` shall find it; `look_at` and `remind_at` are for an
    unknown outcome, `watch_at` for a placed order whose supplier tells how far it is; in microseconds of
    `bot.clock.Clock.forward`. `inferred`: it is held to be not placed, and the supplier has not said so.
    """

    outcome: str
    number: str | None
    status: str
    supplier_status: str
    details: str
    names: tuple[str, ...]
    inferred: bool = False
    look_at: int | None = None
    remind_at: int | None = None
    watch_at: int | None = None


def settle(tx: Transaction, reference: str, attempt: int, became: Settlement, *, now: int, up: int = 0) -> bool:
    """Record what became of an order that is being sent, or the truth about one whose outcome was unknown.

    `attempt` is the sending that it is about. False, and nothing changed, in every other case. `up` is how long the
    bot has been up, in microseconds. Raises AlreadyStored when the number is another order's.
    """
    changed = tx.execute(
        SETTLE,
        reference,
        became.outcome,
        became.number,
        became.status,
        became.supplier_status,
        became.details,
        now,
        attempt,
        became.look_at,
        became.remind_at,
        became.watch_at,
        up,
        int(became.inferred),
    )
    if changed == 0:
        return False
    tx.write(ADD_NUMBER, reference)
    _name(tx, reference, became)
    return True


def _name(tx: Transaction, reference: str, became: Settlement) -> None:
    for name in became.names:
        tx.write(ADD_NAME, name, reference)
    words.add(tx, reference, [name for name in (became.number, *became.names) if name])


def correct(tx: Transaction, reference: str, attempt: int, became: Settlement, *, now: int, up: int = 0) -> bool:
    """An order that was held to be not placed is there after all, or may be; False when it was sent anew meanwhile.

    Raises AlreadyStored when the number is another order's.
    """
    changed = tx.execute(
        CORRECT,
        reference,
        became.outcome,
        became.number,
        became.status,
        became.supplier_status,
        became.details,
        now,
        attempt,
        became.watch_at,
        became.look_at,
        became.remind_at,
        up,
    )
    if changed == 0:
        return False
    tx.write(ADD_NUMBER, reference)
    _name(tx, reference, became)
    return True


def others_are_sent(reader: Reader, account: str, reference: str, held_back: Collection[str] = ()) -> bool:
    """True when another order is on its way to what the account is, whose number nobody knows yet.

    `held_back` are those that have not left: they wait for what is found.
    """
    return any(row["reference"] not in held_back for row in reader.fetch(OTHERS_SENDING, account, reference))


def abandoned(reader: Reader, me: str, now: int) -> list[Order]:
    """Orders being sent whose claim lapsed and isn't held by `me`: nobody sends them any more or knows their outcome.

    `now` is by `bot.clock.Clock.forward`.
    """
    return [Order(**row) for row in reader.fetch(ABANDONED, me, now)]


def deserted(reader: Reader) -> list[Order]:
    """Orders being sent by what is no replica of the database any more: nobody knows their outcome."""
    return [Order(**row) for row in reader.fetch(DESERTED)]


def lapse(tx: Transaction) -> int:
    """End all claims, because every holder is known to be dead; returns how many there were."""
    return tx.execute(LAPSE)


def sent_by_itself(reader: Reader, limit: int) -> list[Order]:
    """Orders that wait to be sent, by account, without the rows of batches that are paused."""
    return [Order(**row) for row in reader.fetch(SENT_BY_ITSELF, limit)]


def confirmed(reader: Reader, limit: int) -> list[Order]:
    """Orders that wait to be sent, also those of paused batches, by account, the oldest first."""
    return [Order(**row) for row in reader.fetch(CONFIRMED, limit)]


def count(reader: Reader) -> int:
    """The orders that wait to be sent, and those that are being sent."""
    row = reader.fetchrow(COUNT)
    return 0 if row is None else int(row["n"])


def confirmed_accounts(reader: Reader) -> list[str]:
    """The accounts that have orders to be sent."""
    return [str(row["account"]) for row in reader.fetch(CONFIRMED_ACCOUNTS)]


def waiting_at(reader: Reader, account: str, limit: int) -> list[Order]:
    """The oldest orders of an account that wait to be sent, wherever they are to go."""
    return [Order(**row) for row in reader.fetch(WAITING, account, limit)]


def elsewhere(reader: Reader, limit: int) -> list[Order]:
    """Orders that wait to be sent to what their accounts no longer are, by account, the oldest first."""
    return [Order(**row) for row in reader.fetch(ELSEWHERE, limit)]
