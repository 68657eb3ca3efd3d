"""Prices, bounds and offers in words."""

from decimal import Decimal

import pytest

from bot.buttons.data import read
from bot.buttons.draft_buttons import tap
from bot.conversation import events, replies
from bot.conversation.questions import Question
from bot.conversation.replies import About, Category, Offer, Offered
from bot.conversation.state import Conversation, Draft, Phase
from bot.conversation.views import ItemLine, Prices
from bot.words.amounts import money, stated
from bot.words.catalogue import catalogues
from bot.words.message import Style
from bot.words.products import about_line, item_line, priced
from bot.words.render import render
from providers.orders import Money
from tests.words.reading import WORDS, as_read, labels, said

QUESTION = Question(("gift",), "Gift", "The id.", "614", facts=("about",))
OPEN = Conversation(phase=Phase.ASKING, draft=Draft(id="0123abcd", account="gifts", form_version="1", revision=3))
NASTY = ("", "<b>&amp;</b> {0} %s", "\u202e\ud800\x00", "🎁" * 5000, "two\nlines", "x" * 5000)


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        ("1.2", "CNY", "CN¥1.20"),
        ("1.2000", "CNY", "CN¥1.20"),
        ("0.0125", "USD", "$0.0125"),
        ("2380", "TWD", "NT$2,380"),
        ("2380.5", "TWD", "NT$2,380.50"),
        ("2380", "JPY", "¥2,380"),
        ("20", "CHF", "CHF 20.00"),
        ("1200", "points", "1,200 points"),
        ("0.5", "points", "0.5 points"),
        ("1", "points", "1 point"),
        ("12", "", "12"),
        ("12.5", "", "12.50"),
        ("1E+3", "", "1,000"),
        ("-0.1", "XYZ", "-XYZ 0.10"),
        ("-30", "TWD", "-NT$30"),
    ],
)
def test_an_amount_is_said_in_full_with_its_unit(amount: str, unit: str, text: str) -> None:
    assert money(WORDS, Money(Decimal(amount), unit)) == text


@pytest.mark.parametrize(
    ("about", "line"),
    [
        (About("Tissues", Money(Decimal("1.2"), "CNY"), 10, 5000), "Tissues · 10 to 5,000 · CN¥1.20 each"),
        (About("Fans", Money(Decimal(12)), 10, per_piece=False), "Fans · 10 or more · list price 12"),
        (About("", None, None, 9, 0), "up to 9 · out of stock"),
        (About("<Cup>", None, None, None, 7), "&lt;Cup&gt; · 7 in stock"),
    ],
)
def test_what_is_known_of_a_product_is_one_line(about: About, line: str) -> None:
    assert about_line(WORDS, about) == line


def test_a_price_says_what_it_is_for_only_where_that_is_known() -> None:
    assert priced(WORDS, Money(Decimal(2), "CNY"), per_piece=True) == "CN¥2.00 each"
    assert priced(WORDS, Money(Decimal(2), "CNY"), per_piece=False) == "list price CN¥2.00"


@pytest.mark.parametrize("text", NASTY)
def test_whatever_a_catalogue_holds_can_be_shown(text: str) -> None:
    price = Money(Decimal("12.5"), text[:3])
    products = tuple(Offered(f"{n}", text, price) for n in range(8))
    categories = tuple(Category(f"{n:010}", text, n) for n in range(8))
    for offer in (
        Offer(products, query=text or "x", total=9, page=1, pages=3, browsable=True, read_at=1),
        Offer((), categories, page=0, pages=2),
        Offer(products, category=text, total=3, browsable=True, grouped=True),
    ):
        asked = replies.Asked(QUESTION, replies.Progress(1, 3), offer=offer, about=About(text, price))
        for message in said(asked, OPEN):
            assert all(0 < len(button.text) <= 64 for row in message.rows for button in row)
            assert as_read(message).splitlines()[0] == "Gift · ●○○"
    prices = Prices(price, total=price, read_at=1, suggested=text, unit=text[:3])
    said(replies.Summarised("Gifts", (), prices=prices), OPEN)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "⚠️ Not in R&D's list: 99999."),
        ("zh-hant", "⚠️ R&D 的列表裡沒有這個商品：99999。"),
        ("zh-hans", "⚠️ R&D 的列表里没有这个商品：99999。"),
    ],
)
def test_a_summary_says_which_product_the_list_lacks(language: str, text: str) -> None:
    (message,) = render(catalogues()[language], replies.Summarised("R&D", (), unlisted=("99999",)), OPEN)
    assert text in as_read(message).splitlines()
    assert message.rows[0][0].style is Style.DANGER


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en", "Order N-1 again · ✎ changed"),
        ("zh-hant", "再訂一次：N-1 · ✎ 為改動"),
        ("zh-hans", "再来一单：N-1 · ✎ 为改动"),
    ],
)
def test_a_summary_names_the_order_that_it_repeats_and_marks_what_is_other(language: str, first: str) -> None:
    parts = (replies.Line("A", "1"), replies.Line("B", "2", changed=True), replies.Block("C", ("x", "y"), 0, (1,)))
    reply = replies.Summarised("Gifts", parts, repeats=replies.Repeated("N-1", is_changed=True))
    (message,) = render(catalogues()[language], reply, OPEN)
    between = ": " if language == "en" else "："
    lines = [f"A{between}1", f"✎ B{between}2", f"C{between}2", "1. x", "✎ 2. y"]
    assert as_read(message).splitlines()[1:] == [first, *lines]


