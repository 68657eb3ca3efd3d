"""The chats that the bot may write to, as far as updates tell, so that what they have missed goes out.

A message proves it in a private chat only: in a group the bot can hear people without being allowed to speak.
"""

from collections.abc import Iterable
from typing import Any, Final

from bot.telegram.client import is_id

_MAY_WRITE: Final = frozenset({"creator", "administrator", "member"})
"""Source: Bot API, "ChatMember". One who is "restricted" may or may not."""
_FROM_PEOPLE: Final = ("message", "edited_message")


def opened(batch: Iterable[dict[str, Any]]) -> set[int]:
    """The chats that are open to the bot by the last that a batch of raw updates says of each."""
    found: set[int] = set()
    for raw in batch:
        match raw:
            case {"my_chat_member": {"chat": {"id": chat_id}, "new_chat_member": dict(member)}} if is_id(chat_id):
                if _may_write(member):
                    found.add(chat_id)
                else:
                    found.discard(chat_id)
            case {"callback_query": {"message": {"chat": dict(chat)}}}:
                found |= _private(chat)
            case _:
                for kind in _FROM_PEOPLE:
                    message = raw.get(kind)
                    if isinstance(message, dict) and isinstance(message.get("chat"), dict):
                        found |= _private(message["chat"])
    return found


def _may_write(member: dict[str, Any]) -> bool:
    status = member.get("status")
    restricted = status == "restricted" and member.get("can_send_messages") is True
    return restricted or (isinstance(status, str) and status in _MAY_WRITE)


def _private(chat: dict[str, Any]) -> set[int]:
    chat_id = chat.get("id")
    return {chat_id} if chat.get("type") == "private" and is_id(chat_id) else set()
