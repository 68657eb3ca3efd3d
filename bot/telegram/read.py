"""From an update's raw JSON to the event it means. One update at a time, so that a malformed one harms no other.

The JSON is read as it is, and of it only what a meaning depends on: python-telegram-bot's objects for an update take
longer to make than all else that is done with it before storage.
"""

import re
from collections.abc import Iterator
from typing import Any

from telegram import Bot

from bot.buttons.data import read as read_button
from bot.conversation import commands, events
from bot.desk.admission import Incoming
from bot.desk.screen import Sent
from bot.staff.access import ANONYMOUS
from bot.staff.groups import GroupMoved
from bot.telegram.client import is_id

_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+|$)")
_MEDIA = {
    "sticker": events.Medium.STICKER,
    "photo": events.Medium.PHOTO,
    "voice": events.Medium.VOICE,
    "audio": events.Medium.VOICE,
    "video_note": events.Medium.VOICE,
    # An animation has the key of a document besides.
    "animation": events.Medium.PHOTO,
    "video": events.Medium.PHOTO,
    "document": events.Medium.FILE,
}
_NOTICES = frozenset(
    {
        *("new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo"),
        *("group_chat_created", "supergroup_chat_created", "channel_chat_created", "pinned_message"),
        *("message_auto_delete_timer_changed", "chat_background_set", "boost_added", "proximity_alert_triggered"),
        *("connected_website", "write_access_allowed", "passport_data", "web_app_data", "users_shared", "user_shared"),
        *("chat_shared", "successful_payment", "refunded_payment", "gift", "unique_gift", "gift_upgrade_sent"),
        *("chat_owner_left", "chat_owner_changed", "managed_bot_created"),
    }
)
_NOTICES_OF = (
    *("forum_topic_", "general_forum_topic_", "video_chat_", "voice_chat_", "giveaway", "checklist_tasks_"),
    *("suggested_post_", "paid_message_price_", "direct_message_price_", "poll_option_"),
)
"""Messages in which Telegram says that something was done (Bot API, "Message"), and beginnings of their keys."""
_HAN = re.compile("[\u3400-\u9fff]")
_SHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv")
"""The endings of names of spreadsheets."""
_NUMBERS = 10
"""Of a message that is replied to; an order's message has two."""


class UnreadableUpdateError(Exception):
    """The update is not of Telegram's shape; its text says how."""


def chat_of(raw: dict[str, Any]) -> int | None:
    """The chat that an update belongs to, as far as it can be told; updates of one chat are handled in turn."""
    return _id_of(raw, "chat")


def person_of(raw: dict[str, Any]) -> int | None:
    """The person whom an update is from, as far as it can be told."""
    return _id_of(raw, "from")


def _id_of(raw: dict[str, Any], key: str) -> int | None:
    for kind in ("message", "edited_message", "callback_query"):
        inner: Any = raw.get(kind)
        if isinstance(inner, dict) and key not in inner:
            inner = inner.get("message")
        if isinstance(inner, dict):
            found = inner.get(key)
            found = found.get("id") if isinstance(found, dict) else None
            return found if is_id(found) else None
    return None


def cleaned(value: Any) -> Any:
    """JSON without U+0000 and lone surrogates, which neither a database nor an HTTP body can hold."""
    if isinstance(value, str):
        return _UNREADABLE.sub("", value)
    if isinstance(value, dict):
        return {key: cleaned(inner) for key, inner in value.items()}
    return [cleaned(inner) for inner in value] if isinstance(value, list) else value


def read(raw: dict[str, Any], bot: Bot) -> Incoming | None:
    """Tell what an update means; None when it means nothing to us. Raises UnreadableUpdateError."""
    try:
        return _read(raw, bot)
    except Exception as error:
        # A key that is missing is a KeyError, a value of another type whatever the use of it leads to.
        raise UnreadableUpdateError(f"{type(error).__name__}: {error}") from error


