"""Reading a shop's orders back, and noting whatever makes "it isn't in the list" worth nothing.

Sources: the pages Order List and Order Detail. That the newest comes first, that `total` is right and that the shop's
clock is ours are known of the product and promised by nobody, so each is checked before having no match may count. A
shop that can't read its orders says so by nothing but `data: null` in an answer that is a success otherwise.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from providers.anqicms.answer import DENIED, HTTP_SUCCESS, REFUSED, SUCCESS, said, text, whole
from providers.errors import AccessDenied, ReadingFailed
from providers.http import CLOCK_ROOM, Answer
from providers.orders import CLOCKS_DIFFER_BY

PAGE_SIZE = 50
"""Rows, asked for every time: the documents and the product have different defaults."""
MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it came: rows of any shape, the shop's count of all orders, and its clock (aware), where told."""

    rows: tuple[Any, ...]
    total: int | None
    clock: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows that have a number, newest first, each once; `whole`: none since the asked time is missing."""

    rows: tuple[Mapping[str, Any], ...]
    whole: bool

    @property
    def numbers(self) -> set[str]:
        """The numbers of its orders."""
        return {text(row.get("order_id")) for row in self.rows}


def read_page(answer: Answer) -> Page:
    """Raises AccessDenied, or ReadingFailed for whatever else is no list."""
    body = _accepted(answer, "list_not_read")
    rows, total = body.get("data"), whole(body.get("total"))
    # A list without rows is `[]`; null is what the product makes of a query that failed.
    if whole(body.get("code")) == REFUSED or not isinstance(rows, list):
        raise ReadingFailed("list_not_read", said=said(body))
    return Page(tuple(rows), total, answer.clock())


def numbers_on(page: Page) -> set[str]:
    """The numbers of the orders on a page."""
    return {number for row in page.rows if isinstance(row, dict) and (number := text(row.get("order_id")))}


def read_detail(answer: Answer) -> Mapping[str, Any] | None:
    """One order, or None for code -1. Raises AccessDenied, or ReadingFailed for whatever else is no order."""
    body = _accepted(answer, "order_not_read")
    if whole(body.get("code")) == REFUSED:
        return None
    data = body.get("data")
    if not isinstance(data, dict) or not text(data.get("order_id")):
        raise ReadingFailed("order_not_read", said=said(body))
    return data


async def read_orders(page: Callable[[int], Awaitable[Page]], since: datetime, now: Callable[[], datetime]) -> Listed:
    """Read `page(1)`, `page(2)` ... back to orders made before `since`, or to the list's end."""
    rows: dict[str, Mapping[str, Any]] = {}
    totals: set[int | None] = set()
    sound = in_order = True
    oldest: datetime | None = None
    for current in range(1, MOST_PAGES + 1):
        read = await page(current)
        before = len(rows)
        for row in read.rows:
            number, at = (text(row.get("order_id")), made_at(row, now())) if isinstance(row, dict) else ("", None)
            if number:
                sound = sound and at is not None and at <= now() + CLOCK_ROOM
                sound = sound and number not in rows  # twice: the pages shifted meanwhile
                rows.setdefault(number, row)
            else:
                sound = False
            in_order = in_order and (at is None or oldest is None or at <= oldest)
            oldest = at or oldest
        totals.add(read.total)
        sound = sound and len(totals) == 1 and read.clock is not None and abs(read.clock - now()) <= CLOCK_ROOM
        # A full page is never taken for the last one, nor a short one where no total says so: shops cap the page size.
        ended = len(read.rows) < PAGE_SIZE and read.total == len(rows)
        if ended or (not read.rows and read.total is None):
            return Listed(tuple(rows.values()), sound and in_order)
        if len(rows) == before:
            break
        if in_order and oldest is not None and oldest < since:
            return Listed(tuple(rows.values()), sound)
    return Listed(tuple(rows.values()), whole=False)


def made_at(row: Mapping[str, Any], now: datetime) -> datetime | None:
    """The time when the order was made, as `moment` reads it."""
    return moment(row, "created_time", now)


def moment(row: Mapping[str, Any], key: str, now: datetime) -> datetime | None:
    """A time of an order, Unix seconds; None for what is no time or lies far ahead of us, as one in another unit."""
    seconds = whole(row.get(key))
    if seconds is None or not 0 < seconds <= (now + CLOCKS_DIFFER_BY).timestamp():
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _accepted(answer: Answer, otherwise: str) -> dict[str, Any]:
    """The body of an answer with code 0, 200 or -1."""
    body = answer.json_object()
    code = whole(body.get("code"))
    if code in DENIED:
        raise AccessDenied("credentials", said=said(body))
    if answer.status not in HTTP_SUCCESS or code not in SUCCESS | {REFUSED}:
        raise ReadingFailed(otherwise)
    return body
