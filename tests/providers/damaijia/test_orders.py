"""What counts as a list, and how far it is read."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from providers.damaijia.orders import MOST_PAGES, ORDERS, PER_PAGE, Row, read_list, read_rows
from providers.damaijia.provider import Damaijia, DamaijiaSettings
from providers.errors import AccessDenied, ProviderError, ReadingFailed
from providers.http import Answer
from tests.providers.contract import sentence_of
from tests.providers.damaijia.samples import RECIPIENT, REFERENCE, a_form, a_sending
from tests.providers.stranger import answering, http_answer

ROW = {"order_sn": "2021020411023208680132", "mobile": "15000000007"}


def rows_of(body: Any, status: int = 200) -> list[Row]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_rows(Answer(status, {}, raw))


def error_of(body: Any, status: int = 200) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        rows_of(body, status)
    assert sentence_of("damaijia", caught.value)
    assert "15000000007" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "data",
    [
        [ROW],
        {"list": [ROW], "total": 1},
        {"current_page": 1, "data": [ROW], "links": []},
        {"links": [], "rows": [ROW]},
        {"total": 1, "packages": [ROW]},
    ],
)
@pytest.mark.parametrize("envelope", [{"status": 0}, {"status": "0"}, {}])
def test_a_list_is_found_where_it_may_be(data: Any, envelope: dict[str, Any]) -> None:
    assert rows_of(envelope | {"data": data}) == [ROW]


@pytest.mark.parametrize("data", [[], {"list": []}, {"total": 0, "rows": []}])
def test_an_empty_list_is_a_list(data: Any) -> None:
    assert rows_of({"status": 0, "data": data}) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"null",
        [ROW],
        {"status": 0},
        {"status": 0, "data": None},
        {"status": 0, "data": {}},
        {"status": 0, "data": {"mobile": "15000000007"}},
        {"status": 0, "data": [ROW, "15000000007"]},
        {"status": 0, "data": {"list": None}},
    ],
)
def test_what_holds_no_list_is_not_an_empty_one(body: Any) -> None:
    error = error_of(body)
    assert (type(error), error.code, error.params) == (ReadingFailed, "list_not_read", {"status": "200"})


@pytest.mark.parametrize("http", [201, 400, 500])
def test_a_status_of_the_suppliers_is_quoted_with_its_reason(http: int) -> None:
    error = error_of({"status": 422, "err": "range 不合法", "data": [ROW]}, http)
    assert (error.code, error.said, error.params) == ("list_refused", "range 不合法", {"status": "422"})


@pytest.mark.parametrize("http", [302, 404, 429, 500])
def test_a_list_under_a_failing_http_status_is_none(http: int) -> None:
    assert error_of({"status": 0, "data": [ROW]}, http).params == {"status": str(http)}


@pytest.mark.parametrize(("body", "http"), [({"status": 200}, 200), ({"status": "200"}, 400), (None, 401), (None, 403)])
def test_a_denied_token_is_a_denied_access(body: Any, http: int) -> None:
    assert isinstance(error_of(body, http), AccessDenied)


class Pages:
    """A list of so many rows, whose pages hold `largest` at most; from page `broken` on it fails."""

    def __init__(self, count: int, largest: int = PER_PAGE, broken: int = 0) -> None:
        self.rows: list[Row] = [{"order_sn": str(n)} for n in range(count)]
        self.largest, self.broken = largest, broken
        self.asked: list[int] = []

    async def __call__(self, path: str, body: Mapping[str, Any]) -> list[Row]:
        page, size = body["range"]
        assert (path, size) == (ORDERS, PER_PAGE)
        self.asked.append(page)
        if self.broken and page >= self.broken:
            raise ReadingFailed("list_not_read")
        return self.rows[(page - 1) * self.largest : page * self.largest]


@pytest.mark.parametrize("largest", [10, PER_PAGE])
async def test_pages_may_be_smaller_than_asked_for(largest: int) -> None:
    pages = Pages(3 * largest + 1, largest)
    read = await read_list(pages, ORDERS, [{}])
    assert (list(read.rows), read.error, read.cut) == (pages.rows, None, False)
    assert pages.asked == [1, 2, 3, 4, 5]


async def test_a_list_that_is_the_same_on_every_page_ends() -> None:
    class Same(Pages):
        async def __call__(self, path: str, body: Mapping[str, Any]) -> list[Row]:
            await super().__call__(path, body)
            return self.rows

    pages = Same(3)
    read = await read_list(pages, ORDERS, [{}])
    assert (list(read.rows), pages.asked) == (pages.rows, [1, 2])


async def test_a_list_without_end_is_cut_and_says_so() -> None:
    pages = Pages(100_000)
    read = await read_list(pages, ORDERS, [{}])
    assert (len(read.rows), read.cut, len(pages.asked)) == (MOST_PAGES * PER_PAGE, True, MOST_PAGES)


async def test_what_was_read_before_a_failure_stays() -> None:
    pages = Pages(200, broken=2)
    read = await read_list(pages, ORDERS, [{}, {"order_sn": "1"}])
    assert (len(read.rows), pages.asked) == (PER_PAGE, [1, 2])
    assert isinstance(read.error, ReadingFailed)


async def found_by(*answers: Any) -> tuple[list[tuple[str, bool, tuple[str, ...]]], list[str]]:
    """Matches and signals of a supplier that gives these answers in turn, the last one for ever."""
    raw = [http_answer(200, json.dumps(answer).encode()) for answer in answers]
    async with answering(*raw) as stranger:
        url = {"provider": "damaijia", "base_url": stranger.url, "access_token": "abc"}
        async with Damaijia(DamaijiaSettings.model_validate(url)) as account:
            found = await account.find_order(a_form(), a_sending())
    told = [(match.order.number, match.certain, match.differs) for match in found.matches]
    return told, [signal.code for signal in found.signals]


async def test_rows_in_a_nested_list_with_numbers_for_text_are_compared() -> None:
    row = {"order_sn": 2021020411023208680132, "product_id": "614", "mobile": 15000000007, "site_order_id": "1000111"}
    answer = {"status": "0", "data": {"total": 1, "list": [row]}}
    assert await found_by(answer) == ([("2021020411023208680132", True, ())], [])


async def test_an_order_that_holds_its_recipients_is_compared_with_each() -> None:
    ours = ROW | {"consignees": [RECIPIENT | {"site_order_consignee_id": f"{REFERENCE}001"}]}
    other = {"order_sn": "1", "product_id": 614, "consignees": [RECIPIENT, RECIPIENT | {"consignee": "李小红"}]}
    assert await found_by({"status": 0, "data": [ours, other]}) == ([(ROW["order_sn"], True, ())], [])


async def test_a_masked_mobile_is_neither_proof_nor_difference() -> None:
    masked = ROW | {"mobile": "15*********7"}
    assert await found_by({"status": 0, "data": [masked]}) == ([], ["not_comparable"])
    named = masked | {"consignee": "测试"}
    assert await found_by({"status": 0, "data": [named]}) == ([(ROW["order_sn"], False, ())], [])


async def test_a_list_that_cannot_be_understood_is_told_beside_the_other() -> None:
    nothing, strange = {"status": 0, "data": []}, {"status": 0, "data": {"a": 1}}
    assert await found_by(nothing, strange) == ([], ["orders_not_read"])
    assert await found_by(strange, nothing) == ([], ["parcels_not_read"])
    with pytest.raises(ReadingFailed):
        await found_by(strange)
    assert await found_by(nothing) == ([], [])
