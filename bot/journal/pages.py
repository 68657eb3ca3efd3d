"""Reads the page of orders that a person wants to see: of any selection, or of what a search finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from bot.buttons.list_buttons import account_of
from bot.conversation.known import Account
from bot.conversation.state import ConversationKey
from bot.conversation.views import Days, Direction, Listing, Page, Wanted
from bot.journal.views import view
from bot.staff.access import Staff
from storage import orders, pages, people, words
from storage.database import Reader
from storage.orders import Order
from storage.pages import Selection

PAGE: Final = 8
"""Orders of a page."""
MOST_FOUND: Final = 200
"""Orders of a search that are looked at."""
MOST_PEOPLE: Final = 40
"""People that can be chosen from."""
_Page = tuple[list[Order], bool, bool]
"""Orders, whether there are newer ones, whether there are older ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPages:
    """The source of lists of orders. `now` is in UTC microseconds, days are those of `zone`."""

    accounts: Mapping[str, Account]
    staff: Staff
    now: Callable[[], int]
    zone: tzinfo

    def listed(self, reader: Reader, wanted: Wanted, key: ConversationKey) -> Page | None:
        """The page that is wanted; None when a filter in it is no longer offered."""
        everybody = self.staff.sees_everybody(key.user_id)
        if not everybody:
            wanted = replace(wanted, person=key.user_id)
        if wanted.account:
            name = account_of(wanted.account, self.accounts)
            if name is None:
                return None
            wanted = replace(wanted, account=name)
        listing = Listing(people=tuple(people.listed(reader, MOST_PEOPLE)) if everybody else (), reader=key.user_id)
        selection = self._selection(wanted)
        if wanted.text:
            (page, newer, older), listing = _found(reader, wanted, selection, listing)
        else:
            page, newer, older = _page(reader, wanted, selection)
        return Page(wanted, tuple(view(order) for order in page), replace(listing, newer=newer, older=older))

    def _selection(self, wanted: Wanted) -> Selection:
        since, until = self._between(wanted.days)
        return Selection(wanted.account or None, wanted.state or None, wanted.person or None, since, until)

    def _between(self, days: Days) -> tuple[int, int]:
        def midnight(ago: int) -> int:
            # Not 24 hours back: a day in which clocks are changed has more or fewer.
            return int(datetime.combine(today - timedelta(days=ago), time(), self.zone).timestamp()) * 1_000_000

        today = datetime.fromtimestamp(self.now() / 1_000_000, self.zone).date()
        match days:
            case Days.TODAY:
                return midnight(0), midnight(-1)
            case Days.YESTERDAY:
                return midnight(1), midnight(0)
            case Days.WEEK:
                return midnight(6), midnight(-1)
            case _:
                return Selection().since, Selection().until


def _page(reader: Reader, wanted: Wanted, selection: Selection) -> _Page:
    beside = orders.get(reader, wanted.beside) if wanted.beside else None
    if beside is not None and wanted.turn is Direction.NEWER:
        found = pages.newer(reader, selection, PAGE + 1, beside.place)
        if len(found) > PAGE:
            return found[1:], True, bool(pages.older(reader, selection, 1, found[-1].place))
        # Fewer than a page are newer: what follows them fills it.
        beside = None
    found = pages.older(reader, selection, PAGE + 1, *(() if beside is None else (beside.place,)))
    if not found and beside is not None:
        # They have gone on since: the list is shown from its beginning.
        beside, found = None, pages.older(reader, selection, PAGE + 1)
    newer = beside is not None and bool(pages.newer(reader, selection, 1, found[0].place))
    return found[:PAGE], newer, len(found) > PAGE


def _found(reader: Reader, wanted: Wanted, selection: Selection, listing: Listing) -> tuple[_Page, Listing]:
    if words.can_be_looked_for(wanted.text):
        every, cut = words.find(reader, wanted.text, MOST_FOUND)
        listing = replace(listing, cut=cut)
    else:
        # Too short to be part of few orders only, but it may be a whole number.
        every = orders.find(reader, wanted.text)
        listing = replace(listing, too_short=True)
    every = [order for order in every if selection.has(order)]
    beside = orders.get(reader, wanted.beside) if wanted.beside else None
    first = 0 if beside is None else sum(order.place >= beside.place for order in every)
    if beside is not None and wanted.turn is Direction.NEWER:
        first = max(sum(order.place > beside.place for order in every) - PAGE, 0)
    page = every[first : first + PAGE]
    return (page, first > 0, first + PAGE < len(every)), replace(listing, looked_for=len(every))
