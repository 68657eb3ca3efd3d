"""The memory of the stand-in: people, chats and messages. Plain data without HTTP, so that it can be looked at."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from bot.sandbox.formatted import Formatted
from bot.sandbox.results import TypedQuery

BOT: Final = "bot"
Sender = int | Literal["bot"]
Json = dict[str, Any]
FIRST_QUERY_ID = 4_000_000_000_000_001


@dataclass(frozen=True, slots=True)
class ChatButton:
    """An inline button: `data` comes back when it is tapped, a `url` is only opened, and `copied` is put aside.

    `style` is its colour.
    """

    text: str
    data: str = ""
    url: str = ""
    copied: str = ""
    style: str = ""

    def as_json(self) -> Json:
        shown: Json = {"text": self.text} | ({"style": self.style} if self.style else {})
        if self.copied:
            return shown | {"copy_text": {"text": self.copied}}
        return shown | ({"url": self.url} if self.url else {"callback_data": self.data})


Buttons = tuple[tuple[ChatButton, ...], ...]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message as people see it now. `date` in seconds since 1970; `html` is safe to put into a page.

    `is_silent`: it came without a sound.
    """

    message_id: int
    chat_id: int
    sender: Sender
    content: Formatted
    date: int
    buttons: Buttons = ()
    force_reply: bool = False
    is_silent: bool = False
    reply_to: int | None = None
    edit_date: int | None = None
    extra: Json = field(default_factory=dict)
    """Further keys of the message's JSON: a sticker, a contact, where it was forwarded from."""

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def html(self) -> str:
        return self.content.as_html()

    @property
    def edited(self) -> bool:
        return self.edit_date is not None

    @property
    def via_bot(self) -> bool:
        """True if the person chose it from the bot's inline results."""
        return "via_bot" in self.extra

    @property
    def labels(self) -> list[str]:
        """The words on its buttons, row by row."""
        return [button.text for row in self.buttons for button in row]


@dataclass(slots=True)
class Person:
    """Somebody with a Telegram account; `started`: has written to the bot, which must not write first."""

    user_id: int
    first_name: str
    language_code: str
    started: bool = False
    blocked: bool = False

    def as_json(self) -> Json:
        return {
            "id": self.user_id,
            "is_bot": False,
            "first_name": self.first_name,
            "language_code": self.language_code,
        }


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's) or a group (negative id)."""

    chat_id: int
    title: str
    members: frozenset[int]
    messages: dict[int, ChatMessage] = field(default_factory=dict)
    last_id: int = 0
    closed: str = ""
    """Why the bot may not write here, in Telegram's words; empty when it may."""
    flooded_until: float = 0
    """Until then, in seconds since 1970, the bot is asked to wait."""

    @property
    def is_private(self) -> bool:
        return self.chat_id > 0

    def as_json(self) -> Json:
        if self.is_private:
            return {"id": self.chat_id, "type": "private", "first_name": self.title}
        return {"id": self.chat_id, "type": "group", "title": self.title}


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that was sent in a chat; `path` is where it can be fetched."""

    file_id: str
    unique_id: str
    path: str
    name: str
    content: bytes


@dataclass(slots=True)
class ChatTap:
    """A tapped button that waits for its one `answerCallbackQuery`."""

    user_id: int
    chat_id: int
    date: int
    answered: bool = False


@dataclass(frozen=True, slots=True)
class ChatToast:
    """The answer to a tap; `text` is empty when only the waiting sign on the button went."""

    query_id: str
    user_id: int
    text: str
    alert: bool


@dataclass(frozen=True, slots=True)
class ChatChange:
    """Something that a chat page shows has changed."""

    kind: Literal["message", "edited", "deleted", "action", "toast", "commands", "inline"]
    chat_id: int = 0
    message_id: int = 0
    text: str = ""
    """The chat action ("typing"), the words of a toast, or the id of the inline query that was answered."""


@dataclass(frozen=True, slots=True)
class ServerWays:
    """The ways in which servers differ: how they say that a message to edit isn't there, which buttons they refuse."""

    gone: str = "message to edit not found"
    refused: frozenset[str] = frozenset()
    """Attributes of buttons."""


