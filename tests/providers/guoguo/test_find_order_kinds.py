"""An order of another kind whose answer was lost is found again; only another product rules out a row of it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from providers.errors import OutcomeUnknown
from providers.guoguo.kinds import Kind
from providers.guoguo.matching import Compared, compare
from providers.simulators.base import Fault
from providers.simulators.guoguo.products import FANS
from tests.providers.guoguo.kinds import OTHERS, SAMPLES, an_order
from tests.providers.guoguo.lists import SENDING, Watched, guoguo

ELSEWHERE = "https://example.com/posts/another"


@pytest.fixture
async def simulator() -> AsyncIterator[Watched]:
    async with Watched() as simulator:
        simulator.rows_tell = True
        yield simulator


def compared(kind: Kind, **changes: Any) -> Compared:
    """How a row agrees that tells what was sent, with some of it changed; None leaves a key out."""
    told = {key: value for key, value in (SAMPLES[kind] | changes).items() if value is not None}
    return compare(an_order(kind), {"order_number": "O-1", "order_detail": [told]})


@pytest.mark.parametrize("kind", OTHERS)
async def test_a_lost_order_is_found_by_a_row_that_tells_all_of_it(simulator: Watched, kind: Kind) -> None:
    simulator.fail(Fault.DROP_AFTER)
    form = an_order(kind)
    async with guoguo(simulator) as provider:
        with pytest.raises(OutcomeUnknown):
            await provider.place(form, SENDING.reference)
        [taken] = simulator.ledger
        findings = await provider.find_order(form, SENDING)
        read = await provider.read_order(form, SENDING, taken.number)
    assert [(match.order.number, match.certain, match.differs) for match in (*findings.matches, read)] == [
        (taken.number, False, ())
    ] * 2
    assert findings.complete


@pytest.mark.parametrize("kind", OTHERS)
async def test_a_row_that_tells_nothing_is_evidence_only(simulator: Watched, kind: Kind) -> None:
    simulator.rows_tell = False
    simulator.take_elsewhere(SAMPLES[kind])
    async with guoguo(simulator) as provider:
        findings = await provider.find_order(an_order(kind), SENDING)
    assert [(set(match.facts), match.differs) for match in findings.matches] == [({"total", "status"}, ())]


@pytest.mark.parametrize("kind", OTHERS)
async def test_an_order_that_was_not_taken_has_no_match(simulator: Watched, kind: Kind) -> None:
    simulator.take_elsewhere(SAMPLES[Kind.DEFAULT])
    simulator.fail(Fault.DROP_BEFORE)
    form = an_order(kind)
    async with guoguo(simulator) as provider:
        with pytest.raises(OutcomeUnknown):
            await provider.place(form, SENDING.reference)
        findings = await provider.find_order(form, SENDING)
        assert (findings.matches, findings.complete) == ((), True)
        await provider.place(form, SENDING.reference)
        assert len((await provider.find_order(form, SENDING)).matches) == 1


@pytest.mark.parametrize("kind", OTHERS)
def test_a_row_that_tells_less_than_was_sent_contradicts_nothing(kind: Kind) -> None:
    for key in SAMPLES[kind]:
        row = compared(kind, **{key: None})
        assert (row.differs, row.foreign) == ((), False)


@pytest.mark.parametrize(
    ("kind", "changes", "differs"),
    [
        (Kind.CUSTOM_COMMENTS, {"link": ELSEWHERE}, ("target",)),
        (Kind.CUSTOM_COMMENTS, {"quantity": 2}, ("quantity",)),
        (Kind.COMMENT_LIKES, {"username": "someone_else"}, ("target",)),
        (Kind.COMMENT_LIKES, {"link": ELSEWHERE}, ("target",)),
        (Kind.COMMENT_LIKES, {"quantity": 5}, ("quantity",)),
        (Kind.SUBSCRIPTIONS, {"username": "someone_else"}, ("target",)),
        (Kind.SUBSCRIPTIONS, {"quantity": 10}, ("quantity",)),
        (Kind.SUBSCRIPTIONS, {"link": ELSEWHERE}, ("target",)),
    ],
)
def test_what_differs_is_named_and_left_to_a_person(
    kind: Kind, changes: dict[str, Any], differs: tuple[str, ...]
) -> None:
    row = compared(kind, **changes)
    assert (row.differs, row.foreign) == (differs, False)


@pytest.mark.parametrize("kind", OTHERS)
def test_only_another_product_is_certainly_not_ours(kind: Kind) -> None:
    row = compared(kind, product_id=FANS)
    assert (row.foreign, row.differs) == (True, ("product",))
