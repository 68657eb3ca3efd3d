"""Words for the evidence: the verdict in three lines with one obvious button, the rest behind another."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.conversation import replies
from bot.conversation.replies import EvidenceShown, Line, Showing
from bot.conversation.state import Conversation, Draft, Duplicate, Phase
from bot.conversation.views import Candidate, Evidence, EvidenceView, LookEnd, OrderView, Reason
from bot.words.message import Style
from bot.words.unknown import found_late
from providers.orders import Outcome, Remark
from tests.words.reading import WORDS, as_read, labels, said

NOON = 1_772_337_600_000_000
"""1 Mar 2026 04:00:00, in UTC microseconds."""
DUE = NOON + 600_000_000
ABOUT = "Instagram fans ×10 → example.com/posts/abc123"
ORDER = OrderView(
    "1001", "guoguo", "guoguo", {}, Outcome.UNKNOWN, code="no_answer", person="王", attempts=1, about=ABOUT
)
LOST = Evidence(sent_at=NOON, ended_at=NOON)
READ = replace(LOST, looks=1, looked_at=NOON + 2_000_000, look=LookEnd.NOTHING_YET)
LATE = replace(READ, looked_at=DUE)
FOUND = replace(READ, look=LookEnd.FOUND, candidates=(Candidate("ORD-1", NOON),))
FELL = replace(READ, balance_before="1000", balance_after="880")
DEBIT = Remark("debit", {"quantity": "1200", "at": "2026-03-01T04:00:00+00:00", "record": "CR-1"})
IDLE = Conversation()


def shown(evidence: Evidence, view: EvidenceView = EvidenceView.VERDICT, **changes: object) -> EvidenceShown:
    whole = EvidenceShown(
        ORDER,
        "GuoGuo",
        (Line("Link", "https://example.com/posts/abc123"),),
        evidence,
        reconciles=True,
        idempotent_create=True,
        view=view,
        due_at=DUE,
        total=Decimal(120),
        own=True,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # fields of its own


def lines(reply: replies.Reply) -> list[str]:
    (message,) = said(reply, IDLE)
    return as_read(message).split("\n")


def buttons(reply: replies.Reply) -> list[str]:
    (message,) = said(reply, IDLE)
    return labels(message)


@pytest.mark.parametrize(
    ("evidence", "verdict", "obvious"),
    [
        (LOST, "Looking for it at GuoGuo… An order can take until 04:10 to show up.", "Tell me at 04:10"),
        (
            READ,
            (
                "On 1 Mar 2026 04:00 GuoGuo did not list it, which proves nothing yet. "
                "An order can take until 04:10 to show up."
            ),
            "Tell me at 04:10",
        ),
        (
            LATE,
            (
                "Most likely it was not placed: on 1 Mar 2026 04:10 GuoGuo did not list it, and an order should "
                "show up by then."
            ),
            "It was not placed",
        ),
        (
            FOUND,
            "Most likely it is placed: GuoGuo lists an order like it, ORD-1, made 1 Mar 2026 04:00.",
            "It is ORD-1",
        ),
        (
            replace(FOUND, balance_before="1000", balance_after="880"),
            (
                "Most likely it is placed: GuoGuo lists an order like it, ORD-1, made 1 Mar 2026 04:00. "
                "The balance fell by 120, just what it costs."
            ),
            "It is ORD-1",
        ),
        (
            FELL,
            (
                "Most likely it is placed: the balance fell by 120, just what it costs, though GuoGuo lists no order "
                "like it. An order can take until 04:10 to show up."
            ),
            "Tell me at 04:10",
        ),
        (
            replace(FELL, looked_at=DUE, balance_after="1"),
            (
                "It may be placed: the balance fell by 999, for it or for something else, and GuoGuo lists no order "
                "like it."
            ),
            "Look again",
        ),
        (
            replace(READ, look=LookEnd.FAILED, look_code="list_not_read"),
            "Look-up 1, 1 Mar 2026 04:00: GuoGuo could not be read, which proves nothing.",
            "Look again",
        ),
        (
            replace(LOST, other_identity="https://old.example"),
            (
                "It was sent to https://old.example; the account is now another customer or address. Nothing that is "
                "seen now proves anything about it."
            ),
            "Found it",
        ),
    ],
)
def test_the_verdict_comes_first_with_one_obvious_button(evidence: Evidence, verdict: str, obvious: str) -> None:
    reply = shown(evidence)
    assert lines(reply) == [
        "Please check an order · GuoGuo",
        ABOUT,
        "1 Mar 2026 04:00: The order was sent, but GuoGuo did not answer in time.",
        verdict,
        "Reference: 1001",
    ]
    assert buttons(reply) == [obvious, "Details"]


@pytest.mark.parametrize(
    "candidates",
    [(Candidate("ORD-1", differs=("quantity",)),), (Candidate("ORD-1"), Candidate("ORD-2"))],
)
def test_where_only_the_details_can_tell_they_are_the_one_button(candidates: tuple[Candidate, ...]) -> None:
    reply = shown(replace(FOUND, candidates=candidates))
    assert lines(reply)[3].startswith("It may be placed: GuoGuo lists ")
    assert buttons(reply) == ["Details"]


def test_a_doubt_about_the_list_is_said_and_nothing_is_made_obvious_by_it() -> None:
    reply = shown(replace(LATE, signals=(Remark("other_clock"),)))
    assert "which is no proof. GuoGuo's clock and ours were not seen to agree" in lines(reply)[3]
    assert buttons(reply) == ["Look again", "Details"]


def test_a_supplier_that_can_not_be_asked_leaves_it_to_a_person() -> None:
    assert buttons(shown(LOST, reconciles=False)) == ["Found it", "Details"]
    assert buttons(shown(LOST, gone=True)) == ["Found it", "Details"]


def test_whoever_did_not_order_it_reads_who_did_and_is_promised_nothing() -> None:
    reply = shown(READ, own=False, showing=Showing.COPY)
    assert lines(reply)[2].startswith("1 Mar 2026 04:00 · Ordered by 王: The order was sent")
    assert buttons(reply) == ["Look again", "Details"]


def test_the_details_have_all_that_is_known_and_every_decision() -> None:
    reply = shown(replace(FOUND, signals=(DEBIT,)), EvidenceView.DETAILS)
    text = "\n".join(lines(reply))
    parts = (ABOUT, "Link: https://example.com", "Look-up 1", "• ORD-1", "1,200 points were taken", "Ordered by 王")
    assert [part for part in parts if part not in text] == []
    assert buttons(reply) == [
        "It is ORD-1",
        "Found it",
        "It was not placed",
        "Look again",
        "Send again under the same reference",
        "Back",
    ]


def test_a_code_that_came_is_in_the_details_only() -> None:
    order = replace(ORDER, code="http_status", params={"status": "500"})
    assert "500" not in "\n".join(lines(shown(LATE, order=order)))
    details = lines(shown(LATE, EvidenceView.DETAILS, order=order))
    assert "The order was sent, but GuoGuo answered neither yes nor no." in details
    assert "The code that came: 500" in details


def test_under_another_customer_there_is_no_look_up_and_no_sending_again() -> None:
    reply = shown(replace(FOUND, candidates=(), other_identity="https://old.example"), EvidenceView.DETAILS)
    assert buttons(reply) == ["Found it", "It was not placed", "Back"]
    assert any(line.startswith("It was sent to https://old.example;") for line in lines(reply))


@pytest.mark.parametrize(
    ("evidence", "told", "insists"),
    [
        (
            FOUND,
            "GuoGuo lists an order like this one: ORD-1, made 1 Mar 2026 04:00.",
            "That is another order: ours was not placed",
        ),
        (
            replace(FOUND, candidates=(Candidate("ORD-1", differs=("quantity",)),)),
            "GuoGuo lists an order that may be this one: ORD-1.",
            "That is another order: ours was not placed",
        ),
        (
            FELL,
            "The balance fell by 120, just what it costs.",
            "That paid for something else: ours was not placed",
        ),
        (
            replace(READ, signals=(DEBIT,)),
            "1,200 points were taken from the account on 1 Mar 2026 04:00, record CR-1.",
            "That paid for something else: ours was not placed",
        ),
    ],
)
def test_what_speaks_against_it_is_said_before_the_second_tap(evidence: Evidence, told: str, insists: str) -> None:
    reply = shown(evidence, EvidenceView.OBJECTION)
    assert told in lines(reply)
    (message,) = said(reply, IDLE)
    styles = {button.text: button.style for row in message.rows for button in row}
    assert styles[insists] == Style.DANGER
    assert "Back" in styles
    assert all(style == Style.SUCCESS for label, style in styles.items() if label.startswith("It is "))


def test_colours_follow_the_meaning() -> None:
    found = {button.text: button.style for row in said(shown(FOUND), IDLE)[0].rows for button in row}
    assert found == {"It is ORD-1": Style.SUCCESS, "Details": Style.NONE}
    waits = {button.text: button.style for row in said(shown(READ), IDLE)[0].rows for button in row}
    assert waits == {"Tell me at 04:10": Style.PRIMARY, "Details": Style.NONE}


NOT_SENT = replace(ORDER, outcome=Outcome.NOT_SENT, code="not_found_there", inferred=True)
INFERRED = replace(NOT_SENT, params={"at": str(NOON), "until": "2026-03-02T04:00:00+00:00"})


def test_what_is_only_inferred_is_never_said_as_a_fact() -> None:
    told = [
        replies.OutcomeShown(INFERRED, "GuoGuo"),
        replies.StatusShown(INFERRED, "GuoGuo"),
        replies.EvidenceClosed(INFERRED, "GuoGuo"),
        replies.OutcomeFound(INFERRED, "GuoGuo"),
        replies.OutcomeShown(NOT_SENT, "GuoGuo"),
    ]
    for reply in told:
        assert "was not placed" not in "\n".join(lines(reply))
    sentence = "GuoGuo's list did not have it on 1 Mar 2026 04:00. It is looked for again until 2 Mar 2026 04:00."
    assert lines(told[0]) == ["Not placed · GuoGuo", ABOUT, sentence, "Reference: 1001"]
    assert lines(told[1])[:5] == [
        "Order · GuoGuo",
        ABOUT,
        "Status: most likely not placed",
        "Reference: 1001",
        sentence,
    ]
    assert "GuoGuo's list does not have it." in lines(told[2])


def test_a_claim_names_the_person_whose_it_is() -> None:
    decided = replace(ORDER, outcome=Outcome.NOT_SENT, code=Reason.DECIDED_NOT_PLACED, params={"person": "王"})
    decided = replace(decided, inferred=True)
    found = replace(
        ORDER, outcome=Outcome.PLACED, number="1207", code="", remarks=(Remark("found_by_person", {"person": "李"}),)
    )
    assert "王 said it was not placed; the answer had been lost." in lines(replies.OutcomeShown(decided, "GuoGuo"))
    assert "Status: not placed, as 王 said" in lines(replies.StatusShown(decided, "GuoGuo"))
    assert "王 said it was not placed." in lines(replies.EvidenceClosed(decided, "GuoGuo"))
    assert "The answer had been lost; found by 李." in lines(replies.OutcomeShown(found, "GuoGuo"))
    assert "It is placed; found by 李." in lines(replies.EvidenceClosed(found, "GuoGuo"))


@pytest.mark.parametrize(
    ("outcome", "reason", "params", "sentence"),
    [
        (
            Outcome.NOT_SENT,
            Reason.ABSENCE,
            {"from": str(NOON), "until": str(DUE)},
            (
                "The bot was away from 1 Mar 2026 04:00 until 1 Mar 2026 04:10, while this order waited, so "
                "nothing was sent by itself. Confirm sends it now."
            ),
        ),
        (
            Outcome.NOT_SENT,
            Reason.IDENTITY_CHANGED,
            {"address": "https://new.example"},
            (
                "The account's settings now lead to another customer or address (https://new.example), so nothing was "
                "sent there."
            ),
        ),
        (
            Outcome.NOT_SENT,
            Reason.FOUND_BEFORE_SENDING,
            {"reference": "1000", "number": "ORD-1"},
            "The earlier order 1000 is there after all: GuoGuo has it as ORD-1. So this one was not sent.",
        ),
        (
            Outcome.NOT_SENT,
            Reason.SEEN_BEFORE_SENDING,
            {"reference": "1000"},
            "The earlier order 1000 may be there at GuoGuo after all, so this one was not sent.",
        ),
        (
            Outcome.UNKNOWN,
            Reason.SEEN_LATE,
            {},
            "It was held to be not placed; GuoGuo now lists an order that may be it.",
        ),
        (
            Outcome.UNKNOWN,
            Reason.RESTORED,
            {"at": str(NOON)},
            (
                "The database was restored from a copy made on 1 Mar 2026 04:00; the order may have been sent after "
                "that."
            ),
        ),
        (
            Outcome.UNKNOWN,
            Reason.NUMBER_OLDER,
            {"number": "ORD-1"},
            (
                "GuoGuo answered with the number ORD-1, which it listed before this order was sent. "
                "It may be the answer to another order."
            ),
        ),
        (
            Outcome.UNKNOWN,
            Reason.NUMBER_TAKEN,
            {"number": "ORD-1", "other": "1000"},
            "GuoGuo answered with the number ORD-1, which already belongs to another order of ours (1000).",
        ),
        (
            Outcome.UNKNOWN,
            Reason.NUMBER_OF_WHICH,
            {"number": "ORD-1", "other": "1000"},
            (
                "GuoGuo answered with the number ORD-1, and nothing in that answer tells whether it is for this order "
                "or for another one of ours whose outcome is open (1000)."
            ),
        ),
    ],
)
def test_every_reason_of_our_own_is_a_sentence(
    outcome: Outcome, reason: Reason, params: dict[str, str], sentence: str
) -> None:
    order = replace(ORDER, outcome=outcome, code=reason, params=params)
    assert lines(replies.OutcomeShown(order, "GuoGuo"))[1:3] == [ABOUT, sentence]


DRAFT = Conversation(phase=Phase.REVIEWING, draft=Draft(id="d", account="guoguo", form_version="1"))
SAME = Duplicate(reference="1000", person="王", confirmed_at=NOON, known_at=DUE, decided_by="李")


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("", "Confirm orders it once more."),
        (
            "inferred",
            "GuoGuo's list did not have it on 1 Mar 2026 04:10; it may still show up, and Confirm would make two.",
        ),
        ("decided", "李 said it was not placed; if it is there all the same, Confirm makes two."),
    ],
)
def test_a_duplicate_says_by_whose_word_the_order_before_is_not_there(outcome: str, sentence: str) -> None:
    reply = replies.Summarised("GuoGuo", (), duplicate=SAME.model_copy(update={"outcome": outcome}))
    (message,) = said(reply, DRAFT)
    assert f"The same was ordered before: 王, 1 Mar 2026 04:00, 1000. {sentence}" in as_read(message)
    assert message.rows[0][0].style == Style.DANGER
    (plain,) = said(replace(reply, duplicate=None), DRAFT)
    assert plain.rows[0][0].style == Style.SUCCESS


@pytest.mark.parametrize("outcome", ["inferred", "decided"])
def test_a_duplicate_of_which_little_is_known_is_still_said_to_be_unsure(outcome: str) -> None:
    same = Duplicate(reference="1000", person="王", confirmed_at=NOON, outcome=outcome)
    (message,) = said(replies.Summarised("GuoGuo", (), duplicate=same), DRAFT)
    assert "That it was not placed is not certain" in as_read(message)


def test_what_is_there_after_all_is_told_and_that_there_may_be_two() -> None:
    late = as_read(found_late(WORDS, ORDER, "GuoGuo", "ORD-1")).split("\n")
    assert late == ["Order 1001 is there after all: GuoGuo lists it as ORD-1.", ABOUT]
    two = as_read(found_late(WORDS, ORDER, "GuoGuo", "ORD-1", "1002")).split("\n")
    assert two[2] == "There may be two: the same was ordered again meanwhile (1002). Please look at GuoGuo."
    maybe = as_read(found_late(WORDS, ORDER, "GuoGuo", "ORD-1", "1002", maybe=True)).split("\n")
    first = "Order 1001 may be there after all: GuoGuo lists an order now that may be it, ORD-1."
    assert maybe == [first, ABOUT, two[2]]


def test_every_card_says_what_was_ordered_in_its_second_line() -> None:
    placed = replace(ORDER, outcome=Outcome.PLACED, number="1207")
    cards = [
        replies.SendingShown("GuoGuo", "1001", ABOUT),
        *(replies.OutcomeShown(replace(ORDER, outcome=outcome), "GuoGuo") for outcome in Outcome),
        replies.RetryShown(ORDER, "GuoGuo", 5, 3),
        replies.RetryingShown(ORDER, "GuoGuo"),
        *(shown(READ, view) for view in EvidenceView),
        shown(READ, showing=Showing.REMINDER),
        replies.EvidenceClosed(placed, "GuoGuo"),
        replies.OutcomeFound(placed, "GuoGuo"),
        replies.StatusShown(placed, "GuoGuo"),
        replies.CardShown(placed, "GuoGuo"),
        replies.NumberWanted("1001", "GuoGuo", ABOUT),
    ]
    assert [lines(card)[1] for card in cards] == [ABOUT] * len(cards)
    assert ABOUT not in lines(replies.OutcomeShown(replace(ORDER, about=""), "GuoGuo"))


def test_the_list_of_unknown_orders_says_what_each_is_about_however_many_there_are() -> None:
    many = tuple((replace(ORDER, reference=f"{n}", about=f"{n} {'王' * 200}"), "GuoGuo") for n in range(20))
    (message,) = said(replies.UnknownListed(many, 3), IDLE)
    assert all(f"\n{n} 王" in as_read(message) for n in range(20))


def test_an_order_of_another_time_is_said_to_differ_in_nothing_else() -> None:
    later = Candidate("ORD-1", DUE, {"total": "120"}, differs=("time",))
    verdict = "It may be placed: GuoGuo lists an order like it, ORD-1, but made 1 Mar 2026 04:10, when ours was not on"
    found = replace(FOUND, candidates=(later,))
    assert f"{verdict} its way." in lines(shown(found))
    assert "• ORD-1 · ⚠️ 1 Mar 2026 04:10:00 · total: 120" in lines(shown(found, EvidenceView.DETAILS))
    also = replace(found, candidates=(replace(later, differs=("quantity", "time")),))
    assert any("not everything is as we sent it" in line for line in lines(shown(also)))


def test_what_is_seen_late_is_not_dated_by_when_it_was_sent() -> None:
    late = replace(ORDER, code=Reason.SEEN_LATE)
    told = lines(shown(FOUND, order=late, own=False))
    assert told[2] == "Ordered by 王: It was held to be not placed; GuoGuo now lists an order that may be it."
    assert lines(shown(FOUND, order=late))[2] == told[2].removeprefix("Ordered by 王: ")
