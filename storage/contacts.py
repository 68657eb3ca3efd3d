"""The address book: whoever was ordered for, or sent something, once each; found by any part at the same cost.

Every rest of a word is kept by its beginning (`contact_parts`), as those of orders are. A person is in it for as long
as their last order is: pruning that takes them out. Of one who was forgotten a row stays that names nobody, so that
earlier orders don't bring them back.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from storage.database import Reader, Row, Transaction
from storage.orders import Order

LONGEST_PART: Final = 12
"""Characters of a rest that are kept; what is longer is looked for by them and then compared."""
MOST_PARTS: Final = 100
"""Rows of a person."""
LOOKED_AT: Final = 100
"""People that a search looks at: as many of those used last, and of those that it finds."""
_CJK: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_SHORTEST, _SHORTEST_NUMBER = 2, 3

GET = "SELECT * FROM contacts WHERE identity = $1 AND place = $2 AND id = $3"
BY_ID = "SELECT * FROM contacts WHERE id = $1 ORDER BY used_at DESC"
NOTE = """
INSERT INTO contacts (identity, place, id, name, phone, answers, pinyin, reference, used_at, times, forgotten)
VALUES ($1, $2, $3, $4, $5, $6, CAST($7 AS TEXT), $8, $9, $10, 0)
ON CONFLICT (identity, place, id) DO UPDATE SET name = excluded.name, phone = excluded.phone,
    answers = excluded.answers, pinyin = excluded.pinyin, reference = excluded.reference, used_at = excluded.used_at,
    times = excluded.times, forgotten = 0
"""
COUNT_ONE = "UPDATE contacts SET times = times + 1 WHERE identity = $1 AND place = $2 AND id = $3"
FORGET = """
UPDATE contacts SET name = '', phone = '', answers = '{}', pinyin = '', forgotten = $4
WHERE identity = $1 AND place = $2 AND id = $3
"""
FORGOTTEN = "SELECT place, id FROM contacts WHERE identity = $1 AND forgotten > 0"
NEWEST = """
SELECT * FROM contacts WHERE identity = $1 AND place = $2 AND forgotten = 0 ORDER BY used_at DESC LIMIT $3
"""
FIND = """
SELECT contacts.* FROM contact_parts JOIN contacts ON contacts.identity = contact_parts.identity
    AND contacts.place = contact_parts.place AND contacts.id = contact_parts.id
WHERE contact_parts.identity = $1 AND contact_parts.place = $2 AND contact_parts.part >= $3
    AND contact_parts.part < $4 LIMIT $5
