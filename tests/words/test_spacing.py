"""Chinese sentences have full-width signs, and one rule for spaces, whatever is put into their gaps."""

import re

import pytest

from bot.words.catalogue import Catalogue, catalogue_for
from bot.words.products import span
from bot.words.spacing import filled
from tests.words.test_languages import CHINESE, GAP, sentences

_HALF_WIDTH = re.compile(
    r"[\u3400-\u9fff] ?[,;:?!()\"]|[,;:?!()\"] ?[\u3400-\u9fff]|[\u3400-\u9fff]\.(?![0-9A-Za-z])|\.\.\."
)
_TOUCHING = re.compile(r"[\u3400-\u9fff][0-9A-Za-z/]|[0-9A-Za-z][\u3400-\u9fff]")
_APART = re.compile(r"[\u3400-\u9fff] [\u3400-\u9fff]")
_NEVER_CHINESE = {"ended": "3", "size": "20", "scheme": "ftp"}
_PUT_TOGETHER = ("pattern.", "typed.", "also.", "sign.")
"""Heads of keys that are no sentences: patterns of dates, lists of words that are typed, and the signs themselves."""


def texts(language: str) -> list[tuple[str, str]]:
    return [
        (key, text) for key, forms in sentences(language).items() if not key.startswith(_PUT_TOGETHER) for text in forms
    ]


def faults(text: str) -> list[str]:
    return [found[0] for pattern in (_HALF_WIDTH, _TOUCHING, _APART) for found in pattern.finditer(text)]


@pytest.mark.parametrize("language", CHINESE)
@pytest.mark.parametrize("value", ["大麥家", "GuoGuo", "7"])
def test_a_sentence_reads_well_whatever_is_put_into_it(language: str, value: str) -> None:
    every = catalogue_for(language)
    said = {
        key: every.first(key, gaps=dict.fromkeys(GAP.findall(text), value) | _NEVER_CHINESE)
        for key, text in texts(language)
    }
    assert {key: faults(text) for key, text in said.items() if faults(text)} == {}


def test_signs_and_spaces_of_another_rule_would_be_seen() -> None:
    assert faults("訂單 (已取消)") == ["單 (", "消)"]
    assert faults("查詢過.") == ["過."]
    assert faults("向GuoGuo查詢") == ["向G", "o查"]
    assert faults("向 大麥家 查詢") == ["向 大", "家 查"]
    assert faults("向 GuoGuo 查詢：「already」") == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("GuoGuo", "正在向 GuoGuo 查詢…"),
        ("大麥家", "正在向大麥家查詢…"),
        ("7號店", "正在向 7號店查詢…"),
        ("店 <b>", "正在向店 <b> 查詢…"),
        (" ", "正在向   查詢…"),
        ("", "正在向查詢…"),
        ("「店」", "正在向「店」查詢…"),
    ],
)
def test_a_gap_is_spaced_by_what_meets_at_its_ends(value: str, text: str) -> None:
    assert filled("正在向 {account} 查詢…", {"account": value}) == text


def test_gaps_beside_one_another_are_spaced_too() -> None:
    before = "{person} {at} 訂過"
    assert filled(before, {"person": "小陳", "at": "昨天 04:00"}) == "小陳昨天 04:00 訂過"
    assert filled(before, {"person": "Mei", "at": "昨天"}) == "Mei 昨天訂過"
    assert filled("{title}讀作：{value}", {"title": "VIP", "value": "a b"}) == "VIP 讀作：a b"


def test_other_languages_are_filled_as_they_are_written() -> None:
    assert Catalogue("en", {"a": "at {account}s"}).say("a", account="大麥家") == "at 大麥家s"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "2 hr 30 min"), ("zh-hant", "2 小時 30 分鐘"), ("zh-hans", "2 小时 30 分钟")],
)
def test_a_time_has_its_unit_apart_in_every_language(language: str, text: str) -> None:
    assert span(catalogue_for(language), 150) == text
