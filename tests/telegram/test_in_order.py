"""What was sent before its question was on the screen answers nothing, and one gesture gets one hint."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.desk import screen
from bot.sandbox.chats import BOT, ChatMessage
from bot.sandbox.standin import StandIn
from bot.telegram.deliver import Delivery
from bot.telegram.receive import Inbox
from bot.telegram.storing import TakenStorage
from tests.bench import GROUP, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading
from tests.telegram.line import Line, Waking, line

EARLY = "It came before the question. Please send it again."


class TelegramsTime:
    """It stands, so that a slow machine is no slow person."""

    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> TelegramsTime:
    return TelegramsTime()


@pytest.fixture
async def house(tmp_path: Path, time: TelegramsTime) -> AsyncIterator[Line]:
    async with StandIn(now=time) as telegram:
        for person in (ADMIN, COLLEAGUE):
            telegram.add_person(person, started=True)
        async with line(tmp_path, telegram=telegram) as made:
            yield made


def said(house: Line, chat: int = ADMIN) -> list[str]:
    return [message.text for message in house.telegram.messages(chat) if message.sender == BOT]


def answers(house: Line, who: int = ADMIN) -> Any:
    """The answers of the open draft."""
    row = reading(house.database).fetchrow("SELECT state FROM conversations WHERE user_id = $1", who)
    draft = None if row is None else json.loads(row["state"])["draft"]
    return None if draft is None else draft["answers"]


async def shows(house: Line, start: str, chat: int = ADMIN) -> ChatMessage:
    """Wait until the bot's newest message starts so."""
    await house.telegram.wait_for(chat, lambda _: bool(said(house, chat)) and said(house, chat)[-1].startswith(start))
    return house.telegram.messages(chat)[-1]


async def rests(house: Line) -> None:
    """Wait until all is taken in, and said."""
    await until(house.acknowledged())
    await until(house.nothing_waits())


async def to_the_quantity(house: Line) -> None:
    for text, then in (("/order shop", "Order type"), ("goods", "Product"), ("188", "Quantity")):
        house.telegram.say(ADMIN, text)
        await shows(house, then)
    await rests(house)


async def test_of_answers_in_a_row_only_the_first_is_taken_and_the_others_are_named_once(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, "/order shop")
        await shows(house, "Order type")
    # They wait while the bot is away.
    for text in ("goods", "188", "3"):
        house.telegram.say(ADMIN, text)
    async with working(house.delivery.run(), house.inbox.poll()):
        await rests(house)
        await shows(house, "Not taken: 188 · 3\nThey came before the question.")
        assert said(house)[-2].startswith("Product")
        assert answers(house) == {"type": "goods"}
        house.telegram.say(ADMIN, "188")
        await shows(house, "Quantity")
    assert answers(house)["items"][0]["goods_id"] == "188"


async def test_each_answer_that_came_too_early_is_named_where_they_come_one_by_one(house: Line) -> None:
    house.telegram.flood(ADMIN, 0)
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, "/order shop")
        await shows(house, "Order type")
        await rests(house)
        # Telegram asks the bot to wait, so that the next question comes late.
        house.telegram.fail("sendMessage", "retry_after", retry_after=30)
        house.telegram.say(ADMIN, "goods")
        await until(house.postponed())
        for text in ("188", "3"):
            house.telegram.say(ADMIN, text)
            await until(house.acknowledged())
        assert answers(house) == {"type": "goods"}
        house.later(31)
        await rests(house)
        house.later(5)
        await rests(house)
        assert said(house)[-2].startswith("Product")
        assert said(house)[-1].startswith("Not taken: 188 · 3\n")
        house.telegram.say(ADMIN, "188")
        await shows(house, "Quantity")


