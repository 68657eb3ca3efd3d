"""News are readable on a locked telephone, in every language, and can be sent whatever suppliers and people write."""

from dataclasses import replace
from typing import Any

import pytest

from bot.conversation.views import OrderView, ProgressDetails, StatusChange
from bot.words.catalogue import catalogues
from bot.words.notices import MOST, status_notice
from providers.orders import Outcome, Remark, Status, Tracking
from tests.words.reading import WORDS, as_read, labels

ORDER = OrderView("1001", "gifts", "damaijia", outcome=Outcome.PLACED, number="N-1", about="Tea ×1 → 王小明 · 杭州市")
NASTY = ("x", "<b>&amp;</b> {0} %s", "\u202e\ud800\x00", "🎁" * 5000, "two\nlines", "x" * 5000)


def change(status: str, was: str = "placed", **more: Any) -> StatusChange:
    order = replace(ORDER, **more)
    return StatusChange(replace(order, status=status), replace(order, status=was, details=ProgressDetails()))


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.PLACED])
def test_the_first_words_say_what_has_happened_and_where(status: Status) -> None:
    for words in catalogues().values():
        first, about, became, *_ = as_read(status_notice(words, "Gifts", [change(status)], frozenset())).split("\n")
        key = str(status).replace(" ", "_")
        assert first == f"{words.say(f'notice.{key}')} · Gifts"
        assert about == ORDER.about
        assert became == f"{words.text('placed')} → {words.text(status)}"


def test_a_tracking_number_that_is_new_is_told_and_one_that_was_known_is_not() -> None:
    now = ProgressDetails(tracking=(Tracking("OLD-1"), Tracking("NEW-2", "SF")))
    shipped = change("shipped", details=now)
    shipped = replace(shipped, was=replace(shipped.was, details=ProgressDetails(tracking=(Tracking("OLD-1"),))))
    one = status_notice(WORDS, "Gifts", [shipped], frozenset())
    several = status_notice(WORDS, "Gifts", [shipped, change("paid", reference="1002")], frozenset())
    for message in (one, several):
        assert "NEW-2" in as_read(message)
        assert "OLD-1" not in as_read(message)
    assert labels(one) == ["Copy NEW-2", "Open"]


def test_what_is_wrong_is_said_even_where_our_word_is_the_same() -> None:
    missing = change("placed", details=ProgressDetails(remarks=(Remark("not_there"),)))
    assert as_read(status_notice(WORDS, "Gifts", [missing], frozenset({"1001"}))).startswith("An order needs attention")
    both = status_notice(WORDS, "Gifts", [missing, change("shipped", reference="1002")], frozenset({"1001"}))
    assert as_read(both).split("\n")[1:3] == [f"1. ⚠️ {ORDER.about}", "    An order needs attention"]


@pytest.mark.parametrize("number", range(len(NASTY)))
def test_news_can_be_sent_whatever_is_in_them(number: int) -> None:
    text = NASTY[number]
    details = ProgressDetails(
        tracking=tuple(Tracking(f"{n}{text}", text) for n in range(9)), remarks=(Remark("x", {"a": text}),) * 60
    )
    changes = [
        change("no parcel accepted", "awaiting payment", about=text, number=text, details=details, reference=str(n))
        for n in range(MOST)
    ]
    for words in catalogues().values():
        as_read(status_notice(words, text[:60], changes, frozenset({"1"})))
        as_read(status_notice(words, text[:60], changes[:1], frozenset()))
