"""Reasons and remarks speak of an order in its account's name and in the words of the questions."""

from dataclasses import replace

import pytest

from bot.conversation.replies import CardShown, OutcomeShown
from bot.conversation.state import IDLE
from bot.conversation.views import OrderView
from bot.words.catalogue import catalogue_for
from bot.words.render import render
from providers.orders import Outcome, Remark
from tests.words.reading import as_read

REFUSED = OrderView("1001", "ig", "guoguo", outcome=Outcome.REFUSED)
PLACED = OrderView("1002", "gifts", "damaijia", outcome=Outcome.PLACED, number="A", status="placed")


def lines(language: str, reply: OutcomeShown | CardShown) -> list[str]:
    return as_read(render(catalogue_for(language), reply, IDLE)[0]).split("\n")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "IG wants an answer to Interval (minutes)."),
        ("zh-hant", "IG 表示「間隔（分鐘）」為必填。"),
        ("zh-hans", "IG 表示“间隔（分钟）”为必填。"),
    ],
)
def test_a_refused_answer_is_named_as_its_question_is(language: str, line: str) -> None:
    order = replace(REFUSED, code="field_is_required_in", params={"field": "Interval (minutes)"})
    assert line in lines(language, OutcomeShown(order, "IG"))


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "IG does not accept the answers to Link, Interval (minutes)."),
        ("zh-hant", "IG 不接受這些內容：連結、間隔（分鐘）。"),
        ("zh-hans", "IG 不接受这些内容：链接、间隔（分钟）。"),
    ],
)
def test_several_refused_answers_are_named_without_codes(language: str, line: str) -> None:
    params = {"fields": "Link (not allowed), Interval (minutes) (value out of range)"}
    order = replace(REFUSED, code="fields_not_valid", params=params)
    assert line in lines(language, OutcomeShown(order, "IG"))


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
@pytest.mark.parametrize("code", ["other", "not_there", "found_again", "no_parcels"])
def test_a_remark_names_the_account(language: str, code: str) -> None:
    last = lines(language, CardShown(replace(PLACED, remarks=(Remark(code),)), "Gifts & more"))[-1]
    assert "Gifts & more" in last
