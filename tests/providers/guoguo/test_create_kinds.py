"""Each kind of order is sent to its address with the documented keys, and a refusal comes back to its question."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from providers.errors import OrderRefused, OutcomeUnknown, ProviderError
from providers.guoguo.create import order_body
from providers.guoguo.form import DefaultOrder
from providers.guoguo.kinds import Kind
from providers.simulators.base import Fault
from providers.simulators.guoguo.products import FANS, UNNAMED
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from tests.providers.contract import sentence_of
from tests.providers.guoguo.kinds import ANSWERS, OTHERS, PATHS, SAMPLES, an_order
from tests.providers.guoguo.lists import SENT, guoguo

REFERENCE = "100000000000001"


@pytest.fixture
async def simulator() -> AsyncIterator[GuoGuoSimulator]:
    async with GuoGuoSimulator(lambda: SENT) as simulator:
        yield simulator


async def error_of(simulator: GuoGuoSimulator, form: DefaultOrder) -> ProviderError:
    async with guoguo(simulator) as provider:
        with pytest.raises(ProviderError) as caught:
            await provider.place(form, REFERENCE)
    assert sentence_of("guoguo", caught.value)
    return caught.value


async def assert_taken(simulator: GuoGuoSimulator, kind: Kind) -> None:
    async with guoguo(simulator) as provider:
        placed = await provider.place(an_order(kind), REFERENCE)
    assert (simulator.ledger[-1].number, simulator.ledger[-1].body) == (placed.number, SAMPLES[kind])


@pytest.mark.parametrize("kind", Kind)
async def test_the_body_is_the_documents_sample_at_its_address(simulator: GuoGuoSimulator, kind: Kind) -> None:
    await assert_taken(simulator, kind)
    [received] = simulator.received
    assert (received.method, received.path, received.body) == ("POST", PATHS[kind], SAMPLES[kind])
    assert received.headers["content-type"] == "application/json"


@pytest.mark.parametrize("kind", Kind)
def test_what_was_skipped_is_not_sent(kind: Kind) -> None:
    skipped = dict.fromkeys(("runs", "interval_minutes", "old_post_count", "delay_minutes", "expiry_date"))
    body = order_body(an_order(kind, **skipped))
    assert body == {key: value for key, value in SAMPLES[kind].items() if key not in skipped}


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.GARBAGE, Fault.NO_NUMBER])
async def test_a_create_without_a_usable_answer_is_unknown_and_sent_once(
    simulator: GuoGuoSimulator, kind: Kind, fault: Fault
) -> None:
    simulator.fail(fault)
    assert isinstance(await error_of(simulator, an_order(kind)), OutcomeUnknown)
    assert (len(simulator.received), len(simulator.ledger)) == (1, 1)
    await assert_taken(simulator, kind)


@pytest.mark.parametrize(
    ("kind", "code", "fields"),
    [
        (Kind.CUSTOM_COMMENTS, "string_length_out_of_range", ("comments",)),
        (Kind.CUSTOM_COMMENTS, "invalid_expiry_date", ()),
        (Kind.CUSTOM_COMMENTS, "below_minimum_quantity", ()),
        (Kind.COMMENT_LIKES, "below_minimum_quantity", ("quantity",)),
        (Kind.COMMENT_LIKES, "credit_not_enough", ()),
        (Kind.SUBSCRIPTIONS, "invalid_expiry_date", ("expiry_date",)),
        (Kind.SUBSCRIPTIONS, "string_length_out_of_range", ()),
        (Kind.SUBSCRIPTIONS, "below_minimum_quantity", ()),
        (Kind.SUBSCRIPTIONS, "exceeds_maximum_quantity", ()),
        (Kind.DEFAULT, "invalid_expiry_date", ()),
        (Kind.DEFAULT, "string_length_out_of_range", ()),
    ],
)
async def test_a_code_names_the_question_only_where_it_can_be_about_one(
    simulator: GuoGuoSimulator, kind: Kind, code: str, fields: tuple[str, ...]
) -> None:
    simulator.fail(Fault.REFUSE, code=code)
    error = await error_of(simulator, an_order(kind))
    assert isinstance(error, OrderRefused)
    assert (error.code, error.fields) == (code, fields)
    await assert_taken(simulator, kind)


@pytest.mark.parametrize(
    ("kind", "changes", "code", "fields"),
    [
        (Kind.CUSTOM_COMMENTS, {"comments": "x" * 2001}, "string_length_out_of_range", ("comments",)),
        (Kind.SUBSCRIPTIONS, {"expiry_date": "2026-06-02"}, "invalid_expiry_date", ("expiry_date",)),
        (Kind.SUBSCRIPTIONS, {"delay_minutes": "min60"}, "not_allowed_enum_values_in", ("delay_minutes",)),
        (Kind.SUBSCRIPTIONS, {"min_quantity": "9"}, "below_minimum_quantity", ()),
        (Kind.COMMENT_LIKES, {"quantity": "5001"}, "exceeds_maximum_quantity", ("quantity",)),
        (Kind.CUSTOM_COMMENTS, {"product_id": FANS}, "create_order_failed", ()),
        (Kind.DEFAULT, {"product_id": UNNAMED}, "create_order_failed", ()),
    ],
)
async def test_what_the_supplier_does_not_take_is_refused_in_its_words(
    simulator: GuoGuoSimulator, kind: Kind, changes: Mapping[str, Any], code: str, fields: tuple[str, ...]
) -> None:
    error = await error_of(simulator, an_order(kind, **changes))
    assert isinstance(error, OrderRefused)
    assert (error.code, error.fields, simulator.ledger) == (code, fields, [])
    await assert_taken(simulator, kind)


async def test_credit_that_is_used_up_is_refused_for_every_kind(simulator: GuoGuoSimulator) -> None:
    for kind in Kind:
        simulator.balance, left = 1, simulator.balance
        error = await error_of(simulator, an_order(kind))
        assert (type(error), error.code) == (OrderRefused, "credit_not_enough")
        simulator.balance = left
        await assert_taken(simulator, kind)


async def test_a_look_up_tells_the_form_which_kind_a_product_takes(simulator: GuoGuoSimulator) -> None:
    async with guoguo(simulator, kinds=simulator.account()["kinds"]) as provider:
        for kind in Kind:
            product_id = ANSWERS[kind]["product_id"]
            facts = await provider.look_up("product", product_id)
            form = DefaultOrder.model_validate(ANSWERS[kind] | {"product": facts, "kind": None})
            assert form.order_kind is kind
        assert (await provider.look_up("product", UNNAMED))["kind"] == "unknown"
