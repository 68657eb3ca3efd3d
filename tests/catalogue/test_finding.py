"""What somebody types finds what he means."""

import pytest

from bot.catalogue.finding import folded, group_key, search_text, words_of
from providers.products import Product


def finds(query: str, product: Product) -> bool:
    return all(word in search_text(product) for word in words_of(query))


@pytest.mark.parametrize(
    "query",
    ["纸巾", "维达 纸巾", "zhijin", "zhi jin", "wdzj", "zj", "weida", "日用", "riyong", "ＴＥＡ", "tea  维达", "3层"],
)
def test_a_chinese_title_is_found_by_its_words_and_by_its_pinyin(query: str) -> None:
    assert finds(query, Product("1", "维达纸巾 Tea ３层", "日用品"))


@pytest.mark.parametrize("query", ["纸杯", "zhibei", "coffee", "tea coffee"])
def test_what_is_not_in_it_does_not_find_it(query: str) -> None:
    assert not finds(query, Product("1", "维达纸巾 Tea", "日用品"))


def test_characters_are_read_as_the_word_they_stand_in() -> None:
    assert finds("yinhang", Product("1", "银行"))
    assert finds("xingzou", Product("1", "行走"))


def test_a_title_without_chinese_is_just_folded() -> None:
    assert search_text(Product("1", "Straße  TEA", "Drinks")) == "strasse tea\ndrinks"


def test_a_category_has_the_same_short_name_in_every_list() -> None:
    assert group_key("drinks") == group_key("drinks") != group_key("dishes")
    assert group_key("") == ""
    assert len(group_key("x" * 500)) == 10


def test_a_query_is_read_so_far_only() -> None:
    assert len(words_of("word " * 10_000)) == 1
    assert folded(" A\u3000b\n") == "a b"
