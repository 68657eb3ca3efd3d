"""The address book at the desk: staff share it, what is confirmed is in it, and nothing of it is read in vain."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation import events
from bot.journal.views import placed
from providers.orders import PlacedOrder
from storage import conversations
from storage.sending import claim
from tests.bench import Bench
from tests.desk.addressees import LI, SENDER, WANG, addressees, gift
from tests.desk.batches import confirm
from tests.desk.filling import tap
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.storage.rows import mark

LABEL = "王小明 · 138…0001 · 杭州市"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with addressees(tmp_path) as made:
        yield made


async def say(house: Bench, *texts: str, who: int = ADMIN) -> str:
    """Returns the last message."""
    for text in texts:
        await house.does(events.Answered(text), who)
    return house.outbox(who)[-1]


async def to_recipient(house: Bench, who: int = ADMIN) -> None:
    await house.does(events.OrderRequested("gifts"), who)
    assert "Recipient" in await say(house, "614", "1", "x", "taobao", who=who)


def answers(house: Bench, who: int = ADMIN) -> str:
    return str(conversations.load(reading(house.database), who, who))


def labels(house: Bench, who: int = ADMIN) -> list[str]:
    """The buttons of the newest question."""
    row = reading(house.database).fetchrow(
        "SELECT body FROM outbox WHERE chat_id = $1 AND edits IS NULL ORDER BY id DESC LIMIT 1", who
    )
    assert row is not None
    return [button[0] for line in json.loads(row["body"])["rows"] for button in line]


async def test_whoever_a_colleague_has_ordered_for_is_two_characters_and_a_tap(house: Bench) -> None:
    gift(house, "1001", WANG, LI, who=COLLEAGUE)
    await to_recipient(house)
    assert LABEL not in labels(house)
    assert "In the address book for “王”" in await say(house, "王")
    assert labels(house) == [LABEL, "Use “王”", "Back", "Cancel"]
    await tap(house, LABEL)
    assert "Platform order number" in house.outbox()[-1]
    assert '"address":"文一路1号"' in answers(house)


async def test_who_is_confirmed_is_found_in_the_next_order(house: Bench) -> None:
    await to_recipient(house)
    await say(house, *WANG.values())
    for label in ("Skip", "Done"):
        await tap(house, label)
    await say(house, *(value or "" for value in SENDER.values() if value))
    for _ in range(4):
        await tap(house, "Skip")
    await tap(house, "Confirm")
    await to_recipient(house, COLLEAGUE)
    await say(house, "小明", who=COLLEAGUE)
    await tap(house, LABEL, COLLEAGUE)
    for label in ("Skip", "Done", "Same sender as last time · 李小红"):
        await tap(house, label, COLLEAGUE)
    assert house.outbox(COLLEAGUE)[-1].startswith("<b>Summary")


async def test_the_words_of_the_button_for_the_last_sender_are_that_tap_and_no_name(house: Bench) -> None:
    gift(house, "1001", WANG, sender=SENDER)
    await to_recipient(house)
    await say(house, *LI.values())
    for label in ("Skip", "Done"):
        await tap(house, label)
    assert labels(house)[0] == "Same sender as last time · 李小红"
    assert (await say(house, "same sender as last time")).startswith("<b>Summary")


async def test_the_button_of_a_person_works_typed_too(house: Bench) -> None:
    gift(house, "1001", WANG)
    await to_recipient(house)
    assert "Platform order number" in await say(house, LABEL)


async def test_of_many_who_fit_some_are_offered_and_a_longer_text_finds_the_one(house: Bench) -> None:
    gift(house, "1001", *(WANG | {"consignee": f"王{n}", "mobile": f"138000000{n:02}"} for n in range(30)))
    await to_recipient(house)
    await say(house, "王")
    assert sum(label.startswith("王") for label in labels(house)) == 5
    assert "Phone" in await say(house, "王17")
    assert labels(house) == ["王17 · 138…0017 · 杭州市", "Back", "Cancel"]


async def test_people_of_a_batch_are_found_and_one_who_is_in_it_twice_is_there_once(house: Bench) -> None:
    await confirm(house, 3, "gifts", COLLEAGUE)
    await confirm(house, 1, "taiwan", COLLEAGUE, batch="0a1b2c3e")
    await house.does(events.PeopleRequested())
    assert len(labels(house)) == 4
    await confirm(house, 2, "taiwan", COLLEAGUE, batch="0a1b2c3f", first=5)
    await house.does(events.PeopleRequested("0912"))
    await tap(house, "王小明 · 091…5678 · 台北市")
    assert "Recipient at citiesocial · 3 orders" in house.outbox()[-1]


async def placed_gift(house: Bench) -> str:
    """An order for Wang is placed; Li and two people of one name are in the book besides. Returns its reference."""
    twins = [LI | {"consignee": "赵六", "mobile": mobile} for mobile in ("13800000008", "13800000009")]
    gift(house, "2001", LI, *twins, who=COLLEAGUE)
    await to_recipient(house)
    await say(house, *WANG.values())
    for label in ("Skip", "Done", "Skip", "Confirm"):
        await tap(house, label)
    (row,) = reading(house.database).fetch("SELECT reference FROM orders WHERE reference <> '2001'")
    with writing(house.database) as tx:
        claim(tx, "gifts", mark(house.clock(), "test"), 2)
    await house.settle(str(row["reference"]), placed(PlacedOrder("A77")))
    house.clock.advance(1)
    return str(row["reference"])


async def test_the_name_of_somebody_below_an_order_is_the_same_for_them(house: Bench) -> None:
    reference = await placed_gift(house)
    await house.does(events.Answered("李大同", replied=("A77", reference)))
    summary = house.outbox()[-1]
    assert summary.startswith("<b>Summary")
    assert "✎ 1. 李大同 · 13900000002 · 浙江省 · 宁波市 · 鄞州区 · 文一路1号" in summary
    assert "王小明" not in summary


@pytest.mark.parametrize("text", ["赵六", "王小明", "谢谢", "李"])
async def test_a_name_of_several_of_nobody_or_of_who_gets_it_anyway_orders_nothing(house: Bench, text: str) -> None:
    reference = await placed_gift(house)
    before = len(house.outbox())
    await house.does(events.Answered(text, replied=("A77", reference)))
    assert not any(told.startswith("<b>Summary") for told in house.outbox()[before:])


async def test_of_two_people_of_one_name_the_label_says_which_gets_the_same(house: Bench) -> None:
    reference = await placed_gift(house)
    await house.does(events.Answered("赵六 · 138…0009 · 宁波市", replied=("A77", reference)))
    assert "✎ 1. 赵六 · 13800000009" in house.outbox()[-1]


async def test_nobody_is_looked_for_at_a_question_about_something_else(house: Bench) -> None:
    gift(house, "1001", WANG | {"consignee": "taobao"})
    await house.does(events.OrderRequested("gifts"))
    assert "Source" in await say(house, "614", "1", "王")
    assert "Recipient" in await say(house, "taobao")
