"""The connection to Telegram: python-telegram-bot's Bot, with updates left raw, and the sequence at start."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeGuard, cast

from telegram import Bot, BotCommand
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.telegram.request import AiohttpRequest
from bot.words.catalogue import catalogues
from bot.words.render import commands

log = logging.getLogger(__name__)
# python-telegram-bot logs whole answers at DEBUG.
logging.getLogger("telegram").setLevel(logging.WARNING)

POLL = 25
"""Seconds for which Telegram holds a poll open when nothing happens."""
CALLS_AT_ONCE = 48
"""More than messages are sent at once, so that a tap is answered also while all of them wait."""
ALLOWED = ("message", "edited_message", "callback_query", "inline_query")
LONGEST_PAUSE = 60.0
"""Seconds between two attempts when Telegram can't be reached."""
Rows = Sequence[Sequence[Sequence[str]]]
"""Rows of buttons, each its label, what a tap on it carries, and, if it copies a text instead, that text."""
_NO_PREVIEW = {"is_disabled": True}


class TelegramRefusedError(Exception):
    """Telegram won't work with us at all, and trying again won't help. Its text is one line for the operator."""


TOKEN_REFUSED = "telegram.token: Telegram does not accept this token"  # noqa: S105  a sentence
TOKEN_REVOKED = "telegram.token: Telegram does not accept this token any more"  # noqa: S105  a sentence


class Client(Bot):
    """A Bot with a shorter way for what is called per update.

    Updates come as raw JSON: parsing a batch at once would let one malformed update stop every poll. Of what Telegram
    answers, only the id of a message is read. Every method raises TelegramError.
    """

    def __init__(self, token: str, api_url: str) -> None:
        self._calls = AiohttpRequest(connections=CALLS_AT_ONCE, read_timeout=20, write_timeout=20)
        self._polls = AiohttpRequest(connections=2)
        super().__init__(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._calls,
            get_updates_request=self._polls,
        )

    async def shutdown(self) -> None:
        """Close all connections, also those of calls that were made before Telegram was greeted."""
        await super().shutdown()
        await asyncio.gather(self._calls.shutdown(), self._polls.shutdown())

    async def raw_updates(self, offset: int | None) -> list[dict[str, Any]]:
        """Long-poll for updates from `offset` on; earlier ones are thereby acknowledged."""
        values: dict[str, Any] = {"timeout": POLL, "allowed_updates": ALLOWED}
        if offset is not None:
            values["offset"] = offset
        found = await self._polls.result(f"{self._base_url}/getUpdates", values, POLL + 10)
        return cast("list[dict[str, Any]]", found if isinstance(found, list) else [])

    async def send_html(self, chat_id: int, html: str, rows: Rows) -> int:
        """Send a message; returns its id. Raises ValueError when the answer has none: it may have been sent."""
        message_id = _message_id(await self._call("sendMessage", _message(chat_id, html, rows)))
        if message_id is None:
            raise ValueError("Telegram's answer to sendMessage has no message_id")
        return message_id

    async def edit_html(self, chat_id: int, message_id: int, html: str, rows: Rows) -> int:
        """Change a message; returns the id that it has from now on, which is the same unless Telegram says another."""
        values = _message(chat_id, html, rows) | {"message_id": message_id}
        edited = _message_id(await self._call("editMessageText", values))
        return message_id if edited is None else edited

    async def answer_tap(self, query_id: str, text: str, within: float) -> None:
        """Stop a tapped button's spinner and show a text, if there is one. `within` seconds, or not at all."""
        values = {"callback_query_id": query_id, "text": text} if text else {"callback_query_id": query_id}
        await self._call("answerCallbackQuery", values, within)

    async def _call(self, method: str, values: dict[str, Any], within: float | None = None) -> object:
        return await self._calls.result(f"{self._base_url}/{method}", values, within)


def _message(chat_id: int, html: str, rows: Rows) -> dict[str, Any]:
    """The parameters that sending and editing share."""
    values = {"chat_id": chat_id, "text": html, "parse_mode": "HTML", "link_preview_options": _NO_PREVIEW}
    if rows:
        values["reply_markup"] = {"inline_keyboard": [[_button(*button) for button in row] for row in rows]}
    return values


def _button(text: str, data: str, copy: str = "", style: str = "") -> dict[str, Any]:
    button: dict[str, Any] = {"text": text} | ({"copy_text": {"text": copy}} if copy else {"callback_data": data})
    return button | ({"style": style} if style else {})


def _message_id(result: Any) -> int | None:
    """The id in a result that is a message; None when it is anything else."""
    found = result.get("message_id") if isinstance(result, dict) else None
    return found if is_id(found) else None


def is_id(value: Any) -> TypeGuard[int]:
    """True for an id as Telegram has them; storage takes 64 bits."""
    return isinstance(value, int) and -(2**63) <= value < 2**63


def connect(token: str, api_url: str) -> Client:
    """A client for Telegram or for whatever speaks like it at `api_url`. Nothing is sent yet."""
    return Client(token, api_url)


def pause(attempt: int) -> float:
    """Seconds to wait after the n-th failure in a row."""
    return min(LONGEST_PAUSE, 0.5 * 2.0 ** min(attempt, 10))


def seconds(error: RetryAfter) -> float:
    """The seconds that Telegram asks us to wait."""
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)


async def start(client: Client) -> None:
    """Say hello, make sure that updates come by polling, and set the menu of commands.

    Waits for a Telegram that can't be reached. Raises TelegramRefusedError for a token that isn't accepted.
    """
    for attempt in range(10**9):
        try:
            await client.initialize()
            await client.delete_webhook(drop_pending_updates=False)
            break
        except InvalidToken:
            raise TelegramRefusedError(TOKEN_REFUSED) from None
        except RetryAfter as error:
            await asyncio.sleep(seconds(error))
        except TelegramError as error:
            log.warning("Telegram can't be reached yet (%s: %s); trying again", type(error).__name__, error)
            await asyncio.sleep(pause(attempt))
    await _set_commands(client)


async def _set_commands(client: Client) -> None:
    for language, words in catalogues().items():
        menu: Sequence[BotCommand] = [BotCommand(name, text) for name, text in commands(words)]
        try:
            await client.set_my_commands(menu, language_code=None if language == "en" else language)
        except TelegramError as error:
            log.warning("the menu of commands could not be set: %s", error)