def _read(raw: dict[str, Any], bot: Bot) -> Incoming | None:
    query = raw.get("callback_query")
    if query is not None:
        return _tap(raw, query)
    message, edited = raw.get("message"), False
    if message is None:
        message, edited = raw.get("edited_message"), True
    if message is None:
        return None
    chat = _chat(message)
    if (moved := _moved(message, chat)) is not None:
        return Incoming(raw["update_id"], chat["id"], user_id=0, name="", language="", event=moved)
    sender = message.get("from")
    if sender is None or _is_nobody(message, sender):
        return None
    event = _event(message, chat, bot, edited=edited)
    return None if event is None else _incoming(raw, chat, sender, event, None, _sent(message, bot))


def _moved(message: dict[str, Any], chat: dict[str, Any]) -> GroupMoved | None:
    """The new id of a group that became a supergroup; it is told in both chats (Bot API, `Message`)."""
    new, old = message.get("migrate_to_chat_id"), message.get("migrate_from_chat_id")
    if new is None and old is None:
        return None
    moved = GroupMoved(chat["id"] if old is None else old, chat["id"] if new is None else new)
    if not (is_id(moved.old) and is_id(moved.new)):
        raise TypeError("an id that is no number")
    return moved


def _is_nobody(message: dict[str, Any], sender: dict[str, Any]) -> bool:
    """True for a message that no person wrote to us: of a bot, or of a channel, as its discussion group has them.

    An anonymous administrator is a person, in whose stead Telegram names a bot of its own.
    """
    if sender["id"] == ANONYMOUS:
        return False
    return bool(sender["is_bot"] or message.get("is_automatic_forward") or message.get("sender_chat"))


def _tap(raw: dict[str, Any], query: dict[str, Any]) -> Incoming | None:
    _text(query["id"])
    sender, message, data = query["from"], query.get("message"), query.get("data")
    if message is None:
        return None
    chat = _chat(message)
    event = read_button(_text(data)) if data else events.TapUnreadable()
    return _incoming(raw, chat, sender, event, message["message_id"])


def _chat(message: dict[str, Any]) -> dict[str, Any]:
    """The chat of a message that has all that every message has, and nothing of another type."""
    chat: dict[str, Any] = message["chat"]
    if not (is_id(message["message_id"]) and is_id(message["date"]) and is_id(chat["id"])):
        raise TypeError("an id or a date that is no number")
    _text(chat["type"])
    return chat


def _incoming(
    raw: dict[str, Any],
    chat: dict[str, Any],
    sender: dict[str, Any],
    event: events.Event,
    tapped: int | None,
    sent: Sent | None = None,
) -> Incoming:
    first, last = _text(sender["first_name"]), _text(sender.get("last_name") or "")
    update_id, user_id = raw["update_id"], sender["id"]
    if not (is_id(update_id) and is_id(user_id)):
        raise TypeError("an id that is no number")
    return Incoming(
        update_id=update_id,
        chat_id=chat["id"],
        user_id=user_id,
        name=f"{first} {last}" if first and last else first or last,
        language=_text(sender.get("language_code") or ""),
        event=event,
        tapped=tapped,
        sent=sent,
    )


def _sent(message: dict[str, Any], bot: Bot) -> Sent:
    edited_at, album = message.get("edit_date"), message.get("media_group_id")
    date = edited_at if is_id(edited_at) else message["date"]
    replied = message.get("reply_to_message")
    ours: dict[str, Any] = replied if replied is not None and _is_to(bot, replied) else {}
    to = ours.get("message_id")
    return Sent(
        message["message_id"],
        date,
        album if isinstance(album, str) else "",
        to if is_id(to) else 0,
        tuple(_buttons(ours)),
    )


