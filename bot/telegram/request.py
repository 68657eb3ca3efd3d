"""Telegram's HTTP on aiohttp, behind python-telegram-bot's seam for it: a call takes a seventh of its time on httpx.

Only Telegram's own answers count: a proxy's page says nothing about a message or a token. No error quotes an address,
because the bot's token is part of it.
"""

import json
import os
import ssl
import urllib.request
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import urlsplit

import aiohttp
import certifi
from telegram.error import BadRequest, NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_JSON: Final = {"Content-Type": "application/json"}
_AUTOMATIC: Final = ("Accept", "Accept-Encoding")
"""Headers that aiohttp would add; without them answers come as they are, which is cheaper than unpacking them."""
FOREIGN: Final = "with an answer that is not Telegram's"
"""Words of the NetworkError for an answer that is not of the shape that all of Telegram's have."""
_PARAMETERS: Final = ("migrate_to_chat_id", "retry_after")
_encoded: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class FileTooLargeError(Exception):
    """A file that is larger than we read."""


@dataclass(frozen=True, slots=True)
class Upload:
    """The parameters of a method and one file, in the field of that name."""

    values: dict[str, Any]
    field: str
    name: str
    content: bytes


class _Answer(bytes):
    """An answer's body together with what it says, so that it is parsed once."""

    said: dict[str, Any]


class AiohttpRequest(BaseRequest):
    """One pool of kept connections to one origin, opened at the first call. Timeouts are in seconds, None for never.

    Proxies are those of the environment, as they are when the pool opens.
    """

    __slots__ = ("_closed", "_connections", "_session", "_timeouts")

    def __init__(
        self,
        *,
        connections: int,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 10.0,
    ) -> None:
        self._connections = connections
        self._timeouts = (connect_timeout, read_timeout, write_timeout, pool_timeout)
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    @property
    def read_timeout(self) -> float | None:
        return self._timeouts[1]

    async def initialize(self) -> None:
        self._closed = False

    async def shutdown(self) -> None:
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def result(self, url: str, values: dict[str, Any], within: float | None = None) -> Any:
        """Call a method with JSON; returns its result as JSON. Raises TelegramError.

        `within`: another read timeout for this call.
        """
        # PTB hands parameters through to `do_request` as they are; making its own objects of them takes longer.
        data = cast("RequestData", values)
        return await self.post(url, data, read_timeout=self.read_timeout if within is None else within)

    async def upload(self, url: str, upload: Upload, within: float) -> Any:
        """Call a method with a file; returns its result as JSON. Raises TelegramError. `within` as in `result`."""
        return await self.post(url, cast("RequestData", upload), read_timeout=within, write_timeout=within)

    async def fetch(self, url: str, most: int, within: float) -> bytes:
        """Read what is at an address. Raises FileTooLargeError as soon as it is more than `most` bytes.

        Raises NetworkError for whatever else keeps it from us, BadRequest where it isn't there.
        """
        try:
            session = self._session or self._open(url)
            timeout = _timeout(*self._timeouts[:1], within, *self._timeouts[2:])
            async with session.get(url, timeout=timeout, allow_redirects=False) as response:
                if response.status == HTTPStatus.NOT_FOUND:
                    raise BadRequest("the file is not there any more")
                if response.status != HTTPStatus.OK:
                    raise NetworkError(f"HTTP {response.status} for a file")
                content = bytearray()
                async for piece in response.content.iter_any():
                    content += piece
                    if len(content) > most:
                        raise FileTooLargeError(len(content))
                return bytes(content)
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(_told(error)) from None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | dict[str, Any] | Upload | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Raise TimedOut, or NetworkError for whatever else keeps Telegram's answer from us. BadRequest: not sent."""
        given = (connect_timeout, read_timeout, write_timeout, pool_timeout)
        timeout = _timeout(
            *(
                ours if passed is BaseRequest.DEFAULT_NONE else passed
                for passed, ours in zip(given, self._timeouts, strict=True)
            )
        )
        try:
            sent = _sent(request_data)
            session = self._session or self._open(url)
            response = await session.request(method, url, timeout=timeout, allow_redirects=False, **sent)
            code, payload = response.status, await response.read()
        except UnicodeEncodeError:
            # As Telegram itself says it; Python's words would quote the whole message.
            raise BadRequest("strings must be encoded in UTF-8") from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(_told(error)) from None
        return code, _telegrams(code, payload)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        return payload.said if isinstance(payload, _Answer) else BaseRequest.parse_json_payload(payload)

    def _open(self, url: str) -> aiohttp.ClientSession:
        if self._closed:
            raise RuntimeError("the connections to Telegram are closed")
        proxy, trusted = _proxy(url), _trusted() if url.startswith("https:") else True
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections, ssl=trusted),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
            skip_auto_headers=_AUTOMATIC,
            proxy=proxy,
        )
        return self._session


