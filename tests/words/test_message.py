"""Messages keep within Telegram's limits, and what isn't ours is escaped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.formatted import utf16_length
from bot.sandbox.markup import parse_html
from bot.words.message import LONGEST, bold, code, escaped, fitting, narrowed, packed, shortened, visible_length


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("a\x00b\x1fc\x7fd", "a b c d"),
        ("\u202eabc\u202c", "abc"),
        ("a\ud800b", "a b"),
        ("王小明 🎁", "王小明 🎁"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_text_is_read_as_it_was_meant(text: str, shown: str) -> None:
    for marked in (escaped(text), bold(text), code(text)):
        assert parse_html(marked).text == shown


@given(st.text(st.characters(), max_size=200))
def test_any_text_can_be_sent(text: str) -> None:
    for marked in (escaped(text), bold(text), code(text)):
        assert visible_length(marked) >= utf16_length(parse_html(marked).text)


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("a b c", 3, "a…"),
        ("one\ntwo\r\nthree", 40, "one ↵ two ↵ three"),
        ("\n\none\n\n", 40, "one"),
        ("", 5, ""),
    ],
)
def test_a_text_is_made_one_short_line(text: str, limit: int, short: str) -> None:
    assert shortened(text, limit) == short


def test_values_are_shortened_only_as_far_as_they_must() -> None:
    assert fitting(lambda limit: shortened("x" * 300, limit)) == "x" * 300
    many = fitting(lambda limit: "\n".join([shortened("🎁" * 400, limit)] * 20))
    assert 2000 < visible_length(many) <= LONGEST


def test_what_cannot_be_made_to_fit_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="too many parts"):
        fitting(lambda limit: "\n".join(["x" * limit] * 400))


def test_lines_are_packed_into_as_few_messages_as_they_fit_in() -> None:
    lines = [bold(f"{n} {'🎁' * 200}") for n in range(25)]
    texts = packed(lines)
    assert "\n".join(texts) == "\n".join(lines)
    assert [visible_length(text) <= LONGEST for text in texts] == [True] * 3


@pytest.mark.parametrize(
    ("text", "columns", "narrow"),
    [
        ("plain", 5, "plain"),
        ("plainer", 5, "plai…"),
        ("维达纸巾", 8, "维达纸巾"),
        ("维达纸巾", 7, "维达…"),
        ("维达 tissues", 8, "维达 ti…"),
        ("", 8, ""),
    ],
)
def test_a_chinese_character_takes_the_room_of_two_on_a_button(text: str, columns: int, narrow: str) -> None:
    assert narrowed(text, columns) == narrow
