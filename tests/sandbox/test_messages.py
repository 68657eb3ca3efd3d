import re
from typing import Any

import pytest
from telegram import Bot, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.error import BadRequest, Forbidden

from bot.sandbox.messages import TAP_ANSWERABLE_FOR
from bot.sandbox.people import WITHHELD
from bot.sandbox.standin import StandIn
from tests.sandbox.conftest import PERSON, Clock, Raw

GO = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
UNCLOSED = "can't parse entities: Can't find end tag corresponding to start tag \"b\""
STOP = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="stop")]])


def exactly(description: str) -> str:
    return f"^{re.escape(description)}$"


async def test_a_message_arrives_as_people_see_it(standin: StandIn, bot: Bot, clock: Clock) -> None:
    sent = await bot.send_message(PERSON, "<b>a</b> &lt;1&gt;", parse_mode="HTML", reply_markup=GO)
    (message,) = standin.messages(PERSON)
    assert (message.message_id, message.sender, message.text) == (sent.message_id, "bot", "a <1>")
    assert message.html == "<b>a</b> &lt;1&gt;"
    assert message.labels == ["Go"]
    assert message.buttons[0][0].data == "go"
    assert message.date == int(clock.seconds)
    assert not message.edited
    assert (sent.text, sent.text_html) == ("a <1>", "<b>a</b> &lt;1&gt;")


async def test_without_parse_mode_tags_are_text(standin: StandIn, bot: Bot) -> None:
    await bot.send_message(PERSON, "<b>a")
    assert standin.messages(PERSON)[0].html == "&lt;b&gt;a"


async def test_what_every_message_may_carry_is_accepted(standin: StandIn, bot: Bot) -> None:
    await bot.send_message(PERSON, "a")
    sent = await bot.send_message(
        PERSON,
        "b",
        disable_notification=True,
        protect_content=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(1),
        reply_markup=ForceReply(selective=True),
    )
    assert sent.reply_to_message is not None
    assert standin.messages(PERSON)[1].reply_to == 1
    assert standin.messages(PERSON)[1].force_reply
    assert [message.is_silent for message in standin.messages(PERSON)] == [False, True]


@pytest.mark.parametrize("text", ["", " \n", "<b></b>", "<b> </b>", "\x00", "\u200b", "&#32;"])
async def test_a_text_that_shows_nothing_is_refused(standin: StandIn, raw: Raw, text: str) -> None:
    answer = await raw("sendMessage", chat_id=PERSON, text=text, parse_mode="HTML")
    assert answer == {"ok": False, "error_code": 400, "description": "Bad Request: message text is empty"}
    assert standin.messages(PERSON) == []


async def test_4096_characters_are_counted_after_the_markup(bot: Bot) -> None:
    assert (await bot.send_message(PERSON, f"<b>{'&lt;' * 4096}</b>", parse_mode="HTML")).text == "<" * 4096
    with pytest.raises(BadRequest, match=exactly("Message is too long")):
        await bot.send_message(PERSON, "x" * 4097)
    with pytest.raises(BadRequest, match=exactly("Message is too long")):
        await bot.send_message(PERSON, "🏟" * 2049)


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"chat_id": PERSON, "text": "<b>x", "parse_mode": "html"}, UNCLOSED),
        ({"chat_id": PERSON, "text": "x", "parse_mode": "Rich"}, "unsupported parse_mode"),
        ({"chat_id": 5, "text": "x"}, "chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": PERSON, "text": "\ud800"}, "strings must be encoded in UTF-8"),
        (
            {"chat_id": PERSON, "text": "x", "reply_parameters": {"message_id": 99}},
            "message to be replied not found",
        ),
    ],
)
async def test_a_wrong_message_is_refused_in_telegrams_words(raw: Raw, params: dict[str, Any], reason: str) -> None:
    answer = await raw("sendMessage", **params)
    assert (answer["error_code"], answer["description"]) == (400, f"Bad Request: {reason}")
    assert (await raw("sendMessage", chat_id=PERSON, text="x"))["ok"]


async def test_a_reply_to_nothing_may_be_allowed(raw: Raw) -> None:
    reply = {"message_id": 99, "allow_sending_without_reply": True}
    assert (await raw("sendMessage", chat_id=PERSON, text="x", reply_parameters=reply))["ok"]


async def test_an_unknown_parameter_is_refused(raw: Raw) -> None:
    answer = await raw("sendMessage", chat_id=PERSON, text="x", parsemode="HTML")
    assert answer["error_code"] == 400
    assert '"parsemode"' in answer["description"]


async def test_a_bot_must_not_write_first(standin: StandIn, bot: Bot) -> None:
    standin.add_person(5, "Stranger")
    with pytest.raises(BadRequest, match=exactly("Chat not found")):
        await bot.send_message(5, "x")
    standin.say(5, "/start")
    assert (await bot.send_message(5, "x")).message_id == 2


async def test_a_person_who_blocked_the_bot_gets_nothing_until_he_unblocks_it(standin: StandIn, bot: Bot) -> None:
    standin.block(PERSON)
    with pytest.raises(Forbidden, match=exactly("Forbidden: bot was blocked by the user")):
        await bot.send_message(PERSON, "x")
    standin.unblock(PERSON)
    await bot.send_message(PERSON, "x")
    assert [update.my_chat_member is not None for update in await bot.get_updates()] == [True, True]


async def test_nobody_writes_to_or_for_an_account_that_was_deleted(standin: StandIn, bot: Bot) -> None:
    standin.deactivate(PERSON)
    with pytest.raises(Forbidden, match=exactly("Forbidden: user is deactivated")):
        await bot.send_message(PERSON, "x")
    with pytest.raises(ValueError, match="is no more"):
        standin.say(PERSON, "x")
    assert await bot.get_updates() == ()