def test_of_many_products_that_the_list_lacks_the_last_are_counted() -> None:
    (message,) = said(replies.Summarised("Gifts", (), unlisted=tuple(map(str, range(1, 24)))), OPEN)
    lines = as_read(message).splitlines()
    assert lines[1:3] == ["⚠️ Not in Gifts's list: 1.", "⚠️ Not in Gifts's list: 2."]
    assert lines[-2:] == ["⚠️ Not in Gifts's list: 20.", "+ 3 more"]


def test_no_value_of_a_summary_is_cut_and_its_buttons_are_under_the_last_message() -> None:
    price = Money(Decimal("12.5"), "CNY")
    line, item = replies.Line("Title", "x" * 5000, "y" * 5000), ItemLine("z" * 5000, "1" * 5000, 2000, price)
    block = replies.Block("Items", (item,) * 10, 50)
    *more, last = said(replies.Summarised("Gifts", (*(line,) * 20, block), prices=Prices(total=price)), OPEN)
    assert "Confirm" in labels(last)
    assert [labels(message) for message in more] == [[]] * len(more)
    texts = [as_read(message) for message in (*more, last)]
    assert [text.split("\n")[0] for text in texts] == [
        f"Summary · Gifts · {place}/{len(texts)}" for place in range(1, len(texts) + 1)
    ]
    assert "".join(texts).count("x") == 20 * 5000


@pytest.mark.parametrize("product", ["614", "a:b:c", "9c07a89a-0994-4f35-98a7-1b922b5c8331", "茶", " x "])
def test_a_button_carries_the_product_itself(product: str) -> None:
    assert read(tap(events.Picked("0123abcd", 3, product))) == events.Picked("0123abcd", 3, product)


@pytest.mark.parametrize("data", ["w:d:1:", "w:d:1", "w:d:x:614", "g:d:1:", "g:d:1:a:b", "g:d:1", "t:d:1:x"])
def test_a_button_without_a_product_or_category_is_unreadable(data: str) -> None:
    assert not isinstance(read(data), events.Picked | events.CategoryPicked | events.CategoriesAsked)


@pytest.mark.parametrize(
    ("amount", "unit", "language", "text"),
    [
        ("20", "CNY", "en", "CN¥20.00"),
        ("20", "CNY", "zh-hant", "CN¥20.00"),
        ("20", "CNY", "zh-hans", "¥20.00"),
        ("1190", "TWD", "en", "NT$1,190"),
        ("1190", "TWD", "zh-hant", "NT$1,190"),
        ("1190", "TWD", "zh-hans", "NT$1,190"),
        ("12.5", "USD", "zh-hant", "US$12.50"),
        ("1200", "", "zh-hans", "1,200"),
    ],
)
def test_each_language_writes_an_amount_in_its_own_way(amount: str, unit: str, language: str, text: str) -> None:
    assert money(catalogues()[language], Money(Decimal(amount), unit)) == text


def test_a_line_of_a_product_has_price_and_cost_and_says_neither_twice() -> None:
    price = Money(Decimal(1190), "TWD")
    assert item_line(WORDS, ItemLine("Tea <set>", "1", 2, price)) == "Tea &lt;set&gt; ×2 · NT$1,190 = <b>NT$2,380</b>"
    assert item_line(WORDS, ItemLine("Tea set", "1", 1, price)) == "Tea set ×1 · NT$1,190"
    assert item_line(WORDS, ItemLine("Tea set", "1", 1, Money(Decimal(1190)))) == "Tea set ×1 · list price 1,190"
    assert item_line(WORDS, ItemLine("Tea set", "1", 2000)) == "Tea set ×2,000"


@pytest.mark.parametrize("text", ["1–100", "≥ 10", "12 apples", "", "1,200", "NaN", "x" * 50])
def test_what_is_no_amount_is_said_as_it_is(text: str) -> None:
    assert stated(WORDS, text) == text


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [
        ("380.00 CNY", "", "CN¥380.00"),
        ("99.00", "CNY", "CN¥99.00"),
        ("9.00", "", "9"),
        ("13.5", "", "13.50"),
        ("1 points", "", "1 point"),
    ],
)
def test_an_amount_of_the_journal_is_said_like_any_other(text: str, unit: str, said: str) -> None:
    assert stated(WORDS, text, unit) == said
