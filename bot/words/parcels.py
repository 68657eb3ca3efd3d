"""Words for the parcels of an order, one line each: for whom, its platform number, how far it is, its tracking number.

Whoever looks after an order of many recipients looks for one of them: also for one who gets no parcel.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.buttons import order_buttons
from bot.conversation.views import OrderView
from bot.words.catalogue import Catalogue
from bot.words.message import Button, bold, code, escaped, shortened
from providers.orders import Parcel, ParcelState, Remark, is_explained

SHOWN_PARCELS: Final = 10
"""Parcels on a card."""
PAGE: Final = 25
"""Parcels of a page of all of them: with the longest values they fit into one message."""
WITHOUT: Final = frozenset({"recipient_refused", "recipient_unclear"})
"""Remarks about a recipient who has no parcel, or whose parcel is not sure, by the place `number`."""
_DIGITS: Final = 3
MOST_PLACES: Final = 10**_DIGITS
"""Places that our ids can count."""
_NAME: Final = 30
_REASON: Final = 40
_MORE: Final = 10
"""Characters by which a tracking number may be longer than a name."""
_GAPS: Final = {"recipient": _NAME, "reason": _REASON}
_DOT: Final = " · "


@dataclass(frozen=True, slots=True)
class _Line:
    """A line about the recipient of a place, counted from 1, 0 where that isn't known; HTML."""

    place: int
    text: str
    is_parcel: bool = True


def parcel_lines(words: Catalogue, order: OrderView) -> list[str]:
    """The first parcels under a heading, and how many more there are; nothing where none is told apart."""
    every = _every(words, order)
    if not every:
        return []
    more = len(every) - SHOWN_PARCELS
    rest = [escaped(words.say("list.more", n=more))] if more > 0 else []
    # Who gets none is not left out for those who do.
    shown = sorted(every, key=lambda line: line.is_parcel)[:SHOWN_PARCELS] if more > 0 else every
    return [_heading(words, every), *(line.text for line in shown), *rest]


def parcel_buttons(words: Catalogue, order: OrderView) -> list[Button]:
    """The way to all parcels, where not all are shown."""
    if not order.reference or len(_every(words, order)) <= SHOWN_PARCELS:
        return []
    return [Button(words.say("button.all_parcels"), order_buttons.parcels(order.reference))]


def told_as_parcels(order: OrderView) -> frozenset[str]:
    """The codes of remarks that the lines of the parcels say."""
    return WITHOUT if order.details.parcels else frozenset()


def pages_of(words: Catalogue, order: OrderView) -> int:
    return max(1, -(-len(_every(words, order)) // PAGE))


def parcels_on(words: Catalogue, order: OrderView, page: int, limit: int) -> list[str]:
    """The heading and the parcels of a page, counted from 1; `limit` are the characters of a single value."""
    every = _every(words, order, min(limit, _NAME))
    return [_heading(words, every), *(line.text for line in every[(page - 1) * PAGE : page * PAGE])]


def turning(order: OrderView, page: int, pages: int) -> tuple[Button, ...]:
    """The buttons that turn a page of parcels."""
    turns = [("‹", page - 1)] if page > 1 else []
    turns += [(f"{page}/{pages}", page), *([("›", page + 1)] if page < pages else [])]
    return tuple(Button(label, order_buttons.parcels(order.reference, to)) for label, to in turns)


def _heading(words: Catalogue, lines: Sequence[_Line]) -> str:
    return f"{bold(words.say('parcels.first'))}{_DOT}{sum(line.is_parcel for line in lines)}"


def _every(words: Catalogue, order: OrderView, most: int = _NAME) -> list[_Line]:
    """A line for each parcel, and for each recipient without one, in the order of the recipients.

    `most` are the characters of a single value.
    """
    if not order.details.parcels:
        return []
    places = _places(order)
    pairs = zip(order.details.parcels, places, strict=True)
    lines = [_Line(place, _parcel(words, order, parcel, place, most)) for parcel, place in pairs]
    lines += _without(words, order)
    if all(places):
        lines += _unlisted(words, order, {line.place for line in lines})
    # Those whose recipient isn't known come last, as they came.
    lines.sort(key=lambda line: line.place or len(lines) + MOST_PLACES)
    numbered = not any(places)
    return [replace(line, text=f"{_sign(line, n if numbered else 0)} {line.text}") for n, line in enumerate(lines, 1)]


def _sign(line: _Line, n: int) -> str:
    """Its recipient's number; of one whose recipient isn't known only where no number stands for a recipient."""
    return f"{line.place or n}." if line.place or n else "•"


def _places(order: OrderView) -> list[int]:
    """The places of the parcels' recipients: by our ids, or by a name that only one recipient and one parcel has."""
    sent = Counter(name for name, _ in order.recipients)
    told = Counter(parcel.recipient for parcel in order.details.parcels)
    by_name = {name: n for n, (name, _) in enumerate(order.recipients, 1) if sent[name] == told[name] == 1}
    return [_place(order, parcel) or by_name.get(parcel.recipient, 0) for parcel in order.details.parcels]


def _place(order: OrderView, parcel: Parcel) -> int:
    """The place of its recipient, counted from 1, by our id; 0 where the list doesn't give that."""
    digits = parcel.id.removeprefix(order.reference)
    ours = bool(order.reference) and parcel.id != digits and len(digits) == _DIGITS and digits.isdecimal()
    return int(digits) if ours else 0


def _unlisted(words: Catalogue, order: OrderView, told: Collection[int]) -> Iterator[_Line]:
    """Recipients of whom the supplier has said nothing, neither a parcel nor why there is none."""
    for place, (name, _) in enumerate(order.recipients, 1):
        if place not in told:
            text = words.say("parcels.unlisted", recipient=shortened(name, _NAME))
            yield _Line(place, escaped(text), is_parcel=False)


def _parcel(words: Catalogue, order: OrderView, parcel: Parcel, place: int, most: int) -> str:
    sent = order.recipients[place - 1] if 0 < place <= len(order.recipients) else ("", "")
    state = words.text(parcel.state)
    if parcel.state == ParcelState.UNCLEAR or not is_explained(parcel.supplier_state, order.explained):
        state = words.bracketed(state, shortened(parcel.supplier_state, most))
    # Where there was no platform number our id of the parcel went out in its place.
    number = (parcel.platform_number if parcel.platform_number != parcel.id else "") or sent[1]
    parts = [escaped(shortened(part, most)) for part in (parcel.recipient or sent[0], number) if part.strip()]
    parts.append(escaped(state))
    if parcel.tracking:
        company = escaped(shortened(parcel.company, most))
        parts.append(words.bracketed(code(shortened(parcel.tracking, most + _MORE)), company))
    return _DOT.join(parts)


def _without(words: Catalogue, order: OrderView) -> Iterator[_Line]:
    for remark in order.remarks:
        if remark.code in WITHOUT:
            place = remark.params.get("number", "")
            yield _Line(int(place) if place.isdecimal() else 0, _refused(words, remark), is_parcel=False)


def _refused(words: Catalogue, remark: Remark) -> str:
    who, why = (
        shortened(remark.params.get(key, ""), most) for key, most in (("recipient", _NAME), ("reason", _REASON))
    )
    return escaped(words.say(f"parcels.{remark.code}", recipient=who, reason=why))
