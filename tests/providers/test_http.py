"""Was it written to the wire? Each way in which a create fails, on real sockets, and the answer to that question."""

import asyncio
import gzip
import json
import socket
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import pytest

from providers.documents import MOST_ENTRIES, MOST_VALUES
from providers.errors import OutcomeUnknown, ProviderError, ProviderUnavailable, ReadingFailed
from providers.http import LARGEST_ANSWER, MOST_PIECES, Http
from providers.simulators.citiesocial.simulator import CitiesocialSimulator
from providers.simulators.wire import Wire
from tests.providers.simulators.samples import CREDENTIALS, a_body
from tests.providers.stranger import answering, closed_port, http_answer

BODY = a_body("citiesocial")
COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
    "Deflate, identity": lambda body: zlib.compress(body)[2:-4],
}
LARGER_THAN_ALL_BUFFERS = 16 * 1024 * 1024


def in_pieces(pieces: bytes) -> bytes:
    return b"HTTP/1.1 200 Answer\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + pieces + b"0\r\n\r\n"


@pytest.fixture
async def supplier() -> AsyncIterator[CitiesocialSimulator]:
    async with CitiesocialSimulator() as running:
        yield running


@pytest.fixture
async def wire(supplier: CitiesocialSimulator) -> AsyncIterator[Wire]:
    async with Wire(supplier.url, supplier.create_path) as standing:
        yield standing


async def create(url: str, more: str = "", headers: Mapping[str, str] = MappingProxyType({})) -> int:
    """The status of the answer to one create; `more` makes its body longer."""
    http = Http(url, timeout=20, headers=CREDENTIALS["citiesocial"] | dict(headers))
    try:
        return (await http.create(CitiesocialSimulator.create_path, BODY | ({"more": more} if more else {}))).status
    finally:
        await http.aclose()


async def failure(url: str, more: str = "", headers: Mapping[str, str] = MappingProxyType({})) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await create(url, more, headers)
    return caught.value


@pytest.mark.parametrize(
    ("address", "error"),
    [
        (lambda _: "http://supplier.invalid", "ConnectError"),
        (lambda _: closed_port(), "ConnectError"),
        (lambda url: url.replace("http:", "https:"), "ConnectError"),
        (lambda _: "http://xn--a", "InvalidCodepoint"),
        (lambda _: "http://[::1", "InvalidURL"),
        (lambda _: "gopher://127.0.0.1", "UnsupportedProtocol"),
    ],
    ids=["name", "connect", "handshake", "no name", "no address", "no protocol"],
)
async def test_what_fails_before_writing_was_not_sent(
    wire: Wire, supplier: CitiesocialSimulator, address: Callable[[str], str], error: str
) -> None:
    failed = await failure(address(wire.url))
    assert isinstance(failed, ProviderUnavailable)
    assert (failed.code, failed.params) == ("unreachable", {"error": error})
    assert (wire.creates, supplier.received) == (0, [])
    assert await create(wire.url) == 201


async def test_a_header_that_http_does_not_allow_is_noticed_before_writing(wire: Wire) -> None:
    failed = await failure(wire.url, headers={"X-Shop": "two\nlines"})
    assert isinstance(failed, ProviderUnavailable)
    assert wire.creates == 0
    assert await create(wire.url) == 201


