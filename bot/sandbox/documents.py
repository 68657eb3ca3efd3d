"""Files in chats: those that the bot sends, and those that people send and the bot fetches.

Source: Bot API, "sendDocument", "getFile", "Document", and observed answers.
"""

import mimetypes
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from bot.sandbox.chats import BOT, ChatMessage, Chats, Json, SentFile
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.formatted import Formatted, utf16_length
from bot.sandbox.keyboard import read_markup
from bot.sandbox.messages import chat_of, formatted, replied_in
from bot.sandbox.parameters import Parameters, Uploaded

LONGEST_CAPTION: Final = 1024
LARGEST_SENT: Final = 50_000_000
LARGEST_FETCHED: Final = 20_000_000
"""Bytes."""


def send_document(chats: Chats, given: Parameters) -> Json:
    """Put a file that was uploaded into a chat."""
    content = _caption(given)
    markup = read_markup(given.structure("reply_markup", "reply keyboard markup"), chats.ways.refused)
    chat = chat_of(chats, given)
    document = given.get("document")
    if not isinstance(document, Uploaded):
        raise bad_request("there is no document in the request")
    if not document.content:
        raise bad_request("file must be non-empty")
    if len(document.content) > LARGEST_SENT:
        raise ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large")
    reply_to = replied_in(chat, given.structure("reply_parameters", "reply parameters"))
    message = chats.add(
        chat,
        BOT,
        content,
        buttons=markup.buttons,
        is_silent=given.flag("disable_notification"),
        reply_to=reply_to,
        extra={"document": kept(chats, document.name, document.content)},
    )
    return chats.message_json(message)


def get_file(chats: Chats, given: Parameters) -> Json:
    """Say where a file can be fetched."""
    found = chats.files.get(given.text("file_id"))
    if found is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(found.content) > LARGEST_FETCHED:
        raise bad_request("file is too big")
    sizes = {"file_size": len(found.content), "file_path": found.path}
    return {"file_id": found.file_id, "file_unique_id": found.unique_id} | sizes


def kept(chats: Chats, name: str, content: bytes) -> Json:
    """Keep a file, and return the `Document` of a message with it."""
    number = len(chats.files) + 1
    ending = name.rpartition(".")[2] if "." in name else "bin"
    file = SentFile(f"BQACAgUAAxkB{number:08}", f"AgAD{number:08}", f"documents/file_{number}.{ending}", name, content)
    chats.files[file.file_id] = file
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {
        "file_name": name,
        "mime_type": kind,
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(content),
    }


def _caption(given: Parameters) -> Formatted:
    if not given.text("caption"):
        return Formatted("")
    content = formatted(given.text("caption"), given.text("parse_mode"))
    if utf16_length(content.text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return content


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message, as tests and the chat page ask for it."""

    name: str
    content: bytes


def attached(chats: Chats, message: ChatMessage) -> Attachment | None:
    """The file of a message; None where it has none, or one that was only pretended."""
    document: Any = message.extra.get("document")
    found = chats.files.get(document["file_id"]) if isinstance(document, dict) else None
    return None if found is None else Attachment(found.name, found.content)


def file_at(chats: Chats, path: str) -> SentFile | None:
    """The file that can be fetched at a path; None where nothing is."""
    return next((one for one in chats.files.values() if one.path == path), None)
