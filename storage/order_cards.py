"""The messages that show an order in other chats than the one where it was ordered, so that they change with it."""

from dataclasses import dataclass

from storage.database import Reader, Transaction

OF_ORDER = "SELECT chat_id, card, evidence_card FROM order_cards WHERE reference = $1 ORDER BY chat_id"
SET_CARD = """
INSERT INTO order_cards (reference, chat_id, card) VALUES ($1, $2, $3)
ON CONFLICT (reference, chat_id) DO UPDATE SET card = excluded.card
"""
SET_EVIDENCE = """
INSERT INTO order_cards (reference, chat_id, evidence_card) VALUES ($1, $2, $3)
ON CONFLICT (reference, chat_id) DO UPDATE SET evidence_card = excluded.evidence_card
"""


@dataclass(frozen=True, slots=True)
class OrderCards:
    """The messages of one order in one chat, by their ids in the outbox: its card, and the evidence about it."""

    chat_id: int
    card: int | None = None
    evidence_card: int | None = None


def of_order(reader: Reader, reference: str) -> dict[int, OrderCards]:
    """The messages by their chat."""
    return {int(row["chat_id"]): OrderCards(**row) for row in reader.fetch(OF_ORDER, reference)}


def set_card(tx: Transaction, reference: str, chat_id: int, row_id: int) -> None:
    """Note the message that shows what became of the order."""
    tx.write(SET_CARD, reference, chat_id, row_id)


def set_evidence(tx: Transaction, reference: str, chat_id: int, row_id: int) -> None:
    """Note the message that shows the evidence and takes decisions."""
    tx.write(SET_EVIDENCE, reference, chat_id, row_id)