async def test_who_answers_as_soon_as_they_see_the_question_is_never_refused(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        for text, then in (("/order shop", "Order type"), ("goods", "Product"), ("188", "Quantity"), ("2", "Items")):
            house.telegram.say(ADMIN, text)
            await shows(house, then)
    assert not any("Not taken" in text for text in said(house))


async def test_a_question_whose_delivery_was_never_answered_counts_as_seen(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, "/order shop")
        await shows(house, "Order type")
        await rests(house)
        house.telegram.fail("sendMessage", "drop_after")
        house.telegram.say(ADMIN, "goods")
        await shows(house, "Product")
        await until(house.postponed())
        # It will come a second time, with a higher id than the answer has.
        house.telegram.say(ADMIN, "188")
        await until(house.acknowledged())
        house.later(60)
        await shows(house, "Quantity")
        assert answers(house)["items"][0]["goods_id"] == "188"


async def test_an_answer_to_the_first_copy_counts_after_the_second_one_was_sent(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, "/order shop")
        await shows(house, "Order type")
        await rests(house)
        house.telegram.fail("sendMessage", "drop_after")
        house.telegram.say(ADMIN, "goods")
        await shows(house, "Product")
        await until(house.postponed())
        answer = house.telegram.say(ADMIN, "188")
        house.telegram.withhold(answer)
        house.later(60)
        await rests(house)
        house.telegram.redeliver(answer)
        await shows(house, "Quantity")


async def test_after_a_kill_a_question_that_may_have_been_sent_counts_as_seen(
    house: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, "/order shop")
        await shows(house, "Order type")
        await rests(house)
    # What Telegram takes from here on is never recorded: the program dies before.
    monkeypatch.setattr(TakenStorage, "store_once", lambda _: asyncio.sleep(0))
    monkeypatch.setattr(TakenStorage, "run", lambda _: asyncio.sleep(3600))
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, "goods")
        await shows(house, "Product")
    monkeypatch.undo()
    house.telegram.say(ADMIN, "188")
    delivery = Delivery(house.client, house.database, house.clock, house.clock.forward)
    assert isinstance(house.workers, Waking)
    house.workers.delivery = delivery
    inbox = Inbox(house.client, house.desk, forward=house.clock.forward, delivery=delivery)
    async with working(delivery.run(), inbox.poll()):
        await rests(house)
    assert answers(house)["items"][0]["goods_id"] == "188"


