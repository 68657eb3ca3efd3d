"""The gate of what is said: who may hear of orders, where, and who hears instead."""

import pytest

from bot.conversation.replies import EvidenceShown, HelpShown, OutcomeShown, Reply, SendingShown, Showing
from bot.conversation.views import Evidence, OrderView
from bot.staff.access import Staff
from bot.staff.groups import Groups
from bot.staff.hearing import ANYBODY, SOME_ORDER, STAFF_ONLY, instead, may_hear, subject_of

ANN, BEN, STRANGER = 1, 2, 3
GROUP, OTHER_GROUP = -10, -20
STAFF = Staff(frozenset({ANN, BEN}), Groups([GROUP]))
ORDER = OrderView(reference="1000", account="shop", provider="anqicms", answers={})


@pytest.mark.parametrize("subject", ["1000", STAFF_ONLY, SOME_ORDER])
@pytest.mark.parametrize(
    ("chat", "person", "hears"),
    [
        (ANN, ANN, True),
        (ANN, 0, True),
        (GROUP, ANN, True),
        (GROUP, 0, True),
        (STRANGER, STRANGER, False),
        (STRANGER, 0, False),
        (GROUP, STRANGER, False),
        (OTHER_GROUP, ANN, False),
        (OTHER_GROUP, 0, False),
        (BEN, ANN, False),
    ],
)
def test_only_staff_hear_of_orders_and_only_where_these_may_be_seen(
    subject: str, chat: int, person: int, *, hears: bool
) -> None:
    assert may_hear(STAFF, chat, person, subject) == hears
    assert may_hear(STAFF, chat, person, ANYBODY)


def test_news_are_heard_by_the_person_in_private_or_by_the_admins() -> None:
    assert instead(STAFF, ANN, "1000") == (ANN,)
    assert instead(STAFF, STRANGER, "1000") == instead(STAFF, 0, SOME_ORDER) == (ANN, BEN)
    assert instead(STAFF, STRANGER, STAFF_ONLY) == instead(STAFF, STRANGER, ANYBODY) == ()
    assert instead(Staff(frozenset()), STRANGER, "1000") == ()


@pytest.mark.parametrize(
    ("reply", "subject"),
    [
        (OutcomeShown(ORDER, "Shop"), "1000"),
        (SendingShown("Shop", "1000"), "1000"),
        (EvidenceShown(ORDER, "Shop", (), Evidence(), reconciles=False, idempotent_create=False), "1000"),
        (HelpShown(), STAFF_ONLY),
    ],
)
def test_news_name_their_order_and_all_else_is_for_staff(reply: Reply, subject: str) -> None:
    assert subject_of(reply) == subject


def test_evidence_that_somebody_asked_for_is_no_news() -> None:
    asked = EvidenceShown(
        ORDER, "Shop", (), Evidence(), reconciles=False, idempotent_create=False, showing=Showing.COPY
    )
    assert subject_of(asked) == STAFF_ONLY


def test_a_group_counts_under_the_id_that_it_has_now() -> None:
    groups = Groups([GROUP], {GROUP: -100})
    assert -100 in groups
    assert GROUP in groups
    assert OTHER_GROUP not in groups
    groups.move(-100, -1000)
    assert groups.now(GROUP) == groups.now(-100) == -1000
    assert -1000 in groups
    assert groups.now(OTHER_GROUP) == OTHER_GROUP


def test_groups_that_are_said_to_be_each_other_end_nowhere() -> None:
    groups = Groups([GROUP], {GROUP: -100, -100: GROUP})
    assert groups.now(GROUP) in {GROUP, -100}
