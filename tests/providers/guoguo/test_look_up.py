import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from providers.base import LooksUpAnswers
from providers.errors import AccessDenied, OrderNotFound, ProviderError, ReadingFailed
from providers.guoguo.provider import GuoGuo, GuoGuoSettings
from providers.simulators.base import Fault
from providers.simulators.guoguo.products import FANS, LIKES, STORY_VIEWS
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from tests.providers.contract import sentence_of
from tests.providers.stranger import answering, http_answer

UNHEARD_OF = "11111111-2222-4333-8444-555555555555"
NOW = datetime(2026, 6, 2, 4, 30, 0, 5, tzinfo=UTC)
READ_AT = 1_780_374_600_000_005


@pytest.fixture
async def simulator() -> AsyncIterator[GuoGuoSimulator]:
    async with GuoGuoSimulator() as simulator:
        yield simulator


def guoguo(simulator: GuoGuoSimulator, **overrides: Any) -> GuoGuo:
    return GuoGuo(GuoGuoSettings.model_validate(simulator.account() | overrides), lambda: NOW)


def facts_of(found: object, *names: str) -> dict[str, Any]:
    """Some of the facts that were found."""
    assert isinstance(found, dict)
    return {name: found[name] for name in names or ("category", "minimum", "maximum", "title")}


def page(*rows: Any, **more: Any) -> bytes:
    return http_answer(200, json.dumps({"value": list(rows)} | more).encode())


def row(product_id: Any, **more: Any) -> dict[str, Any]:
    return {"product_id": product_id, "product_category": "instagram_fans", "min": 1, "max": 10} | more


def strangers(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [row(f"99999999-0000-4000-8000-{n:012}") for n in range(first, first + count)]


async def found_in(*pages: bytes, wanted: str = UNHEARD_OF) -> tuple[object, int]:
    """What a look-up gives, or its error, against a supplier that answers these pages; and how many it read."""
    settings = GuoGuoSettings(provider="guoguo", api_key="k")
    async with answering(*pages) as stranger:
        async with GuoGuo(settings.model_copy(update={"base_url": stranger.url})) as provider:
            try:
                found: object = await provider.look_up("product", wanted)
            except ProviderError as error:
                found = type(error) if sentence_of("guoguo", error) else error
        return found, stranger.requests


@pytest.mark.parametrize("spelled", [STORY_VIEWS, STORY_VIEWS.upper(), f" {STORY_VIEWS}\u200b"])
async def test_a_product_beyond_the_first_page_is_found(simulator: GuoGuoSimulator, spelled: str) -> None:
    async with guoguo(simulator) as provider:
        assert isinstance(provider, LooksUpAnswers)
        facts = await provider.look_up("product", spelled)
    assert facts == {
        "category": "instagram_story",
        "kind": "default",
        "minimum": 10,
        "maximum": 5000,
        "title": "Instagram story views",
        "price": "5",
        "unit": "",
        "stock": None,
        "read_at": READ_AT,
        "kept": False,
        "checked": True,
    }
    assert simulator.received == []


async def test_what_is_found_makes_the_form_ask_the_right_thing(simulator: GuoGuoSimulator) -> None:
    async with guoguo(simulator) as provider:
        facts = await provider.look_up("product", LIKES)
        with pytest.raises(ValueError, match="greater than or equal to 100"):
            provider.form.model_validate(
                {"product_id": LIKES, "product": facts, "link": "https://example.com/p", "quantity": "99"}
            )


async def test_a_product_that_is_not_in_the_whole_list_is_not_found(simulator: GuoGuoSimulator) -> None:
    async with guoguo(simulator) as provider:
        with pytest.raises(OrderNotFound) as caught:
            await provider.look_up("product", UNHEARD_OF)
    assert UNHEARD_OF in sentence_of("guoguo", caught.value)


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.HANG])
async def test_a_list_that_was_not_read_proves_nothing_and_is_read_the_next_time(
    simulator: GuoGuoSimulator, fault: Fault
) -> None:
    simulator.product_fault = fault
    async with guoguo(simulator) as provider:
        provider.longest_look_up = 0.3 if fault is Fault.HANG else 5
        with pytest.raises(ReadingFailed):
            await provider.look_up("product", FANS)
        simulator.heal()
        assert (await provider.look_up("product", FANS))["category"] == "instagram_fans"


