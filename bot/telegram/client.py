"""The connection to Telegram: python-telegram-bot's Bot, with updates left raw, and the sequence at start."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final, TypeGuard

from telegram import Bot, User
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.telegram.request import FOREIGN, AiohttpRequest, FileTooLargeError, Upload
from bot.telegram.shape import WHOLE, MessageShape, Rows, parameters
from storage.files import KeptFile

log = logging.getLogger(__name__)
# python-telegram-bot logs whole answers at DEBUG.
logging.getLogger("telegram").setLevel(logging.WARNING)

POLL = 25
"""Seconds for which Telegram holds a poll open when nothing happens."""
UPLOAD = DOWNLOAD = 60
"""Seconds that a file may take on its way."""
CALLS_AT_ONCE = 48
"""More than messages are sent at once, so that a tap is answered also while all of them wait."""
ALLOWED = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
LONGEST_PAUSE = 60.0
"""Seconds between two attempts when Telegram can't be reached."""
SHORTEST_WAIT: Final = 1.0
LONGEST_WAIT = 3600.0
"""Seconds that Telegram can ask us to wait; if it means more, it says so again."""


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

    async def get_me(self, **_: Any) -> User:
        """Ask whose token it is. Raises TelegramError, also for an answer that names no bot."""
        match await self._call("getMe", {}):
            case {"id": found, "username": str(username), **rest} if is_id(found) and username:
                first_name = rest.get("first_name")
                name = first_name if isinstance(first_name, str) else username
                self._bot_user = User(found, name, is_bot=True, username=username)
                return self._bot_user
        raise TelegramError("the answer to getMe names no bot")

    async def raw_updates(self, offset: int | None) -> list[dict[str, Any]]:
        """Long-poll for updates from `offset` on; earlier ones are thereby acknowledged. Each has an `update_id`."""
        values: dict[str, Any] = {"timeout": POLL, "allowed_updates": ALLOWED}
        if offset is not None:
            values["offset"] = offset
        found = await self._polls.result(f"{self._base_url}/getUpdates", values, POLL + 10)
        updates = found if isinstance(found, list) else []
        return [update for update in updates if isinstance(update, dict) and is_id(update.get("update_id"))]

    async def send_html(
        self, chat_id: int, html: str, rows: Rows, shape: MessageShape = WHOLE, *, silent: bool = False
    ) -> int | None:
        """Send a message, without a sound if it is `silent`; returns its id, None when Telegram took it and named none.

        Source: Bot API, "sendMessage", `disable_notification`.
        """
        values = parameters(chat_id, html, rows, shape) | ({"disable_notification": True} if silent else {})
        return _message_id(await self._call("sendMessage", values))

    async def send_file(
        self,
        chat_id: int,
        file: KeptFile,
        html: str,
        rows: Rows,
        shape: MessageShape = WHOLE,
        *,
        silent: bool = False,
    ) -> int | None:
        """Send a file with a caption; otherwise as `send_html`. Source: Bot API, "sendDocument"."""
        values = parameters(chat_id, html, rows, shape) | ({"disable_notification": True} if silent else {})
        del values["link_preview_options"]
        values["caption"] = values.pop("text")
        upload = Upload(values, "document", file.name, file.content)
        return _message_id(await self._calls.upload(f"{self._base_url}/sendDocument", upload, UPLOAD))

    async def download(self, file_id: str, most: int) -> bytes:
        """The content of a file that somebody has sent. Raises FileTooLargeError above `most` bytes, and TelegramError.

        Source: Bot API, "getFile".
        """
        match await self._call("getFile", {"file_id": file_id}):
            case {"file_size": int(size)} if size > most:
                raise FileTooLargeError(size)
            case {"file_path": str(path)} if path:
                return await self._calls.fetch(f"{self._base_file_url}/{path}", most, DOWNLOAD)
        raise TelegramError("the answer to getFile names no file")

    async def edit_html(self, chat_id: int, message_id: int, html: str, rows: Rows, shape: MessageShape = WHOLE) -> int:
        """Change a message; returns the id that it has from now on, which is the same unless Telegram says another."""
        values = parameters(chat_id, html, rows, shape) | {"message_id": message_id}
        edited = _message_id(await self._call("editMessageText", values))
        return message_id if edited is None else edited

    async def webhook_info(self) -> object:
        """The webhook that is set, as "WebhookInfo" has it."""
        return await self._call("getWebhookInfo", {})

    async def bring_updates_to(self, url: str, secret: str, connections: int) -> None:
        """Have updates brought to an address, so many at once, with the secret. Source: Bot API, "setWebhook"."""
        values = {"url": url, "secret_token": secret, "max_connections": connections, "allowed_updates": ALLOWED}
        await self._call("setWebhook", values)

    async def answer_tap(self, query_id: str, text: str, within: float) -> None:
        """Stop a tapped button's spinner and show a text, if there is one. `within` seconds, or not at all."""
        values = {"callback_query_id": query_id, "text": text} if text else {"callback_query_id": query_id}
        await self._call("answerCallbackQuery", values, within)

    async def _call(self, method: str, values: dict[str, Any], within: float | None = None) -> object:
        return await self._calls.result(f"{self._base_url}/{method}", values, within)


def _message_id(result: Any) -> int | None:
    """The id in a result that is a message; None when it is anything else."""
    found = result.get("message_id") if isinstance(result, dict) else None
    return found if is_id(found) else None


def is_id(value: Any) -> TypeGuard[int]:
    """True for an id as Telegram has them; storage takes 64 bits."""
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def connect(token: str, api_url: str) -> Client:
    """A client for Telegram or for whatever speaks like it at `api_url`. Nothing is sent yet."""
    return Client(token, api_url)


def pause(attempt: int) -> float:
    """Seconds to wait after the n-th failure in a row."""
    return min(LONGEST_PAUSE, 0.5 * 2.0 ** min(attempt, 10))


def seconds(error: RetryAfter) -> float:
    """The seconds that Telegram asks us to wait, as far as we do."""
    asked = error.retry_after
    wanted = asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
    return max(SHORTEST_WAIT, min(LONGEST_WAIT, wanted))


def told(error: TelegramError) -> str:
    """A failed call in words: Telegram's own where it has answered."""
    match error:
        case BadRequest() | Forbidden() | Conflict():
            return f"Telegram refused: {error}"
        case NetworkError() if FOREIGN in str(error):
            return f"what answers in Telegram's place is not Telegram ({error})"
        case NetworkError():
            return f"Telegram can't be reached, or has trouble ({type(error).__name__}: {error})"
        case _:
            return str(error)


async def start(client: Client, prepare: Callable[[], Awaitable[object]] | None = None) -> None:
    """Say hello, and then make sure that updates come: by polling, or as `prepare` does it.

    Waits for a Telegram that can't be reached or refuses. Raises TelegramRefusedError for a token that isn't accepted.
    """
    for attempt in range(10**9):
        try:
            await client.initialize()
            await (client.delete_webhook(drop_pending_updates=False) if prepare is None else prepare())
            break
        except InvalidToken:
            raise TelegramRefusedError(TOKEN_REFUSED) from None
        except RetryAfter as error:
            await asyncio.sleep(seconds(error))
        except TelegramError as error:
            log.warning("%s; trying again", told(error))
            await asyncio.sleep(pause(attempt))
