"""The one place where a supplier is spoken to over HTTP, so that "was it written to the wire?" is decided once.

A create uses a connection of its own (a reused one can be closed by the other side just as we write, which looks like a
lost answer), follows no redirects (a redirected POST may become a GET), and is never repeated here.
"""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from providers.errors import OutcomeUnknown, ProviderUnavailable

USER_AGENT = "orderbot"
LARGEST_ANSWER = 4 * 1024 * 1024
"""Bytes. An answer above it is cut off and counts as unusable."""
SHORTEST_SECRET = 8
"""Characters. Anything shorter would be found in honest answers by chance."""
CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 15.0

# httpx logs every URL at INFO; suppliers' addresses may carry what people searched for.
logging.getLogger("httpx").setLevel(logging.WARNING)

_BEFORE_WRITING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    httpx.ProxyError,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer: `status` code, header names in lower case, and the body as bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON, or None when it is not JSON (an answer of `null` is as unusable as garbage).

        Without U+0000 and lone surrogates, which neither a database nor a message can hold.
        """
        try:
            return _storable(json.loads(self.body))
        except (ValueError, RecursionError):
            return None

    def json_object(self) -> dict[str, Any]:
        """The body when it is a JSON object, else an empty one: callers look for keys and find none."""
        value = self.json()
        return value if isinstance(value, dict) else {}

    def text(self, limit: int = 300) -> str:
        """The start of the body as text for people, at most `limit` characters."""
        start = self.body[: limit * 4].decode(errors="replace").replace("\x00", "")
        return " ".join(start.split())[:limit]


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class _TooLarge(Exception):  # noqa: N818  never leaves this module
    pass


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        return {_storable(key): _storable(inner) for key, inner in value.items()}
    return [_storable(inner) for inner in value] if isinstance(value, list) else value


def _without(body: bytes, secrets: tuple[str, ...]) -> bytes:
    """The body without our credentials: some servers' error pages repeat the request."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            body = body.replace(secret.encode(errors="replace"), b"***")
    return body


@asynccontextmanager
async def _deadline(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise httpx.ReadTimeout("the whole answer took too long") from None


class Http:
    """HTTP to one account at one supplier.

    `timeout`: seconds to wait for the answer to a create. `headers` go with every request and are treated as secrets:
    they are in no error and no log line.
    """

    def __init__(self, base_url: str, *, timeout: float, headers: Mapping[str, str] | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._secrets = tuple(dict(headers or {}).values())
        common = {"User-Agent": USER_AGENT, "Accept": "application/json"} | dict(headers or {})
        # Proxies and the like come from the settings or not at all: trust_env off.
        self._creates = httpx.AsyncClient(
            headers=common | {"Connection": "close"},
            timeout=httpx.Timeout(timeout, connect=CONNECT_TIMEOUT),
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
            trust_env=False,
        )
        self._reads = httpx.AsyncClient(
            headers=common,
            timeout=httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT),
            follow_redirects=False,
            trust_env=False,
        )

    async def create(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Answer:
        """POST a create once, as UTF-8 JSON.

        Raises ProviderUnavailable when nothing can have reached the supplier, OutcomeUnknown for every failure after
        that (timeout, disconnect, malformed or oversized answer).
        """
        content = json.dumps(body, ensure_ascii=False).encode()
        try:
            return await self._send(self._creates, "POST", path, content=content, headers=headers)
        except _BEFORE_WRITING as error:
            raise ProviderUnavailable("unreachable", params={"error": type(error).__name__}) from None
        except httpx.TimeoutException as error:
            raise OutcomeUnknown("no_answer", params={"error": type(error).__name__}) from None
        except _TooLarge:
            raise OutcomeUnknown("answer_too_large") from None
        except httpx.HTTPError as error:
            raise OutcomeUnknown("line_dropped", params={"error": type(error).__name__}) from None

    async def read(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request that changes nothing at the supplier.

        Raises ProviderUnavailable for every failure to get a full answer.
        """
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        try:
            return await self._send(self._reads, method, path, params=params, content=content, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, _TooLarge) as error:
            raise ProviderUnavailable("unreachable", params={"error": type(error).__name__}) from None

    async def _send(
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = dict(headers or {})
        if content is not None:
            sent["Content-Type"] = "application/json"
        url = self._base_url + path
        # httpx counts its read timeout anew with each byte; this one ends an answer that drips for ever.
        whole = (client.timeout.read or 0) + CONNECT_TIMEOUT
        async with (
            _deadline(whole),
            client.stream(method, url, params=params, content=content, headers=sent) as response,
        ):
            received = bytearray()
            async for chunk in response.aiter_bytes():
                received += chunk
                if len(received) > LARGEST_ANSWER:
                    raise _TooLarge
        secrets = (*self._secrets, *dict(headers or {}).values())
        lower = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, lower, _without(bytes(received), secrets))

    async def aclose(self) -> None:
        await self._creates.aclose()
        await self._reads.aclose()
