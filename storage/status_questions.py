"""Questions that wait for a supplier's answer, kept so that a crash between question and answer loses neither."""

from dataclasses import dataclass

from storage.database import Reader, Transaction

NOTE = """
INSERT INTO inquiries (chat_id, user_id, reference, query, on_card, asked_at, listed)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (chat_id, user_id, reference, query, on_card) DO NOTHING
"""
ANSWERED = """
DELETE FROM inquiries WHERE chat_id = $1 AND user_id = $2 AND reference = $3 AND query = $4 AND on_card = $5
"""
OPEN = "SELECT * FROM inquiries ORDER BY asked_at LIMIT $1"


@dataclass(frozen=True, slots=True)
class StatusQuestion:
    """A question about an order by its `reference`, or about a number that isn't in the journal (`query`).

    `on_card` is 1 when the answer is to stand on the order's card; `listed` is JSON text of the list
    that it came from, or empty.
    """

    chat_id: int
    user_id: int
    reference: str
    query: str
    on_card: int
    listed: str = ""


def note(tx: Transaction, question: StatusQuestion, now: int) -> bool:
    """Write a question down; False when the same one waits already, which is answered once."""
    key = (question.chat_id, question.user_id, question.reference, question.query, question.on_card)
    return tx.execute(NOTE, *key, now, question.listed) == 1


def answered(tx: Transaction, question: StatusQuestion) -> bool:
    """The answer is in this transaction; False when it was given before."""
    key = (question.chat_id, question.user_id, question.reference, question.query, question.on_card)
    return tx.execute(ANSWERED, *key) == 1


def waiting(reader: Reader, limit: int = 1000) -> list[StatusQuestion]:
    """The questions without an answer, oldest first."""
    rows = reader.fetch(OPEN, limit)
    return [StatusQuestion(**{key: value for key, value in row.items() if key != "asked_at"}) for row in rows]
