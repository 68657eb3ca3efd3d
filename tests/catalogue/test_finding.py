"""What somebody types finds what he means."""

import pytest

from bot.catalogue.finding import folded, group_key, may_be_chinese, pinyin_within, search_text, spellings_of, words_of
from tests.catalogue.seller import transcribed


async def finds(query: str, title: str, group: str = "") -> bool:
    searched = search_text(title, group, await transcribed(may_be_chinese((title, group))))
    return all(word in searched for word in words_of(query))


@pytest.mark.parametrize(
    "query",
    ["纸巾", "维达 纸巾", "zhijin", "zhi jin", "wdzj", "zj", "weida", "日用", "riyong", "ＴＥＡ", "tea  维达", "3层"],
)
async def test_a_chinese_title_is_found_by_its_words_and_by_its_pinyin(query: str) -> None:
    assert await finds(query, "维达纸巾 Tea ３层", "日用品")


@pytest.mark.parametrize("query", ["纸杯", "zhibei", "coffee", "tea coffee"])
async def test_what_is_not_in_it_does_not_find_it(query: str) -> None:
    assert not await finds(query, "维达纸巾 Tea", "日用品")


async def test_characters_are_read_as_the_word_they_stand_in() -> None:
    assert await finds("yinhang", "银行")
    assert await finds("xingzou", "行走")


def test_a_title_without_chinese_is_just_folded() -> None:
    assert may_be_chinese(("Straße  TEA", "Drinks")) == set()
    assert search_text("Straße  TEA", "Drinks", {}) == "strasse tea\ndrinks"


def test_without_its_pinyin_a_title_is_found_by_its_words() -> None:
    assert search_text("维达 Tea", "日用品", {"日用品": "riyongpin ryp"}) == "维达 tea\n日用品 riyongpin ryp"


@pytest.mark.parametrize("group", ["日用品", "", "Café"])
def test_the_pinyin_can_be_read_back(group: str) -> None:
    pinyin = {"维达 tea": "weida wd", "日用品": "riyongpin ryp", "café": ""}
    searched = search_text("维达  Tea", group, pinyin)
    wanted = may_be_chinese(("维达 Tea", group))
    assert dict(pinyin_within("维达 Tea", group, searched)) == {text: pinyin[text] for text in wanted}


def test_the_pinyin_of_another_title_is_not_read_back() -> None:
    assert dict(pinyin_within("维达", "", "维达纸巾 weidazhijin wdzj\n")) == {}


def test_a_category_has_the_same_short_name_in_every_list() -> None:
    assert group_key("drinks") == group_key("drinks") != group_key("dishes")
    assert group_key("") == ""
    assert len(group_key("x" * 500)) == 10


def test_a_query_is_read_so_far_only() -> None:
    assert len(words_of("word " * 10_000)) == 1
    assert folded(" A\u3000b\n") == "a b"


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("武夷山大红袍", "大紅袍"),
        ("武夷山大紅袍", "大红袍"),
        ("武夷山大紅袍", "大紅袍"),
        ("Instagram 新貼文自動按讚", "自动按赞"),
        ("礼盒 A", "禮盒 a"),
    ],
)
def test_a_title_is_found_by_either_kind_of_characters(title: str, query: str) -> None:
    searched = search_text(title, "", {})
    assert any(all(word in searched for word in words) for words in spellings_of(query))


def test_the_pinyin_in_a_list_from_before_there_were_simplified_forms_is_still_used() -> None:
    old, new = "大紅袍 dahongpao dhp\n", search_text("大紅袍", "", {"大紅袍": "dahongpao dhp"})
    assert list(pinyin_within("大紅袍", "", old)) == list(pinyin_within("大紅袍", "", new))
    assert list(pinyin_within("大紅袍", "", new)) == [("大紅袍", "dahongpao dhp")]


def test_latin_words_have_one_spelling_only() -> None:
    assert spellings_of("Green tea") == (words_of("Green tea"),)
