"""The likeliest answer about an order of unknown outcome, and what speaks against calling it not placed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.conversation.likelihood import Likely, marks_against, weigh
from bot.conversation.views import Candidate, Evidence, LookEnd
from providers.orders import Remark

DUE = 1000
READ = Evidence(looks=1, looked_at=10, look=LookEnd.NOTHING_YET)
LATE = replace(READ, looked_at=DUE)
OURS, OTHERS = Candidate("N-1"), Candidate("N-2", differs=("quantity",))
DEBIT = Remark("debit", {"quantity": "120"})
FELL = replace(READ, balance_before="1000", balance_after="880")


@pytest.mark.parametrize(
    ("evidence", "likely"),
    [
        (Evidence(), Likely.LOOKING),
        (READ, Likely.NOT_YET),
        (LATE, Likely.NOT_LISTED),
        (replace(READ, look=LookEnd.FAILED), Likely.UNREAD),
        (replace(READ, look=LookEnd.FAILED, look_code="form_changed"), Likely.UNSEEN),
        (replace(READ, candidates=(OURS,)), Likely.LISTED),
        (replace(READ, look=LookEnd.FAILED, candidates=(OURS,)), Likely.LISTED),
        (replace(READ, candidates=(OTHERS, OURS)), Likely.LISTED),
        (replace(READ, candidates=(OTHERS,)), Likely.RESEMBLED),
        (replace(READ, candidates=(OURS, Candidate("N-3"))), Likely.RESEMBLED),
        (replace(READ, signals=(DEBIT,)), Likely.PAID),
        (FELL, Likely.PAID),
        (replace(LATE, look_early=True), Likely.NOT_YET),
        (replace(LATE, signals=(Remark("other_clock"),)), Likely.NOT_LISTED),
        (replace(READ, candidates=(OURS,), other_identity="https://a.example"), Likely.ELSEWHERE),
    ],
)
def test_the_likeliest_answer_follows_from_what_was_seen(evidence: Evidence, likely: Likely) -> None:
    assert weigh(evidence, visible=True, due_at=DUE).likely is likely


def test_what_can_not_be_looked_for_is_said_to_be_so() -> None:
    assert weigh(Evidence(), visible=False, due_at=DUE).likely is Likely.UNSEEN
    assert weigh(replace(READ, candidates=(OURS,)), visible=False).likely is Likely.LISTED


def test_a_list_is_waited_for_until_it_was_read_after_the_time() -> None:
    assert weigh(READ, visible=True, due_at=DUE).due_at == DUE
    assert weigh(LATE, visible=True, due_at=DUE).due_at == 0
    # The time is over by the clock, which was set: nobody knows when it really is.
    assert weigh(replace(LATE, look_early=True), visible=True, due_at=DUE).due_at == 0
    unknown = weigh(READ, visible=True)
    assert (unknown.likely, unknown.due_at) == (Likely.NOT_YET, 0)


@pytest.mark.parametrize(
    ("before", "after", "fell"),
    [("1000", "880", Decimal(120)), ("1", "1", None), ("1", "2", None), ("", "1", None), ("1", "", None)],
)
def test_a_balance_counts_where_it_fell(before: str, after: str, fell: Decimal | None) -> None:
    found = weigh(replace(READ, balance_before=before, balance_after=after), visible=True, total=Decimal(120))
    assert (found.fell, found.is_price) == (fell, fell is not None)


def test_what_agrees_comes_first() -> None:
    assert weigh(replace(READ, candidates=(OTHERS, OURS)), visible=True).found == (OURS, OTHERS)


@pytest.mark.parametrize("evidence", [Evidence(), READ, LATE, replace(LATE, signals=(Remark("other_clock"),))])
def test_nothing_speaks_against_it_where_nothing_was_seen(evidence: Evidence) -> None:
    assert marks_against(evidence) == ""


def test_whatever_was_seen_has_marks_of_its_own() -> None:
    seen = [
        replace(READ, candidates=(OURS,)),
        replace(READ, candidates=(OTHERS,)),
        replace(READ, candidates=(OURS, OTHERS)),
        replace(READ, signals=(DEBIT,)),
        replace(READ, signals=(replace(DEBIT, params={"quantity": "60"}),)),
        FELL,
        replace(FELL, candidates=(OURS,)),
    ]
    marks = [marks_against(evidence) for evidence in seen]
    assert len(set(marks)) == len(marks)
    assert "" not in marks


def test_the_marks_stay_while_the_same_is_seen_again() -> None:
    first = replace(FELL, candidates=(OURS, OTHERS))
    again = replace(first, looks=9, looked_at=99, candidates=(OTHERS, OURS), balance_after="1", look=LookEnd.FOUND)
    assert marks_against(first) == marks_against(again)


def test_under_another_customer_what_is_seen_speaks_against_nothing() -> None:
    assert marks_against(replace(FELL, candidates=(OURS,), other_identity="https://a.example")) == ""
