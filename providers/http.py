"""The one place where a supplier is spoken to over HTTP, so that "was it written to the wire?" is decided once.

A create uses a connection of its own (a reused one can be closed by the other side just as we write, which looks like a
lost answer), follows no redirects (a redirected POST may become a GET), and is never repeated here.

The work for an answer is bounded: the bytes on the wire, those after decoding, the pieces in which they come, the
values of a document; and so are all answers of a reading together. What is large is read and redacted in a thread, so
that everybody else is answered meanwhile. No cookie is kept: who we are is in the settings, and no answer changes it.
"""

import asyncio
import json
import logging
import re
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http.cookiejar import CookieJar
from typing import Any

import httpx

from providers.allowance import Allowance
from providers.documents import read_document
from providers.errors import (
    NOT_REACHED,
    NOT_READ,
    UNREACHED,
    NoAnswer,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    ReadingFailed,
)
from providers.inflating import Inflation, NotInflatedError
from providers.redaction import LONGEST, Redaction

USER_AGENT = "orderbot"
LARGEST_ANSWER = 4 * 1024 * 1024
"""Bytes, on the wire and after decoding. An answer above it is cut off and counts as unusable."""
MOST_PIECES = 50_000
"""Pieces of one answer, as the supplier cut it; one byte at a time takes a thousand times the work of a usual one."""
_PIECES_IN_A_ROW = 256
READ_AT_ONCE = 16 * 1024
"""Bytes up to which an answer is read without a thread of its own."""
CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 15.0
ROOM_TO_CONNECT = CONNECT_TIMEOUT
"""Seconds beyond the time to read, after which a whole answer is given up."""
CLOCK_ROOM = timedelta(seconds=30)
"""The most that a supplier's clock may be from ours while the times in its lists are compared with ours."""

_IS_A_WORD = re.compile(r"(?:v[0-9]{1,2}|[A-Za-z_.-]{0,40})")
CREATE_OPERATION = "create"
_READINGS, _CREATES = ThreadPoolExecutor(1, "readings"), ThreadPoolExecutor(1, "creates")
"""The threads of large answers, one after the other: each takes twenty times its size meanwhile, and side by side no
less time. What became of an order doesn't wait for lists."""

# httpx logs every URL at INFO; suppliers' addresses may carry what people searched for.
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it, for whoever watches: nothing of what was sent or answered.

    `operation` is `create`, or the path of a reading without what differs from one to the next. `status` is the code of
    the answer, 0 without a whole one, and then `written` says if the request had gone out.
    """

    operation: str
    status: int
    seconds: float
    written: bool

    @property
    def result(self) -> str:
        """The class of the answer, such as `2xx`; `no_answer` or `not_reached` without one."""
        if self.status:
            return f"{self.status // 100}xx"
        return "no_answer" if self.written else "not_reached"


def _operation(path: str) -> str:
    """A path with a sign in the place of every part that may be somebody's number or name."""
    parts = (part if _IS_A_WORD.fullmatch(part) else ":id" for part in path.partition("?")[0].split("/"))
    return "/".join(parts)


class _DeadlineError(Exception):
    """The time for the whole answer is over; httpx knows only of times between two bytes."""


