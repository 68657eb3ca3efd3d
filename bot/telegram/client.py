"""The connection to Telegram: python-telegram-bot's Bot, with updates left raw, and the sequence at start."""

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any, cast

from telegram import Bot, BotCommand
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.words.catalogue import catalogues
from bot.words.render import commands

log = logging.getLogger(__name__)
# httpx logs every URL at INFO, and the bot's token is in it; python-telegram-bot logs whole answers at DEBUG.
for noisy in ("httpx", "httpcore", "telegram"):
    logging.getLogger(noisy).setLevel(logging.WARNING)

POLL = 25
"""Seconds for which Telegram holds a poll open when nothing happens."""
ALLOWED = ("message", "edited_message", "callback_query", "inline_query")
LONGEST_PAUSE = 60.0
"""Seconds between two attempts when Telegram can't be reached."""


class TelegramRefusedError(Exception):
    """Telegram won't work with us at all, and trying again won't help. Its text is one line for the operator."""


TOKEN_REFUSED = "telegram.token: Telegram does not accept this token"  # noqa: S105  a sentence
TOKEN_REVOKED = "telegram.token: Telegram does not accept this token any more"  # noqa: S105  a sentence


class _OnlyTelegram(HTTPXRequest):
    """HTTP on which only Telegram's own answers count: a proxy's page says nothing about a message or a token."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        code, payload = await super().do_request(*args, **kwargs)
        if not _is_telegrams(code, payload):
            raise NetworkError(f"HTTP {code} with an answer that is not Telegram's")
        return code, payload


def _is_telegrams(code: int, payload: bytes) -> bool:
    """Whether it has the shape that all answers have. Source: Bot API, "Making requests"."""
    try:
        answer = json.loads(payload)
    except ValueError:
        return False
    if not isinstance(answer, dict):
        return False
    if HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES:
        return answer.get("ok") is True and "result" in answer
    return answer.get("ok") is False


class Client(Bot):
    """A Bot whose updates come as raw JSON: parsing a batch at once would let one malformed update stop every poll."""

    async def raw_updates(self, offset: int | None) -> list[dict[str, Any]]:
        """Long-poll for updates from `offset` on; earlier ones are thereby acknowledged. Raises TelegramError."""
        data: dict[str, Any] = {"timeout": POLL, "allowed_updates": list(ALLOWED)}
        if offset is not None:
            data["offset"] = offset
        found = await self._post("getUpdates", data, read_timeout=POLL + 10)
        return cast("list[dict[str, Any]]", found if isinstance(found, list) else [])


def connect(token: str, api_url: str) -> Client:
    """A client for Telegram or for whatever speaks like it at `api_url`. Nothing is sent yet."""
    request = _OnlyTelegram(connection_pool_size=32, pool_timeout=10, read_timeout=20, write_timeout=20)
    polling = _OnlyTelegram(connection_pool_size=2, pool_timeout=10)
    return Client(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request,
        get_updates_request=polling,
    )


def pause(attempt: int) -> float:
    """Seconds to wait after the n-th failure in a row."""
    return min(LONGEST_PAUSE, 0.5 * 2.0 ** min(attempt, 10))


def seconds(error: RetryAfter) -> float:
    """What Telegram asks us to wait."""
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