async def test_a_wrong_key_is_denied_the_list(simulator: GuoGuoSimulator) -> None:
    async with guoguo(simulator, api_key="a-wrong-key") as provider:
        with pytest.raises(AccessDenied):
            await provider.look_up("product", FANS)


async def test_a_short_page_ends_a_list_without_a_count() -> None:
    assert await found_in(page(*strangers(100)), page(*strangers(3, first=100))) == (OrderNotFound, 2)


@pytest.mark.parametrize(
    "pages",
    [
        (page(*strangers(100)), page(*strangers(3, first=99))),
        (
            page(*strangers(100), **{"@odata.count": 104}),
            page(*strangers(3, first=100), **{"@odata.count": 103}),
        ),
    ],
    ids=["a row twice", "one row less"],
)
async def test_a_list_that_moved_between_two_pages_may_have_hidden_the_product(pages: tuple[bytes, bytes]) -> None:
    assert await found_in(*pages) == (ReadingFailed, 2)


async def test_the_count_ends_a_list_of_short_pages() -> None:
    short = page(*strangers(2), **{"@odata.count": 5})
    last = page(row(UNHEARD_OF), **{"@odata.count": 5})
    found, requests = await found_in(short, short, last)
    assert requests == 3
    assert facts_of(found) == {"category": "instagram_fans", "minimum": 1, "maximum": 10, "title": ""}


async def test_a_list_that_ends_before_its_count_was_not_read_whole() -> None:
    assert await found_in(page(*strangers(2), **{"@odata.count": 5}), page(**{"@odata.count": 5})) == (
        ReadingFailed,
        2,
    )


@pytest.mark.parametrize("strange", [None, 5, {}, {"product_id": None}, {"product_id": []}])
async def test_a_row_that_cannot_be_read_might_be_the_product(strange: object) -> None:
    assert await found_in(page(strange, *strangers(3))) == (ReadingFailed, 1)
    found, _ = await found_in(page(strange, row(UNHEARD_OF)))
    assert facts_of(found) == {"category": "instagram_fans", "minimum": 1, "maximum": 10, "title": ""}


@pytest.mark.parametrize(
    "answer",
    [
        http_answer(200, b""),
        http_answer(200, b"[]"),
        http_answer(200, b'{"value": {}}'),
        http_answer(302, b'{"value": []}'),
        http_answer(400, b'{"result_code": "o_data_failed", "odata": "no such option"}'),
        http_answer(503, b"<html>busy</html>"),
    ],
)
async def test_an_answer_that_is_no_list_proves_nothing(answer: bytes) -> None:
    assert await found_in(answer) == (ReadingFailed, 1)


@pytest.mark.parametrize(
    ("least", "most", "bounds"),
    [
        (100, 1000, (100, 1000)),
        (5.0, 50.0, (5, 50)),
        ("10", " 1000 ", (10, 1000)),
        ("10.0", "1,000", (10, 1000)),
        (10, "many", (10, None)),
        (10, 5, (None, None)),
        (1, 0, (None, None)),
        (10**9, None, (None, None)),
        (True, None, (None, None)),
    ],
)
async def test_bounds_that_make_no_sense_are_left_to_the_supplier(
    least: object, most: object, bounds: tuple[int | None, int | None]
) -> None:
    facts, _ = await found_in(page(row(UNHEARD_OF, min=least, max=most, product_category=None)))
    assert isinstance(facts, dict)
    assert (facts["minimum"], facts["maximum"], facts["category"]) == (*bounds, "")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (http_answer(400, b'{"message": "off", "result_code": "organization_disable"}'), AccessDenied),
        (http_answer(200, b"{}"), ReadingFailed),
        (http_answer(200, b"<html>"), ReadingFailed),
        (http_answer(503, b""), ReadingFailed),
    ],
)
async def test_only_our_organisations_answer_passes_the_check(answer: bytes, kind: type[ProviderError]) -> None:
    settings = GuoGuoSettings(provider="guoguo", api_key="k")
    async with (
        answering(answer) as stranger,
        GuoGuo(settings.model_copy(update={"base_url": stranger.url})) as provider,
    ):
        with pytest.raises(kind) as caught:
            await provider.check_credentials()
    assert sentence_of("guoguo", caught.value)
