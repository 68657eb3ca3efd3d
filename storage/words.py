"""Finding orders by any part of their words: number, recipient, link or reference, at the same cost however many.

Every rest of a word that is long enough to be looked for is kept by its beginning (`order_parts`), so that any part of
a word is the beginning of one of its rests, which an index finds. An order with a reference of 12 digits, a number of
as many, a recipient and a phone has about 30 rows; none has more than 1,500 for what is personal.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from storage.database import Reader, Row, Transaction
from storage.orders import Order

LONGEST_PART: Final = 12
"""Characters of a rest that are kept; what is longer is looked for by them and then compared with the words."""
SHORTEST: Final = 3
SHORTEST_CJK: Final = 2
"""Characters that can be looked for, and with a Chinese, Japanese or Korean one among them."""
MOST_PARTS: Final = 1500
"""Rows of an order's personal words: about 130 recipients with their phones. Those after are not found."""
FIRST_OF_WORD, LAST_OF_WORD = 64, 32
"""Of a long word, such as a link, only rests that begin here are kept: counted from its beginning and its end."""
_AT_ONCE: Final = 100
"""Rows of a statement."""
_MOST_KINDS: Final = 20
"""Parts that begin alike of which the newest orders are looked at."""
_CJK: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_SCHEME: Final = re.compile(r"https?://(?:www\.)?")

WORDS = "SELECT own, personal FROM order_words WHERE reference = $1"
KEEP = """
INSERT INTO order_words (reference, own, personal) VALUES ($1, $2, $3)
ON CONFLICT (reference) DO UPDATE SET own = excluded.own, personal = excluded.personal
"""
# An order has only so many parts, so that the limit is reached after a limited number of rows.
HITS = "SELECT DISTINCT reference FROM order_parts WHERE part >= $1 AND part < $2 LIMIT $3"
NEXT_PART = "SELECT part FROM order_parts WHERE part > $1 AND part < $2 ORDER BY part LIMIT 1"
NEWEST_HITS = "SELECT reference FROM order_parts WHERE part = $1 ORDER BY reference DESC LIMIT $2"
DUE = """
SELECT * FROM orders WHERE reference IN (
    SELECT reference FROM order_words_due WHERE reference > '' ORDER BY reference LIMIT $1
)
"""
DONE = "DELETE FROM order_words_due WHERE reference = $1"


def _places() -> str:
    return ", ".join(f"${n}" for n in range(1, _AT_ONCE + 1))


FIND = f"SELECT * FROM orders WHERE reference IN ({_places()})"  # noqa: S608  placeholders only
WORDS_FOUND = f"SELECT reference, own, personal FROM order_words WHERE reference IN ({_places()})"  # noqa: S608  as FIND


def adding(rows: int) -> str:
    """The statement that adds so many parts ($2 and on) of an order ($1)."""
    values = ", ".join(f"(${n}, $1)" for n in range(2, rows + 2))
    return f"INSERT INTO order_parts (part, reference) VALUES {values} ON CONFLICT DO NOTHING"  # noqa: S608  as below


def removing(rows: int) -> str:
    """The statement that removes so many parts ($2 and on) of an order ($1)."""
    values = ", ".join(f"${n}" for n in range(2, rows + 2))
    return f"DELETE FROM order_parts WHERE reference = $1 AND part IN ({values})"  # noqa: S608  placeholders


def _after(part: str) -> str:
    """The end of all that begins with a part: the last of all characters is written by nobody."""
    return part + chr(0x10FFFF)


def normalised(text: str) -> str:
    """Words and what is looked for, made alike: full-width forms, capitals, spaces, and how a link begins."""
    return _SCHEME.sub("", " ".join(unicodedata.normalize("NFKC", text).casefold().split()), count=1)


def can_be_looked_for(text: str) -> bool:
    """True if a text is long enough to be part of few orders only."""
    return _is_long_enough(normalised(text))


def _is_long_enough(part: str) -> bool:
    return len(part) >= SHORTEST or (len(part) >= SHORTEST_CJK and _CJK.search(part) is not None)


def parts_of(words: Iterable[str]) -> list[str]:
    """The rows that words are found by, without repetition, in their order.

    What was written is removed by the same reckoning: whoever changes it puts all orders into `order_words_due` and
    empties `order_parts` in a migration.
    """
    parts: dict[str, None] = {}
    for word in map(normalised, words):
        for begin in range(len(word)):
            if FIRST_OF_WORD <= begin < len(word) - LAST_OF_WORD:
                continue
            if _is_long_enough(part := word[begin : begin + LONGEST_PART]):
                parts[part] = None
    return list(parts)[:MOST_PARTS]


