"""A list counts as whole only when nothing can have been hidden in it."""

from typing import Any

import pytest

from providers.errors import ReadingFailed
from providers.guoguo.paging import MOST_PAGES
from providers.orders import Findings
from providers.simulators.guoguo.products import LIKES
from tests.providers.guoguo.lists import FORM, SENDING, Lists, at, guoguo, order, record
from tests.providers.stranger import answering, http_answer


async def found(lists: Lists) -> Findings:
    async with lists, guoguo(lists) as provider:
        return await provider.find_order(FORM, SENDING)


def numbers(findings: Findings) -> list[str]:
    return [match.order.number for match in findings.matches]


FOREIGN = [{"product_id": LIKES}]


def many(count: int, minutes: float = 20) -> list[dict[str, Any]]:
    """Orders that are certainly not ours."""
    return [order(f"AT{minutes}-{place}", minutes - place / 1000, order_detail=FOREIGN) for place in range(count)]


class Unmoved(Lists):
    """A list that gives its first page whatever page is asked for."""

    def skip(self, asked: int) -> int:
        del asked
        return 0


class Shrinking(Lists):
    """A list that loses a row after each page."""

    def skip(self, asked: int) -> int:
        return asked + 3 if asked else 0


@pytest.mark.parametrize("count", [{}, {"count": None}], ids=["counted", "not counted"])
@pytest.mark.parametrize("rows", [[], [order("O-1")], [*many(99), order("O-1")], [*many(230), order("O-1")]], ids=len)
async def test_a_list_that_was_read_to_its_end_is_whole(rows: list[dict[str, Any]], count: dict[str, Any]) -> None:
    findings = await found(Lists(rows, **count))
    assert (numbers(findings), findings.complete) == (["O-1"] if rows else [], True)


async def test_reading_stops_at_a_row_that_is_older_than_the_time_in_question() -> None:
    lists = Lists([order("O-1"), order("OLD", -63), *many(500, -70)])
    findings = await found(lists)
    assert (numbers(findings), findings.complete) == (["O-1"], True)
    # One page of orders, and one of the empty records.
    assert lists.pages == 2


@pytest.mark.parametrize(
    "rows",
    [
        [order("O-1"), order("O-2", 1)],
        [order("OLD", -65), order("O-1")],
        [order("O-2", 2), order("OLD", -65), order("O-1")],
        [*(order(f"OLD-{place}", -100 + place / 10) for place in range(150)), order("O-1")],
    ],
    ids=["two", "older first", "one between", "oldest first, over pages"],
)
async def test_another_order_of_rows_is_never_whole_and_is_read_on(rows: list[dict[str, Any]]) -> None:
    findings = await found(Lists(rows))
    assert "O-1" in numbers(findings)
    assert not findings.complete


@pytest.mark.parametrize("fault", [None, 5, {}, order(None), order(""), order({}), order("O-2", order_number=True)])
async def test_a_row_that_cannot_be_read_might_be_our_order(fault: object) -> None:
    findings = await found(Lists([order("O-1"), fault]))
    assert (numbers(findings), findings.complete) == (["O-1"], False)


@pytest.mark.parametrize("time", [None, "", 5, "yesterday", "2026-06-02T12:30:00", "2026-06-02", {}])
async def test_a_row_without_a_time_that_says_which_is_not_ours_and_leaves_the_list_open(time: object) -> None:
    findings = await found(Lists([order("O-1", create_date_time=time), order("O-2"), order("OLD", -65)]))
    assert (numbers(findings), findings.complete) == (["O-2"], False)


@pytest.mark.parametrize("time", ["2026-06-02T04:30:00Z", "2026-06-02T12:30:00.1234567+08:00", at(0)])
async def test_every_time_with_an_offset_is_read(time: str) -> None:
    findings = await found(
        Lists([order("O-1", create_date_time=time), order("OLD", create_date_time="0001-01-01T00:00:00+08:00")])
    )
    assert (numbers(findings), findings.complete) == (["O-1"], True)


async def test_a_list_that_ends_before_its_count_is_not_whole() -> None:
    findings = await found(Lists([order("O-1")], count=2))
    assert (numbers(findings), findings.complete) == (["O-1"], False)


@pytest.mark.parametrize("count", [{}, {"count": None}, {"count": 100}])
async def test_a_list_that_does_not_move_on_is_not_whole(count: dict[str, Any]) -> None:
    lists = Unmoved([order("O-1", 15), *many(200, 14)], **count)
    assert not (await found(lists)).complete
    assert lists.pages == 3


@pytest.mark.parametrize("count", [{}, {"count": None}])
async def test_a_list_that_loses_rows_between_pages_is_not_whole(count: dict[str, Any]) -> None:
    findings = await found(Shrinking([*many(101), order("O-1"), *many(50, -70)], **count))
    assert not findings.complete


async def test_rows_that_change_places_between_pages_may_have_hidden_one() -> None:
    class Shuffled(Lists):
        def skip(self, asked: int) -> int:
            if asked:
                # All of one second: no order among them is promised.
                rows = self.rows["/platform/order"]
                rows[97], rows[101] = rows[101], rows[97]
            return asked

    rows = [*(order(f"O-{place}") for place in range(120)), order("OLD", -65)]
    findings = await found(Shuffled(rows))
    assert (len(findings.matches), findings.complete) == (119, False)


@pytest.mark.parametrize("count", [{}, {"count": None}])
async def test_the_same_number_twice_on_one_page_is_not_understood(count: dict[str, Any]) -> None:
    findings = await found(Lists([order("O-1"), order("O-1", -1)], **count))
    assert (numbers(findings), findings.complete) == (["O-1"], False)


async def test_reading_ends_at_a_bound_of_pages_and_is_not_whole() -> None:
    lists = Lists([*many(MOST_PAGES * 100), order("O-1")])
    findings = await found(lists)
    assert (numbers(findings), findings.complete, lists.pages) == ([], False, MOST_PAGES + 1)


@pytest.mark.parametrize(
    "strange",
    [
        {},
        record(None),
        record("CR-1", quantity="lots"),
        record("CR-1", quantity=None),
        record("CR-1", create_date_time=None),
    ],
)
async def test_a_record_that_cannot_be_read_leaves_the_records_open(strange: dict[str, Any]) -> None:
    findings = await found(Lists([], [strange]))
    assert (findings.complete, [signal.code for signal in findings.signals]) == (False, ["records_not_read"])


@pytest.mark.parametrize(
    "answer",
    [
        http_answer(200, b"[]"),
        http_answer(200, b'{"value": {}}'),
        http_answer(302, b'{"value": []}'),
        http_answer(400, b'{"result_code": "o_data_failed", "odata": "no such option"}'),
        http_answer(404, b""),
    ],
)
async def test_an_answer_that_is_no_list_proves_nothing(answer: bytes) -> None:
    async with answering(answer) as stranger:
        lists = Lists([])
        async with lists, guoguo(lists, base_url=stranger.url) as provider:
            with pytest.raises(ReadingFailed) as caught:
                await provider.find_order(FORM, SENDING)
    assert caught.value.code == "list_not_read"
