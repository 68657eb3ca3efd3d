import asyncio
from typing import get_args

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.sandbox.payloads import OtherKind
from bot.sandbox.people import WITHHELD
from bot.sandbox.standin import StandIn
from tests.sandbox.conftest import PERSON

GROUP = -1001
OTHER = 222222222


def one_button(label: str, data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)]])


async def test_a_text_arrives_as_it_was_typed(standin: StandIn, bot: Bot) -> None:
    standin.say(PERSON, "<b>\u202e a\x00 時</b>")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "<b>\u202e a\x00 時</b>"
    assert update.effective_user is not None
    assert (update.effective_user.id, update.effective_user.language_code) == (PERSON, "en")
    assert update.effective_chat is not None
    assert (update.effective_chat.id, update.effective_chat.type) == (PERSON, "private")


@pytest.mark.parametrize("text", ["\ud800", "a\udfff b", ""])
async def test_what_no_app_would_send_can_be_sent(standin: StandIn, bot: Bot, text: str) -> None:
    standin.say(PERSON, text)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert (update.message.text or "") == text


async def test_commands_are_marked(standin: StandIn, bot: Bot) -> None:
    standin.say(PERSON, "/order@orderbot_sandbox_bot 🏟 /skip a/b /x/y")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.parse_entities([MessageEntity.BOT_COMMAND]) == {
        MessageEntity("bot_command", 0, 27): "/order@orderbot_sandbox_bot",
        MessageEntity("bot_command", 31, 5): "/skip",
    }


@pytest.mark.parametrize("kind", get_args(OtherKind))
async def test_other_things_than_text_are_valid_messages(standin: StandIn, bot: Bot, kind: OtherKind) -> None:
    standin.say_other(PERSON, kind)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text is None
    assert getattr(update.message, kind)


async def test_a_picture_can_carry_words(standin: StandIn, bot: Bot) -> None:
    standin.say_other(PERSON, "photo", caption="5")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.caption == "5"


async def test_an_edited_message_is_told_as_one(standin: StandIn, bot: Bot) -> None:
    standin.say(PERSON, "a")
    standin.edit(PERSON, 1, "b")
    _, update = await bot.get_updates()
    assert update.edited_message is not None
    assert (update.edited_message.text, update.edited_message.message_id) == ("b", 1)
    assert update.edited_message.edit_date is not None
    await bot.send_message(PERSON, "mine")
    with pytest.raises(ValueError, match="was not written by"):
        standin.edit(PERSON, 2, "x")


async def test_a_forwarded_message_is_marked(standin: StandIn, bot: Bot) -> None:
    standin.forward(PERSON, "a")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.forward_origin is not None
    assert update.message.text == "a"


async def test_a_tap_carries_the_message_and_its_data(standin: StandIn, bot: Bot) -> None:
    await bot.send_message(PERSON, "a", reply_markup=one_button("Go", "go:1"))
    standin.tap(PERSON, 1, "go:1")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "go:1"
    assert update.callback_query.message is not None
    assert update.callback_query.message.message_id == 1


async def test_only_a_forged_tap_can_send_other_data(standin: StandIn, bot: Bot) -> None:
    await bot.send_message(PERSON, "a", reply_markup=one_button("Go", "go"))
    with pytest.raises(ValueError, match="has no button with 'no'"):
        standin.tap(PERSON, 1, "no")
    standin.tap(PERSON, 1, "no", forged=True)
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "no"


async def test_a_label_is_looked_for_from_the_newest_message_up(standin: StandIn, bot: Bot) -> None:
    for data in ("old", "new"):
        await bot.send_message(PERSON, data, reply_markup=one_button("Go", data))
    await bot.send_message(PERSON, "without")
    standin.tap_button(PERSON, "Go")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "new"
    with pytest.raises(ValueError, match=r"no button 'Stop' in this chat:\n#1 bot: old \['Go'\]"):
        standin.tap_button(PERSON, "Stop")


async def test_in_a_group_the_bot_hears_commands_and_replies_to_itself(standin: StandIn, bot: Bot) -> None:
    standin.add_person(OTHER, "Other")
    standin.add_group(GROUP, "Staff", [PERSON, OTHER])
    assert standin.say(PERSON, "chat", chat_id=GROUP) == WITHHELD
    assert standin.say(PERSON, "/order@another_bot", chat_id=GROUP) == WITHHELD
    heard = [standin.say(PERSON, "/order", chat_id=GROUP)]
    heard += [standin.say(OTHER, "/order@orderbot_sandbox_bot", chat_id=GROUP)]
    question = await bot.send_message(GROUP, "Quantity?", reply_markup=one_button("Skip", "skip"))
    assert standin.say(OTHER, "5", chat_id=GROUP, reply_to=1) == WITHHELD
    heard += [standin.say(OTHER, "5", chat_id=GROUP, reply_to=question.message_id)]
    heard += [standin.tap_button(PERSON, "Skip", chat_id=GROUP)]
    updates = await bot.get_updates()
    assert [update.update_id for update in updates] == heard
    assert {update.effective_chat.id for update in updates if update.effective_chat} == {GROUP}


async def test_strangers_to_a_chat_can_do_nothing_there(standin: StandIn) -> None:
    standin.add_person(OTHER, "Other")
    standin.add_group(GROUP, "Staff", [PERSON])
    with pytest.raises(ValueError, match="is not in chat"):
        standin.say(OTHER, "/order", chat_id=GROUP)
    with pytest.raises(ValueError, match="no person 5"):
        standin.say(5, "/order")


async def test_waiting_ends_with_the_change_that_was_waited_for(standin: StandIn, bot: Bot) -> None:
    waiting = asyncio.create_task(standin.wait_for(PERSON, lambda shown: shown and shown[-1].edited))
    await bot.send_message(PERSON, "a")
    await bot.edit_message_text("b", PERSON, 1)
    assert [message.text for message in await waiting] == ["b"]


async def test_waiting_in_vain_shows_the_chat(standin: StandIn, bot: Bot) -> None:
    await bot.send_message(PERSON, "a", reply_markup=one_button("Go", "go"))
    with pytest.raises(TimeoutError, match=r"#1 bot: a \['Go'\]"):
        await standin.wait_for(PERSON, lambda shown: len(shown) > 1, timeout=0.01)


async def test_a_subscriber_hears_every_change_in_order(standin: StandIn, bot: Bot) -> None:
    with standin.subscribe() as changes:
        standin.say(PERSON, "a")
        await bot.send_message(PERSON, "b")
        await bot.edit_message_text("c", PERSON, 2)
        await bot.delete_message(PERSON, 2)
        await bot.set_my_commands([("order", "Order something")])
        heard = [await anext(changes) for _ in range(5)]
    assert [(change.kind, change.message_id) for change in heard] == [
        ("message", 1),
        ("message", 2),
        ("edited", 2),
        ("deleted", 2),
        ("commands", 0),
    ]


async def test_a_reply_carries_the_text_and_formatting_of_what_it_answers(standin: StandIn, bot: Bot) -> None:
    sent = await bot.send_message(PERSON, "<b>Placed</b>\nOrder number: <code>2175</code>", parse_mode="HTML")
    standin.say(PERSON, "how far?", reply_to=sent.message_id)
    (update,) = await bot.get_updates()
    assert update.message is not None
    replied = update.message.reply_to_message
    assert replied is not None
    assert replied.text == "Placed\nOrder number: 2175"
    assert set(replied.parse_entities([MessageEntity.CODE]).values()) == {"2175"}
    assert replied.from_user is not None
    assert replied.from_user.is_bot
