"""The methods that put, change and remove messages, with the refusals of Telegram's own server.

Source: Bot API, "sendMessage", "Updating messages", "answerCallbackQuery", and observed answers.
Lengths are counted in UTF-16 code units, the strictest reading of "characters": what passes here passes there.
"""

from http import HTTPStatus
from typing import Any

from bot.sandbox.chats import BOT, Chat, ChatChange, ChatMessage, Chats, Json
from bot.sandbox.errors import ApiError, bad_request, too_many_requests
from bot.sandbox.formatted import Formatted, plain, utf16_length
from bot.sandbox.keyboard import read_inline_markup, read_markup
from bot.sandbox.markup import MarkupError, parse_html
from bot.sandbox.parameters import Parameters

LONGEST_TEXT = 4096
LONGEST_TOAST = 200
DELETABLE_FOR = 48 * 3600
"""Seconds."""
GONE_WORDS = ("message to edit not found", "message not found", "message can't be edited", "MESSAGE_ID_INVALID")
"""The ways in which servers say that a message to edit isn't there, or not any more."""
TAP_ANSWERABLE_FOR = 15
"""Seconds. How long it is at Telegram isn't documented, only that it ends."""
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(chats: Chats, given: Parameters) -> Json:
    content = _content(given)
    markup = read_markup(given.structure("reply_markup", "reply keyboard markup"), chats.ways.refused)
    chat = chat_of(chats, given)
    reply_to = replied_in(chat, given.structure("reply_parameters", "reply parameters"))
    message = chats.add(
        chat,
        BOT,
        content,
        buttons=markup.buttons,
        force_reply=markup.force_reply,
        is_silent=given.flag("disable_notification"),
        reply_to=reply_to,
    )
    return chats.message_json(message)


def edit_message_text(chats: Chats, given: Parameters) -> Json:
    content = _content(given)
    buttons = read_inline_markup(given.structure("reply_markup", "reply keyboard markup"), chats.ways.refused)
    message = _own_message(chats, given)
    if "document" in message.extra:
        raise bad_request("there is no text in the message to edit")
    return _changed(chats, message, content, buttons)


def edit_message_reply_markup(chats: Chats, given: Parameters) -> Json:
    buttons = read_inline_markup(given.structure("reply_markup", "reply keyboard markup"), chats.ways.refused)
    message = _own_message(chats, given)
    return _changed(chats, message, message.content, buttons)


def delete_message(chats: Chats, given: Parameters) -> bool:
    chat = chat_of(chats, given)
    message = chat.messages.get(given.integer("message_id", 0))
    if message is None:
        raise bad_request("message to delete not found")
    if message.sender != BOT and not chat.is_private:
        raise bad_request("message can't be deleted")
    if chats.date - message.date > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    chats.delete(message)
    return True


def answer_callback_query(chats: Chats, given: Parameters) -> bool:
    query_id, text = given.text("callback_query_id"), given.text("text")
    tap = chats.taps.get(query_id)
    if tap is None or tap.answered or chats.date - tap.date > TAP_ANSWERABLE_FOR:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if utf16_length(text) > LONGEST_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    chats.answer_tap(query_id, text, alert=given.flag("show_alert"))
    return True


def send_chat_action(chats: Chats, given: Parameters) -> bool:
    action = given.text("action").lower()
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = chat_of(chats, given)
    chats.changed(ChatChange("action", chat.chat_id, text=action))
    return True


def _content(given: Parameters) -> Formatted:
    return written(given.text("text"), given.text("parse_mode"))


def formatted(text: str, parse_mode: str) -> Formatted:
    """A text in one of the modes, of any length. Raises ApiError when it can't be read."""
    mode = parse_mode.lower()
    if mode not in {"", "none", "html"}:
        raise bad_request("unsupported parse_mode")
    try:
        return parse_html(text) if mode == "html" else plain(text)
    except MarkupError as error:
        raise bad_request(f"can't parse entities: {error}") from None


def written(text: str, parse_mode: str) -> Formatted:
    """The text of a message as a bot writes it. Raises ApiError when it may not be sent like that."""
    content = formatted(text, parse_mode)
    if content.is_empty:
        raise bad_request("message text is empty")
    if utf16_length(content.text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return content


def chat_of(chats: Chats, given: Parameters) -> Chat:
    """The chat that a call is for. Raises ApiError where the bot can't write now."""
    written = given.text("chat_id").strip()
    if not written:
        raise bad_request("chat_id is empty")
    try:
        chat = chats.find(int(written))
    except ValueError:
        chat = None
    if chat is None:
        raise bad_request("chat not found")
    if chat.is_private:
        person = chats.people[chat.chat_id]
        if person.blocked:
            raise ApiError(HTTPStatus.FORBIDDEN, "Forbidden: bot was blocked by the user")
        if not person.started:
            raise bad_request("chat not found")
    if chat.closed:
        raise ApiError(HTTPStatus.FORBIDDEN, f"Forbidden: {chat.closed}")
    if seconds := chats.flooded_for(chat):
        raise too_many_requests(seconds)
    return chat


def replied_in(chat: Chat, reply: Any) -> int | None:
    """The message that a call answers. Raises ApiError where it isn't there."""
    if reply is None:
        return None
    if not isinstance(reply, dict):
        raise bad_request("object expected as reply parameters")
    wanted = Parameters(reply)
    message_id = wanted.integer("message_id")
    if message_id in chat.messages:
        return message_id
    if wanted.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _own_message(chats: Chats, given: Parameters) -> ChatMessage:
    chat = chat_of(chats, given)
    message_id = given.integer("message_id", 0)
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(chats.ways.gone)
    if message.sender != BOT or message.force_reply:
        raise bad_request("message can't be edited")
    return message


def _changed(chats: Chats, message: ChatMessage, content: Formatted, buttons: Any) -> Json:
    if (content, buttons) == (message.content, message.buttons):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    return chats.message_json(chats.edit(message, content, buttons))