def keep(tx: Transaction, reference: str, own: Sequence[str], personal: Sequence[str]) -> None:
    """From now on the order is found by these words, and by no others. `personal` ones go when it is pruned."""
    row = tx.fetchrow(WORDS, reference)
    before = set() if row is None else {*parts_of(json.loads(row["own"])), *parts_of(json.loads(row["personal"]))}
    after = list(dict.fromkeys([*parts_of(own), *parts_of(personal)]))
    tx.write(KEEP, reference, _listed(own), _listed(personal))
    _change(tx, reference, [part for part in after if part not in before], before - set(after))
    tx.write(DONE, reference)


def keep_personal(tx: Transaction, reference: str, own: Sequence[str], personal: Sequence[str] | None) -> None:
    """As `keep`, but the order goes on being found by its other names too, such as those that came with its number.

    With None for `personal` it is also found by what it was found by.
    """
    row = tx.fetchrow(WORDS, reference)
    names, known = ([], []) if row is None else (json.loads(row["own"]), json.loads(row["personal"]))
    keep(tx, reference, [*own, *names], known if personal is None else personal)


def add(tx: Transaction, reference: str, names: Sequence[str]) -> None:
    """The order has got further names, such as its number."""
    row = tx.fetchrow(WORDS, reference)
    own, personal = ([], []) if row is None else (json.loads(row["own"]), json.loads(row["personal"]))
    new = [name for name in names if name not in own]
    if not new:
        return
    tx.write(KEEP, reference, _listed([*own, *new]), _listed(personal))
    _change(tx, reference, parts_of(new), ())


def forget_personal(tx: Transaction, reference: str) -> None:
    """Remove what is personal of an order's words."""
    row = tx.fetchrow(WORDS, reference)
    if row is None:
        return
    own, personal = json.loads(row["own"]), json.loads(row["personal"])
    tx.write(KEEP, reference, row["own"], "[]")
    _change(tx, reference, (), set(parts_of(personal)) - set(parts_of(own)))


def find(reader: Reader, text: str, limit: int) -> tuple[list[Order], bool]:
    """Orders that have a text in their words, newest first, and whether there may be more than these.

    If so they are some of about `limit`. None for a text that is too short (`can_be_looked_for`).
    """
    wanted = normalised(text)
    if not _is_long_enough(wanted):
        return [], False
    found: dict[str, Order] = {}
    every_one_cut = True
    # The end first: links begin alike.
    for part in dict.fromkeys((wanted[-LONGEST_PART:], wanted[:LONGEST_PART])):
        hits, cut = _having(reader, part, wanted, limit)
        found |= {order.reference: order for order in hits}
        every_one_cut = every_one_cut and cut
        if found and not cut:
            break
    return sorted(found.values(), key=lambda order: order.place, reverse=True), every_one_cut


def _having(reader: Reader, part: str, wanted: str, limit: int) -> tuple[list[Order], bool]:
    """Those of the orders found by a part that have all that is wanted, and whether there were too many to look at."""
    hits = [str(row["reference"]) for row in reader.fetch(HITS, part, _after(part), limit + 1)]
    cut = len(hits) > limit
    if cut:
        hits = _newest_hits(reader, part, hits, limit)
    if part != wanted:
        words = _of_references(reader, WORDS_FOUND, hits)
        hits = [str(row["reference"]) for row in words if any(wanted in normalised(word) for word in _both(row))]
    return [Order(**row) for row in _of_references(reader, FIND, hits)], cut


def _newest_hits(reader: Reader, part: str, hits: Iterable[str], limit: int) -> list[str]:
    """Of more orders than are looked at the newest, as far as they go by few words: all who buy it buy one product."""
    found, end, this = set(hits), _after(part), part
    for _ in range(_MOST_KINDS):
        found |= {str(row["reference"]) for row in reader.fetch(NEWEST_HITS, this, limit)}
        following = reader.fetchrow(NEXT_PART, this, end)
        if following is None:
            break
        this = str(following["part"])
    # References rise with time.
    return sorted(found, key=lambda reference: (len(reference), reference), reverse=True)[:limit]


def _of_references(reader: Reader, statement: str, references: Sequence[str]) -> list[Row]:
    found: list[Row] = []
    for begin in range(0, len(references), _AT_ONCE):
        some = list(references[begin : begin + _AT_ONCE])
        found += reader.fetch(statement, *some, *[some[-1]] * (_AT_ONCE - len(some)))
    return found


def due(reader: Reader, limit: int) -> list[Order]:
    """Orders of an older database whose words are still to be written down (`keep`)."""
    return [Order(**row) for row in reader.fetch(DUE, limit)]


def _both(row: Row) -> list[str]:
    return [*json.loads(row["own"]), *json.loads(row["personal"])]


def _listed(words: Sequence[str]) -> str:
    return json.dumps([*dict.fromkeys(words)], ensure_ascii=False)


def _change(tx: Transaction, reference: str, new: Sequence[str], gone: Iterable[str]) -> None:
    for statement, parts in ((removing, sorted(gone)), (adding, new)):
        for begin in range(0, len(parts), _AT_ONCE):
            batch = parts[begin : begin + _AT_ONCE]
            tx.write(statement(len(batch)), reference, *batch)
