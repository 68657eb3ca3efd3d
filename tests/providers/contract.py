"""What is true of every supplier's class, so that the sender may treat them all alike.

A provider's test module inherits `ProviderContract` (or `ChecksCredentialsContract`) in a class `Test...`, names its
`provider_class` and `simulator_class`, and gives a valid form and the supplier's documented yes.
"""

import ast
import inspect
import json
import traceback
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

import pytest
from babel.messages.pofile import read_po
from pydantic import SecretStr

import bot.words
from providers.base import ChecksCredentials, HttpProvider
from providers.errors import (
    AccessDenied,
    OrderNotFound,
    OrderRefused,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    ReadingFailed,
)
from providers.fields import Form
from providers.http import LARGEST_ANSWER
from providers.simulators.base import OF_ANOTHER, Fault, Simulator
from tests.providers.stranger import answering, closed_port, http_answer

NO_USABLE_ANSWER = (
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
    Fault.DROP_BEFORE,
    Fault.DROP_AFTER,
    Fault.GARBAGE,
    Fault.EMPTY,
    Fault.TRUNCATED,
    Fault.NO_NUMBER,
    Fault.HANG,
)
ERRORS = (OrderRefused, ProviderUnavailable, AccessDenied, OutcomeUnknown, OrderNotFound, ReadingFailed)
NOT_TAKEN = (Fault.ERROR_BEFORE, Fault.DROP_BEFORE)
WORDS = {
    # Of one that counts, the key and the words for several.
    str(message.id[0] if message.pluralizable else message.id): str(
        list(message.string or [""])[-1] if message.pluralizable else message.string
    )
    for path in sorted((Path(bot.words.__file__).parent / "locales" / "en").glob("*.po"))
    for message in read_po(BytesIO(path.read_bytes()), locale="en")
    if message.id
}


def with_extra_keys(value: Any) -> Any:
    """The same JSON with a key in every object that no document mentions."""
    if isinstance(value, dict):
        return {"unheard_of": {"of": [1, None]}} | {key: with_extra_keys(inner) for key, inner in value.items()}
    return [with_extra_keys(inner) for inner in value] if isinstance(value, list) else value


def sentence_of(provider: str, error: ProviderError) -> str:
    """The English sentence of an error with its gaps filled; fails when there is none or a gap has no value.

    The account's title is the one gap that the words layer fills by itself.
    """
    key = next((key for key in (f"refusal.{provider}.{error.code}", f"refusal.{error.code}") if WORDS.get(key)), None)
    assert key, f"no sentence for {provider} {error.code}"
    return WORDS[key].format_map({"account": "our account"} | error.params)


def codes_in_source(provider: type[HttpProvider[Any]]) -> Iterator[str]:
    """Catalogue keys, each with the alternatives it may go by, of every code written out in a provider's package."""
    name = provider.name
    refusal = [f"refusal.{name}.", "refusal."]
    prefixes = {error.__name__: refusal for error in ERRORS} | {
        "Remark": [f"remark.{name}.", f"signal.{name}.", "remark."],
        "PydanticCustomError": ["validation."],
    }
    for path in Path(inspect.getfile(provider)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=called), args=[code, *_]) if called in prefixes:
                    for written in _written(code):
                        keys = [prefix + written for prefix in prefixes[called]]
                        yield next((key for key in keys if WORDS.get(key)), keys[0])


def _written(code: ast.expr) -> list[str]:
    match code:
        case ast.Constant(value=str(written)):
            return [written]
        case ast.IfExp(body=one, orelse=other):
            return [*_written(one), *_written(other)]
        case _:
            return []


def secrets_of(value: Any) -> Iterator[str]:
    """Every secret inside an account's settings."""
    match value:
        case SecretStr():
            yield value.get_secret_value()
        case Mapping():
            for inner in value.values():
                yield from secrets_of(inner)


