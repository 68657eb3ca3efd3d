"""The progress of an order's parcels, for which the supplier has a documented filter but no documented rows.

Source: the page 获取包裹列表: `filter.status` is f 待付款, p 未发货, s 已发货 or c 已取消. What a row says of itself
counts only as far as these filters bear it out: a parcel is in a state when the list of that state has it, the other
lists don't, and its own word, where it is one of the four, is the same. Of any other parcel nothing is claimed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from providers.cleaning import kept_number
from providers.damaijia.answer import text
from providers.damaijia.orders import ORDERS, Ask, Parcels, Row, read_parcels
from providers.errors import OrderNotFound, ReadingFailed
from providers.orders import Parcel, ParcelState, Progress, Remark, Status, Tracking

AWAITING_PAYMENT, NOT_SHIPPED, SHIPPED, CANCELLED = LETTERS = ("f", "p", "s", "c")
UNCLEAR = ""
_TOLD = {
    AWAITING_PAYMENT: "parcels_awaiting_payment",
    SHIPPED: "parcels_shipped",
    CANCELLED: "parcels_cancelled",
    UNCLEAR: "parcels_unclear",
}
_STATES = {
    AWAITING_PAYMENT: ParcelState.AWAITING_PAYMENT,
    NOT_SHIPPED: ParcelState.NOT_SHIPPED,
    SHIPPED: ParcelState.SHIPPED,
    CANCELLED: ParcelState.CANCELLED,
    UNCLEAR: ParcelState.UNCLEAR,
}
_MOST_WORDS = 5
_LONGEST_WORD = 30
_MORE = "…"
_LONGEST_NAME = 64

# A row's keys are not documented, and a tracking number is presumably among them. These names can mean nothing else;
# whatever stands under another one is not shown.
_TRACKING_KEYS = ("express_number", "express_no", "express_sn", "tracking_number", "tracking_no", "waybill_no")
_COMPANY_KEYS = ("express_name", "express_company")
_TRACKING = re.compile(r"[A-Za-z0-9-]{6,40}")


@dataclass(frozen=True, slots=True)
class Told:
    """The states of an order's parcels: how many are in each, the words that stand for them, and each one's.

    Rows that name neither a recipient nor an id of theirs tell no parcel from another, and none is told then.
    """

    states: Counter[str]
    words: tuple[str, ...]
    parcels: tuple[Parcel, ...]


async def read_status(ask: Ask, number: str) -> Progress:
    """The progress of the order under `number` (its `order_sn`).

    Raises OrderNotFound when both lists were read and don't have it, else the error of reading.
    """
    number = kept_number(number)
    if not number:
        # An empty order_sn is no filter: the lists would answer with other orders.
        raise OrderNotFound("order_not_found")
    parcels = await read_parcels(ask, {"order_sn": number}, number)
    if not parcels.rows:
        return await _without_parcels(ask, number, parcels)
    by_letter = {
        letter: await read_parcels(ask, {"order_sn": number, "status": letter}, number, enough=parcels.total)
        for letter in LETTERS
    }
    told = _told(parcels, by_letter)
    return Progress(
        number=number,
        status=status_of(told.states),
        supplier_status=", ".join(told.words),
        tracking=_tracking(parcels.distinct),
        remarks=_remarks(told.states),
        parcels=told.parcels,
    )


async def _without_parcels(ask: Ask, number: str, parcels: Parcels) -> Progress:
    """An order may be there without a parcel: when all were refused, or while they are not listed yet.

    Which of the two it is can't be seen, so nothing more is said than that.
    """
    if parcels.others:
        raise ReadingFailed("other_orders")
    orders = await ask(ORDERS, {"filter": {"order_sn": number}, "range": [1, 10]})
    named = {kept_number(text(row.get("order_sn"))) for row in orders}
    if number in named or named == {""}:
        return Progress(number=number, remarks=(Remark("no_parcels"),))
    if named:
        raise ReadingFailed("other_orders")
    raise OrderNotFound("order_not_found")


def _told(parcels: Parcels, by_letter: dict[str, Parcels]) -> Told:
    states: Counter[str] = Counter()
    words: list[str] = []
    found: list[Parcel] = []
    for key, count in parcels.rows.items():
        word = text(parcels.row(key).get("status"))
        listed = {letter: found.rows[key] for letter, found in by_letter.items() if found.rows[key]}
        # As many parcels in the four lists together as in the whole one: a filter that is not heeded gives more.
        agreed = sum(listed.values()) == count and (word not in LETTERS or set(listed) == {word})
        became = listed if agreed else {UNCLEAR: count}
        states.update(became)
        for state, of_state in became.items():
            found += [_parcel(parcels.row(key), _STATES[state], state or word[:_LONGEST_WORD])] * of_state
        if not agreed:
            words.append(word[:_LONGEST_WORD])
    letters = [letter for letter in LETTERS if states[letter]]
    said = list(dict.fromkeys([*letters, *filter(None, words)]))
    # A parcel without a word, or with one too many: the others are not all there is to say.
    is_part = len(said) > _MOST_WORDS or (said and "" in words)
    named = sorted(found, key=_place) if all(one.id or one.recipient or one.platform_number for one in found) else []
    return Told(states, (*said[:_MOST_WORDS], *([_MORE] if is_part else [])), tuple(named))


def _place(parcel: Parcel) -> tuple[str, ...]:
    """Our ids count the recipients; where there are none, the same parcels stand in the same order each time."""
    return parcel.id, parcel.recipient, parcel.platform_number, parcel.tracking, parcel.state


def _parcel(row: Row, state: ParcelState, word: str) -> Parcel:
    """One row; the names of its keys are those of the create."""
    tracking = _tracking_number(row)
    return Parcel(
        state,
        id=text(row.get("site_order_consignee_id"))[:_LONGEST_NAME],
        recipient=text(row.get("consignee"))[:_LONGEST_NAME],
        platform_number=text(row.get("platform_order_sn"))[:_LONGEST_NAME],
        supplier_state=word,
        tracking=tracking,
        company=_first(row, _COMPANY_KEYS)[:_LONGEST_NAME] if tracking else "",
    )


def status_of(states: Counter[str]) -> Status:
    """Our word for all parcels together. Cancelled ones are left out as long as there are others."""
    going = {state for state, count in states.items() if count} - {CANCELLED}
    if AWAITING_PAYMENT in going:
        return Status.AWAITING_PAYMENT
    if not going:
        return Status.CANCELLED
    return Status.SHIPPED if going == {SHIPPED} else Status.PLACED


def _remarks(states: Counter[str]) -> tuple[Remark, ...]:
    """The number of parcels in each state; nothing where all are in one that is known."""
    total = states.total()
    return tuple(
        Remark(code, {"count": str(states[state]), "total": str(total)})
        for state, code in _TOLD.items()
        if states[state] and (state == UNCLEAR or states[state] < total)
    )


def _tracking(rows: Iterable[Row]) -> tuple[Tracking, ...]:
    found = [Tracking(number, _first(row, _COMPANY_KEYS)[:60]) for row in rows if (number := _tracking_number(row))]
    return tuple(dict.fromkeys(found))


def _tracking_number(row: Row) -> str:
    number = _first(row, _TRACKING_KEYS)
    return number if _TRACKING.fullmatch(number) else ""


def _first(row: dict[str, Any], keys: Sequence[str]) -> str:
    return next(filter(None, (text(row.get(key)) for key in keys)), "")
