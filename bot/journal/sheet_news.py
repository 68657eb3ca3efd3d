"""Judges which sheets are given back by themselves, since something has happened to orders that stand in them.

Parcels of one sheet go out one after the other, over hours or days, and a file for each would be noise: it comes with
the first news of a day that matter to people, and once more when nothing of it is still to go out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from bot.conversation.views import StatusChange
from bot.journal.news import is_important
from bot.journal.sheets import keys_of, last_orders_of
from providers.orders import FINISHED, ON_ITS_WAY, Outcome, Status
from storage import sheets
from storage.database import Reader
from storage.orders import Order
from storage.sheets import HoldingSheet

GONE: Final = ON_ITS_WAY | FINISHED | {Status.NO_PARCEL_ACCEPTED}
"""Statuses of an order of which nothing is still to go out."""


@dataclass(frozen=True, slots=True)
class SheetNews:
    """A sheet that is to be given back, and of how many of its placed `orders` nothing is still to go out."""

    sheet: HoldingSheet
    gone: int
    orders: int

    @property
    def is_whole(self) -> bool:
        """Check that nothing of the whole sheet is still to go out."""
        return self.gone == self.orders


def sheets_with_news(reader: Reader, changes: Sequence[StatusChange], day: str) -> list[SheetNews]:
    """The sheets that are to be given back because of these changes on a day; of each conversation its newest.

    Somebody who has sent a corrected copy goes on with that one.
    """
    found: dict[str, HoldingSheet] = {}
    for change in filter(is_important, changes):
        newest: set[tuple[int, int]] = set()
        for sheet in sheets.holding(reader, change.order.reference):
            if (whose := (sheet.chat_id, sheet.user_id)) not in newest:
                newest.add(whose)
                found[sheet.id] = sheet
    return [news for sheet in found.values() if (news := _news_of(reader, sheet, day)) is not None]


def _news_of(reader: Reader, sheet: HoldingSheet, day: str) -> SheetNews | None:
    if sheet.given_on == day and sheet.given_whole:
        return None
    known = [order for order in last_orders_of(reader, keys_of(reader, sheet.id)) if order is not None]
    if not known or _is_under_way(known):
        # It comes as soon as all are sent.
        return None
    placed = [order for order in known if order.outcome in {Outcome.PLACED, Outcome.UNKNOWN}]
    news = SheetNews(sheet, sum(order.status in GONE for order in placed), len(placed))
    is_new = sheet.given_on != day or (news.is_whole and not sheet.given_whole)
    return news if is_new else None


def _is_under_way(known: Collection[Order]) -> bool:
    return any(order.outcome is None for order in known)