class ProviderContract(ABC):
    """Inherited by one test class per provider. A reference is at most 15 decimal digits."""

    provider_class: ClassVar[type[HttpProvider[Any]]]
    simulator_class: ClassVar[type[Simulator]]
    wrong_credentials: ClassVar[dict[str, Any]]
    """Account keys that replace the right ones."""
    documented_reference: ClassVar[str] = "100000000000001"
    """Our reference of the order that the documented success answers; given where the answer repeats one."""
    documented_at: ClassVar[datetime] = datetime(2026, 6, 2, 4, 30, tzinfo=UTC)
    """Our clock when it is answered; given where the answer tells a time."""

    @pytest.fixture
    async def simulator(self) -> AsyncIterator[Simulator]:
        async with self.simulator_class() as simulator:
            yield simulator

    @abstractmethod
    def a_form(self) -> Form:
        """A valid form of the provider."""

    @abstractmethod
    def documented_yes(self) -> tuple[int, dict[str, Any], str]:
        """HTTP status and body of the supplier's documented success, and the order number in it."""

    def make_provider(self, simulator: Simulator, **overrides: Any) -> HttpProvider[Any]:
        settings = self.provider_class.settings_model.model_validate(simulator.account() | overrides)
        return self.provider_class(settings)

    async def error_of(self, simulator: Simulator, **overrides: Any) -> ProviderError:
        """The error of one place, checked to be in words and to keep the account's secrets."""
        async with self.make_provider(simulator, **overrides) as provider:
            with pytest.raises(ProviderError) as caught:
                await provider.place(self.a_form(), "100000000000001")
        error = caught.value
        assert sentence_of(provider.name, error)
        shown = [repr(error), error.said, *error.params.values(), *traceback.format_exception(error)]
        secrets = [secret for _, value in provider.settings for secret in secrets_of(value)]
        assert secrets
        assert [secret for secret in secrets if any(secret in text for text in shown)] == []
        assert len(error.said) <= 300
        return error

    async def assert_next_is_placed(self, simulator: Simulator) -> None:
        """The same form is taken now, as one more order."""
        before = len(simulator.ledger)
        async with self.make_provider(simulator) as provider:
            placed = await provider.place(self.a_form(), "100000000000002")
        assert [taken.number for taken in simulator.ledger[before:]] == [placed.number]

    async def test_a_placed_order_has_the_number_in_the_ledger(self, simulator: Simulator) -> None:
        async with self.make_provider(simulator) as provider:
            placed = await provider.place(self.a_form(), "100000000000001")
        assert placed.number
        assert [taken.number for taken in simulator.ledger] == [placed.number]
        assert len(simulator.received) == 1

    @pytest.mark.parametrize("fault", NO_USABLE_ANSWER)
    async def test_a_create_without_a_usable_answer_is_unknown_and_sent_once(
        self, simulator: Simulator, fault: Fault
    ) -> None:
        simulator.fail(fault)
        overrides = {"timeout": 0.5} if fault is Fault.HANG else {}
        assert isinstance(await self.error_of(simulator, **overrides), OutcomeUnknown)
        assert len(simulator.received) == 1
        assert len(simulator.ledger) == (0 if fault in NOT_TAKEN else 1)
        await self.assert_next_is_placed(simulator)

    async def test_a_supplier_that_is_not_reached_has_no_order(self, simulator: Simulator) -> None:
        error = await self.error_of(simulator, base_url=closed_port())
        assert isinstance(error, ProviderUnavailable)
        await self.assert_next_is_placed(simulator)

    async def test_wrong_credentials_are_denied_and_order_nothing(self, simulator: Simulator) -> None:
        error = await self.error_of(simulator, **self.wrong_credentials)
        assert isinstance(error, AccessDenied)
        assert simulator.ledger == []
        await self.assert_next_is_placed(simulator)

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_a_redirect_is_not_followed_and_is_unknown(self, simulator: Simulator, status: int) -> None:
        async with answering(http_answer(status, b"", f"Location: {simulator.url}/")) as stranger:
            error = await self.error_of(simulator, base_url=stranger.url)
        assert isinstance(error, OutcomeUnknown)
        assert (stranger.requests, simulator.received) == (1, [])
        await self.assert_next_is_placed(simulator)

    @pytest.mark.parametrize("status", [408, 409, 418, 425, 429, 500, 502, 503])
    async def test_a_status_that_no_document_explains_is_unknown(self, simulator: Simulator, status: int) -> None:
        async with answering(http_answer(status, b"<html>busy</html>")) as stranger:
            error = await self.error_of(simulator, base_url=stranger.url)
        assert isinstance(error, OutcomeUnknown)
        assert stranger.requests == 1
        await self.assert_next_is_placed(simulator)

    @pytest.mark.parametrize(
        "answer",
        [http_answer(200, b" " * (LARGEST_ANSWER + 1)), b"\x00this is not HTTP\r\n\r\n"],
        ids=["huge", "no HTTP"],
    )
    async def test_an_answer_that_cannot_be_read_is_unknown(self, simulator: Simulator, answer: bytes) -> None:
        async with answering(answer) as stranger:
            error = await self.error_of(simulator, base_url=stranger.url)
        assert isinstance(error, OutcomeUnknown)
        assert stranger.requests == 1
        await self.assert_next_is_placed(simulator)

    async def test_keys_that_no_document_mentions_change_nothing(self, simulator: Simulator) -> None:
        status, body, number = self.documented_yes()
        yes = json.dumps(with_extra_keys(body)).encode()
        async with (
            answering(http_answer(status, yes)) as stranger,
            self.make_provider(simulator, base_url=stranger.url) as provider,
        ):
            provider.now = lambda: self.documented_at
            placed = await provider.place(self.a_form(), self.documented_reference)
        assert placed.number == number

    @pytest.mark.parametrize("fault", sorted(OF_ANOTHER))
    async def test_the_answer_to_an_order_of_before_is_unknown_and_says_whose_number_it_has(
        self, simulator: Simulator, fault: Fault
    ) -> None:
        clock, simulator.now = simulator.now, lambda: datetime.now(UTC) - timedelta(hours=2)
        async with self.make_provider(simulator) as provider:
            provider.now = simulator.now
            earlier = await provider.place(self.a_form(), "100000000000009")
        simulator.now = clock
        simulator.fail(fault)
        error = await self.error_of(simulator)
        assert (type(error), error.code, error.params["number"]) == (OutcomeUnknown, "answer_differs", earlier.number)
        assert error.params["facts"]
        assert error.said
        assert len(simulator.ledger) == (2 if fault is Fault.ANOTHER_AFTER else 1)
        await self.assert_next_is_placed(simulator)

    async def test_secrets_are_not_shown(self, simulator: Simulator) -> None:
        async with self.make_provider(simulator) as provider:
            shown = repr(provider) + repr(provider.settings) + str(provider.settings)
            secrets = [secret for _, value in provider.settings for secret in secrets_of(value)]
        assert secrets
        assert [secret for secret in secrets if secret in shown] == []

    def test_every_code_has_a_sentence(self) -> None:
        keys = set(codes_in_source(self.provider_class))
        assert keys
        assert sorted(key for key in keys if not WORDS.get(key)) == []


class ChecksCredentialsContract(ProviderContract):
    """For suppliers with a documented harmless call that needs credentials."""

    async def check(self, simulator: Simulator, **overrides: Any) -> None:
        async with self.make_provider(simulator, **overrides) as provider:
            assert isinstance(provider, ChecksCredentials)
            await provider.check_credentials()

    async def test_right_credentials_pass_the_check(self, simulator: Simulator) -> None:
        await self.check(simulator)
        assert simulator.ledger == []

    async def test_wrong_credentials_fail_the_check(self, simulator: Simulator) -> None:
        with pytest.raises(AccessDenied):
            await self.check(simulator, **self.wrong_credentials)
        await self.check(simulator)

    async def test_a_supplier_that_is_not_reached_fails_the_check(self, simulator: Simulator) -> None:
        with pytest.raises(ReadingFailed):
            await self.check(simulator, base_url=closed_port())
        await self.check(simulator)