@pytest.mark.parametrize("more", ["x" * 10_000, "x" * LARGER_THAN_ALL_BUFFERS], ids=["all written", "being written"])
async def test_a_line_that_breaks_while_the_body_is_written_leaves_the_outcome_unknown(
    wire: Wire, supplier: CitiesocialSimulator, more: str
) -> None:
    wire.cut_within()
    failed = await failure(wire.url, more=more)
    assert isinstance(failed, OutcomeUnknown)
    assert failed.code == "line_dropped"
    assert wire.cuts[0].arrived < wire.cuts[0].announced
    assert supplier.received == []
    assert await create(wire.url) == 201


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "line_dropped"),
        (b"HTTP/1.1 201", "line_dropped"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "line_dropped"),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{", "line_dropped"),
        (http_answer(201, b"x" * (LARGEST_ANSWER + 1)), "answer_too_large"),
        (http_answer(201, b"no gzip", "Content-Encoding: gzip"), "strange_answer"),
        (http_answer(201, gzip.compress(b'{"id": 1}')[:-9], "Content-Encoding: gzip"), "strange_answer"),
        (http_answer(201, gzip.compress(gzip.compress(b"{}")), "Content-Encoding: gzip, gzip"), "strange_answer"),
        (http_answer(201, b"{}", "Content-Encoding: br"), "strange_answer"),
        (http_answer(201, gzip.compress(b" " * (LARGEST_ANSWER + 1)), "Content-Encoding: gzip"), "answer_too_large"),
        (in_pieces(b"1\r\n \r\n" * (MOST_PIECES + 1)), "answer_too_large"),
        # httpx reads the address of a redirection that it doesn't follow; these it can't read.
        (http_answer(302, b"", "Location: http:elsewhere"), "strange_answer"),
        (http_answer(302, b"", "Location: http://xn--a/"), "strange_answer"),
        (http_answer(302, b"", "Location: /" + "x" * 65_530), "strange_answer"),
    ],
    ids=[
        "none",
        "half a line",
        "no http",
        "truncated",
        "oversized",
        "no gzip",
        "part of gzip",
        "gzip twice",
        "unknown",
        "gzip bomb",
        "crumbs",
        "no host",
        "no name",
        "too long",
    ],
)
async def test_after_writing_no_failure_counts_as_not_sent(
    wire: Wire, supplier: CitiesocialSimulator, answer: bytes, code: str
) -> None:
    wire.answer_instead(answer, taken=True)
    failed = await failure(wire.url)
    assert isinstance(failed, OutcomeUnknown)
    assert failed.code == code
    assert len(supplier.ledger) == 1
    assert await create(wire.url) == 201


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirection_is_an_answer_and_is_not_followed(
    wire: Wire, supplier: CitiesocialSimulator, status: int
) -> None:
    again = f"Location: {wire.url}{supplier.create_path}"
    wire.answer_instead(http_answer(status, b"", again), taken=False)
    assert await create(wire.url) == status
    assert (wire.creates, supplier.received) == (1, [])


async def test_each_create_has_a_line_of_its_own(wire: Wire, supplier: CitiesocialSimulator) -> None:
    http = Http(wire.url, timeout=20, headers=CREDENTIALS["citiesocial"])
    try:
        for place in (1, 2, 3):
            await http.create(supplier.create_path, a_body("citiesocial", place))
    finally:
        await http.aclose()
    assert (wire.connections, len(supplier.ledger)) == (3, 3)


@pytest.mark.parametrize("location", ["http:elsewhere", "http://xn--a/"])
async def test_a_read_that_is_sent_nowhere_has_failed(location: str) -> None:
    async with answering(http_answer(302, b"", f"Location: {location}"), http_answer(200, b"{}")) as stranger:
        http = Http(stranger.url, timeout=20)
        try:
            with pytest.raises(ReadingFailed):
                await http.read("GET", "/orders")
            assert (await http.read("GET", "/orders")).status == 200
        finally:
            await http.aclose()


@pytest.mark.parametrize("encoding", COMPRESSED)
async def test_what_is_compressed_once_though_nobody_asked_for_it_is_read(encoding: str) -> None:
    body = COMPRESSED[encoding](json.dumps({"order": "1" * 9000}).encode())
    async with answering(http_answer(200, body, f"Content-Encoding: {encoding}")) as stranger:
        http = Http(stranger.url, timeout=20)
        try:
            assert (await http.read("GET", "/orders")).json() == {"order": "1" * 9000}
            assert (await http.create("/orders", {})).json() == {"order": "1" * 9000}
        finally:
            await http.aclose()


@pytest.mark.parametrize("whose", ["create", "read"])
async def test_an_answer_changes_nothing_of_who_we_are_and_we_ask_for_plain_bytes(whose: str) -> None:
    sets = ("Set-Cookie: token=other; Path=/", "Set-Cookie2: session=1; Version=1")
    async with answering(http_answer(200, b"{}", *sets)) as stranger:
        http = Http(stranger.url, timeout=20, headers={"Token": "ours"})
        try:
            for _ in range(2):
                await http.create("/orders", {}) if whose == "create" else await http.read("GET", "/orders")
                await http.create("/orders", {}) if whose == "read" else await http.read("GET", "/orders")
        finally:
            await http.aclose()
    assert len(stranger.heads) == 4
    for head in stranger.heads:
        assert "cookie:" not in head
        assert "token: ours" in head
        assert "accept-encoding: identity\r\n" in head