class Chats:
    """All people and chats of one bot. `changed` is called with every change."""

    def __init__(self, bot: Json, now: Callable[[], float], changed: Callable[[ChatChange], None]) -> None:
        self.bot = bot
        self._now = now
        self.changed = changed
        self.people: dict[int, Person] = {}
        self._chats: dict[int, Chat] = {}
        self.taps: dict[str, ChatTap] = {}
        self.toasts: list[ChatToast] = []
        self.queries: dict[str, TypedQuery] = {}
        self.files: dict[str, SentFile] = {}
        self.ways = ServerWays()

    @property
    def date(self) -> int:
        return int(self._now())

    def flood(self, chat: Chat, seconds: float) -> None:
        """Ask the bot to write nothing there for so long."""
        chat.flooded_until = self._now() + seconds

    def flooded_for(self, chat: Chat) -> int:
        """Whole seconds that the bot has yet to wait, 0 when it may write."""
        return max(0, math.ceil(chat.flooded_until - self._now()))

    def __iter__(self) -> Iterator[Chat]:
        return iter(self._chats.values())

    def add_person(self, user_id: int, first_name: str, language_code: str) -> Person:
        if user_id in self.people:
            raise ValueError(f"person {user_id} is already there")
        person = self.people[user_id] = Person(user_id, first_name, language_code)
        self._chats[user_id] = Chat(user_id, first_name, frozenset({user_id}))
        return person

    def add_group(self, chat_id: int, title: str, members: frozenset[int]) -> Chat:
        group = self._chats[chat_id] = Chat(chat_id, title, members)
        return group

    def find(self, chat_id: int) -> Chat | None:
        return self._chats.get(chat_id)

    def add(self, chat: Chat, sender: Sender, content: Formatted, **fields: Any) -> ChatMessage:
        """Put a new message into `chat`; ids rise within a chat. `fields` are those of ChatMessage."""
        chat.last_id += 1
        message = ChatMessage(chat.last_id, chat.chat_id, sender, content, self.date, **fields)
        chat.messages[message.message_id] = message
        self.changed(ChatChange("message", chat.chat_id, message.message_id))
        return message

    def edit(self, message: ChatMessage, content: Formatted, buttons: Buttons) -> ChatMessage:
        """Replace what a message says and shows."""
        edited = replace(message, content=content, buttons=buttons, edit_date=self.date)
        self._chats[message.chat_id].messages[message.message_id] = edited
        self.changed(ChatChange("edited", message.chat_id, message.message_id))
        return edited

    def delete(self, message: ChatMessage) -> None:
        del self._chats[message.chat_id].messages[message.message_id]
        self.changed(ChatChange("deleted", message.chat_id, message.message_id))

    def tap(self, user_id: int, chat_id: int) -> str:
        """Note that somebody tapped a button and return the id of the callback query."""
        query_id = str(FIRST_QUERY_ID + len(self.taps))
        self.taps[query_id] = ChatTap(user_id, chat_id, self.date)
        return query_id

    def answer_tap(self, query_id: str, text: str, *, alert: bool) -> None:
        tap = self.taps[query_id]
        tap.answered = True
        self.toasts.append(ChatToast(query_id, tap.user_id, text, alert))
        self.changed(ChatChange("toast", tap.chat_id, text=text))

    def message_json(self, message: ChatMessage, *, with_reply: bool = True) -> Json:
        """The message as the Bot API shows it ("Message"), with what it replies to one level deep."""
        chat = self._chats[message.chat_id]
        sender = self.bot if message.sender == BOT else self.people[message.sender].as_json()
        shown: Json = {
            "message_id": message.message_id,
            "from": sender,
            "chat": chat.as_json(),
            "date": message.date,
        }
        if message.edit_date is not None:
            shown["edit_date"] = message.edit_date
        answered = chat.messages.get(message.reply_to) if message.reply_to is not None and with_reply else None
        if answered is not None:
            shown["reply_to_message"] = self.message_json(answered, with_reply=False)
        beside = "document" in message.extra
        if message.text:
            shown["caption" if beside else "text"] = message.text
        if message.content.entities:
            shown["caption_entities" if beside else "entities"] = [
                entity.as_json() for entity in message.content.entities
            ]
        if message.buttons:
            rows = [[button.as_json() for button in row] for row in message.buttons]
            shown["reply_markup"] = {"inline_keyboard": rows}
        return shown | message.extra
