"""What a person decides about an order of unknown outcome: recorded with who and when, told, and done once."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.buttons.data import read
from bot.clock import SECOND
from bot.conversation import events
from bot.conversation.state import ConversationKey
from bot.conversation.views import LookEnd
from bot.desk.admission import Incoming
from bot.journal.evidence import looked
from bot.journal.identities import settle_accounts
from bot.journal.views import Result, view
from providers.base import Customer
from providers.orders import Findings, Match, Outcome, PlacedOrder
from storage import history, orders, outbox
from tests.bench import Bench, bench
from tests.desk.filling import claim, confirm, decide, ordered, tap
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.words.reading import WORDS, said_of_it

UNKNOWN = Result(Outcome.UNKNOWN, code="no_answer")
NOT_SENT = Result(Outcome.NOT_SENT, code="unreachable")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    """With an order of the admin, reference 1000, of unknown outcome; the shop can be asked and takes none twice."""
    async with bench(tmp_path) as made:
        abilities = {
            name: replace(a, reconciles=True, idempotent_create=True) for name, a in made.desk.accounts.items()
        }
        made.desk = replace(made.desk, accounts=abilities)
        made.sending("1000")
        await made.settle("1000", UNKNOWN)
        yield made


def decisions(house: Bench, reference: str = "1000") -> list[tuple[Any, ...]]:
    lines = [line for line in history.of_order(reading(house.database), reference) if line.kind == "decision"]
    return [
        (line.user_id, line.user_name, line.at, *(json.loads(line.body)[key] for key in ("decision", "number")))
        for line in lines
    ]


async def finds(house: Bench, number: str, who: int = ADMIN) -> None:
    """`Found it`, the number, and a supplier that agrees."""
    await decide(house, "Found it", who)
    await house.does(events.Answered(number), who)
    key, request = house.workers.checks[-1]
    assert (request.reference, request.number) == ("1000", number)
    event = events.NumberChecked(view(house.order("1000")), number, events.NumberCheck.AGREES)
    await house.desk.report(key, event)


async def shown_to_colleague(house: Bench) -> None:
    await house.does(events.UnknownRequested(), COLLEAGUE)
    await house.does(events.EvidenceTapped("1000"), COLLEAGUE, tapped=1)


async def test_a_number_that_was_found_is_recorded_with_who_and_when(house: Bench) -> None:
    house.clock.advance(60)
    await finds(house, "1207")
    order = house.order("1000")
    assert (order.outcome, order.number) == ("placed", "1207")
    assert decisions(house) == [(ADMIN, "Some Name", house.clock(), "found", "1207")]
    assert orders.number_of(reading(house.database), "shop", "1207") == "1000"
    assert [found.reference for found in orders.find(reading(house.database), "1207")] == ["1000"]
    card, closed, told = house.outbox()[-3:]
    assert card.startswith("<b>Placed")
    assert closed.startswith("<b>Checked")
    assert told.startswith("<b>Placed")
    assert "found by Some Name" in told


async def test_whoever_ordered_hears_what_a_colleague_decided(house: Bench) -> None:
    await shown_to_colleague(house)
    before = len(house.outbox())
    await finds(house, "1207", COLLEAGUE)
    assert house.order("1000").number == "1207"
    assert decisions(house) == [(COLLEAGUE, "Colleague", house.clock(), "found", "1207")]
    told = house.outbox()[before:]
    assert [text.split("</b>")[0] for text in told] == ["<b>Placed", "<b>Checked", "<b>Placed"]
    assert "found by Colleague" in told[-1]


async def test_one_that_a_look_up_found_is_taken_at_a_tap(house: Bench) -> None:
    assert await house.does(events.DecisionTapped("1000", 1, events.Decision.FOUND, "1207"), tapped=1) == said_of_it(
        "decided"
    )
    assert house.order("1000").number == "1207"
    assert [decision[3:] for decision in decisions(house)] == [("found", "1207")]


@pytest.mark.parametrize("written", ["#A1207", "A1207", "a1207", "#a1207"])
async def test_a_number_of_another_order_is_not_taken_however_it_is_written(house: Bench, written: str) -> None:
    house.sending("2000")
    await house.settle("2000", Result(Outcome.PLACED, number="#A1207", is_ours=True))
    for event in (
        events.DecisionTapped("1000", 1, events.Decision.FOUND, written),
        events.NumberChecked(view(house.order("1000")), written, events.NumberCheck.AGREES),
    ):
        await house.does(event, tapped=1)
        assert "belongs to another order already: 2000" in house.outbox()[-1]
    assert house.order("1000").outcome == "unknown"
    assert decisions(house) == []
    await finds(house, "A1208")
    assert house.order("1000").number == "A1208"


async def test_the_same_number_at_another_account_is_another_order(house: Bench) -> None:
    house.sending("2000", "guoguo")
    await house.settle("2000", Result(Outcome.PLACED, number="1207"))
    await finds(house, "1207")
    assert house.order("1000").number == "1207"


@pytest.mark.parametrize("written", ["1207", "#1207"])
async def test_the_same_number_at_what_its_account_has_become_is_another_order(house: Bench, written: str) -> None:
    leads_to(house, "https://one.example.org")
    house.sending("3000")
    await house.settle("3000", UNKNOWN)
    leads_to(house, "https://other.example.org")
    house.sending("2000")
    await house.settle("2000", Result(Outcome.PLACED, number="1207", is_ours=True))
    await house.does(events.DecisionTapped("3000", 1, events.Decision.FOUND, written), tapped=1)
    assert (house.order("3000").outcome, house.order("3000").number) == ("placed", written)
    assert house.order("2000").number == "1207"


def leads_to(house: Bench, address: str) -> None:
    """From now on the shop is the customer at this address."""
    with writing(house.database) as tx:
        settle_accounts(tx, {"shop": Customer("anqicms", address, key=("token",))}, 1)


async def test_what_a_person_says_was_not_placed_keeps_its_reference_where_none_is_taken_twice(house: Bench) -> None:
    assert await decide(house, WORDS.say("button.not_placed")) == said_of_it("decided")
    order = house.order("1000")
    assert (order.outcome, order.inferred, order.remind_at) == ("not_sent", 1, None)
    assert order.look_at is not None
    assert decisions(house) == [(ADMIN, "Some Name", house.clock(), "not_placed", "")]
    card, closed, summary = house.outbox()[-3:]
    assert "Some Name said it was not placed" in card
    assert closed.startswith("<b>Checked")
    assert summary.startswith("<b>Summary")
    house.clock.advance(1)
    assert await confirm(house) == "1000"
    assert house.order("1000").stage == "confirmed"


async def test_what_a_person_says_was_not_placed_is_another_order_where_two_could_be_taken(house: Bench) -> None:
    abilities = {name: replace(a, idempotent_create=False) for name, a in house.desk.accounts.items()}
    house.desk = replace(house.desk, accounts=abilities)
    await decide(house, WORDS.say("button.not_placed"))
    house.clock.advance(1)
    anew = await confirm(house)
    assert house.order("1000").replaced_by == anew != "1000"
    assert (house.order("1000").inferred, house.order(anew).stage) == (1, "confirmed")


async def test_when_the_answer_is_lost_again_the_evidence_is_a_new_message(house: Bench) -> None:
    await decide(house, WORDS.say("button.not_placed"))
    await confirm(house)
    claim(house, "1000")
    await house.settle("1000", UNKNOWN)
    rows = reading(house.database).fetch("SELECT edits FROM outbox ORDER BY id DESC LIMIT 2")
    assert house.outbox()[-1].startswith("<b>Please check an order")
    assert [row["edits"] is None for row in rows] == [True, False]


async def test_while_another_order_is_filled_in_it_waits_under_a_button(house: Bench) -> None:
    await house.does(events.OrderRequested("guoguo"))
    await decide(house, WORDS.say("button.not_placed"))
    told = house.outbox()[-1]
    assert told.startswith("<b>Not placed")
    await house.does(events.CancelRequested())
    await tap(house, "Reopen")
    assert house.outbox()[-1].startswith("<b>Summary")


async def test_of_two_people_who_decide_at_once_one_counts(house: Bench) -> None:
    decided = (events.Decision.FOUND, "1207"), (events.Decision.NOT_PLACED, "")
    taps = [
        Incoming(n, who, who, "Name", "en", events.DecisionTapped("1000", 1, *what), 1)
        for n, (who, what) in enumerate(zip((ADMIN, COLLEAGUE), decided, strict=True), 1)
    ]
    await asyncio.gather(*map(house.desk.handle, taps))
    (decision,) = decisions(house)
    order = house.order("1000")
    assert (decision[3], order.outcome) in {("found", "placed"), ("not_placed", "not_sent")}
    late = ADMIN if decision[0] == COLLEAGUE else COLLEAGUE
    assert any(text.startswith("<b>Order</b>") for text in house.outbox(late))


async def test_a_number_that_comes_after_the_decision_changes_nothing(house: Bench) -> None:
    await decide(house, "Found it")
    await house.does(events.Answered("1207"))
    key, _ = house.workers.checks[-1]
    checked = events.NumberChecked(view(house.order("1000")), "1207", events.NumberCheck.AGREES)
    await house.does(events.DecisionTapped("1000", 1, events.Decision.NOT_PLACED), COLLEAGUE, tapped=1)
    await house.desk.report(key, checked)
    assert house.order("1000").outcome == "not_sent"
    assert [decision[3] for decision in decisions(house)] == ["not_placed"]
    assert house.outbox()[-1].startswith("<b>Order</b>")


async def test_sending_again_takes_place_under_the_same_reference_and_is_recorded(house: Bench) -> None:
    house.clock.advance(60)
    assert await decide(house, WORDS.say("button.resend")) == said_of_it("decided")
    order = house.order("1000")
    assert (order.stage, order.outcome, order.attempts) == ("confirmed", None, 1)
    assert decisions(house) == [(ADMIN, "Some Name", house.clock(), "resend", "")]
    assert house.workers.moved == 2
    claim(house, "1000")
    await house.settle("1000", Result(Outcome.PLACED, number="1207"))
    assert [text.split("</b>")[0] for text in house.outbox()[-3:]] == ["<b>Placed", "<b>Checked", "<b>Placed"]


async def test_an_order_that_is_sent_again_stands_in_the_list_beside_the_one_that_was_to_replace_it(
    house: Bench,
) -> None:
    await decide(house, WORDS.say("button.not_placed"))
    house.clock.advance(1)
    await tap(house, "Edit")
    await tap(house, "Note: Peach Garden Lane 77")
    await house.does(events.Answered("other"))
    anew = await confirm(house)
    claim(house, anew)
    await house.settle(anew, NOT_SENT)
    await house.does(events.CancelRequested())
    await house.settle("1000", Result(Outcome.UNKNOWN, code="seen_late"))
    await house.does(events.DecisionTapped("1000", 1, events.Decision.RESEND), tapped=1)
    assert (house.order("1000").outcome, house.order("1000").replaced_by) == (None, anew)
    await house.does(events.OrdersRequested())
    (row,) = reading(house.database).fetch("SELECT body FROM outbox WHERE body LIKE '%Latest orders%'")
    assert all(f"={reference}:" in row["body"] for reference in ("1000", anew))
    claim(house, "1000")
    await house.settle("1000", Result(Outcome.PLACED, number="1207"))
    assert house.order("1000").outcome == "placed"


async def test_nothing_is_sent_again_where_the_supplier_would_take_it_twice(house: Bench) -> None:
    await tap(house, "Details")
    resend = read(house.button(WORDS.say("button.resend")))
    account = house.desk.accounts["shop"]
    house.desk = replace(house.desk, accounts={"shop": replace(account, idempotent_create=False)})
    assert await house.does(resend, tapped=1) == ""
    assert house.order("1000").outcome == "unknown"
    assert decisions(house) == []
    await shown_to_colleague(house)
    with pytest.raises(AssertionError, match="no button"):
        house.button(WORDS.say("button.resend"), COLLEAGUE)


@pytest.mark.parametrize(
    "label", [WORDS.say("button.not_placed"), WORDS.say("button.resend"), "Found it", "Look again"]
)
async def test_buttons_of_an_earlier_sending_show_the_order_as_it_is(house: Bench, label: str) -> None:
    await tap(house, "Details")
    old = read(house.button(label))
    await decide(house, WORDS.say("button.resend"))
    claim(house, "1000")
    await house.settle("1000", UNKNOWN)
    before, said = house.order("1000"), len(house.outbox())
    await house.does(old, tapped=1)
    assert house.order("1000") == before
    (told,) = house.outbox()[said:]
    assert told.startswith("<b>Order</b>")
    assert "outcome unknown" in told
    assert house.workers.looked_for == []


async def test_look_again_asks_for_a_look_up(house: Bench) -> None:
    assert await decide(house, "Look again") == said_of_it("looking")
    assert house.workers.looked_for == [("1000", ConversationKey(ADMIN, ADMIN))]


async def test_the_list_tells_of_every_open_order_and_of_none_when_all_are_known(house: Bench) -> None:
    house.sending("2000", "guoguo", COLLEAGUE)
    await house.settle("2000", UNKNOWN)
    await house.does(events.UnknownRequested(), COLLEAGUE)
    listed = house.outbox(COLLEAGUE)[-1]
    assert all(reference in listed for reference in ("1000", "2000"))
    for reference in ("1000", "2000"):
        await house.settle(reference, NOT_SENT)
    await house.does(events.UnknownRequested())
    assert house.outbox()[-1] == WORDS.say("unknown.none")


async def test_a_number_can_not_be_asked_for_a_place_that_is_not_staffs(house: Bench) -> None:
    await house.desk.report(ConversationKey(ADMIN, ADMIN), events.NumberGivenUp())
    assert house.order("1000").outcome == "unknown"


async def test_a_tap_on_an_order_that_does_not_exist_changes_nothing(house: Bench) -> None:
    said = await house.does(events.DecisionTapped("9999", 1, events.Decision.NOT_PLACED), tapped=1)
    assert said == WORDS.say("toast.stale")
    assert await ordered(house, "2") != "9999"


async def test_a_number_that_is_being_checked_is_asked_about_again_after_a_restart(house: Bench) -> None:
    await house.does(events.NameTapped("1000", 1), tapped=1)
    await house.does(events.Answered("1207"))
    asked = list(house.workers.checks)
    assert [request.number for _, request in asked] == ["1207"]
    await house.desk.resume()
    assert house.workers.checks == asked * 2
    order = house.order("1000")
    await house.desk.report(
        ConversationKey(ADMIN, ADMIN), events.NumberChecked(view(order), "1207", events.NumberCheck.AGREES)
    )
    assert house.order("1000").number == "1207"
    await house.desk.resume()
    assert house.workers.checks == asked * 2


FOUND = Findings((Match(PlacedOrder("1207")),))


async def is_seen(house: Bench, findings: Findings = FOUND) -> None:
    """A look-up decides nothing, and finds this."""
    look = looked(LookEnd.FOUND if findings.matches else LookEnd.NOTHING_YET, findings, findings.matches, "")
    await house.outcomes.looked(house.order("1000"), look, None)


def said_to(house: Bench, row: int = -1) -> dict[str, Any]:
    """The newest message in the chat of whoever ordered, or another one, as it lies in the outbox."""
    rows = reading(house.database).fetch("SELECT * FROM outbox WHERE chat_id = $1 ORDER BY id", ADMIN)
    body: dict[str, Any] = json.loads(rows[row]["body"])
    return dict(rows[row]) | body


async def is_taken(house: Bench, row: int, message_id: int) -> None:
    """Telegram has taken this row as that message."""
    with writing(house.database) as tx:
        outbox.record(tx, [outbox.Taken(row, message_id, house.clock(), None)])


async def test_what_is_there_is_called_not_placed_by_a_second_tap_only(house: Bench) -> None:
    await is_seen(house)
    assert await decide(house, WORDS.say("button.not_placed")) == ""
    assert house.order("1000").outcome == "unknown"
    assert decisions(house) == []
    asked = house.outbox()[-1]
    assert "lists an order like this one: 1207" in asked
    said = await tap(house, WORDS.say("button.another_order"))
    assert (said, house.order("1000").outcome) == (said_of_it("decided"), "not_sent")
    assert [decision[3] for decision in decisions(house)] == ["not_placed"]


async def test_a_decision_is_kept_with_the_evidence_that_was_seen(house: Bench) -> None:
    await is_seen(house)
    await tap(house, "It is 1207")
    (line,) = [entry for entry in history.of_order(reading(house.database), "1000") if entry.kind == "decision"]
    seen = json.loads(line.body)["seen"]
    assert (seen["look"], seen["numbers"], seen["looked_at"]) == ("found", ["1207"], house.clock())


async def test_the_details_change_the_message_that_was_tapped_and_stay_open_while_it_is_looked_for(
    house: Bench,
) -> None:
    card = house.order("1000").evidence_card
    assert card is not None
    await is_taken(house, card, 7)
    await house.does(read(house.button("Details")), tapped=7)
    assert said_to(house)["edits"] == card
    assert "Ordered by Some Name" in said_to(house)["html"]
    await is_seen(house)
    assert said_to(house)["edits"] == card
    assert "• <code>1207</code>" in said_to(house)["html"]
    await house.does(read(house.button("Back")), tapped=7)
    await is_seen(house, Findings())
    assert "Ordered by" not in said_to(house)["html"]


async def test_the_details_of_a_copy_change_that_copy_alone(house: Bench) -> None:
    card = house.order("1000").evidence_card
    assert card is not None
    await is_taken(house, card, 7)
    await house.does(events.EvidenceTapped("1000"))
    await house.does(read(house.button("Details")), tapped=8)
    assert (said_to(house)["edits"], said_to(house)["message_id"]) == (None, 8)
    await is_seen(house)
    assert "Ordered by" not in said_to(house)["html"]


async def test_whoever_ordered_is_told_anew_when_the_list_has_to_have_it(house: Bench) -> None:
    (label,) = [button[0] for row in said_to(house)["rows"] for button in row if button[0].startswith("Tell me at")]
    said = await tap(house, label)
    due_at = house.clock() + int(house.desk.rules.lag * SECOND)
    assert said == said_of_it("telling", at=WORDS.clock(due_at, 0))
    at = house.order("1000").remind_at
    assert at is not None
    assert due_at < at < due_at + 60 * SECOND
    assert house.workers.moved == 2
    await house.outcomes.remind(house.order("1000"), at)
    told = said_to(house)
    assert "still open" in told["html"]


async def test_all_that_is_said_of_an_order_says_what_it_is_about(house: Bench) -> None:
    about = view(house.order("1000")).about
    assert about == "188 ×1"
    await is_seen(house)
    await house.does(events.UnknownRequested())
    await house.does(events.StatusRequested("1000"))
    await tap(house, "It is 1207")
    told = [html for html in house.outbox() if "1000" in html]
    assert len(told) >= 6
    assert [html for html in told if about not in html] == []


async def test_an_order_whose_supplier_is_unknown_here_has_no_such_line(house: Bench) -> None:
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET provider = 'gone' WHERE reference = '1000'")
    await house.does(events.StatusRequested("1000"))
    assert house.outbox()[-1].split("\n")[1].startswith("Status: ")
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET provider = 'anqicms', answers = '{}' WHERE reference = '1000'")
    assert view(house.order("1000")).about == ""
