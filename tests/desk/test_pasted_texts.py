"""A text is only taken apart where it can hold two answers: most that are typed are one."""

import pytest

from bot.desk.pasted_texts import may_hold_more, proposals_in
from bot.reading.read_answers import ReadAnswer, ReadOrder, TextRead


@pytest.mark.parametrize(
    "text", ["10", "taobao", "13800000000", "https://example.com/posts/abc123", "王小明", "staff@example.com"]
)
def test_one_word_number_or_link_is_one_answer(text: str) -> None:
    assert not may_hold_more(text)


@pytest.mark.parametrize(
    "text",
    ["王小明 13800000000", "王小明13800000000", "13800000000王小明", "likes instagram.com/p/x 1k", "a|b|c|100", "10 2"],
)
def test_what_is_parted_or_glued_may_be_several(text: str) -> None:
    assert may_hold_more(text)


TEXT = "Ann 1\nBob ?? 2\n!!\nof Bob\nCleo 3\nthat is all"


def orders_in(text: str, *names: tuple[str, ...]) -> TextRead:
    def answer(name: str) -> ReadAnswer:
        start = text.index(name)
        return ReadAnswer(path=(name,), answer=name, span=(start, start + len(name)))

    unread: tuple[tuple[int, int], ...]
    unread = ((text.index("?"), text.index("?") + 1), (text.index("?") + 1, text.index("?") + 2))
    unread += tuple((text.index(one), text.index(one) + len(one)) for one in ("!!", "that is all"))
    return TextRead(tuple(ReadOrder(tuple(map(answer, one))) for one in names), unread=unread)


def test_what_was_not_read_is_that_of_the_order_that_it_stands_in() -> None:
    found = proposals_in(orders_in(TEXT, ("Ann",), ("Bob", "of Bob"), ("Cleo",)), TEXT, apart=True)
    assert [one.beside for one in found] == [(), ("??", "!!"), ()]
    assert [one.unread for one in found] == [("that is all",), (), ()]


def test_what_stands_between_two_orders_is_of_neither() -> None:
    found = proposals_in(orders_in(TEXT, ("Ann",), ("Bob",), ("Cleo",)), TEXT, apart=True)
    assert [(one.beside, one.unread) for one in found] == [((), ("!!", "that is all")), (("??",), ()), ((), ())]


def test_of_one_order_all_of_it_is_the_rest_of_the_text() -> None:
    (found,) = proposals_in(orders_in(TEXT, ("Ann", "Bob", "Cleo")), TEXT, apart=True)
    assert (found.beside, found.unread) == ((), ("??", "!!", "that is all"))
