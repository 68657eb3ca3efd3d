"""Words for news of placed orders, and for the choice of which of them somebody wants.

The first words are what a telephone shows without being unlocked: what has happened, at which supplier.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.buttons import order_buttons
from bot.conversation import replies
from bot.conversation.events import NOTICES
from bot.conversation.views import OrderView, StatusChange
from bot.words.catalogue import Catalogue
from bot.words.message import Button, Message, bold, code, escaped, fitting, packed, rows_of, shortened
from bot.words.orders import about_line, labelled_number, remarks
from bot.words.tracking import copies, tracking_lines
from providers.orders import Status, Tracking

MOST: Final = 20
"""Orders of one message."""
_IN_A_ROW: Final = 5
"""Buttons with numbers, so that a thumb hits the right one."""
_LINE: Final = 100
"""Characters of what one of several orders is about."""
_NUMBER: Final = 40


def status_notice(words: Catalogue, account: str, changes: Sequence[StatusChange], urgent: frozenset[str]) -> Message:
    """The news of one order, or of several of one account, at most MOST.

    `urgent` are the references of those that somebody has to act on: they are marked.
    """
    if len(changes) == 1:
        return _of_one(words, account, changes[0], is_urgent=bool(urgent))
    opens = [Button(str(n), order_buttons.show(change.order.reference)) for n, change in enumerate(changes, 1)]
    text = fitting(lambda limit: _of_several(words, account, changes, urgent, min(limit, _LINE)))
    return Message(text, rows_of(opens, _IN_A_ROW))


def _of_several(
    words: Catalogue, account: str, changes: Sequence[StatusChange], urgent: frozenset[str], limit: int
) -> str:
    """A line about each order, of at most `limit` characters, and below it what it has become."""
    lines = [f"{bold(words.say('notice.many', n=len(changes)))} · {escaped(account)}"]
    for n, change in enumerate(changes, 1):
        order = change.order
        about = shortened(order.about or order.number or order.reference, limit)
        is_urgent = order.reference in urgent
        lines.append(f"{n}. {'⚠️ ' if is_urgent else ''}{escaped(about)}")
        lines.append(f"    {_became(words, change, is_urgent=is_urgent)}")
    return "\n".join(lines)


def _of_one(words: Catalogue, account: str, change: StatusChange, *, is_urgent: bool) -> Message:
    order, new = change.order, _new_parcels(change)
    lines = [f"{bold(_verdict(words, change, is_urgent=is_urgent))} · {escaped(account)}", *about_line(order.about)]
    if _is_another_word(change):
        lines.append(_from_to(words, change))
    lines += [*tracking_lines(words, new), *labelled_number(words, order)]
    lines += remarks(words, _with_what_it_says_now(order), account)
    rows = [(button,) for button in copies(words, new)]
    # What doesn't fit is read by opening it.
    return Message(packed(lines)[0], (*rows, (Button(words.say("button.open"), order_buttons.show(order.reference)),)))


def _became(words: Catalogue, change: StatusChange, *, is_urgent: bool) -> str:
    """One of several, in a line."""
    said = (
        _from_to(words, change) if _is_another_word(change) else escaped(_verdict(words, change, is_urgent=is_urgent))
    )
    new = _new_parcels(change)
    if not new:
        return said
    more = f" {escaped(words.say('list.more', n=len(new) - 1))}" if len(new) > 1 else ""
    return f"{said} · {code(shortened(new[0].number, _NUMBER))}{more}"


def _verdict(words: Catalogue, change: StatusChange, *, is_urgent: bool) -> str:
    if not _is_another_word(change):
        return words.say("notice.attention" if is_urgent else "notice.there_again")
    return words.first(f"notice.{_word(change.order).replace(' ', '_')}", "notice.first", gaps={})


def _from_to(words: Catalogue, change: StatusChange) -> str:
    return escaped(f"{words.text(_word(change.was))} → {words.text(_word(change.order))}")


def _is_another_word(change: StatusChange) -> bool:
    return _word(change.order) != _word(change.was)


def _word(order: OrderView) -> str:
    return order.status or str(Status.PLACED)


def _new_parcels(change: StatusChange) -> tuple[Tracking, ...]:
    known = {parcel.number for parcel in change.was.details.tracking}
    return tuple(parcel for parcel in change.order.details.tracking if parcel.number not in known)


def _with_what_it_says_now(order: OrderView) -> OrderView:
    return replace(order, remarks=order.details.remarks)


def notices_offered(words: Catalogue, reply: replies.NoticesOffered) -> Message:
    """The choices; the present one is marked."""
    lines = [bold(words.say("notify.first")), *(escaped(words.say(f"notify.{name}_text")) for name in NOTICES)]
    lines.append(escaped(words.say("notify.sound")))
    rows = [
        (Button(("✓ " if name == reply.chosen else "") + words.say(f"notify.{name}"), order_buttons.notify(name)),)
        for name in NOTICES
    ]
    return Message("\n".join(lines), tuple(rows))
