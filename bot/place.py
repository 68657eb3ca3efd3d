"""Whom a conversation belongs to; apart from everything that uses it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One person in one chat, by Telegram's ids."""

    chat_id: int
    user_id: int
