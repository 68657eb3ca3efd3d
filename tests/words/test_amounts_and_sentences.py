"""Amounts with their unit wherever they stand, one form for one price, and sentences joined as each language does."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.conversation import replies
from bot.conversation.events import Missed
from bot.conversation.likelihood import Likely
from bot.conversation.questions import Problem, Question
from bot.conversation.replies import About, Asked, Line
from bot.conversation.state import Conversation, Draft, Phase
from bot.conversation.views import Candidate, EvidenceView, OrderView, Prices
from bot.words.catalogue import catalogue_for
from bot.words.orders import reasons
from bot.words.problems import reason
from bot.words.products import about_line, price_lines, tag
from bot.words.render import render
from providers.orders import Money, Outcome, Remark
from tests.words.reading import WORDS, as_read
from tests.words.test_evidence import FELL, FOUND, IDLE, shown

DRAFT = Draft(id="d1", account="a", form_version="", revision=1, at=("amount",))
CHINESE = (catalogue_for("zh-hant"), catalogue_for("zh-hans"))
NT = Money(Decimal(25), "TWD")
ASKING = Conversation(
    phase=Phase.ASKING, draft=Draft(id="d1", account="a", form_version="", revision=1, at=("amount",))
)


def read(reply: replies.Reply, state: Conversation = IDLE, words: object = WORDS) -> str:
    (message,) = render(words, reply, state)  # type: ignore[arg-type]  # a catalogue
    return as_read(message)


def test_the_amount_that_stands_at_its_question_has_the_unit_of_the_one_on_the_button() -> None:
    question = Question(("amount",), "Amount", "", "", (), None, None, None, suggests="20")
    reply = Asked(question, present=Line("Amount", "25", amount=NT), unit="TWD")
    (message,) = render(WORDS, reply, ASKING)
    assert "NT$25" in as_read(message)
    assert message.rows[0][0].text == "NT$20"


def test_a_question_that_was_answered_with_an_amount_keeps_its_unit() -> None:
    assert read(replies.Closed("Amount", "25", amount=NT)) == "Amount: NT$25"


def test_an_amount_in_the_details_of_evidence_has_the_unit_of_the_balance() -> None:
    found = replace(FOUND, candidates=(Candidate("ORD-1", facts={"total": "240"}),))
    assert "240 points" in read(shown(found, EvidenceView.DETAILS, unit="points"))


def test_one_price_is_called_the_same_at_the_product_at_its_quantity_and_in_the_summary() -> None:
    price = Money(Decimal(12))
    assert tag(WORDS, price) == "list price 12"
    assert about_line(WORDS, About("Fans", price, per_piece=False)) == "Fans · list price 12"
    assert price_lines(WORDS, Prices(listed=price, per_piece=False), "GuoGuo") == ["List price: 12"]


@pytest.mark.parametrize(
    ("told", "read_as"),
    [("200–100000", "200 to 100,000"), ("≥ 2000", "2,000 or more"), ("≤ 100000", "up to 100,000"), ("–", "–")],
)
def test_limits_are_said_as_at_the_question(told: str, read_as: str) -> None:
    stopped = Remark("limits_changed", {"title": "Fans", "old": told, "new": "10–5000"})
    order = OrderView("1", "a", "guoguo", {}, Outcome.NOT_SENT, code=stopped.code, params=stopped.params)
    assert reasons(WORDS, order, "GuoGuo") == [
        f"Fans: the number that can be ordered at once was {read_as} and is 10 to 5,000 now."
    ]


@pytest.mark.parametrize("words", CHINESE)
def test_no_space_follows_a_chinese_stop_or_colon(words: object) -> None:
    for reply in (
        replies.NotTaken(("茶", "水"), Missed.EARLY),
        replies.NotTaken(("茶",), Missed.TWICE),
        shown(replace(FELL, candidates=FOUND.candidates), unit="points"),
        shown(FELL, unit="points"),
    ):
        text = read(reply, words=words)
        assert "。 " not in text
        assert "： " not in text


def test_english_sentences_stand_a_space_apart() -> None:
    reply = shown(FELL, unit="points")
    assert reply.weighed.likely is Likely.PAID
    assert ". " in read(reply)
    assert read(replies.NotTaken(("tea",), Missed.EARLY)).startswith("Not taken: tea\n")


@pytest.mark.parametrize("words", CHINESE)
def test_a_list_is_called_what_is_in_it(words: object) -> None:
    state = Conversation(phase=Phase.LISTING, draft=DRAFT)
    listed = replies.Listed("Recipients", replies.Block("Recipients", ("王小明",), 0), 1, can_add=True)
    assert read(listed, state, words).startswith("收件人 · 1\n")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "大麥家 takes no links. For links: GuoGuo, IG."),
        ("zh-hant", "大麥家不收連結。要下連結：GuoGuo、IG。"),
        ("zh-hans", "大麥家不收链接。要下链接：GuoGuo、IG。"),
    ],
)
def test_accounts_are_listed_as_each_language_lists(language: str, said: str) -> None:
    problem = Problem((), "no_links_but", {"account": "大麥家", "others": "GuoGuo\nIG"})
    assert reason(catalogue_for(language), problem) == said


def test_a_code_that_came_is_shown_in_detail_only() -> None:
    order = OrderView("1", "ig", "guoguo", outcome=Outcome.UNKNOWN, code="unclear_result_code")
    order = replace(order, params={"result_code": "brand_new_code"})
    assert "brand_new_code" not in " ".join(reasons(WORDS, order, "IG"))
    assert reasons(WORDS, order, "IG", in_detail=True)[-1] == "The code that came: brand_new_code"
