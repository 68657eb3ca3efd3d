"""A phone number in a street address is asked about, at every supplier that ships; what only looks like one isn't."""

import pytest

from bot.conversation import replies
from tests.conversation.kinds import ADDRESS, CITY, SHOP, SKIP, Kind

ASKED = {
    "damaijia": Kind("gifts", ("614", "1", "x", "taobao", "王", "13800000000", "a", "b", "c"), "Address", "文一路1号"),
    "anqicms": Kind("shop", (*SHOP, *ADDRESS[:-1]), "Address", "文一路1号"),
    "citiesocial": Kind(
        "citiesocial", (*CITY, "a@example.com", "a", "b", SKIP, "100", "c", "d"), "Address", "文一路1号"
    ),
}
EACH = pytest.mark.parametrize("kind", ASKED.values(), ids=ASKED.keys())


@EACH
@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("文一路1号 13800000000", ("文一路1号",)),
        ("文一路1号，电话138 0000 0000转12 王小明", ()),
        ("八德路一段1號 0912-345-678", ("八德路一段1號",)),
        ("13800000000", ()),
        ("文一路1号 １３８－００００－００００", ("文一路1号",)),
        ("八德路一段1號（02）2720-8889", ("八德路一段1號",)),
        ("文一路1号 (+86)13800000000", ("文一路1号",)),
        ("八德路一段1號 +886 2 2720 8889", ("八德路一段1號",)),
        ("文一路1号 400-800-8820", ("文一路1号",)),
    ],
)
def test_an_address_that_holds_a_phone_number_is_asked_about(kind: Kind, text: str, readings: tuple[str, ...]) -> None:
    chat = kind.reached()
    chat.say(text)
    asked = chat.reply(replies.Asked)
    assert (chat.asked, chat.problem, asked.readings, asked.insist) == (
        "Address",
        "address_with_phone",
        readings,
        True,
    )


@EACH
@pytest.mark.parametrize(
    "text",
    [
        "三号路100-200-3000号",
        "A座0571室 8765 4321",
        "文一路138号1000室",
        "建设路1号[2568]",
        "八德路一段1號12樓之3",
        "12345678号楼",
        "王府井 100006",
    ],
)
def test_numbers_of_houses_and_rooms_are_no_phone(kind: Kind, text: str) -> None:
    chat = kind.reached()
    at = chat.draft.at
    chat.say(text)
    assert chat.draft.at != at
