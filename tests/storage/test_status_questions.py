"""Questions that wait for a supplier are answered once and survive a crash."""

from dataclasses import replace

from storage import nearest, status_questions
from storage.database import Database
from storage.status_questions import StatusQuestion
from tests.storage.direct import reading, writing
from tests.storage.rows import send, settle

ASKED = StatusQuestion(chat_id=-7, user_id=7, reference="1", query="", on_card=0)


def test_the_same_question_waits_once_and_is_answered_once(database: Database) -> None:
    other = replace(ASKED, reference="", query="1207")
    with writing(database) as tx:
        assert status_questions.note(tx, ASKED, 5)
        assert not status_questions.note(tx, ASKED, 6)
        assert status_questions.note(tx, other, 4)
    assert status_questions.waiting(reading(database)) == [other, ASKED]
    with writing(database) as tx:
        assert status_questions.answered(tx, ASKED)
        assert not status_questions.answered(tx, ASKED)
        assert status_questions.note(tx, ASKED, 9)
    assert status_questions.waiting(reading(database)) == [other, ASKED]


def test_orders_are_found_by_any_of_many_names(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1, 2, 3)
        settle(tx, "2", "placed", number="A", names=("A", "B"))
    many = [f"x{n}" for n in range(250)]
    assert [order.reference for order in nearest.named(reading(database), [*many, "B", "A", "3"])] == ["3", "2"]
    assert nearest.named(reading(database), many) == []
    assert nearest.named(reading(database), []) == []
