"""Questions that change nothing at Telegram, for before anybody depends on the bot: whose token it is, and its webhook.

They are asked beside a running bot too, which hears nothing of them.
"""

from urllib.parse import urlsplit

from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError, TimedOut

from bot.telegram.client import TOKEN_REFUSED, TelegramRefusedError
from bot.telegram.registration import WebhookState, state_of
from bot.telegram.request import AiohttpRequest

PATIENCE = 10.0
"""Seconds for connecting, and again for the answer."""


class TelegramUnreachableError(Exception):
    """No answer of Telegram's came, for the reason that is this error's cause; `host` is where it was asked for.

    `answered` is true when something else answered there.
    """

    def __init__(self, host: str, *, answered: bool) -> None:
        super().__init__(host)
        self.host = host
        self.answered = answered


async def introduce(token: str, api_url: str) -> str:
    """The user name of the bot with this token, as Telegram knows it.

    Raises TelegramRefusedError, with a line to read, and TelegramUnreachableError.
    """
    result = await _ask(token, api_url, "getMe")
    name = result.get("username") if isinstance(result, dict) else None
    if not isinstance(name, str) or not name:
        raise TelegramUnreachableError(urlsplit(api_url).netloc, answered=True)
    return name


async def webhook_of(token: str, api_url: str) -> WebhookState:
    """The webhook of the bot with this token, as Telegram has it. Raises as `introduce` does."""
    return state_of(await _ask(token, api_url, "getWebhookInfo"))


async def _ask(token: str, api_url: str, method: str) -> object:
    request = AiohttpRequest(connections=1, read_timeout=PATIENCE, connect_timeout=PATIENCE)
    try:
        return await request.result(f"{api_url}/bot{token}/{method}", {})
    except InvalidToken:
        raise TelegramRefusedError(TOKEN_REFUSED) from None
    except BadRequest as error:
        raise TelegramRefusedError(f"telegram: Telegram refused: {error}") from None
    except NetworkError as error:
        # One of connecting has the library's own error behind it.
        answered = error.__context__ is None and not isinstance(error, TimedOut)
        raise TelegramUnreachableError(urlsplit(api_url).netloc, answered=answered) from error
    except TelegramError as error:
        raise TelegramRefusedError(f"telegram: Telegram refused: {error}") from None
    finally:
        await request.shutdown()
