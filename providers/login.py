"""The token of one account, given in the settings or got by logging in, for suppliers that hand out tokens.

A request that was denied certainly placed nothing, so with login credentials it is sent once more under a fresh token.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import SecretStr

from providers.errors import (
    NOT_REACHED,
    NOT_READ,
    UNREACHED,
    AccessDenied,
    NoAnswer,
    ProviderUnavailable,
    ReadingFailed,
)

T = TypeVar("T")


LONGEST_TOKEN = 8192
"""Characters; servers take no longer header."""


def usable_token(value: object) -> str:
    """`value` when it can be sent as a header: text of visible ASCII characters; else the empty string."""
    text = value.strip() if isinstance(value, str) and len(value) <= LONGEST_TOKEN else ""
    return text if text.isascii() and text.isprintable() and " " not in text else ""


def checked_token(value: SecretStr) -> SecretStr:
    """For settings. Raises ValueError, without the value, for a token that can't be sent as a header."""
    token = usable_token(value.get_secret_value())
    if not token:
        raise ValueError(f"must be visible ASCII characters without spaces, at most {LONGEST_TOKEN:,}")
    return SecretStr(token)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Login:
    """Holds the current token. Any number of requests may use it at once; one of them at most logs in."""

    def __init__(
        self,
        given: SecretStr | None,
        log_in: Callable[[], Awaitable[str]],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`log_in` returns a fresh token or raises NotPlaced or ReadingFailed; never called when a token was given."""
        self._log_in = None if given is not None else log_in
        self._token = given.get_secret_value() if given is not None else ""
        self._lock = asyncio.Lock()
        self._now = now
        self._in_use_since = now() if given is not None else None

    def in_use_since(self, moment: datetime) -> bool:
        """True when the token was in use at `moment` (aware), itself or as one that the supplier renewed since.

        One that is accepted now was accepted then too; of a token that came later nothing is known about then.
        """
        return self._in_use_since is not None and self._in_use_since <= moment

    async def send(self, request: Callable[[str], Awaitable[T]]) -> T:
        """Return what `request(token)` does; when it raises AccessDenied, log in again and send once more.

        Raises what `request` raises, and NotPlaced when logging in fails.
        """
        token = self._token or await self._fresh(refused="")
        try:
            return await request(token)
        except AccessDenied:
            if self._log_in is None:
                raise
        return await request(await self._fresh(refused=token))

    async def read(self, request: Callable[[str], Awaitable[T]]) -> T:
        """The same for a reading. A login that fails is one that could not be read: ReadingFailed or AccessDenied."""
        try:
            return await self.send(request)
        except ProviderUnavailable as error:
            # The words for a create that never left would say here that nothing was sent.
            code = NOT_REACHED if error.code == UNREACHED else error.code
            failure = NoAnswer if code in (NOT_REACHED, NOT_READ) else ReadingFailed
            raise failure(code, said=error.said, params=error.params) from None

    def replace(self, used: str, offered: str) -> None:
        """The supplier offers another token in place of `used`; ignored when `used` was replaced meanwhile.

        It goes on where `used` was: only a token that is accepted is renewed.
        """
        if offered and self._token == used:
            self._token = offered

    def doubt(self, used: str) -> None:
        """Log in before the next request, where that can be done: `used` is no longer taken for ours."""
        if self._log_in is not None and self._token == used:
            self._token = ""

    async def _fresh(self, refused: str) -> str:
        async with self._lock:
            if self._token == refused and self._log_in is not None:
                try:
                    self._token = await self._log_in()
                except ReadingFailed as error:
                    # What waits for the token was not sent, whatever became of the login.
                    code = UNREACHED if error.code in (NOT_REACHED, NOT_READ) else error.code
                    raise ProviderUnavailable(code, said=error.said, params=error.params) from None
                self._in_use_since = self._now()
            return self._token
