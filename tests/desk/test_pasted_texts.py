"""A text is only taken apart where it can hold two answers: most that are typed are one."""

import pytest

from bot.desk.pasted_texts import may_hold_more


@pytest.mark.parametrize(
    "text", ["10", "taobao", "13800000000", "https://example.com/posts/abc123", "王小明", "staff@example.com"]
)
def test_one_word_number_or_link_is_one_answer(text: str) -> None:
    assert not may_hold_more(text)


@pytest.mark.parametrize(
    "text", ["王小明 13800000000", "王小明13800000000", "13800000000王小明", "likes instagram.com/p/x 1k", "a|b|c|100"]
)
def test_what_is_parted_or_glued_may_be_several(text: str) -> None:
    assert may_hold_more(text)