def _sent(data: RequestData | dict[str, Any] | Upload | None) -> dict[str, Any]:
    """The body and its type: JSON, unless files go along."""
    if data is None:
        return {}
    if isinstance(data, Upload):
        given = {name: one if isinstance(one, str) else _encoded(one) for name, one in data.values.items()}
        # Quoted, a Chinese name would be shown as it is quoted.
        form = aiohttp.FormData(given, quote_fields=False)
        form.add_field(data.field, data.content, filename=data.name, content_type="application/octet-stream")
        return {"data": form}
    if isinstance(data, dict):
        return {"data": _encoded(data).encode(), "headers": _JSON}
    if not data.contains_files:
        return {"data": _encoded(data.parameters).encode(), "headers": _JSON}
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return {"data": form}


@lru_cache(maxsize=16)
def _timeout(
    connect: float | None, read: float | None, write: float | None, pool: float | None
) -> aiohttp.ClientTimeout:
    """The same as aiohttp has them; all together bound what has no limit of its own there, such as writing."""
    until_connected = None if connect is None or pool is None else connect + pool
    total = None if until_connected is None or read is None or write is None else until_connected + read + write
    return aiohttp.ClientTimeout(total=total, connect=until_connected, sock_connect=connect, sock_read=read)


def _trusted() -> ssl.SSLContext:
    """This machine's authorities, and Mozilla's for a machine that has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _proxy(url: str) -> str | None:
    """The proxy that the environment names for an address, looked up once: aiohttp does it in a thread per call."""
    parts = urlsplit(url)
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or urllib.request.proxy_bypass(parts.netloc):
        return None
    if "://" not in proxy:
        return f"http://{proxy}"
    if not proxy.startswith(("http://", "https://")):
        raise NetworkError(f"the environment names a proxy for {parts.scheme} that is no HTTP proxy")
    return proxy


def _told(error: Exception) -> str:
    """An error in words. Of aiohttp's own only those of connecting are sure to name no more than a host and a port."""
    name = f"aiohttp.{type(error).__name__}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{name}: {error}"
    return f"{name}: {os.strerror(error.errno)}" if isinstance(error, OSError) and error.errno else name


def _telegrams(code: int, payload: bytes) -> _Answer:
    """The answer, if it has the shape that all of Telegram's have; else raises NetworkError.

    A success needs no result: what was asked for is done. Source: Bot API, "Making requests".
    """
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict):
        success = HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES
        if said.get("ok") is success:
            answer = _Answer(payload)
            answer.said = {"result": None} | said if success else _refusal(said)
            return answer
    raise NetworkError(f"HTTP {code} {FOREIGN}")


def _refusal(said: dict[str, Any]) -> dict[str, Any]:
    """The parts of a refusal that python-telegram-bot reads, each only if it is of its type: else it would stumble."""
    found: dict[str, Any] = {"ok": False}
    if isinstance(said.get("description"), str):
        found["description"] = said["description"]
    parameters = said.get("parameters")
    numbers = parameters.items() if isinstance(parameters, dict) else ()
    kept = {name: value for name, value in numbers if name in _PARAMETERS and type(value) is int}
    return found | {"parameters": kept} if kept else found
