"""Reads the page of orders that a person wants to see: of any selection, or of what a search finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from bot.buttons.list_buttons import account_of
from bot.conversation.known import Account
from bot.conversation.state import ConversationKey
from bot.conversation.views import MOST_PAGES, Days, Direction, Listing, Page, Wanted
from bot.journal.attempts import last_attempts
from bot.journal.lookup import orders_in
from bot.journal.search_words import spellings, words_in
from bot.journal.views import view
from bot.staff.access import Staff
from providers.cleaning import compared_text
from storage import orders, pages, people, searches, words
from storage.database import Reader
from storage.orders import Order
from storage.pages import Selection

PAGE: Final = 8
"""Orders of a page."""
MOST_COUNTED: Final = MOST_PAGES * PAGE + 1
"""Orders that are counted to number the pages: as many are more pages than are numbered."""
MOST_FOUND: Final = 200
"""Orders of a search that are looked at."""
MOST_WORDS: Final = 5
"""Words of a search that are looked for each by itself."""
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
        meant = self.meant(reader, wanted, key)
        if meant is None:
            return None
        everybody = self.staff.sees_everybody(key.user_id)
        listing = Listing(people=tuple(people.listed(reader, MOST_PEOPLE)) if everybody else (), reader=key.user_id)
        if not meant.text:
            return self._page_of(reader, meant, listing)
        page, found = _found(reader, meant, self._selection(meant), listing)
        if not found.looked_for and (person := _called(meant.text, listing)):
            # No order has this among its words, but a person who can be chosen is called so.
            return self._page_of(reader, replace(meant, text="", person=person), listing)
        return Page(meant, tuple(view(order) for order in page), found)

    def meant(self, reader: Reader, wanted: Wanted, key: ConversationKey) -> Wanted | None:
        """A list with its account by name and its text, and of own orders only for who sees no others.

        None as for `listed`, and where the text that a mark stands for is no longer kept.
        """
        if wanted.mark:
            text = searches.text_of(reader, wanted.mark)
            return None if text is None else self.meant(reader, replace(wanted, text=text, mark=""), key)
        if not self.staff.sees_everybody(key.user_id):
            wanted = replace(wanted, person=key.user_id)
        if not wanted.account:
            return wanted
        # Of a search that waited for its text, the account stands there by its name already.
        name = wanted.account if wanted.account in self.accounts else account_of(wanted.account, self.accounts)
        return None if name is None else replace(wanted, account=name)

    def _page_of(self, reader: Reader, wanted: Wanted, listing: Listing) -> Page:
        selection = self._selection(wanted)
        page, newer, older = _page(reader, wanted, selection)
        number, of = _numbered(reader, selection, page, is_later=newer)
        listing = replace(listing, newer=newer, older=older, page=number, pages=of)
        return Page(wanted, tuple(view(order) for order in page), listing)

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


def _called(name: str, listing: Listing) -> int:
    """The one person of those who can be chosen from who is called exactly so; 0 for none or several."""
    typed = compared_text(name)
    found = [person for person, its in listing.people if typed and compared_text(its) == typed]
    return found[0] if len(found) == 1 else 0


def _page(reader: Reader, wanted: Wanted, selection: Selection) -> _Page:
    beside = orders.get(reader, wanted.beside) if wanted.beside else None
    if beside is not None and wanted.turn is Direction.AT and selection.has(beside):
        return _page_at(reader, selection, beside)
    if wanted.turn is Direction.AT:
        beside = None
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


def _page_at(reader: Reader, selection: Selection, order: Order) -> _Page:
    """The page that an order is on, as pages are counted from the newest; far from it the order is the first."""
    newer = pages.count(reader, selection, MOST_COUNTED, order.place)
    before = pages.newer(reader, selection, newer % PAGE, order.place) if newer < MOST_COUNTED else []
    after = pages.older(reader, selection, PAGE - len(before), order.place)
    found = [*before, order, *after]
    return found[:PAGE], newer > len(before), len(found) > PAGE


def _numbered(reader: Reader, selection: Selection, page: list[Order], *, is_later: bool) -> tuple[int, int]:
    """The number of a page and of all pages, 0 for more than are counted; `is_later`: it isn't the first."""
    if not page:
        return 1, 1
    newer = pages.count(reader, selection, MOST_COUNTED, page[0].place) if is_later else 0
    every = pages.count(reader, selection, MOST_COUNTED)
    if newer == MOST_COUNTED:
        return 0, 0
    # Orders that came meanwhile have moved the pages: a part of one before counts as one.
    number = -(-newer // PAGE) + 1
    return number, 0 if every == MOST_COUNTED else number + -(-(every - newer - len(page)) // PAGE)


def _found(reader: Reader, wanted: Wanted, selection: Selection, listing: Listing) -> tuple[list[Order], Listing]:
    if words.can_be_looked_for(wanted.text):
        found = [words.find(reader, spelled, MOST_FOUND) for spelled in spellings(wanted.text)]
        every = [order for some, _ in found for order in some]
        listing = replace(listing, cut=any(cut for _, cut in found))
    else:
        # Too short to be part of few orders only, but it may be a whole number.
        every = orders.find(reader, wanted.text)
        listing = replace(listing, too_short=True)
    if not every and (every := _with_each_word(reader, wanted.text)):
        listing = replace(listing, too_short=False)
    if not every and (every := orders_in(reader, wanted.text)):
        # A line that was pasted holds numbers, and is no word of any order.
        listing = replace(listing, too_short=False)
    every = [order for order in last_attempts(reader, every) if selection.has(order)]
    beside = orders.get(reader, wanted.beside) if wanted.beside else None
    first = 0
    if beside is not None:
        newer = sum(order.place > beside.place for order in every)
        match wanted.turn:
            case Direction.NEWER:
                first = max(newer - PAGE, 0)
            case Direction.OLDER:
                first = sum(order.place >= beside.place for order in every)
            case Direction.AT:
                first = newer - newer % PAGE
    page, number = every[first : first + PAGE], -(-first // PAGE) + 1
    of = number + max(-(-(len(every) - first - len(page)) // PAGE), 0)
    beyond = first + PAGE < len(every)
    return page, replace(listing, newer=first > 0, older=beyond, page=number, pages=of, looked_for=len(every))


def _with_each_word(reader: Reader, text: str) -> list[Order]:
    """The orders that have every word of a text among theirs, wherever: a product and a name, the newest first."""
    parts = words_in(text)[:MOST_WORDS]
    if parts in ([], [text]) or not all(map(words.can_be_looked_for, parts)):
        return []
    found: list[dict[str, Order]] = []
    for part in parts:
        some = (order for spelled in spellings(part) for order in words.find(reader, spelled, MOST_FOUND)[0])
        found.append({order.reference: order for order in some})
    both = set(found[0]).intersection(*found[1:])
    return sorted((found[0][reference] for reference in both), key=lambda order: order.place, reverse=True)
