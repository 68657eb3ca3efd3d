"""From Confirm to the outcome: one row in the journal, one transaction for what became of it and its message."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.conversation.events import ReopenTapped
from bot.journal.views import Result
from providers.orders import Outcome, Remark
from storage.errors import StorageError
from tests.bench import Bench, bench, locked
from tests.desk.filling import claim, confirm, fill
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.words.reading import WORDS

PLACED = Result(Outcome.PLACED, number="1207", status="placed", names=("1207", "#1207"))
REFUSED = Result(Outcome.REFUSED, code="refused", said="No stock")
NOT_SENT = Result(Outcome.NOT_SENT, code="unreachable")
UNKNOWN = Result(Outcome.UNKNOWN, code="no_answer")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


async def test_confirm_tapped_five_times_is_one_order(house: Bench) -> None:
    await fill(house)
    tap = read(house.button("Confirm"))
    said = [await house.does(tap, tapped=1) for _ in range(5)]
    assert said == ["", *[WORDS.say("toast.stale")] * 4]
    (order,) = reading(house.database).fetch("SELECT * FROM orders")
    assert (order["stage"], order["account"], order["user_name"]) == ("confirmed", "shop", "Some Name")
    assert house.workers.orders == ["shop"]
    assert sum(html.startswith("<b>Sending") for html in house.outbox()) == 1


async def test_the_next_order_can_be_begun_while_one_is_being_sent(house: Bench) -> None:
    await fill(house)
    first = await confirm(house)
    house.clock.advance(1)
    await fill(house, "2")
    second = await confirm(house)
    assert first != second
    assert len(reading(house.database).fetch("SELECT * FROM orders WHERE stage = 'confirmed'")) == 2


async def test_an_outcome_changes_the_sending_card_and_is_told_once(house: Bench) -> None:
    await fill(house)
    reference = await confirm(house)
    claim(house, reference)
    card = house.order(reference).card
    assert await house.settle(reference, PLACED)
    assert not await house.settle(reference, PLACED)
    rows = reading(house.database).fetch("SELECT * FROM outbox WHERE edits >= $1", card)
    assert [row["edits"] for row in rows] == [card]
    told = house.outbox()[-1]
    assert told.startswith("<b>Placed")
    assert all(line in told for line in ("Order number: <code>1207", "Status: placed", f"Reference: <code>{reference}"))


async def test_what_is_unknown_also_rings_a_bell_of_its_own(house: Bench) -> None:
    house.sending("1000")
    await house.settle("1000", UNKNOWN)
    card, attention = house.outbox()
    assert card.startswith("<b>Outcome unknown")
    assert attention.startswith("<b>Please check an order")


@pytest.mark.parametrize("looks", [True, False])
async def test_what_nobody_can_decide_yet_rings_no_second_bell(house: Bench, *, looks: bool) -> None:
    shop = replace(house.desk.accounts["shop"], reconciles=looks)
    house.desk = replace(house.desk, accounts={**house.desk.accounts, "shop": shop})
    house.sending("1000")
    await house.settle("1000", UNKNOWN)
    rows = reading(house.database).fetch("SELECT body FROM outbox ORDER BY id")
    assert ['"silent": true' in row["body"] for row in rows] == [False, looks]


async def test_outcome_and_message_are_one_transaction(tmp_path: Path) -> None:
    async with bench(tmp_path, busy_timeout=0) as house:
        house.sending("1000")
        async with locked(house.path):
            with pytest.raises(StorageError):
                await house.settle("1000", PLACED)
        assert house.order("1000").stage == "sending"
        assert house.outbox() == []
        assert await house.settle("1000", PLACED)
        assert house.order("1000").outcome == "placed"
        assert len(house.outbox()) == 1


@pytest.mark.parametrize("result", [PLACED, UNKNOWN, NOT_SENT])
async def test_a_conversation_that_is_broken_hides_no_outcome(house: Bench, result: Result) -> None:
    house.sending("1000")
    with writing(house.database) as tx:
        tx.execute("INSERT INTO conversations VALUES ($1, $1, 'not JSON', '', 0, '')", ADMIN)
    assert await house.settle("1000", result)
    assert house.order("1000").outcome == result.outcome
    told = house.outbox()[0]
    assert told.startswith("<b>Placed" if result is PLACED else "<b>Not placed" if result is NOT_SENT else "<b>Outcome")
    assert len(house.outbox()) == (2 if result is UNKNOWN else 1)


async def test_a_remark_without_words_hides_no_outcome(house: Bench) -> None:
    house.sending("1000")
    assert await house.settle("1000", replace(PLACED, remarks=(Remark("nobody_wrote_this"),)))
    assert house.order("1000").number == "1207"
    (told,) = house.outbox()
    assert "Order number: <code>1207" in told


async def test_credentials_that_are_not_accepted_are_told_to_the_other_admins(house: Bench) -> None:
    house.sending("1000")
    await house.settle("1000", Result(Outcome.NOT_SENT, code="credentials", denied=True))
    (told,) = house.outbox(COLLEAGUE)
    assert told.startswith("Shop does not accept the credentials")
    assert not any("credentials in the settings; orders" in html for html in house.outbox(ADMIN))


async def test_a_refusal_re_opens_its_draft_while_the_chat_is_free(house: Bench) -> None:
    house.sending("1000")
    await house.settle("1000", REFUSED)
    card, summary = house.outbox()
    assert card.startswith("<b>Not placed")
    assert "No stock" in card
    assert summary.startswith("<b>Summary")
    house.clock.advance(1)
    anew = await confirm(house)
    assert anew != "1000"
    assert house.order("1000").replaced_by == anew


async def test_a_refusal_of_one_field_asks_that_field_again(house: Bench) -> None:
    house.sending("1000")
    await house.settle("1000", Result(Outcome.REFUSED, code="refused", fields=("items.0.quantity",)))
    assert house.outbox()[-1].startswith("<b>Quantity")


async def test_while_another_draft_is_open_a_refused_order_waits_under_a_button_and_among_the_drafts(
    house: Bench,
) -> None:
    house.sending("1000")
    await house.does(events.OrderRequested("guoguo"))
    await house.settle("1000", REFUSED)
    assert house.outbox()[-1].startswith("<b>Not placed")
    reopen = read(house.button("Reopen"))
    await house.does(events.DraftsRequested())
    assert house.outbox()[-1].startswith("<b>Drafts</b> · 2")
    await house.does(reopen, tapped=1)
    assert house.outbox()[-1].startswith("<b>Summary")


async def test_an_order_is_ordered_anew_at_most_once(house: Bench) -> None:
    house.sending("1000")
    await house.does(events.OrderRequested("guoguo"))
    await house.settle("1000", REFUSED)
    reopen = read(house.button("Reopen"))
    await house.does(events.CancelRequested())
    await house.does(reopen, tapped=1)
    house.clock.advance(1)
    anew = await confirm(house)
    count = len(reading(house.database).fetch("SELECT * FROM orders"))
    await house.does(reopen, tapped=1)
    told = house.outbox()[-1]
    assert told.startswith("<b>Order</b>")
    assert f"confirmed anew as {anew}" in told
    assert len(reading(house.database).fetch("SELECT * FROM orders")) == count == 2


async def test_a_draft_whose_order_was_ordered_anew_elsewhere_is_not_sent(house: Bench) -> None:
    house.sending("1000")
    await house.settle("1000", REFUSED)
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET replaced_by = '999' WHERE reference = '1000'")
    await house.does(read(house.button("Confirm")), tapped=1)
    assert "reopened any more" in house.outbox()[-1]
    assert house.workers.orders == []
    assert len(reading(house.database).fetch("SELECT * FROM orders")) == 1


async def test_only_who_ordered_may_re_open(house: Bench) -> None:
    house.sending("1000")
    await house.does(events.OrderRequested("guoguo"))
    await house.settle("1000", REFUSED)
    assert await house.does(ReopenTapped("1000"), COLLEAGUE) == WORDS.say("toast.stale")
    assert house.outbox(COLLEAGUE) == []


async def test_what_was_not_sent_keeps_its_reference_when_confirmed_unchanged(house: Bench) -> None:
    await fill(house)
    reference = await confirm(house)
    claim(house, reference)
    await house.settle(reference, NOT_SENT)
    house.clock.advance(60)
    assert await confirm(house) == reference
    (order,) = reading(house.database).fetch("SELECT * FROM orders")
    assert (order["stage"], order["outcome"]) == ("confirmed", None)
    assert house.workers.orders == ["shop", "shop"]
    claim(house, reference)
    await house.settle(reference, PLACED)
    assert house.outbox()[-1].startswith("<b>Placed")


async def test_what_was_not_sent_gets_a_new_reference_when_changed(house: Bench) -> None:
    await fill(house)
    reference = await confirm(house)
    claim(house, reference)
    await house.settle(reference, NOT_SENT)
    for label in ("Edit", "Note"):
        await house.does(read(house.button(label)), tapped=1)
    await house.does(events.Answered("In blue, please"))
    house.clock.advance(60)
    anew = await confirm(house)
    assert anew != reference
    assert house.order(reference).replaced_by == anew
