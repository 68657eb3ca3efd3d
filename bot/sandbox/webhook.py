"""Telegram's side of a webhook: updates are brought by POST, and brought again until they are taken.

As Telegram does it: one update at a time of each chat, and the next of it only when that one was taken; several chats
side by side; after a failure again at once, and then after ever longer gaps. Source: Bot API, "setWebhook" and
"WebhookInfo", and what Telegram's own open Bot API server does.
"""

import asyncio
import json
import os
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.chats import Json
from bot.sandbox.updates import PendingUpdate, Updates

MOST_CONNECTIONS: Final = 40
"""At once, where the bot names no other number. Source: Bot API, "setWebhook", `max_connections`."""
ANSWER_WITHIN: Final = 60.0
"""Seconds in which a bot has to answer."""
LONGEST_GAP: Final = 60
"""Times the first one."""
FAR: Final = "Failed to resolve host: Name or service not known"
"""The error for an address that is not on this machine: nothing goes there."""


@dataclass(slots=True)
class _Hook:
    url: str
    secret: str
    connections: int
    error: tuple[int, str] | None = None
    """When the last failure was (seconds since 1970), and what it was."""
    at_work: dict[Hashable, asyncio.Task[None]] = field(default_factory=dict)


class WebhookDelivery:
    """Brings what is in the inbox to the address that the bot has set, if it has."""

    def __init__(self, updates: Updates, now: Callable[[], float] = time.time, gap: float = 1.0) -> None:
        """`now`: seconds since 1970. `gap`: seconds from the second failure of an update to its next try."""
        self.gap = gap
        self._updates = updates
        self._now = now
        self._hook: _Hook | None = None
        self._session: aiohttp.ClientSession | None = None
        self._timer: asyncio.TimerHandle | None = None
        updates.changed = self._look_soon

    @property
    def is_set(self) -> bool:
        return self._hook is not None

    def set(self, url: str, secret: str, connections: int) -> None:
        """Bring updates here from now on; with the same values nothing changes."""
        hook = self._hook
        if hook is None or (hook.url, hook.secret, hook.connections) != (url, secret, connections):
            self.remove()
            self._hook = _Hook(url, secret, connections)
            for pending in self._updates.waiting():
                pending.failures, pending.due = 0, 0
        self._look_soon()

    def remove(self) -> None:
        """Bring nothing any more; what is on its way is cut off, whatever the bot makes of it."""
        if self._hook is not None:
            for task in self._hook.at_work.values():
                task.cancel()
        self._hook = None

    async def close(self) -> None:
        tasks = [] if self._hook is None else list(self._hook.at_work.values())
        self.remove()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._timer is not None:
            self._timer.cancel()
        if self._session is not None:
            await self._session.close()

    def info(self) -> Json:
        """The fields of "WebhookInfo" that belong to it."""
        found: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(self._updates)}
        if self._hook is not None:
            found |= {"url": self._hook.url, "max_connections": self._hook.connections}
            if self._hook.error is not None:
                found |= dict(zip(("last_error_date", "last_error_message"), self._hook.error, strict=True))
        return found

    def _look_soon(self) -> None:
        """Not at once: an update that was just made may be withheld."""
        if self._hook is not None:
            asyncio.get_running_loop().call_soon(self._look)

    def _look(self) -> None:
        """Begin with whatever may go now: the oldest of each queue, unless it failed a moment ago."""
        hook = self._hook
        if hook is None:
            return
        now, later, seen = time.monotonic(), [], set(hook.at_work)
        for kept in self._updates.waiting():
            queue = queue_of(kept.update)
            if queue in seen:
                continue
            if len(hook.at_work) == hook.connections:
                break
            seen.add(queue)
            if kept.due > now:
                later.append(kept.due - now)
            else:
                hook.at_work[queue] = asyncio.create_task(self._bring(hook, queue, kept))
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(min(later), self._look) if later else None

    async def _bring(self, hook: _Hook, queue: Hashable, kept: PendingUpdate) -> None:
        try:
            wrong, wait = await self._post(hook, kept.update)
        finally:
            del hook.at_work[queue]
        if not wrong:
            self._updates.take(kept)
        else:
            hook.error = (int(self._now()), wrong)
            if wait == 0 and kept.failures > 0:
                wait = self.gap * min(2**kept.failures, LONGEST_GAP)
            kept.failures += 1
            kept.due = time.monotonic() + wait
        self._look()

    async def _post(self, hook: _Hook, update: Json) -> tuple[str, float]:
        """The error in Telegram's words, empty for none, and the seconds that the bot asks to wait."""
        if not is_near(hook.url):
            return FAR, 0
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), auto_decompress=False)
        headers = {"Content-Type": "application/json"}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        body = json.dumps(update).encode()
        try:
            async with self._session.post(
                hook.url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                if 200 <= answer.status <= 299:  # noqa: PLR2004  what a success is
                    return "", 0
                asked = answer.headers.get("Retry-After", "0")
                said = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                return said, float(asked) if asked.isdecimal() else 0
        except TimeoutError:
            return "Read timeout expired", 0
        except aiohttp.ClientConnectorError as error:
            return os.strerror(error.errno) if error.errno else "Connection failed", 0
        except (aiohttp.ClientError, OSError):
            return "Webhook connection closed", 0


def queue_of(update: Json) -> Hashable:
    """The queue of an update: one for the messages of a chat, and one for each person's taps, another for queries."""
    match update:
        case {"message": {"chat": {"id": chat_id}}} | {"edited_message": {"chat": {"id": chat_id}}}:
            return "chat", chat_id
        case {"callback_query": {"from": {"id": user_id}}}:
            return "taps", user_id
        case {"inline_query": {"from": {"id": user_id}}}:
            return "queries", user_id
        case _:
            return "alone", update["update_id"]


def is_near(url: str) -> bool:
    """True for an address on this machine, the only ones to which anything goes."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def refusal(url: str, secret: str, connections: int) -> str:
    """Telegram's reason to refuse a webhook; empty for none. Plain http is for this machine, as with a local server."""
    if not url.startswith("https://") and not (url.startswith("http://") and is_near(url)):
        return "bad webhook: An HTTPS URL must be provided for webhook"
    if len(secret) > 256:  # noqa: PLR2004  the Bot API's own number
        return "secret token is too long"
    if not all(one.isascii() and (one.isalnum() or one in "_-") for one in secret):
        return "secret token contains unallowed characters"
    if not 1 <= connections <= 100:  # noqa: PLR2004  the same
        return "max_connections must be 1 to 100 (Telegram would take the nearest; this stand-in refuses it)"
    return ""
