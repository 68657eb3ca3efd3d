"""From an update's JSON to the event it means, or to nothing, or to an error of its own."""

from typing import Any

import pytest
from telegram import Bot, User

from bot.conversation import events
from bot.conversation.events import ReopenTapped
from bot.conversation.views import Wanted
from bot.desk.screen import Sent
from bot.staff.groups import GroupMoved
from bot.telegram.client import connect
from bot.telegram.read import UnreadableUpdateError, chat_of, cleaned, person_of, read
from tests.end_to_end.house import ADMIN

GROUP = -500
BOT_ID = 10000
PRIVATE_CHAT = {"id": ADMIN, "type": "private"}
GROUP_CHAT = {"id": GROUP, "type": "group", "title": "Office"}
PERSON = {"id": ADMIN, "is_bot": False, "first_name": "Some", "last_name": "Name", "language_code": "en"}
OURS = {"id": BOT_ID, "is_bot": True, "first_name": "Bot"}


@pytest.fixture
def bot() -> Bot:
    client = connect(f"{BOT_ID}:token", "http://127.0.0.1:1")
    client._bot_user = User(BOT_ID, "Bot", is_bot=True, username="Ours_bot")
    return client


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1, "chat": PRIVATE_CHAT, "from": PERSON} | content


def update(**content: Any) -> dict[str, Any]:
    return {"update_id": 1, "message": message(**content)}


def tap(**content: Any) -> dict[str, Any]:
    query = {"id": "9", "from": PERSON, "chat_instance": "1", "message": message(text="x")} | content
    return {"update_id": 1, "callback_query": query}


def event_of(raw: dict[str, Any], bot: Bot) -> events.Event | GroupMoved | None:
    incoming = read(raw, bot)
    return None if incoming is None else incoming.event


def test_an_update_says_who_did_what_where(bot: Bot) -> None:
    incoming = read(update(text="hello"), bot)
    assert incoming is not None
    assert (incoming.update_id, incoming.chat_id, incoming.user_id) == (1, ADMIN, ADMIN)
    assert (incoming.name, incoming.language, incoming.tapped) == ("Some Name", "en", None)
    assert incoming.event == events.Answered("hello")


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("/start", events.Started()),
        ("/help", events.HelpRequested()),
        ("/notify", events.NoticesRequested()),
        ("/unknown", events.UnknownRequested()),
        ("/order", events.OrderRequested()),
        ("/order guoguo", events.OrderRequested("guoguo")),
        ("/order Guoguo  AbC d", events.OrderRequested("Guoguo", "AbC d")),
        ("/ORDER  GuoGuo ", events.OrderRequested("GuoGuo")),
        ("/order@ours_BOT guoguo", events.OrderRequested("guoguo")),
        ("/status", events.StatusRequested("")),
        ("/status #1207 ", events.StatusRequested("#1207")),
        ("/status\n1207", events.StatusRequested("1207")),
        ("/orders", events.OrdersRequested()),
        ("/orders  some Name ", events.OrdersRequested(wanted=Wanted(text="some Name"))),
        ("/cancel please", events.CancelRequested()),
        ("/language", events.LanguageRequested()),
        ("/nonsense", events.CommandUnknown("/nonsense")),
        ("/order@others_bot", None),
        ("/home/user", events.Answered("/home/user")),
        ("/", events.Answered("/")),
        ("see /order", events.Answered("see /order")),
        ("", events.Answered("")),
    ],
)
def test_commands_are_read_in_any_case_and_others_bots_commands_are_not_ours(
    bot: Bot, text: str, event: events.Event | None
) -> None:
    assert event_of(update(text=text), bot) == event