"""
# One step from each to the next costs the same however many people there are.
NEXT_IDENTITY = "SELECT MIN(identity) AS next FROM contacts WHERE identity > $1"
NEXT_PLACE = "SELECT MIN(place) AS next FROM contacts WHERE identity = $1 AND place > $2"
UNREAD = "SELECT * FROM contacts WHERE pinyin IS NULL ORDER BY used_at LIMIT $1"
SET_PINYIN = """
UPDATE contacts SET pinyin = $4 WHERE identity = $1 AND place = $2 AND id = $3 AND pinyin IS NULL
"""
OF_ORDER = "SELECT * FROM contacts WHERE reference = $1"
REMOVE = "DELETE FROM contacts WHERE identity = $1 AND place = $2 AND id = $3"
DUE = """
SELECT * FROM orders WHERE reference IN (
    SELECT reference FROM order_contacts_due WHERE reference > '' ORDER BY reference LIMIT $1
)
"""
DONE = "DELETE FROM order_contacts_due WHERE reference = $1"


def adding(rows: int) -> str:
    """The statement that adds so many parts ($4 and on) of a person ($1 to $3)."""
    values = ", ".join(f"($1, $2, ${n}, $3)" for n in range(4, rows + 4))
    return f"INSERT INTO contact_parts (identity, place, part, id) VALUES {values} ON CONFLICT DO NOTHING"  # noqa: S608  placeholders only


def removing(rows: int) -> str:
    """The statement that removes so many parts ($4 and on) of a person ($1 to $3)."""
    values = ", ".join(f"${n}" for n in range(4, rows + 4))
    return f"DELETE FROM contact_parts WHERE identity = $1 AND place = $2 AND id = $3 AND part IN ({values})"  # noqa: S608  placeholders only


@dataclass(frozen=True, slots=True)
class Contact:
    """A row of the table. `name` and `phone` are normalised, `answers` is JSON text as the form has it.

    `pinyin` is in full and by initials, a space between; None while it is still to be made. `forgotten` is since when,
    in UTC microseconds, 0 for one who isn't.
    """

    identity: str
    place: str
    id: str
    name: str
    phone: str
    answers: str
    pinyin: str | None
    reference: str
    used_at: int
    times: int = 1
    forgotten: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        return self.identity, self.place, self.id

    @property
    def words(self) -> tuple[str, ...]:
        return (self.name, self.phone, *(self.pinyin or "").split())


def is_long_enough(part: str) -> bool:
    """True if people can be found by a text: one character of a Chinese name, more of anything else."""
    if part and _CJK.match(part):
        return True
    return len(part) >= (_SHORTEST_NUMBER if part.isdigit() else _SHORTEST)


def parts_of(words: Iterable[str]) -> list[str]:
    """The rows that words are found by; what was written is removed by the same reckoning."""
    rests = (word[begin : begin + LONGEST_PART] for word in words for begin in range(len(word)))
    return [*dict.fromkeys(part for part in rests if is_long_enough(part))][:MOST_PARTS]


def note(tx: Transaction, contact: Contact) -> None:
    """Write down that a person was ordered for. An order older than the last one only counts.

    One that was forgotten is known again by an order that was confirmed since, and by no other.
    """
    before = get(tx, contact.key)
    if before is None:
        _keep(tx, contact, 1)
        return
    if contact.used_at <= before.forgotten:
        return
    if contact.used_at < before.used_at:
        tx.write(COUNT_ONE, *contact.key)
        return
    again = before.times + (contact.reference != before.reference)
    if before.forgotten:
        _keep(tx, contact, again)
        return
    # The same name and phone are found by the same words.
    _write(tx, replace(contact, pinyin=before.pinyin), again)


def _keep(tx: Transaction, contact: Contact, times: int) -> None:
    _write(tx, contact, times)
    _change(tx, adding, contact, parts_of(contact.words))


def _write(tx: Transaction, contact: Contact, times: int) -> None:
    fields = (contact.name, contact.phone, contact.answers, contact.pinyin, contact.reference, contact.used_at)
    tx.write(NOTE, *contact.key, *fields, times)


def forget(tx: Transaction, contact_id: str, now: int) -> int:
    """Remove what is personal of a person, wherever they stand; returns in how many places that was."""
    found = [one for one in by_id(tx, contact_id) if not one.forgotten]
    for one in found:
        _change(tx, removing, one, parts_of(one.words))
        tx.write(FORGET, *one.key, now)
    return len(found)


def restore(tx: Transaction, contact: Contact) -> None:
    """Know a forgotten person again, as their last order has them."""
    before = get(tx, contact.key)
    if before is not None and before.forgotten:
        _keep(tx, contact, before.times)


def remove_of(tx: Transaction, reference: str) -> None:
    """Take out those whose last order this is, forgotten ones too: nothing is left that they could come back from."""
    for row in tx.fetch(OF_ORDER, reference):
        contact = Contact(**row)
        _change(tx, removing, contact, parts_of(contact.words))
        tx.write(REMOVE, *contact.key)
    done(tx, reference)


def get(reader: Reader, key: tuple[str, str, str]) -> Contact | None:
    row = reader.fetchrow(GET, *key)
    return None if row is None else Contact(**row)


def by_id(reader: Reader, contact_id: str) -> list[Contact]:
    """A person wherever they stand, the place where they were used last first."""
    return _contacts(reader.fetch(BY_ID, contact_id))


def newest(reader: Reader, identity: str, place: str, limit: int) -> list[Contact]:
    return _contacts(reader.fetch(NEWEST, identity, place, limit))


def identities(reader: Reader) -> list[str]:
    """Every identity that somebody is kept under."""
    found: list[str] = []
    while (row := reader.fetchrow(NEXT_IDENTITY, found[-1] if found else "")) is not None and row["next"] is not None:
        found.append(str(row["next"]))
    return found


def places(reader: Reader, identity: str) -> list[str]:
    """The places in which an identity has people."""
    found: list[str] = []
    while (row := reader.fetchrow(NEXT_PLACE, identity, found[-1] if found else "")) is not None and row["next"]:
        found.append(str(row["next"]))
    return found


def find(reader: Reader, identity: str, place: str, text: str) -> list[Contact]:
    """People in one of whose words a normalised text occurs, those used last first.

    Where very many are found it is those used last, and some of the others.
    """
    if not is_long_enough(text):
        return []
    part = text[:LONGEST_PART]
    # The last of all characters is written by nobody.
    hits = _contacts(reader.fetch(FIND, identity, place, part, part + chr(0x10FFFF), LOOKED_AT))
    hits += newest(reader, identity, place, LOOKED_AT) if len(hits) == LOOKED_AT else []
    found = {one.id: one for one in hits if any(text in word for word in one.words)}
    return sorted(found.values(), key=lambda one: (-one.used_at, one.id))


def forgotten(reader: Reader, identity: str) -> frozenset[tuple[str, str]]:
    """The places and ids of those who were forgotten at an identity and not ordered for since."""
    return frozenset((str(row["place"]), str(row["id"])) for row in reader.fetch(FORGOTTEN, identity))


def unread(reader: Reader, limit: int) -> list[Contact]:
    """Those whose pinyin is still to be made."""
    return _contacts(reader.fetch(UNREAD, limit))


def set_pinyin(tx: Transaction, contact: Contact, pinyin: str) -> None:
    """Find a person by their pinyin too, unless they were forgotten meanwhile."""
    if tx.execute(SET_PINYIN, *contact.key, pinyin):
        _change(tx, adding, contact, parts_of(pinyin.split()))


def due(reader: Reader, limit: int) -> list[Order]:
    """Orders of an older database whose people are still to be written down."""
    return [Order(**row) for row in reader.fetch(DUE, limit)]


def done(tx: Transaction, reference: str) -> None:
    """The people of this order are written down."""
    tx.write(DONE, reference)


def _contacts(rows: Sequence[Row]) -> list[Contact]:
    return [Contact(**row) for row in rows]


def _change(tx: Transaction, statement: Callable[[int], str], contact: Contact, parts: Sequence[str]) -> None:
    if parts:
        tx.write(statement(len(parts)), *contact.key, *parts)
