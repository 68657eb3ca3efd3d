"""While a person is asked for, `@bot 王` lists people: to staff, and in their chat with the bot only."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.catalogue.inline import InlinePerson, InlineSearch
from bot.conversation import events
from bot.telegram.inline import article, inline_query
from storage import conversations
from tests.bench import Bench
from tests.desk.addressees import LI, SENDER, WANG, addressees, gift
from tests.desk.filling import tap
from tests.end_to_end.house import ADMIN, COLLEAGUE, STRANGER
from tests.storage.direct import reading
from tests.telegram.test_inline import update
from tests.words.reading import WORDS

TWIN = WANG | {"mobile": "13888880001"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with addressees(tmp_path) as made:
        gift(made, "1001", WANG, LI, TWIN, sender=SENDER, who=COLLEAGUE)
        yield made


async def found(house: Bench, query: str, who: int = ADMIN, *, alone: bool = True) -> list[str]:
    searching = InlineSearch(house.database, house.desk.accounts, house.desk.staff, house.clock)
    return [choice.sends for choice in (await searching.search(who, query, "", alone=alone)).found]


async def to_recipient(house: Bench) -> None:
    await house.does(events.OrderRequested("gifts"))
    for text in ("614", "1", "x", "taobao"):
        await house.does(events.Answered(text))


async def test_the_person_who_is_chosen_is_filled_in_whole(house: Bench) -> None:
    await to_recipient(house)
    assert sorted(await found(house, "王")) == ["王小明 · 13800000001 · 杭州市", "王小明 · 13888880001 · 杭州市"]
    assert await found(house, "0002") == ["李大同 · 13900000002 · 宁波市"]
    assert len(await found(house, "")) == 3
    await house.does(events.Answered("王小明 · 13888880001 · 杭州市"))
    assert "Platform order number" in house.outbox()[-1]
    assert '"mobile":"13888880001"' in str(conversations.load(reading(house.database), ADMIN, ADMIN))


async def test_at_the_sender_it_is_senders(house: Bench) -> None:
    await to_recipient(house)
    await house.does(events.Answered("王小明 · 13888880001 · 杭州市"))
    for label in ("Skip", "Done"):
        await tap(house, label)
    assert await found(house, "") == ["李小红 · 13700000003"]


async def test_nobody_is_listed_elsewhere_to_others_or_while_nobody_is_asked_for(house: Bench) -> None:
    assert await found(house, "王") == []
    await to_recipient(house)
    assert await found(house, "王", alone=False) == []
    assert await found(house, "王", COLLEAGUE) == []
    assert await found(house, "王", STRANGER) == []
    await house.does(events.Answered("赵六"))
    await house.does(events.CancelRequested())
    assert await found(house, "王") == []


@pytest.mark.parametrize(
    ("chat_type", "alone"), [("sender", True), ("private", False), ("group", False), ("channel", False)]
)
def test_the_chat_with_the_bot_is_known_by_what_the_app_says(chat_type: str, *, alone: bool) -> None:
    query = inline_query(update("王", chat_type=chat_type))
    assert query is not None
    assert query.alone is alone


def test_an_app_that_does_not_say_where_it_is_lists_nobody() -> None:
    raw = update("王")
    del raw["inline_query"]["chat_type"]
    query = inline_query(raw)
    assert query is not None
    assert not query.alone


def test_a_person_is_listed_with_all_that_tells_them_from_others() -> None:
    told = article(WORDS, InlinePerson("Damaijia", "王小明", ("13800000001", "杭州市", "文一路1号"), "text"))
    assert (told.title, told.description) == ("王小明", "13800000001 · 杭州市 · 文一路1号")
    assert told.input_message_content.message_text == "text"  # type: ignore[attr-defined]  # it is a text
