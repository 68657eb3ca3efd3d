"""Sheets in the journal: as the conversation sees them, and the orders that their rows have become.

A row that was ordered is not ordered again, whoever sends it, in whatever sheet and chat, however often.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final

from pydantic import TypeAdapter

from bot.conversation.requests import NoteSheetOrders, ReadSheet, SayOfSheet
from bot.conversation.state import ConversationKey, Duplicate
from bot.conversation.tray import TrayRow
from bot.conversation.views import SheetView
from bot.journal.duplicates import as_duplicate, is_held_not_placed, ordered_anew
from bot.sheets.keys import OF_REFERENCE, content_key
from providers.orders import Outcome
from storage import orders, sheets
from storage.database import Reader, Transaction
from storage.orders import Order
from storage.sheets import KnownRow, NewSheet

_VIEW: Final = TypeAdapter(SheetView)
_ROWS: Final = TypeAdapter(tuple[TrayRow, ...])
_MOST_ALIKE: Final = 1000
"""Equal rows that are told apart."""


def as_body(view: SheetView, rows: tuple[TrayRow, ...]) -> str:
    """The JSON text of what the conversation needs of a sheet."""
    told = {"view": _VIEW.dump_python(view, mode="json"), "rows": _ROWS.dump_python(rows, mode="json")}
    return json.dumps(told, ensure_ascii=False)


def sheet_of(reader: Reader, sheet: str, key: ConversationKey) -> tuple[SheetView, tuple[TrayRow, ...]] | None:
    """A sheet of a conversation as it was read; None where there is none."""
    found = sheets.get(reader, sheet) if sheet else None
    if found is None or not found.body or (found.chat_id, found.user_id) != (key.chat_id, key.user_id):
        return None
    told = json.loads(found.body)
    return _VIEW.validate_python(told["view"]), _ROWS.validate_python(told["rows"])


def wanted(tx: Transaction, key: ConversationKey, request: ReadSheet, now: int) -> None:
    """Write down a sheet that is to be read."""
    said = json.dumps({"hint": request.hint}, ensure_ascii=False)
    sheets.add(tx, key.chat_id, key.user_id, NewSheet(request.sheet, request.file, request.name, said), now)


def say(tx: Transaction, request: SayOfSheet) -> None:
    """A person says something of a sheet, which is read once more then. Another account has other questions."""
    found = sheets.get(tx, request.sheet)
    if found is None:
        return
    said: dict[str, Any] = json.loads(found.said or "{}")
    if request.account:
        said |= {"account": request.account, "roles": {}}
    if request.place >= 0:
        said["roles"] = {**said.get("roles", {}), str(request.place): request.role}
    sheets.say(tx, request.sheet, json.dumps(said, ensure_ascii=False))


def note_orders(tx: Transaction, request: NoteSheetOrders, now: int) -> None:
    """Note which orders rows have become, by all that a row is known by and by what it asks for now.

    The sheet holds these orders from now on, and those that others of its rows became before.
    """
    sheets.note_batch(tx, request.batch, request.sheet)
    before = sheets.references_of(tx, [key for keys in keys_of(tx, request.sheet) for key in keys])
    for reference in {*before.values(), *(row.reference for row in request.rows)}:
        sheets.hold(tx, request.sheet, reference)
    own = [(key, row.reference) for row in request.rows for key in row.keys if not key.startswith(OF_REFERENCE)]
    sheets.note_orders(tx, own, now)
    for row in request.rows:
        _know_by_content(tx, request.account, row.likeness, row.reference, now, row.keys)


def compare_anew(tx: Transaction, rows: Iterable[KnownRow], likeness_of: Callable[[Order], str | None]) -> None:
    """Have rows that became orders known by their likeness as it is by now, beside all that they were known by."""
    at = {row.reference: row.confirmed_at for row in rows}
    for reference, order in orders.several(tx, at).items():
        if (likeness := likeness_of(order)) is not None:
            _know_by_content(tx, order.account, likeness, reference, at[reference])


def _know_by_content(
    tx: Transaction, account: str, likeness: str, reference: str, at: int, known: Collection[str] = ()
) -> None:
    """Note what an order asks for, as that of the first one of those that ask for the same and that is not there.

    `known` are keys by which it is known already.
    """
    for place in range(1, _MOST_ALIKE):
        key = content_key(account, likeness, place)
        if key in known:
            return
        before = sheets.references_of(tx, [key]).get(key)
        if before == reference:
            return
        if before is None or not orders_of(tx, account, [(key,)]):
            sheets.note_orders(tx, [(key, reference)], at)
            return


def orders_of(reader: Reader, account: str, rows: Collection[tuple[str, ...]]) -> dict[tuple[str, ...], Duplicate]:
    """The orders that rows have become, each by its keys, and that are there or may be; the others can be ordered."""
    known = sheets.references_of(reader, [key for keys in rows for key in keys if not key.startswith(OF_REFERENCE)])

    def references(keys: tuple[str, ...]) -> list[str]:
        said = (key.removeprefix(OF_REFERENCE) if key.startswith(OF_REFERENCE) else known.get(key, "") for key in keys)
        return [reference for reference in said if reference]

    kept = orders.several(reader, [reference for keys in rows for reference in references(keys)])
    found: dict[tuple[str, ...], Duplicate] = {}
    for keys in rows:
        there = (_there(reader, account, kept.get(reference)) for reference in references(keys))
        if (order := next((one for one in there if one is not None), None)) is not None:
            found[keys] = as_duplicate(order)
    return found


def keys_of(reader: Reader, sheet: str) -> list[tuple[str, ...]]:
    """The keys of each row of a sheet that is to be ordered; none of a sheet that isn't read or is kept no longer."""
    found = sheets.get(reader, sheet)
    body = {} if found is None or not found.body else json.loads(found.body)
    return [tuple(row.get("keys", ())) for row in body.get("rows", ())]


def last_orders_of(reader: Reader, rows: Sequence[tuple[str, ...]]) -> list[Order | None]:
    """The order that each row has become last, by its keys, whatever became of it."""
    own = [tuple(key for key in keys if not key.startswith(OF_REFERENCE)) for keys in rows]
    known = sheets.references_of(reader, [key for keys in own for key in keys])
    kept = orders.several(reader, known.values())
    return [_last(reader, (kept.get(known[key]) for key in keys if key in known)) for keys in own]


def _last(reader: Reader, became: Iterable[Order | None]) -> Order | None:
    for order in became:
        if order is not None:
            later = None if _is_there(order) else ordered_anew(reader, order)
            return order if later is None else orders.get(reader, later) or order
    return None


def _is_there(order: Order) -> bool:
    """Check whether an order is there or may be."""
    return order.outcome in {None, Outcome.PLACED, Outcome.UNKNOWN} or is_held_not_placed(order)


def _there(reader: Reader, account: str, order: Order | None) -> Order | None:
    """An order of an account, or what was ordered in its stead, that is there or may be."""
    if order is None or order.account != account:
        return None
    if _is_there(order):
        return order
    later = ordered_anew(reader, order)
    return None if later is None else orders.get(reader, later)