def _buttons(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The words on each button of a message, and what it carries; one that only copies or leads elsewhere has none."""
    markup = message.get("reply_markup")
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    for button in (one for row in rows or () for one in row):
        if "callback_data" in button:
            yield _text(button["text"]), _text(button["callback_data"])


def _text(value: Any) -> str:
    """A text without what no database can hold. Raises TypeError for what is none."""
    return _UNREADABLE.sub("", value)


def _event(message: dict[str, Any], chat: dict[str, Any], bot: Bot, *, edited: bool) -> events.Event | None:
    text = message.get("text")
    if text is not None:
        text = _text(text)
        if (match := _COMMAND.match(text)) is not None:
            name, addressee = match.group(1).lower(), match.group(2)
            if addressee is not None and addressee.lower() != bot.username.lower():
                return None
            if edited:
                return events.MessageEdited()
            return _command(name, text[match.end() :].strip(), _replied(message, bot))
    # In a group only commands and replies to the bot are meant for it.
    if chat["type"] != "private" and not _is_to(bot, message.get("reply_to_message")):
        return None
    if edited:
        # A live location, for instance, is edited by itself as long as it lives.
        return None if text is None else events.MessageEdited()
    return _other(message) if text is None else events.Answered(text, replied=_replied(message, bot))


def _other(message: dict[str, Any]) -> events.Event | None:
    """A message without text. One of a kind that nobody knows yet is one too: people expect an answer to it."""
    if (contact := message.get("contact")) is not None:
        return events.Answered(_of_contact(contact))
    if (sheet := _sheet(message)) is not None:
        return sheet
    medium = next((medium for kind, medium in _MEDIA.items() if message.get(kind)), None)
    if medium is None:
        if any(key in _NOTICES or key.startswith(_NOTICES_OF) for key in message):
            return None
        medium = events.Medium.OTHER
    return events.SentOther(medium, captioned=bool(message.get("caption")))


def _of_contact(contact: dict[str, Any]) -> str:
    """A shared contact as somebody would type it: the name, a Chinese one family name first, and the phone number."""
    first, last = _text(contact["first_name"]).strip(), _text(contact.get("last_name") or "").strip()
    name = f"{last}{first}" if _HAN.search(first + last) else f"{first} {last}".strip()
    return f"{name}\n{_text(contact['phone_number'])}".strip()


def _sheet(message: dict[str, Any]) -> events.SheetSent | None:
    """A spreadsheet by the ending of its name; a file of any other kind is none."""
    document = message.get("document")
    name = document.get("file_name") if isinstance(document, dict) else None
    if (
        not isinstance(document, dict)
        or not isinstance(name, str)
        or not name.lower().endswith(_SHEETS)
        or message.get("animation")
    ):
        return None
    file_id, size = _text(document["file_id"]), document.get("file_size")
    return events.SheetSent(file_id, _text(name), size if is_id(size) else 0, _text(message.get("caption") or ""))


def _is_to(bot: Bot, replied: dict[str, Any] | None) -> bool:
    """True when the message that a reply is to is the bot's."""
    sender = None if replied is None else replied.get("from")
    return sender is not None and sender["id"] == bot.id


def _replied(message: dict[str, Any], bot: Bot) -> tuple[str, ...]:
    """Return what can be copied from the message of ours that this replies to: numbers and references of orders."""
    replied = message.get("reply_to_message")
    if replied is None or not _is_to(bot, replied) or replied.get("text") is None:
        return ()
    # Telegram counts in UTF-16 units.
    units = _text(replied["text"]).encode("utf-16-le")
    spans = {(one["offset"], one["length"]) for one in replied.get("entities") or () if one["type"] == "code"}
    found = [units[2 * offset : 2 * (offset + length)].decode("utf-16-le") for offset, length in sorted(spans)]
    return tuple(found[:_NUMBERS])


def _command(name: str, rest: str, replied: tuple[str, ...]) -> events.Event:
    known = commands.event_of(name, rest, replied)
    return events.CommandUnknown(f"/{name}", rest) if known is None else known
