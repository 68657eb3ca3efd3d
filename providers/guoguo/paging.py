"""Reading GuoGuo's lists page by page, and knowing whether all of it was read.

That something is missing in a list is only worth saying when no row can have been hidden: by a row that can't be read,
by another order of rows than was asked for, or by a list that moved between two pages.

Source: the pages OData Query and Environments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from providers.cleaning import kept_number
from providers.errors import AccessDenied, ReadingFailed
from providers.guoguo.answer import DENIED, UNAUTHORIZED, said, text, whole_number
from providers.http import CLOCK_ROOM, Http

ROWS = 100
"""Rows of a page; the most that the supplier gives at once."""
MOST_PAGES = 50
NEWEST_FIRST = "create_date_time desc"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list with times: its path, the key of each row's number, and the code for when it can't be read."""

    path: str
    number: str
    unread: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that has a number. `at` is None where its time can't be read or has no offset."""

    number: str
    at: datetime | None
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows that were read, each once, and whether none can be missing down to the time that was asked for.

    `same_clock`: the supplier's clock was ours all the while.
    """

    entries: tuple[Entry, ...]
    whole: bool
    same_clock: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of any shape; how many the whole list has, and the supplier's clock (aware), where told."""

    rows: list[Any]
    total: int | None
    clock: datetime | None


async def read_page(http: Http, path: str, params: Mapping[str, str], unread: str) -> Page:
    """One page of a list.

    Raises AccessDenied, or ReadingFailed with the code `unread` for an answer that is no list.
    """
    answer = await http.read("GET", path, params=params)
    body = answer.json_object()
    if answer.status == UNAUTHORIZED:
        raise AccessDenied(DENIED, said=said(body))
    rows = body.get("value")
    if not 200 <= answer.status < 300 or not isinstance(rows, list):  # noqa: PLR2004  the class that says yes
        raise ReadingFailed(unread, said=said(body))
    return Page(rows, whole_number(body.get("@odata.count")), answer.clock())


async def newest_first(
    http: Http,
    listing: Listing,
    now: Callable[[], datetime],
    *,
    since: datetime | None = None,
    where: str = "",
) -> Reading:
    """A list from its newest row down to the first that is older than `since`, or to its end.

    `now` is our clock, `where` a filter in documented functions. Raises AccessDenied or ReadingFailed.
    """
    asked = {"$orderby": NEWEST_FIRST, "$top": str(ROWS)} | ({"$filter": where} if where else {})
    read: dict[str, Entry] = {}
    readable = joined = same_clock = True
    ended, skip, total = False, 0, None
    for turn in range(MOST_PAGES):
        read_now = await read_page(http, listing.path, asked | {"$skip": str(skip)}, listing.unread)
        rows = read_now.rows
        # Rows that come on top meanwhile are no part of what was there when the reading began.
        total = read_now.total if turn == 0 else total
        same_clock = same_clock and read_now.clock is not None and abs(read_now.clock - now()) <= CLOCK_ROOM
        page = [entry for row in rows if (entry := _entry(row, listing.number))]
        readable = readable and len(page) == len(rows) and all(entry.at for entry in page)
        joined = joined and _continues(list(read), [entry.number for entry in page])
        before = len(read)
        for entry in page:
            read.setdefault(entry.number, entry)
        older = since is not None and _is_ordered(read) and any(entry.at and entry.at < since for entry in page[-1:])
        if older or len(read) == before:
            # A full page without news is no end: the list does not move on.
            ended = older or (len(rows) < ROWS and (total is None or len(read) >= total))
            break
        # Each page begins with a row that is known, which shows that none slipped through in between.
        skip += len(rows) - 1
    return Reading(tuple(read.values()), readable and joined and ended and _is_ordered(read), same_clock)


def _entry(row: object, number: str) -> Entry | None:
    if not isinstance(row, dict) or not (named := kept_number(text(row.get(number)))):
        return None
    return Entry(named, time_of(row.get("create_date_time")), row)


def time_of(value: object) -> datetime | None:
    """A time that has an offset, else None."""
    try:
        at = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _continues(read: list[str], page: list[str]) -> bool:
    """True when a page goes on where the last one ended: first rows from the end of what was read, then new ones."""
    before = frozenset(read)
    known = sum(number in before for number in page)
    if len(set(page)) != len(page) or (read and not known):
        return False
    return page[:known] == read[len(read) - known :]


def _is_ordered(read: Mapping[str, Entry]) -> bool:
    times = [entry.at for entry in read.values() if entry.at]
    return all(newer >= older for newer, older in pairwise(times))