_BEFORE_WRITING = (
    _DeadlineError,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    httpx.ProxyError,
    UnicodeError,
)
"""Errors that mean "not written" as long as nothing was: httpx raises the last ones for an answer's `Location` too."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer: `status` code, header names in lower case, and the body as bytes, all as they came.

    What `json` and `text` give may be kept and shown: our secrets are not in it.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    redaction: Redaction = field(default=Redaction(), repr=False)
    _read: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def json(self) -> Any:
        """The body as JSON, or None when it is not JSON (an answer of `null` is as unusable as garbage)."""
        if "json" not in self._read:
            try:
                self._read["json"] = self.redaction.value(read_document(self.body))
            except RecursionError:
                self._read["json"] = None
        return self._read["json"]

    def json_object(self) -> dict[str, Any]:
        """The body when it is a JSON object, else an empty one: callers look for keys and find none."""
        value = self.json()
        return value if isinstance(value, dict) else {}

    def clock(self) -> datetime | None:
        """The supplier's clock (aware) as the header `Date` tells it, where it does."""
        try:
            clock = parsedate_to_datetime(self.headers.get("date", ""))
        except (ValueError, OverflowError):
            return None
        return clock if clock.tzinfo is not None else None

    def text(self, limit: int = 300) -> str:
        """The start of the body as text for people, at most `limit` characters."""
        if "text" not in self._read:
            # Cut where the redaction knows of it: a secret that is cut in two is not found.
            begun = self.body[: 4 * LONGEST].decode(errors="replace")[:LONGEST].replace("\x00", "")
            cut = len(self.body) > LONGEST
            self._read["text"] = self.redaction.sentence(" ".join(begun.split()), cut=cut)
        return str(self._read["text"])[:limit]

    async def prepare(self, thread: Executor) -> None:
        """Read the body while others go on, where that takes its time; from then on it is there at once."""
        if len(self.body) > READ_AT_ONCE:
            await asyncio.get_running_loop().run_in_executor(thread, lambda: (self.json(), self.text()))


class _TooLarge(Exception):  # noqa: N818  never leaves this module
    pass


class _NoCookies(CookieJar):
    """Keeps none and sends none."""

    def extract_cookies(self, response: object, request: object) -> None:
        """Leave them where they are."""

    def add_cookie_header(self, request: object) -> None:
        """Add none."""


_FAILURES = (httpx.HTTPError, httpx.InvalidURL, UnicodeError, NotInflatedError, _TooLarge, _DeadlineError)


class _Writing:
    """Notices when the head of a request has gone out, whatever goes wrong later."""

    def __init__(self) -> None:
        self.began = False
        self._line: Any = None

    async def give_up(self) -> None:
        """Close a line that was given up while connecting: a handshake that is broken off leaves it open."""
        if self._line is not None and not self.began:
            with suppress(OSError):
                await self._line.aclose()

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """For httpx's extension `trace`. A head that could not be written whole is followed by reading all the same."""
        if event.endswith(("send_request_headers.complete", "receive_response_headers.started")):
            self.began = True
        elif event.endswith("connect_tcp.complete"):
            self._line = info.get("return_value")


def _let_go(error: BaseException | None) -> None:
    """Keep what an error says, with all that it came of, but not what was received: its frames hold that."""
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def _kind(error: Exception) -> dict[str, str]:
    return {"error": type(error).__name__.strip("_")}


def _failed(error: Exception, writing: _Writing) -> ProviderError:
    params = _kind(error)
    if isinstance(error, _BEFORE_WRITING) and not writing.began:
        # The time may be over while connecting, such as in a handshake that never ends.
        return ProviderUnavailable(UNREACHED, params=params)
    if isinstance(error, httpx.TimeoutException | _DeadlineError):
        return OutcomeUnknown("no_answer", params=params)
    if isinstance(error, _TooLarge):
        return OutcomeUnknown("answer_too_large")
    if isinstance(error, httpx.TransportError):
        return OutcomeUnknown("line_dropped", params=params)
    return OutcomeUnknown("strange_answer", params=params)


