"""The chats as replicas share them: who brings the messages of one to Telegram, and from which number on.

A chat's row is locked by whoever handles something in it, so that one chat is handled in turn wherever its updates
arrive. Its messages are numbered above all earlier ones of the same chat, whatever any clock says.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from storage.database import Reader, Row, Transaction

ENTER = """
INSERT INTO chats (chat_id, last_row, holder) VALUES ($1, CAST($2 AS BIGINT) + $3, $4)
ON CONFLICT (chat_id) DO UPDATE SET
    last_row = CASE WHEN chats.last_row < $2 THEN CAST($2 AS BIGINT) + $3 ELSE chats.last_row + $3 END,
    holder = CASE WHEN chats.holder = '' THEN $4 ELSE chats.holder END
RETURNING last_row, holder,
    (SELECT before.last_row FROM chats AS before WHERE before.chat_id = $1) AS last_before,
    (SELECT before.holder FROM chats AS before WHERE before.chat_id = $1) AS held_before
"""
GIVE_BACK = """
UPDATE chats SET holder = '' WHERE chat_id = $1 AND holder = $2
AND NOT EXISTS (SELECT 1 FROM outbox WHERE state = 'waiting' AND paced = 0 AND chat_id = $1)
AND NOT EXISTS (SELECT 1 FROM outbox WHERE state = 'waiting' AND paced = 1 AND chat_id = $1)
"""
HOLDER = "SELECT holder FROM chats WHERE chat_id = $1"
HELD = "SELECT chat_id FROM chats WHERE holder = $1 AND holder <> '' ORDER BY chat_id"
INHERIT = """
UPDATE chats SET holder = $1 WHERE holder <> ''
AND NOT EXISTS (SELECT 1 FROM replicas WHERE replicas.name = chats.holder) RETURNING chat_id
"""
UNHELD = """
SELECT DISTINCT chat_id FROM outbox WHERE state = 'waiting'
AND NOT EXISTS (SELECT 1 FROM chats WHERE chats.chat_id = outbox.chat_id AND chats.holder <> '')
"""
NUMBER = """
INSERT INTO chats (chat_id, last_row) SELECT chat_id, MAX(id) FROM outbox WHERE true GROUP BY chat_id
ON CONFLICT (chat_id) DO UPDATE SET
    last_row = CASE WHEN chats.last_row < excluded.last_row THEN excluded.last_row ELSE chats.last_row END
"""
# Nobody's name: whoever leads takes such a chat over, and what waits there goes before what is said next.
BUSY = """
UPDATE chats SET holder = 'nobody' WHERE holder = ''
AND chat_id IN (SELECT chat_id FROM outbox WHERE state = 'waiting')
"""
WAITING = "SELECT id FROM outbox WHERE state = 'waiting' AND paced = $2 AND chat_id = $1"


@dataclass(frozen=True, slots=True)
class Entered:
    """The numbers above `above` and up to `last` are for whoever entered; `holder` brings the messages to Telegram.

    `since` is up to where numbers were reserved before, where `holder` held the chat already: what is written below it
    may be anybody's. None where nobody held it, so that nothing waited there.
    """

    above: int
    last: int
    holder: str
    since: int | None = None


def enter(tx: Transaction, chat_id: int, me: str, at_least: int, span: int) -> Entered:
    """One chat, as `enter_all` enters it."""
    return enter_all(tx, [chat_id], me, at_least, span)[chat_id]


def enter_all(tx: Transaction, chat_ids: Iterable[int], me: str, at_least: int, span: int) -> dict[int, Entered]:
    """Lock chats until the end of the transaction, take those that nobody holds, and reserve `span` numbers in each.

    They are above `at_least` and above all that were reserved there before. How it was before PostgreSQL tells, on
    which replicas are: there a statement reads the table as it was. Chats are locked in ascending order, to which all
    replicas keep, so that they don't wait for each other in a ring.
    """
    wanted = sorted(set(chat_ids))
    rows = tx.fetchrows(ENTER, [(chat_id, at_least, span, me) for chat_id in wanted])
    return {chat_id: _entered(row, span) for chat_id, row in zip(wanted, rows, strict=True)}


def _entered(row: Row | None, span: int) -> Entered:
    if row is None:
        raise RuntimeError("an upsert returns its row")
    last, before = int(row["last_row"]), row["last_before"]
    since = None if before is None or row["held_before"] == "" else int(before)
    return Entered(last - span, last, str(row["holder"]), since)


def give_back(tx: Transaction, chats: Iterable[int], me: str) -> set[int]:
    """Hold these chats no longer, but for those in which messages wait; returns the ones that are held on."""
    return {chat for chat in sorted(chats) if tx.execute(GIVE_BACK, chat, me) == 0 and _is_held(tx, chat, me)}


def _is_held(reader: Reader, chat_id: int, me: str) -> bool:
    row = reader.fetchrow(HOLDER, chat_id)
    return row is not None and row["holder"] == me


def held(reader: Reader, me: str) -> list[int]:
    """The chats that a replica holds."""
    return [int(row["chat_id"]) for row in reader.fetch(HELD, me)]


def inherit(tx: Transaction, me: str) -> list[int]:
    """Hold the chats of those that are dead, and those in which something waits that nobody holds; returns them."""
    found = {int(row["chat_id"]) for row in tx.fetch(INHERIT, me)}
    for chat in sorted(int(row["chat_id"]) for row in tx.fetch(UNHELD)):
        if enter(tx, chat, me, 0, 0).holder == me:
            found.add(chat)
    return sorted(found)


def waiting(reader: Reader, chats: Iterable[int]) -> set[int]:
    """The numbers of all messages that wait in these chats."""
    return {int(row["id"]) for chat in chats for paced in (0, 1) for row in reader.fetch(WAITING, chat, paced)}


def begin(tx: Transaction) -> None:
    """Number all chats, for whoever is the first on the database: a bot that was alone there has written nothing."""
    tx.write(NUMBER)
    tx.write(BUSY)
