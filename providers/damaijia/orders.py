"""The supplier's lists of orders and of parcels, in which an order may be found whose answer was lost.

Sources: the pages 订单查询 and 获取包裹列表. They document the requests only, so the answers are read leniently, and
one that can't be understood is a failed reading, never an empty list. Rows need not carry an id: two parcels for the
same person may look alike. The parcels of one order are counted by what they carry, and a list that may have been read
wrongly gives numbers that don't add up, never wrong ones that do.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import Any

from providers.cleaning import kept_number
from providers.damaijia.answer import DENIED, HTTP_SUCCESS, SUCCESS, number, said, text
from providers.damaijia.form import MOST_RECIPIENTS, DamaijiaForm
from providers.errors import AccessDenied, ProviderError, ReadingFailed
from providers.http import Answer
from providers.orders import Sending

ORDERS = "/vv/external/order_get_list"
PARCELS = "/vv/external/package_get_list"

# The documents name no zone; the company is in China, which has one.
OFFICE_TIME = timezone(timedelta(hours=8))
PER_PAGE = 50
MOST_PAGES = 20
"""For one filter: more than 1,000 orders of a few days are not read."""
MOST_MOBILES = 5
_LIST_KEYS = ("list", "data", "rows")

Row = dict[str, Any]
Ask = Callable[[str, Mapping[str, Any]], Awaitable[list[Row]]]
"""Sends one body to one of the two addresses and returns the rows; raises ProviderError."""

MOST_PARCEL_PAGES = MOST_RECIPIENTS // PER_PAGE + 2
"""The largest order's parcels and the empty page after them; with smaller pages it is a bound all the same."""


@dataclass(frozen=True, slots=True)
class Read:
    """The rows that were read of one list. `error` ended the reading early; `cut`: there was more than we ask for."""

    rows: tuple[Row, ...] = ()
    error: ProviderError | None = None
    cut: bool = False


def made_in(sending: Sending) -> dict[str, Any]:
    """The filter for the supplier's calendar days in question.

    Whether the upper bound's own day belongs to it is not documented, so it is the day after.
    """
    first = sending.since.astimezone(OFFICE_TIME).date()
    last = sending.until.astimezone(OFFICE_TIME).date() + timedelta(days=1)
    return {"create_time": [first.isoformat(), last.isoformat()]}


def parcels_of(form: DamaijiaForm, sending: Sending) -> list[dict[str, Any]]:
    """The filters for our parcels: by the first few mobiles, or by time alone when none of them can be asked for.

    A mobile is a number there: one that is masked, has an extension or begins with 0 is none.
    """
    mobiles = dict.fromkeys(recipient.mobile for recipient in form.recipients)
    numbers = [int(mobile) for mobile in mobiles if mobile.isascii() and mobile.isdigit() and mobile[0] != "0"]
    times = made_in(sending)
    return [{"mobile": mobile, **times} for mobile in numbers[:MOST_MOBILES]] or [times]


async def read_list(ask: Ask, path: str, filters: Iterable[Mapping[str, Any]], most_pages: int = MOST_PAGES) -> Read:
    """The rows that `filters` let through, each once. It never raises a ProviderError; what was read until then stays.

    The largest page is not documented either, so a list ends with a page that brings nothing new, not with a short one.
    """
    rows: dict[str, Row] = {}
    cut = False
    try:
        for chosen in filters:
            for page in range(1, most_pages + 1):
                known = len(rows)
                for row in await ask(path, {"filter": chosen, "range": [page, PER_PAGE]}):
                    rows.setdefault(json.dumps(row, sort_keys=True), row)
                if len(rows) == known:
                    break
            else:
                cut = True
    except ProviderError as error:
        return Read(tuple(rows.values()), error, cut)
    return Read(tuple(rows.values()), None, cut)


def read_rows(answer: Answer) -> list[Row]:
    """The rows of one page. Raises AccessDenied, or ReadingFailed when no list can be made out."""
    body = answer.json_object()
    status = number(body.get("status"))
    if status == DENIED or answer.status in {401, 403}:
        raise AccessDenied("credentials", said=said(body))
    rows = _listed(body.get("data"))
    if answer.status in HTTP_SUCCESS and status in (SUCCESS, None) and rows is not None:
        return rows
    # Only the supplier's own explanation is quoted: the rest of such an answer may hold people's names.
    if status:
        raise ReadingFailed("list_refused", said=said(body), params={"status": str(status)})
    raise ReadingFailed("list_not_read", said=said(body), params={"status": str(answer.status)})


def _listed(data: Any) -> list[Row] | None:
    if isinstance(data, dict):
        lists = [data[key] for key in (*_LIST_KEYS, *data) if isinstance(data.get(key), list)]
        data = lists[0] if lists else None
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        return None
    return data


@dataclass(slots=True)
class Parcels:
    """`rows` counts alike rows by a key of ours. `others`: rows that name another order, which were left out."""

    rows: Counter[str] = field(default_factory=Counter)
    others: int = 0
    _rows: dict[str, Row] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.rows.total()

    @property
    def distinct(self) -> Iterable[Row]:
        """One row of each kind."""
        return self._rows.values()

    def row(self, key: str) -> Row:
        return self._rows[key]

    def add(self, row: Row) -> None:
        key = _key(row)
        self.rows[key] += 1
        self._rows.setdefault(key, row)


async def read_parcels(ask: Ask, chosen: Mapping[str, Any], number: str, enough: int | None = None) -> Parcels:
    """The parcels that the filter `chosen` lets through and that are, or may be, of the order `number`.

    A row without a number is believed as long as no row names another order: the filter that is documented was heeded.
    Reading ends with an empty page, with one that repeats the page before, or when there are `enough`.
    Raises the error of reading, and ReadingFailed when the list has no end.
    """
    found, before = Parcels(), None
    nameless: list[Row] = []
    for page in range(1, MOST_PARCEL_PAGES + 1):
        rows = await ask(PARCELS, {"filter": dict(chosen), "range": [page, PER_PAGE]})
        if not rows or rows == before:
            break
        for row in rows:
            match kept_number(text(row.get("order_sn"))):
                case "":
                    nameless.append(row)
                case named if named == number:
                    found.add(row)
                case _:
                    found.others += 1
        if enough is not None and found.total + len(nameless) >= enough:
            break
        before = rows
    else:
        raise ReadingFailed("too_many_parcels")
    if not found.others:
        for row in nameless:
            found.add(row)
    return found


def _key(row: Row) -> str:
    """The id that the create names, else all that the row carries."""
    return text(row.get("site_order_consignee_id")) or json.dumps(row, sort_keys=True)