async def test_a_text_that_comes_twice_is_taken_once_and_a_third_one_is_meant(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
        house.telegram.say(ADMIN, "188")
        await shows(house, "Taken only once: 188\nIt came twice.")
        assert "quantity" not in answers(house)["items"][0]
        house.telegram.say(ADMIN, "188")
        await shows(house, "Items")


async def test_the_same_text_some_seconds_later_is_meant(house: Line, time: TelegramsTime) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
        time.now += screen.A_MOMENT + 1
        house.telegram.say(ADMIN, "188")
        await shows(house, "Items")


async def test_an_equal_answer_to_the_next_question_is_meant_where_more_than_a_second_lies_between(
    house: Line, time: TelegramsTime
) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
        # The dates are whole seconds: one apart, the two may have come at once.
        time.now += 1
        house.telegram.say(ADMIN, "188")
        await shows(house, "Taken only once: 188")
        house.telegram.say(ADMIN, "188")
        await shows(house, "Items")
        house.telegram.tap_button(ADMIN, "Add another")
        await shows(house, "Product")
        house.telegram.say(ADMIN, "188")
        await shows(house, "Quantity")
        await rests(house)
        time.now += screen.A_MOMENT
        house.telegram.say(ADMIN, "188")
        await shows(house, "Items")
    assert [one["quantity"] for one in answers(house)["items"]] == ["188", "188"]


async def test_an_equal_answer_that_is_a_reply_to_the_next_question_is_meant_at_once(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
        question = house.telegram.messages(ADMIN)[-1].message_id
        house.telegram.say(ADMIN, "188", reply_to=question)
        await shows(house, "Items")
    assert answers(house)["items"][0]["quantity"] == "188"


async def test_an_equal_text_that_is_older_than_the_next_question_is_a_copy_however_late_it_is(
    house: Line, time: TelegramsTime
) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, "/order shop")
        await shows(house, "Order type")
    house.telegram.say(ADMIN, "goods")
    time.now += screen.A_MOMENT
    house.telegram.say(ADMIN, "goods")
    async with working(house.delivery.run(), house.inbox.poll()):
        await shows(house, "Taken only once: goods\n")
        await rests(house)
    assert answers(house) == {"type": "goods"}


async def test_a_copy_that_was_on_its_way_before_the_next_question_is_one_too(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, "/order shop")
        await shows(house, "Order type")
    for _ in range(2):
        house.telegram.say(ADMIN, "goods")
    async with working(house.delivery.run(), house.inbox.poll()):
        await shows(house, "Taken only once: goods\n")
        await rests(house)
    assert answers(house) == {"type": "goods"}


async def test_the_same_text_later_or_after_a_tap_is_an_answer(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
        house.telegram.say(ADMIN, "1")
        await shows(house, "Items")
        house.telegram.tap_button(ADMIN, "Done")
        await shows(house, "Note")
        house.telegram.say(ADMIN, "1")
        await shows(house, "Recipient")


async def test_the_word_of_a_button_may_be_typed_as_often_as_it_is_meant(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
        for text, then in (("1", "Items"), ("done", "Note"), ("skip", "Recipient"), ("skip", "Summary")):
            house.telegram.say(ADMIN, text)
            await shows(house, then)
            await rests(house)
    assert not any("only once" in text for text in said(house))


async def test_a_bad_answer_may_be_put_right_before_it_was_said_to_be_one(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
    # The question was on the screen all the time.
    for text in ("many", "2"):
        house.telegram.say(ADMIN, text)
    async with working(house.delivery.run(), house.inbox.poll()):
        await shows(house, "Items")


async def test_what_is_typed_before_the_summary_is_there_is_not_for_the_summary(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
        house.telegram.say(ADMIN, "1")
        await shows(house, "Items")
        for label, then in (("Done", "Note"), ("Skip", "Recipient")):
            house.telegram.tap_button(ADMIN, label)
            await shows(house, then)
        await rests(house)
    house.telegram.tap_button(ADMIN, "Skip")
    house.telegram.say(ADMIN, "1207")
    async with working(house.delivery.run(), house.inbox.poll()):
        await shows(house, f"Not taken: 1207\n{EARLY}")
    assert reading(house.database).fetch("SELECT * FROM orders") == []


@pytest.mark.parametrize("as_what", ["album", "pictures"])
async def test_ten_pictures_are_one_gesture(house: Line, as_what: str) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
        before = len(said(house))
        if as_what == "album":
            house.telegram.say_album(ADMIN, 10)
        else:
            for _ in range(10):
                house.telegram.say_other(ADMIN, "photo")
        await rests(house)
        assert said(house)[before].startswith("A picture can't be read")
        assert [text[:8] for text in said(house)[before + 1 :]] == ["Quantity"]
        house.telegram.say(ADMIN, "2")
        await shows(house, "Items")
        # Another gesture gets its own.
        house.telegram.say_other(ADMIN, "photo")
        await rests(house)
        assert said(house)[-2].startswith("That can't be read here")


async def test_words_under_a_picture_are_said_not_to_be_read(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
        before = len(said(house))
        house.telegram.say_album(ADMIN, 3, caption="2")
        await rests(house)
    assert said(house)[before].startswith("The words under a picture or file can't be read")
    assert len(said(house)) == before + 2
    assert "quantity" not in answers(house)["items"][0]


async def test_a_live_location_gets_one_hint_however_far_it_goes(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
        before = len(said(house))
        house.telegram.say_other(ADMIN, "location")
        await rests(house)
        place = house.telegram.messages(ADMIN)[-3].message_id
        for _ in range(5):
            house.telegram.move(ADMIN, place)
        await rests(house)
    assert [text[:8] for text in said(house)[before:]] == ["That can", "Quantity"]


async def test_edits_in_a_row_get_one_hint(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
        before, first = len(said(house)), house.telegram.messages(ADMIN)[0].message_id
        for n in range(5):
            house.telegram.edit(ADMIN, first, f"/order shop {n}")
        await rests(house)
    assert [text[:9] for text in said(house)[before:]] == ["An edited", "Quantity "]


async def test_in_a_group_each_person_is_where_they_are(house: Line) -> None:
    house.telegram.add_group(GROUP, "Office", [ADMIN, COLLEAGUE])
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, "/order shop", chat_id=GROUP)
        first = await shows(house, "Order type", GROUP)
        house.telegram.say(COLLEAGUE, "/order shop", chat_id=GROUP)
        second = await house.telegram.wait_for(GROUP, lambda messages: len(messages) == 4)
        await rests(house)
    house.telegram.say(ADMIN, "goods", chat_id=GROUP, reply_to=first.message_id)
    house.telegram.say(COLLEAGUE, "goods", chat_id=GROUP, reply_to=second[-1].message_id)
    house.telegram.say(ADMIN, "188", chat_id=GROUP, reply_to=first.message_id)
    async with working(house.delivery.run(), house.inbox.poll()):
        await rests(house)
    assert (answers(house, ADMIN), answers(house, COLLEAGUE)) == ({"type": "goods"}, {"type": "goods"})
    assert said(house, GROUP)[-1].startswith("Not taken: 188")


async def test_a_reply_to_a_question_of_before_is_no_answer_to_the_one_that_is_open(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
        asked = {message.text.split()[0].rstrip(":"): message.message_id for message in house.telegram.messages(ADMIN)}
        house.telegram.say(ADMIN, "3", reply_to=asked["Product"])
        await shows(house, "Not taken: 3\nIt is a reply to an earlier message.")
        assert "quantity" not in answers(house)["items"][0]
        house.telegram.say(ADMIN, "2", reply_to=asked["Quantity"])
        await shows(house, "Items")
        house.telegram.say(ADMIN, "Done")
        await shows(house, "Note")
        # The word of a button is none.
        house.telegram.say(ADMIN, "Skip", reply_to=asked["Quantity"])
        await shows(house, "Recipient")


@pytest.mark.parametrize(("place", "then"), [("上海市", "District"), ("浙江省", "Taken only once: 浙江省")])
async def test_a_municipality_is_province_and_city_however_fast_it_is_typed(house: Line, place: str, then: str) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_quantity(house)
        way = (
            ("1", "Items"),
            ("done", "Note"),
            ("skip", "Recipient"),
            ("王小明", "Phone"),
            ("13800000000", "Province"),
        )
        for text, shown in (*way, (place, "City"), (place, then)):
            house.telegram.say(ADMIN, text)
            await shows(house, shown)