@asynccontextmanager
async def _deadline(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise _DeadlineError from None


@asynccontextmanager
async def reading_until(deadline: float, unread: str) -> AsyncIterator[None]:
    """A reading of several requests that ends at `deadline`, a time of the running loop.

    Raises ReadingFailed with the code `unread` when it does.
    """
    try:
        async with asyncio.timeout_at(deadline):
            yield
    except TimeoutError:
        raise ReadingFailed(unread) from None


async def _body_of(response: httpx.Response) -> bytes:
    """The whole body, decoded. Raises _TooLarge, NotInflatedError and httpx's errors."""
    inflation = Inflation(response.headers.get_list("content-encoding", split_commas=True))
    received = bytearray()
    wire = pieces = 0
    async for piece in response.aiter_raw():
        wire, pieces = wire + len(piece), pieces + 1
        if wire > LARGEST_ANSWER or pieces > MOST_PIECES:
            raise _TooLarge
        received += inflation.take(piece, LARGEST_ANSWER + 1 - len(received))
        if len(received) > LARGEST_ANSWER:
            raise _TooLarge
        if not pieces % _PIECES_IN_A_ROW:
            # Pieces that have come already are handed out without ever waiting.
            await asyncio.sleep(0)
    inflation.end()
    return bytes(received)


@lru_cache
def _tls() -> ssl.SSLContext:
    """The rules of TLS for all suppliers: each copy would hold every certificate authority, 0.7 MB of memory."""
    return httpx.create_ssl_context(trust_env=False)


class Http:
    """HTTP to one account at one supplier.

    `timeout`: seconds to wait for the answer to a create. `headers` go with every request; they and those of a single
    request are treated as secrets, as are `secrets`: none is in an error, a log line or what an answer says.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float,
        headers: Mapping[str, str] | None = None,
        secrets: Iterable[str] = (),
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._allowance = Allowance()
        self._secrets = (*dict(headers or {}).values(), *secrets)
        self.observe: Callable[[Exchange], None] | None = None
        """Hears of every request when it has ended; it must not raise."""
        common = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity"}
        common |= dict(headers or {})
        # Proxies and the like come from the settings or not at all: trust_env off.
        self._creates = httpx.AsyncClient(
            headers=common | {"Connection": "close"},
            timeout=httpx.Timeout(timeout, connect=CONNECT_TIMEOUT),
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
            cookies=_NoCookies(),
            trust_env=False,
            verify=_tls(),
        )
        self._reads = httpx.AsyncClient(
            headers=common,
            timeout=httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT),
            follow_redirects=False,
            cookies=_NoCookies(),
            trust_env=False,
            verify=_tls(),
        )

    async def create(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Answer:
        """POST a create once, as UTF-8 JSON.

        Raises ProviderUnavailable when nothing can have reached the supplier, OutcomeUnknown for every failure after
        that (timeout, disconnect, malformed or oversized answer).
        """
        content = json.dumps(body, ensure_ascii=False).encode()
        writing = _Writing()
        try:
            with self._observed(CREATE_OPERATION, writing) as ended:
                sent = self._send(self._creates, "POST", path, content=content, headers=headers, writing=writing)
                return ended(await sent)
        except _FAILURES as error:
            await writing.give_up()
            _let_go(error)
            raise _failed(error, writing) from None

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

        Raises ReadingFailed for every failure to get a full answer, with the code `not_reached` or `not_read`.
        """
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        writing = _Writing()
        try:
            with self._observed(_operation(path), writing) as ended:
                sent = self._send(
                    self._reads, method, path, params=params, content=content, headers=headers, writing=writing
                )
                return ended(await sent)
        except _FAILURES as error:
            await writing.give_up()
            _let_go(error)
            raise NoAnswer(NOT_READ if writing.began else NOT_REACHED, params=_kind(error)) from None

    @contextmanager
    def _observed(self, operation: str, writing: _Writing) -> Iterator[Callable[[Answer], Answer]]:
        """Tell of the request within, whatever becomes of it; the block hands over the answer, if one comes."""
        clock = asyncio.get_running_loop().time
        began, status = clock(), 0

        def ended(answer: Answer) -> Answer:
            nonlocal status
            status = answer.status
            return answer

        try:
            yield ended
        finally:
            if self.observe is not None:
                self.observe(Exchange(operation, status, clock() - began, writing.began))

    async def _send(
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        writing: _Writing,
    ) -> Answer:
        sent = dict(headers or {})
        if content is not None:
            sent["Content-Type"] = "application/json"
        url = self._base_url + path
        # httpx counts its read timeout anew with each byte; this one ends an answer that drips for ever.
        whole = (client.timeout.read or 0) + ROOM_TO_CONNECT
        extensions = {"trace": writing.trace}
        async with (
            _deadline(whole),
            client.stream(method, url, params=params, content=content, headers=sent, extensions=extensions) as response,
        ):
            body = await _body_of(response)
        if client is self._reads and not self._allowance.take(body):
            raise _TooLarge
        lower = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(response.status_code, lower, body, Redaction((*self._secrets, *dict(headers or {}).values())))
        await answer.prepare(_READINGS if client is self._reads else _CREATES)
        return answer

    async def aclose(self) -> None:
        await self._creates.aclose()
        await self._reads.aclose()
