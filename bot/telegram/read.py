"""From an update's raw JSON to the event it means. One update at a time, so that a malformed one harms no other."""

import re
from collections.abc import Callable
from typing import Any, TypeGuard

from telegram import Bot, CallbackQuery, Chat, Message, MessageEntity, Update, User

from bot.buttons.data import read as read_button
from bot.conversation import events
from bot.conversation.events import BalanceRequested
from bot.conversation.listing import Wanted
from bot.desk.desk import Incoming

_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+|$)")
_MEDIA = {
    "sticker": events.Medium.STICKER,
    "photo": events.Medium.PHOTO,
    "voice": events.Medium.VOICE,
    "audio": events.Medium.VOICE,
    "video_note": events.Medium.VOICE,
    "document": events.Medium.FILE,
    "animation": events.Medium.PHOTO,
    "video": events.Medium.PHOTO,
}
_OTHERS = ("contact", "location", "venue", "poll", "dice", "game", "story", "paid_media", "checklist", "invoice")
_NUMBERS = 10
"""Of a message that is replied to; an order's message has two."""
_PLAIN_COMMANDS: dict[str, Callable[[], events.Event]] = {
    "start": events.Started,
    "help": events.HelpRequested,
    "unknown": events.UnknownRequested,
    "balance": BalanceRequested,
    "cancel": events.CancelRequested,
    "language": events.LanguageRequested,
    "notify": events.NoticesRequested,
}


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
            return found if _is_id(found) else None
    return None


def _is_id(value: Any) -> TypeGuard[int]:
    """Whether it is an id as Telegram has them; storage takes 64 bits."""
    return isinstance(value, int) and -(2**63) <= value < 2**63


def cleaned(value: Any) -> Any:
    """JSON without U+0000 and lone surrogates, which neither a database nor an HTTP body can hold."""
    if isinstance(value, str):
        return _UNREADABLE.sub("", value)
    if isinstance(value, dict):
        return {key: cleaned(inner) for key, inner in value.items()}
    return [cleaned(inner) for inner in value] if isinstance(value, list) else value


def read(raw: dict[str, Any], bot: Bot) -> Incoming | None:
    """What an update means; None when it means nothing to us. Raises UnreadableUpdateError."""
    try:
        return _read(Update.de_json(cleaned(raw), bot), bot)
    except Exception as error:
        # The library raises whatever a missing key leads to, and takes any type for any other.
        raise UnreadableUpdateError(f"{type(error).__name__}: {error}") from error


def _read(update: Update, bot: Bot) -> Incoming | None:
    if update.callback_query is not None:
        return _tap(update, update.callback_query)
    message = update.message or update.edited_message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    event = _event(message, bot, edited=update.message is None)
    return None if event is None else _incoming(update, message.chat, message.from_user, event, None)


def _tap(update: Update, query: CallbackQuery) -> Incoming | None:
    if query.message is None:
        return None
    event = read_button(query.data) if query.data else events.TapUnreadable()
    return _incoming(update, query.message.chat, query.from_user, event, query.message.message_id)


def _incoming(update: Update, chat: Chat, user: User, event: events.Event, tapped: int | None) -> Incoming:
    name, language = user.full_name, user.language_code or ""
    if not (_is_id(chat.id) and _is_id(user.id) and isinstance(name, str) and isinstance(language, str)):
        raise TypeError("an id that is no number, or a name that is no text")
    return Incoming(
        update_id=update.update_id,
        chat_id=chat.id,
        user_id=user.id,
        name=name,
        language=language,
        event=event,
        tapped=tapped,
    )


def _event(message: Message, bot: Bot, *, edited: bool) -> events.Event | None:
    text = message.text
    if text is not None and (match := _COMMAND.match(text)) is not None:
        name, addressee = match.group(1).lower(), match.group(2)
        if addressee is not None and addressee.lower() != bot.username.lower():
            return None
        return events.MessageEdited() if edited else _command(name, text[match.end() :].strip(), _replied(message, bot))
    # In a group only commands and replies to the bot are meant for it.
    if message.chat.type != Chat.PRIVATE and not _is_reply_to(message, bot):
        return None
    return events.MessageEdited() if edited else _answer(message, _replied(message, bot))


def _answer(message: Message, replied: tuple[str, ...]) -> events.Event | None:
    if message.text is not None:
        return events.Answered(message.text, replied=replied)
    medium = next((medium for attribute, medium in _MEDIA.items() if getattr(message, attribute)), None)
    # What is left are notices such as "joined the group", which are no answers.
    if medium is None and any(getattr(message, kind, None) for kind in _OTHERS):
        medium = events.Medium.OTHER
    return None if medium is None else events.SentOther(medium)


def _is_reply_to(message: Message, bot: Bot) -> bool:
    replied = message.reply_to_message
    return replied is not None and replied.from_user is not None and replied.from_user.id == bot.id


def _replied(message: Message, bot: Bot) -> tuple[str, ...]:
    """What can be copied from the message of ours that this is a reply to: numbers and references of orders."""
    if message.reply_to_message is None or not _is_reply_to(message, bot) or message.reply_to_message.text is None:
        return ()
    found = message.reply_to_message.parse_entities([MessageEntity.CODE])
    return tuple(found[entity] for entity in sorted(found, key=lambda entity: entity.offset))[:_NUMBERS]


def _command(name: str, rest: str, replied: tuple[str, ...]) -> events.Event:
    if name == "order":
        account, answer = [*rest.split(maxsplit=1), "", ""][:2]
        return events.OrderRequested(account.lower(), answer)
    if name == "status":
        return events.StatusRequested(rest, replied=replied)
    if name == "orders":
        return events.OrdersRequested(wanted=Wanted(text=rest))
    known = _PLAIN_COMMANDS.get(name)
    return events.CommandUnknown(f"/{name}") if known is None else known()
