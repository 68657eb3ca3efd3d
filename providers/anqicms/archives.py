"""Reading what a shop sells. It publishes products and articles in one list of "archives"; a goods id is an archive's.

Sources: the pages Document List and Document Details. Both are public, and are asked without our token: to somebody
who is signed in, shops of recent versions list only what he published himself. The list is promised no order and no
error: the product answers a failing database with an empty list. So what a list doesn't show only counts when the list
was read from end to end, and fits the total that came with each page.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from providers.anqicms.answer import HTTP_SUCCESS, REFUSED, SUCCESS, said, whole
from providers.errors import ProviderUnavailable
from providers.http import Answer, Http

LIST = "/api/archive/list"
DETAIL = "/api/archive/detail"
PAGE_SIZE = 100
"""Rows, asked for every time: the documents' default is 10. A shop may allow fewer."""
MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it came: rows of any shape, and the shop's count of all, where told."""

    rows: tuple[Any, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Archives:
    """The rows that have an id, by it, in the shop's order; `whole`: certainly all that were asked for."""

    rows: Mapping[int, Mapping[str, Any]]
    whole: bool


def archive_id(row: object) -> int | None:
    """The id of a row, above 0; None for what is no archive."""
    key = whole(row.get("id")) if isinstance(row, dict) else None
    return key if key is not None and key > 0 else None


async def read_archives(http: Http, only: Mapping[str, str]) -> Archives:
    """The list, page by page; `only` are further parameters of the request.

    Raises ProviderUnavailable when the first page could not be read; a later one leaves the list in part.
    """

    async def page(number: int) -> Page:
        asked = {"type": "page", "page": str(number), "limit": str(PAGE_SIZE), "order": "id desc"}
        return _page(await _get(http, LIST, asked | dict(only)))

    return await _all_pages(page)


async def read_archive(http: Http, key: str) -> Mapping[str, Any] | None:
    """One archive, or None for code -1, which has many reasons.

    Raises ProviderUnavailable for whatever else is not that archive.
    """
    answer = await _get(http, DETAIL, {"id": key})
    if whole(answer.json_object().get("code")) == REFUSED and answer.status in HTTP_SUCCESS:
        return None
    data = _accepted(answer).get("data")
    if not isinstance(data, dict) or str(archive_id(data)) != key:
        raise ProviderUnavailable("products_not_read")
    return data


async def _all_pages(page: Callable[[int], Awaitable[Page]]) -> Archives:
    rows: dict[int, Mapping[str, Any]] = {}
    totals: set[int | None] = set()
    sound = True
    for number in range(1, MOST_PAGES + 1):
        try:
            read = await page(number)
        except ProviderUnavailable:
            if number == 1:
                raise
            break
        before = len(rows)
        totals.add(read.total)
        for row in read.rows:
            key = archive_id(row)
            # A row that comes twice shows that rows moved meanwhile, so another may have moved out of sight.
            sound = sound and key is not None and key not in rows
            if key is not None:
                rows.setdefault(key, row)
        if len(rows) == before:
            break
        if read.total is not None and len(rows) >= read.total:
            return Archives(rows, sound and totals == {len(rows)})
    return Archives(rows, whole=False)


def _page(answer: Answer) -> Page:
    body = _accepted(answer)
    rows, total = body.get("data"), whole(body.get("total"))
    if rows is None and total is not None:
        rows = []  # what Go makes of a list without rows
    if not isinstance(rows, list):
        raise ProviderUnavailable("products_not_read", said=said(body))
    return Page(tuple(rows), total)


def _accepted(answer: Answer) -> dict[str, Any]:
    body = answer.json_object()
    if answer.status not in HTTP_SUCCESS or whole(body.get("code")) not in SUCCESS:
        raise ProviderUnavailable("products_not_read", said=said(body))
    return body


async def _get(http: Http, path: str, params: Mapping[str, str]) -> Answer:
    try:
        return await http.read("GET", path, params=params)
    except ProviderUnavailable as error:
        # The words for a create that never left would say here that nothing was sent.
        raise ProviderUnavailable("products_not_reached", params=error.params) from None
