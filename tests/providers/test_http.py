"""Was it written to the wire? Each way in which a create fails, on real sockets, and the answer to that question."""

from collections.abc import AsyncIterator, Callable, Mapping
from types import MappingProxyType

import pytest

from providers.errors import OutcomeUnknown, ProviderError, ProviderUnavailable, ReadingFailed
from providers.http import LARGEST_ANSWER, Http
from providers.simulators.citiesocial.simulator import CitiesocialSimulator
from providers.simulators.wire import Wire
from tests.providers.simulators.samples import CREDENTIALS, a_body
from tests.providers.stranger import answering, closed_port, http_answer

BODY = a_body("citiesocial")
LARGER_THAN_ALL_BUFFERS = 16 * 1024 * 1024


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
        # httpx reads the address of a redirection that it doesn't follow; these it can't read.
        (http_answer(302, b"", "Location: http:elsewhere"), "strange_answer"),
        (http_answer(302, b"", "Location: http://xn--a/"), "strange_answer"),
        (http_answer(302, b"", "Location: /" + "x" * 65_530), "strange_answer"),
    ],
    ids=["none", "half a line", "no http", "truncated", "oversized", "no gzip", "no host", "no name", "too long"],
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
