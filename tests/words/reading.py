"""Reads a message as Telegram would show it, refusing what Telegram refuses."""

from bot.conversation import replies
from bot.conversation.state import Conversation
from bot.sandbox.formatted import utf16_length
from bot.sandbox.keyboard import read_markup
from bot.sandbox.markup import parse_html
from bot.words.catalogue import catalogue_for
from bot.words.message import LONGEST, Message
from bot.words.render import IN_PASSING, render, toast

WORDS = catalogue_for("en")
LONGEST_COPY = 256
"""Characters. Source: Bot API, "CopyTextButton"."""


def as_read(message: Message) -> str:
    """The text of a message, its markup read. Raises MarkupError or ApiError in Telegram's words."""
    text = parse_html(message.html).text
    assert 1 <= utf16_length(text) <= LONGEST
    buttons = [button for row in message.rows for button in row]
    keys = [[{"text": b.text, "callback_data": b.data} for b in row if not b.copy] for row in message.rows]
    read_markup({"inline_keyboard": keys} if any(keys) else None)
    assert all(1 <= len(button.copy) <= LONGEST_COPY and not button.data for button in buttons if button.copy)
    assert len(set(data := [button.data or button.copy for button in buttons])) == len(data)
    return text


def labels(message: Message) -> list[str]:
    return [button.text for row in message.rows for button in row]


def said(reply: replies.Reply, state: Conversation) -> list[Message]:
    """The messages of a reply, each checked; a toast is none."""
    if isinstance(reply, IN_PASSING):
        assert 0 < len(toast(WORDS, [reply])) <= 200
        return []
    messages = render(WORDS, reply, state)
    assert messages
    for message in messages:
        as_read(message)
    return messages


def said_of_it(code: str, about: str = "188 ×1", **gaps: str) -> str:
    """The toast of a button of an order, which says what the order is about."""
    return f"{WORDS.say(f'toast.{code}', **gaps)}\n{about}"