@pytest.mark.parametrize(
    ("content", "event"),
    [
        ({"text": "/order"}, events.OrderRequested()),
        ({"text": "/order@Ours_bot"}, events.OrderRequested()),
        ({"text": "/order@others_bot"}, None),
        ({"text": "lunch?"}, None),
        ({"text": "1207"}, None),
        ({"sticker": None, "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}, None),
        ({"text": "10", "reply_to_message": message(**{"text": "Quantity", "from": OURS})}, events.Answered("10")),
        ({"text": "10", "reply_to_message": message(text="Quantity")}, None),
        ({"new_chat_members": [PERSON]}, None),
    ],
)
def test_in_a_group_only_commands_and_replies_to_the_bot_are_meant_for_it(
    bot: Bot, content: dict[str, Any], event: events.Event | None
) -> None:
    assert event_of(update(**content, chat=GROUP_CHAT), bot) == event


def test_chatter_edited_in_a_group_is_none_of_ours(bot: Bot) -> None:
    edited = message(text="lunch!", chat=GROUP_CHAT, edit_date=2)
    assert read({"update_id": 1, "edited_message": edited}, bot) is None


@pytest.mark.parametrize("text", ["10", "/order"])
def test_an_edited_message_is_no_answer(bot: Bot, text: str) -> None:
    raw = {"update_id": 1, "edited_message": message(text=text, edit_date=2)}
    assert event_of(raw, bot) == events.MessageEdited()


FILE = {"file_id": "a", "file_unique_id": "b"}


@pytest.mark.parametrize(
    ("content", "medium"),
    [
        (
            {"sticker": FILE | {"width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}},
            events.Medium.STICKER,
        ),
        ({"photo": [FILE | {"width": 1, "height": 1}]}, events.Medium.PHOTO),
        ({"animation": FILE | {"duration": 1}, "document": FILE}, events.Medium.PHOTO),
        ({"voice": FILE | {"duration": 1}}, events.Medium.VOICE),
        ({"document": FILE}, events.Medium.FILE),
        ({"location": {"longitude": 1.0, "latitude": 2.0}}, events.Medium.OTHER),
        ({"poll": {"id": "1"}}, events.Medium.OTHER),
        ({"dice": {"emoji": "🎲", "value": 1}}, events.Medium.OTHER),
        ({"hologram": {"file_id": "a"}}, events.Medium.OTHER),
        ({}, events.Medium.OTHER),
    ],
)
def test_what_is_no_text_is_named(bot: Bot, content: dict[str, Any], medium: events.Medium) -> None:
    assert event_of(update(**content), bot) == events.SentOther(medium)


def test_words_under_a_picture_are_no_answer_either(bot: Bot) -> None:
    raw = update(photo=[FILE | {"width": 1, "height": 1}], caption="10")
    assert event_of(raw, bot) == events.SentOther(events.Medium.PHOTO, captioned=True)


def test_a_live_location_that_moves_says_nothing(bot: Bot) -> None:
    moved = message(location={"longitude": 1.0, "latitude": 2.0, "live_period": 60}, edit_date=2)
    assert read({"update_id": 1, "edited_message": moved}, bot) is None


def test_a_message_says_its_id_its_time_and_its_album(bot: Bot) -> None:
    found = read(update(photo=[FILE | {"width": 1, "height": 1}], media_group_id="7", message_id=12, date=99), bot)
    assert found is not None
    assert found.sent == Sent(12, 99, "7")
    pressed = read(tap(data="reopen:1000"), bot)
    assert pressed is not None
    assert pressed.sent is None


NOTICES: list[dict[str, Any]] = [
    {"pinned_message": {"message_id": 1}},
    {"group_chat_created": True},
    {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
    {"forum_topic_closed": {}},
    {"video_chat_started": {}},
    {"chat_background_set": {}},
]


@pytest.mark.parametrize("content", NOTICES)
def test_a_notice_is_no_answer(bot: Bot, content: dict[str, Any]) -> None:
    assert read(update(**content), bot) is None


@pytest.mark.parametrize("sender", [OURS, {"id": 5, "is_bot": True, "first_name": "Group"}])
def test_bots_are_not_talked_to(bot: Bot, sender: dict[str, Any]) -> None:
    assert read(update(**{"text": "/order", "from": sender}), bot) is None


def test_a_tap_says_on_which_message_and_by_whom(bot: Bot) -> None:
    incoming = read(tap(data="reopen:1000"), bot)
    assert incoming is not None
    assert (incoming.event, incoming.tapped, incoming.user_id) == (ReopenTapped("1000"), 5, ADMIN)


@pytest.mark.parametrize("data", ["x", "", "k:1", "k:draft:-1", "k:draft:٣", "v:draft:1:9999999999999", ":" * 64])
def test_forged_button_data_is_unreadable_but_no_error(bot: Bot, data: str) -> None:
    assert event_of(tap(data=data), bot) == events.TapUnreadable()


def test_a_tap_on_a_message_too_old_to_be_shown_is_still_read(bot: Bot) -> None:
    old = {"chat": PRIVATE_CHAT, "message_id": 5, "date": 0}
    assert event_of(tap(data="reopen:1000", message=old), bot) == ReopenTapped("1000")


def test_what_no_database_can_hold_is_removed(bot: Bot) -> None:
    assert event_of(update(text="a\x00b\ud800c😀"), bot) == events.Answered("abc😀")
    person = PERSON | {"first_name": "A\x00", "last_name": "\udfff"}
    incoming = read(update(**{"text": "x", "from": person}), bot)
    assert incoming is not None
    assert incoming.name.strip() == "A"


def test_cleaning_goes_to_the_bottom() -> None:
    assert cleaned({"a": ["\x00b", {"c": "\udc00"}, 1, None]}) == {"a": ["b", {"c": ""}, 1, None]}


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 1, "message": {"chat": PRIVATE_CHAT, "from": PERSON}},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "message": message(text=5)},
        {"update_id": 1, "message": message(text="x", chat={"id": "abc", "type": "private"})},
        {"update_id": 1, "message": message(text="x", chat={"id": 2**70, "type": "private"})},
        {"update_id": 1, "message": message(**{"text": "x", "from": PERSON | {"id": "abc"}})},
        {"update_id": 1, "message": message(**{"text": "x", "from": {"id": ADMIN, "is_bot": False, "first_name": 5}})},
        {"update_id": 1, "message": message(**{"text": "x", "from": PERSON | {"language_code": 5}})},
        {"update_id": 1, "message": message(text="x", date="yesterday")},
        {"update_id": 1, "callback_query": {"id": "9"}},
        tap(data=5),
    ],
)
def test_an_update_of_another_shape_is_unreadable(bot: Bot, raw: dict[str, Any]) -> None:
    with pytest.raises(UnreadableUpdateError):
        read(raw, bot)


@pytest.mark.parametrize("kind", ["my_chat_member", "channel_post", "something_new"])
def test_kinds_that_were_not_asked_for_mean_nothing(bot: Bot, kind: str) -> None:
    raw = {"update_id": 1, kind: message(text="x")} if kind != "my_chat_member" else {"update_id": 1}
    assert read(raw, bot) is None


@pytest.mark.parametrize(
    ("raw", "chat", "person"),
    [
        (update(text="x"), ADMIN, ADMIN),
        ({"update_id": 1, "edited_message": message(chat=GROUP_CHAT)}, GROUP, ADMIN),
        (tap(message=message(chat=GROUP_CHAT)), GROUP, ADMIN),
        ({"update_id": 1, "message": {"chat": PRIVATE_CHAT}}, ADMIN, None),
        ({"update_id": 1, "message": {"chat": {"id": "1"}, "from": {"id": 2**70}}}, None, None),
        ({"update_id": 1, "message": "text"}, None, None),
        ({"update_id": 1, "callback_query": {"id": "1"}}, None, None),
        ({"update_id": 1, "poll": {}}, None, None),
    ],
)
def test_chat_and_person_are_told_as_far_as_they_can_be(raw: dict[str, Any], chat: int, person: int) -> None:
    assert chat_of(raw) == chat
    assert person_of(raw) == person


CARD = {
    "message_id": 4,
    "date": 1,
    "chat": PRIVATE_CHAT,
    "from": OURS,
    "text": "🎁 Placed\nOrder number: #1207\nReference: 1001",
}


def test_a_reply_carries_the_numbers_of_the_message_of_ours(bot: Bot) -> None:
    text = str(CARD["text"]).encode("utf-16-le")
    entities = [
        {"type": "code", "offset": len(text.partition(found.encode("utf-16-le"))[0]) // 2, "length": len(found)}
        for found in ("1001", "#1207")
    ]
    card = CARD | {"entities": [*entities, {"type": "bold", "offset": 3, "length": 6}]}
    replied = ("#1207", "1001")
    assert event_of(update(text="Where?", reply_to_message=card), bot) == events.Answered("Where?", replied=replied)
    assert event_of(update(text="/status", reply_to_message=card), bot) == events.StatusRequested("", replied=replied)
    in_group = update(text="Where?", chat=GROUP_CHAT, reply_to_message=card | {"chat": GROUP_CHAT})
    assert event_of(in_group, bot) == events.Answered("Where?", replied=replied)
    letters = [{"type": "code", "offset": n, "length": 1} for n in (*range(12), 0)]
    many = CARD | {"text": "abcdefghijkl", "entities": letters}
    assert event_of(update(text="?", reply_to_message=many), bot) == events.Answered("?", replied=tuple("abcdefghij"))
    # A part of it that is quoted is the person's choice, and the message is the same.
    quote = {"text": "#1207", "position": 3, "entities": [{"type": "code", "offset": 0, "length": 5}]}
    quoting = update(text="x2", reply_to_message=card, quote=quote)
    assert event_of(quoting, bot) == events.Answered("x2", replied=replied)
    elsewhere = update(text="x2", external_reply={"origin": {}, "message_id": 4}, quote=quote)
    assert event_of(elsewhere, bot) == events.Answered("x2")
    theirs = card | {"from": PERSON}
    assert event_of(update(text="Where?", reply_to_message=theirs), bot) == events.Answered("Where?")


@pytest.mark.parametrize(
    ("content", "moved"),
    [
        ({"migrate_to_chat_id": -1001}, GroupMoved(GROUP, -1001)),
        ({"migrate_to_chat_id": -1001, "from": OURS, "sender_chat": GROUP_CHAT}, GroupMoved(GROUP, -1001)),
        ({"migrate_from_chat_id": -7}, GroupMoved(-7, GROUP)),
    ],
)
def test_a_group_says_in_either_chat_that_it_has_another_id(bot: Bot, content: Any, moved: GroupMoved) -> None:
    assert event_of(update(chat=GROUP_CHAT, **content), bot) == moved
    without = update(chat=GROUP_CHAT, **content)
    del without["message"]["from"]
    assert event_of(without, bot) == moved
    with pytest.raises(UnreadableUpdateError):
        read(update(chat=GROUP_CHAT, **dict.fromkeys(content, "x")), bot)


CHANNEL = {"id": -1009, "type": "channel", "title": "News"}
FORWARDED = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
AS_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
HIDDEN = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


@pytest.mark.parametrize(
    "content",
    [
        {"from": FORWARDED, "sender_chat": CHANNEL, "is_automatic_forward": True},
        {"from": FORWARDED, "is_automatic_forward": True},
        {"from": AS_CHANNEL, "sender_chat": CHANNEL},
        {"sender_chat": CHANNEL},
    ],
)
def test_what_a_channel_posts_in_its_discussion_group_is_none_of_ours(bot: Bot, content: Any) -> None:
    assert read(update(text="/orders", chat=GROUP_CHAT, **content), bot) is None


def test_an_anonymous_admin_is_a_person(bot: Bot) -> None:
    hidden = {"from": HIDDEN, "sender_chat": GROUP_CHAT, "chat": GROUP_CHAT}
    found = read(update(text="/orders", **hidden), bot)
    assert found is not None
    assert (found.user_id, found.event) == (1087968824, events.OrdersRequested())
    assert read(update(text="lunch?", **hidden), bot) is None


@pytest.mark.parametrize(
    ("contact", "text"),
    [
        ({"phone_number": "+886912345678", "first_name": "Ann", "last_name": "Wu"}, "Ann Wu\n+886912345678"),
        ({"phone_number": "13800000000", "first_name": "小明", "last_name": "王"}, "王小明\n13800000000"),
        ({"phone_number": "13800000000", "first_name": "王小明"}, "王小明\n13800000000"),
    ],
)
def test_a_shared_contact_is_a_name_and_a_phone(bot: Bot, contact: dict[str, Any], text: str) -> None:
    assert event_of(update(contact=contact), bot) == events.Answered(text)
