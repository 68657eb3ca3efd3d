"""Several filled drafts are confirmed as they were shown, or none is; what becomes of a row is told by its batch."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.conversation import events, replies, requests
from bot.conversation.events import BatchConfirmed, DraftRow, Steering
from bot.conversation.filled import Filled
from bot.conversation.known import Account
from bot.conversation.replies import BatchFault, BatchRefused, BatchShown
from bot.conversation.state import Duplicate, Phase
from bot.conversation.views import BatchState, BatchView, Evidence, OrderView
from providers.orders import Money, Outcome
from tests.conversation.chat import Chat
from tests.workers.priced import SHOWN, Ware

FACTS = SHOWN.model_dump(mode="json")
WARES = Account("wares", "Wares", Ware, reconciles=True)
BATCH = BatchView("b", "wares", 3, waiting=3)
ROW = OrderView("1", "wares", outcome=Outcome.REFUSED, code="x", batch="b", row=2, carded=False)


def row(quantity: int, **shown: Any) -> DraftRow:
    return replace(DraftRow({"article": "P-1", "facts": FACTS, "quantity": str(quantity)}), **shown)


def likeness(one: DraftRow) -> str:
    return Filled.of(Ware, one.answers).likeness


def confirmed(chat: Chat, *drafts: DraftRow) -> replies.Reply:
    chat.send(BatchConfirmed("b", "wares", "v", drafts))
    return chat.said[0]


def test_every_row_gets_a_reference_of_its_own_in_one_request() -> None:
    chat = Chat([WARES])
    shown = confirmed(chat, row(1), row(2), row(3))
    assert isinstance(shown, BatchShown)
    assert (shown.batch.waiting, shown.batch.state) == (3, BatchState.RUNNING)
    (request,) = chat.requests
    assert isinstance(request, requests.ConfirmBatch)
    assert len({one.reference for one in request.rows}) == len({one.draft for one in request.rows}) == 3
    assert [one.likeness for one in request.rows] == [likeness(row(n)) for n in (1, 2, 3)]


def test_an_open_draft_is_left_alone() -> None:
    chat = Chat([WARES])
    chat.order("wares")
    before = chat.state
    confirmed(chat, row(1))
    assert (chat.state, chat.phase) == (before, Phase.ASKING)


def test_what_is_there_already_is_only_shown() -> None:
    chat = Chat([WARES])
    chat.knows.batches["b"] = BATCH
    assert confirmed(chat, row(1)) == BatchShown(BATCH, "Wares", at_once=True)
    assert chat.requests == []


@pytest.mark.parametrize(
    ("drafts", "rows"),
    [
        ((row(1), row(1)), (2,)),
        ((row(1), row(1, repeats=1), row(1, repeats=1)), (3,)),
        ((row(1), row(2, repeats=1)), (2,)),
        ((row(9),), (1,)),
        ((row(9, shown="1"),), (1,)),
        ((row(9, shown="77"),), (1,)),
    ],
)
def test_a_row_that_repeats_what_was_not_shown_stops_all(drafts: tuple[DraftRow, ...], rows: tuple[int, ...]) -> None:
    chat = Chat([WARES])
    chat.knows.duplicates["wares", likeness(row(9))] = Duplicate(reference="77", outcome="inferred")
    assert confirmed(chat, *drafts) == BatchRefused(BatchFault.REPEATED, "Wares", rows)
    assert chat.requests == []


def test_what_was_shown_and_accepted_goes_with_what_it_repeats() -> None:
    chat = Chat([WARES])
    chat.knows.duplicates["wares", likeness(row(9))] = Duplicate(reference="77", outcome="inferred")
    confirmed(chat, row(9, shown="77", shown_as="inferred"), row(1), row(9, repeats=1), row(9, repeats=3))
    (request,) = chat.requests
    assert isinstance(request, requests.ConfirmBatch)
    first, _, third, _ = (one.reference for one in request.rows)
    assert [one.duplicate for one in request.rows] == ["77", "", first, third]


@pytest.mark.parametrize(("quantities", "goes"), [((1, 2), True), ((1, 2, 6), False)])
def test_what_is_known_to_cost_too_much_together_is_not_confirmed(quantities: tuple[int, ...], *, goes: bool) -> None:
    chat = Chat([replace(WARES, batch_limit=Decimal(100))])
    said = confirmed(chat, *map(row, quantities))
    assert isinstance(said, BatchShown) is goes
    if not goes:
        limit, total = Money(Decimal(100), "points"), Money(Decimal(108), "points")
        assert said == BatchRefused(BatchFault.TOO_DEAR, "Wares", total=total, limit=limit)


def test_there_is_a_bound_on_the_rows() -> None:
    chat = Chat([WARES])
    chat.knows.batch_rows = 2
    assert confirmed(chat, row(1), row(2), row(3)) == BatchRefused(BatchFault.TOO_MANY, "Wares", most=2, count=3)
    assert isinstance(confirmed(chat, row(1), row(2)), BatchShown)


@pytest.mark.parametrize(
    ("state", "works"),
    [
        (BatchState.RUNNING, {Steering.PAUSE, Steering.STOP}),
        (BatchState.PAUSED, {Steering.GO_ON, Steering.STOP}),
        (BatchState.STOPPING, {Steering.AGAIN}),
        (BatchState.STOPPED, {Steering.AGAIN}),
        (BatchState.DONE, set()),
    ],
)
@pytest.mark.parametrize("steering", Steering)
def test_a_button_works_where_it_stands(state: BatchState, works: set[Steering], steering: Steering) -> None:
    chat = Chat([WARES])
    chat.knows.batches["b"] = replace(BATCH, state=state, stopped=1)
    chat.send(events.BatchTapped("b", steering))
    assert bool(chat.requests) is (steering in works)
    assert (replies.Stale() in chat.said) is (steering not in works)


def test_the_outcome_of_a_row_is_told_by_its_batch_and_opens_no_draft() -> None:
    chat = Chat([WARES])
    chat.knows.batches["b"] = BATCH
    chat.send(events.Settled(ROW))
    assert chat.said == (BatchShown(BATCH, "Wares"),)
    assert chat.phase is Phase.IDLE
    chat.send(events.Settled(replace(ROW, outcome=Outcome.UNKNOWN), Evidence()))
    assert [type(reply) for reply in chat.said] == [BatchShown, replies.EvidenceShown]
    chat.send(events.Postponed(ROW, 5, 1))
    assert chat.said == (BatchShown(BATCH, "Wares"),)


def test_a_row_with_a_message_of_its_own_changes_that_and_its_batchs() -> None:
    chat = Chat([WARES])
    chat.knows.batches["b"] = BATCH
    chat.send(events.Settled(replace(ROW, outcome=Outcome.PLACED, carded=True)))
    assert [type(reply) for reply in chat.said] == [replies.OutcomeShown, BatchShown]
