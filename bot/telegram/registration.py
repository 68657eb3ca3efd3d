"""Keeps Telegram's webhook ours: set at start, looked at once a minute, set again when somebody changed it.

By webhook a bot hears nothing of its own deafness: only Telegram can say that updates wait and why they don't come.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.telegram.client import ALLOWED, TOKEN_REVOKED, Client, TelegramRefusedError, seconds, told

log = logging.getLogger(__name__)

CONNECTIONS: Final = 40
"""Updates that Telegram brings at once, its own default. Source: Bot API, "setWebhook", `max_connections`."""
EVERY: Final = 60.0
"""Seconds between two looks at what Telegram has."""
CONTESTS: Final = 5
"""So many changes by somebody else within `CONTESTS_WITHIN` are another program that goes on."""
CONTESTS_WITHIN: Final = 1800
"""Seconds; more than that many looks take."""
CONTESTED: Final = "telegram.token: another program changes its webhook again and again; only one may use its token"
_SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class WebhookState:
    """The webhook as Telegram has it. Source: Bot API, "WebhookInfo".

    `url` is empty for none; so is `error`, the last failure, which was at `error_at` (seconds since 1970).
    """

    url: str
    pending: int
    connections: int
    kinds: frozenset[str]
    error_at: int = 0
    error: str = ""


def state_of(info: Any) -> WebhookState:
    """Read the result of `getWebhookInfo`, whatever of it is there."""
    found = info if isinstance(info, dict) else {}
    kinds = found.get("allowed_updates")
    return WebhookState(
        url=_text(found.get("url")),
        pending=_number(found.get("pending_update_count")),
        connections=_number(found.get("max_connections")),
        kinds=frozenset(one for one in kinds if isinstance(one, str)) if isinstance(kinds, list) else frozenset(),
        error_at=_number(found.get("last_error_date")),
        error=_text(found.get("last_error_message")),
    )


class Registration:
    """Our webhook at Telegram. `state` is how Telegram had it at the last look, None before the first."""

    def __init__(
        self, client: Client, url: str, secret: str, *, forward: Callable[[], int], heard: Callable[[], None]
    ) -> None:
        """`forward` gives microseconds that only rise; `heard` is called whenever Telegram has answered."""
        self.url = url
        self.state: WebhookState | None = None
        self._client = client
        self._secret = secret
        self._forward = forward
        self._heard = heard
        self._contests: deque[int] = deque(maxlen=CONTESTS)

    async def register(self) -> None:
        """Set the webhook. Raises TelegramError.

        It is done at every start, also where nothing seems to differ: the secret can't be read back, and where nothing
        does differ, Telegram changes nothing.
        """
        await self._client.bring_updates_to(self.url, self._secret, CONNECTIONS)

    async def run(self) -> None:
        """Run until cancelled. Raises TelegramRefusedError when the token is no longer accepted, or is contested."""
        while True:
            try:
                await self.look()
            except InvalidToken:
                raise TelegramRefusedError(TOKEN_REVOKED) from None
            except RetryAfter as error:
                await asyncio.sleep(seconds(error))
            except TelegramError as error:
                log.warning("the webhook could not be looked at: %s", told(error))
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Ask Telegram once, log what keeps updates from coming, and set the webhook anew if it isn't ours."""
        state, before = state_of(await self._client.webhook_info()), self.state
        self._heard()
        self.state = state
        if before is not None and state.error and state.error_at > before.error_at:
            log.warning("Telegram could not bring updates, %d wait: %s", state.pending, state.error)
        if (state.url, state.connections, state.kinds) != (self.url, CONNECTIONS, frozenset(ALLOWED)):
            self._contend(state)
            await self.register()

    def _contend(self, state: WebhookState) -> None:
        now = self._forward()
        self._contests.append(now)
        if len(self._contests) == CONTESTS and now - self._contests[0] <= CONTESTS_WITHIN * _SECOND:
            raise TelegramRefusedError(CONTESTED)
        what = "changed" if state.url else "removed"
        log.warning("another program has %s the webhook of this bot; it is set again", what)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
