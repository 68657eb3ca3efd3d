"""The audit of order sees a message that is overtaken, left out or outdated, and allows one that comes again."""

import pytest

from tests.chaos.sequence import SentRow, outdated, overtaken, skipped


def rows(*texts: str) -> list[SentRow]:
    return [SentRow(64 * place, place, text, is_new=True) for place, text in enumerate(texts, start=1)]


@pytest.mark.parametrize("came", ["abcb", "aabcb", "abcabcb", "abcbabcb", "abcbcb"])
def test_a_chat_that_steps_back_and_goes_on_in_order_is_in_order(came: str) -> None:
    assert skipped(rows(*"abcb"), came) == []


@pytest.mark.parametrize(
    ("came", "fault"),
    [
        ("acbb", "'c' came where 'b' was due"),
        ("bacb", "'b' came where 'a' was due"),
        ("abcbd", "'d' came where '' was due"),
        ("abcba", "'b' is missing in the end"),
        ("abc", "'b' is missing in the end"),
        ("", "'a' is missing in the end"),
    ],
)
def test_a_chat_in_which_a_message_is_overtaken_or_left_out_is_not(came: str, fault: str) -> None:
    assert skipped(rows(*"abcb"), came) == [fault]


def test_a_change_may_come_as_a_message_of_its_own() -> None:
    changed = SentRow(100, None, "x", is_new=False)
    assert skipped([*rows(*"ab"), changed], "axb") == []
    assert skipped([*rows(*"ab"), changed], "xb") == ["'b' came where 'a' was due"]


def test_what_stands_above_an_earlier_row_is_seen() -> None:
    first, second, third = rows("a", "b", "c")
    came = {1: "a", 2: "b", 3: "c"}
    assert overtaken([first, second, third], came) == []
    assert overtaken([second, first, third], came) == ["64 ('a') stands above 128 ('b')"]


def test_a_row_whose_change_came_as_a_message_of_its_own_stands_where_it_stood() -> None:
    sending, listed = SentRow(64, 3, "Sending", is_new=True), SentRow(128, 2, "Latest orders", is_new=True)
    assert overtaken([sending, listed], {1: "Sending", 2: "Latest orders", 3: "Placed"}) == []


def test_a_message_that_shows_an_older_change_is_seen() -> None:
    asked, sent = SentRow(64, 7, "Sending", is_new=True), SentRow(128, 7, "Placed", is_new=False)
    assert outdated([asked, sent], {7: "Placed"}) == []
    assert outdated([asked, sent], {7: "Sending"}) == ["message 7 shows 'Sending' in place of 'Placed' of row 128"]
    assert outdated([asked], {}) == ["message 7 shows None in place of 'Sending' of row 64"]
