"""Pasted text has one form for each purpose, and nothing that it means is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.cleaning import (
    compared_link,
    compared_phone,
    compared_text,
    has_visible,
    kept_number,
    other_spellings,
    typed_number,
)

UNSEEN = [
    "",
    " ",
    "\u200b",
    "\u00a0",
    "\u00ad",
    "\u0301",
    "\u0301\u0489",
    "\U000e0041\U000e007f",
    "\ufe0f",
    "\U000e0100",
    "\u3164",
    "\u115f",
    "\u1160",
    "\uffa0",
    "\u2800",
    "\u2066\u2069",
    "\ufeff",
    "\u034f",
    "\u180e",
    "\x00",
    "\u2028",
]


@pytest.mark.parametrize("text", UNSEEN)
def test_what_nobody_sees_is_nothing(text: str) -> None:
    assert not has_visible(text)
    assert not has_visible(f" {text}\n{text}")
    assert kept_number(text) == typed_number(text) == ""
    assert other_spellings(text) == ()


@pytest.mark.parametrize("text", ["0", "#", "字", "🎁", "❤️", "e\u0301", "\U00030000", "ｱ", "."])
def test_what_can_be_seen_is_something(text: str) -> None:
    assert has_visible(text)
    assert has_visible(f"\u200b{text}\u200b")


@pytest.mark.parametrize(
    ("said", "kept", "others"),
    [
        ("ORD-1", "ORD-1", ()),
        ("\u200eORD-1\u200f", "ORD-1", ("\u200eORD-1\u200f",)),
        ("ORD\u200b-1", "ORD-1", ("ORD\u200b-1",)),
        ("ORD\u00a01", "ORD 1", ("ORD\u00a01",)),
        ("ＯＲＤ１", "ＯＲＤ１", ("ORD1",)),
        ("ORD–1", "ORD–1", ("ORD-1",)),
        ("ORD-1\u0301", "ORD-1\u0301", ("ORD-1",)),
    ],
)
def test_a_number_is_kept_without_marks_and_found_by_its_other_spellings(
    said: str, kept: str, others: tuple[str, ...]
) -> None:
    assert (kept_number(said), other_spellings(said)) == (kept, others)
    assert typed_number(said) in {kept, *others}


@given(st.text())
def test_forms_do_not_change_when_they_are_made_again(text: str) -> None:
    assert kept_number(kept_number(text)) == kept_number(text)
    assert has_visible(text) or kept_number(text) == ""


@pytest.mark.parametrize(
    ("text", "form"),
    [("1-2號", "1 2號"), ("12 號", "12號"), ("臺北 市.", "台北市"), ("a+", "a+"), ("1.5", "1 5"), ("二樓", "2樓")],
)
def test_of_punctuation_only_that_between_digits_counts(text: str, form: str) -> None:
    assert compared_text(text) == form


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("+86 138 0000 0000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("+86-10-12345678", "01012345678"),
        ("010-12345678", "01012345678"),
        ("+886 (0)912 345 678", "0912345678"),
        ("00886912345678", "0912345678"),
        ("886912345678", "0912345678"),
        ("138****0000", "138****0000"),
        ("13800000000-1234", "138000000001234"),
        ("+852 1234 5678", "+85212345678"),
    ],
)
def test_a_phone_is_compared_as_it_is_dialled_at_home(typed: str, dialled: str) -> None:
    assert compared_phone(typed) == dialled


@pytest.mark.parametrize("text", ["https://[::1", "https://example.com:99999/", "nolink", ""])
def test_a_broken_link_is_compared_as_it_is(text: str) -> None:
    assert compared_link(text).rstrip("?#") == text
