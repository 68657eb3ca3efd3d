"""The people's side: what they do becomes updates for the bot, as their Telegram apps would make it."""

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.sandbox.changes import Changes, Subscription
from bot.sandbox.chats import BOT, Chat, ChatMessage, Chats, ChatToast, Json
from bot.sandbox.documents import Attachment, attached, kept
from bot.sandbox.formatted import Entity, Formatted, utf16_length
from bot.sandbox.payloads import PAYLOADS, TAKES_CAPTION, OtherKind, forwarded
from bot.sandbox.updates import Updates

WITHHELD = 0
"""Instead of an update id: in a group the bot, in privacy mode, is not told of this message."""
_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,64}(?:@(?P<bot>[A-Za-z0-9_]+))?")


class People:
    """People and their chats with one bot.

    Methods that reach the bot return the `update_id`. `chat_id` is the private chat with the person unless given.
    ValueError: the person, chat, message or button doesn't exist.
    """

    def __init__(self, *, username: str, now: Callable[[], float] = time.time) -> None:
        self.username = username
        bot: Json = {"id": 10000, "is_bot": True, "first_name": "Order bot (sandbox)", "username": username}
        self._changes = Changes()
        self._updates = Updates()
        self._chats = Chats(bot, now, self._changes.publish)

    def add_person(
        self, user_id: int, first_name: str = "Person", language_code: str = "en", *, started: bool = False
    ) -> None:
        """A new account. A bot can't write to it before it has written to the bot, unless `started`."""
        self._chats.add_person(user_id, first_name, language_code).started = started

    def title_of(self, chat_id: int) -> str:
        """The name of a person, or of a group. ValueError: there is no such chat."""
        chat = self._chats.find(chat_id)
        if chat is None:
            raise ValueError(f"no chat {chat_id}")
        return chat.title

    def language_of(self, user_id: int) -> str:
        """The code of the language that a person's Telegram is set to. ValueError: there is no such person."""
        self._chat(user_id, None)
        return self._chats.people[user_id].language_code

    def speaks(self, user_id: int, language_code: str) -> None:
        """Set a person's Telegram to another language. ValueError: there is no such person."""
        self._chat(user_id, None)
        self._chats.people[user_id].language_code = language_code

    def add_group(self, chat_id: int, title: str, members: Iterable[int]) -> None:
        """A group with the bot in it; `chat_id` is negative."""
        if chat_id >= 0:
            raise ValueError("a group's id is negative")
        self._chats.add_group(chat_id, title, frozenset(members))

    def say(self, user_id: int, text: str, *, chat_id: int | None = None, reply_to: int | None = None) -> int:
        """Write a text, exactly as given. Commands are marked as Telegram marks them."""
        return self._send(user_id, chat_id, _typed(text), reply_to=reply_to)

    def say_other(
        self,
        user_id: int,
        kind: OtherKind,
        *,
        chat_id: int | None = None,
        caption: str = "",
        reply_to: int | None = None,
    ) -> int:
        """Send something that isn't a text."""
        extra = {kind: PAYLOADS[kind]} | ({"caption": caption} if caption and kind in TAKES_CAPTION else {})
        return self._send(user_id, chat_id, Formatted(""), extra=extra, reply_to=reply_to)

    def send_file(
        self,
        user_id: int,
        name: str,
        content: bytes,
        *,
        chat_id: int | None = None,
        caption: str = "",
        reply_to: int | None = None,
    ) -> int:
        """Send a file, which the bot can fetch."""
        extra = {"document": kept(self._chats, name, content)}
        return self._send(user_id, chat_id, _typed(caption), extra=extra, reply_to=reply_to)

    def file_of(self, message: ChatMessage) -> Attachment | None:
        """The file of a message; None where it has none."""
        return attached(self._chats, message)

    def say_album(self, user_id: int, pictures: int, *, chat_id: int | None = None, caption: str = "") -> list[int]:
        """Send pictures together: each is a message of its own, and the caption stands under the first."""
        group = {"media_group_id": str(self._chats.date)}
        extras = [{"photo": PAYLOADS["photo"]} | group for _ in range(pictures)]
        if caption:
            extras[0] |= {"caption": caption}
        return [self._send(user_id, chat_id, Formatted(""), extra=extra) for extra in extras]

    def move(self, user_id: int, message_id: int, *, chat_id: int | None = None) -> int:
        """Be somewhere else while a live location is shared: the app edits its message."""
        message = self._message(self._chat(user_id, chat_id), message_id)
        edited = self._chats.edit(message, message.content, ())
        return self._updates.put("edited_message", self._chats.message_json(edited))

    def forward(self, user_id: int, text: str, *, chat_id: int | None = None) -> int:
        """Forward somebody's text into the chat."""
        return self._send(user_id, chat_id, _typed(text), extra=forwarded(self._chats.date))

    def edit(self, user_id: int, message_id: int, text: str, *, chat_id: int | None = None) -> int:
        """Change one's own message."""
        chat = self._chat(user_id, chat_id)
        message = self._message(chat, message_id)
        if message.sender != user_id:
            raise ValueError(f"message {message_id} was not written by {user_id}")
        if message.via_bot:
            raise ValueError(f"message {message_id} was chosen from the bot's results, which nobody can change")
        edited = self._chats.edit(message, _typed(text), ())
        return self._updates.put("edited_message", self._chats.message_json(edited))

    def tap(self, user_id: int, message_id: int, data: str, *, chat_id: int | None = None, forged: bool = False) -> int:
        """Tap the button with this data. `forged`: a crafted client, which may send data that is on no button."""
        chat = self._chat(user_id, chat_id)
        message = self._message(chat, message_id)
        on_it = [button.data for row in message.buttons for button in row if button.data]
        if not forged and data not in on_it:
            raise ValueError(f"message {message_id} has no button with {data!r}, only {on_it}")
        query = {
            "id": self._chats.tap(user_id, chat.chat_id),
            "from": self._chats.people[user_id].as_json(),
            "message": self._chats.message_json(message),
            "chat_instance": str(chat.chat_id),
            "data": data,
        }
        return self._updates.put("callback_query", query)

    def tap_button(self, user_id: int, label: str, *, chat_id: int | None = None) -> int:
        """Tap the button with these words on the newest message that has one."""
        chat = self._chat(user_id, chat_id)
        for message in reversed(chat.messages.values()):
            for row in message.buttons:
                for button in row:
                    if button.text == label and button.data:
                        return self.tap(user_id, message.message_id, button.data, chat_id=chat.chat_id)
        raise ValueError(f"no button {label!r} in this chat:\n{self.transcript(chat.chat_id)}")

    def block(self, user_id: int) -> int:
        """Block the bot: it gets a 403 from now on, and is told."""
        return self._set_blocked(user_id, blocked=True)

    def unblock(self, user_id: int) -> int:
        return self._set_blocked(user_id, blocked=False)

    def deactivate(self, user_id: int) -> None:
        """Delete the account: the bot gets a 403 for ever and is told nothing."""
        self._chat(user_id, None).closed = "user is deactivated"

    def kick(self, user_id: int, chat_id: int) -> int:
        """Throw the bot out of a group: it gets a 403 from now on, and is told."""
        chat = self._chat(user_id, chat_id)
        chat.closed = "bot was kicked from the group chat"
        return self._tell_membership(user_id, chat, gone=True)

    def invite(self, user_id: int, chat_id: int) -> int:
        """Let the bot into the group again."""
        chat = self._chat(user_id, chat_id)
        chat.closed = ""
        return self._tell_membership(user_id, chat, gone=False)

    def delete(self, user_id: int, message_id: int, *, chat_id: int | None = None) -> None:
        """Delete a message, the bot's too; the bot is not told."""
        self._chats.delete(self._message(self._chat(user_id, chat_id), message_id))

    def flood(self, chat_id: int, seconds: float) -> None:
        """From now on the bot has written too much there: all it wants there gets a 429, with the time that is left."""
        chat = self._chats.find(chat_id)
        if chat is None:
            raise ValueError(f"no chat {chat_id}")
        self._chats.flood(chat, seconds)

    def withhold(self, update_id: int) -> None:
        """Keep back an update that was just made, until `redeliver`. KeyError when there was none with this id."""
        self._updates.withhold(update_id)

    def redeliver(self, update_id: int) -> None:
        """Hand an update to the bot once more, confirmed or not. KeyError when there was none with this id."""
        self._updates.repeat(update_id)

    def raw_update(self, update: Mapping[str, Any]) -> int:
        """Give the bot any JSON object as an update, however malformed; an `update_id` is added if it has none."""
        return self._updates.put_raw(update)

    def messages(self, chat_id: int) -> list[ChatMessage]:
        """The messages that the chat shows now, oldest first."""
        chat = self._chats.find(chat_id)
        if chat is None:
            raise ValueError(f"no chat {chat_id}")
        return list(chat.messages.values())

    @property
    def toasts(self) -> list[ChatToast]:
        """The answers to taps, in order."""
        return list(self._chats.toasts)

    @property
    def pending(self) -> int:
        """The number of updates that the bot has not confirmed yet."""
        return len(self._updates)

    async def all_confirmed(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109  as wait_for
        """Wait until the bot has confirmed every update. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._updates.emptied()

    def subscribe(self) -> Subscription:
        """Changes from now on. Use it with `with`, or close it."""
        return self._changes.subscribe()

    async def wait_for(
        self,
        chat_id: int,
        predicate: Callable[[list[ChatMessage]], object],
        timeout: float = 5.0,  # noqa: ASYNC109  a wait's own deadline, with its own error text
    ) -> list[ChatMessage]:
        """Wait until `predicate(messages)` is true and return these messages. TimeoutError shows the chat."""
        with self.subscribe() as changes:
            try:
                async with asyncio.timeout(timeout):
                    while not predicate(self.messages(chat_id)):
                        await anext(changes)
            except TimeoutError:
                raise TimeoutError(f"after {timeout} s still not so:\n{self.transcript(chat_id)}") from None
            except StopAsyncIteration:
                raise TimeoutError(f"the stand-in stopped:\n{self.transcript(chat_id)}") from None
        return self.messages(chat_id)

    def transcript(self, chat_id: int) -> str:
        """The chat for a reader's eyes."""
        return "\n".join(
            f"#{message.message_id} {message.sender}{' (edited)' if message.edited else ''}: "
            f"{message.text or list(message.extra)} {message.labels or ''}".rstrip()
            for message in self.messages(chat_id)
        )

    def _set_blocked(self, user_id: int, *, blocked: bool) -> int:
        chat = self._chat(user_id, None)
        self._chats.people[user_id].blocked = blocked
        return self._tell_membership(user_id, chat, gone=blocked)

    def _tell_membership(self, user_id: int, chat: Chat, *, gone: bool) -> int:
        member = {"user": self._chats.bot, "status": "member"}
        kicked = {"user": self._chats.bot, "status": "kicked", "until_date": 0}
        content = {
            "chat": chat.as_json(),
            "from": self._chats.people[user_id].as_json(),
            "date": self._chats.date,
            "old_chat_member": member if gone else kicked,
            "new_chat_member": kicked if gone else member,
        }
        return self._updates.put("my_chat_member", content)

    def _send(self, user_id: int, chat_id: int | None, content: Formatted, **fields: Any) -> int:
        chat = self._chat(user_id, chat_id)
        person = self._chats.people[user_id]
        if chat.is_private and (person.blocked or chat.closed):
            raise ValueError(f"{user_id} has blocked the bot or is no more")
        person.started = person.started or chat.is_private
        if fields.get("reply_to") is not None:
            self._message(chat, fields["reply_to"])
        message = self._chats.add(chat, user_id, content, **fields)
        if not chat.is_private and not self._meant_for_bot(chat, message):
            return WITHHELD
        return self._updates.put("message", self._chats.message_json(message))

    def _meant_for_bot(self, chat: Chat, message: ChatMessage) -> bool:
        """Privacy mode: in a group a bot gets commands, replies to its own messages and its inline results."""
        if chat.closed:
            return False
        if message.via_bot:
            return True
        answered = chat.messages.get(message.reply_to) if message.reply_to is not None else None
        if answered is not None and answered.sender == BOT:
            return True
        command = _COMMAND.match(message.text)
        return command is not None and command["bot"] in {None, self.username}

    def _chat(self, user_id: int, chat_id: int | None) -> Chat:
        if user_id not in self._chats.people:
            raise ValueError(f"no person {user_id}: add_person first")
        chat = self._chats.find(user_id if chat_id is None else chat_id)
        if chat is None or user_id not in chat.members:
            raise ValueError(f"{user_id} is not in chat {chat_id}")
        return chat

    def _message(self, chat: Chat, message_id: int) -> ChatMessage:
        if message_id not in chat.messages:
            raise ValueError(f"no message {message_id} in this chat:\n{self.transcript(chat.chat_id)}")
        return chat.messages[message_id]


def _typed(text: str) -> Formatted:
    """A text as an app sends it: a command at a word's start is marked, nothing else is."""
    found = re.finditer(rf"(?<!\S){_COMMAND.pattern}(?![\w/])", text, re.ASCII)
    return Formatted(
        text,
        tuple(
            Entity("bot_command", utf16_length(text[: match.start()]), utf16_length(match.group())) for match in found
        ),
    )
