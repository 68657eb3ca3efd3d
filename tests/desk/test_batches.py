"""A batch is confirmed as a whole or not at all, and one message tells of it."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation import events
from bot.conversation.events import BatchTapped, DraftRow
from bot.journal.views import Result
from providers.orders import Outcome
from storage import guards, sending
from tests.bench import Bench, bench
from tests.desk.batches import (
    BATCH,
    GO_ON,
    PAUSE,
    STOP,
    card,
    confirm,
    confirmation,
    filled,
    new_messages,
    orders_of,
    rows,
)
from tests.desk.filling import confirm as confirm_one
from tests.desk.filling import fill, tap
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.storage.rows import mark


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def take(house: Bench, limit: int, account: str = "shop") -> list[str]:
    with writing(house.database) as tx:
        return [order.reference for order in sending.claim(tx, account, mark(house.clock(), "test"), limit)]


async def place(house: Bench, count: int = 1) -> None:
    """The next rows are sent and placed."""
    for reference in take(house, count):
        await house.settle(reference, Result(Outcome.PLACED, number=f"N{reference}"))


async def test_every_row_becomes_an_order_with_its_own_reference_and_guard(house: Bench) -> None:
    await confirm(house, 3)
    found = orders_of(house)
    assert [(one.batch_row, one.stage, one.card) for one in found] == [(n, "confirmed", None) for n in (1, 2, 3)]
    assert len({one.reference for one in found}) == len({one.draft_id for one in found}) == 3
    assert {guard.reference for guard in guards.held(reading(house.database))} == {one.reference for one in found}
    assert house.workers.orders == ["shop"]
    assert card(house).startswith("<b>Sending 0/3</b> · Shop")


async def test_the_same_confirm_once_more_is_no_second_batch(house: Bench) -> None:
    await confirm(house, 3)
    await confirm(house, 3)
    assert len(orders_of(house)) == 3
    assert len(new_messages(house)) == 1


async def test_what_repeats_an_earlier_order_that_was_not_shown_confirms_nothing(house: Bench) -> None:
    await fill(house)
    first = await confirm_one(house)
    answers = {"type": "goods", "items": [{"goods_id": "188", "quantity": "1"}], "remark": None, "address": None}
    drafts = (*rows("anqicms", 2), DraftRow(answers))
    await house.does(confirmation(house.desk, "shop", drafts))
    assert orders_of(house) == []
    assert house.outbox()[-1].startswith("<b>Nothing was ordered</b>")
    assert "Row 3 repeats another order" in house.outbox()[-1]
    # Shown and accepted, it goes.
    await house.does(confirmation(house.desk, "shop", (*drafts[:2], DraftRow(answers, shown=first))))
    assert len(orders_of(house)) == 3


async def test_rows_that_repeat_each_other_have_to_be_accepted(house: Bench) -> None:
    same = DraftRow(filled("anqicms", 1))
    await house.does(confirmation(house.desk, "shop", (same, same)))
    assert orders_of(house) == []
    accepted = DraftRow(same.answers, repeats=1)
    await house.does(confirmation(house.desk, "shop", (same, accepted)))
    assert len(orders_of(house)) == 2


@pytest.mark.parametrize(
    ("drafts", "says"),
    [
        ((), "no order in it"),
        ((DraftRow({"type": "goods"}),), "missing or wrong in row 1"),
        (rows("anqicms", 501), "501 orders are too many: the most at once is 500."),
    ],
)
async def test_what_cannot_be_sent_as_a_whole_is_not_confirmed(
    house: Bench, drafts: tuple[DraftRow, ...], says: str
) -> None:
    await house.does(confirmation(house.desk, "shop", drafts))
    assert orders_of(house) == []
    assert says in house.outbox()[-1]
    await confirm(house, 2)
    assert len(orders_of(house)) == 2


async def test_one_message_counts_and_says_the_end_while_it_is_looked_at(house: Bench) -> None:
    await confirm(house, 3)
    await place(house)
    assert card(house).splitlines() == ["<b>Sending 1/3</b> · Shop", "1 placed"]
    await place(house, 2)
    assert card(house) == "<b>All 3 placed</b> · Shop"
    assert len(new_messages(house)) == 1
    assert all("Order number" not in text for text in house.outbox())


async def test_the_end_is_a_message_of_its_own_for_who_has_something_else_before_them(house: Bench) -> None:
    await confirm(house, 2)
    await house.does(events.HelpRequested())
    await place(house, 2)
    assert card(house) == "<b>All 2 placed</b> · Shop"
    assert len(new_messages(house)) == 2


async def test_the_end_of_a_long_batch_rings(house: Bench) -> None:
    await confirm(house, 2)
    await place(house)
    house.clock.advance(61)
    await place(house)
    assert card(house) == "<b>All 2 placed</b> · Shop"
    assert len(new_messages(house)) == 2


async def test_what_was_not_placed_is_named_with_its_row_and_can_be_opened(house: Bench) -> None:
    await confirm(house, 3)
    one, two, three = take(house, 3)
    await house.settle(one, Result(Outcome.PLACED, number="1"))
    await house.settle(two, Result(Outcome.REFUSED, code="x", said="no such item"))
    await house.settle(three, Result(Outcome.UNKNOWN, code="no_answer"))
    end = card(house)
    assert end.startswith("<b>1 of 3 placed</b> · Shop\n1 unknown · 1 not placed")
    assert end.index("<b>3.</b>") < end.index("<b>2.</b>") < end.index("no such item")
    evidence = [text for text in house.outbox() if text.startswith("<b>Please check")]
    assert len(evidence) == 1
    await tap(house, "2")
    assert "not placed (refused)" in house.outbox()[-1]
    # And ordered again, by itself, with a message of its own.
    await tap(house, "Reopen")
    again = await confirm_one(house)
    assert house.order(again).batch is None
    assert house.order(two).replaced_by == again


async def test_an_unknown_row_that_is_found_later_changes_the_message(house: Bench) -> None:
    await confirm(house, 1)
    (one,) = take(house, 1)
    await house.settle(one, Result(Outcome.UNKNOWN, code="no_answer"))
    assert card(house).startswith("<b>0 of 1 placed</b>")
    await house.settle(one, Result(Outcome.PLACED, number="77"))
    assert card(house) == "<b>1 placed</b> · Shop"
    assert any("77" in text for text in house.outbox())


async def test_nothing_of_a_paused_batch_is_taken_and_going_on_takes_it(house: Bench) -> None:
    await confirm(house, 3)
    await tap(house, "Pause")
    assert take(house, 9) == []
    assert card(house).startswith("<b>Paused 0/3</b> · Shop\n3 not sent yet")
    await tap(house, "Go on")
    assert len(take(house, 9)) == 3
    assert card(house).startswith("<b>Sending 0/3</b>")


async def test_a_row_on_its_way_ends_as_it_does_while_the_batch_waits(house: Bench) -> None:
    await confirm(house, 2)
    (first,) = take(house, 1)
    await tap(house, "Pause")
    await house.settle(first, Result(Outcome.PLACED, number="1"))
    assert card(house).startswith("<b>Paused 1/2</b>")
    # One that is out of reach waits with the others.
    await tap(house, "Go on")
    (second,) = take(house, 1)
    await tap(house, "Pause")
    assert await house.outcomes.postpone(house.order(second), Result(Outcome.NOT_SENT, code="unreachable"), 1, 2)
    house.clock.advance(60)
    assert take(house, 9) == []
    await tap(house, "Go on")
    assert take(house, 9) == [second]


async def test_stop_settles_what_was_not_sent_and_each_can_be_ordered_again(house: Bench) -> None:
    await confirm(house, 3)
    (first,) = take(house, 1)
    await tap(house, "Stop")
    assert [one.outcome for one in orders_of(house)] == [None, "not_sent", "not_sent"]
    assert card(house).startswith("<b>Stopping 2/3</b>")
    assert await house.outcomes.postpone(house.order(first), Result(Outcome.NOT_SENT), 1, 2) is False
    await house.settle(first, Result(Outcome.PLACED, number="1"))
    assert card(house).startswith("<b>1 of 3 placed</b> · Shop\n2 not placed")
    second = orders_of(house)[1].reference
    await house.does(events.ReopenTapped(second))
    await tap(house, "Confirm")
    assert house.order(second).stage == "confirmed"
    assert take(house, 9) == [second]


async def test_the_rest_of_a_stopped_batch_is_sent_after_all_without_what_was_ordered_otherwise(house: Bench) -> None:
    await confirm(house, 4)
    await place(house)
    await tap(house, "Stop")
    assert "3 were not sent" in card(house)
    _, second, third, fourth = orders_of(house)
    # One is ordered again by itself, the same as another by somebody else.
    await house.does(events.ReopenTapped(second.reference))
    await tap(house, "Confirm")
    await house.does(confirmation(house.desk, "shop", rows("anqicms", 1, 3), "other"), COLLEAGUE)
    await tap(house, "Send the rest")
    assert house.order(third.reference).outcome == "not_sent"
    assert house.order(fourth.reference).stage == "confirmed"
    await place(house, 9)
    assert card(house).startswith("<b>3 of 4 placed</b>")
    assert house.order(fourth.reference).batch_row == 4
    assert [row.outcome for row in orders_of(house)] == ["placed", "placed", "not_sent", "placed"]


async def test_later_the_rest_is_not_sent_any_more(house: Bench) -> None:
    await confirm(house, 2)
    await tap(house, "Stop")
    house.clock.advance(3601)
    assert await tap(house, "Send the rest") != ""
    assert [row.outcome for row in orders_of(house)] == ["not_sent"] * 2
    await confirm(house, 2, batch="anew")
    assert len(take(house, 9)) == 2


async def test_a_row_ordered_again_by_itself_is_not_held_with_the_batch(house: Bench) -> None:
    await confirm(house, 3)
    (first,) = take(house, 1)
    await house.settle(first, Result(Outcome.NOT_SENT, code="unreachable"))
    await house.does(events.ReopenTapped(first))
    await tap(house, "Confirm")
    await tap(house, "Pause")
    assert take(house, 9) == [first]
    await house.settle(first, Result(Outcome.PLACED, number="1"))
    assert house.outbox()[-2].startswith("<b>Placed</b>") or house.outbox()[-1].startswith("<b>Placed</b>")
    assert card(house).startswith("<b>Paused 1/3</b>")


async def test_three_in_a_row_that_were_not_placed_let_the_rest_wait(house: Bench) -> None:
    await confirm(house, 9)
    first, *others = take(house, 5)
    await house.settle(others[0], Result(Outcome.REFUSED, code="x"))
    await house.settle(first, Result(Outcome.PLACED, number="1"))
    for reference in others[1:]:
        assert card(house).startswith("<b>Sending")
        await house.settle(reference, Result(Outcome.UNKNOWN, code="no_answer"))
    assert card(house).startswith("<b>Paused 5/9</b>")
    assert "3 in a row" in card(house)
    assert len(new_messages(house)) == 2
    assert take(house, 9) == []
    await tap(house, "Go on")
    assert len(take(house, 9)) == 4


async def test_refused_credentials_let_the_rest_wait_at_once(house: Bench) -> None:
    await confirm(house, 3)
    (first,) = take(house, 1)
    await house.settle(first, Result(Outcome.NOT_SENT, code="access_denied", denied=True))
    assert card(house).startswith("<b>Paused 1/3</b>")
    assert take(house, 9) == []


async def test_the_other_rows_wait_with_one_that_is_out_of_reach(house: Bench) -> None:
    await confirm(house, 3)
    (first,) = take(house, 1)
    assert await house.outcomes.postpone(house.order(first), Result(Outcome.NOT_SENT, code="unreachable"), 5, 2)
    assert take(house, 9) == []
    assert not any(text.startswith("<b>Not sent") for text in house.outbox())
    house.clock.advance(6)
    assert take(house, 9)[0] == first


async def test_an_order_of_its_own_goes_before_the_rows_that_wait(house: Bench) -> None:
    await confirm(house, 5)
    house.confirmed("1000", who=COLLEAGUE)
    assert take(house, 1) == ["1000"]


async def test_rows_of_two_batches_take_turns(house: Bench) -> None:
    await confirm(house, 6)
    take(house, 3)
    await confirm(house, 3, who=COLLEAGUE, batch="later", first=50)
    taken = [house.order(reference).batch for reference in take(house, 6)]
    assert taken == [BATCH, "later"] * 3


async def test_only_who_confirmed_and_admins_steer_and_an_old_button_says_so(house: Bench) -> None:
    await confirm(house, 2, who=COLLEAGUE)
    assert await house.does(BatchTapped(BATCH, PAUSE), ADMIN, tapped=1) == ""
    assert take(house, 9) == []
    assert card(house, COLLEAGUE).startswith("<b>Paused")
    assert await house.does(BatchTapped(BATCH, PAUSE), COLLEAGUE, tapped=1) != ""
    await house.does(BatchTapped(BATCH, GO_ON), COLLEAGUE, tapped=1)
    await house.does(BatchTapped("none", STOP), COLLEAGUE, tapped=1)
    assert len(take(house, 9)) == 2


@pytest.mark.parametrize("word", ["Pause", "暂停", "暫停"])
async def test_a_typed_word_is_the_button(house: Bench, word: str) -> None:
    await confirm(house, 2)
    await house.does(events.Answered(word))
    assert card(house).startswith("<b>Paused")


async def test_five_hundred_rows_are_confirmed_and_stopped_within_a_moment(house: Bench) -> None:
    begun = time.perf_counter()
    await confirm(house, 500)
    confirmed = time.perf_counter() - begun
    begun = time.perf_counter()
    await tap(house, "Stop")
    stopped = time.perf_counter() - begun
    assert len([one for one in orders_of(house) if one.outcome == "not_sent"]) == 500
    assert card(house).startswith("<b>0 of 500 placed</b>")
    assert max(confirmed, stopped) < 20
