"""The rows of a list of orders: two lines each that a phone shows as two, and no two orders that look alike."""

import html
import re
from dataclasses import replace
from datetime import UTC

import pytest

from bot.conversation.replies import OrdersListed
from bot.conversation.state import IDLE
from bot.conversation.views import EVERYTHING, Listing, OrderView
from bot.words.message import width
from bot.words.orders import COLUMNS, order_row
from bot.words.render import render
from providers.orders import Outcome, Status
from tests.words.reading import WORDS

AT = 1_790_000_000_000_000
ACCOUNTS = (("shop", "AnqiCMS"), ("gifts", "Damaijia"))
ORDER = OrderView("1001", "shop", outcome=Outcome.PLACED, number="A-1", confirmed_at=AT, about="Tissues ×2 → 王小明")
ABOUTS = (
    "Tissues ×2 → 王小明, 李小红 +3 · 杭州市, 上海市",
    "A very long title of a product that nobody can read ×1,000 +12 → Maximilian Mustermann-Wolkenstein · Berlin",
    "超級柔軟三層加厚抽取式衛生紙家庭號箱購 ×3, 竹漿廚房紙巾大容量 ×2 +4 → 歐陽小明, 諸葛孔明 +20 · 臺北市",
    "Instagram fans ×100 ↻5 → instagram.com/p/abcdefghijklmnopqrstuvwxyz…0123456789",
    "188 ×1",
    "x" * 300,
    "字" * 200,
    "",
)


def rows(orders: list[OrderView], accounts: tuple[tuple[str, str], ...] = ACCOUNTS) -> list[str]:
    found = tuple((order, "A shop with a long title") for order in orders)
    (message,) = render(WORDS, OrdersListed(found, EVERYTHING, Listing(), accounts), IDLE)
    return html.unescape(re.sub("<[^>]*>", "", message.html)).split("\n")[1:-1]


@pytest.mark.parametrize("about", ABOUTS)
@pytest.mark.parametrize("state", [None, Outcome.UNKNOWN, Outcome.REFUSED, *Status])
def test_a_row_is_two_lines_that_a_phone_does_not_wrap(about: str, state: Outcome | Status | None) -> None:
    if isinstance(state, Status):
        order = replace(ORDER, about=about, status=state)
    else:
        order = replace(ORDER, about=about, outcome=state)
    lines = rows([order] * 8)
    assert len(lines) == 16
    assert max(map(width, lines[::2])) <= COLUMNS
    # The time is as long as it is said; what goes beside it is not wrapped.
    assert all(width(line) <= COLUMNS or line.endswith(WORDS.time(AT)) for line in lines[1::2])


def test_the_product_and_the_recipient_both_stay_where_one_of_them_is_long() -> None:
    (first, _) = rows([replace(ORDER, about=ABOUTS[1])])
    assert re.fullmatch(r"1\. A .*… ×1,000 \+12 → Maximilian.*…", first)
    (first, _) = rows([replace(ORDER, about="Tissues ×2 → Maximilian Mustermann-Wolkenstein · Berlin")])
    assert first.startswith("1. Tissues ×2 → Maximilian Muster")
    (first, _) = rows([replace(ORDER, about="A very long title of a product that is sold ×3 → 王小明 · 杭州市")])
    assert re.fullmatch(r"1\. A very long.*sold ×3 → 王小明", first)


@pytest.mark.parametrize("kind", ["Instagram {} ×1,000 ↻3", "Instagram {} ×10", "Instagram 新貼文自動按讚{} ×10"])
def test_likes_and_fans_and_two_links_are_told_apart(kind: str) -> None:
    told = {
        rows([replace(ORDER, about=f"{kind.format(what)} → instagram.com/p/{link}")])[0]
        for what in ("likes", "fans", "views")
        for link in ("DAbcdefghij", "DAbcdefghiX", "https-looking-but-not.example/1")
    }
    assert len(told) == 9


@pytest.mark.parametrize(
    ("about", "row"),
    [
        ("Fans ×10 → instagram.com/p/abc", "1. Fans ×10 → instagram.com/p/abc"),
        ("Instagram fans ×1,000 → instagram.com/p/abc", "1. Instagram fans ×1,000 → p/abc"),
        ("Instagram fans ×1,000 → youtube.com/watch?v=dQw4w9WgXcQ", "1. Instagram fans ×1,000 → …Qw4w9WgXcQ"),
        ("Instagram fans and more of them ×10 → example.com", "1. Instagra…of them ×10 → example.com"),
    ],
)
def test_a_link_keeps_its_end_and_its_host_only_where_there_is_room(about: str, row: str) -> None:
    assert rows([replace(ORDER, about=about)])[0] == row


def test_the_account_stands_whole_where_the_day_is_enough() -> None:
    words = WORDS.within(UTC, AT + 86_400_000_000)
    row = order_row(words, 1, replace(ORDER, status="completed"), "citiesocial").split("\n")[1]
    assert row == "completed · yesterday · citiesocial"


def test_an_order_of_which_nothing_is_known_goes_by_its_number() -> None:
    assert rows([replace(ORDER, about="")])[0] == "1. A-1"
    assert rows([replace(ORDER, about="", number="")])[0] == "1. 1001"


def test_a_row_says_our_word_for_the_status_and_no_code_of_the_supplier() -> None:
    lines = rows([replace(ORDER, status="awaiting payment", supplier_status="0"), replace(ORDER, outcome=None)])
    assert lines[1] == f"awaiting payment · {WORDS.time(AT)}"
    assert lines[3].startswith("being sent · ")


def test_the_account_is_said_only_where_there_are_several() -> None:
    assert "A sh" in rows([ORDER])[1]
    assert "A sh" not in rows([ORDER], ACCOUNTS[:1])[1]