async def test_a_bot_that_was_thrown_out_of_a_group_hears_and_says_nothing_there(standin: StandIn, bot: Bot) -> None:
    standin.add_group(-5, "Office", [PERSON])
    told = standin.kick(PERSON, -5)
    assert standin.say(PERSON, "/help", chat_id=-5) == WITHHELD
    with pytest.raises(Forbidden, match=exactly("Forbidden: bot was kicked from the group chat")):
        await bot.send_message(-5, "x")
    invited = standin.invite(PERSON, -5)
    await bot.send_message(-5, "x")
    heard = standin.say(PERSON, "/help", chat_id=-5)
    assert [update.update_id for update in await bot.get_updates()] == [told, invited, heard]


async def test_a_message_that_the_person_deleted_can_not_be_edited(standin: StandIn, bot: Bot) -> None:
    sent = await bot.send_message(PERSON, "a")
    standin.delete(PERSON, sent.message_id)
    with pytest.raises(BadRequest, match=exactly("Message to edit not found")):
        await sent.edit_text("b")
    assert standin.messages(PERSON) == []
    assert await bot.get_updates() == ()


async def test_an_edit_replaces_text_and_buttons(standin: StandIn, bot: Bot) -> None:
    await bot.send_message(PERSON, "a", reply_markup=GO)
    await bot.edit_message_text("<i>b</i>", PERSON, 1, parse_mode="HTML")
    (message,) = standin.messages(PERSON)
    assert (message.html, message.buttons, message.edited) == ("<i>b</i>", (), True)
    await bot.edit_message_reply_markup(PERSON, 1, reply_markup=STOP)
    assert standin.messages(PERSON)[0].labels == ["Stop"]
    assert standin.messages(PERSON)[0].html == "<i>b</i>"


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot) -> None:
    same = exactly(
        "Message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
    await bot.send_message(PERSON, "<b>a</b>", parse_mode="HTML", reply_markup=GO)
    with pytest.raises(BadRequest, match=same):
        await bot.edit_message_text(" <strong>a</strong>", PERSON, 1, parse_mode="HTML", reply_markup=GO)
    with pytest.raises(BadRequest, match=same):
        await bot.edit_message_reply_markup(PERSON, 1, reply_markup=GO)
    await bot.edit_message_text("a", PERSON, 1, reply_markup=GO)
    await bot.edit_message_text("a", PERSON, 1)
    with pytest.raises(BadRequest, match=same):
        await bot.edit_message_reply_markup(PERSON, 1)


async def test_only_ones_own_messages_can_be_edited(standin: StandIn, bot: Bot) -> None:
    standin.say(PERSON, "hello")
    with pytest.raises(BadRequest, match=exactly("Message can't be edited")):
        await bot.edit_message_text("x", PERSON, 1)
    with pytest.raises(BadRequest, match=exactly("Message to edit not found")):
        await bot.edit_message_text("x", PERSON, 2)
    with pytest.raises(BadRequest, match=exactly("Message identifier is not specified")):
        await bot.edit_message_text("x", PERSON)


async def test_a_deleted_message_is_gone_and_its_id_is_not_used_again(standin: StandIn, bot: Bot) -> None:
    await bot.send_message(PERSON, "a")
    await bot.delete_message(PERSON, 1)
    assert standin.messages(PERSON) == []
    with pytest.raises(BadRequest, match=exactly("Message to delete not found")):
        await bot.delete_message(PERSON, 1)
    assert (await bot.send_message(PERSON, "b")).message_id == 2


async def test_after_two_days_a_message_can_not_be_deleted(bot: Bot, clock: Clock) -> None:
    await bot.send_message(PERSON, "a")
    clock.seconds += 48 * 3600 + 1
    with pytest.raises(BadRequest, match=exactly("Message can't be deleted for everyone")):
        await bot.delete_message(PERSON, 1)


async def test_a_tap_is_answered_once(standin: StandIn, bot: Bot) -> None:
    await bot.send_message(PERSON, "a", reply_markup=GO)
    standin.tap_button(PERSON, "Go")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "go"
    with pytest.raises(BadRequest, match=exactly("Message_too_long")):
        await bot.answer_callback_query(update.callback_query.id, "x" * 201)
    await bot.answer_callback_query(update.callback_query.id, "Done", show_alert=True)
    assert [(toast.user_id, toast.text, toast.alert) for toast in standin.toasts] == [(PERSON, "Done", True)]
    for query_id in (update.callback_query.id, "5"):
        with pytest.raises(
            BadRequest, match=exactly("Query is too old and response timeout expired or query id is invalid")
        ):
            await bot.answer_callback_query(query_id)


async def test_a_tap_can_not_be_answered_for_ever(standin: StandIn, bot: Bot, clock: Clock) -> None:
    await bot.send_message(PERSON, "a", reply_markup=GO)
    standin.tap_button(PERSON, "Go")
    standin.tap_button(PERSON, "Go")
    first, second = [update.callback_query for update in await bot.get_updates()]
    assert first is not None
    assert second is not None
    clock.seconds += TAP_ANSWERABLE_FOR
    await first.answer()
    clock.seconds += 1
    with pytest.raises(BadRequest, match=r"^Query is too old"):
        await second.answer()


async def test_a_chat_action_is_seen_and_a_wrong_one_refused(standin: StandIn, bot: Bot) -> None:
    with standin.subscribe() as changes:
        await bot.send_chat_action(PERSON, "typing")
        change = await anext(changes)
    assert (change.kind, change.chat_id, change.text) == ("action", PERSON, "typing")
    with pytest.raises(BadRequest, match=exactly("Wrong parameter action in request")):
        await bot.send_chat_action(PERSON, "dancing")
