"""Orders as the tests of storage write them."""

from dataclasses import replace
from typing import Any

from storage import orders, sending
from storage.database import Database, Transaction
from storage.orders import NewOrder, Order
from storage.sending import Claim, Settlement
from tests.storage.direct import reading

NEW = NewOrder(
    reference="1001",
    draft_id="d1",
    account="gifts",
    provider="damaijia",
    form="order",
    form_version="1",
    answers='{"quantity": 2}',
    chat_id=-100123,
    user_id=42,
    user_name="Ann",
    confirmed_at=1000,
)


def new(n: int, **changes: Any) -> NewOrder:
    return replace(NEW, reference=str(n), draft_id=f"d{n}", confirmed_at=1000 + n, **changes)


def became(outcome: str, **changes: Any) -> Settlement:
    fields: dict[str, Any] = {"number": None, "status": "", "supplier_status": "", "details": "{}", "names": ()}
    return Settlement(outcome, **(fields | changes))


def settle(
    tx: Transaction,
    reference: str,
    outcome: str,
    *,
    attempt: int = 1,
    now: int = 3000,
    **changes: Any,
) -> bool:
    return sending.settle(tx, reference, attempt, became(outcome, **changes), now=now)


def mark(now: int, holder: str = "me") -> Claim:
    """A claim that holds for a minute."""
    return Claim(holder, now, now + 60_000_000)


def send(tx: Transaction, *numbers: int, account: str = "gifts") -> None:
    """Orders that are being sent."""
    for n in numbers:
        orders.insert(tx, new(n, account=account))
    assert len(sending.claim(tx, account, mark(2000), len(numbers))) == len(numbers)


def claimed(tx: Transaction, now: int) -> list[tuple[str, int, int]]:
    """Claim what is due: reference, attempts and tries of each."""
    found = sending.claim(tx, "gifts", mark(now), 9)
    return [(order.reference, order.attempts, order.tries) for order in found]


def known(database: Database, reference: str) -> Order:
    order = orders.get(reading(database), reference)
    assert order is not None
    return order