@contextmanager
def silent() -> Iterator[str]:
    """The host of a server whose system takes every line while it says nothing, so that a handshake never ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


async def test_a_deadline_within_the_handshake_is_not_sent_and_one_after_writing_is_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Each step of connecting has its own time, so the whole may end before one of them does.
    monkeypatch.setattr("providers.http.ROOM_TO_CONNECT", 0.1)
    with silent() as address:
        for scheme, error, read in (
            ("https", ProviderUnavailable, "not_reached"),
            ("http", OutcomeUnknown, "not_read"),
        ):
            http = Http(f"{scheme}://{address}", timeout=0.2)
            try:
                with pytest.raises(error) as caught:
                    await http.create("/orders", {})
                assert caught.value.code == ("unreachable" if scheme == "https" else "no_answer")
            finally:
                await http.aclose()
            monkeypatch.setattr("providers.http.READ_TIMEOUT", 0.2)
            http = Http(f"{scheme}://{address}", timeout=0.2)
            try:
                with pytest.raises(ReadingFailed) as unread:
                    await http.read("GET", "/orders")
                assert unread.value.code == read
            finally:
                await http.aclose()


SECRET = "canary-key-0123456789"
ROW = b'"%2541 +&lt;' + SECRET[:9].encode() + b' a"'
COSTLY = {
    "backslashes": b"\\" * 120_000,
    "backslashes in a text": b'"' + b"\\\\" * (LARGEST_ANSWER // 2 - 2) + b'"',
    "per cent": b"%" * (2 * 1024 * 1024),
    "per cent in a text": b'"' + b"%" * (LARGEST_ANSWER - 2) + b'"',
    "ampersands": b'["' + b'","'.join([b"&a" * 1999] * 1000) + b'"]',
    "escapes": b'["' + b'","'.join([b"%2541&a" * 500] * 1000) + b'"]',
    "rows of escapes": b"[" + b",".join([b"[" + b",".join([ROW] * 9000) + b"]"] * 18) + b"]",
    "nested lists": b"[" * LARGEST_ANSWER,
    "nested objects": b'{"a":' * (LARGEST_ANSWER // 5),
    "values": b"[" + b",".join([b"[]"] * 1_300_000) + b"]",
    "keys": b"{" + b",".join(b'"k%d":1' % n for n in range(MOST_VALUES - 1)) + b"}",
    "digits": b"1" * LARGEST_ANSWER,
    "numbers": b"[" + b",".join([b"1" * 4300] * 900) + b"]",
    "a digit of HTML": b'"&#' + b"1" * (LARGEST_ANSWER - 4) + b'"',
    "spaces": b"a " * (LARGEST_ANSWER // 2),
    "code points": b'"' + b"\\u0041" * (LARGEST_ANSWER // 6 - 1) + b'"',
    "crumbs": b"",
}


@pytest.mark.parametrize("what", COSTLY)
async def test_others_are_answered_while_the_costliest_answer_is_read(what: str) -> None:
    answer = http_answer(200, COSTLY[what]) if COSTLY[what] else in_pieces(b"1\r\n \r\n" * (MOST_PIECES - 1))
    stood = 0.0

    async def others() -> None:
        nonlocal stood
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            stood = max(stood, time.perf_counter() - before)

    async with answering(answer) as stranger:
        http = Http(stranger.url, timeout=20, secrets=[SECRET])
        waiting = asyncio.create_task(others())
        try:
            found = await http.read("GET", "/orders")
            assert SECRET not in found.text() + repr(found.json())[:1_000_000]
        finally:
            waiting.cancel()
            await http.aclose()
    # Far above what is wanted, and far below what each of them took: machines are busy at times.
    assert stood < 1


async def test_a_document_of_more_values_than_anybody_asked_for_is_no_document() -> None:
    many, long = b"[" + b"[],[],[]," * (MOST_VALUES // 6) + b"[]]", json.dumps([1] * (MOST_ENTRIES + 1)).encode()
    fits = json.dumps([1] * MOST_ENTRIES).encode()
    async with answering(http_answer(200, many), http_answer(200, long), http_answer(200, fits)) as stranger:
        http = Http(stranger.url, timeout=20)
        try:
            assert (await http.read("GET", "/orders")).json() is None
            assert (await http.read("GET", "/orders")).json() is None
            assert (await http.read("GET", "/orders")).json() == [1] * MOST_ENTRIES
        finally:
            await http.aclose()


async def test_what_is_no_number_is_nothing() -> None:
    async with answering(http_answer(200, b'{"a": NaN, "b": -Infinity, "c": 1e999, "d": 1.5}')) as stranger:
        http = Http(stranger.url, timeout=20)
        try:
            assert (await http.read("GET", "/orders")).json() == {"a": None, "b": None, "c": None, "d": 1.5}
        finally:
            await http.aclose()
